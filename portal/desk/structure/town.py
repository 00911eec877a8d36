"""All firms as columns, for one request: by which they are cut, and what each said of a period (ENT-13).

Two or three COPYs bring everything; the sums and all that must be asked about them are then made in memory, because
what may be said of one part depends on the parts beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property

import numpy as np

from enterprises.attributes.catalogue import TOWN
from enterprises.attributes.tables import copied
from enterprises.models import UNKNOWN, Outcome
from portal.desk.structure.dimensions import AGES, CAPITALS, NONE, TAG, Names
from portal.desk.structure.measures import Period, Source, Way
from portal.desk.structure.selecting import Selection

Column = np.ndarray
NOBODY = -1  # where a date or an amount is not known

FIRMS = f"""SELECT e.id, e.place_id, coalesce(e.industry_id, 0), (e.status = 'active')::int::bigint,
    (e.kind = 'individual')::int::bigint, coalesce((e.registered_capital * 100)::bigint, {NOBODY}),
    coalesce(e.established_on - date '0001-01-01' + 1, {NOBODY})::bigint,
    coalesce((a.values[{TOWN["above_scale"].slot}] = 1)::int, 0)::bigint
    FROM enterprises_enterprise e LEFT JOIN enterprises_firmvalues a ON a.enterprise_id = e.id ORDER BY e.id"""


class Town:
    """Level keys are whole numbers by `codes[level]`, {key: number}."""

    def __init__(self, names: Names, today: date) -> None:
        self.names, self.today = names, today
        rows = copied(f"COPY ({FIRMS}) TO STDOUT (FORMAT binary)", 8)
        self.firms, self._place, self._industry, active, shop, self._capital, self.born, above = rows.T
        self.active, self._shop, self._above = active == 1, shop == 1, above == 1
        self.codes: dict[str, dict[str, int]] = {}
        self._levels: dict[str, Column] = {}
        self._chosen: dict[tuple[tuple[str, str], ...], Column] = {}

    def __len__(self) -> int:
        return len(self.firms)

    # By what firms are cut ------------------------------------------------------------------------------------------

    def level(self, level: str) -> Column:
        """The number of each firm's key."""
        if level not in self._levels:
            keys, places = self._keys_of(level)
            known, numbers = np.unique(np.array(keys), return_inverse=True)
            self.codes[level] = {str(key): number for number, key in enumerate(known)}
            self._levels[level] = numbers[places]
        return self._levels[level]

    def _keys_of(self, level: str) -> tuple[list[str], Column]:
        """Some keys, and of each firm the place of its own among them."""
        if level in ("section", "division", "class"):
            return _looked_up(self._industry, self.names.industries_by_key, level)
        if level in ("district", "village", "carrier"):
            return _looked_up(self._place, self.names.places_by_key, level)
        if level == "scale":
            return ["above", "shop", "below"], np.where(self._above, 0, np.where(self._shop, 1, 2))
        if level == "capital":
            return _banded(self._capital, [border * 100 for border in CAPITALS])
        return _banded(self._ages, AGES)

    @cached_property
    def _ages(self) -> Column:
        """Whole years since each firm was established."""
        known, today = np.unique(self.born), self.today
        birthdays = [date.fromordinal(day) if day > 0 else None for day in known.tolist()]
        years = [
            NOBODY if day is None else today.year - day.year - ((today.month, today.day) < (day.month, day.day))
            for day in birthdays
        ]
        return np.array(years)[np.searchsorted(known, self.born)]

    def chosen(self, selection: Selection) -> Column:
        """Which firms a selection has."""
        key = tuple(selection.query.items())
        if key not in self._chosen:
            self._chosen[key] = self._choose(selection)
        return self._chosen[key]

    def _choose(self, selection: Selection) -> Column:
        mask = self.bearing[selection.tag].copy() if selection.tag else np.ones(len(self), bool)
        for level, key in selection.keys.items():
            numbers = self.level(level)
            mask &= numbers == self.codes[level].get(key, -1)
        return mask

    @cached_property
    def bearing(self) -> dict[str, Column]:
        """Which firms bear each tag."""
        tags = self.names.tags
        wanted = ", ".join(map(str, [0, *tags.values()]))
        rows = copied(
            f"""COPY (SELECT o.criterion_id, o.enterprise_id FROM enterprises_outcome o
            WHERE o.criterion_id IN ({wanted}) AND o.outcome = {Outcome.Is.YES:d}) TO STDOUT (FORMAT binary)""",
            2,
        )
        return {code: np.isin(self.firms, rows[rows[:, 0] == criterion, 1]) for code, criterion in tags.items()}

    def parts(self, level: str) -> list[tuple[str, Column]]:
        """The parts by their keys: of a level, or the tags, which overlap; everything for no level."""
        if level == TAG:
            return list(self.bearing.items())
        if not level:
            return [("", np.ones(len(self), bool))]
        numbers = self.level(level)
        return [(key, numbers == number) for key, number in self.codes[level].items()]

    def sisters(self, selection: Selection, level: str) -> Column:
        """For a level that was narrowed: the number of each firm's part, the selection's own is 0."""
        if level == TAG:
            return np.where(self.bearing[selection.tag], 0, 1)
        numbers = self.level(level)
        own = self.codes[level].get(selection.keys[level], -1)
        return np.where(numbers == own, 0, numbers + 1)

    # What they said -------------------------------------------------------------------------------------------------

    def said(self, wanted: Sequence[tuple[Source, Period]]) -> dict[tuple[str, int], Column]:
        """{(measure, year): each firm's number, UNKNOWN where it said nothing}, in one COPY."""
        if not wanted:
            return {}
        values = " ".join(f"WHEN {nth} THEN {_value(source, span)}" for nth, (source, span) in enumerate(wanted))
        rows = ", ".join(f"({nth}, {source.key}, {span.year})" for nth, (source, span) in enumerate(wanted))
        query = f"""SELECT w.nth::bigint, y.enterprise_id, coalesce(CASE w.nth {values} END, {UNKNOWN})
            FROM (VALUES {rows}) w (nth, column_id, year) JOIN enterprises_firmyear y USING (column_id, year)"""
        found = copied(f"COPY ({query}) TO STDOUT (FORMAT binary)", 3)
        columns = np.full((len(wanted), len(self)), UNKNOWN)
        columns[found[:, 0], np.searchsorted(self.firms, found[:, 1])] = found[:, 2]
        return {(source.code, span.year): columns[nth] for nth, (source, span) in enumerate(wanted)}

    def months(self, source: Source, since: int) -> dict[int, Column]:
        """{year: firms × what each month, or the year, said}, from a year on."""
        wide = 1 if source.measure.way == Way.YEAR else 12
        values = ", ".join(f"coalesce(m{month}, {UNKNOWN})" for month in range(1, wide + 1))
        found = copied(
            f"""COPY (SELECT year::bigint, enterprise_id, {values} FROM enterprises_firmyear
            WHERE column_id = {source.key} AND year >= {since}) TO STDOUT (FORMAT binary)""",
            2 + wide,
        )
        years = {}
        for year in np.unique(found[:, 0]).tolist():
            rows = found[found[:, 0] == year]
            years[year] = np.full((len(self), wide), UNKNOWN)
            years[year][np.searchsorted(self.firms, rows[:, 1])] = rows[:, 2:]
        return years

    def talents(self, resource: int, place: int) -> tuple[Column, Column]:
        """Of each recognition its firm's place here, and its day."""
        found = copied(
            f"""COPY (SELECT enterprise_id, values[{place}] FROM enterprises_fact
            WHERE resource_id = {resource} AND values[{place}] IS NOT NULL) TO STDOUT (FORMAT binary)""",
            2,
        )
        return np.searchsorted(self.firms, found[:, 0]), found[:, 1]


def _looked_up(rows: Column, seats: Mapping[int, Mapping[str, str]], level: str) -> tuple[list[str], Column]:
    known, places = np.unique(rows, return_inverse=True)
    return [seats[row][level] if row in seats else NONE for row in known.tolist()], places


def _banded(values: Column, borders: Sequence[int]) -> tuple[list[str], Column]:
    keys = [NONE, *(str(band) for band in range(len(borders) + 1))]
    bands = np.searchsorted(np.array(borders), values, side="right")
    return keys, np.where(values == NOBODY, 0, bands + 1)


def _value(source: Source, span: Period) -> str:
    """A firm's number for the months of the span, out of `y`; null where it said nothing of them."""
    if source.measure.way == Way.YEAR:
        return "y.m1"
    months = [f"y.m{month}" for month in range(span.first, span.last + 1)]
    if source.measure.way == Way.LAST:
        return f"coalesce({', '.join(reversed(months))})"
    added = " + ".join(f"coalesce({month}, 0)" for month in months)
    return f"CASE WHEN num_nonnulls({', '.join(months)}) > 0 THEN {added} END"
