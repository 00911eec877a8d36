"""The three SLA tables of handbook §3 and the ladders of DL-4, as they are loaded into an empty database."""

from __future__ import annotations

from datetime import date

from django.apps import apps as installed
from django.apps.registry import Apps
from django.db import transaction

BEGINNING = date(2019, 1, 1)  # the calendar's first day

DEFAULT = "malu"
DAYS, MINUTES, CALENDAR = "working_days", "working_minutes", "calendar_days"
STATUTORY, BY_DATE, BEFORE_LEAD, MONTHLY = "statutory", "by_date", "before_lead", "monthly"
TIMES = "times"

MALU = "马陆镇“服务包”制度工作方案（嘉马府发〔2023〕62号）"
OURS = "本平台默认值"
LICENSING_ACT = "行政许可法第四十二条、第八十二条"

# code: (name, source)
TABLES = {
    DEFAULT: ("马陆流程", MALU),
    "1-3-5": ("1-3-5 限期办理", "“135”限期办理机制"),
    "2-10": ("2-10 限期办理", "2 个工作日交办、10 个工作日办复"),
}

# table: (reference, obligation, kind, complexity, limit kind, amount, source)
RULES: dict[str, list[tuple[str, str, str, str, str, int | None, str]]] = {
    DEFAULT: [
        ("SLA-1", "dispatch", "", "", DAYS, 1, MALU),
        ("SLA-2", "accept", "", "", DAYS, 1, MALU),
        ("SLA-3", "handle", "consultation", "", DAYS, 5, MALU),
        ("SLA-4", "handle", "", "", DAYS, 15, MALU),
        ("SLA-5", "handle", "approval", "", STATUTORY, 20, LICENSING_ACT),
        ("SLA-6", "return", "", "", DAYS, 2, MALU),
        ("SLA-7", "confirm", "", "", DAYS, 3, MALU),
        ("SLA-8", "second", "", "", DAYS, 15, MALU),
        ("SLA-8", "written_reply", "", "", DAYS, 15, MALU),
        ("SLA-9", "progress", "", "", MONTHLY, None, MALU),
        ("SLA-10", "first_response", "", "", MINUTES, 30, OURS),
        ("SLA-11", "revisit", "", "", DAYS, 5, OURS),
        ("SLA-12", "rework", "", "", DAYS, 5, OURS),
        ("SLA-13", "order", "", "", DAYS, 5, OURS),
        ("SLA-13", "review", "", "", DAYS, 5, OURS),
        ("SLA-14", "decide", "", "", DAYS, 1, OURS),
        ("SLA-15", "mediation", "", "", CALENDAR, 22, OURS),
        ("SLA-16", "co_handle", "", "", BEFORE_LEAD, 2, OURS),
        ("APP-2", "supplement", "", "", DAYS, 10, OURS),
        ("APP-11", "sign_off", "", "", DAYS, 1, OURS),
        ("APP-10", "extension", "", "", TIMES, 1, OURS),
        ("APP-15", "look_again", "", "", CALENDAR, 91, OURS),
        ("APP-21", "contact", "", "", DAYS, 1, OURS),
        ("POL-5", "claim_confirm", "", "", DAYS, 15, OURS),
        ("POL-5", "claim_accept", "", "", DAYS, 5, OURS),
        ("POL-5", "claim_supplement", "", "", DAYS, 10, OURS),
        ("POL-5", "claim_review", "", "", DAYS, 10, OURS),
        ("POL-5", "claim_approve", "", "", DAYS, 5, OURS),
        ("POL-5", "claim_publish", "", "", DAYS, 3, OURS),
        ("POL-5", "claim_objection", "", "", DAYS, 10, OURS),
        ("POL-5", "claim_pay", "", "", DAYS, 20, OURS),
        ("POL-7", "service_take", "", "", DAYS, 2, OURS),
        ("INS-1", "whitelist_review", "", "", DAYS, 5, OURS),
        ("INS-1", "whitelist_approve", "", "", DAYS, 5, OURS),
        ("INS-1", "whitelist_appeal", "", "", DAYS, 10, OURS),
        ("INS-4", "plan_approve", "", "", DAYS, 3, OURS),
        ("INS-6", "visit_record", "", "", DAYS, 3, OURS),
        ("INS-6", "codeless", "", "", DAYS, 5, OURS),
        ("INS-7", "rectify", "", "", DAYS, 15, OURS),
        ("INS-7", "recheck", "", "", DAYS, 5, OURS),
        ("INS-11", "booking", "", "", DAYS, 3, OURS),
    ],
    "1-3-5": [
        ("1-3-5", "handle", "consultation", "ordinary", DAYS, 1, ""),
        ("1-3-5", "handle", "", "ordinary", DAYS, 3, ""),
        ("1-3-5", "handle", "", "cross", DAYS, 5, ""),
        ("1-3-5", "handle", "", "difficult", BY_DATE, None, ""),
        ("1-3-5", "handle", "", "major", BY_DATE, None, ""),
    ],
    "2-10": [
        ("2-10", "dispatch", "", "", DAYS, 2, ""),
        ("2-10", "handle", "", "", DAYS, 10, ""),
    ],
}

# obligor: (anchor, working days after due, who is told), in order
LADDERS: dict[str, list[tuple[str, int, list[str]]]] = {
    "department": [
        ("near", 0, ["handler"]),
        ("due", 0, ["handler", "department_head"]),
        ("after", 1, ["supervisor"]),
        ("after", 3, ["leader_in_charge", "board"]),
        ("after", 5, ["agenda"]),
    ],
    "centre": [
        ("near", 0, ["clerk"]),
        ("due", 0, ["supervisor"]),
        ("after", 1, ["leader"]),
    ],
    "enterprise": [
        ("near", 0, ["enterprise"]),
        ("due", 0, ["enterprise"]),
    ],
    "visitor": [
        ("near", 0, ["visitor"]),
        ("due", 0, ["visitor"]),
        ("after", 3, ["visitor", "supervisor"]),
    ],
    "inspected": [
        ("near", 0, ["enterprise"]),
        ("due", 0, ["enterprise", "inspector"]),
        ("after", 1, ["inspector", "department_head"]),
        ("after", 3, ["supervisor"]),
        ("after", 5, ["leader_in_charge"]),
    ],
}


def load_missing(apps: Apps = installed) -> None:
    """Load tables and ladders the database has none of, and new obligations of the default table; what is there stays.

    LookupError: no such tables yet.
    """
    SlaTable, SlaRule = apps.get_model("deadlines", "SlaTable"), apps.get_model("deadlines", "SlaRule")
    LadderRung = apps.get_model("deadlines", "LadderRung")
    with transaction.atomic():
        settled = SlaTable.objects.filter(is_default=True).exists()
        for code, (name, source) in TABLES.items():
            defaults = {"name": name, "source": source, "is_default": code == DEFAULT and not settled}
            table, created = SlaTable.objects.get_or_create(code=code, defaults=defaults)
            if not created and code != DEFAULT:
                continue  # it names only what differs from the default one
            known = set() if created else set(SlaRule.objects.filter(table=table).values_list("obligation", flat=True))
            SlaRule.objects.bulk_create(
                SlaRule(
                    table=table,
                    reference=reference,
                    obligation=obligation,
                    kind=kind,
                    complexity=complexity,
                    limit_kind=limit_kind,
                    amount=amount,
                    valid_from=BEGINNING,
                    source=rule_source or source,
                )
                for reference, obligation, kind, complexity, limit_kind, amount, rule_source in RULES[code]
                if obligation not in known
            )
        for kind, rungs in LADDERS.items():
            if not LadderRung.objects.filter(obligor_kind=kind).exists():
                LadderRung.objects.bulk_create(
                    LadderRung(obligor_kind=kind, number=number, anchor=anchor, working_days=days, tells=tells)
                    for number, (anchor, days, tells) in enumerate(rungs, 1)
                )
