"""Whose deadlines are one's own: what somebody owes himself, with his department, at the centre, or as a firm.

Always within what `Ticket.visible_to` leaves; in his own firm's matters an official is the firm and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from enterprises.models import firms_of
from portal.people.models import User
from portal.people.rights import HEADS, Rights, rights_of, standing_in
from portal.people.roles import Role
from portal.worktime import words
from portal.worktime.limits import SHANGHAI
from requests.models import Ticket, TicketDeadline

MOST = 300  # rows of a page; whoever owes more works from his queue
AT_CENTRE = {
    Role.INTAKE_CLERK: ("first_response", "dispatch", "return", "decide"),
    Role.TRIAGER: ("dispatch", "return", "decide"),
    Role.REVISITOR: ("revisit",),
    Role.SUPERVISOR: ("review",),
}


def owed_by(user: User) -> QuerySet[TicketDeadline]:
    """His open deadlines, paused ones too; nothing of what he may not see."""
    rights, firms = rights_of(user), firms_of(user)
    own_firms = Q(subject__enterprise__in=firms)
    mine = _official(user, rights) & ~own_firms | Q(obligor_kind="enterprise") & own_firms
    seen = Ticket.objects.visible_to(user).order_by().values("pk")
    return TicketDeadline.objects.open().filter(mine, subject__in=seen).order_by("due_at", "pk")


def _official(user: User, rights: Rights) -> Q:
    names = standing_in(user)
    found = Q(user__in=names)
    departments, below = rights.departments(Role.HANDLER), rights.subtree(*HEADS)
    if departments:  # his own matters, and those of his department that nobody has yet
        named = Q(subject__handler__in=names) | Q(subject__handler=None)
        named |= ~Q(department=F("subject__lead_department"))  # a part: the handler named is the lead's
        found |= Q(obligor_kind="department", user=None, department__in=departments) & named
    if below:
        found |= Q(obligor_kind="department", department__in=below)
    for role, obligations in AT_CENTRE.items():
        if rights.has(role):
            found |= Q(obligor_kind="centre", obligation__in=obligations)
    if rights.has(Role.STEWARD, Role.PROJECT_ASSISTANT):  # he sees to it that the firm answers
        found |= Q(obligor_kind="enterprise", subject__first_responder__in=names)
    return found


def shown(deadlines: QuerySet[TicketDeadline]) -> QuerySet[TicketDeadline]:
    """With all that a row says."""
    return deadlines.select_related("subject__enterprise", "department")


@dataclass
class Group:
    """Deadlines that are due together; `count` is how many there are, also where not all are shown."""

    key: str
    count: int
    rows: list[TicketDeadline] = field(default_factory=list)


def grouped(deadlines: QuerySet[TicketDeadline], now: datetime) -> list[Group]:
    """Overdue, today, this week, later, paused; empty groups left out. Two queries."""
    tomorrow, monday = _midnight(now, 1), _midnight(now, 7 - words.local_day(now).weekday())
    running = Q(paused_at=None)
    parts = {
        "late": running & Q(due_at__lt=now),
        "today": running & Q(due_at__gte=now, due_at__lt=tomorrow),
        "week": running & Q(due_at__gte=tomorrow, due_at__lt=monday),
        "later": running & Q(due_at__gte=max(tomorrow, monday)),
        "paused": ~running,
    }
    counts: dict[str, int] = deadlines.order_by().aggregate(**{key: Count("pk", part) for key, part in parts.items()})
    groups = {key: Group(key, counts[key]) for key in parts if counts[key]}
    for deadline in shown(deadlines)[:MOST]:
        key = _key(deadline, now, tomorrow, monday)
        if key in groups:  # one that came between the two queries waits for the next look
            groups[key].rows.append(deadline)
    return list(groups.values())


def _key(deadline: TicketDeadline, now: datetime, tomorrow: datetime, monday: datetime) -> str:
    if deadline.is_paused:
        return "paused"
    if deadline.due_at < now:
        return "late"
    if deadline.due_at < tomorrow:
        return "today"
    return "week" if deadline.due_at < monday else "later"


def _midnight(now: datetime, days: int) -> datetime:
    return datetime.combine(words.local_day(now) + timedelta(days=days), time.min, SHANGHAI)


CELL = 4  # deadlines shown in one day's cell


@dataclass
class Cell:
    """One day of the month's sheet."""

    day: date
    inside: bool  # of the month
    working: bool
    today: bool
    rows: list[dict[str, Any]] = field(default_factory=list)

    @property
    def first(self) -> list[dict[str, Any]]:
        return self.rows[:CELL]

    @property
    def more(self) -> int:
        return max(0, len(self.rows) - CELL)


def sheet(
    deadlines: QuerySet[TicketDeadline], weeks: list[list[date]], month: int, known: Any, now: datetime
) -> list[list[Cell]]:
    """The month's weeks with what is due on each day; one query."""
    first = datetime.combine(weeks[0][0], time.min, SHANGHAI)
    end = datetime.combine(weeks[-1][-1] + timedelta(days=1), time.min, SHANGHAI)
    due: dict[date, list[dict[str, Any]]] = {}
    for deadline in shown(deadlines.filter(due_at__gte=first, due_at__lt=end)):
        late = deadline.is_overdue(now)
        due.setdefault(words.local_day(deadline.due_at), []).append({"deadline": deadline, "late": late})
    today = words.local_day(now)
    return [
        [Cell(day, day.month == month, known.is_working(day), day == today, due.get(day, [])) for day in week]
        for week in weeks
    ]
