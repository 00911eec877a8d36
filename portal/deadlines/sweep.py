"""The sweep: fires the rungs that have been reached, then runs the timed verbs (DL-4).

The database is the truth and a beat only wakes this; any number may run at once, and whatever stops one of them, the
next goes on. It locks deadlines alone (design: one locking order); timed verbs lock as verbs do, subject first.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import DataError, IntegrityError, InternalError, connection, transaction

from portal import outbox, trail
from portal.deadlines import parking, timed, watch
from portal.deadlines.flow import concrete
from portal.deadlines.models import Deadline
from portal.deadlines.models.sweeping import RUNGS, TimedFailure
from portal.trail.models import subject_type
from portal.worktime import clock
from portal.worktime.calendar import calendar

logger = logging.getLogger(__name__)

KIND = "deadline.rung"
BATCH = 5000  # deadlines in one transaction
APART, MANY = 64, 20  # so many are looked at one by one; where so many of them fail, it is not the rows
# What one row can do to a whole statement. Everything else (a lost connection, a full disk) concerns no single row.
POISON = (DataError, IntegrityError, InternalError)

# The rows that are due and not put aside.
DUE = """
FROM {deadlines} d WHERE d.next_rung_at <= coalesce(%(at)s, now()) AND NOT EXISTS (
    SELECT FROM {failures} f WHERE f.verb = %(rungs)s AND f.row_type = %(deadlines)s AND f.row_id = d.id
    AND f.retry_at > coalesce(%(at)s, now()))"""
AGAIN = "EXISTS (SELECT FROM {failures} WHERE retry_at <= coalesce(%(at)s, now()))"

# A conflict of this key alone is forgiven: that rung has its event and its message already. Any other would lose one.
ONCE = "ON CONFLICT (deadline_id, cycle, rung) DO NOTHING"

# One statement, so that a rung, its event, its message and the row's advance are there together or not at all. Of each
# row the rungs are taken as far as all before them are reached, too.
FIRE = """
WITH due AS (
    SELECT d.* {due} AND (%(ids)s::bigint[] IS NULL OR d.id = ANY (%(ids)s::bigint[]))
    ORDER BY d.next_rung_at, d.id LIMIT %(batch)s FOR NO KEY UPDATE OF d SKIP LOCKED
), reached AS (
    SELECT due.*, climbed.rung, climbed.rung_at FROM due CROSS JOIN LATERAL (
        SELECT due.next_rung + place - 1 AS rung, time AS rung_at, max(time) OVER (ORDER BY place) AS highest
        FROM unnest(due.rung_times[due.next_rung:]) WITH ORDINALITY AS times (time, place)
    ) climbed WHERE climbed.highest <= %(at)s
), fired AS (
    INSERT INTO {firings} (deadline_id, cycle, rung, rung_at, fired_at)
    SELECT id, cycle, rung, rung_at, %(at)s FROM reached ORDER BY rung_at, id, rung
    {once} RETURNING deadline_id, rung
), told AS (
    SELECT %(kind)s AS kind, %(subjects)s AS subject_type, subject_id, rung_at AS at, %(audience)s AS audience,
        %(kind)s || ':' || %(deadlines)s || ':' || id || ':' || cycle || ':' || rung AS key,
        %(not_before)s::timestamptz AS not_before,
        jsonb_build_object('obligation', obligation, 'rung', rung, 'cycle', cycle, 'rung_at', rung_at,
            'due_at', due_at, 'department', department_id, 'deadline', id) AS data
    FROM reached WHERE (id, rung) IN (SELECT deadline_id, rung FROM fired) ORDER BY rung_at, id, rung
), events AS ({event}), messages AS ({message}), advanced AS (
    UPDATE {deadlines} d SET next_rung = step.next_rung, next_rung_at = d.rung_times[step.next_rung]
    FROM (
        SELECT due.id, coalesce(max(rung) + 1, due.next_rung) AS next_rung
        FROM due LEFT JOIN reached ON reached.id = due.id GROUP BY due.id, due.next_rung ORDER BY due.id
    ) step WHERE d.id = step.id
)
SELECT (SELECT count(*) FROM due), (SELECT count(*) FROM reached), (SELECT count(*) FROM fired)"""


class Swept(NamedTuple):
    """What one sweep did: rungs fired, timed verbs done, rows that failed and were put aside."""

    fired: int
    timed: int
    parked: int


class Batch(NamedTuple):
    rows: int
    reached: int
    fired: int
    parked: tuple[int, ...] = ()  # the deadlines that were put aside


def sweep(at: datetime | None = None) -> Swept:
    """Fire every rung reached at `at` (None: the database's now), in order, then do what falls due by itself (DL-4).

    Raises what concerns no single row (a lost connection); the next sweep goes on where this one stopped.
    """
    seen = _look(concrete(), at)
    batches = [batch for Model in seen.due for batch in _fire_all(Model, at)]
    done = timed.run(at, seen.at)
    if seen.put_aside:
        parking.forget_resolved(at, still_due)
    if at is None:
        watch.swept()  # asks whether somebody sweeps by the real clock (docs/architecture.md, upkeep)
    fired, parked = sum(batch.fired for batch in batches), sum(len(batch.parked) for batch in batches)
    return Swept(fired, done.done, parked + done.parked)


def fire(Model: type[Deadline], at: datetime) -> int:
    """The rungs of one kind of deadline and nothing else, as the demo's past needs them; returns how many fired."""
    return sum(batch.fired for room in _look([Model], at).due for batch in _fire_all(room, at))


def still_due(failure: TimedFailure, at: datetime) -> bool:
    """Whether a row that was put aside is still waiting for what failed."""
    if failure.verb != RUNGS:
        timer = timed.TIMERS.get(failure.verb)
        return timer is not None and timer.due(at).filter(pk=failure.row_id).exists()
    rows = {subject_type(Model): Model for Model in concrete()}
    Model = rows.get(failure.row_type)
    return Model is not None and Model._default_manager.filter(pk=failure.row_id, next_rung_at__lte=at).exists()


def _fire_all(Model: type[Deadline], at: datetime | None) -> Iterator[Batch]:
    """Batch after batch until nothing is due, or others hold what is left. No row is put aside twice in one sweep."""
    more, aside = True, set[int]()
    while more:
        try:
            batch = _fire(Model, at)
            more = batch.rows == BATCH
        except POISON:
            ids = _due_ids(Model, at)
            if again := aside.intersection(ids):  # else the sweep would go round for ever
                logger.error("%s %s: put aside and due again in the same sweep", subject_type(Model), sorted(again))
            batch = _fire_apart(Model, at, [pk for pk in ids if pk not in aside])
            more = batch.rows > 0 and len(batch.parked) <= MANY
            aside.update(batch.parked)
        yield batch


def _fire_apart(Model: type[Deadline], at: datetime | None, ids: list[int]) -> Batch:
    """Halve the rows until the one that breaks the statement is alone; it is put aside, the others fire."""
    if not ids:
        return Batch(rows=0, reached=0, fired=0)
    try:
        return _fire(Model, at, ids)
    except POISON as error:
        if len(ids) == 1:
            parking.park(RUNGS, Model, ids[0], error, at)
            return Batch(rows=1, reached=0, fired=0, parked=(ids[0],))
    half = len(ids) // 2
    first, second = _fire_apart(Model, at, ids[:half]), _fire_apart(Model, at, ids[half:])
    return Batch(
        first.rows + second.rows,
        first.reached + second.reached,
        first.fired + second.fired,
        first.parked + second.parked,
    )


def _fire(Model: type[Deadline], at: datetime | None, ids: list[int] | None = None) -> Batch:
    """Fire the rungs of up to BATCH due rows in one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        moment = at or clock.now()
        opening = calendar().opens_at(moment)
        cursor.execute(_statement(Model), _facts(Model, moment) | {"ids": ids, "not_before": _later(opening, moment)})
        batch = Batch(*cursor.fetchone())
        if batch.fired < batch.reached:
            logger.warning("%s rungs had fired before: a deadline was set back", batch.reached - batch.fired)
        if batch.fired:
            outbox.wake_after_commit()
        return batch


def _later(opening: datetime, moment: datetime) -> datetime | None:
    """Alerts wait for office hours; within them there is nothing to wait for."""
    return opening if opening > moment else None


def _statement(Model: type[Deadline]) -> str:
    tables = _tables(Model)
    return FIRE.format(
        **tables,
        due=DUE.format(**tables),
        once=ONCE,
        event=trail.recording_each("told"),
        message=outbox.queueing_each("told"),
    )


def _tables(Model: type[Deadline]) -> dict[str, str]:
    firing = related(Model, "firings")
    names = {"deadlines": Model, "firings": firing, "failures": TimedFailure}
    return {name: connection.ops.quote_name(model._meta.db_table) for name, model in names.items()}


def _facts(Model: type[Deadline], at: datetime | None) -> dict[str, Any]:
    subject = related(Model, "subject")
    return {
        "at": at,
        "batch": BATCH,
        "rungs": RUNGS,
        "kind": KIND,
        "audience": str(trail.Audience.OFFICE),
        "deadlines": subject_type(Model),
        "subjects": subject_type(subject),
    }


def related(Model: type[Deadline], name: str) -> Any:
    """What a concrete deadline's relation leads to; the abstract one has neither subject nor firings."""
    meta: Any = Model._meta
    return meta.get_field(name).related_model


class Seen(NamedTuple):
    """The instant, the deadlines of which any is due, and whether rows that were put aside are to be tried again."""

    at: datetime
    due: list[type[Deadline]]
    put_aside: bool


def _look(rooms: Sequence[type[Deadline]], at: datetime | None) -> Seen:
    """The guard that makes an idle sweep nearly free: one question for all rooms, and the database's now with it.

    Each is asked for its first: else PostgreSQL, which may expect many, reads a whole table to find that there is none.
    """
    with connection.cursor() as cursor:
        asked: list[Any] = [(DUE.format(**_tables(Model)), _facts(Model, at)) for Model in rooms]
        first = "(SELECT true {} ORDER BY d.next_rung_at LIMIT 1)"
        parts = [cursor.mogrify(first.format(due), facts).decode() for due, facts in asked]
        waits = cursor.mogrify(AGAIN.format(**_tables(rooms[0])), {"at": at}).decode()
        cursor.execute(f"SELECT now(), {waits}, {', '.join(parts)}")
        now, put_aside, *due = cursor.fetchone()
        return Seen(at or now, [Model for Model, any_due in zip(rooms, due, strict=True) if any_due], put_aside)


def _due_ids(Model: type[Deadline], at: datetime | None) -> list[int]:
    return [pk for (pk,) in _ask(f"SELECT d.id {DUE} ORDER BY d.next_rung_at, d.id LIMIT {APART}", Model, at)]


def _ask(query: str, Model: type[Deadline], at: datetime | None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query.format(**_tables(Model)), _facts(Model, at))
        return list(cursor.fetchall())
