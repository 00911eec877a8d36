"""Two selections beside each other, every measure (ENT-13)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portal.desk.structure.measures import Source
from portal.desk.structure.picture import Picture, changed, said
from portal.desk.structure.sums import Pair, guarded


@dataclass(frozen=True)
class Line:
    """One measure of both."""

    source: Source
    pairs: tuple[Pair, Pair]
    when: str

    @property
    def texts(self) -> list[str]:
        return [said(self.source, pair.now) for pair in self.pairs]

    @property
    def changes(self) -> list[str]:
        return [changed(pair) for pair in self.pairs]

    @property
    def times(self) -> str:
        """How often the second goes into the first."""
        first, second = (pair.now.total for pair in self.pairs)
        return f"{Decimal(first) / Decimal(second):,.2f}" if first is not None and second else ""


def compared(first: Picture, second: Picture) -> list[Line]:
    """Lines of all measures; where one selection holds the other but for one or two firms, neither is said (SEC-11)."""
    figures = zip(first.figures, second.figures, strict=True)
    lines = []
    for one, other in figures:
        pairs = one.pair, other.pair
        if not one.source.seen and one.span is not None:
            alone = first.sums.alone(one.source, first.selection, second.selection)
            pairs = guarded(pairs[0], alone), guarded(pairs[1], alone)
        lines.append(Line(one.source, pairs, one.when))
    return lines


def cells(lines: list[Line]) -> Iterator[list[Any]]:
    for line in lines:
        row: list[Any] = [str(line.source.measure), line.source.unit, line.when]
        for pair in line.pairs:
            total = pair.now.total
            shown = said(line.source, pair.now) if pair.now.hidden else total and round(line.source.shown(total), 4)
            row += [shown, changed(pair)]
        yield [*row, line.times]
