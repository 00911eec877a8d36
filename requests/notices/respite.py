"""The messages of more time: requests and what came of them (APP-10), matters that came up again (APP-15)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portal.outbox import topics
from portal.outbox.models import Topic
from portal.people.models import User
from portal.people.roles import Role
from portal.worktime.words import by_when, day
from requests import stages
from requests.journey import work_deadline
from requests.models import HandlingRequest, SecondLook, Ticket
from requests.notices.letters import FIRM, Params, Words, tells
from requests.recipients import department, handler, responder
from requests.respite_words import asked_for, what

topics.put_under(Topic.MUST, "ticket.suspended", "ticket.extended", "ticket.resumed", "ticket.reopened")
topics.put_under(
    Topic.WORK,
    *("ticket.extension_asked", "ticket.suspension_asked", "ticket.request_passed", "ticket.request_refused"),
    *("ticket.request_withdrawn", "ticket.came_up_again", "ticket.looked_again"),
)


def _request(params: Params) -> HandlingRequest:
    return HandlingRequest.objects.select_related("asked_by", "refused_by").get(pk=params["request"])


def centre() -> list[User]:
    """Who decides for the centre."""
    return [*User.objects.holding(Role.TRIAGER), *User.objects.holding(Role.SUPERVISOR)]


def concerned(ticket: Ticket, request: HandlingRequest) -> Iterable[User]:
    """Whoever asked, who stands in for him, and who handles it."""
    return [*User.objects.answering_for(request.asked_by), *handler(ticket)]


def _to_decide(ticket: Ticket, params: Params) -> Iterator[Words]:
    request = _request(params)
    if request.state == "head":
        yield department(ticket, Role.DEPARTMENT_HEAD), _("延期挂起待您批"), asked_for(request)
    elif request.state == "centre":
        yield centre(), _("延期挂起待您批"), asked_for(request)


tells("ticket.extension_asked")(_to_decide)
tells("ticket.suspension_asked")(_to_decide)


@tells("ticket.request_passed")
def request_passed(ticket: Ticket, params: Params) -> Iterator[Words]:
    yield from _to_decide(ticket, params)
    yield concerned(ticket, _request(params)), _("部门已同意"), _("已送服务中心批，批下来以前时限照走。")


@tells("ticket.extended")
def extended(ticket: Ticket, params: Params) -> Iterator[Words]:
    request = _request(params)
    given = {
        "department": ticket.lead_department.short_name if ticket.lead_department else "",
        "due": by_when(request.until),
        "reason": request.reason,
    }
    yield FIRM, _("办理时限延长"), _("%(department)s在办，改为 %(due)s办结。原因：%(reason)s") % given
    office = _("已同意延期，%(due)s办结。") % given
    yield concerned(ticket, request), _("延期已同意"), office
    yield [*responder(ticket), *department(ticket, Role.DEPARTMENT_HEAD)], _("延期已同意"), office


@tells("ticket.suspended")
def suspended(ticket: Ticket, params: Params) -> Iterator[Words]:
    request = _request(params)
    given = {"what": what(request), "reason": request.reason.rstrip("。")}
    to_firm = _("这件诉求%(what)s，到时自动恢复办理。原因：%(reason)s。") % given
    if request.cause == HandlingRequest.Cause.ENTERPRISE:
        to_firm += _("请在这件诉求里回复，收到后马上接着办。")
    yield FIRM, _("诉求已挂起"), to_firm
    office = _("%(what)s，没有超期的时限暂停。") % {"what": capfirst(given["what"])}
    yield concerned(ticket, request), _("挂起已同意"), office
    yield [*responder(ticket), *department(ticket, Role.DEPARTMENT_HEAD)], _("挂起已同意"), office


@tells("ticket.request_refused")
def request_refused(ticket: Ticket, params: Params) -> Iterator[Words]:
    request = _request(params)
    body = _("%(name)s不同意%(kind)s：%(reason)s 时限照走。") % {
        "name": request.refused_by.name if request.refused_by else "",
        "kind": request.get_kind_display(),
        "reason": request.refused_for,
    }
    yield concerned(ticket, request), _("申请没有同意"), body
    if request.head_by is not None:
        yield User.objects.answering_for(request.head_by), _("申请没有同意"), body


@tells("ticket.request_withdrawn")
def request_withdrawn(ticket: Ticket, params: Params) -> Iterator[Words]:
    request = _request(params)
    deciding = centre() if request.head_at else department(ticket, Role.DEPARTMENT_HEAD)
    yield deciding, _("申请已撤回"), _("%(kind)s申请已撤回，不用再批。") % {"kind": request.get_kind_display()}


@tells("ticket.resumed")
def resumed(ticket: Ticket, params: Params) -> Iterator[Words]:
    if ticket.status != stages.HANDLING:
        return  # it has gone on before this was delivered
    request = _request(params)
    work = work_deadline(ticket)
    given = {"how": capfirst(request.get_ended_how_display()), "due": by_when(work.due_at) if work else ""}
    body = _("%(how)s，恢复办理，%(due)s办结。") % given
    yield FIRM, _("诉求恢复办理"), body
    people = [*handler(ticket), *department(ticket, Role.DEPARTMENT_HEAD), *responder(ticket)]
    yield people, _("恢复办理，时限接着走"), body


@tells("ticket.came_up_again")
def came_up_again(ticket: Ticket, params: Params) -> Iterator[Words]:
    look = SecondLook.objects.get(pk=params["look"])
    if look.looked_at or look.dropped_at:
        return  # done before this was delivered
    body = _("一个季度过去了，请看条件有没有变化。编号 %(number)s。") % {"number": ticket.number}
    yield centre(), _("历史疑难件请再看"), body


@tells("ticket.looked_again")
def looked_again(ticket: Ticket, params: Params) -> Iterator[Words]:
    body = _("条件有变化，已另开 %(number)s 接着办。") % {"number": params.get("follow_up", "")}
    yield handler(ticket), _("历史疑难件重新办理"), body


@tells("ticket.reopened")
def reopened(ticket: Ticket, params: Params) -> Iterator[Words]:
    body = _("%(former)s 当时没办成，现在条件有变化，另开 %(number)s 接着办，%(day)s前定下由谁办。") % {
        "former": params["follows"],
        "number": ticket.number,
        "day": _dispatch_day(ticket),
    }
    yield FIRM, _("以前没办成的诉求，现在接着办"), body
    yield responder(ticket), _("您是首问负责人"), body
    if ticket.status == stages.TRIAGING:
        yield User.objects.holding(Role.TRIAGER), _("新诉求待研判"), body


def _dispatch_day(ticket: Ticket) -> str:
    clock = ticket.deadlines.filter(obligation="dispatch").order_by("-id").first()
    return day(clock.due_at) if clock else ""
