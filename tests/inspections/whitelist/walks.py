"""Entries brought to each status by the verbs themselves, on days of an ordinary week.

entry = under_review(of)            # proposed on MONDAY by the keeper's inspector
entry = listed(of, of.foreign_firm)
"""

from datetime import date, timedelta

from enterprises.attributes.values import Put, put, put_many
from enterprises.criteria.store import refresh
from enterprises.models import Criterion
from inspections.models import Entry
from inspections.whitelist import criteria, flow
from portal.people.roles import Role
from tests.requests.factories import MONDAY, moment, person

DAY = MONDAY.date()
UNTIL = date(2027, 11, 8)
REVIEWED, UPHELD, APPROVED = (MONDAY + timedelta(days=n) for n in (1, 2, 3))
REMOVED, APPEALED, JUDGED = (MONDAY + timedelta(days=n) for n in (7, 8, 9))
OVER = moment("2027-11-09 09:00")
AGENCIES = ("housing", "fire")
GOOD = (  # complete registers without the firm in them say no and none
    ("registration_status", "active", "市场监管"),
    ("above_scale", True, "统计"),
    ("high_tech", False, "科技"),
    ("serious_violation", False, "市场监管"),
    ("judgment_defaulter", False, "发展改革"),
    ("major_hazards", 0, "应急管理"),
    ("accidents", 0, "应急管理"),
)
SAYS_FOR = {"housing": "inspector", "fire": "fire_inspector"}


def admitted(*firms, at=MONDAY):
    """Firms of which the facts say yes, as of that day; both criteria loaded."""
    criteria.load()
    put_many(Put(firm.pk, code, value, source, at.date()) for firm in firms for code, value, source in GOOD)
    evaluate(at)


def evaluate(at):
    """As the beat does once values have changed."""
    refresh(Criterion.objects.filter(code__startswith="whitelist-"), at=at)


def struck(firm, code="major_hazards", value=1, at=REMOVED):
    """An incident in the facts, evaluated."""
    put(firm, code, value, "应急管理", at.date())
    evaluate(at)


def proposed(of, *firms, at=MONDAY, by=None, title="", until=UNTIL):
    firms = firms or (of.firm,)
    admitted(*firms, at=at)
    title = title or f"第 {Entry.objects.count() + 1} 批"
    return flow.propose(
        list(firms), by=by or of.keeper_inspector, title=title, term_from=at.date(), term_until=until, at=at
    )


def under_review(of, firm=None, **given):
    return proposed(of, firm or of.firm, **given).entries[0]


def said(of, entry, *, objects=(), at=REVIEWED, only=AGENCIES):
    for name in only:
        who, agency = getattr(of, SAYS_FOR[name]), getattr(of, name)
        word = {"says": "objects", "grounds": "有欠缴的罚款"} if name in objects else {"says": "agrees"}
        entry = flow.review(entry, by=who, agency=agency, at=at, **word)
    return entry


def objected(of, firm=None, **given):
    return said(of, under_review(of, firm, **given), objects=("fire",))


def to_approve(of, firm=None, **given):
    return said(of, under_review(of, firm, **given))


def dropped(of, firm=None):
    return flow.drop(objected(of, firm), by=of.keeper_inspector, reason="罚款还没有缴清", at=UPHELD)


def listed(of, firm=None, **given):
    return flow.approve(to_approve(of, firm, **given), by=of.leader, at=APPROVED)


def removed(of, firm=None):
    entry = listed(of, firm)
    return flow.remove(entry, by=of.police_head, reason="拒不整改", basis="责令改正通知书 8 号", at=REMOVED)


def appealed(of, firm=None):
    entry = removed(of, firm)
    who = of.enterprise_member if entry.enterprise == of.town.firm else of.other_member
    return flow.appeal(entry, by=who, text="已在期限内整改完毕，附照片。", at=APPEALED)


def expired(of, firm=None):
    return flow.expire(listed(of, firm), at=OVER)


def second_supervisor(of):
    return person("second_supervisor", "女偊", (Role.SUPERVISOR, None))


IN = {
    "review": under_review,
    "objected": objected,
    "approve": to_approve,
    "listed": listed,
    "dropped": dropped,
    "removed": removed,
    "appeal": appealed,
    "expired": expired,
}
