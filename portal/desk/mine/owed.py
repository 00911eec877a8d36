"""Whose deadlines are one's own: what somebody owes himself, with his department, at the centre, or as a firm.

Always within what `visible_to` of tickets and claims leaves; in his own firm's matters an official is the firm and
nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse

from enterprises.models import Enterprise, firms_of
from policies.claims.capacity import for_another
from policies.models import ClaimDeadline
from policies.models.services import KEEPS_SERVICES, ServiceDeadline
from portal.desk.mine.inspections import owed_in_inspections
from portal.desk.sorts import CLAIM, OF, SERVICE, VISIT
from portal.people.models import User
from portal.people.rights import HEADS, Rights, rights_of, standing_in
from portal.people.roles import Role
from portal.worktime import words
from portal.worktime.limits import SHANGHAI
from requests.models import Ticket, TicketDeadline, VisitDeadline
from requests.models.visits import VISITORS

MOST = 300  # rows of a page; whoever owes more works from his queue
AT_CENTRE = {
    Role.INTAKE_CLERK: ("first_response", "dispatch", "return"),
    Role.TRIAGER: ("dispatch", "return", "decide"),
    Role.REVISITOR: ("revisit",),
    Role.SUPERVISOR: ("review", "decide"),
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
        named &= ~Q(obligation="decide")  # the head's own (SLA-14)
        found |= Q(obligor_kind="department", user=None, department__in=departments) & named
    if below:
        found |= Q(obligor_kind="department", department__in=below)
    for role, obligations in AT_CENTRE.items():
        if rights.has(role):
            found |= Q(obligor_kind="centre", obligation__in=obligations)
    if rights.has(Role.STEWARD, Role.PROJECT_ASSISTANT):  # he sees to it that the firm answers
        found |= Q(obligor_kind="enterprise", subject__first_responder__in=names)
    return found


HEADS_OWE = ("claim_approve", "claim_objection")


def claims_owed_by(user: User) -> QuerySet[ClaimDeadline]:
    """Of claims (POL-5): an officer's what his department owes, a head's all of it; a firm's and its steward's."""
    rights, firms = rights_of(user), firms_of(user)
    own_firms = Q(subject__enterprise__in=firms)
    officer, below = rights.departments(Role.POLICY_OFFICER), rights.subtree(*HEADS)
    office = Q(department__in=below) | Q(department__in=officer) & ~Q(obligation__in=HEADS_OWE)
    mine = Q(obligor_kind="department") & office
    if rights.has(Role.STEWARD, Role.PROJECT_ASSISTANT):
        looked_after = Enterprise.objects.stewarded_by(user).order_by().values("pk")
        mine |= Q(obligor_kind="enterprise", subject__enterprise__in=looked_after)
    mine &= ~Q(subject__in=for_another(user))
    mine = mine & ~own_firms | Q(obligor_kind="enterprise") & own_firms
    return ClaimDeadline.objects.open().filter(mine, subject__in=CLAIM.seen_by(user)).order_by("due_at", "pk")


def services_owed_by(user: User) -> QuerySet[ServiceDeadline]:
    """Orders to take on (POL-7): the provider's people and its heads, the centre where nobody signs in for it."""
    rights = rights_of(user)
    units = rights.departments(Role.HANDLER) | rights.subtree(*HEADS)
    mine = Q(obligor_kind="department", department__in=units)
    if rights.has(*KEEPS_SERVICES):
        mine |= Q(obligor_kind="centre")
    seen = Q(subject__in=SERVICE.seen_by(user)) & ~Q(subject__enterprise__in=firms_of(user))
    return ServiceDeadline.objects.open().filter(mine, seen).order_by("due_at", "pk")


def visits_owed_by(user: User) -> QuerySet[VisitDeadline]:
    """Visits that he, or whom he stands in for, is to make (ENT-10)."""
    mine = Q(user__in=standing_in(user), subject__in=VISIT.seen_by(user))
    return VisitDeadline.objects.open().filter(mine).order_by("due_at", "pk")


def all_owed_by(user: User) -> tuple[QuerySet[Any], ...]:
    """What he owes, one queryset for each sort of work that he can owe anything of."""
    found: list[QuerySet[Any]] = [owed_by(user), claims_owed_by(user)]
    rights = rights_of(user)
    if rights.has(Role.HANDLER, *HEADS, *KEEPS_SERVICES):
        found.append(services_owed_by(user))
    if rights.has(*VISITORS) and not rights.is_outside:
        found.append(visits_owed_by(user))
    return *found, *owed_in_inspections(user)


def shown(deadlines: QuerySet[Any]) -> QuerySet[Any]:
    """With all that a row says."""
    if deadlines.model in OF:
        return deadlines.select_related("department", *OF[deadlines.model].with_)
    return deadlines.select_related("subject__enterprise", "department")


@dataclass(frozen=True)
class Row:
    """One deadline, with what it is of."""

    deadline: Any
    late: bool

    @property
    def of_claim(self) -> bool:
        return isinstance(self.deadline, ClaimDeadline)

    @property
    def of_ticket(self) -> bool:
        return isinstance(self.deadline, TicketDeadline)

    @property
    def number(self) -> str:
        return str(getattr(self.deadline.subject, "number", self.deadline.subject.pk))

    @property
    def url(self) -> str:
        subject = self.deadline.subject
        sort = OF.get(type(self.deadline))
        return sort.url(subject) if sort else reverse("requests:ticket", args=[subject.number])

    @property
    def reckoned_url(self) -> str:
        """Where it is told how the limit was computed."""
        sort = OF.get(type(self.deadline))
        if sort is not None:
            return reverse("mine:clock", args=[sort.code, self.deadline.pk])
        return reverse("mine:reckoned", args=[self.deadline.subject.number, self.deadline.pk])

    @property
    def title(self) -> str:
        sort = OF.get(type(self.deadline))
        return sort.title(self.deadline.subject) if sort else self.deadline.subject.heading

    @property
    def firm(self) -> str:
        subject = self.deadline.subject
        if (sort := OF.get(type(self.deadline))) is not None:
            return subject.enterprise.called if sort.firm else ""
        return str(subject.firm_short_name)


@dataclass
class Group:
    """Deadlines that are due together; `count` is how many there are, also where not all are shown."""

    key: str
    count: int
    rows: list[Row] = field(default_factory=list)


def together(*lists: list[Group]) -> list[Group]:
    """The groups of several kinds of deadlines as one, each in the order of the due times."""
    keys = [key for key in ORDER if any(group.key == key for groups in lists for group in groups)]
    merged = []
    for key in keys:
        parts = [group for groups in lists for group in groups if group.key == key]
        rows = sorted((row for part in parts for row in part.rows), key=lambda row: row.deadline.due_at)
        merged.append(Group(key, sum(part.count for part in parts), rows))
    return merged


ORDER = ("late", "today", "week", "later", "paused")


def grouped(deadlines: QuerySet[Any], now: datetime) -> list[Group]:
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
            groups[key].rows.append(Row(deadline, key == "late"))
    return list(groups.values())


def _key(deadline: Any, now: datetime, tomorrow: datetime, monday: datetime) -> str:
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
    rows: list[Row] = field(default_factory=list)

    @property
    def first(self) -> list[Row]:
        return self.rows[:CELL]

    @property
    def more(self) -> int:
        return max(0, len(self.rows) - CELL)


def sheet(
    owed: Iterable[QuerySet[Any]], weeks: list[list[date]], month: int, known: Any, now: datetime
) -> list[list[Cell]]:
    """The month's weeks with what is due on each day; one query for each kind of deadline."""
    first = datetime.combine(weeks[0][0], time.min, SHANGHAI)
    end = datetime.combine(weeks[-1][-1] + timedelta(days=1), time.min, SHANGHAI)
    due: dict[date, list[Row]] = {}
    for deadlines in owed:
        for deadline in shown(deadlines.filter(due_at__gte=first, due_at__lt=end)):
            due.setdefault(words.local_day(deadline.due_at), []).append(Row(deadline, deadline.is_overdue(now)))
    for rows in due.values():
        rows.sort(key=lambda row: row.deadline.due_at)
    today = words.local_day(now)
    return [
        [Cell(day, day.month == month, known.is_working(day), day == today, due.get(day, [])) for day in week]
        for week in weeks
    ]
