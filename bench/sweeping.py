"""What the sweep costs, as JSON: `python -m bench.sweeping` in a database that is thrown away afterwards.

100,000 open clocks with 10,000 due, beside the bare statement that inserts the same rows; then 50,000 that have been
overdue for long, all their rungs fired, with nothing due.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import django

OPEN, DUE, LONG_OVERDUE = 100_000, 10_000, 50_000
ROUNDS, IDLE_RUNS = 3, 20

CLOCKS = """
INSERT INTO requests_ticketdeadline (subject_id, obligation, obligor_kind, department_id, started_at, limit_kind,
    limit_until, hastened, due_at, provisional, near_at, cycle, rung_times, next_rung, next_rung_at)
SELECT t.id, 'bench' || n, 'centre', NULL, now() - interval '30 days', 'until', now() + interval '1 day', 1,
    now() + interval '1 day', false, now() + interval '1 hour', 0,
    ARRAY[now() + interval '1 hour', now() + interval '1 day'], 1, now() + interval '1 hour'
FROM generate_series(1, %(rounds)s) n, (SELECT id FROM requests_ticket ORDER BY id LIMIT %(tickets)s) t
LIMIT %(open)s"""
FALL_DUE = """
UPDATE requests_ticketdeadline SET rung_times = ARRAY[now(), now() + interval '1 day'], next_rung_at = now()
WHERE id IN (
    SELECT id FROM requests_ticketdeadline WHERE obligation LIKE 'bench%%' ORDER BY id OFFSET %(skip)s LIMIT %(due)s)"""
GROW_OLD = """
UPDATE requests_ticketdeadline SET due_at = now() - interval '60 days', near_at = now() - interval '61 days',
    rung_times = ARRAY[now() - interval '61 days', now() - interval '60 days'], next_rung = 3, next_rung_at = NULL
WHERE id IN (SELECT id FROM requests_ticketdeadline WHERE obligation LIKE 'bench%%' ORDER BY id LIMIT %(old)s)"""

# The rows of 10,000 firings with their events and messages, out of a table that holds them ready.
READY = """
CREATE TEMPORARY TABLE ready AS
SELECT id AS deadline_id, 32000 AS cycle, 1 AS rung, next_rung_at AS rung_at, 'deadline.rung' AS kind,
    'requests.ticket' AS subject_type, subject_id, now() AS at, 'office' AS audience, %(name)s || ':' || id AS key,
    NULL::timestamptz AS not_before, jsonb_build_object('obligation', obligation, 'rung', 1, 'cycle', 0,
        'rung_at', next_rung_at, 'due_at', due_at, 'department', department_id, 'deadline', id) AS data
FROM requests_ticketdeadline WHERE next_rung_at <= now() AND obligation LIKE 'bench%%'"""
BARE = """
WITH fired AS (
    INSERT INTO requests_deadlinefiring (deadline_id, cycle, rung, rung_at, fired_at)
    SELECT deadline_id, cycle, rung, rung_at, at FROM ready
), events AS ({event}) {message}"""


def milliseconds(act: Callable[[], Any]) -> float:
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000


def fill(cursor: Any, open_clocks: int) -> None:
    cursor.execute("SELECT count(*) FROM requests_ticket")
    tickets = min(cursor.fetchone()[0], open_clocks)
    rounds = -(-open_clocks // tickets)
    cursor.execute(CLOCKS, {"rounds": rounds, "tickets": tickets, "open": open_clocks})


def vacuum() -> None:
    """What autovacuum does elsewhere, by the owner: without it the planner knows nothing of what was just written."""
    import psycopg2

    connection = psycopg2.connect(os.environ["DATABASE_OWNER_URL"])
    connection.autocommit = True
    with connection.cursor() as owner:
        owner.execute("VACUUM ANALYZE requests_ticketdeadline, requests_deadlinefiring, trail_event, outbox_message")
    connection.close()


def bare(cursor: Any, name: str) -> float:
    """Insert the same rows out of a table, under keys of their own, in one transaction."""
    from django.db import transaction

    from portal import outbox, trail

    event, message = trail.recording_each("ready"), outbox.queueing_each("ready")
    with transaction.atomic():
        cursor.execute(READY, {"name": name})

        def insert() -> None:
            cursor.execute(BARE.format(event=event, message=message))
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as the commit does

        took = milliseconds(insert)
        cursor.execute("DROP TABLE ready")
    return took


def measure(
    open_clocks: int = OPEN, due: int = DUE, old: int = LONG_OVERDUE, settle: Callable[[], object] = vacuum
) -> dict[str, float]:
    """Milliseconds: the best of three rounds each, and the middle of twenty idle sweeps; `settle` before each."""
    from django.db import connection

    from portal.deadlines.sweep import sweep

    sweep()  # whatever the town itself has due
    floor, took = [], []
    with connection.cursor() as cursor:
        fill(cursor, open_clocks)
        for number in range(ROUNDS):
            cursor.execute(FALL_DUE, {"due": due, "skip": number * due})
            settle()
            floor.append(bare(cursor, f"bare{number}"))
            swept: list[Any] = []
            took.append(milliseconds(lambda swept=swept: swept.append(sweep())))
            assert swept[0].fired == due, swept
        cursor.execute(GROW_OLD, {"old": old})
        settle()
    idle = [milliseconds(sweep) for _ in range(IDLE_RUNS)]
    found = {"bare_ms": min(floor), "sweep_ms": min(took), "idle_ms": statistics.median(idle)}
    return {name: round(spent, 1) for name, spent in found.items()}


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(measure()))
