"""The work queues as data: what each role has to do, in which parts, and whose clock orders it (handbook §1, APP-1).

A queue holds only tickets its reader may see, and none of his own firm: there he is never an official (handbook §1).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import (
    Aggregate,
    Case,
    Count,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce

from enterprises.models import firms_of
from portal.people.models import User
from portal.people.rights import Rights, rights_of
from portal.people.roles import Role
from portal.worktime import words
from portal.worktime.calendar import calendar
from requests import stages
from requests.models import Assignment, Result, Ticket, TicketDeadline
from requests.models.ticket import Round, TicketQuerySet

HEADS = (Role.DEPUTY_HEAD, Role.DEPARTMENT_HEAD)


def mark(text: str) -> str:
    """Marks a word for the catalogue (Babel's keyword `mark`); it is translated where it is shown."""
    return text


@dataclass(frozen=True)
class Part:
    """A tab of a queue. In a `waiting` part somebody else has the next act: it is shown, but is not work left."""

    key: str
    name: str
    holds: Callable[[User, Rights], Q]
    waiting: bool = False


@dataclass(frozen=True)
class Queue:
    """What the holders of `roles` have to do; `clock` says whose deadlines its order follows."""

    name: str
    title: str
    roles: tuple[Role, ...]
    parts: tuple[Part, ...]
    clock: Callable[[Rights], Q]

    @property
    def work(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if not part.waiting)

    def part(self, key: str) -> Part | None:
        return next((part for part in self.parts if part.key == key), None)


# What the parts hold --------------------------------------------------------------------------------------------


def _is(*statuses: str, **more: object) -> Callable[[User, Rights], Q]:
    return lambda user, rights: Q(status__in=statuses, **more)


def _mine(rights: Rights) -> frozenset[int]:
    """A handler's departments, and for heads those below theirs as well."""
    return rights.departments(Role.HANDLER) | rights.subtree(*HEADS)


def _led(*statuses: str) -> Callable[[User, Rights], Q]:
    return lambda user, rights: Q(status__in=statuses, lead_department__in=_mine(rights))


def _to_sign(user: User, rights: Rights) -> Q:
    """Results this person may sign: what cannot be met only the first in command (handbook §1)."""
    by_head = rights.subtree(Role.DEPARTMENT_HEAD)
    by_deputy = rights.subtree(Role.DEPUTY_HEAD) - by_head
    cannot = Result.objects.filter(ticket=OuterRef("pk"), signed_at=None, sent_back_at=None, kind=Result.Kind.CANNOT)
    head_only = Q(round__in=(Round.SECOND, Round.ORDER)) | Q(Exists(cannot))
    may = Q(lead_department__in=by_head) | Q(lead_department__in=by_deputy) & ~head_only
    return Q(status=stages.SIGNOFF) & may


def _signed_by_others(user: User, rights: Rights) -> Q:
    return _led(stages.SIGNOFF)(user, rights) & ~_to_sign(user, rights)


def _co(user: User, rights: Rights) -> Q:
    """Tickets that wait for the opinion of one of his departments (APP-4)."""
    owed = Assignment.objects.filter(
        department__in=_mine(rights), part=Assignment.Part.CO, ended_at=None, opinion_at=None
    )
    return Q(status__in=stages.IN_DEPARTMENT, pk__in=owed.values("ticket"))


def _unanswered() -> Q:
    """The firm has let its first limit pass: it must be called (APP-12)."""
    lapsed = TicketDeadline.objects.filter(
        subject=OuterRef("pk"), obligation="confirm", cancelled_at__gte=OuterRef("moved_at")
    )
    return Q(status=stages.CONFIRMING) & Q(Exists(lapsed))


def _silent(user: User, rights: Rights) -> Q:
    return _unanswered()


def _to_confirm(user: User, rights: Rights) -> Q:
    return Q(status=stages.CONFIRMING) & ~_unanswered()


def _followed(condition: Callable[[User, Rights], Q]) -> Callable[[User, Rights], Q]:
    return lambda user, rights: Q(first_responder=user) & condition(user, rights)


def _going_on(user: User, rights: Rights) -> Q:
    return Q(status__in=[s for s in stages.OPEN if s != stages.INCOMPLETE]) & ~_unanswered()


def _centre(rights: Rights) -> Q:
    return Q(obligor_kind="centre")


def _department(rights: Rights) -> Q:
    return Q(department__in=_mine(rights))


def _anybody(rights: Rights) -> Q:
    """Any official's: a firm's own limits never make a ticket late (DL-4)."""
    return ~Q(obligor_kind="enterprise")


QUEUES = (
    Queue(
        "intake",
        mark("接诉"),
        (Role.INTAKE_CLERK,),
        (
            Part("new", mark("待受理"), _is(stages.RECEIVED, supplement__isnull=True)),
            Part("back", mark("补正回件"), _is(stages.RECEIVED, supplement__isnull=False)),
            Part("waiting", mark("等企业补正"), _is(stages.INCOMPLETE), waiting=True),
        ),
        _centre,
    ),
    Queue(
        "triage",
        mark("研判"),
        (Role.TRIAGER,),
        (
            Part("new", mark("待研判"), _is(stages.TRIAGING, supplement__isnull=True)),
            Part("back", mark("补正回件"), _is(stages.TRIAGING, supplement__isnull=False)),
            Part(
                "waiting",
                mark("等企业补正"),
                _is(stages.INCOMPLETE, supplement__asked_from=stages.TRIAGING),
                waiting=True,
            ),
        ),
        _centre,
    ),
    Queue(
        "handling",
        mark("办理"),
        (Role.HANDLER, *HEADS),
        (
            Part("assigned", mark("待签收"), _led(stages.ASSIGNED)),
            Part("handling", mark("办理中"), _led(stages.HANDLING)),
            Part("signoff", mark("待签批"), _to_sign),
            Part("co", mark("协办"), _co),
            Part("waiting", mark("等签批"), _signed_by_others, waiting=True),
        ),
        _department,
    ),
    Queue(
        "revisit",
        mark("回访"),
        (Role.REVISITOR,),
        (
            Part("call", mark("待回访"), _is(stages.REVISITING)),
            Part("silent", mark("企业没回应"), _silent),
            Part("waiting", mark("等企业确认"), _to_confirm, waiting=True),
        ),
        _centre,
    ),
    Queue(
        "followed",
        mark("我跟的"),
        (Role.INTAKE_CLERK, Role.STEWARD, Role.PROJECT_ASSISTANT),
        (
            Part("silent", mark("要联系企业"), _followed(_silent)),
            Part("incomplete", mark("要补材料"), _followed(_is(stages.INCOMPLETE))),
            Part("going", mark("在办"), _followed(_going_on)),
        ),
        _anybody,
    ),
)


def queues_of(user: User) -> list[Queue]:
    """The queues of the roles that `user` holds now, own or delegated; no query beyond his rights."""
    rights = rights_of(user)
    return [queue for queue in QUEUES if rights.has(*queue.roles)]


# What is in them -------------------------------------------------------------------------------------------------


def open_to(user: User) -> TicketQuerySet:
    """The open tickets on which the person may work: what he sees, less his own firms'."""
    return Ticket.objects.visible_to(user).open().exclude(enterprise__in=firms_of(user))


def inside(queue: Queue, user: User, part: Part | None = None) -> Q:
    """What is in one part of the queue, or in all parts that are work."""
    rights = rights_of(user)
    held = Q(pk__in=[])
    for one in [part] if part else queue.work:
        held |= one.holds(user, rights)
    return held


def is_co(ticket: Ticket, user: User) -> bool:
    """Whether his department has only a part in it, for the chip of the row."""
    return ticket.status in stages.IN_DEPARTMENT and ticket.lead_department_id not in _mine(rights_of(user))


def with_own_due(tickets: TicketQuerySet, queue: Queue, user: User) -> TicketQuerySet:
    """Adds `own_due_at`, when whoever works in this queue is due, and `order_at`: that, else when somebody else is."""
    running = TicketDeadline.objects.running().filter(subject=OuterRef("pk")).order_by("due_at")
    own = running.filter(queue.clock(rights_of(user)))
    tickets = tickets.annotate(own_due_at=Subquery(own.values("due_at")[:1]))
    return tickets.annotate(order_at=Coalesce("own_due_at", Subquery(running.values("due_at")[:1])))


@dataclass(frozen=True)
class Tally:
    """How much is left in a queue: all, past due, due today, with the earliest and latest instants of each."""

    total: int = 0
    late: int = 0
    today: int = 0
    late_since: datetime | None = None
    today_first: datetime | None = None
    today_last: datetime | None = None


Counts = dict[tuple[str, str], int]


def counts(user: User, queues: list[Queue], current: Queue | None, now: datetime) -> tuple[Counts, Tally]:
    """The number of tickets in every part of the queues, and what is left in the current one: one query for all.

    Keys are (queue, part); the part "" counts all parts of the queue that are work.
    """
    tickets: QuerySet = open_to(user).order_by()
    if current is not None:
        tickets = with_own_due(tickets, current, user)
    keys: dict[str, tuple[str, str]] = {}
    wanted: dict[str, Aggregate] = {}
    for queue in queues:
        for part in (None, *queue.parts):
            key = f"n{len(keys)}"
            keys[key] = (queue.name, part.key if part else "")
            # A column of the inner select: aggregates cannot hold the conditions that look at other tables themselves.
            held = Case(When(inside(queue, user, part), then=True), default=False)
            tickets = tickets.annotate(**{f"in_{key}": held})
            wanted[key] = Count("pk", filter=Q(**{f"in_{key}": True}))
            if queue is current and part is None:
                wanted |= _left(Q(**{f"in_{key}": True}), now)
    found = tickets.aggregate(**wanted)
    tally = Tally(**{name: found[name] for name in Tally.__dataclass_fields__}) if current else Tally()
    return {keys[key]: found[key] for key in keys}, tally


def _left(work: Q, now: datetime) -> dict[str, Aggregate]:
    late = work & Q(own_due_at__lt=now)
    today = work & Q(own_due_at__gte=now, own_due_at__date=words.local_day(now))
    return {
        "total": Count("pk", filter=work),
        "late": Count("pk", filter=late),
        "today": Count("pk", filter=today),
        "late_since": Min("own_due_at", filter=late),
        "today_first": Min("own_due_at", filter=today),
        "today_last": Max("own_due_at", filter=today),
    }


# In groups by due time -------------------------------------------------------------------------------------------

DAYS_APART = 5  # working days ahead that get a group of their own; what is due after them is one group


Due = tuple[int, datetime | None, datetime | None]  # ticket, its place in the order, and that of the own clock


@dataclass
class Group:
    """Rows that are due together: `key` is late, past, today, a day, later or none; `due_at` where all share one."""

    key: str
    due_at: datetime | None
    pks: list[int]


def grouped(dues: list[Due], now: datetime) -> list[Group]:
    """The tickets, the earliest first, in groups: past due, today, each of the next days, later, without a limit."""
    groups: dict[str, list[Due]] = {}
    for due in dues:
        groups.setdefault(_key(due, now), []).append(due)
    return [Group(key, _shared(rows), [pk for pk, _order, _own in rows]) for key, rows in groups.items()]


def _key(due: Due, now: datetime) -> str:
    _pk, at, own = due
    if at is None:
        return "none"
    if at < now:
        return "late" if own else "past"  # the firm's own limit is no lateness of ours (DL-4)
    day, today = words.local_day(at), words.local_day(now)
    if day == today:
        return "today"
    return day.isoformat() if calendar().working_days_between(today, day) <= DAYS_APART else "later"


def _shared(rows: list[Due]) -> datetime | None:
    instants = {at for _pk, at, _own in rows}
    return instants.pop() if len(instants) == 1 else None


ORDERS = {
    "due": (F("order_at").asc(nulls_last=True), "filed_at", "pk"),
    "new": ("-filed_at", "-pk"),
    "old": ("filed_at", "pk"),
}
