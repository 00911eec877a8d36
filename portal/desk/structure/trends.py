"""A measure of a selection over time: by month, or by year where it comes so."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np

from enterprises.models import UNKNOWN
from portal.desk.structure.measures import Source, Way
from portal.desk.structure.selecting import Selection
from portal.desk.structure.sums import WHOLE, Said, Sums
from portal.desk.structure.town import Town

MONTHS, YEARS = 36, 4


def trend(sums: Sums, selection: Selection, source: Source, today: date) -> list[tuple[date, Decimal | None]]:
    """(first day, sum as kept; None where nobody said anything or it is not for this reader), oldest first."""
    town: Town = sums.town
    chosen = town.chosen(selection)
    points: list[tuple[date, Decimal | None]] = []
    for year, months in sorted(town.months(source, today.year - YEARS).items()):
        for place in range(months.shape[1]):
            value = np.ascontiguousarray(months[:, place])
            said = Said(value != UNKNOWN, value)
            total = sums.sums(selection, "", source, said, {WHOLE: chosen})[WHOLE].total
            points.append((date(year, place + 1, 1), total))
    while points and points[-1][1] is None:
        points.pop()
    return points[-(YEARS if source.measure.way == Way.YEAR else MONTHS) :]
