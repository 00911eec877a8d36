"""All firms, one criterion: yes, no or unknown for each, by columns of whole numbers (NumPy).

Exact like the evaluator for one firm: amounts are 64-bit integers of a declared scale as long as the largest value that
really occurs lets them fit; beyond that a float decides what is clear and whole numbers what is near a border.
An outcome is a pair of columns: where it is yes, and where it may be (yes or unknown).
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache, reduce
from typing import Any

import numpy as np

from ..attributes.catalogue import TOWN, Catalogue, Kind
from ..attributes.tables import Column, Table
from ..models import UNKNOWN
from .language import (
    All,
    Any_,
    Between,
    Compare,
    Condition,
    Dated,
    Growth,
    Holds,
    In,
    Not,
    Number,
    Quotient,
    Ratio,
    Share,
    Sum,
    Term,
    Tiers,
    Value,
    Weighted,
    Within,
    attributes_of,
    words_of,
)

FITS = 2**62
NEAR = 1e-9
MOST_REMEMBERED = 2**26  # findings of single firms: 64 to 128 MB
EPOCH = date(1970, 1, 1).toordinal()
COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}


@dataclass(frozen=True, slots=True)
class Found:
    """Where the outcome is yes, and where it may be; the same column where nothing is unknown."""

    yes: Column
    may: Column

    @property
    def unknown(self) -> Column:
        return self.may & ~self.yes

    def take(self, rows: Column) -> "Found":
        yes = self.yes[rows]
        return Found(yes, yes if self.may is self.yes else self.may[rows])


@dataclass(frozen=True, slots=True)
class Amount:
    """Whole numbers of `scale` decimals, none beyond `bound`; `known` None: all are."""

    numbers: Any
    scale: int
    bound: int
    known: Column | None = None

    def at_scale(self, scale: int) -> Any:
        return times(self.numbers, self.bound, 10 ** (scale - self.scale))

    def take(self, rows: Column) -> "Amount":
        known = None if self.known is None else self.known[rows]
        return Amount(self.numbers[rows], self.scale, self.bound, known)


@dataclass(frozen=True, slots=True)
class Pair:
    """Numerator over denominator, the latter above 0 wherever the numerator is known."""

    numerator: Amount
    denominator: Amount


def evaluate(node: Condition, firms: "Firms") -> Found:
    return firms.find(node)


def words_needed(node: Condition, catalogue: Catalogue = TOWN) -> set[str]:
    """The words whose numbers a table must bring to evaluate this."""
    zeros = (catalogue[code] for code in attributes_of(node))
    return words_of(node) | {str(a.zero) for a in zeros if a.kind == Kind.CHOICE and a.absent_is_zero}


class Firms:
    """The firms of a table on a day: a whole number (`date.toordinal`), or one for each firm.

    What a leaf came to is remembered, for criteria share them; some rows of these firms, or the same firms with one
    attribute changed, take over what the change does not touch.
    """

    def __init__(self, table: Table, day: Any, catalogue: Catalogue = TOWN) -> None:
        self.table, self.day, self.catalogue = table, day, catalogue
        self.free: frozenset[str] = frozenset()  # leaves with any of these attributes may come out either way
        self.flips: dict[Condition, list[Column]] = {}  # by leaf about today: the later days on which it changes
        self._amounts: dict[str, Amount] = {}
        self._leaves: dict[Condition, Found] = {}
        self._origin: Firms | None = None  # whose rows, all or some, these are
        self._rows: Column | None = None
        self._changed: str | None = None  # the attribute that is another than there
        self._moved = False  # the day is

    def __len__(self) -> int:
        return len(self.table)

    def take(self, rows: Column) -> "Firms":
        """These rows only."""
        other = self._derived(Table(self.table.firms[rows], {}, self.table.words), self.day)
        other._rows = rows
        return other

    def with_values(self, code: str, numbers: Column) -> "Firms":
        """The same firms, but for one attribute."""
        other = self._derived(Table(self.table.firms, {code: numbers}, self.table.words), self.day)
        other._changed = code
        return other

    def on(self, day: Any) -> "Firms":
        other = self._derived(Table(self.table.firms, {}, self.table.words), day)
        other._moved = True
        return other

    def _derived(self, table: Table, day: Any) -> "Firms":
        other = type(self)(table, day, self.catalogue)
        other._origin = self
        return other

    def find(self, node: Condition) -> Found:
        match node:
            case All():
                return _joined(list(map(self.find, node.parts)), np.logical_and)
            case Any_():
                return _joined(list(map(self.find, node.parts)), np.logical_or)
            case Not():
                found = self.find(node.part)
                no = ~found.yes
                return Found(no if found.may is found.yes else ~found.may, no)
        if self.free and not self.free.isdisjoint(attributes_of(node)):
            return Found(np.zeros(len(self), bool), np.ones(len(self), bool))
        return self._remembered(node)

    def _remembered(self, leaf: Condition) -> Found:
        found = self._leaves.get(leaf)
        if found is None:
            if len(self._leaves) * len(self) > MOST_REMEMBERED:
                self._leaves.clear()
            found = self._leaves[leaf] = self._leaf(leaf) if self._is_touched(leaf) else self._taken_over(leaf)
        return found

    def _is_touched(self, leaf: Condition) -> bool:
        """Whether a change of these firms may change this leaf; what has no origin is all its own."""
        about_today = self._moved and isinstance(leaf, Dated) and leaf.day is None
        return self._origin is None or about_today or self._changed in attributes_of(leaf)

    def _taken_over(self, leaf: Condition) -> Found:
        assert self._origin is not None
        found = self._origin._remembered(leaf)
        return found if self._rows is None else found.take(self._rows)

    def _leaf(self, node: Condition) -> Found:
        match node:
            case Compare():
                return self.compared(self.pair(node.left), node.operator, self.term(node.right))
            case Between():
                pair = self.pair(node.what)
                ends = ((">=", _constant(node.low)), ("<=", _constant(node.high)))
                return _joined([self.compared(pair, sign, end) for sign, end in ends], np.logical_and)
            case In():
                column = self.column(node.attribute)
                wanted = [self.number_of(node.attribute, value) for value in node.values]
                return self._known(np.isin(column.numbers, wanted), column.known)
            case Holds():
                column = self.column(node.attribute)
                return self._known(column.numbers == 1, column.known)
            case Within():
                column = self.column(node.attribute)
                first, last = node.first.toordinal(), node.last.toordinal()
                return self._known((column.numbers >= first) & (column.numbers <= last), column.known)
            case Dated():
                column = self.column(node.attribute)
                day = self.day if node.day is None else node.day.toordinal()
                return self._known(_dated(column.numbers, node, day), column.known)
        raise TypeError(node)

    def _known(self, yes: Any, *known: Column | None) -> Found:
        """Yes, where all of it is known; may be, where it is not."""
        yes = np.broadcast_to(yes, len(self)) if np.ndim(yes) == 0 else yes
        columns = [column for column in known if column is not None]
        if not columns:
            return Found(yes, yes)
        known_all = reduce(np.logical_and, columns)
        return Found(yes & known_all, yes | ~known_all)

    # Amounts

    def column(self, code: str) -> Amount:
        """The attribute as it is kept, 0 where it is unknown; absence is zero where the catalogue says so."""
        if code not in self._amounts and self._origin is not None and code != self._changed:
            amount = self._origin.column(code)
            self._amounts[code] = amount if self._rows is None else amount.take(self._rows)
        if code not in self._amounts:
            attribute, numbers = self.catalogue[code], self.table.columns[code]
            known: Column | None = numbers != UNKNOWN
            assert known is not None
            if known.all():
                known = None
            else:
                zero = self.number_of(code, str(attribute.zero)) if attribute.kind == Kind.CHOICE else 0
                numbers = np.where(known, numbers, zero if attribute.absent_is_zero else 0)
                known = None if attribute.absent_is_zero else known
            bound = int(max(numbers.max(), -numbers.min())) if len(numbers) else 0
            self._amounts[code] = Amount(numbers, attribute.scale, bound, known)
        return self._amounts[code]

    def number_of(self, code: str, word: str) -> int:
        """The number of a word; one that no firm has gets a number that no firm has, a choice one of its own."""
        codes = self.catalogue[code].codes
        return self.table.words.get(word, -2 - codes.index(word) if word in codes else -1)

    def term(self, term: Term) -> Amount:
        match term:
            case Number():
                return _constant(term.value)
            case Value():
                return self.column(term.attribute)
            case Sum():
                return _added([self.term(one) for one in term.terms])
            case Weighted():
                return _added([_multiplied(self.term(one), weight) for weight, one in term.terms])
        return self._tiers(term)

    def _tiers(self, tiers: Tiers) -> Amount:
        pair = self.pair(tiers.by)
        scale = max(_constant(band.value).scale for band in tiers.bands)
        values = [_constant(band.value).at_scale(scale) for band in tiers.bands]
        numbers: Any = np.full(len(self), values[-1])
        for band, value in reversed(list(zip(tiers.bands, values, strict=True))[:-1]):
            assert band.upto is not None
            below = self.compared(pair, "<=" if band.included else "<", _constant(band.upto))
            numbers = np.where(below.yes, value, numbers)
        return Amount(numbers, scale, max(map(abs, values)), pair.numerator.known)

    def pair(self, side: Term | Quotient) -> Pair:
        match side:
            case Ratio():
                return _over(self.term(side.numerator), self.term(side.denominator))
            case Share():
                return _over(self.term(side.part), _added([self.term(part) for part in side.parts]))
            case Growth():
                now, before = self.term(side.now), self.term(side.before)
                rise = _added([now, _multiplied(before, Decimal(-1))])
                return Pair(_limited(rise, before.numbers > 0, before.known), before)
        return Pair(self.term(side), _constant(Decimal(1)))

    def compared(self, pair: Pair, sign: str, right: Amount) -> Found:
        """Left against right by multiplying across: `numerator (sign) right × denominator`."""
        left, under = pair.numerator, pair.denominator
        scale = max(left.scale, right.scale + under.scale)
        by_left, by_right = 10 ** (scale - left.scale), 10 ** (scale - right.scale - under.scale)
        sides = (left.numbers, by_left), (right.numbers, under.numbers, by_right)
        if left.bound * by_left < FITS and right.bound * under.bound * by_right < FITS:
            yes = COMPARE[sign](*(reduce(operator.mul, factors) for factors in sides))
        else:
            yes = _decided(sides, sign, len(self))
        return self._known(yes, left.known, right.known, under.known)


def _joined(found: list[Found], how: Any) -> Found:
    yes = reduce(how, [one.yes for one in found])
    if all(one.may is one.yes for one in found):
        return Found(yes, yes)
    return Found(yes, reduce(how, [one.may for one in found]))


def _decided(sides: tuple[tuple[Any, ...], ...], sign: str, count: int) -> Column:
    """Where 64 bits may not do: floats for what is clearly apart, whole numbers of any size for the rest."""
    wide = [[np.broadcast_to(np.asarray(factor, dtype=object), count) for factor in side] for side in sides]
    left, right = (reduce(operator.mul, [factor.astype(float) for factor in side]) for side in wide)
    yes = np.array(COMPARE[sign](left, right), dtype=bool)
    near = np.flatnonzero(~(np.abs(left - right) > NEAR * np.maximum(np.abs(left), np.abs(right))))
    exact = (reduce(operator.mul, [factor[near] for factor in side]) for side in wide)
    yes[near] = np.asarray(COMPARE[sign](*exact), dtype=bool)
    return yes


def times(numbers: Any, bound: int, factor: int) -> Any:
    """The product, in whole numbers of any size where 64 bits might not do."""
    if factor == 1:
        return numbers
    if bound * abs(factor) >= FITS and isinstance(numbers, np.ndarray):
        numbers = numbers.astype(object)
    return numbers * factor


def _constant(value: Decimal) -> Amount:
    return _read(str(value))  # 5 and 5.0 are equal, but of different scale


@lru_cache(4096)
def _read(text: str) -> Amount:
    value = Decimal(text)
    scale = max(0, -int(value.as_tuple().exponent))
    number = int(value.scaleb(scale))
    return Amount(number, scale, abs(number))


def _multiplied(amount: Amount, by: Decimal) -> Amount:
    weight = _constant(by)
    numbers = times(amount.numbers, amount.bound, weight.numbers)
    return Amount(numbers, amount.scale + weight.scale, amount.bound * weight.bound, amount.known)


def _added(amounts: list[Amount]) -> Amount:
    """The sum: known where every part is, never skipping one that is not."""
    scale = max(amount.scale for amount in amounts)
    bound = sum(amount.bound * 10 ** (scale - amount.scale) for amount in amounts)
    parts = [amount.at_scale(scale) for amount in amounts]
    if bound >= FITS:
        parts = [part.astype(object) if isinstance(part, np.ndarray) else part for part in parts]
    known = [amount.known for amount in amounts if amount.known is not None]
    return Amount(reduce(operator.add, parts), scale, bound, reduce(np.logical_and, known) if known else None)


def _over(numerator: Amount, denominator: Amount) -> Pair:
    under = denominator.numbers
    if np.ndim(under) == 0:
        under = np.asarray(under)
    positive = Amount(abs(under), denominator.scale, denominator.bound, denominator.known)
    turned = Amount(np.where(under < 0, -1, 1) * numerator.numbers, numerator.scale, numerator.bound, numerator.known)
    return Pair(_limited(turned, under != 0, denominator.known), positive)


def _limited(amount: Amount, computable: Any, known: Column | None) -> Amount:
    """Known only where it can be computed as well."""
    if np.all(computable) and known is None:
        return amount
    columns = [column for column in (amount.known, known) if column is not None]
    both = reduce(np.logical_and, columns, np.asarray(computable, dtype=bool))
    return Amount(amount.numbers, amount.scale, amount.bound, both)


def _dated(days: Column, node: Dated, day: Any) -> Column:
    """Against one day for all it is enough to know which dates, if any, are moved to it."""
    if np.ndim(day) != 0 or node.count == 0:
        return COMPARE[node.operator](moved(days, node.unit, node.count), day)
    near = moved(np.array([day]), node.unit, -node.count) + np.arange(-4, 5)
    later = moved(near, node.unit, node.count)
    first, after = near[0] + np.count_nonzero(later < day), near[0] + np.count_nonzero(later <= day)
    if node.operator in ("=", "!="):
        return ((days >= first) & (days < after)) == (node.operator == "=")
    border = after if node.operator in ("<=", ">") else first
    return days < border if node.operator in ("<", "<=") else days >= border


def moved(days: Column, unit: str, count: int) -> Column:
    """`count` years, months or days after each day; the last day of a month that has no such day."""
    if count == 0:
        return days
    if unit == "days":
        return days + count
    day = (days - EPOCH).astype("M8[D]")
    month = day.astype("M8[M]")
    later = month + count * (12 if unit == "years" else 1)
    first = later.astype("M8[D]")
    last = (later + 1).astype("M8[D]") - 1
    return np.minimum(first + (day - month.astype("M8[D]")), last).astype(np.int64) + EPOCH
