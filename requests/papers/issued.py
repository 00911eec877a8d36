"""What held on the day a paper was issued, and since when something else holds (APP-22).

A paper is filed away: its dates are whole, and what a later act changed stands below what was first written.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q, QuerySet

from portal.deadlines.flow import counted_by
from portal.deadlines.models import Move
from portal.worktime.calendar import calendar
from portal.worktime.words import clock_time
from requests.models import Assignment, Ticket, TicketDeadline
from requests.models.ticket import Complexity
from requests.papers.paper import full_day

Later = tuple[datetime, str, datetime | None]  # when, what happened, until when it is due since then


def exact(instant: datetime) -> str:
    """“2026年11月22日 19:01”."""
    return f"{full_day(instant)} {clock_time(instant)}"


def until(instant: datetime) -> str:
    """“2026年11月27日 17:00前”."""
    return f"{exact(instant)}前"


def limit_lines(deadline: TicketDeadline) -> str:
    """The due time as it was set, then a line for each act that has moved it or made it wait."""
    rows = Move.objects.filter(model=deadline._meta.label_lower, deadline_id=deadline.pk)
    moves = list(rows.select_related("following").order_by("id"))
    later = sorted([*_paused(deadline), *_extended(deadline), *_moved(moves)], key=lambda one: one[0])
    stated = first_due(deadline, moves)
    lines = [until(stated)]
    for _at, words, due_at in later:
        lines.append(words)
        stated = due_at or stated
    if not deadline.is_paused and deadline.due_at != stated:
        lines.append(f"现为{until(deadline.due_at)}")
    return "\n".join(lines)


def first_due(deadline: TicketDeadline, moves: list[Move] | None = None) -> datetime:
    """When it was due as the clock began: a calendar or a rule that was changed before anything else has noted it."""
    acts = [pause.paused_at for pause in deadline.pauses.all()]
    acts += [deadline.extended_at] if deadline.extended_at else []
    if moves and all(moves[0].following.asked_at < at for at in acts):
        return moves[0].former
    return calendar().due(deadline.started_at, deadline.limit).at


def _paused(deadline: TicketDeadline) -> Iterator[Later]:
    for pause in deadline.pauses.all():
        yield pause.paused_at, f"{full_day(pause.paused_at)}起暂停计时", None
        over = deadline.met_at or deadline.cancelled_at  # what ends a clock ends its pause
        if pause.resumed_at and (over is None or pause.resumed_at < over):
            yield pause.resumed_at, f"{full_day(pause.resumed_at)}恢复计时", None


def _extended(deadline: TicketDeadline) -> Iterator[Later]:
    at = deadline.extended_at
    if at:
        to = calendar().due(at, counted_by(deadline)).at
        yield at, f"{full_day(at)}同意延期，改为{until(to)}", to


def _moved(moves: list[Move]) -> Iterator[Later]:
    for move in moves:
        at, cause = move.following.asked_at, move.following.get_cause_display()
        yield at, f"{full_day(at)}{cause}，改为{until(move.due_at)}", move.due_at


def clocks_of(ticket: Ticket, part: Assignment) -> dict[str, TicketDeadline]:
    """The clocks that began for the department while the part was its own, by obligation, stopped ones too."""
    began = Q(started_at__gte=part.assigned_at)
    if part.ended_at:
        began &= Q(started_at__lt=part.ended_at)
    clocks = ticket.deadlines.filter(began, department=part.department).order_by("id").prefetch_related("pauses")
    return {clock.obligation: clock for clock in clocks}


def standing(ticket: Ticket, at: datetime) -> QuerySet[Assignment]:
    """The parts that were given at that instant."""
    return _with_units(ticket).filter(Q(ended_at=None) | Q(ended_at__gt=at), assigned_at__lte=at)


def others(ticket: Ticket, part: Assignment) -> str:
    """协办单位 beside a lead: those given with it, then whoever joined while it lasted, and who has left since."""
    co = _with_units(ticket).filter(Q(ended_at=None) | Q(ended_at__gt=part.assigned_at), part=Assignment.Part.CO)
    joined = co.filter(assigned_at__lt=part.ended_at) if part.ended_at else co
    return "、".join(_named(row, part) for row in joined)


def _named(row: Assignment, lead: Assignment) -> str:
    said = [f"{full_day(row.assigned_at)}起"] if row.assigned_at > lead.assigned_at else []
    left = row.ended_at is not None and (lead.ended_at is None or row.ended_at < lead.ended_at)
    said += [f"{full_day(row.ended_at)}结束"] if row.ended_at and left else []
    return row.department.name + (f"（{'，'.join(said)}）" if said else "")


def lead_at(ticket: Ticket, at: datetime) -> str:
    """主办单位 at that instant."""
    lead = standing(ticket, at).filter(part=Assignment.Part.LEAD).first()
    return lead.department.name if lead else ""


def level_at(ticket: Ticket, at: datetime) -> str:
    """The complexity that it had at that instant, and since when it has another (APP-4)."""
    later = list(ticket.raises.filter(at__gt=at).order_by("at", "id"))
    first = Complexity(later[0].before if later else ticket.complexity).label
    raised = [f"{full_day(one.at)}升为{Complexity(one.after).label}" for one in later]
    return str(first) + (f"（{'，'.join(raised)}）" if raised else "")


def _with_units(ticket: Ticket) -> QuerySet[Assignment]:
    return ticket.assignments.select_related("department").order_by("assigned_at", "id")
