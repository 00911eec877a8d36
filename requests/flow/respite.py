"""延期、挂起 (APP-10): a department asks, its head approves, then the centre; SLA-14 gives each of them a working day.

An extension moves the due time, a suspension lets the clocks wait until its review date. Both are asked for before the
work is due; its clock runs on until they are approved. A request asked for in time may be approved later, for the
department is not to blame for that; but an overdue clock cannot be paused. Once by default ⚙ for each clock: whoever
gets the matter next has his own.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.deadlines.flow import NotPausable
from portal.people.actors import CLOCK, Actor, Clock, person
from portal.people.models import User
from portal.people.refusal import required
from portal.people.rights import Grant
from portal.worktime.calendar import OutsideCalendar, calendar
from portal.worktime.words import by_when, local_day
from requests import limits_respite as limits
from requests import respite, stages
from requests.capacity import standing
from requests.flow.core import Refused, begin, move, note
from requests.models import HandlingRequest, Ticket, TicketDeadline

LONGEST = 366  # days ahead
EXTENSION, SUSPENSION = HandlingRequest.Kind.EXTENSION, HandlingRequest.Kind.SUSPENSION


@transaction.atomic
def ask_extension(ticket: Ticket, *, by: User, until: date, reason: str, at: datetime | None = None) -> HandlingRequest:
    """The work is to be due at the close of business of `until`, a working day after its due day."""
    ticket, at = begin(ticket, "ask_extension", by, at)
    work = _in_time(ticket, at)
    if respite.extensions_left(ticket, work, at) < 1:
        raise Refused(_("这个时限最多延 %(n)s 次，不能再延。") % {"n": limits.extensions_allowed(ticket, at)})
    close = calendar().close(_working_day(until, at))
    if close <= work.due_at:
        raise Refused(_("新的日期要晚于现在的时限(%(due)s)。") % {"due": by_when(work.due_at)}, "until")
    return _ask(ticket, work, EXTENSION, reason, close, by, at)


@transaction.atomic
def ask_suspension(
    ticket: Ticket, *, by: User, cause: str, until: date, reason: str, at: datetime | None = None
) -> HandlingRequest:
    """The clocks are to wait until the morning of `until`, the working day on which it is reviewed.

    The firm must have been contacted before: it is told why its matter waits, and may be what is waited for.
    """
    ticket, at = begin(ticket, "ask_suspension", by, at)
    if cause not in HandlingRequest.Cause.values:
        raise Refused(_("请选等什么。"), "cause")
    work = _in_time(ticket, at)
    if any(clock.obligation == "contact" for clock in ticket.open_deadlines):
        raise Refused(_("还没有登记联系企业，先联系企业，再申请挂起。"))
    opens = calendar().opens_at(_midnight(_working_day(until, at)))
    if opens <= at:
        raise Refused(_("复核日要在今天以后。"), "until")
    return _ask(ticket, work, SUSPENSION, reason, opens, by, at, cause)


def _in_time(ticket: Ticket, at: datetime) -> TicketDeadline:
    """The clock that is asked about: it runs, is not overdue, and nothing else is asked for."""
    if respite.request_of(ticket) is not None:
        raise Refused(_("已有一个延期或挂起申请在批，先等批复或撤回。"))
    work = respite.work_of(ticket)
    if work is None:
        raise Refused(_("这件现在没有在走的办理时限。"))
    if work.is_overdue(at):
        raise Refused(_("时限已过，不能再申请延期或挂起。办不完的，请作公开承诺。"))
    return work


def _working_day(day: date, at: datetime) -> date:
    if (day - local_day(at)).days > LONGEST:
        raise Refused(_("日期最远一年，请改近一点。"), "until")
    try:
        working = calendar().is_working(day)
    except OutsideCalendar:
        raise Refused(_("日期超出了日历，请改近一点。"), "until") from None
    if not working:
        raise Refused(_("这一天休息，请选一个工作日。"), "until")
    return day


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), calendar().close(day).tzinfo)


def _ask(
    ticket: Ticket,
    work: TicketDeadline,
    kind: str,
    reason: str,
    until: datetime,
    by: User,
    at: datetime,
    cause: str = "",
) -> HandlingRequest:
    """Where the head asks himself his approval is given with it; without a head the centre decides alone.

    So it does of a confidential matter, which the head does not see (APP-18).
    """
    request = HandlingRequest(
        ticket=ticket,
        kind=kind,
        deadline=work,
        former_due_at=work.due_at,
        cause=cause,
        reason=required(reason, _("请写理由，同意后企业会看到。"), "reason"),
        until=until,
        asked_by=by,
        asked_at=at,
    )
    if respite.HEAD in standing(ticket, by, at):
        request.head_by, request.head_at = by, at
    elif not respite.asks_head(ticket, at):
        request.head_at = at
    request.save()
    limits.decision_owed(ticket, at, by_head=request.head_at is None)
    note(f"ticket.{kind}_asked", ticket, by=by, at=at, firm_sees=False, request=request.pk)
    return request


@transaction.atomic
def approve_request(ticket: Ticket, *, by: User, at: datetime | None = None) -> Ticket:
    """The head's approval passes it on to the centre; the centre's makes it so, and the firm is told why."""
    ticket, at = begin(ticket, "approve_request", by, at)
    request, ticket.acting = _to_decide(ticket, by, at)
    limits.decided(ticket, at)
    if request.head_at is None:
        request.head_by, request.head_at = by, at
        request.save()
        limits.decision_owed(ticket, at, by_head=False)
        note("ticket.request_passed", ticket, by=by, at=at, firm_sees=False, request=request.pk)
        return ticket
    request.centre_by, request.centre_at = by, at
    request.save()
    if request.is_suspension:
        _suspend(ticket, request, at)
    else:
        _extend(ticket, request, at)
    note("ticket.suspended" if request.is_suspension else "ticket.extended", ticket, by=by, at=at, request=request.pk)
    return ticket


def _to_decide(ticket: Ticket, by: User, at: datetime) -> tuple[HandlingRequest, Grant | None]:
    """The open request under its lock, and the right by which he decides on it."""
    request = ticket.handling_requests.open().select_for_update(no_key=True).first()
    if request is None:
        raise Refused(_("没有等批的申请：已经批过，或者撤回了。"))
    held = standing(ticket, by, at)
    if not respite.may_decide(request, held, by):
        if request.head_at is None:
            raise Refused(_("先由部门主要负责人批，再由中心批。"))
        raise Refused(_("部门已批，由中心另一位研判员或督查员批。"))
    wanted = {respite.HEAD} if request.head_at is None else respite.RULES
    grants = [grant for capacity, grant in held.items() if capacity in wanted and grant is not None]
    return request, min(grants, key=lambda grant: grant.principal is not None, default=None)


def _extend(ticket: Ticket, request: HandlingRequest, at: datetime) -> None:
    work = limits.is_about(request)
    if not work.is_open or request.until <= max(at, work.due_at):
        raise Refused(_("申请的日期已经不晚于现在的时限，请不同意，让部门重新申请。"))
    limits.extended(ticket, work, request.until, at)


def _suspend(ticket: Ticket, request: HandlingRequest, at: datetime) -> None:
    work = limits.is_about(request)
    if work.is_overdue(at):
        raise Refused(_("时限已过，超期的不能挂起。请不同意，办不完的由部门作公开承诺。"))
    if request.until <= at:
        raise Refused(_("申请的复核日已经到了，请不同意，让部门重新申请。"))
    try:
        limits.suspended(ticket, request.cause, at)
    except NotPausable:  # a clock fell due in this moment
        raise Refused(_("时限已过，超期的不能挂起。请不同意，办不完的由部门作公开承诺。")) from None
    move(ticket, stages.SUSPENDED, at)
    ticket.save()
    respite.plan_look(ticket, at)


@transaction.atomic
def refuse_request(ticket: Ticket, *, by: User, reason: str, at: datetime | None = None) -> Ticket:
    """Not approved: whoever asked is told why; the clock has run on all the while."""
    ticket, at = begin(ticket, "refuse_request", by, at)
    request, ticket.acting = _to_decide(ticket, by, at)
    request.refused_by, request.refused_at = by, at
    request.refused_for = required(reason, _("请写不同意的理由。"), "reason")
    request.save()
    limits.decided(ticket, at)
    note("ticket.request_refused", ticket, by=by, at=at, firm_sees=False, request=request.pk)
    return ticket


@transaction.atomic
def withdraw_request(ticket: Ticket, *, by: User, at: datetime | None = None) -> Ticket:
    """Taken back by whoever asked, or by who handles it now."""
    ticket, at = begin(ticket, "withdraw_request", by, at)
    request = ticket.handling_requests.open().select_for_update(no_key=True).first()
    if request is None:
        raise Refused(_("没有等批的申请：已经批过，或者撤回了。"))
    if not respite.may_withdraw(request, by, at):
        raise Refused(_("由申请的人撤回。"))
    request.withdrawn_by, request.withdrawn_at = by, at
    request.save()
    limits.nothing_to_decide(ticket, at)
    note("ticket.request_withdrawn", ticket, by=by, at=at, firm_sees=False, request=request.pk)
    return ticket


@transaction.atomic
def end_suspension(ticket: Ticket, *, by: User | Clock = CLOCK, text: str = "", at: datetime | None = None) -> Ticket:
    """恢复办理: by itself on the review date, earlier by the head or the centre.

    By itself the clocks run on from that morning, however late the sweep comes by.
    """
    ticket, at = begin(ticket, "end_suspension", by, at)
    request = ticket.handling_requests.suspending().select_for_update(no_key=True).get()
    if not isinstance(by, Clock):
        return resume(ticket, request, by=by, how=HandlingRequest.End.EARLY, text=text, at=at)
    if request.until > at:
        raise Refused(_("还没有到复核日。"))
    return resume(ticket, request, by=by, how=HandlingRequest.End.DATE, since=request.until, at=at)


def firm_answered(ticket: Ticket, by: Actor, at: datetime) -> None:
    """What was waited for has come: the firm wrote, and the suspension ends with that."""
    request = respite.suspension_of(ticket)
    if request is not None and request.cause == HandlingRequest.Cause.ENTERPRISE:
        resume(ticket, request, by=by, how=HandlingRequest.End.ANSWERED, at=at)


def resume(
    ticket: Ticket,
    request: HandlingRequest,
    *,
    by: Actor,
    how: str,
    at: datetime,
    since: datetime | None = None,
    text: str = "",
) -> Ticket:
    """The clocks run on, from `since` if that was before, with what was left when they stopped (DL-1)."""
    request.ended_by, request.ended_at, request.ended_how = person(by), since or at, how
    request.ended_note = text.strip()
    request.save()
    limits.resumed(ticket, request.ended_at)
    move(ticket, stages.HANDLING, at)
    ticket.save()
    note("ticket.resumed", ticket, by=by, at=at, request=request.pk, how=how)
    return ticket
