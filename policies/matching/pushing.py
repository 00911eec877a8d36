"""Matches are told once (POL-4): to the firm's people and its steward, one letter for a firm, whatever is new in it.

One statement finds the firms that fit a clause in force and were not told of this version of it, notes that, and queues
their letters. The unique row of a firm and a clause's version is what makes it once: of two that run at the same time
the later waits for the first and finds its rows taken. Nobody is noted of whom nobody could be told: as soon as
somebody comes to act for the firm, it is.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from enterprises.models import Enterprise
from portal.outbox.queueing import queueing_each, wake_after_commit
from portal.trail.models import subject_type
from portal.worktime import clock

CLOSES_SOON = timedelta(days=7)

# Firms that are there and of which somebody can be told.
REACHED = """SELECT e.id FROM enterprises_enterprise e WHERE e.status = 'active' AND (
    EXISTS (SELECT FROM enterprises_member m WHERE m.enterprise_id = e.id
        AND m.since <= %(at)s AND (m.until IS NULL OR m.until > %(at)s))
    OR EXISTS (SELECT FROM enterprises_stewardship s WHERE s.enterprise_id = e.id AND s.kind = 'steward'
        AND s.since <= %(at)s AND (s.until IS NULL OR s.until > %(at)s)))"""

# The clauses in force on the day, as `matches.in_force`, with whom they fit.
FITTING = """SELECT cv.id AS clause_id, o.enterprise_id FROM policies_clause c
    JOIN policies_policy p ON p.id = c.policy_id JOIN policies_policyversion v ON v.id = p.current_id
    JOIN policies_clauseversion cv ON cv.id = c.current_id AND cv.version_id = v.id
    JOIN enterprises_outcome o ON o.criterion_id = c.criterion_id AND o.outcome = 1
    WHERE c.ended_at IS NULL AND p.ended_at IS NULL AND v.valid_from <= %(day)s
        AND (v.valid_to IS NULL OR v.valid_to >= %(day)s)"""

LETTERS = """SELECT '{kind}' AS kind, %(subject)s AS subject_type, enterprise_id AS subject_id,
    '{kind}:' || enterprise_id || ':' || min(id) AS key, %(at)s::timestamptz AS at, NULL::timestamptz AS not_before,
    jsonb_build_object('{named}', jsonb_agg({column} ORDER BY {column})) AS data
    FROM fresh GROUP BY enterprise_id"""

PUSH = """WITH reached AS MATERIALIZED ({reached}), fitting AS ({fitting}), fresh AS (
    INSERT INTO policies_pushed (clause_id, enterprise_id, at)
    SELECT f.clause_id, f.enterprise_id, %(at)s FROM fitting f JOIN reached r ON r.id = f.enterprise_id
    WHERE NOT EXISTS (SELECT FROM policies_pushed x
        WHERE x.clause_id = f.clause_id AND x.enterprise_id = f.enterprise_id)
    ORDER BY 1, 2 ON CONFLICT (clause_id, enterprise_id) DO NOTHING RETURNING id, clause_id, enterprise_id
), letters AS ({letters}), queued AS ({queued} RETURNING id)
SELECT (SELECT count(*) FROM fresh), (SELECT count(*) FROM queued)"""

REMIND = """WITH reached AS MATERIALIZED ({reached}), fitting AS ({fitting}), fresh AS (
    INSERT INTO policies_reminded (round_id, enterprise_id, at)
    SELECT r.id, f.enterprise_id, %(at)s FROM policies_round r
    JOIN policies_clauseversion own ON own.id = r.clause_id
    JOIN policies_clause c ON c.id = own.clause_id
    JOIN fitting f ON f.clause_id = c.current_id JOIN reached ON reached.id = f.enterprise_id
    WHERE r.ended_at IS NULL AND r.opens_at <= %(at)s AND r.closes_at > %(at)s AND r.closes_at <= %(soon)s
        AND NOT EXISTS (SELECT FROM policies_claim k WHERE k.round_id = r.id AND k.enterprise_id = f.enterprise_id)
        AND NOT EXISTS (SELECT FROM policies_reminded x
            WHERE x.round_id = r.id AND x.enterprise_id = f.enterprise_id)
    ORDER BY 1, 2 ON CONFLICT (round_id, enterprise_id) DO NOTHING RETURNING id, round_id, enterprise_id
), letters AS ({letters}), queued AS ({queued} RETURNING id)
SELECT (SELECT count(*) FROM fresh), (SELECT count(*) FROM queued)"""


@transaction.atomic
def push(*, at: datetime | None = None) -> tuple[int, int]:
    """Tell of what fits and was not told yet; how many matches, in how many letters.

    The first matching of a town is one letter for a firm; inside `outbox.held()` (demo, first load) none leaves.
    """
    return _run(PUSH, "policy.matched", "clauses", "clause_id", at)


@transaction.atomic
def remind(*, at: datetime | None = None) -> tuple[int, int]:
    """Remind, once for a round, the firms that fit and have not claimed, seven days before it closes."""
    return _run(REMIND, "policy.closing", "rounds", "round_id", at)


def _run(statement: str, kind: str, named: str, column: str, at: datetime | None) -> tuple[int, int]:
    at = at or clock.now()
    letters = LETTERS.format(kind=kind, named=named, column=column)
    queued = queueing_each("letters").replace("%", "%%")
    query = statement.format(reached=REACHED, fitting=FITTING, letters=letters, queued=queued)
    given: dict[str, Any] = {
        "at": at,
        "day": timezone.localdate(at),
        "soon": at + CLOSES_SOON,
        "subject": subject_type(Enterprise),
    }
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")  # rows newer than the last ANALYZE: by hashing, 0.1 s, not 25
        cursor.execute(query, given)
        told, sent = cursor.fetchone()
        cursor.execute("SET LOCAL enable_nestloop = on")
    if sent:
        wake_after_commit()
    return told, sent
