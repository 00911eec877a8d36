"""The acts about rejections, hotlines and merging, as `loop_acts.ACTS` and `loop_acts.WHO_IS_TOLD` have the loop's."""

from datetime import timedelta

from requests import flow
from tests.requests import factories as make

FIRM, OFFICE = "firm", "office"
TOLD, SILENT = True, False
HOUR = timedelta(hours=1)


def ask_review(town, ticket):
    return flow.ask_review(ticket, by=town.enterprise_member, reasons="没有受理过", at=ticket.moved_at + HOUR)


def in_review(town):
    ticket = make.rejected(town)
    ask_review(town, ticket)
    return make.fresh(ticket)


def ruled(*, upheld):
    given = {"upheld": upheld, "ruling": "已核对案卷"}
    return lambda town, t: flow.rule_review(t, by=town.supervisor, at=t.moved_at + 2 * HOUR, **given)


def from_hotline(town):
    return make.confirming(town, hotline_number="TC-7", outer_due_at=make.moment("2026-12-01 17:00"))


def write_back(town, ticket):
    return flow.write_back(ticket, by=town.intake_clerk, text="已疏通", at=ticket.moved_at + HOUR)


def two(town):
    """The later of two that say the same."""
    make.accepted(town)
    return make.accepted(town)


def merge(town, ticket):
    main = make.Ticket.objects.exclude(pk=ticket.pk).get()
    return flow.merge(ticket, by=town.triager, into=main, at=ticket.moved_at + HOUR)


def split(town, ticket):
    return flow.split(ticket, by=town.triager, at=ticket.moved_at + HOUR)


ACTS = {
    "ask_review": (make.rejected, ask_review, [("review_asked", FIRM, TOLD)]),
    "rule_review": (in_review, ruled(upheld=True), [("review_upheld", FIRM, TOLD)]),
    "rule_review, overturned": (in_review, ruled(upheld=False), [("review_overturned", FIRM, TOLD)]),
    "write_back": (from_hotline, write_back, [("written_back", OFFICE, TOLD)]),
    "merge": (two, merge, [("merged", FIRM, TOLD), ("joined", FIRM, TOLD)]),
    "split": (make.merged, split, [("split", FIRM, TOLD), ("parted", OFFICE, SILENT)]),
}

PEOPLE = {"enterprise_member", "member_official"}
WHO_IS_TOLD = {
    "ask_review": {"复核已受理": PEOPLE, "复核待裁定": {"supervisor"}, "企业申请复核": {"steward"}},
    "rule_review": {"复核维持不予受理": PEOPLE | {"steward"}},
    "rule_review, overturned": {"复核后受理": PEOPLE | {"steward"}, "复核后受理，待研判": {"triager"}},
    "write_back": {"已写回热线": {"steward"}},
    "merge": {"诉求已并案": PEOPLE | {"steward"}, "有诉求并入": {"steward"}},
    "split": {"诉求单独办理": PEOPLE | {"steward"}},  # the triager who did it knows
}
