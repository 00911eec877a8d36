"""检查公示: what the public reads (INS-9): whole years up to the last month's end, no firm, nothing too small to tell.

One may not see from it that somebody was visited yesterday, nor, from a small number, who it was.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from portal.worktime.periods import Period, period_of
from portal.worktime.words import local_day

from . import parts
from .counting import Figures, whole
from .parts import Part
from .readers import public

LEAST = 3  # below it a number is not told
ENOUGH = 10  # visits, for shares of them
YEARS = 3


@dataclass(frozen=True)
class Published:
    """One year as it may be told: None is a number that is too small. `until` is the last day that counts."""

    year: Period
    until: date
    visits: int | None
    needs: int | None
    saved: int | None
    settled: int | None
    blocked: int | None
    joint: float | None
    hits: float | None
    agencies: list[tuple[str, int | None, float | None]]
    places: list[tuple[str, int | None]]


def years(today: date) -> list[Period]:
    """The years of which a month at least is over, the newest first."""
    last = _last(today)
    return [period_of(str(last.year - back), last) for back in range(YEARS)]


def _last(today: date) -> date:
    """The last day of the month before."""
    return today.replace(day=1) - timedelta(days=1)


def published(year: Period, now: datetime) -> Published:
    until = min(year.last, _last(local_day(now)))
    told, reader = replace(year, last=until), public()
    one = whole(reader, told, now, before=False)[0]
    agencies = parts.parts(reader, told, now, "agency", before=False)
    places = _pooled(parts.parts(reader, told, now, "place", before=False))
    return Published(
        year,
        until,
        at_least(one.visits),
        at_least(one.needs),
        at_least(one.saved),
        at_least(one.settled),
        at_least(one.blocked),
        _share(one, "joint"),
        _share(one, "hits"),
        [(part.name, at_least(part.now.visits), _share(part.now, "joint")) for part in agencies if part.now.visits],
        [(name, at_least(n)) for name, n in places],
    )


def at_least(count: int) -> int | None:
    return None if 0 < count < LEAST else count


def _share(figures: Figures, part: str) -> float | None:
    """Of few visits a share would be a number again."""
    return figures.percent(part, "visits") if figures.visits >= ENOUGH else None


def _pooled(found: list[Part]) -> list[tuple[str, int]]:
    """Places with few visits become one, so that what is left out of a sum doesn't tell theirs."""
    rows = sorted(((part.name, part.now.visits) for part in found if part.now.visits), key=lambda row: -row[1])
    few = 0
    while rows and (rows[-1][1] < LEAST or 0 < few < LEAST):
        few += rows.pop()[1]
    return [*rows, (_("其他"), few)] if few else rows
