"""Which deadline starts and stops when: one function for each step of the loop (handbook §3).

Obligations belong to whoever has them: a department that gets a ticket second starts with a fresh clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

from portal import deadlines
from portal.deadlines.rules import rule_under
from portal.people.models import Department, User
from portal.worktime.calendar import SHANGHAI, Limit, LimitKind, calendar
from requests import stages
from requests.models import Ticket, TicketDeadline
from requests.models.ticket import WORK, WORKS, Channel, Round

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
    if ticket.outer_due_at is not None:
        _start(ticket, "outer", at, CENTRE, limit=Limit.until(ticket.outer_due_at))
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


def supplement_lapsed(ticket: Ticket, at: datetime) -> None:
    """APP-2: what was asked for never came, nothing is owed any more."""
    ended(ticket, at)


def dispatched(ticket: Ticket, at: datetime) -> None:
    """SLA-1 is met; SLA-2 begins for the lead."""
    _meet(ticket, "first_response", "dispatch", at=at)
    _start(ticket, "accept", at, DEPARTMENT, ticket.lead_department)
    for part in ticket.assignments.filter(part="co", ended_at=None).select_related("department"):
        part_assigned(ticket, part.department, at)


def taken(ticket: Ticket, at: datetime, until: datetime | None = None) -> None:
    """SLA-2 is met; the handling clock runs from acceptance (SLA-3, 4), first contact within 1 wd (APP-21).

    `until` takes the place of the table's limit where that leaves it to the department to name the day.
    """
    late = running(ticket, "accept")
    _meet(ticket, "accept", at=at)
    if running(ticket, ticket.work) is None:
        from_when = min(at, late.due_at) if late else at  # “at latest from SLA-2's due time”
        lead = _start(
            ticket, ticket.work, from_when, DEPARTMENT, ticket.lead_department, Limit.until(until) if until else None
        )
        _start_parts(ticket, at, lead.due_at)
    _start(ticket, "contact", at, DEPARTMENT, ticket.lead_department)


def running(ticket: Ticket, obligation: str) -> TicketDeadline | None:
    """The open clock of an obligation that the ticket has at most once."""
    return TicketDeadline.objects.open().filter(subject=ticket, obligation=obligation).first()


def handling_began(ticket: Ticket) -> TicketDeadline | None:
    """The limit to accept has passed: the handling clock runs from that limit's due time (SLA-3), as do the parts.

    Also after an outage, for the limit is the law's and not the sweep's. To accept stays owed. None where the table
    leaves the day to the department: there is nothing to run by before it has named one.
    """
    late = running(ticket, "accept")
    if late is None or running(ticket, ticket.work) is not None or handling_by_date(ticket, late.due_at):
        return None
    lead = _start(ticket, ticket.work, late.due_at, DEPARTMENT, ticket.lead_department)
    _start_parts(ticket, late.due_at, lead.due_at)
    return lead


def handling_by_date(ticket: Ticket, at: datetime) -> bool:
    """Whether the table leaves it to the department to name the day (1-3-5: difficult and major matters).

    Not where the handling clock runs already: what has begun keeps the limit it began with.
    """
    return rule_under(ticket.work, conditions(ticket), at=at).limit is None and running(ticket, ticket.work) is None


def _start_parts(ticket: Ticket, at: datetime, lead_due_at: datetime) -> None:
    for part in ticket.assignments.filter(part="co", ended_at=None, opinion_at=None).select_related("department"):
        _start_part(ticket, part.department, at, lead_due_at)


def _start_part(ticket: Ticket, department: Department, at: datetime, lead_due_at: datetime) -> None:
    """Co-handlers' part: some working days before the lead's due time, or with it if that leaves no time (SLA-16)."""
    if department.kind == Department.Kind.THIRD_PARTY:  # its own limit, however soon the lead's is (SLA-15)
        limit = rule_under("mediation", conditions(ticket), at=at).limit
    else:
        limit = Limit.before(lead_due_at, days_before_lead(ticket, at))
    deadlines.start(
        TicketDeadline, ticket, "co_handle", at=at, obligor_kind=DEPARTMENT, department=department, limit=limit
    )


def days_before_lead(ticket: Ticket, at: datetime) -> int:
    return rule_under("co_handle", conditions(ticket), at=at).amount or 2


def anchors(clocks: Sequence[TicketDeadline], dues: Mapping[int, datetime]) -> dict[int, datetime]:
    """When the lead of each of these parts is due, as it is now or as `dues` has it (SLA-16).

    Only where it began under the lead's clock that runs: what was extended or stood still goes by what it was given.
    """
    parts = [one for one in clocks if one.limit_kind == LimitKind.BEFORE and one.extended_at is None]
    parts = [one for one in parts if not one.pauses.all()]
    if not parts:
        return {}
    tickets = Ticket.objects.in_bulk({one.subject_id for one in parts})
    running = TicketDeadline.objects.open().filter(subject__in=tickets, obligation__in=WORKS, extended_at=None)
    leads = {(lead.subject_id, lead.obligation): lead for lead in running}
    found = {}
    for part in parts:
        ticket = tickets[part.subject_id]
        lead = leads.get((part.subject_id, ticket.work))
        if lead is not None and lead.started_at <= part.started_at:
            found[part.pk] = max(dues.get(lead.pk, lead.due_at), part.started_at)
    return found


def part_given(ticket: Ticket, department: Department, at: datetime) -> None:
    for obligation in ("co_accept", "co_handle"):
        deadlines.meet(TicketDeadline, ticket, obligation, at=at, department=department)


def part_assigned(ticket: Ticket, department: Department, at: datetime) -> None:
    """SLA-2 of a co-handler; its part is due with the lead's (SLA-16), so at once where that clock runs already."""
    limit = rule_under("accept", conditions(ticket), at=at).limit
    _start(ticket, "co_accept", at, DEPARTMENT, department, limit)
    lead = running(ticket, ticket.work)
    if lead is not None:
        _start_part(ticket, department, at, max(lead.due_at, at))


def part_taken(ticket: Ticket, department: Department, at: datetime) -> None:
    deadlines.meet(TicketDeadline, ticket, "co_accept", at=at, department=department)


def part_ended(ticket: Ticket, department: Department, at: datetime) -> None:
    for obligation in ("co_accept", "co_handle"):
        deadlines.cancel(TicketDeadline, ticket, obligation, at=at, department=department)


def return_asked(ticket: Ticket, at: datetime) -> None:
    """SLA-6: the centre rules; the asking department's clocks run on (APP-9)."""
    _start(ticket, "return", at, CENTRE)


def return_ruled(ticket: Ticket, at: datetime) -> None:
    _meet(ticket, "return", at=at)


def return_dropped(ticket: Ticket, at: datetime) -> None:
    deadlines.cancel(TicketDeadline, ticket, "return", at=at)


# What the former lead owed falls away when another department takes its place; what a leader asked for moves on.
FORMER = (*WORKS, "accept", "contact", "co_handle", "progress", "decide")


def passed_on(ticket: Ticket, at: datetime) -> None:
    """The next lead starts fresh with SLA-2 (APP-9), and co-handlers' parts anew with its handling (SLA-16)."""
    for obligation in FORMER:
        deadlines.cancel(TicketDeadline, ticket, obligation, at=at)
    _start(ticket, "accept", at, DEPARTMENT, ticket.lead_department)


def instruction_moved(former: TicketDeadline, at: datetime) -> TicketDeadline:
    """What a leader asked of the former department the next one owes: its days afresh, a date as it stands (APP-21)."""
    ticket, limit = former.subject, former.limit
    if limit.instant is not None and limit.instant <= at:
        limit = Limit.working_days(1)
    deadlines.cancel(TicketDeadline, ticket, "instruction", at=at, only=former.pk)
    return instructed(ticket, at, limit, department=ticket.lead_department, user=None)


def contacted(ticket: Ticket, at: datetime) -> None:
    _meet(ticket, "contact", at=at)


def delivered(ticket: Ticket, at: datetime) -> None:
    """The signed result reached the firm: the department's clock is met, the firm's runs (SLA-7).

    What was late is late no more: no further progress report is owed (SLA-9).
    """
    _meet(ticket, ticket.work, "order", at=at)
    deadlines.cancel(TicketDeadline, ticket, "progress", at=at)
    _start(ticket, "confirm", at, ENTERPRISE)
    write_back_owed(ticket, at)


def confirmed(ticket: Ticket, at: datetime) -> None:
    """SLA-11 runs from the confirmation, or from the lapse of the second limit."""
    _meet(ticket, "confirm", at=at)
    _start(ticket, "revisit", at, CENTRE)


def lapsed(ticket: Ticket, at: datetime) -> None:
    """No answer: SLA-7 once more, from the former due time and not from when the sweep came by.

    Where the second limit would then be over too (a long outage) it runs from now: nobody can answer within a limit
    that he has not been told of.
    """
    since = _stop_confirmation(ticket, at)
    limit = rule_under("confirm", conditions(ticket), at=since).limit
    over = limit is not None and calendar().due(since, limit).at <= at
    _start(ticket, "confirm", at if over else since, ENTERPRISE)


def lapsed_again(ticket: Ticket, at: datetime) -> None:
    """SLA-11 runs from the lapse, which is the due time: an outage gives the centre no further days."""
    _start(ticket, "revisit", _stop_confirmation(ticket, at), CENTRE)


def _stop_confirmation(ticket: Ticket, at: datetime) -> datetime:
    """Ends the firm's clock; its due time."""
    (former,) = deadlines.cancel(TicketDeadline, ticket, at=at, obligation="confirm")
    return former.due_at


def sent_round_again(ticket: Ticket, at: datetime) -> None:
    """Rework, second assignment or supervision order: a fresh clock for the department (SLA-12, 8, 13)."""
    _meet(ticket, "confirm", "revisit", at=at)
    _start(ticket, WORK[Round(ticket.round)], at, DEPARTMENT, ticket.lead_department)


def ordered(ticket: Ticket, at: datetime) -> TicketDeadline:
    """SLA-13: an order given by hand has its own clock, beside that of the late work."""
    return _start(ticket, "order", at, DEPARTMENT, ticket.lead_department)


def order_answered(deadline: TicketDeadline, at: datetime) -> None:
    deadlines.meet(TicketDeadline, deadline.subject, "order", at=at, only=deadline.pk)


def ended(ticket: Ticket, at: datetime) -> None:
    """Ended in whatever way: the revisit is met by closing, the rest falls away; the hotline is still to be told."""
    _meet(ticket, "revisit", at=at)
    rest = TicketDeadline.objects.open().filter(subject=ticket).exclude(obligation="outer")
    for obligation in sorted(set(rest.values_list("obligation", flat=True))):
        deadlines.cancel(TicketDeadline, ticket, obligation, at=at)
    write_back_owed(ticket, at)


def write_back_owed(ticket: Ticket, at: datetime) -> None:
    """APP-1: a hotline is told of each result and of an end without one, by its date; of a further one within 1 wd."""
    if not ticket.from_hotline or running(ticket, "outer"):
        return
    told = ticket.write_backs.last()
    answer = ticket.results.filter(signed_at__isnull=False).last()
    if told is None or told.result_id != (answer.pk if answer else None):
        _start(ticket, "outer", at, CENTRE, limit=Limit.working_days(1))


def written_back(ticket: Ticket, at: datetime) -> None:
    _meet(ticket, "outer", at=at)


def review_asked(ticket: Ticket, at: datetime) -> None:
    """SLA-13: the supervisor rules on the rejection."""
    _start(ticket, "review", at, CENTRE)


def review_ruled(ticket: Ticket, at: datetime) -> None:
    """The review is met; where the rejection fell, SLA-1 begins anew."""
    _meet(ticket, "review", at=at)
    if ticket.status == stages.TRIAGING:
        _start(ticket, "dispatch", at, CENTRE)


def split(ticket: Ticket, at: datetime) -> None:
    """Taken out of the matter it was merged into: to be dispatched by itself, within a limit of its own (SLA-1)."""
    _start(ticket, "dispatch", at, CENTRE)


def instructed(
    ticket: Ticket, at: datetime, limit: Limit, *, department: Department | None, user: User | None
) -> TicketDeadline:
    """An instruction is owed by whom it names, with the limit it names; the ladder is that of his office (APP-21)."""
    kind = DEPARTMENT if department else CENTRE
    return deadlines.start(
        TicketDeadline,
        ticket,
        "instruction",
        at=at,
        obligor_kind=kind,
        department=department,
        user=user,
        limit=limit,
    )


def instruction_answered(deadline: TicketDeadline, at: datetime) -> None:
    deadlines.meet(TicketDeadline, deadline.subject, "instruction", at=at, only=deadline.pk)


def progress_owed(ticket: Ticket, late_since: datetime) -> TicketDeadline:
    """SLA-9: by the close of the first working day of the month after the work's due time."""
    return _progress(ticket, after=late_since, since=late_since)


def progress_given(ticket: Ticket, at: datetime) -> None:
    """One month is reported on, the next one is owed: of months that passed meanwhile none is asked for again.

    It is asked for after the former due time, and never on the day of a report: sent twice, a report is given once.
    """
    (met,) = deadlines.meet(TicketDeadline, ticket, "progress", at=at)
    next_day = datetime.combine(at.astimezone(SHANGHAI).date() + timedelta(days=1), time.min, SHANGHAI)
    _progress(ticket, after=max(at, met.due_at), since=max(next_day, met.due_at))


def _progress(ticket: Ticket, *, after: datetime, since: datetime) -> TicketDeadline:
    """Due on the first working day of the month that follows `after`."""
    day = after.astimezone(SHANGHAI)
    first = datetime(day.year + day.month // 12, day.month % 12 + 1, 1, tzinfo=SHANGHAI)
    return deadlines.start(
        TicketDeadline,
        ticket,
        "progress",
        at=since,
        obligor_kind=DEPARTMENT,
        department=ticket.lead_department,
        limit=Limit.on(first),
    )
