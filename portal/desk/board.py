"""What the board (督效屏) shows: the items whose board rung has fired, in words fit for a lobby (SUP-1, DL-4, DL-5).

An item is there from the moment its rung fires, so that nobody reads of it in the lobby before those in charge were
told; it leaves with the deadline, met, paused, extended or cancelled. Confidential matters never appear.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from math import ceil

from django.db.models import F, Prefetch
from django.utils.translation import gettext as _

from portal.deadlines.ladders import first_telling
from portal.desk import figures
from portal.people.models import Department, Membership
from portal.people.roles import Role
from portal.trail.models import Event
from portal.worktime import words
from portal.worktime.calendar import calendar
from requests import stages
from requests.journey import LEFT_BY, Journey, journey
from requests.models import DeadlineCommitment, Ticket, TicketDeadline
from requests.models.ticket import WORKS, TicketQuerySet
from requests.open311.words import GONE, MAIL, NUMBERS

SHOWN = 40  # the longest overdue; at 12 seconds each everybody who waits sees his turn
LINE = 17.5  # Chinese characters in a line of reason or promise, in the large type (board.css)
SMALL_LINE = 22.0  # … and in a line of the measure behind its label
DENSE_LINE = 34.0  # … and in a line of promise or measure in the small type
BOARD = "board"  # the word of a rung that is shown in public


@dataclass
class Item:
    """One late matter as everybody may read it; reason, promise and measure are empty until approved (DL-5)."""

    key: int
    firm: str
    title: str
    days: int  # working days past due
    is_lead: bool
    department: str
    head: str
    in_charge: str
    reason: str
    promise: str
    measure: str
    until: datetime | None
    broken: bool
    line: Journey
    step: str = ""  # what is late, where it is a step of which no commitment is made: a co-handler's, taking it on
    number: int = 0  # its place in the turn, from 1
    of: int = 0
    lead: str = ""  # whose matter it is, where a co-handler is late

    @property
    def size(self) -> str:
        """How large the title can be written in two or three lines."""
        width = width_of(self.title)
        return "" if width <= 30 else "is-long" if width <= 38 else "is-longer"

    @property
    def is_dense(self) -> bool:
        """Whether reason, or promise and measure, need the smaller type: above three lines, with an arc above one."""
        promised = ceil(width_of(self.promise) / LINE) + ceil(width_of(self.measure) / SMALL_LINE)
        return max(ceil(width_of(self.reason) / LINE), promised) > (1 if self.line.branches else 3)

    @property
    def is_full(self) -> bool:
        """Whether a promise in the small type leaves one line for the measure, not three."""
        return ceil(width_of(self.promise) / DENSE_LINE) > 4

    @property
    def before(self) -> int:
        return self.number - 1


class Screen:
    """The board at an instant, in a constant number of queries."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.tickets: TicketQuerySet = Ticket.objects.filter(confidential=False)

    @cached_property
    def items(self) -> list[Item]:
        """The longest overdue first, one for each ticket: the lead's work, which is promised, before any other step."""
        late: dict[int, TicketDeadline] = {}
        for deadline in sorted(reached(self.tickets, self.now), key=lambda one: one.obligation not in WORKS):
            late.setdefault(deadline.subject_id, deadline)
        self.total = len(late)
        shown = sorted(late.values(), key=lambda one: (one.due_at, one.pk))[:SHOWN]
        units, left = Units(shown, self.now), _left([deadline.subject_id for deadline in shown])
        items = [_item(deadline, units, left, self.now) for deadline in shown]
        for number, item in enumerate(items, 1):
            item.number, item.of = number, len(items)
        return items

    @cached_property
    def picture(self) -> figures.Picture:
        return figures.Picture(self.tickets, self.now)

    @cached_property
    def month(self) -> figures.Tally:
        period = figures.month_of(words.local_day(self.now))
        return figures.Report(self.tickets, [period], self.picture.areas, whole=True).whole()

    @property
    def open(self) -> int:
        return self.picture.open.total[0]

    @property
    def late(self) -> int:
        return self.picture.open.total[1]

    @property
    def on_time(self) -> float | None:
        """Per cent of what closed this month."""
        return figures.Rate(self.month.on_time, self.month.closed).percent

    @property
    def flow(self) -> Journey:
        """Where the open matters stand, for the day on which there is nothing to show; nothing in it is a link."""
        flow = self.picture.flow()
        for station in flow.stations:
            station.url = station.late_url = ""
            station.late_count = 0
        flow.branches = []
        return flow


def reached(tickets: TicketQuerySet, now: datetime) -> list[TicketDeadline]:
    """Departments' deadlines of open tickets that are past due and whose board rung has fired in this cycle (DL-4)."""
    rung = first_telling("department", BOARD)
    if rung is None:
        return []
    approved = DeadlineCommitment.objects.approved().order_by("-approved_at", "-pk").select_related("leader")
    return list(
        TicketDeadline.objects.late(now)
        .filter(next_rung__gt=rung, obligor_kind="department", subject__in=tickets.open())
        .prefetch_related(
            Prefetch("commitments", approved, to_attr="approved"),
            Prefetch("subject", tickets.for_rows()),
        )
        .order_by("due_at", "pk")
    )


class Units:
    """Who answers for the departments of the deadlines; two queries."""

    def __init__(self, deadlines: list[TicketDeadline], now: datetime) -> None:
        self.departments = {d.pk: d for d in Department.objects.select_related("leader_in_charge")}
        wanted = {deadline.department_id for deadline in deadlines}
        heads = Membership.objects.current(now).filter(role=Role.DEPARTMENT_HEAD, department__in=wanted)
        self.heads: dict[int, str] = {}
        for membership in heads.filter(user__is_active=True).select_related("user").order_by(F("since").desc()):
            self.heads[membership.department_id] = membership.user.name

    def in_charge(self, department_id: int | None) -> str:
        """“副镇长 白乐山”: the town leader of the department, else of the one above it."""
        seen: set[int] = set()
        while department_id is not None and department_id not in seen:
            seen.add(department_id)
            department = self.departments[department_id]
            if leader := department.leader_in_charge:
                return f"{leader.position} {leader.name}".strip()
            department_id = department.parent_id
        return ""


def _item(deadline: TicketDeadline, units: Units, left: dict[int, dict[str, Event]], now: datetime) -> Item:
    ticket = deadline.subject
    promised = deadline.approved[0] if deadline.approved else None
    department = units.departments[deadline.department_id]
    return Item(
        key=ticket.pk,
        firm=ticket.firm_name,
        title=without_persons(ticket),
        days=calendar().remaining(now, deadline.due_at).days,
        lead=ticket.lead_department.short_name if ticket.lead_department else "",
        is_lead=deadline.department_id == ticket.lead_department_id,
        department=department.short_name,
        head=promised.leader.name if promised else units.heads.get(department.pk, ""),
        in_charge=units.in_charge(department.pk),
        reason=promised.reason if promised else "",
        promise=promised.wording if promised else "",
        measure=promised.measure if promised else "",
        until=promised.until if promised else None,
        broken=bool(promised and promised.kept is False),
        line=_line(ticket, deadline, left.get(ticket.pk, {}), now),
        step="" if deadline.obligation in WORKS else deadline.label,
    )


def without_persons(ticket: Ticket) -> str:
    """The title without numbers, addresses of mail and the names of persons that the ticket knows (SEC-3)."""
    title = NUMBERS.sub(GONE, MAIL.sub(GONE, ticket.title))
    known = {ticket.contact_name, ticket.enterprise.legal_representative if ticket.enterprise else ""}
    for name in sorted((name.strip() for name in known), key=len, reverse=True):
        if len(name) > 1:
            title = re.sub(re.escape(name), GONE, title, flags=re.I)
    return title


def _line(ticket: Ticket, deadline: TicketDeadline, left: dict[str, Event], now: datetime) -> Journey:
    """The line with the day on which each station was left; the one where it stands is late."""
    line = journey(ticket, now)
    line.late = True
    due = words.day(deadline.due_at, weekday=False)
    for station in line.stations:
        if station.state == "done":
            leavings = [left[kind].at for kind in LEFT_BY[station.key] if kind in left]
            station.lines = [words.day(max(leavings), weekday=False)] if leavings else []
        elif station.state == "here":
            station.late = True
            by_then = _("应于 %(day)s办结") if deadline.obligation in WORKS else _("%(day)s到期")
            station.lines = [by_then % {"day": due}]
    return line


def _left(tickets: list[int]) -> dict[int, dict[str, Event]]:
    """The last event of each kind by which a ticket leaves a station; one query."""
    kinds = [kind for key in stages.STAGES for kind in LEFT_BY[key]]
    events = Event.objects.filter(subject_type=Ticket._meta.label_lower, subject_id__in=tickets, kind__in=kinds)
    found: dict[int, dict[str, Event]] = {}
    for event in events.order_by("at", "pk").only("kind", "subject_id", "at"):
        found.setdefault(event.subject_id or 0, {})[event.kind] = event
    return found


def width_of(text: str) -> float:
    """How many Chinese characters wide a text is."""
    return sum(1 if unicodedata.east_asian_width(sign) in "FWA" else 0.55 for sign in text)
