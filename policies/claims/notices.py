"""The messages of claims (POL-5), and the letters of their ladders (DL-4).

Who is asked to do something is not asked any more once the claim has gone on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from enterprises.models import Member, Stewardship
from policies.claims import stages
from policies.claims.capacity import another_head
from policies.claims.words import money
from policies.models import Claim, ClaimDeadline, Objection
from policies.models.policies import HEADS
from portal.outbox import topics
from portal.outbox.letters import Said, Says, saying
from portal.outbox.models import Topic
from portal.people.models import Department, User
from portal.people.roles import Role
from portal.worktime import words
from portal.worktime.calendar import calendar
from requests.notices.alerts import RUNG, still_telling, told_at
from requests.notices.letters import Params

NEWS = "accepted moved_up approved published publicity_ended declined rated withdrawn objection_decided reviewed"
WORK = "submitted supplemented confirmed sent_back objected lapsed"
MUST = "supplement_asked rejected paid listed"
for topic, kinds in ((Topic.NEWS, NEWS), (Topic.WORK, WORK), (Topic.MUST, MUST)):
    topics.put_under(topic, *(f"claim.{kind}" for kind in kinds.split()))


def _about(kind: str) -> Callable[[Says], Says]:
    return saying(kind, subject=Claim, url=lambda claim: reverse("claims:claim", args=[claim.number]))


def _title(claim: Claim, sentence: str, **more: Any) -> str:
    return sentence % {"firm": claim.enterprise.called, "clause": claim.round.clause.called, **more}


@_about("claim.submitted")
def submitted(claim: Claim, params: Params) -> Iterator[Said]:
    """The firm's receipt; what comes first by a place, or waits for one."""
    body = _("编号 %(number)s，办到哪一步在申报页看。") % {"number": claim.number}
    if params["waits"]:
        body = _("名额已满，已排入候补；有名额退出时自动递补并通知您。编号 %(number)s。") % {"number": claim.number}
    yield _firm(claim), _title(claim, _("已收到“%(clause)s”的申报")), body
    if claim.status == stages.SUBMITTED:
        yield _officers(claim), _title(claim, _("%(firm)s申报“%(clause)s”，请受理")), _by_when(claim)


@_about("claim.moved_up")
def moved_up(claim: Claim, params: Params) -> Iterator[Said]:
    yield (
        _firm(claim),
        _title(claim, _("“%(clause)s”有名额了，您的申报已递补")),
        _("接着由受理单位办理，不用再交材料。"),
    )
    if claim.status == stages.SUBMITTED:
        yield _officers(claim), _title(claim, _("%(firm)s由候补递补，请受理“%(clause)s”")), _by_when(claim)


@_about("claim.accepted")
def accepted(claim: Claim, params: Params) -> Iterator[Said]:
    body = _("接着由部门审查、审批，您不用再做什么。")
    yield _firm(claim), _title(claim, _("“%(clause)s”的申报已受理")), body
    yield from _asked_to_review(claim)
    if claim.status == stages.APPROVE:
        yield _heads(claim), _title(claim, _("%(firm)s的“%(clause)s”申报，请审批")), _by_when(claim)


def _asked_to_review(claim: Claim) -> Iterator[Said]:
    for review in claim.reviews.due().select_related("department"):
        title = _title(
            claim, _("请%(department)s审查%(firm)s的“%(clause)s”申报"), department=review.department.short_name
        )
        yield _reviewers(review.department), title, _by_when(claim)


@_about("claim.supplement_asked")
def supplement_asked(claim: Claim, params: Params) -> Iterator[Said]:
    body = _("要补的内容：%(items)s。%(due)s补齐，过期失效。") % {
        "items": claim.reason.rstrip("。；."),
        "due": _by_when(claim, "claim_supplement"),
    }
    yield _firm(claim), _title(claim, _("请补正“%(clause)s”的申报")), body


@_about("claim.supplemented")
def supplemented(claim: Claim, params: Params) -> Iterator[Said]:
    if claim.status == stages.SUBMITTED:
        yield _officers(claim), _title(claim, _("%(firm)s已补正“%(clause)s”，请受理")), _by_when(claim)


@_about("claim.reviewed")
def reviewed(claim: Claim, params: Params) -> Iterator[Said]:
    if params["last"] and claim.status == stages.APPROVE:
        yield _heads(claim), _title(claim, _("%(firm)s的“%(clause)s”审查完毕，请审批")), _by_when(claim)


@_about("claim.approved")
def approved(claim: Claim, params: Params) -> Iterator[Said]:
    amount = money(claim.amount)
    next_step = _("接着公示。") if params["published"] else _("接着兑付。")
    body = _("核定 %(amount)s，%(next)s") % {"amount": amount, "next": next_step}
    yield _firm(claim), _title(claim, _("“%(clause)s”的申报已通过审批")), body


@_about("claim.sent_back")
def sent_back(claim: Claim, params: Params) -> Iterator[Said]:
    yield from _asked_to_review(claim)
    yield _officers(claim), _title(claim, _("%(firm)s的“%(clause)s”被退回重办")), _reason(claim)


@_about("claim.rejected")
def rejected(claim: Claim, params: Params) -> Iterator[Said]:
    yield _firm(claim), _title(claim, _("“%(clause)s”的申报未通过")), _reason(claim)


@_about("claim.withdrawn")
def withdrawn(claim: Claim, params: Params) -> Iterator[Said]:
    yield _officers(claim), _title(claim, _("%(firm)s撤回了“%(clause)s”的申报")), _("不用再办。")


@_about("claim.published")
def published(claim: Claim, params: Params) -> Iterator[Said]:
    if claim.publicity is None:
        return
    until = _("公示到 %(until)s，没有异议就兑付。") % {"until": words.day(claim.publicity.ends_at)}
    yield _firm(claim), _title(claim, _("“%(clause)s”的申报正在公示")), until


@_about("claim.objected")
def objected(claim: Claim, params: Params) -> Iterator[Said]:
    """Who objected is on the page, for the department alone."""
    if claim.status == stages.OBJECTION:
        yield _deciders(claim), _title(claim, _("%(firm)s的“%(clause)s”有公示异议，请处理")), _by_when(claim)
        yield _officers(claim), _title(claim, _("%(firm)s的“%(clause)s”有公示异议")), _by_when(claim)


@_about("claim.objection_decided")
def objection_decided(claim: Claim, params: Params) -> Iterator[Said]:
    decided = Objection.objects.get(pk=params["objection"])
    if params["upheld"]:
        yield _firm(claim), _title(claim, _("“%(clause)s”的公示异议成立，申报未通过")), _reason(claim)
        yield _officers(claim), _title(claim, _("%(firm)s的“%(clause)s”因公示异议不予通过")), decided.answer
    else:
        yield _officers(claim), _title(claim, _("%(firm)s的“%(clause)s”公示异议不成立")), decided.answer


@_about("claim.publicity_ended")
def publicity_ended(claim: Claim, params: Params) -> Iterator[Said]:
    if claim.status == stages.PAYMENT:
        yield _officers(claim), _title(claim, _("%(firm)s的“%(clause)s”公示期满，请兑付")), _by_when(claim)


@_about("claim.paid")
def paid(claim: Claim, params: Params) -> Iterator[Said]:
    body = _("%(amount)s 已于 %(day)s付出，到账后请确认并评价。") % {
        "amount": money(claim.payment.amount),
        "day": words.day(claim.payment.paid_on),
    }
    yield _firm(claim), _title(claim, _("“%(clause)s”的资金已兑付")), body


@_about("claim.listed")
def listed(claim: Claim, params: Params) -> Iterator[Said]:
    """To the firm, and to who looks after it: so that nobody loses it for want of a click."""
    if claim.status != stages.LISTED:
        return
    body = _("可得 %(amount)s，%(due)s确认并填收款账户，过期失效。") % {
        "amount": money(claim.asked_amount),
        "due": _by_when(claim, "claim_confirm"),
    }
    yield _firm(claim), _title(claim, _("“%(clause)s”免申即享，请确认")), body
    yield _stewards(claim), _title(claim, _("%(firm)s可享“%(clause)s”，请提醒确认")), body


@_about("claim.confirmed")
def confirmed(claim: Claim, params: Params) -> Iterator[Said]:
    """The heads see it in their queue; a whole list confirmed would be a letter for each firm."""
    yield _firm(claim), _title(claim, _("“%(clause)s”已确认")), _("接着审批、公示、兑付，不用再交材料。")


@_about("claim.declined")
def declined(claim: Claim, params: Params) -> Iterator[Said]:
    yield _officers(claim), _title(claim, _("%(firm)s放弃了“%(clause)s”")), _reason(claim)


LAPSED = {
    stages.LISTED: gettext_noop("没有在期限内确认。"),
    stages.SUPPLEMENT: gettext_noop("没有在期限内补正，可以在申报期内重新申报。"),
    stages.WAITING: gettext_noop("名额已全部用完，候补结束。"),
}


@_about("claim.lapsed")
def lapsed(claim: Claim, params: Params) -> Iterator[Said]:
    was = params["was"]
    why = _(LAPSED[was])
    yield _firm(claim), _title(claim, _("“%(clause)s”的申报已失效")), why
    if was != stages.WAITING:
        yield _officers(claim), _title(claim, _("%(firm)s的“%(clause)s”申报已失效")), why


@_about("claim.rated")
def rated(claim: Claim, params: Params) -> Iterator[Said]:
    if claim.stars is not None and claim.stars <= 2:
        title = _title(claim, _("%(firm)s对“%(clause)s”的办理评了 %(n)s 星"), n=claim.stars)
        yield _heads(claim), title, claim.comment or _("没有写意见。")


# The ladder -------------------------------------------------------------------------------------------------------

DO = {
    "claim_accept": gettext_noop("请受理申报。"),
    "claim_review": gettext_noop("请提交审查意见。"),
    "claim_approve": gettext_noop("请审批。"),
    "claim_publish": gettext_noop("请发布公示。"),
    "claim_objection": gettext_noop("请处理公示异议。"),
    "claim_pay": gettext_noop("请兑付资金。"),
    "claim_confirm": gettext_noop("请确认，过期失效。"),
    "claim_supplement": gettext_noop("请补齐材料，过期失效。"),
}
HEADS_OWE = ("claim_approve", "claim_objection")


@_about(RUNG)
def rung(claim: Claim, params: Params) -> Iterator[Said]:
    """Nothing is said of a clock that was met, paused or moved since."""
    if (reached := still_telling(ClaimDeadline, params)) is None:
        return
    clock, codes = reached
    left = words.left(calendar().remaining(told_at(params), clock.due_at))
    title = _title(claim, _("%(firm)s“%(clause)s”申报的“%(what)s”：%(left)s"), what=clock.label, left=left)
    body = " ".join([words.by_when(clock.due_at), _(DO[clock.obligation])]).strip()
    for code in codes:
        yield _told_by_rung(code, claim, clock), title, body
    if clock.obligor_kind == "enterprise" and not _firm(claim):
        yield _stewards(claim), title, _("企业没有账号，请联系企业。")


def _told_by_rung(code: str, claim: Claim, clock: ClaimDeadline) -> Iterable[User]:
    department = clock.department or claim.round.department
    found: dict[str, Callable[[], Iterable[User]]] = {
        "enterprise": lambda: _firm(claim),
        "handler": lambda: _workers(clock.obligation, claim, department),
        "department_head": lambda: _holding(HEADS, department),
        "supervisor": lambda: User.objects.holding(Role.SUPERVISOR),
        "leader_in_charge": lambda: _in_charge(department),
    }
    return found[code]() if code in found else ()


def _workers(obligation: str, claim: Claim, department: Department) -> Iterable[User]:
    if obligation in HEADS_OWE:
        return _deciders(claim)
    return _reviewers(department) if obligation == "claim_review" else _officers(claim)


def _in_charge(department: Department) -> Iterable[User]:
    """The town leader in charge of the department or of the one above it; all leaders where nobody is named."""
    above: Department | None = department
    while above is not None:
        if above.leader_in_charge is not None:
            return User.objects.answering_for(above.leader_in_charge)
        above = above.parent
    return User.objects.holding(Role.LEADER)


# Who --------------------------------------------------------------------------------------------------------------


def _firm(claim: Claim) -> list[User]:
    members = Member.objects.current().filter(enterprise=claim.enterprise_id, user__is_active=True)
    return [member.user for member in members.select_related("user")]


def _officers(claim: Claim) -> Iterable[User]:
    return User.objects.holding(Role.POLICY_OFFICER, claim.round.department)


def _heads(claim: Claim) -> list[User]:
    return _holding(HEADS, claim.round.department)


def _deciders(claim: Claim) -> list[User]:
    """The heads; for what another than who approved must decide, the next who may."""
    department, approved = claim.round.department, claim.decided_by
    if claim.status != stages.OBJECTION or approved is None or not another_head(department, approved):
        return _heads(claim)
    return _holding(HEADS, department, but=approved)


def _reviewers(department: Department) -> list[User]:
    """Who speaks for it: its policy officers, else its heads."""
    return list(User.objects.holding(Role.POLICY_OFFICER, department)) or _holding(HEADS, department)


def _holding(roles: Iterable[str], department: Department, but: User | None = None) -> list[User]:
    """Of the department, or of the nearest one above that has such people other than `but`."""
    above: Department | None = department
    while above is not None:
        found = [user for role in roles for user in User.objects.holding(role, above) if user != but]
        if found:
            return found
        above = above.parent
    return []


def _stewards(claim: Claim) -> list[User]:
    ties = Stewardship.objects.current().filter(enterprise=claim.enterprise_id).select_related("user")
    return [user for tie in ties for user in User.objects.answering_for(tie.user)]


# What -------------------------------------------------------------------------------------------------------------


def _by_when(claim: Claim, obligation: str = "") -> str:
    clocks = claim.deadlines.running().order_by("due_at")
    clock = (clocks.filter(obligation=obligation) if obligation else clocks).first()
    return words.by_when(clock.due_at) if clock else ""


def _reason(claim: Claim) -> str:
    return _("理由：%(reason)s") % {"reason": claim.reason} if claim.reason else ""
