"""What stands about more time for a ticket: the open request, who decides on it, the suspension, the second look.

Pages and verbs ask the same functions, so that what is offered and what is refused cannot differ (APP-10, APP-15).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from portal import deadlines
from portal.people.models import Department, Membership, User
from portal.people.rights import standing_in
from portal.people.roles import Role
from portal.worktime import clock
from requests import stages
from requests.limits_respite import extensions_allowed, next_look
from requests.models import HandlingRequest, Result, SecondLook, Ticket, TicketDeadline

HEAD = "lead.department_head"
UNMET = (Result.Kind.CANNOT, Result.Kind.PARTLY)
RULES = frozenset(stages.RULES)
ASKS = {"ask_extension", "ask_suspension"}
DECIDES = {"approve_request", "refuse_request"}
TIMED = {"bring_back"}  # for nobody's hand


def request_of(ticket: Ticket) -> HandlingRequest | None:
    """The request that waits for its decision."""
    return ticket.handling_requests.open().select_related("asked_by", "deadline").first()


def suspension_of(ticket: Ticket) -> HandlingRequest | None:
    """The suspension that runs."""
    return ticket.handling_requests.suspending().first() if ticket.status == stages.SUSPENDED else None


def look_of(ticket: Ticket) -> SecondLook | None:
    """The second look that is planned or waited for."""
    return ticket.looks.planned().first()


def work_of(ticket: Ticket) -> TicketDeadline | None:
    """The lead department's own clock, of which more time is asked for."""
    return next((clock for clock in ticket.open_deadlines if clock.obligation == ticket.work), None)


def decision_due(ticket: Ticket) -> TicketDeadline | None:
    """The clock of whoever decides on the open request (SLA-14): there is one exactly while a request is open."""
    return next((clock for clock in ticket.open_deadlines if clock.obligation == "decide"), None)


def extensions_left(ticket: Ticket, work: TicketDeadline, at: datetime) -> int:
    """How often this clock may still be extended (APP-10 ⚙); no query for one that never was."""
    used = 0
    if work.extended_at is not None:
        extensions = ticket.handling_requests.filter(kind=HandlingRequest.Kind.EXTENSION, deadline=work)
        used = extensions.filter(centre_at__isnull=False).count()
    return extensions_allowed(ticket, at) - used


def has_head(department: Department | None, at: datetime | None = None) -> bool:
    """Whether anybody heads the department or one above it; else the centre decides alone."""
    while department is not None:
        if Membership.objects.current(at).filter(department=department, role=Role.DEPARTMENT_HEAD).exists():
            return True
        department = department.parent
    return False


def asks_head(ticket: Ticket, at: datetime | None = None) -> bool:
    """Whether the head decides before the centre: there is one, and he sees the matter (APP-18)."""
    return not ticket.confidential and has_head(ticket.lead_department, at)


def may_decide(request: HandlingRequest, held: Collection[str], by: User) -> bool:
    """The head's step is his; the centre's nobody's who has asked, or has approved as head."""
    if request.head_at is None:
        return HEAD in held
    return not RULES.isdisjoint(held) and by.pk not in (request.asked_by_id, request.head_by_id)


def may_withdraw(request: HandlingRequest, by: User, at: datetime | None = None) -> bool:
    """Whoever asked and who stands in for him; who handles it now, where that one has left."""
    names = {person.pk for person in standing_in(by, at)}
    return request.asked_by_id in names or request.ticket.handler_id in names


def offered(ticket: Ticket, verbs: list[str], held: Collection[str], by: Any, at: datetime | None) -> list[str]:
    """Of the verbs that `by` may do by his office, those for which there is something to do now.

    Without a request it costs no query, but for a second look, which is asked for where a ticket has ended or waits.
    """
    verbs = [verb for verb in verbs if verb not in TIMED]
    if "look_again" in verbs and not to_look_at(ticket):
        verbs.remove("look_again")
    mine = (ASKS | DECIDES | {"withdraw_request"}) & set(verbs)
    if not mine:
        return verbs
    request = request_of(ticket) if decision_due(ticket) else None
    work = work_of(ticket)
    may_ask = request is None and work is not None and not (at and work.is_overdue(at))
    decides = request is not None and may_decide(request, held, by)
    there_is = {
        "ask_extension": may_ask and extensions_left(ticket, work, at or clock.now()) > 0,
        "ask_suspension": may_ask,
        "approve_request": decides,
        "refuse_request": decides,
        "withdraw_request": request is not None and may_withdraw(request, by, at),
    }
    return [verb for verb in verbs if there_is.get(verb, True)]


def to_look_at(ticket: Ticket) -> bool:
    """What waits comes up in its time; what was closed unmet may be looked at before, as soon as something changes."""
    look = look_of(ticket)
    return look is not None and (look.came_up_at is not None or ticket.status == stages.CLOSED)


def left(ticket: Ticket, status: str, at: datetime) -> None:
    """The ticket leaves its status for another: what was asked for about the former one falls away.

    Called before the status changes, whichever verb moves it: a result, a withdrawal, a return to the centre.
    """
    if status == ticket.status:
        return
    if ticket.status == stages.HANDLING:
        for request in ticket.handling_requests.open():
            request.withdrawn_at = at
            request.save()
            deadlines.cancel(TicketDeadline, ticket, "decide", at=at)
    if ticket.status == stages.SUSPENDED:
        for request in ticket.handling_requests.suspending():
            request.ended_at, request.ended_how = at, HandlingRequest.End.MOVED
            request.save()
        ticket.looks.planned().update(dropped_at=at)


def plan_look(ticket: Ticket, at: datetime) -> None:
    """It comes up a quarter from now, if it was closed unmet or waits; confidential matters are their keeper's own."""
    unmet = ticket.status == stages.CLOSED and ticket.outcome in UNMET
    if (unmet or ticket.status == stages.SUSPENDED) and not ticket.confidential:
        SecondLook.objects.create(ticket=ticket, due_at=next_look(ticket, at))


def over(at: datetime) -> QuerySet[HandlingRequest]:
    """Suspensions whose review date has come: they end by themselves (APP-10)."""
    return HandlingRequest.objects.suspending().filter(until__lte=at).select_related("ticket").order_by("until", "pk")


def looks_due(at: datetime) -> QuerySet[SecondLook]:
    """Second looks whose quarter is over (APP-15)."""
    return SecondLook.objects.due(at).select_related("ticket").order_by("due_at", "pk")


def with_heads(departments: Collection[int]) -> Q:
    """Tickets of these departments whose request waits for the head."""
    waiting = HandlingRequest.objects.with_head().filter(ticket__lead_department__in=departments)
    return Q(pk__in=waiting.values("ticket"))


def with_centre() -> Q:
    return Q(pk__in=HandlingRequest.objects.with_centre().values("ticket"))


def looks_waiting() -> Q:
    """Matters that came up for a second look."""
    return Q(pk__in=SecondLook.objects.waiting().values("ticket"))
