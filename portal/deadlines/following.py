"""Open deadlines follow what was changed: a calendar, a ladder, or on purpose a rule (DL-2, DL-4).

`ask` stands in the transaction of the change, the work is done after it in steps of some hundred rows: a page
does the first seconds of it, the beat the rest. Whatever is killed is taken up again where it stood. After a change of
the calendar all is gone through once more a minute later: a clock may have begun with the former one meanwhile.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from time import monotonic
from typing import Any

from celery import shared_task
from django.apps import apps
from django.db import connection
from django.db.models import F, Q, QuerySet

from portal.deadlines import anew, flow, together
from portal.deadlines.held import Tables, tables
from portal.deadlines.models import Deadline, Following, Move, SlaChoice, SlaRule
from portal.people.actors import CLOCK, Actor
from portal.people.models import User
from portal.trail.aside import ABOVE, is_aside
from portal.trail.entries import record_each
from portal.worktime import clock
from portal.worktime.calendar import SHANGHAI, Calendar, calendar

logger = logging.getLogger(__name__)

Cause = Following.Cause
BATCH = 200
LINGERS = timedelta(minutes=1)  # longer than any page that has read a calendar goes on with it
OPEN_SINCE_BEFORE = """
SELECT EXISTS (SELECT FROM pg_stat_activity
  WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
    AND xact_start < %s)
"""
ALONE = 0x666F_6C6C_6F77  # "follow": the advisory lock of whoever works them off, in the order they were asked for


def ask(
    cause: str,
    *,
    by: User | None,
    at: datetime,
    note: str = "",
    given: Mapping[str, object] | None = None,
    obligation: str = "",
    obligor_kind: str = "",
    former: Sequence[int] = (),
) -> Following:
    """What has been changed in this transaction; the open deadlines follow after its commit (`carry_on`)."""
    following = Following(cause=cause, note=note, given=dict(given or {}), asked_by=by, asked_at=at)
    following.obligation, following.obligor_kind, following.former = obligation, obligor_kind, list(former)
    following.total = sum(_meant(Model, following).filter(pk__lt=ABOVE).count() for Model in models_in_order())
    following.save(force_insert=True)
    return following


def is_waiting() -> bool:
    """Whether deadlines still follow an earlier change."""
    return Following.objects.filter(finished_at=None).exists()


def carry_on(seconds: float = 300) -> bool:
    """Work off what waits, the oldest first, for about so long; True when nothing is left. One at a time."""
    until = monotonic() + seconds
    with _alone() as mine:
        while mine and (following := _waiting() or _unsettled()):
            if not _step(following):
                _end(following)
            if monotonic() > until:
                break
    return not is_waiting()


def _waiting() -> Following | None:
    return Following.objects.filter(finished_at=None).order_by("id").first()


def _unsettled() -> Following | None:
    """The last change of the calendar, when whoever may have read the former one has ended.

    What he began or changed meanwhile is put right and listed by going through the open deadlines once more.
    """
    last = Following.objects.filter(cause=Cause.CALENDAR, settled_at=None).order_by("-id").first()
    if last is None or last.finished_at is None:
        return None
    over = last.finished_at + LINGERS
    return None if clock.now() < over or _is_open_since_before(over) else last


def _is_open_since_before(instant: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(OPEN_SINCE_BEFORE, [instant])
        (found,) = cursor.fetchone()
    return bool(found)


def _end(following: Following) -> None:
    now = clock.now()
    if following.finished_at is None:
        rewound = {"finished_at": now, "at_model": "", "at_pk": 0}
        Following.objects.filter(pk=following.pk).update(**rewound)
        return
    Following.objects.filter(pk=following.pk).update(moved=following.moves.count())
    Following.objects.filter(cause=Cause.CALENDAR, settled_at=None, pk__lte=following.pk).update(settled_at=now)


@shared_task
def carry_on_by_beat() -> None:
    carry_on()


@shared_task
def reckon_all() -> None:
    """Every night, in case a change was made past the portal: what was reckoned with another calendar is put right."""
    moved = together.follow_calendar()
    if moved:
        logger.warning("%s open deadlines had been reckoned with a former calendar", len(moved))


@contextmanager
def _alone() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ALONE])
        (mine,) = cursor.fetchone()
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ALONE])


def models_in_order() -> list[type[Any]]:
    """The deadlines of all rooms, always in the same order."""
    return sorted(flow.concrete(), key=lambda model: model._meta.label_lower)


def _meant(Model: type[Deadline], following: Following) -> QuerySet[Any]:
    """The open deadlines that a change can move."""
    found: QuerySet[Any] = Model.objects.open()
    if following.obligor_kind:
        found = found.filter(obligor_kind=following.obligor_kind)
    if following.cause == Cause.RULE:  # what runs until a day somebody named, or was extended, has no rule to change
        ruled = Q(rule__isnull=False, extended_at__isnull=True)
        if following.obligation:
            ruled &= Q(obligation=following.obligation)
        hanging = [one for one, on in Model.HANGING.items() if not following.obligation or following.obligation in on]
        found = found.filter(ruled | Q(obligation__in=hanging))
    return found


def _step(following: Following) -> bool:
    """The next rows; False where there are none."""
    for Model in models_in_order():
        label = Model._meta.label_lower
        if label < following.at_model:
            continue
        after = following.at_pk if label == following.at_model else 0
        rows = _meant(Model, following).filter(pk__gt=after).order_by("pk").prefetch_related(flow.PAUSES)
        if following.cause == Cause.RULE:
            rows = rows.select_related(*Model.FOR_CONDITIONS)
        if batch := list(rows[:BATCH]):
            _follow_each(following, batch)
            return True
    return False


def _follow_each(following: Following, batch: Sequence[Any]) -> None:
    """The leads first: what hangs on another clock follows that one."""
    Model, step = type(batch[0]), Step(following, calendar(), tables(), clock.now())
    leads, parts = flow.apart(batch)
    step.follow(leads)
    if parts and following.cause != Cause.LADDER:
        step.anchors = Model.anchors(parts, {})
    step.follow(parts)
    last = batch[-1]
    at = {"at_model": last._meta.label_lower, "at_pk": last.pk}
    if following.finished_at is None:  # gone through once more, all have been counted
        seen = sum(not is_aside(deadline.pk) for deadline in batch)
        at |= {"seen": F("seen") + seen, "moved": F("moved") + step.moved, "failed": F("failed") + step.failed}
    Following.objects.filter(pk=following.pk).update(**at)


@dataclass
class Step:
    """Some clocks that follow one change, and how many of them moved or could not."""

    following: Following
    known: Calendar
    held: Tables
    at: datetime
    anchors: dict[int, datetime] = field(default_factory=dict)
    moved: int = 0
    failed: int = 0

    def follow(self, some: Sequence[Any]) -> None:
        """After a calendar all together, after anything else one by one."""
        if self.following.cause == Cause.CALENDAR:
            followed = together.follow(some, self.known, self.held, self.anchors, self.note)
            self.moved += sum(not is_aside(one.deadline.pk) for one in followed.moved)
            self.failed += followed.failed
            return
        for deadline in some:
            try:
                self.moved += self._one(deadline) and not is_aside(deadline.pk)
            except Exception:
                logger.exception("%s %s could not follow %s", deadline._meta.label, deadline.pk, self.following.pk)
                self.failed += 1

    def _one(self, deadline: Any) -> bool:
        anchor, known, held = self.anchors.get(deadline.pk), self.known, self.held
        if self.following.cause == Cause.LADDER:
            return anew.climb_new_ladder(deadline, self.following.former, known, held)
        if anchor:
            return bool(anew.change_anchor(deadline, anchor, known, held, then=self.note_one))
        return bool(anew.change_rule(deadline, known, held, at=self.at, then=self.note_one))

    def note_one(self, moved: flow.Moved) -> None:
        self.note([moved])

    def note(self, moved: Sequence[flow.Moved]) -> None:
        """In the transaction that moves them: the list of what moved, and the subjects' stories.

        What is kept aside moves as well, and is told in its own story alone: administrators learn of none (SEC-1).
        """
        rows: list[Any] = [(one.deadline, one.former) for one in moved]
        Move.objects.bulk_create(
            [_move(self.following, *row) for row in rows if not is_aside(row[0].pk)],
            update_conflicts=True,  # moved by this change before, and changed with the former calendar meanwhile
            unique_fields=["following", "model", "deadline_id"],
            update_fields=["due_at"],
        )
        by: Actor = self.following.asked_by or CLOCK
        while rows:  # of each subject one at a time, in their order
            told = {one.subject_id: (one, former) for one, former in reversed(rows)}
            rows = [row for row in rows if row != told[row[0].subject_id]]
            data = {pk: self._said(*row) for pk, row in told.items()}
            clocks: Any = moved[0].deadline._meta
            Subject = clocks.get_field("subject").related_model
            record_each("deadline.moved", Subject, data, by=by, at=self.at)

    def _said(self, deadline: Any, former: datetime) -> dict[str, Any]:
        said = {"obligation": deadline.obligation, "former": former, "due_at": deadline.due_at}
        return said | {"cause": self.following.cause}


def _move(following: Following, deadline: Any, former: datetime) -> Move:
    return Move(
        following=following,
        model=deadline._meta.label_lower,
        deadline_id=deadline.pk,
        subject_id=deadline.subject_id,
        obligation=deadline.obligation,
        department_id=deadline.department_id,
        former=former,
        due_at=deadline.due_at,
    )


def subjects_of(moves: Sequence[Move]) -> dict[tuple[str, int], Any]:
    """What the moved deadlines are about, by table and key: one query for each room."""
    found: dict[tuple[str, int], Any] = {}
    for label in {move.model for move in moves}:
        Subject: Any = apps.get_model(label)._meta.get_field("subject").related_model
        rows = Subject._base_manager.in_bulk({move.subject_id for move in moves if move.model == label})
        found |= {(label, pk): row for pk, row in rows.items()}
    return found


# What a change of a rule would move ----------------------------------------------------------------------------------


SHOWN = 50
LOOK = 500  # clocks read at a time
PATIENCE = 8  # seconds for which a page reckons; where there are too many clocks for that, it says how far it came


@dataclass
class Preview:
    """What the clocks that run now would get, were they reckoned anew: how many run and move, the first of these."""

    running: int = 0
    moving: int = 0
    left: int = 0  # not looked at, where the time was up
    shown: list[flow.Moved] = field(default_factory=list)
    began: float = field(default_factory=monotonic)

    def add_all(
        self, rows: QuerySet[Any], known: Calendar, held: Tables, turn: Callable[[Any], object] | None = None
    ) -> None:
        """Reckon clocks of one room with a calendar, or by `turn`, and then those that hang on them."""
        dues, parts, before = {}, [], self.running
        for looked, deadline in enumerate(rows.prefetch_related(flow.PAUSES).iterator(chunk_size=LOOK), 1):
            if deadline.obligation in rows.model.HANGING:
                parts.append(deadline)
                continue
            former = deadline.due_at
            flow.reckon_on(deadline, known, held) if turn is None else turn(deadline)
            dues[deadline.pk] = deadline.due_at
            self.add(deadline, former)
            if not looked % LOOK and self.is_up():
                break
        anchors = rows.model.anchors(parts, dues)
        for part in parts:
            former = part.due_at
            flow.reckon_on(part, known, held, anchors.get(part.pk))
            self.add(part, former)
        if self.is_up():
            self.left += max(0, rows.filter(pk__lt=ABOVE).count() - (self.running - before))

    def is_up(self) -> bool:
        return monotonic() - self.began > PATIENCE

    def add(self, deadline: Deadline, former: datetime) -> None:
        """Count a clock that was reckoned anew on the object; none that is kept aside."""
        if is_aside(deadline.pk):
            return
        self.running += 1
        if deadline.due_at != former:
            self.moving += 1
            if len(self.shown) < SHOWN:
                self.shown.append(flow.Moved(deadline, former))


def preview(obligation: str, *, at: datetime, rule: SlaRule | None = None, choice: SlaChoice | None = None) -> Preview:
    """Under the rules that hold now, or with `rule` or `choice`, which need not be saved, on the day it holds from.

    An empty `obligation` means all of them. With a change only what this change moves, not what others before it would.
    """
    seen, known, present = Preview(), calendar(), tables()
    held = present
    if rule is not None:
        held = replace(held, rules=(*held.rules, rule))
    if choice is not None:
        held = replace(held, choices=(choice, *held.choices))
    for day in (change.valid_from for change in (rule, choice) if change is not None):
        at = max(at, datetime.combine(day, time.min, SHANGHAI))
    following = Following(cause=Cause.RULE, obligation=obligation)
    for Model in models_in_order():
        rows = _meant(Model, following).order_by("due_at", "pk").select_related(*Model.FOR_CONDITIONS)
        seen.add_all(rows, known, held, lambda one: _under_change(one, known, held, present, at))
    return seen


def _under_change(deadline: Any, known: Calendar, held: Tables, present: Tables, at: datetime) -> None:
    if held is present or anew.rule_of(deadline, held, at=at) != anew.rule_of(deadline, present, at=at):
        anew.under_rule(deadline, known, held, at=at)
