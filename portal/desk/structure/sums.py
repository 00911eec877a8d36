"""Sums over a selection of firms and its parts, for two periods, and which of them stay unsaid (ENT-13, SEC-11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

import numpy as np

from enterprises.models import UNKNOWN
from portal.desk.structure.dimensions import TAG
from portal.desk.structure.hiding import LEAST, unsaid
from portal.desk.structure.measures import FIRMS, INTENSITY, MEASURE, TALENTS, Period, Source
from portal.desk.structure.selecting import Selection
from portal.desk.structure.town import Column, Town

WHOLE = ""  # the key where nothing is parted
INTENSITY_SCALE = Decimal(10_000)  # kept 吨标煤 over kept 元, both with two decimals, as 吨标煤/万元


@dataclass(frozen=True)
class Sum:
    """`n` firms said something; `total` as kept, None where nobody did or it is not for this reader (`hidden`)."""

    n: int = 0
    total: Decimal | None = None
    hidden: bool = False


@dataclass(frozen=True)
class Pair:
    """A period beside the one a year before."""

    now: Sum = field(default_factory=Sum)
    before: Sum = field(default_factory=Sum)


Spans = Mapping[str, Period | None]  # the months that each measure has of the chosen period, by its code


@dataclass(frozen=True)
class Said:
    """What each firm said of a measure in one period: its number, and by what a ratio is divided."""

    known: Column
    value: Column
    divisor: Column | None = None

    def total(self, mask: Column) -> Decimal | None:
        mask = mask & self.known
        if not mask.any():
            return None
        total = Decimal(int(self.value[mask].sum()))
        if self.divisor is None:
            return total
        divisor = int(self.divisor[mask].sum())
        return total * INTENSITY_SCALE / divisor if divisor else None


class Sums:
    """Everything that is said of one period and the year before it, by measure; read once for a page."""

    def __init__(self, town: Town, sources: Sequence[Source], spans: Spans) -> None:
        self.town, self.sources, self.spans = town, sources, spans

    def of_whole(self, selection: Selection) -> dict[str, Pair]:
        """Every measure of the selection, by its code."""
        return {source.code: self.by_part(selection, "", source).get(WHOLE, Pair()) for source in self.sources}

    def by_part(self, selection: Selection, level: str, source: Source) -> dict[str, Pair]:
        """One measure of each part that has a firm, by its key; `level` may be `tag`, whose parts overlap."""
        if self.spans[source.code] is None:
            return {}
        chosen = self.town.chosen(selection)
        parts = {key: mask & chosen for key, mask in self.town.parts(level)}
        parts = {key: mask for key, mask in parts.items() if mask.any()}
        now, before = (self.sums(selection, level, source, said, parts) for said in self._said[source.code])
        return {key: Pair(now[key], before[key]) for key in parts}

    def sums(
        self, selection: Selection, level: str, source: Source, said: Said, parts: Mapping[str, Column]
    ) -> dict[str, Sum]:
        """One measure of one period by the parts of a selection."""
        counts = {key: int((mask & said.known).sum()) for key, mask in parts.items()}
        hidden = set() if source.seen else self._hidden(selection, level, said.known, counts, parts)
        return {
            key: Sum(counts[key], None if key in hidden else said.total(mask), key in hidden)
            for key, mask in parts.items()
        }

    # What stays unsaid ------------------------------------------------------------------------------------------------

    def _hidden(
        self, selection: Selection, level: str, known: Column, counts: Mapping[str, int], parts: Mapping[str, Column]
    ) -> set[str]:
        """Along every dimension that a sum is a part of: the parts themselves, and each level that was narrowed.

        A part that is left out beside its sisters on their page is left out here as well, however one came to it.
        """
        hidden = {key for key, count in counts.items() if 0 < count < LEAST}
        if level == TAG:
            whole = int((self.town.chosen(selection) & known).sum())
            hidden |= {key for key, count in counts.items() if 0 < whole - count < LEAST}
        elif level:
            hidden |= unsaid(counts)
        for narrowed in [*selection.keys, *([TAG] if selection.tag else [])]:
            hidden |= self._unsaid_beside(selection, narrowed, level, known, parts)
        return hidden

    def _unsaid_beside(
        self, selection: Selection, narrowed: str, level: str, known: Column, parts: Mapping[str, Column]
    ) -> set[str]:
        """Parts that are left out among the same parts of the selection's sisters along one level."""
        wider = self.town.chosen(selection.without(narrowed)) & known
        sisters = self.town.sisters(selection, narrowed)
        hidden = set()
        for key, mask in self.town.parts(level):
            if key in parts:
                counts = np.bincount(sisters[wider & mask])
                if 0 in unsaid(dict(enumerate(counts.tolist()))):
                    hidden.add(key)
        return hidden

    def alone(self, source: Source, first: Selection, second: Selection) -> list[tuple[int, int]]:
        """For the period and the one before: how many firms with a number are in one of two selections alone."""
        one, other = self.town.chosen(first), self.town.chosen(second)
        return [
            (int((one & ~other & said.known).sum()), int((other & ~one & said.known).sum()))
            for said in self._said[source.code]
        ]

    # What each firm said --------------------------------------------------------------------------------------------

    @cached_property
    def _said(self) -> dict[str, tuple[Said, Said]]:
        columns = self.town.said(self._wanted())
        return {source.code: self._both(source, columns) for source in self.sources if self.spans[source.code]}

    def _wanted(self) -> list[tuple[Source, Period]]:
        """Each stored measure for both periods; of a ratio what stands below the line for its own period, too."""
        wanted = []
        by_code = {source.code: source for source in self.sources}
        for source in self.sources:
            span = self.spans[source.code]
            if span is None or source.column is None:
                continue
            wanted += [(source, span), (source, span.before)]
            divisor = by_code.get(source.measure.divisor)
            if divisor is not None and self.spans[divisor.code] != span:
                wanted += [(divisor, span), (divisor, span.before)]
        return list({(source.code, span.year): (source, span) for source, span in wanted}.values())

    def _both(self, source: Source, columns: Mapping[tuple[str, int], Column]) -> tuple[Said, Said]:
        span = self.spans[source.code]
        assert span is not None
        now, before = (self._one(source, period, columns) for period in (span, span.before))
        return now, before

    def _one(self, source: Source, span: Period, columns: Mapping[tuple[str, int], Column]) -> Said:
        if source.code == FIRMS:
            there = self.town.active & (self.town.born < span.end.toordinal())
            return Said(there, there.astype(np.int64))
        if source.code == TALENTS:
            return self._talents(span)
        value = columns[source.code, span.year]
        if source.code != INTENSITY:
            return Said(value != UNKNOWN, value)
        divisor = columns[MEASURE[INTENSITY].divisor, span.year]
        return Said((value != UNKNOWN) & (divisor != UNKNOWN), value, divisor)

    def _talents(self, span: Period) -> Said:
        firms, days = self._recognitions
        counts = np.bincount(firms[days < span.end.toordinal()], minlength=len(self.town))
        return Said(counts > 0, counts)

    @cached_property
    def _recognitions(self) -> tuple[Column, Column]:
        resource = next(source.resource for source in self.sources if source.code == TALENTS)
        assert resource is not None
        return self.town.talents(resource.pk, resource.columns.get(code="recognised_on").place)


def guarded(pair: Pair, alone: Sequence[tuple[int, int]]) -> Pair:
    """Of two selections where one holds the other but for one or two firms, neither is said."""
    now, before = pair.now, pair.before
    hide = [0 in sides and 0 < max(sides) < LEAST for sides in alone]
    return Pair(
        replace(now, total=None, hidden=True) if hide[0] else now,
        replace(before, total=None, hidden=True) if hide[1] else before,
    )
