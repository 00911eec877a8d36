"""What the definitions find for some firms on some days, before it is stored: one statement, then columns.

A cell is one firm on one day. Values stay whole numbers throughout; what is derived is reckoned in Python's own, which
do not overflow, and rounded down to the last decimal kept, so that “at least” and “less than” stay exact.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

import numpy as np
from django.db import connection
from django.utils import timezone

from ..measures import LARGEST, Kind
from ..models import UNKNOWN, Delivery, Line, Resource
from ..models.declarations import DECLARED_BY_FIRM
from .catalogue import Attribute
from .definitions import WINDOWED, Definition, Definitions, How
from .freshness import differing
from .selecting import FROM_IDENTITY, IDENTITY_WORDS, Days, Source, Statement, statement
from .tables import Column, copied
from .values import Words

WHOLE_LISTS = (Delivery.Way.FILE, Delivery.Way.API)  # a correction of one value does not bring a register


@dataclass
class Cells:
    """One attribute in all cells: `value` UNKNOWN where nothing is known; `source` is the number of a word."""

    value: Column
    day: Column
    batch: Column
    source: Column

    @classmethod
    def empty(cls, size: int) -> "Cells":
        return cls(np.full(size, UNKNOWN, np.int64), *(np.zeros(size, np.int64) for _ in range(3)))

    def take(self, other: "Cells", where: Column) -> None:
        for mine, theirs in zip(self._columns(), other._columns(), strict=True):
            mine[where] = theirs[where]

    def _columns(self) -> tuple[Column, ...]:
        return self.value, self.day, self.batch, self.source

    @property
    def known(self) -> Column:
        found: Column = self.value != UNKNOWN
        return found


Found = dict[str, Cells]
Span = tuple[date, date]  # the first day, and the day after the last


STANDING = """SELECT r.code, r.id, r.name, r.per, r.complete, l.name, c.codes, c.places, c.kinds, d.id, d.at
    FROM enterprises_resource r JOIN enterprises_line l ON l.id = r.line_id
    LEFT JOIN LATERAL (SELECT array_agg(code) AS codes, array_agg(place) AS places, array_agg(kind) AS kinds
        FROM enterprises_resourcecolumn WHERE resource_id = r.id) c ON true
    LEFT JOIN LATERAL (SELECT id, at FROM enterprises_delivery
        WHERE resource_id = r.id AND undone_at IS NULL AND way = ANY(%s) ORDER BY at DESC, id DESC LIMIT 1) d ON true
    WHERE r.code = ANY(%s)"""


def standing(codes: Iterable[str]) -> dict[str, Source]:
    """These resources as they stand, with what was delivered of them; two queries at most."""
    with connection.cursor() as cursor:  # by hand: every portrait asks it
        cursor.execute(STANDING, [list(WHOLE_LISTS), sorted(set(codes))])
        found = {code: Described(*row) for code, *row in cursor.fetchall()}
    whole = [one.pk for one in found.values() if one.per != Resource.Per.REGISTER and one.complete]
    periods = _delivered_periods(whole)
    return {code: _source(one, periods.get(one.pk, [])) for code, one in found.items()}


class Described(NamedTuple):
    """A resource, as far as reading its facts needs it; its columns' codes, places and kinds lie beside each other."""

    pk: int
    name: str
    per: str
    complete: bool
    line: str
    codes: list[str] | None
    places: list[int] | None
    kinds: list[str] | None
    batch: int | None
    delivered_at: datetime | None


def _source(resource: Described, periods: Sequence[date]) -> Source:
    codes, at = resource.codes or [], resource.delivered_at
    return Source(
        pk=resource.pk,
        name=resource.name,
        per=resource.per,
        complete=resource.complete,
        line=resource.line,
        places=dict(zip(codes, resource.places or [], strict=True)),
        kinds=dict(zip(codes, map(Kind, resource.kinds or []), strict=True)),
        delivered=timezone.localdate(at) if at else None,
        batch=resource.batch or 0,
        periods=periods,
    )


def _delivered_periods(resources: list[int]) -> dict[int, list[date]]:
    """Of which periods anything was delivered; each is found by one step along the index, however many firms."""
    found: dict[int, list[date]] = {}
    if not resources:
        return found
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE step(id, period) AS ("
            " SELECT r.id, (SELECT min(period) FROM enterprises_fact f WHERE f.resource_id = r.id)"
            " FROM unnest(%s::bigint[]) r(id) UNION ALL SELECT s.id, (SELECT min(period) FROM enterprises_fact f"
            " WHERE f.resource_id = s.id AND f.period > s.period) FROM step s WHERE s.period IS NOT NULL)"
            " SELECT id, period FROM step WHERE period IS NOT NULL ORDER BY 1, 2",
            [resources],
        )
        for resource, period in cursor.fetchall():
            found.setdefault(resource, []).append(period)
    return found


def _said_by_identity(firms: list[int], fields: Sequence[str]) -> set[str]:
    if not fields:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT t FROM enterprises_enterprise e, unnest(ARRAY[{', '.join(fields)}]::text[]) t"
            " WHERE e.id = ANY(%s) AND t IS NOT NULL",
            [firms],
        )
        return {text for (text,) in cursor.fetchall()}


class Gathering:
    """All cells of `firms` (in the order of their keys) × `days`.

    `ends`: a period whose last day is one of the days counts as ended, as it does only on the morrow of today.
    `sourced`: whose word each value is, is asked as well.
    """

    def __init__(
        self,
        firms: Sequence[int],
        days: Sequence[date],
        definitions: Definitions,
        *,
        ends: bool = False,
        sourced: bool = True,
    ) -> None:
        self.firms, self.definitions, self.sourced = np.array(firms, np.int64), definitions, sourced
        self.days = Days(list(days), [day + timedelta(1) if ends else day for day in days])
        self.size = len(firms) * len(self.days)
        self.ordinals = np.tile(np.array([day.toordinal() for day in days], np.int64), len(firms))

    def facts(self, codes: Iterable[str]) -> Found:
        """What identity and facts say of these attributes, none of them derived."""
        wanted = [code for code in codes if code in self.definitions.sources]
        ranked = [one for code in wanted for one in self.definitions.sources[code]]
        self.sources = standing(one.resource for one in ranked)
        self.words = self._words(ranked)
        columns = self._columns(ranked)
        if self.sourced:
            self._name_lines(columns)
        found: Found = {}
        for code in wanted:
            own = [(one, cells) for one, cells in zip(ranked, columns, strict=True) if one.attribute == code]
            found[code] = self._merged(self.definitions.catalogue[code], own)
        return found

    # From rows to columns

    def _words(self, ranked: Sequence[Definition]) -> Words:
        """The numbers of all words that may be written, made where they are missing."""
        catalogue = self.definitions.catalogue
        read = catalogue if self.sourced else [catalogue[one.attribute] for one in ranked]
        words = {level for attribute in read for level in attribute.codes}
        if self.sourced:
            words |= {attribute.source for attribute in catalogue} | {DECLARED_BY_FIRM}
            words |= set(Line.objects.values_list("name", flat=True))
        fields = [IDENTITY_WORDS[one.column] for one in ranked if one.column in IDENTITY_WORDS and not one.resource]
        return Words(words | _said_by_identity(self.firms.tolist(), fields))

    def _columns(self, ranked: Sequence[Definition]) -> list[Cells]:
        statements: list[Statement] = []
        for number, one in enumerate(ranked):
            levels = [self.words[level] for level in self.definitions.catalogue[one.attribute].codes]
            made = statement(number, one, self.sources.get(one.resource), self.days, levels)
            if made is not None:
                statements.append(made)
        columns = [Cells.empty(self.size) for _ in ranked]
        rows = self._rows(statements)
        cell = np.searchsorted(self.firms, rows[:, 0]) * len(self.days) + rows[:, 1]
        for number, cells in enumerate(columns):
            own = rows[:, 2] == number
            cells.value[cell[own]], cells.day[cell[own]], cells.batch[cell[own]] = rows[own, 3:].T
        for one, cells in zip(ranked, columns, strict=True):
            self._fill_with_zero(one, cells)
        return columns

    def _rows(self, statements: Sequence[Statement]) -> Column:
        if not statements or not self.size:
            return np.empty((0, 6), np.int64)
        selects = " UNION ALL ".join(f"({text})" for text, _parameters in statements)
        parameters = [value for _text, values in statements for value in values]
        query = f"WITH firms(id) AS MATERIALIZED (SELECT unnest(%s::bigint[])) {selects}"
        with connection.cursor() as cursor:
            made = cursor.mogrify(query, [self.firms.tolist(), *parameters]).decode()
        return copied(f"COPY ({made}) TO STDOUT (FORMAT binary)", 6)

    def _fill_with_zero(self, one: Definition, cells: Cells) -> None:
        """Of a complete register absence is zero, once the line has delivered it (ENT-4)."""
        attribute, source = self.definitions.catalogue[one.attribute], self.sources.get(one.resource)
        if not attribute.zero_if_delivered or source is None or not source.complete or source.delivered is None:
            return
        zero = self.words[str(attribute.zero)] if attribute.kind == Kind.CHOICE else 0
        spans = self.days.windows(source, one.when) if one.how in WINDOWED else None
        there = np.tile(_delivered(source, spans, len(self.days)), len(self.firms))
        where = there & ~cells.known
        cells.value[where], cells.batch[where] = zero, source.batch
        cells.day[where] = np.minimum(self._ends(spans), source.delivered.toordinal())[where]

    def _ends(self, spans: Sequence[Span | None] | None) -> Column:
        """The day until which each cell's absence is told: the end of its window, or the day itself."""
        if spans is None:
            return self.ordinals
        ends = [span[1].toordinal() - 1 if span else 0 for span in spans]
        return np.tile(np.array(ends, np.int64), len(self.firms))

    def _name_lines(self, columns: Sequence[Cells]) -> None:
        """Each value bears the name of the line whose delivery said it last; the firm's own word says so."""
        said = [cells.batch[cells.batch > 0] for cells in columns]
        batches = np.unique(np.concatenate([np.zeros(0, np.int64), *said])).tolist()
        lines = dict(Delivery.objects.filter(pk__in=batches).values_list("pk", "line__name"))
        numbers = np.array([self.words[lines.get(batch) or DECLARED_BY_FIRM] for batch in batches], np.int64)
        for cells in columns:
            where = cells.batch > 0
            cells.source[where] = numbers[np.searchsorted(batches, cells.batch[where])] if batches else 0

    # From sources to one value

    def _merged(self, attribute: Attribute, ranked: Sequence[tuple[Definition, Cells]]) -> Cells:
        """The first source that is fresh, else the newest; where another says otherwise, the value names it."""
        for _one, cells in ranked:
            if self.sourced:
                cells.source[cells.batch == FROM_IDENTITY] = self.words[attribute.source]
            cells.value[cells.known & ~_sensible(cells.value, attribute)] = UNKNOWN
        chosen = Cells.empty(self.size)
        for _one, cells in reversed(ranked):  # the newest; of the same day the first
            chosen.take(cells, cells.known & (~chosen.known | (cells.day >= chosen.day)))
        for _one, cells in reversed(ranked):
            chosen.take(cells, cells.known & self._fresh(attribute, cells))
        for one, cells in ranked if self.sourced else ():
            if one.differs is not None and one.resource in self.sources:
                self._mark(chosen, cells, self.sources[one.resource].name, float(one.differs))
        return chosen

    def _fresh(self, attribute: Attribute, cells: Cells) -> Column:
        if attribute.fresh_days is None:
            return np.ones(self.size, bool)
        fresh: Column = (cells.day + attribute.fresh_days >= self.ordinals) | (cells.batch == FROM_IDENTITY)
        return fresh

    def _mark(self, chosen: Cells, other: Cells, resource: str, share: float) -> None:
        """Where a resource says otherwise of the same day than what was chosen, the source of the value says so."""
        same_day = (chosen.day == other.day) | (chosen.batch == FROM_IDENTITY)
        both = chosen.known & other.known & same_day & (chosen.batch != other.batch)
        largest = np.maximum(np.abs(chosen.value), np.abs(other.value))
        apart = np.zeros(self.size, bool)
        apart[both] = np.abs(chosen.value[both] - other.value[both]) > share * largest[both]
        names = {number: text for text, number in self.words.items()}
        for number in set(chosen.source[apart].tolist()):
            text = differing(names[number], resource)
            self.words |= Words({text})
            chosen.source[apart & (chosen.source == number)] = self.words[text]

    # Derived

    def derived(self, code: str, found: Mapping[str, Cells]) -> Cells:
        """An attribute reckoned from others; unknown where one of them is, or where it cannot be computed."""
        one = self.definitions.derived[code]
        attribute = self.definitions.catalogue[code]
        cells, operands = Cells.empty(self.size), [found[operand] for operand in one.operands]
        places = np.flatnonzero(np.logical_and.reduce([operand.known for operand in operands]))
        scales = [self.definitions.catalogue[operand].scale for operand in one.operands]
        columns = zip(*(operand.value[places].tolist() for operand in operands), strict=True)
        values = [_reckoned(one, numbers, scales, attribute) for numbers in columns]
        cells.value[places] = values
        where = places[cells.known[places]]
        dated = operands[:1] if one.how == How.GROWTH else operands
        cells.day[where] = np.minimum.reduce([operand.day for operand in dated])[where]
        cells.batch[where] = np.maximum(np.maximum.reduce([operand.batch for operand in operands])[where], 0)
        cells.batch[where] = np.where(cells.batch[where] == 0, FROM_IDENTITY, cells.batch[where])
        if self.sourced:
            cells.source[where] = self.words[attribute.source]
        return cells


def _delivered(source: Source, spans: Sequence[Span | None] | None, count: int) -> list[bool]:
    """On which days absence says something: where all of the window was delivered; of a register always."""
    return [True] * count if spans is None else [span is not None and source.has(*span) for span in spans]


def _sensible(values: Column, attribute: Attribute) -> Column:
    """What lies below what the attribute allows is no value of it: a resource may mean something else."""
    lowest = attribute.lowest
    return np.ones(len(values), bool) if lowest is None or attribute.kind != Kind.NUMBER else values >= lowest


def _reckoned(one: Definition, numbers: Sequence[int], scales: Sequence[int], attribute: Attribute) -> int:
    """Rounded down to the last decimal kept, which is far below what is shown."""
    first, second = numbers[:2]
    if one.how == How.GROWTH:
        over, under, power = first - second, max(second, 0), attribute.scale
    elif one.how == How.SHARE:
        over, under, power = first, max(sum(numbers), 0), attribute.scale
    else:
        over, under, power = first * one.times, second, attribute.scale + scales[1] - scales[0]
    if under == 0:
        return UNKNOWN
    value = over * 10**power // under if power >= 0 else over // (under * 10**-power)
    too_low = attribute.lowest is not None and value < attribute.lowest
    return UNKNOWN if too_low or abs(value) >= LARGEST else value
