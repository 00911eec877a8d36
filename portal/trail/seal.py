"""Sealing: committed events are chained with SHA-256 in the order of their transactions; `verify` checks the chain."""

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.utils.translation import gettext as _

from .models import Head, Seal

logger = logging.getLogger(__name__)

LOCK = 0x7472_6169_6C  # "trail": the advisory lock that only one sealer holds
BATCH = 2000
GENESIS = hashlib.sha256(b"trail 1").digest()

# The event as text that does not depend on time zone, date style or the order of JSON keys.
CANONICAL = """jsonb_build_array(e.id, e.kind, e.subject_type, e.subject_id, e.actor_id, e.principal_id, e.role,
    e.at AT TIME ZONE 'UTC', e.recorded_at AT TIME ZONE 'UTC', e.audience, e.data, e.xid)::text"""

# Below this number every transaction of this database has ended, so nothing can be slipped in before what is sealed
# now. It is the snapshot's xmin, less the transactions that provably run in another database of the same server.
HORIZON = """(
SELECT coalesce(min(running.xid), min(pg_snapshot_xmax(now)::text::bigint))
FROM pg_current_snapshot() now LEFT JOIN LATERAL (
    SELECT xid::text::bigint AS xid FROM pg_snapshot_xip(now) xid
    WHERE NOT EXISTS (
        SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid)
        WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted
          AND l.transactionid::text::bigint = xid::text::bigint & 4294967295 AND a.datname <> current_database())
) running ON true)"""

LAST = f"""
SELECT s.position, s.digest, e.xid, e.id, {HORIZON} <= e.xid
FROM trail_seal s JOIN trail_event e ON e.id = s.event_id ORDER BY s.position DESC LIMIT 1"""

UNSEALED = f"""
SELECT e.id, {CANONICAL} FROM trail_event e
WHERE (e.xid, e.id) > (%(xid)s, %(id)s) AND e.xid < {HORIZON}
  AND NOT EXISTS (SELECT FROM trail_seal s WHERE s.event_id = e.id)
ORDER BY e.xid, e.id LIMIT %(batch)s"""

# In a new cluster (a dump was restored) old events carry numbers that no transaction has reached yet; they go first.
UNSEALED_AFTER_RESTORE = f"""
SELECT e.id, {CANONICAL} FROM trail_event e
WHERE (e.xid < {HORIZON} OR e.xid >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
  AND NOT EXISTS (SELECT FROM trail_seal s WHERE s.event_id = e.id)
ORDER BY e.xid < {HORIZON}, e.xid, e.id LIMIT %(batch)s"""

CHAIN = f"""
SELECT coalesce(s.position, h.position), s.event_id, s.digest, s.previous, h.digest,
       CASE WHEN e.id IS NOT NULL THEN {CANONICAL} END
FROM trail_seal s FULL JOIN trail_head h ON h.position = s.position LEFT JOIN trail_event e ON e.id = s.event_id
ORDER BY 1"""

WAITING = "SELECT count(*) FROM trail_event e WHERE NOT EXISTS (SELECT FROM trail_seal s WHERE s.event_id = e.id)"


def link(previous: bytes, canonical: str) -> bytes:
    return hashlib.sha256(previous + canonical.encode()).digest()


def seal(batch: int = BATCH) -> int:
    """Seal every event whose transaction is over; returns how many. Does nothing while another sealer works.

    Raises RuntimeError inside a transaction, because the seal must not depend on what may still be undone.
    """
    total = 0
    while count := _seal_batch(batch):
        total += count
        if count < batch:
            break
    return total


def _seal_batch(batch: int) -> int:
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if cursor.fetchone() == (False,):
            return 0
        cursor.execute(LAST)
        position, digest, xid, last, restored = cursor.fetchone() or (0, GENESIS, 0, 0, False)
        what = UNSEALED_AFTER_RESTORE if restored else UNSEALED
        cursor.execute(what, {"xid": xid, "id": last, "batch": batch})
        seals, previous = [], bytes(digest)
        for event_id, canonical in cursor.fetchall():
            position, digest = position + 1, link(previous, canonical)
            seals.append(Seal(position=position, event_id=event_id, digest=digest, previous=previous))
            previous = digest
        if seals:
            Seal.objects.bulk_create(seals)
            Head.objects.create(position=position, digest=previous)
    if seals:
        # The log is kept apart from the database, so the chain's end is known there too.
        logger.info("trail sealed to %s:%s", position, previous.hex())
    return len(seals)


def head() -> str:
    """The chain's end as `position:digest`, to be written down elsewhere and given to `verify` later."""
    last = Seal.objects.order_by("position").last()
    return str(last) if last else f"0:{GENESIS.hex()}"


@dataclass
class Report:
    """What `verify` found: `faults` in words, how many events are sealed, how many wait."""

    faults: list[str] = field(default_factory=list)
    sealed: int = 0
    waiting: int = 0


def verify(expect: str = "", limit: int = 100) -> Report:
    """Recompute the whole chain; `expect` is an earlier `head()` that must still be part of it.

    Reports at most `limit` faults. Raises ValueError for an `expect` that is no head.
    """
    at, wanted = _parsed(expect)
    report = Report()
    previous, headed, seen = GENESIS, True, at == 0 and wanted == GENESIS
    with transaction.atomic():
        for position, event_id, digest, before, head_digest, canonical in _chain():
            report.faults += _faults(report.sealed + 1, previous, position, event_id, digest, before, canonical)
            if head_digest is not None and digest is not None and bytes(head_digest) != bytes(digest):
                report.faults.append(_("第 %(position)s 位的链尾记录与封印不符") % {"position": position})
            if digest is not None:
                report.sealed, previous, headed = position, bytes(digest), head_digest is not None
            seen = seen or (position == at and digest is not None and bytes(digest) == wanted)
            if len(report.faults) >= limit:
                return report
    if not headed:
        report.faults.append(_("第 %(position)s 位之后的链尾或其记录被截去") % {"position": report.sealed})
    if expect and not seen:
        report.faults.append(_("留存的链尾 %(head)s 不在链上") % {"head": expect})
    report.waiting = _waiting()
    return report


def _chain() -> Iterator[tuple]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(CHAIN)
        while rows := cursor.fetchmany(BATCH):
            yield from rows


def _faults(
    expected: int,
    previous: bytes,
    position: int,
    event_id: int | None,
    digest: bytes | None,
    before: bytes | None,
    canonical: str | None,
) -> list[str]:
    named = {"position": position, "event": event_id}
    if digest is None or before is None:
        return [_("第 %(position)s 位的封印缺失(有链尾记录)") % named]
    if position != expected:
        return [_("第 %(expected)s 位的封印缺失") % {"expected": expected}]
    if bytes(before) != previous:
        return [_("第 %(position)s 位(事项 %(event)s)与前一位接不上") % named]
    if canonical is None:
        return [_("第 %(position)s 位的事项 %(event)s 缺失") % named]
    if link(previous, canonical) != bytes(digest):
        return [_("第 %(position)s 位的事项 %(event)s 被改动") % named]
    return []


def _parsed(expect: str) -> tuple[int, bytes]:
    if not expect:
        return -1, b""
    position, _colon, digest = expect.partition(":")
    if not position.isdecimal() or len(digest) != 64:
        raise ValueError(_("链尾应写作 位次:摘要"))
    return int(position), bytes.fromhex(digest)


def _waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        count: int = cursor.fetchone()[0]
    return count
