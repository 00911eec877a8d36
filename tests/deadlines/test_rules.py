"""The SLA table of handbook §3, its other presets, and which rule holds when."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from portal.deadlines.models import LadderRung, RuleKind, SlaChoice, SlaRule, SlaTable
from portal.deadlines.presets import load_missing
from portal.deadlines.rules import NoRule, rule_for, rule_under, table_for
from portal.worktime.limits import Limit
from tests.worktime.factories import instant

pytestmark = pytest.mark.django_db

AT = instant("2026-11-20 09:00")
WD, MINUTES, CALENDAR = Limit.working_days, Limit.working_minutes, Limit.calendar_days

# Written out by hand from handbook §3: reference, obligation, kind, limit.
DEFAULT_TABLE = [
    ("SLA-1", "dispatch", "", WD(1)),
    ("SLA-2", "accept", "", WD(1)),
    ("SLA-3", "handle", "consultation", WD(5)),
    ("SLA-4", "handle", "coordination", WD(15)),
    ("SLA-4", "handle", "complaint", WD(15)),
    ("SLA-4", "handle", "suggestion", WD(15)),
    ("SLA-5", "handle", "approval", WD(20)),
    ("SLA-6", "return", "", WD(2)),
    ("SLA-7", "confirm", "", WD(3)),
    ("SLA-8", "second", "", WD(15)),
    ("SLA-8", "written_reply", "", WD(15)),
    ("SLA-9", "progress", "", None),
    ("SLA-10", "first_response", "", MINUTES(30)),
    ("SLA-11", "revisit", "", WD(5)),
    ("SLA-12", "rework", "", WD(5)),
    ("SLA-13", "order", "", WD(5)),
    ("SLA-13", "review", "", WD(5)),
    ("SLA-14", "decide", "", WD(1)),
    ("SLA-15", "mediation", "", CALENDAR(22)),
    ("SLA-16", "co_handle", "", None),
    ("APP-2", "supplement", "", WD(10)),
    ("APP-10", "extension", "", None),
    ("APP-11", "sign_off", "", WD(1)),
    ("APP-15", "look_again", "", CALENDAR(91)),
    ("APP-21", "contact", "", WD(1)),
    ("POL-5", "claim_confirm", "", WD(15)),
    ("POL-5", "claim_accept", "", WD(5)),
    ("POL-5", "claim_supplement", "", WD(10)),
    ("POL-5", "claim_review", "", WD(10)),
    ("POL-5", "claim_approve", "", WD(5)),
    ("POL-5", "claim_publish", "", WD(3)),
    ("POL-5", "claim_objection", "", WD(10)),
    ("POL-5", "claim_pay", "", WD(20)),
    ("POL-7", "service_take", "", WD(2)),
    ("INS-1", "whitelist_review", "", WD(5)),
    ("INS-1", "whitelist_approve", "", WD(5)),
    ("INS-1", "whitelist_appeal", "", WD(10)),
    ("INS-4", "plan_approve", "", WD(3)),
    ("INS-6", "visit_record", "", WD(3)),
    ("INS-6", "codeless", "", WD(5)),
    ("INS-7", "rectify", "", WD(15)),
    ("INS-7", "recheck", "", WD(5)),
    ("INS-11", "booking", "", WD(3)),
]


@pytest.mark.parametrize(("reference", "obligation", "kind", "limit"), DEFAULT_TABLE)
@pytest.mark.parametrize("complexity", ["", "ordinary", "major"])
def test_the_default_table(reference: str, obligation: str, kind: str, limit: Limit | None, complexity: str) -> None:
    rule = rule_for(obligation, kind, complexity, at=AT)
    assert (rule.reference, rule.limit) == (reference, limit)


def test_the_default_table_holds_nothing_else() -> None:
    assert {rule.obligation for rule in SlaRule.objects.filter(table__is_default=True)} == {
        obligation for _, obligation, _, _ in DEFAULT_TABLE
    }


@pytest.mark.parametrize(
    ("code", "kind", "complexity", "limit"),
    [
        ("1-3-5", "consultation", "ordinary", WD(1)),
        ("1-3-5", "coordination", "ordinary", WD(3)),
        ("1-3-5", "consultation", "cross", WD(5)),
        ("1-3-5", "coordination", "difficult", None),
        ("1-3-5", "complaint", "major", None),
        ("2-10", "consultation", "ordinary", WD(10)),
        ("2-10", "coordination", "major", WD(10)),
    ],
)
def test_the_other_presets(code: str, kind: str, complexity: str, limit: Limit | None) -> None:
    table = SlaTable.objects.get(code=code)
    assert rule_for("handle", kind, complexity, at=AT, table=table).limit == limit


def test_a_table_that_says_nothing_leaves_it_to_the_default_one() -> None:
    table = SlaTable.objects.get(code="2-10")
    assert rule_for("dispatch", at=AT, table=table).limit == WD(2)
    assert rule_for("confirm", at=AT, table=table).limit == WD(3)
    # Its general rule outranks the default table's special one.
    assert rule_for("handle", "consultation", at=AT, table=table).limit == WD(10)


def test_a_new_version_holds_from_its_day_on() -> None:
    old = rule_for("accept", at=AT)
    SlaRule.objects.create(
        table=old.table,
        reference="SLA-2",
        obligation="accept",
        limit_kind=RuleKind.WORKING_DAYS,
        amount=2,
        valid_from=date(2026, 12, 1),
    )
    assert rule_for("accept", at=instant("2026-11-30 23:59")).limit == WD(1)
    assert rule_for("accept", at=instant("2026-12-01 00:00")).limit == WD(2)


def test_tables_are_chosen_by_category_before_complexity() -> None:
    one, two = SlaTable.objects.get(code="1-3-5"), SlaTable.objects.get(code="2-10")
    SlaChoice.objects.create(table=one, complexity="cross", valid_from=date(2026, 1, 1))
    SlaChoice.objects.create(table=two, category="land", valid_from=date(2026, 1, 1))
    SlaChoice.objects.create(table=one, category="land", valid_from=date(2026, 12, 1))
    assert table_for("safety", "ordinary", AT) is None
    assert table_for("safety", "cross", AT) == one
    assert table_for("land", "cross", AT) == two
    assert table_for("land", "cross", instant("2026-12-01 09:00")) == one
    assert rule_under("handle", {"kind": "coordination", "category": "land"}, at=AT).limit == WD(10)
    assert rule_under("handle", {"kind": "coordination"}, at=AT).limit == WD(15)


def test_an_unknown_obligation_is_named() -> None:
    with pytest.raises(NoRule, match="gardening"):
        rule_for("gardening", at=AT)


def test_there_is_one_default_table() -> None:
    with pytest.raises(IntegrityError, match="one_default_sla_table"):
        SlaTable.objects.create(code="other", name="另一套", is_default=True)


def test_loading_again_keeps_what_an_administrator_changed() -> None:
    SlaRule.objects.filter(reference="SLA-1").update(amount=3)
    LadderRung.objects.filter(obligor_kind="centre", number=3).delete()
    SlaTable.objects.get(code="2-10").rules.all().delete()
    before = list(SlaRule.objects.order_by("pk").values_list("pk", "amount"))
    load_missing()
    assert list(SlaRule.objects.order_by("pk").values_list("pk", "amount")) == before
    assert LadderRung.objects.filter(obligor_kind="centre").count() == 2


def test_the_ladders_of_dl_4() -> None:
    rungs = LadderRung.objects.order_by("obligor_kind", "number")
    assert [(rung.obligor_kind, rung.number, rung.anchor, rung.working_days) for rung in rungs] == [
        ("centre", 1, "near", 0),
        ("centre", 2, "due", 0),
        ("centre", 3, "after", 1),
        ("department", 1, "near", 0),
        ("department", 2, "due", 0),
        ("department", 3, "after", 1),
        ("department", 4, "after", 3),
        ("department", 5, "after", 5),
        ("enterprise", 1, "near", 0),
        ("enterprise", 2, "due", 0),
        ("inspected", 1, "near", 0),
        ("inspected", 2, "due", 0),
        ("inspected", 3, "after", 1),
        ("inspected", 4, "after", 3),
        ("inspected", 5, "after", 5),
        ("visitor", 1, "near", 0),
        ("visitor", 2, "due", 0),
        ("visitor", 3, "after", 3),
    ]
    assert not LadderRung.objects.exclude(obligor_kind="department").filter(tells__contains=["board"]).exists()


def test_a_rule_without_the_amount_its_kind_needs_is_refused() -> None:
    table = SlaTable.objects.get(is_default=True)
    for kind, amount in ((RuleKind.WORKING_DAYS, None), (RuleKind.WORKING_DAYS, 0), (RuleKind.BY_DATE, 3)):
        with pytest.raises(IntegrityError, match="sla_rule_amount"), transaction.atomic():
            SlaRule.objects.create(
                table=table, reference="X", obligation="x", limit_kind=kind, amount=amount, valid_from=AT.date()
            )
