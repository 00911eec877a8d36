"""The letters of the whitelist (INS-1), and those of its clocks' ladders (DL-4).

What concerns a round is told once for all its firms. Who is asked is not asked any more once the round has gone on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enterprises.models import Member, Stewardship
from portal.outbox import topics
from portal.outbox.letters import Said, Says, saying
from portal.outbox.models import Topic
from portal.people.models import Department, User
from portal.people.roles import Role
from portal.worktime import words
from portal.worktime.calendar import calendar
from portal.worktime.words import local_day
from requests.notices.alerts import RUNG, still_telling, told_at

from ..models import Agency, Entry, EntryDeadline, EntryReview, RoundDeadline, WhitelistRound
from ..models.agencies import HEADS, OF_AGENCY
from . import limits, stages

Params = Mapping[str, Any]

topics.put_under(Topic.WORK, *(f"whitelist_round.{kind}" for kind in ("opened", "reviewed", "to_approve", "ending")))
topics.put_under(Topic.WORK, "whitelist.appealed")
topics.put_under(Topic.NEWS, "whitelist.listed", "whitelist.expired")
topics.put_under(Topic.MUST, "whitelist.removed", "whitelist.restored", "whitelist.dismissed")


def _of_round(kind: str) -> Callable[[Says], Says]:
    return saying(kind, subject=WhitelistRound, url=WhitelistRound.get_absolute_url)


def _of_entry(kind: str) -> Callable[[Says], Says]:
    return saying(kind, subject=Entry, url=Entry.get_absolute_url)


# A round ------------------------------------------------------------------------------------------------------------


@_of_round("whitelist_round.opened")
def opened(round: WhitelistRound, params: Params) -> Iterator[Said]:
    for clock in RoundDeadline.objects.running().filter(subject=round, obligation=limits.REVIEW).with_units():
        n = EntryReview.objects.due().filter(entry__round=round, agency__department=clock.department_id).count()
        title = ngettext("请审查白名单“%(round)s”：%(n)s 家企业", "请审查白名单“%(round)s”：%(n)s 家企业", n)
        said = _("%(due)s逐家或一次提出意见；有异议的写明理由。") % {"due": words.by_when(clock.due_at)}
        if clock.department is not None:
            yield _holding(OF_AGENCY, clock.department), title % {"round": round, "n": n}, said


@_of_round("whitelist_round.reviewed")
def reviewed(round: WhitelistRound, params: Params) -> Iterator[Said]:
    n = Entry.objects.filter(round=round, status=stages.OBJECTED).count()
    if n:
        title = ngettext("“%(round)s”有 %(n)s 家被提出异议", "“%(round)s”有 %(n)s 家被提出异议", n)
        yield _keepers(), title % {"round": round, "n": n}, _("请逐家处理：撤回推荐，或说明理由报镇领导审批。")


@_of_round("whitelist_round.to_approve")
def to_approve(round: WhitelistRound, params: Params) -> Iterator[Said]:
    clock = RoundDeadline.objects.running().filter(subject=round, obligation=limits.APPROVE).first()
    n = Entry.objects.filter(round=round, status=stages.APPROVE).count()
    if clock is not None and n:
        title = ngettext("白名单“%(round)s”待审批：%(n)s 家企业", "白名单“%(round)s”待审批：%(n)s 家企业", n)
        yield User.objects.holding(Role.LEADER), title % {"round": round, "n": n}, words.by_when(clock.due_at)


@_of_round("whitelist_round.ending")
def ending(round: WhitelistRound, params: Params) -> Iterator[Said]:
    """Those that nobody renews yet; the list may have become shorter since it was queued."""
    last = round.term_until
    n = Entry.objects.ending(local_day(told_at(params)), last).filter(round=round).count()
    if n:
        title = ngettext(
            "白名单“%(round)s”%(last)s到期：%(n)s 家企业还没有续期",
            "白名单“%(round)s”%(last)s到期：%(n)s 家企业还没有续期",
            n,
        )
        said = _("符合条件的，在白名单办理的“快到期”里成批续期；到期后企业不再免于自选检查和随机抽查。")
        yield _keepers(), title % {"round": round, "n": n, "last": words.day(last)}, said


@_of_round(RUNG)
def round_rung(round: WhitelistRound, params: Params) -> Iterator[Said]:
    """Nothing is said of a clock that was met or moved since."""
    if (reached := still_telling(RoundDeadline, params)) is None:
        return
    clock, codes = reached
    left = words.left(calendar().remaining(told_at(params), clock.due_at))
    title = _("白名单“%(round)s”的“%(what)s”：%(left)s") % {"round": round, "what": clock.label, "left": left}
    for code in codes:
        yield _told_by_rung(code, clock), title, words.by_when(clock.due_at)


def _told_by_rung(code: str, clock: RoundDeadline) -> Iterable[User]:
    """An agency's clock climbs through its department; the leaders' own is told to them from the first rung."""
    found: dict[str, Callable[[], Iterable[User]]] = {
        "clerk": lambda: User.objects.holding(Role.LEADER),
        "supervisor": lambda: User.objects.holding(Role.SUPERVISOR),
        "leader": lambda: User.objects.holding(Role.LEADER),
    }
    if clock.department is not None:
        department = clock.department
        found["handler"] = lambda: _holding((Role.INSPECTOR,), department) or _holding(HEADS, department)
        found["department_head"] = lambda: _holding(HEADS, department)
        found["leader_in_charge"] = lambda: _in_charge(department)
    return found[code]() if code in found else ()


# An entry -----------------------------------------------------------------------------------------------------------


@_of_entry("whitelist.listed")
def listed(entry: Entry, params: Params) -> Iterator[Said]:
    if entry.status != stages.LISTED:
        return
    named = {"firm": entry.enterprise.called, "first": words.day(entry.term_from), "last": words.day(entry.term_until)}
    body = _("有效期 %(first)s至%(last)s。期间不对贵企业作自选检查和随机抽查；法定检查、投诉举报核查照常。") % named
    yield firm_people(entry), _("贵企业已列入检查白名单"), body
    yield _stewards(entry), _("%(firm)s已列入检查白名单") % named, ""


@_of_entry("whitelist.removed")
def removed(entry: Entry, params: Params) -> Iterator[Said]:
    if entry.status != stages.REMOVED:
        return
    why = _("原因：%(reason)s。") % {"reason": entry.why_ended.rstrip("。.")}
    if entry.ended_basis:
        why += _("依据：%(basis)s。") % {"basis": entry.ended_basis.rstrip("。")}
    yield firm_people(entry), _("贵企业已移出检查白名单"), why + _("有不同意见可以申诉一次。")
    title = _("%(firm)s已移出白名单") % {"firm": entry.enterprise.called}
    yield [*_keepers(), *User.objects.holding(Role.SUPERVISOR)], title, why
    yield _stewards(entry), title, _("有不同意见的，请告诉企业可以申诉一次。")


@_of_entry("whitelist.appealed")
def appealed(entry: Entry, params: Params) -> Iterator[Said]:
    if entry.status != stages.APPEAL:
        return
    clock = EntryDeadline.objects.running().filter(subject=entry, obligation=limits.APPEAL).first()
    title = _("%(firm)s对移出白名单提出申诉，请处理") % {"firm": entry.enterprise.called}
    yield _judges(entry), title, words.by_when(clock.due_at) if clock else ""


@_of_entry("whitelist.restored")
def restored(entry: Entry, params: Params) -> Iterator[Said]:
    yield from _answered(entry, _("申诉成立，贵企业已恢复在白名单上"), _("%(firm)s申诉成立，已恢复在白名单上"))


@_of_entry("whitelist.dismissed")
def dismissed(entry: Entry, params: Params) -> Iterator[Said]:
    yield from _answered(entry, _("申诉不成立，维持移出白名单"), _("%(firm)s申诉不成立，维持移出白名单"))


def _answered(entry: Entry, to_firm: str, to_office: str) -> Iterator[Said]:
    last = entry.appeals.filter(decided_at__isnull=False).first()
    said = _("处理意见：%(answer)s") % {"answer": last.answer} if last else ""
    yield firm_people(entry), to_firm, said
    remover = [last.removed_by] if last and last.removed_by else []
    yield [*remover, *_keepers()], to_office % {"firm": entry.enterprise.called}, said


@_of_entry("whitelist.expired")
def expired(entry: Entry, params: Params) -> Iterator[Said]:
    yield firm_people(entry), _("检查白名单有效期已到"), _("符合条件的，执法部门会重新推荐，不用申请。")


@_of_entry(RUNG)
def entry_rung(entry: Entry, params: Params) -> Iterator[Said]:
    if (reached := still_telling(EntryDeadline, params)) is None:
        return
    clock, codes = reached
    left = words.left(calendar().remaining(told_at(params), clock.due_at))
    title = _("%(firm)s的移出申诉待处理：%(left)s") % {"firm": entry.enterprise.called, "left": left}
    told: dict[str, Callable[[], Iterable[User]]] = {
        "clerk": lambda: _judges(entry),
        "supervisor": lambda: User.objects.holding(Role.SUPERVISOR),
        "leader": lambda: User.objects.holding(Role.LEADER),
    }
    for code in codes:
        if code in told:
            yield told[code](), title, words.by_when(clock.due_at)


# Who ----------------------------------------------------------------------------------------------------------------


def firm_people(entry: Entry) -> list[User]:
    members = Member.objects.current().filter(enterprise=entry.enterprise_id, user__is_active=True)
    return [member.user for member in members.select_related("user")]


def _stewards(entry: Entry) -> list[User]:
    ties = Stewardship.objects.current().filter(enterprise=entry.enterprise_id).select_related("user")
    return [user for tie in ties for user in User.objects.answering_for(tie.user)]


def _judges(entry: Entry) -> list[User]:
    """Supervisors, but not the one who removed it."""
    return [user for user in User.objects.holding(Role.SUPERVISOR) if user.pk != entry.ended_by_id]


def _keepers() -> list[User]:
    """Who works for the agency that keeps plans."""
    keeper = Agency.objects.filter(approves_plans=True).select_related("department__parent").first()
    return _holding(OF_AGENCY, keeper.department) if keeper else []


def _holding(roles: Iterable[str], department: Department) -> list[User]:
    """Of the department, or of the nearest one above that has such people."""
    above: Department | None = department
    while above is not None:
        found = {user.pk: user for role in roles for user in User.objects.holding(role, above)}
        if found:
            return list(found.values())
        above = above.parent
    return []


def _in_charge(department: Department) -> Iterable[User]:
    """The town leader in charge of the department or of the one above it; all leaders where nobody is named."""
    above: Department | None = department
    while above is not None:
        if above.leader_in_charge is not None:
            return User.objects.answering_for(above.leader_in_charge)
        above = above.parent
    return User.objects.holding(Role.LEADER)
