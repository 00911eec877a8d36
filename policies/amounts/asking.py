"""Which question decides most (POL-3): chosen anew after each answer, ten at most.

A clause is decided when it is a no, or a yes whose amount is known. For each attribute that an undecided clause reads,
values are drawn from the town (twelve quantiles of all firms that have one) and the clauses judged with each of them,
all at once as columns; the attribute that decides most clauses on average is asked next. Equal ones: what more
undecided clauses read first, then the order of the catalogue. So the order depends on nothing but the clauses, the
spreads and the answers given, and two visitors who answer alike are asked alike.

SEC-11: a spread is of all firms together and of one attribute alone, never of firms like the visitor's, and an
attribute of which fewer than `FEW` firms are known has none. What is asked next tells nothing about any firm.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
from django.core.cache import cache

from enterprises.attributes.catalogue import TOWN, Attribute, Kind, Plain
from enterprises.attributes.sight import FEW
from enterprises.attributes.tables import Column, Table, read_table
from enterprises.attributes.values import Known, numbers_of
from enterprises.criteria.all import Firms, evaluate, words_needed
from enterprises.criteria.one import evaluate as find
from enterprises.models import UNKNOWN

from .answers import askable
from .reads import attributes_read
from .results import Ruled

DRAWN, HOUR = 12, 3600

Spread = Mapping[str, Sequence[tuple[int, float]]]  # by attribute: values as kept, with their shares


def spreads() -> Spread:
    """Read from all firms at most once an hour."""
    return cache.get_or_set("calculator.spreads", read_spreads, HOUR) or {}


def read_spreads() -> dict[str, list[tuple[int, float]]]:
    codes = [one.code for one in TOWN if askable(one)]
    table = read_table(codes)
    return {code: found for code in codes if (found := _spread(TOWN[code], table.columns[code]))}


def _spread(attribute: Attribute, column: Column) -> list[tuple[int, float]]:
    known = np.sort(column[column != UNKNOWN])
    if len(known) < FEW:
        return []
    if attribute.kind in (Kind.NUMBER, Kind.DATE):
        places = ((2 * np.arange(DRAWN) + 1) * len(known)) // (2 * DRAWN)
        known = known[places]
    values, counts = np.unique(known, return_counts=True)
    return [(int(value), float(count) / len(known)) for value, count in zip(values, counts, strict=True)]


@dataclass(frozen=True)
class Weighed:
    """What one question is worth: clauses decided on average, and how many undecided ones read it."""

    code: str
    decides: float
    read_by: int


def next_code(
    clauses: Sequence[Ruled], known: Known, asked: Collection[str], day: date, spread: Spread | None = None
) -> str | None:
    """The attribute to ask next; None where no further one could decide anything."""
    weighed = weigh(clauses, known, asked, day, spreads() if spread is None else spread)
    order = {one.code: place for place, one in enumerate(TOWN)}
    best = max(weighed, key=lambda one: (round(one.decides, 6), one.read_by, -order[one.code]), default=None)
    return None if best is None else best.code


def weigh(clauses: Sequence[Ruled], known: Known, asked: Collection[str], day: date, spread: Spread) -> list[Weighed]:
    judged = [one for one in clauses if one.node is not None]
    base = _Trial(judged, known, day, {})
    open_ = [one for one, decided in zip(judged, base.decided()[:, 0], strict=True) if not decided]
    wanted = {code for one in open_ for code in _needed(one, known, day) if code not in known and code not in asked}
    codes = [one.code for one in TOWN if one.code in wanted and askable(one)]
    if not codes:
        return []
    trial = _Trial(open_, known, day, {code: spread.get(code, ()) for code in codes})
    return trial.weighed(codes)


def _needed(one: Ruled, known: Known, day: date) -> set[str]:
    """What can still decide it: nothing of a choice that is already fulfilled."""
    assert one.node is not None
    return {each.code for each in find(one.node, known, day).missing} | attributes_read(one.formula)


def decided_count(clauses: Sequence[Ruled], known: Known, day: date) -> int:
    """How many clauses the answers decide; those that no data decide are not among them."""
    judged = [one for one in clauses if one.node is not None]
    return int(_Trial(judged, known, day, {}).decided()[:, 0].sum()) if judged else 0


class _Trial:
    """Clauses judged with what is known, and with each drawn value of each attribute beside it: one row for each."""

    def __init__(self, clauses: Sequence[Ruled], known: Known, day: date, drawn: Spread) -> None:
        self.clauses, self.known, self.day = clauses, known, day
        self.rows = [(code, value, share) for code, values in drawn.items() for value, share in values]
        self.codes = {code for one in clauses for code in one.reads}

    def table(self) -> Table:
        nodes = [one.node for one in self.clauses if one.node is not None]
        texts = {str(held.value) for held in self.known.values() if isinstance(held.value, str)}
        words = numbers_of({word for node in nodes for word in words_needed(node)} | texts)
        columns = {code: np.full(1 + len(self.rows), self._kept(code, words)) for code in self.codes}
        for row, (code, value, _share) in enumerate(self.rows):
            columns[code][row + 1] = value
        return Table(np.arange(1 + len(self.rows)), columns, words)

    def _kept(self, code: str, words: Mapping[str, int]) -> int:
        held = self.known.get(code)
        return UNKNOWN if held is None else as_number(TOWN[code], held.value, words)

    def decided(self) -> Column:
        """By clause and row; the first row is what is known alone."""
        table = self.table()
        firms = Firms(table, self.day.toordinal())
        found = np.zeros((len(self.clauses), len(table)), bool)
        for place, one in enumerate(self.clauses):
            assert one.node is not None
            outcome = evaluate(one.node, firms)
            amount = np.ones(len(table), bool)
            for code in attributes_read(one.formula):
                amount &= table.columns[code] != UNKNOWN
            found[place] = ~outcome.may | (outcome.yes & amount)
        return found

    def weighed(self, codes: Sequence[str]) -> list[Weighed]:
        by_row = self.decided()[:, 1:].sum(axis=0)
        worth = dict.fromkeys(codes, 0.0)
        for (code, _value, share), decided in zip(self.rows, by_row.tolist(), strict=True):
            worth[code] += share * decided
        return [Weighed(code, worth[code], sum(code in one.reads for one in self.clauses)) for code in codes]


def as_number(attribute: Attribute, value: Plain, words: Mapping[str, int]) -> int:
    """As the columns keep it; a word that no firm has gets a number that no firm has."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, Decimal):
        return int(value.scaleb(attribute.scale))
    if isinstance(value, date):
        return value.toordinal()
    codes = attribute.codes
    return words.get(value, -2 - codes.index(value) if value in codes else -1)
