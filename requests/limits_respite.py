"""What more time does to the clocks of a ticket: decisions owed, an extension, a suspension and its end (APP-10)."""

from __future__ import annotations

from datetime import datetime

from portal import deadlines
from portal.deadlines.obligations import ASIDE
from portal.deadlines.rules import NoRule, rule_under
from portal.worktime.calendar import Limit, LimitKind, calendar
from requests.limits import CENTRE, DEPARTMENT, conditions
from requests.models import HandlingRequest, Ticket, TicketDeadline

DECIDE = "decide"
QUARTER = Limit.calendar_days(91)


def decision_owed(ticket: Ticket, at: datetime, *, by_head: bool) -> TicketDeadline:
    """SLA-14: one clock for the head, then one for the centre."""
    return deadlines.start(
        TicketDeadline,
        ticket,
        DECIDE,
        at=at,
        obligor_kind=DEPARTMENT if by_head else CENTRE,
        department=ticket.lead_department if by_head else None,
        conditions=conditions(ticket),
        divisor=ticket.divisor,
    )


def decided(ticket: Ticket, at: datetime) -> None:
    deadlines.meet(TicketDeadline, ticket, DECIDE, at=at)


def nothing_to_decide(ticket: Ticket, at: datetime) -> None:
    """The request was taken back, or the matter has moved on."""
    deadlines.cancel(TicketDeadline, ticket, DECIDE, at=at)


def extensions_allowed(ticket: Ticket, at: datetime) -> int:
    """How often one clock may be extended: once by default ⚙ (APP-10)."""
    try:
        return rule_under("extension", conditions(ticket), at=at).amount or 1
    except NoRule:
        return 1


def extended(ticket: Ticket, work: TicketDeadline, to: datetime, at: datetime) -> None:
    """The work is due at `to`; co-handlers' parts keep their distance (SLA-16), third parties their own limit."""
    deadlines.extend(TicketDeadline, ticket, work.obligation, at=at, to=to, department=work.department)
    parts = TicketDeadline.objects.open().filter(subject=ticket, obligation="co_handle", limit_kind=LimitKind.BEFORE)
    for part in parts.select_related("department"):
        if calendar().due(at, part.limit.moved_to(to)).at > part.due_at:
            deadlines.extend(TicketDeadline, ticket, "co_handle", at=at, to=to, department=part.department)


def suspended(ticket: Ticket, cause: str, at: datetime) -> None:
    """The departments' clocks wait; what is overdue runs on (APP-10), and what supervision has asked for too."""
    running = TicketDeadline.objects.running().filter(subject=ticket, obligor_kind=DEPARTMENT, due_at__gte=at)
    for clock in running.exclude(obligation__in=ASIDE).select_related("department"):
        deadlines.pause(TicketDeadline, ticket, clock.obligation, at=at, department=clock.department, reason=cause)


def resumed(ticket: Ticket, at: datetime) -> None:
    """Every clock that waited runs on with what was left (DL-1)."""
    waiting = TicketDeadline.objects.open().filter(subject=ticket, paused_at__isnull=False)
    for obligation in sorted(set(waiting.values_list("obligation", flat=True))):
        deadlines.resume(TicketDeadline, ticket, obligation, at=at)


def next_look(ticket: Ticket, since: datetime) -> datetime:
    """When it is looked at again, a quarter after `since` ⚙ (APP-15)."""
    try:
        limit = rule_under("look_again", conditions(ticket), at=since).limit or QUARTER
    except NoRule:
        limit = QUARTER
    return calendar().due(since, limit).at


def is_about(request: HandlingRequest) -> TicketDeadline:
    """The clock that the request would move, as it stands now."""
    return TicketDeadline.objects.select_related("department").get(pk=request.deadline_id)
