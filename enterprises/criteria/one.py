"""One firm, one criterion: yes, no or unknown, and every node's own finding, exact and with what it saw.

Decimals under a context that refuses to round. Division is never done: a ratio is compared by multiplying across.
"""

import operator
from calendar import monthrange
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal, Inexact, InvalidOperation, localcontext
from functools import cache, lru_cache
from typing import Any

from ..attributes.catalogue import TOWN, Attribute, Catalogue, Plain
from ..attributes.values import Held, Known
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
    Leaf,
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
    walk,
)

Outcome = bool | None  # None: unknown
Pair = tuple[Decimal, Decimal]  # numerator and denominator

EXACT = Context(prec=400, traps=[Inexact, InvalidOperation])
ONE = Decimal(1)
COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}


@dataclass(slots=True)
class Finding:
    """What one node came to. Of a leaf: `seen` the values it read (None: not known), `pair` what its left side was."""

    node: Condition
    outcome: Outcome
    parts: tuple["Finding", ...] = ()
    seen: tuple[tuple[Attribute, Held | None], ...] = ()
    pair: Pair | None = None

    @property
    def missing(self) -> list[Attribute]:
        """The attributes that keep it from being decided, never those of a part that is decided or decides nothing any
        more; empty where it is decided, or where all is known and it cannot be computed (POL-2)."""
        return list(dict.fromkeys(self._missing()))

    def _missing(self) -> Iterator[Attribute]:
        if self.outcome is None:
            yield from (attribute for attribute, held in self.seen if held is None)
            for part in self.parts:
                yield from part._missing()

    def leaves(self) -> Iterator["Finding"]:
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()


def evaluate(node: Condition, known: Known, day: date, catalogue: Catalogue = TOWN) -> Finding:
    """The criterion for a firm of which `known` is known, on `day` (Asia/Shanghai)."""
    with localcontext(EXACT):
        return _Firm(known, day, catalogue).find(node)


def outcome(node: Condition, known: Known, day: date, catalogue: Catalogue = TOWN) -> Outcome:
    return evaluate(node, known, day, catalogue).outcome


class _Firm:
    def __init__(self, known: Known, day: date, catalogue: Catalogue) -> None:
        self.known, self.day, self.catalogue = known, day, catalogue

    def find(self, node: Condition) -> Finding:
        if isinstance(node, All | Any_):
            parts = tuple(map(self.find, node.parts))
            joined = all_of if isinstance(node, All) else any_of
            return Finding(node, joined([part.outcome for part in parts]), parts)
        if isinstance(node, Not):
            part = self.find(node.part)
            return Finding(node, negated(part.outcome), (part,))
        return self._leaf(node)

    def _leaf(self, node: Leaf) -> Finding:
        found, pair = self._decided(node)
        seen = tuple([(self.catalogue[code], self.held(code)) for code in attributes_of(node)])
        return Finding(node, found, (), seen, pair)

    def _decided(self, node: Leaf) -> tuple[Outcome, Pair | None]:
        match node:
            case Compare():
                pair, right = self.pair(node.left), self.term(node.right)
                return compared(pair, node.operator, right), pair
            case Between():
                pair = self.pair(node.what)
                return all_of((compared(pair, ">=", node.low), compared(pair, "<=", node.high))), pair
            case In():
                value = self.value(node.attribute)
                return None if value is None else value in node.values, None
            case Holds():
                value = self.value(node.attribute)
                return None if value is None else bool(value), None
            case Within():
                value = self.value(node.attribute)
                return (node.first <= value <= node.last if isinstance(value, date) else None), None
        return self._dated(node), None

    def _dated(self, node: Dated) -> Outcome:
        value = self.value(node.attribute)
        if not isinstance(value, date):
            return None
        return COMPARE[node.operator](moved(value, node.unit, node.count), node.day or self.day)

    def held(self, code: str) -> Held | None:
        held = self.known.get(code)
        return absent(self.catalogue[code]) if held is None else held

    def value(self, code: str) -> Plain | None:
        held = self.held(code)
        return None if held is None else held.value

    def term(self, term: Term) -> Decimal | None:
        """The amount, or None where anything it needs is unknown: 0 times unknown is unknown as well."""
        match term:
            case Number():
                return term.value
            case Value():
                value = self.value(term.attribute)
                return value if isinstance(value, Decimal) else None
            case Sum():
                return _added([self.term(one) for one in term.terms])
            case Weighted():
                amounts = [(weight, self.term(one)) for weight, one in term.terms]
                return _added([None if amount is None else weight * amount for weight, amount in amounts])
        return self._tier(term)

    def _tier(self, tiers: Tiers) -> Decimal | None:
        pair = self.pair(tiers.by)
        if pair is None:
            return None
        for band in tiers.bands:
            if band.upto is None or compared(pair, "<=" if band.included else "<", band.upto):
                return band.value
        return None

    def pair(self, side: Term | Quotient) -> Pair | None:
        """Numerator and denominator, the latter above 0; None where it is unknown or cannot be computed."""
        match side:
            case Ratio():
                return _over(self.term(side.numerator), self.term(side.denominator))
            case Share():
                return _over(self.term(side.part), _added([self.term(part) for part in side.parts]))
            case Growth():
                now, before = self.term(side.now), self.term(side.before)
                if now is None or before is None or before <= 0:
                    return None
                return now - before, before
        amount = self.term(side)
        return None if amount is None else (amount, ONE)


@cache
def absent(attribute: Attribute) -> Held | None:
    """What no value stands for: nothing, or zero where the source is a complete register."""
    return Held(attribute.zero) if attribute.absent_is_zero else None


def compared(pair: Pair | None, operator: str, right: Decimal | None) -> Outcome:
    if pair is None or right is None:
        return None
    numerator, denominator = pair
    return COMPARE[operator](numerator, right * denominator)


def _over(numerator: Decimal | None, denominator: Decimal | None) -> Pair | None:
    if numerator is None or denominator is None or denominator == 0:
        return None
    return (numerator, denominator) if denominator > 0 else (-numerator, -denominator)


def _added(amounts: list[Decimal | None]) -> Decimal | None:
    total = Decimal(0)
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total


def all_of(outcomes: Collection[Outcome]) -> Outcome:
    """Kleene: one no decides, else one unknown leaves it open."""
    return False if False in outcomes else None if None in outcomes else True


def any_of(outcomes: Collection[Outcome]) -> Outcome:
    return True if True in outcomes else None if None in outcomes else False


def negated(outcome: Outcome) -> Outcome:
    return None if outcome is None else not outcome


def moved(day: date, unit: str, count: int) -> date:
    """`count` years, months or days later; where that month has no such day, its last one. Kept within the calendar."""
    if unit == "days":
        return date.fromordinal(min(max(day.toordinal() + count, 1), date.max.toordinal()))
    months = day.year * 12 + day.month - 1 + count * (12 if unit == "years" else 1)
    year, month = months // 12, months % 12 + 1
    if not 1 <= year <= 9999:
        return date.min if year < 1 else date.max
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def flips(node: Condition, known: Known, day: date, catalogue: Catalogue = TOWN) -> list[date]:
    """The later days, in order, on which the outcome may change though no value does."""
    days: set[date] = set()
    for leaf in leaves_with_today(node):
        held = known.get(leaf.attribute)
        if held is not None and isinstance(held.value, date):
            until = moved(held.value, leaf.unit, leaf.count)
            # `until <= day` turns true on that day itself, `until < day` on the next.
            days |= {until} if leaf.operator in ("<=", ">") else set()
            days |= {until + timedelta(1)} if leaf.operator in ("<", ">=") and until < date.max else set()
            days |= {until, until + timedelta(1)} if leaf.operator in ("=", "!=") and until < date.max else set()
    return sorted(one for one in days if one > day)


@lru_cache(8192)
def leaves_with_today(node: Condition) -> tuple[Dated, ...]:
    return tuple(leaf for leaf in walk(node) if isinstance(leaf, Dated) and leaf.day is None)
