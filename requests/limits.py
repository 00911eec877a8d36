"""Which deadline starts and stops when: one function for each step of the loop (handbook §3).

Obligations belong to whoever has them: a department that gets a ticket second starts with a fresh clock.
"""

from __future__ import annotations

from datetime import datetime

from portal import deadlines
from portal.deadlines.rules import rule_under
from portal.people.models import Department
from portal.worktime.calendar import Limit, LimitKind, calendar
from requests.models import Ticket, TicketDeadline
from requests.models.ticket import WORK, Channel, Round

CENTRE, DEPARTMENT, ENTERPRISE = "centre", "department", "enterprise"

# SLA-10 asks for a human answer within minutes where nobody has spoken to the firm yet.
ANSWERED_ON_ARRIVAL = (Channel.PHONE, Channel.COUNTER, Channel.VISIT, Channel.MEETING)


def _start(
    ticket: Ticket,
    obligation: str,
    at: datetime,
    kind: str,
    department: Department | None = None,
    limit: Limit | None = None,
) -> TicketDeadline:
    return deadlines.start(
        TicketDeadline,
        ticket,
        obligation,
        at=at,
        obligor_kind=kind,
        department=department,
        limit=limit,
        conditions=conditions(ticket),
        divisor=1 if kind == ENTERPRISE else ticket.divisor,
    )


def conditions(ticket: Ticket, **chosen: str) -> dict[str, str]:
    """What decides which rule of which SLA table holds for it (handbook §3); `chosen` is not settled on it yet."""
    category = ticket.category.code if ticket.category else ""
    return {"kind": ticket.kind, "complexity": ticket.complexity, "category": category, **chosen}


def _meet(ticket: Ticket, *obligations: str, at: datetime) -> None:
    for obligation in obligations:
        deadlines.meet(TicketDeadline, ticket, obligation, at=at)


def filed(ticket: Ticket, at: datetime) -> None:
    """SLA-1 runs from receipt; SLA-10 where nobody has spoken to the firm yet.

    What a clerk types in has been in his hands already, and nobody knows when it came: nothing to measure.
    """
    _start(ticket, "dispatch", at, CENTRE)
    if ticket.registered_by_id is None and ticket.channel not in ANSWERED_ON_ARRIVAL:
        _start(ticket, "first_response", at, CENTRE)


def answered(ticket: Ticket, at: datetime) -> bool:
    """A person of the centre has spoken to the firm (SLA-10); whether that was still owed."""
    return bool(deadlines.meet(TicketDeadline, ticket, "first_response", at=at))


def supplement_asked(ticket: Ticket, at: datetime) -> None:
    """The centre's clock waits while the firm has ten working days (APP-2); an overdue one runs on (APP-10)."""
    if not TicketDeadline.objects.overdue(at).filter(subject=ticket, obligation="dispatch").exists():
        deadlines.pause(TicketDeadline, ticket, "dispatch", at=at)
    _start(ticket, "supplement", at, ENTERPRISE)


def supplemented(ticket: Ticket, at: datetime) -> None:
    _meet(ticket, "supplement", at=at)
    deadlines.resume(TicketDeadline, ticket, "dispatch", at=at)


def dispatched(ticket: Ticket, at: datetime) -> None:
    """SLA-1 is met; SLA-2 begins for the lead."""
    _meet(ticket, "first_response", "dispatch", at=at)
    _start(ticket, "accept", at, DEPARTMENT, ticket.lead_department)


def taken(ticket: Ticket, at: datetime, until: datetime | None = None) -> None:
    """SLA-2 is met; the handling clock runs from acceptance (SLA-3, 4), first contact within 1 wd (APP-21).

    `until` takes the place of the table's limit where that leaves it to the department to name the day.
    """
    late = TicketDeadline.objects.open().filter(subject=ticket, obligation="accept").first()
    _meet(ticket, "accept", at=at)
    from_when = min(at, late.due_at) if late else at  # “at latest from SLA-2's due time”
    fixed = Limit.until(until) if until else None
    lead = _start(ticket, "handle", from_when, DEPARTMENT, ticket.lead_department, fixed)
    _start(ticket, "contact", at, DEPARTMENT, ticket.lead_department)
    for part in ticket.assignments.filter(part="co", ended_at=None, opinion_at=None).select_related("department"):
        _start_part(ticket, part.department, at, lead.due_at)


def handling_by_date(ticket: Ticket, at: datetime) -> bool:
    """Whether the table leaves it to the department to name the day (1-3-5: difficult and major matters)."""
    return rule_under("handle", conditions(ticket), at=at).limit is None


def _start_part(ticket: Ticket, department: Department, at: datetime, lead_due_at: datetime) -> None:
    """Co-handlers' part: two working days before the lead's due time, or with it where that leaves no time (SLA-16)."""
    due_at = calendar().close_before(lead_due_at, 2)
    limit = Limit(LimitKind.UNTIL, instant=due_at if due_at > at else lead_due_at)
    deadlines.start(
        TicketDeadline, ticket, "co_handle", at=at, obligor_kind=DEPARTMENT, department=department, limit=limit
    )


def part_given(ticket: Ticket, department: Department, at: datetime) -> None:
    deadlines.meet(TicketDeadline, ticket, "co_handle", at=at, department=department)


def contacted(ticket: Ticket, at: datetime) -> None:
    _meet(ticket, "contact", at=at)


def delivered(ticket: Ticket, at: datetime) -> None:
    """The signed result reached the firm: the department's clock is met, the firm's runs (SLA-7)."""
    _meet(ticket, WORK[Round(ticket.round)], at=at)
    _start(ticket, "confirm", at, ENTERPRISE)


def confirmed(ticket: Ticket, at: datetime) -> None:
    """SLA-11 runs from the confirmation, or from the lapse of the second limit."""
    _meet(ticket, "confirm", at=at)
    _start(ticket, "revisit", at, CENTRE)


def lapsed(ticket: Ticket, at: datetime) -> None:
    """No answer: SLA-7 once more."""
    deadlines.cancel(TicketDeadline, ticket, at=at, obligation="confirm")
    _start(ticket, "confirm", at, ENTERPRISE)


def lapsed_again(ticket: Ticket, at: datetime) -> None:
    deadlines.cancel(TicketDeadline, ticket, at=at, obligation="confirm")
    _start(ticket, "revisit", at, CENTRE)


def sent_round_again(ticket: Ticket, at: datetime) -> None:
    """Rework, second assignment or supervision order: a fresh clock for the department (SLA-12, 8, 13)."""
    _meet(ticket, "confirm", "revisit", at=at)
    _start(ticket, WORK[Round(ticket.round)], at, DEPARTMENT, ticket.lead_department)


def ended(ticket: Ticket, at: datetime) -> None:
    """Closed, rejected or withdrawn: the revisit is met by closing, the rest falls away."""
    _meet(ticket, "revisit", at=at)
    deadlines.cancel(TicketDeadline, ticket, at=at)
