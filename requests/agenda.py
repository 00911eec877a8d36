"""What is in a person's queues now: the tickets of each part, what is left today, the order and the groups by due time.

Everything is read in one query; a queue is what people work off, so it is never so long that this would be much.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce, Now

from enterprises.models import firms_of
from portal.people.models import User
from portal.people.rights import rights_of
from portal.worktime import words
from portal.worktime.calendar import calendar
from requests.models import SecondLook, Ticket, TicketDeadline
from requests.models.ticket import TicketQuerySet
from requests.queues import Part, Queue

AFTER_THE_END = ("review", "outer")  # what may be owed of a ticket that has ended (APP-6, APP-1)
DAYS_APART = 5  # working days ahead that get a group of their own; what is due after them is one group


@dataclass(frozen=True)
class Item:
    """An open ticket: in which part of each queue, when he is due who works in the current one."""

    pk: int
    filed_at: datetime
    parts: dict[str, str]
    own_due_at: datetime | None = None
    order_at: datetime | None = None  # when he is due, else when somebody else is
    read_at: datetime | None = None

    @property
    def is_late(self) -> bool:
        """Whether he himself is late with it; what others owe is no lateness of his."""
        return self.own_due_at is not None and self.read_at is not None and self.own_due_at < self.read_at


def open_to(user: User) -> TicketQuerySet:
    """The tickets he sees of which something is still owed, less his own firms': there he is no official (handbook §1).

    After the end a review may be owed, what a hotline is to be told, or a second look.
    """
    owed_still = TicketDeadline.objects.open().filter(obligation__in=AFTER_THE_END)
    going = (
        Ticket.objects.order_by()
        .open()
        .values("pk")
        .union(owed_still.order_by().values("subject"), SecondLook.objects.waiting().order_by().values("ticket"))
    )
    own = firms_of(user)
    return Ticket.objects.visible_to(user).filter(pk__in=going).exclude(enterprise__in=own).exclude(proxy__in=own)


class Agenda:
    """A person's queues, and the order of the current one."""

    def __init__(self, user: User, queues: list[Queue], current: Queue | None = None) -> None:
        self.queues, self.current = queues, current
        self.items = list(_read(user, queues, current))
        self.counts = Counter((queue, part) for item in self.items for queue, part in item.parts.items())

    def count(self, queue: Queue, part: Part | None = None) -> int:
        """The number of tickets in a part, or in all parts of the queue that are work."""
        return sum(self.counts[queue.name, one.key] for one in ([part] if part else queue.work))

    def of(self, queue: Queue, part: Part | None = None) -> list[Item]:
        keys = {one.key for one in ([part] if part else queue.work)}
        return [item for item in self.items if item.parts[queue.name] in keys]


def _read(user: User, queues: list[Queue], current: Queue | None) -> Iterable[Item]:
    rights = rights_of(user)
    tickets = open_to(user).order_by()
    for queue in queues:
        whens = [When(part.holds(user, rights), then=Value(part.key)) for part in queue.parts]
        tickets = tickets.annotate(**{f"part_{queue.name}": Case(*whens, default=Value(""))})
    columns = ["pk", "filed_at", *(f"part_{queue.name}" for queue in queues)]
    if current is not None:
        running = TicketDeadline.objects.running().filter(subject=OuterRef("pk")).order_by("due_at")
        own = running.filter(current.clock(rights)).values("due_at")[:1]
        tickets = tickets.annotate(own_due_at=Subquery(own))
        tickets = tickets.annotate(order_at=Coalesce("own_due_at", Subquery(running.values("due_at")[:1])))
        tickets = tickets.annotate(read_at=Now())
        columns += ["own_due_at", "order_at", "read_at"]
    names = [queue.name for queue in queues]
    for pk, filed_at, *rest in tickets.values_list(*columns):
        parts = dict(zip(names, rest, strict=False))
        if any(parts.values()):
            yield Item(pk, filed_at, parts, *rest[len(names) :])


@dataclass(frozen=True)
class Tally:
    """How much is left in a queue: all, past due, due today, with the earliest and latest instants of each."""

    total: int
    late: int
    today: int
    late_since: datetime | None
    today_first: datetime | None
    today_last: datetime | None


def tally(items: list[Item], now: datetime) -> Tally:
    dues = [item.own_due_at for item in items if item.own_due_at]
    late = [due for due in dues if due < now]
    today = [due for due in dues if due >= now and words.local_day(due) == words.local_day(now)]
    return Tally(
        total=len(items),
        late=len(late),
        today=len(today),
        late_since=min(late, default=None),
        today_first=min(today, default=None),
        today_last=max(today, default=None),
    )


def ordered(items: list[Item], order: str) -> list[Item]:
    """By what is due first (`due`), his own late ones before all; or by filing: `new` or `old` ones first."""
    items = sorted(items, key=lambda item: (item.filed_at, item.pk), reverse=order == "new")
    if order != "due":
        return items

    def place(item: Item) -> tuple[bool, bool, float]:
        return item.order_at is None, not item.is_late, item.order_at.timestamp() if item.order_at else 0

    return sorted(items, key=place)


@dataclass
class Group:
    """Tickets that are due together: `key` is late, past (somebody else's time is over), today, a day, later or none;
    `due_at` if all share one."""

    key: str
    due_at: datetime | None
    pks: list[int]


def grouped(items: list[Item], now: datetime) -> list[Group]:
    """The items, the earliest first, in groups: past due, today, each of the next days, later, without a limit."""
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(_key(item, now), []).append(item)
    return [Group(key, _shared(some), [item.pk for item in some]) for key, some in groups.items()]


def _key(item: Item, now: datetime) -> str:
    if item.order_at is None:
        return "none"
    if item.order_at < now:
        return "late" if item.own_due_at else "past"  # a firm's own limit is no lateness of ours (DL-4)
    day, today = words.local_day(item.order_at), words.local_day(now)
    if day == today:
        return "today"
    return day.isoformat() if calendar().working_days_between(today, day) <= DAYS_APART else "later"


def _shared(items: list[Item]) -> datetime | None:
    instants = {item.order_at for item in items}
    return instants.pop() if len(instants) == 1 else None
