"""The watchdog: whether somebody still sweeps. It stands outside Celery, so that Celery's silence shows."""

from __future__ import annotations

from datetime import datetime, timedelta
from time import monotonic
from typing import NamedTuple

from django.core.cache import cache
from django.db.models import F
from django.db.models.functions import Now

from portal.deadlines.models import Heartbeat

SILENT = timedelta(minutes=3)  # the beat calls every 20 seconds
# A portal that stood still for long has not been swept; its beat is given a minute before pages say that it is dead.
STARTED, GRACE = monotonic(), 60
KEPT, KEY = 20, "deadlines.last_sweep"  # seconds; pages of all officials ask


class Last(NamedTuple):
    """When a sweep last came to its end, and for how long there was none: both None where there never was one."""

    at: datetime | None
    ago: timedelta | None

    @property
    def silent(self) -> bool:
        return self.ago is None or self.ago > SILENT


def last_sweep() -> Last:
    """As the database's clock tells it."""
    row = Heartbeat.objects.annotate(ago=Now() - F("swept_at")).values_list("swept_at", "ago").first()
    return Last(*row) if row else Last(None, None)


def last_sweep_lately() -> Last:
    """The same, some seconds old at most: one query in that time, whoever asks."""
    kept: Last | None = cache.get(KEY)
    if kept is None:
        kept = last_sweep()
        cache.set(KEY, kept, KEPT)
    return kept


def starting() -> bool:
    """Whether this process has just begun, so that the first sweep may still be on its way."""
    return monotonic() - STARTED < GRACE


def swept() -> None:
    """Somebody has: it is written down, and what pages remember of the silence before is forgotten at once."""
    if not Heartbeat.objects.filter(pk=Heartbeat.ONLY).update(swept_at=Now()):
        Heartbeat.objects.bulk_create([Heartbeat(swept_at=Now())], ignore_conflicts=True)
    cache.delete(KEY)
