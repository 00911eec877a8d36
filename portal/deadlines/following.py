"""Open deadlines follow what was changed: a calendar, a ladder, or on purpose a rule (DL-2, DL-4).

`ask` stands in the transaction of the change, the work is done after it in steps, one row to a transaction: a page
does the first seconds of it, the beat the rest. Whatever is killed is taken up again where it stood.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from time import monotonic
from typing import Any

from celery import shared_task
from django.apps import apps
from django.db import connection
from django.db.models import F, QuerySet

from portal.deadlines import anew, flow
from portal.deadlines.held import tables
from portal.deadlines.models import Deadline, Following, Move, SlaRule
from portal.people.actors import CLOCK, Actor
from portal.people.models import User
from portal.trail import record
from portal.worktime import clock
from portal.worktime.calendar import SHANGHAI, calendar

logger = logging.getLogger(__name__)

Cause = Following.Cause
BATCH = 200
ALONE = 0x666F_6C6C_6F77  # "follow": the advisory lock of whoever works them off, in the order they were asked for


def ask(
    cause: str,
    *,
    by: User | None,
    at: datetime,
    note: str = "",
    obligation: str = "",
    obligor_kind: str = "",
    former: Sequence[int] = (),
) -> Following:
    """What has been changed in this transaction; the open deadlines follow after its commit (`carry_on`)."""
    following = Following(cause=cause, note=note[:200], asked_by=by, asked_at=at)
    following.obligation, following.obligor_kind, following.former = obligation, obligor_kind, list(former)
    following.total = sum(_meant(Model, following).count() for Model in models_in_order())
    following.save(force_insert=True)
    return following


def is_waiting() -> bool:
    """Whether deadlines still follow an earlier change."""
    return Following.objects.filter(finished_at=None).exists()


def carry_on(seconds: float = 300) -> bool:
    """Work off what waits, the oldest first, for about so long; True when nothing is left. One at a time."""
    until = monotonic() + seconds
    with _alone() as mine:
        while mine and (following := Following.objects.filter(finished_at=None).order_by("id").first()):
            if not _step(following):
                following.finished_at = clock.now()
                following.save(update_fields=["finished_at"])
            if monotonic() > until:
                break
    return not is_waiting()


@shared_task
def carry_on_by_beat() -> None:
    carry_on()


@shared_task
def reckon_all() -> None:
    """Every night: what began with a former calendar while it was being changed is put right."""
    moved = flow.follow_calendar()
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
    if following.obligation:
        found = found.filter(obligation=following.obligation)
    if following.obligor_kind:
        found = found.filter(obligor_kind=following.obligor_kind)
    if following.cause == Cause.RULE:  # what runs until a day somebody named, or was extended, has no rule to change
        found = found.filter(rule__isnull=False, extended_at__isnull=True)
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
    known, held, at = calendar(), tables(), clock.now()
    moved = failed = 0
    for deadline in batch:
        try:
            moved += _follow(following, deadline, known, held, at)
        except Exception:
            logger.exception("%s %s could not follow %s", deadline._meta.label, deadline.pk, following.pk)
            failed += 1
    last = batch[-1]
    following.at_model, following.at_pk = last._meta.label_lower, last.pk
    Following.objects.filter(pk=following.pk).update(
        at_model=following.at_model,
        at_pk=following.at_pk,
        seen=F("seen") + len(batch),
        moved=F("moved") + moved,
        failed=F("failed") + failed,
    )


def _follow(following: Following, deadline: Any, known: Any, held: Any, at: datetime) -> bool:
    def note(moved: flow.Moved) -> None:
        _note(following, moved, at)

    if following.cause == Cause.LADDER:
        return anew.climb_new_ladder(deadline, following.former, known, held)
    if following.cause == Cause.RULE:
        return bool(anew.change_rule(deadline, known, held, at=at, then=note))
    return bool(flow.follow(deadline, known, held, note))


def _note(following: Following, moved: flow.Moved, at: datetime) -> None:
    """In the transaction that moves it: the list of what moved, and the subject's story."""
    deadline: Any = moved.deadline
    Move.objects.create(
        following=following,
        model=deadline._meta.label_lower,
        deadline_id=deadline.pk,
        subject_id=deadline.subject_id,
        obligation=deadline.obligation,
        department_id=deadline.department_id,
        former=moved.former,
        due_at=deadline.due_at,
    )
    by: Actor = following.asked_by or CLOCK
    data = {"obligation": deadline.obligation, "former": moved.former, "due_at": deadline.due_at}
    record("deadline.moved", deadline.subject, by=by, at=at, data=data | {"cause": following.cause})


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


@dataclass
class Preview:
    """What the clocks that run now would get, were they reckoned anew: how many run and move, the first of these."""

    running: int = 0
    moving: int = 0
    shown: list[flow.Moved] = field(default_factory=list)

    def add(self, deadline: Deadline, former: datetime) -> None:
        """Count a clock that was reckoned anew on the object."""
        self.running += 1
        if deadline.due_at != former:
            self.moving += 1
            if len(self.shown) < SHOWN:
                self.shown.append(flow.Moved(deadline, former))


def preview(obligation: str, *, at: datetime, rule: SlaRule | None = None) -> Preview:
    """Under the rules that hold now, or with `rule`, which need not be saved, on the day it comes into force."""
    seen, known, held = Preview(), calendar(), tables()
    if rule is not None:
        held = replace(held, rules=(*held.rules, rule))
        at = max(at, datetime.combine(rule.valid_from, time.min, SHANGHAI))
    following = Following(cause=Cause.RULE, obligation=obligation)
    for Model in models_in_order():
        rows = _meant(Model, following).order_by("due_at", "pk").select_related(*Model.FOR_CONDITIONS)
        for deadline in rows.prefetch_related(flow.PAUSES).iterator(chunk_size=500):
            former = deadline.due_at
            anew.under_rule(deadline, known, held, at=at)
            seen.add(deadline, former)
    return seen
