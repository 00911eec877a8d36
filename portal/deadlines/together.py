"""Many open clocks follow a changed calendar at once: what moves of a step is locked, replayed and saved together.

Whoever is locked by a verb is not waited for, so that nothing deadlocks with it; he follows by himself afterwards.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection, transaction

from portal.deadlines.flow import PAUSES, Moved, apart, concrete, lock_open, reckon_on
from portal.deadlines.held import Tables, tables
from portal.deadlines.models import Deadline
from portal.worktime.calendar import Calendar, calendar

logger = logging.getLogger(__name__)

FIELDS = {  # what a replay can change, with the type that PostgreSQL would not guess
    "limit_until": "timestamptz",
    "due_at": "timestamptz",
    "provisional": "boolean",
    "near_at": "timestamptz",
    "rung_times": "timestamptz[]",
    "next_rung_at": "timestamptz",
}
STEP = 200  # clocks in one transaction

Then = Callable[[Sequence[Moved]], object]


def follow_calendar(models: Sequence[type[Deadline]] | None = None) -> list[Moved]:
    """`recompute` for the deadlines of all rooms, or those given: to be called after every change of the calendar."""
    return [moved for Model in (concrete() if models is None else models) for moved in recompute(Model)]


def recompute(Model: type[Any]) -> list[Moved]:
    """Replay every open deadline with the calendar as it is now and say which moved (DL-2).

    Call it outside a transaction, after the calendar's change has been committed, so that no verb still works with the
    former one. A clock keeps the rule it started with, and rungs that have fired stay fired. One that cannot be
    replayed is logged and keeps its time; the others move.
    """
    known, held = calendar(), tables()
    rows = Model.objects.open().order_by("pk").prefetch_related(PAUSES).iterator(chunk_size=STEP)
    moved: list[Moved] = []
    while some := list(islice(rows, STEP)):
        leads, parts = apart(some)
        moved += follow(leads, known, held).moved
        moved += follow(parts, known, held, Model.anchors(parts, {}) if parts else {}).moved
    return moved


class Followed(NamedTuple):
    """Which clocks moved, and how many could not be replayed or saved."""

    moved: list[Moved]
    failed: int = 0


def follow(
    some: Sequence[Any],
    known: Calendar,
    held: Tables,
    anchors: Mapping[int, datetime] | None = None,
    then: Then = lambda moved: None,
) -> Followed:
    """Replay open clocks of one room that were read without a lock, and save those that change.

    `anchors`: of those that hang on another clock, by key, when that one is due. `then` is called in the same
    transaction for those that moved, once for many and once for each that was locked. Where one breaks the step, each
    goes by itself.
    """
    if not some:
        return Followed([])
    anchors, label, failed = anchors or {}, some[0]._meta.label, 0
    try:
        moved, left = _together(some, known, held, anchors, then)
    except Exception:
        logger.exception("%s from %s could not follow the calendar together", label, some[0].pk)
        moved, left = [], list(some)
    for one in left:
        try:
            moved += _alone(one, known, held, anchors.get(one.pk), then)
        except Exception:
            logger.exception("%s %s could not follow the calendar", label, one.pk)
            failed += 1
    return Followed(moved, failed)


def _together(
    some: Sequence[Any], known: Calendar, held: Tables, anchors: Mapping[int, datetime], then: Then
) -> tuple[list[Moved], list[Any]]:
    """Those that moved, and those that a verb has locked."""
    changed = [one for one in some if _differs(one, known, held, anchors.get(one.pk))]
    if not changed:
        return [], []
    Model = type(changed[0])
    with transaction.atomic():
        rows = Model.objects.open().filter(pk__in=[one.pk for one in changed]).order_by("pk").prefetch_related(PAUSES)
        locked = list(rows.select_for_update(of=("self",), no_key=True, skip_locked=True))
        former = {one.pk: one.due_at for one in locked}
        for one in locked:
            reckon_on(one, known, held, anchors.get(one.pk))
        _save(Model, locked)
        moved = [Moved(one, former[one.pk]) for one in locked if one.due_at != former[one.pk]]
        if moved:
            then(moved)
    return moved, [one for one in changed if one.pk not in former]


def _alone(seen: Any, known: Calendar, held: Tables, anchor: datetime | None, then: Then) -> list[Moved]:
    """One clock, in a transaction of its own that waits for whoever holds it."""
    with transaction.atomic():
        deadline: Any = lock_open(type(seen), seen.pk)
        if deadline is None:  # met or cancelled meanwhile
            return []
        former = deadline.due_at
        reckon_on(deadline, known, held, anchor)
        deadline.save()
        moved = [Moved(deadline, former)] if deadline.due_at != former else []
        if moved:
            then(moved)
    return moved


def _save(Model: Any, rows: Sequence[Any]) -> None:
    """One statement; `bulk_update` would try each row's key for each of its columns."""
    if not rows:
        return
    table = connection.ops.quote_name(Model._meta.db_table)
    row = ", ".join(["%s", *(f"%s::{kind}" for kind in FIELDS.values())])
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} d SET {', '.join(f'{name} = v.{name}' for name in FIELDS)}"
            f" FROM (VALUES {', '.join([f'({row})'] * len(rows))}) v (id, {', '.join(FIELDS)}) WHERE d.id = v.id",
            [value for one in rows for value in (one.pk, *(getattr(one, name) for name in FIELDS))],
        )


def _differs(seen: Any, known: Calendar, held: Tables, anchor: datetime | None) -> bool:
    former = _facts(seen)
    reckon_on(seen, known, held, anchor)
    return _facts(seen) != former


def _facts(deadline: Any) -> tuple[object, ...]:
    return deadline.due_at, deadline.provisional, deadline.near_at, deadline.rung_times
