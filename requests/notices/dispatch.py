"""The messages of dispatch: returns, parts, levels, groups, chiefs (APP-4, APP-9, NET-6); see `requests.notices`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.outbox import Letter, notice, topics
from portal.outbox.models import Topic
from portal.people.models import Department, User
from portal.people.roles import Role
from requests import stages
from requests.models import Assignment, Contribution, LevelRaise, Referral, ReturnRequest, Ticket, TicketGroup
from requests.models.dispatch import chiefs
from requests.models.ticket import Complexity
from requests.notices.letters import FIRM, Params, Words, due, tells
from requests.recipients import department, handler, people_of, responder

HEADS = (Role.DEPARTMENT_HEAD, Role.DEPUTY_HEAD)
WORK = (
    *("ticket.return_asked", "ticket.return_refused", "ticket.returned", "ticket.reassigned", "ticket.referred"),
    *("ticket.chief_viewed", "ticket.raised_decided", "ticket.part_added", "ticket.group_given", "assignment.ended"),
)
topics.put_under(Topic.WORK, *WORK)
topics.put_under(Topic.NEWS, "ticket.level_raised", "ticket.contributed", "ticket.part_taken")


def leading(ticket: Ticket) -> list[User]:
    """The handler and the heads of the lead department."""
    return [*handler(ticket), *department(ticket, *HEADS)]


def rulers(request: ReturnRequest) -> Iterable[User]:
    """Who rules on the return: the centre on the first, a supervisor on any further one (APP-9)."""
    return User.objects.holding(Role.TRIAGER if request.number == 1 else Role.SUPERVISOR)


def convened() -> list[User]:
    """The chiefs, and who stands in for one of them now (AB角)."""
    found = [user for chief in chiefs().values() for user in User.objects.answering_for(chief.user)]
    return list({user.pk: user for user in found}.values())


@tells("ticket.return_asked")
def return_asked(ticket: Ticket, params: Params) -> Iterator[Words]:
    request = ReturnRequest.objects.select_related("assignment__department").get(pk=params["request"])
    if request.ended_at:
        return  # ruled on before this was delivered
    given = {"name": request.assignment.department.short_name, "reason": request.reason, "due": due(ticket, "return")}
    if request.number < 3:
        yield rulers(request), _("退回待裁定"), _("%(name)s申请退回：%(reason)s %(due)s裁定。") % given
    else:
        yield rulers(request), _("无人承接，须报总召集人"), _("%(name)s又申请退回：%(reason)s 请报总召集人定。") % given


@tells("ticket.return_refused")
def return_refused(ticket: Ticket, params: Params) -> Iterator[Words]:
    request = ReturnRequest.objects.get(pk=params["request"])
    yield leading(ticket), _("退回没有同意，请接着办"), _("理由：%(reason)s 时限没有变。") % {"reason": request.ruling}


def _anew(ticket: Ticket, why: str = "") -> Iterator[Words]:
    """Another department has it: the firm is told who, the department that it is to take it on."""
    lead = ticket.lead_department.short_name if ticket.lead_department else ""
    given = {"name": lead, "due": due(ticket, "accept"), "why": why}
    to_firm = _("改由%(name)s主办，%(due)s签收。跟进您的人没有变。") % given
    yield FIRM, _("诉求改由另一部门办"), to_firm
    if ticket.status == stages.ASSIGNED:
        people = department(ticket, Role.HANDLER, *HEADS)
        yield people, _("新工单待签收"), (_("由您部门主办，%(due)s签收。%(why)s") % given).strip()
    yield responder(ticket), _("诉求改由另一部门办"), to_firm


@tells("ticket.returned")
def returned(ticket: Ticket, params: Params) -> Iterator[Words]:
    request = ReturnRequest.objects.get(pk=params["request"])
    yield from _anew(ticket, _("裁定：%(text)s") % {"text": request.ruling})


@tells("ticket.reassigned")
def reassigned(ticket: Ticket, params: Params) -> Iterator[Words]:
    part = Assignment.objects.get(pk=params["part"])
    yield from _anew(ticket, _("督查员改派：%(text)s") % {"text": part.ended_reason})


@tells("ticket.referred")
def referred(ticket: Ticket, params: Params) -> Iterator[Words]:
    referral = Referral.objects.get(pk=params["referral"])
    if referral.ended_at:
        return
    given = {"reason": referral.reason, "due": due(ticket, "return")}
    yield convened(), _("无人承接，请总召集人定"), _("%(reason)s 请给意见，%(due)s由总召集人定。") % given
    yield leading(ticket), _("已报总召集人"), _("由总召集人定哪个部门办，定之前请接着办。")


@tells("ticket.chief_viewed")
def chief_viewed(ticket: Ticket, params: Params) -> Iterator[Words]:
    heads = [chief for chief in chiefs().values() if chief.is_head]
    people = [user for head in heads for user in User.objects.answering_for(head.user)]
    yield people, _("总召集人意见已到"), _("请看意见，定哪个部门办。")


@tells("ticket.raised_decided")
def raised_decided(ticket: Ticket, params: Params) -> Iterator[Words]:
    referral = Referral.objects.select_related("taker").get(pk=params["referral"])
    why = _("总召集人定，不能再退回：%(text)s") % {"text": referral.decision}
    if params.get("stays"):
        yield leading(ticket), _("总召集人定由您部门办"), why
        return
    yield from _anew(ticket, why)


@tells("ticket.part_taken")
def part_taken(ticket: Ticket, params: Params) -> Iterator[Words]:
    part = Assignment.objects.select_related("department", "taken_by").get(pk=params["part"])
    if part.taken_by is None or part.ended_at:
        return
    given = {"name": part.department.short_name, "person": part.taken_by.name}
    yield handler(ticket) if ticket.handler else [], _("协办部门已签收"), _("%(name)s %(person)s在办协办部分。") % given


@tells("ticket.part_added")
def part_added(ticket: Ticket, params: Params) -> Iterator[Words]:
    part = Assignment.objects.select_related("department").get(pk=params["part"])
    if part.ended_at:
        return
    lead = ticket.lead_department.short_name if ticket.lead_department else ""
    given = {"lead": lead, "text": part.instruction}
    yield people_of(part.department, Role.HANDLER), _("新协办工单"), _("由%(lead)s主办，请您部门：%(text)s") % given


@tells("ticket.level_raised")
def level_raised(ticket: Ticket, params: Params) -> Iterator[Words]:
    level = LevelRaise.objects.get(pk=params["level"])
    given = {"after": str(dict(Complexity.choices)[level.after]), "reason": level.reason}
    people = [*leading(ticket), *responder(ticket)]
    if level.after == Complexity.MAJOR:
        people += User.objects.holding(Role.TRIAGER)
        yield people, _("升为重大事项，须成立专班"), given["reason"]
    else:
        yield people, _("升为%(after)s事项") % given, given["reason"]


@tells("ticket.group_given")
def group_given(ticket: Ticket, params: Params) -> Iterator[Words]:
    work = TicketGroup.objects.select_related("group").get(pk=params["work"])
    if work.ended_at:
        return
    inside = work.group.memberships.current().select_related("user")
    given = {"name": work.group.name, "reason": work.reason}
    yield [m.user for m in inside if m.is_head], _("您是组长"), _("%(name)s办理这件：%(reason)s") % given
    yield [m.user for m in inside], _("工作组有新任务"), _("%(name)s办理这件：%(reason)s") % given
    yield leading(ticket), _("已交工作组"), _("%(name)s一起办：%(reason)s") % given


@tells("ticket.contributed")
def contributed(ticket: Ticket, params: Params) -> Iterator[Words]:
    given = Contribution.objects.select_related("by", "work__group").get(pk=params["contribution"])
    convener = given.work.convener
    people = [*handler(ticket), *([convener] if convener else [])]
    yield people, _("工作组意见"), _("%(name)s：%(text)s") % {"name": given.by.name, "text": given.text}


@notice("assignment.ended", subject=Assignment)
def assignment_ended(part: Assignment, params: Params) -> list[Letter]:
    """To the department whose part is over: it no longer reads the ticket, but its part (SEC-2)."""
    lead = part.part == Assignment.Part.LEAD
    what = _("已改由其他部门办") if lead else _("协办已结束")
    title = _("%(what)s：%(number)s") % {"what": what, "number": part.ticket.number}
    body = _("理由：%(reason)s 本部门的部分还看得到。") % {"reason": part.ended_reason}
    people: Iterable[User] = _who_worked(part.department)
    url = reverse("requests:ticket", args=[part.ticket.number])
    return [Letter(to=user, title=title, body=body, url=url) for user in people if user.pk != params.get("by")]


def _who_worked(unit: Department) -> list[User]:
    found = [user for role in (Role.HANDLER, *HEADS) for user in User.objects.holding(role, unit)]
    return list({user.pk: user for user in found}.values())
