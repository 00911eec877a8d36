"""Which firms are to be computed again, and doing it: within a minute of a change, and all of them each new day.

A firm is marked in the transaction that changed something of it. A worker takes some marks, computes those firms and
evaluates every criterion for those that changed, all in one transaction: killed, it leaves them marked. `mark` updates
a mark that is there already, and so waits for whoever is just computing the firm; leaving it as it is would let that
worker remove the mark of a change that it has not seen.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone

from portal.worktime import clock

from ..models import FirmOrigins, FirmValues, FirmYear, Outcome, Reckoned, StaleFirm
from .definitions import FILE, TOWN_DEFINITIONS

CHUNK = 1000
COMPUTED = (FirmValues, FirmOrigins, FirmYear, Outcome, StaleFirm)

MARK = """INSERT INTO enterprises_stalefirm (enterprise_id, since) SELECT id, now() FROM enterprises_enterprise
    WHERE {which} ORDER BY id ON CONFLICT (enterprise_id) DO UPDATE SET since = least(excluded.since, {since})"""
TAKE = """DELETE FROM enterprises_stalefirm WHERE enterprise_id IN (SELECT enterprise_id FROM enterprises_stalefirm
    ORDER BY since, enterprise_id LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING enterprise_id"""


def mark(firms: Iterable[int] | None = None) -> None:
    """These firms, or all, are to be computed again; in the transaction of what changed them."""
    since = "enterprises_stalefirm.since"
    with connection.cursor() as cursor:
        if firms is None:
            cursor.execute(MARK.format(which="true", since=since))
        else:
            cursor.execute(MARK.format(which="id = ANY(%s)", since=since), [sorted(set(firms))])


def carry_on(*, at: datetime | None = None) -> int:
    """All that is marked, chunk by chunk; how many firms were computed. Several may do it at once."""
    mark_for_the_day(at=at)
    done = 0
    while count := compute_marked(at=at):
        done += count
    return done


@transaction.atomic
def compute_marked(limit: int = CHUNK, *, at: datetime | None = None) -> int:
    """Some of the marked firms that nobody else is at; returns how many."""
    from ..criteria.store import refresh_firms  # NumPy is loaded where it is used
    from ..yearly import refresh as refresh_years
    from .computing import compute_these

    with connection.cursor() as cursor:
        cursor.execute(TAKE, [limit])
        firms = sorted(firm for (firm,) in cursor.fetchall())
    if firms:
        at = at or clock.now()
        refresh_years(firms)
        refresh_firms(compute_these(firms, timezone.localdate(at)), at=at)
    return len(firms)


@transaction.atomic
def mark_for_the_day(*, at: datetime | None = None) -> bool:
    """Marks all firms once a day, after new definitions, and when a complete register is delivered for the first time
    (or a new period of it): then firms of which it says nothing change as well."""
    at = at or clock.now()
    state = _state(timezone.localdate(at))
    row = Reckoned.objects.filter(pk=1).first()
    if row is not None and row.state == state:
        return False
    Reckoned.objects.get_or_create(pk=1)
    row = Reckoned.objects.select_for_update(no_key=True).get(pk=1)
    if row.state == state:
        return False
    mark()
    row.state, row.at = state, at
    row.save()
    return True


def _state(day: date) -> str:
    from .gathering import standing

    wanted = {one.resource for one in TOWN_DEFINITIONS.all if one.resource}
    complete = [source for source in standing(wanted).values() if source.complete]
    delivered = sorted((one.pk, [period.isoformat() for period in one.periods]) for one in complete if one.delivered)
    return hashlib.sha256(repr((day, FILE.read_bytes(), delivered)).encode()).hexdigest()


# A firm that goes, with an import that is undone -------------------------------------------------------------------


def with_values_by_hand(firms: Sequence[int]) -> set[int]:
    """Those of the firms of which somebody declared something, or put it by hand."""
    declared = "EXISTS (SELECT FROM unnest(sources, batches) v(source, batch) WHERE v.source <> 0 AND v.batch = 0)"
    found = FirmOrigins.objects.filter(pk__in=firms).extra(where=[declared])
    return set(found.values_list("pk", flat=True))


def forget(firms: Sequence[int]) -> None:
    """What was computed of these firms goes with them."""
    for model in COMPUTED:
        model._base_manager.filter(enterprise__in=firms).delete()
