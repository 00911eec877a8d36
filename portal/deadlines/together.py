"""Many open clocks follow a changed calendar at once: what moves of a step is locked, replayed and saved together.

Whoever is locked by a verb is not waited for, so that nothing deadlocks with it; he follows by himself afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from portal.deadlines.flow import PAUSES, Moved, follow, reckon_on
from portal.deadlines.held import Tables
from portal.worktime.calendar import Calendar

FIELDS = {  # what a replay can change, with the type that PostgreSQL would not guess
    "limit_until": "timestamptz",
    "due_at": "timestamptz",
    "provisional": "boolean",
    "near_at": "timestamptz",
    "rung_times": "timestamptz[]",
    "next_rung_at": "timestamptz",
}


def follow_together(
    some: Sequence[Any],
    known: Calendar,
    held: Tables,
    anchors: Mapping[int, datetime],
    then: Callable[[Sequence[Moved]], object],
) -> list[Moved]:
    """`flow.follow` for clocks of one room that were read without a lock; says which moved.

    `then` is called in the same transaction for those that moved, once for many and once for each that was locked.
    """
    changed = [one for one in some if _differs(one, known, held, anchors.get(one.pk))]
    if not changed:
        return []
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
    busy = [one for one in changed if one.pk not in former]
    alone = [follow(one, known, held, lambda one: then([one]), anchors.get(one.pk), sure=True) for one in busy]
    return [*moved, *(one for found in alone for one in found)]


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
