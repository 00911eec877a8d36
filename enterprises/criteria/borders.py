"""Where the outcome of a criterion can change: linear forms over attributes, each of which is 0 on such a border.

A comparison changes where left minus right is 0, a quotient also where its denominator is 0, tiers where a band ends.
As `check` lets quotients be compared with numbers and tiers alone, every border is linear with constant weights.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import product

from ..attributes.catalogue import Catalogue
from .language import (
    Between,
    Compare,
    Condition,
    Dated,
    Growth,
    Node,
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
    walk,
)
from .one import moved

Weights = dict[str, Decimal]  # by attribute; "" is the constant


@dataclass(frozen=True, slots=True)
class Border:
    """`constant + Σ weight × value as it is kept`; whole numbers."""

    weights: tuple[tuple[str, int], ...]
    constant: int

    def weight(self, code: str) -> int:
        return next((weight for other, weight in self.weights if other == code), 0)


def borders(node: Condition, day: date, catalogue: Catalogue) -> list[Border]:
    """All of them, on `day`; each once."""
    found = dict.fromkeys(_whole(weights, catalogue) for one in walk(node) for weights in _of(one, day))
    return [border for border in found if border.weights]


def _of(node: Node, day: date) -> Iterator[Weights]:
    match node:
        case Compare():
            yield from _against(node.left, _shapes(node.right))
        case Between():
            yield from _against(node.what, [{"": node.low}, {"": node.high}])
        case Tiers():
            yield from _against(node.by, [{"": band.upto} for band in node.bands if band.upto is not None])
        case Within():
            yield from _around(node.attribute, node.first)
            yield from _around(node.attribute, node.last)
        case Dated():
            yield from _around(node.attribute, moved(node.day or day, node.unit, -node.count))


def _around(code: str, day: date) -> Iterator[Weights]:
    """Two borders, which together cover the days near this one: month ends move a day or three."""
    for nearby in (-1, 2):
        yield {code: Decimal(1), "": Decimal(-day.toordinal() - nearby)}


def _against(left: Term | Quotient, rights: list[Weights]) -> Iterator[Weights]:
    for numerator, denominator in _pairs(left):
        yield denominator
        for right in rights:
            yield _plus(numerator, _multiplied(right, denominator), Decimal(-1))


def _multiplied(right: Weights, denominator: Weights) -> Weights:
    """One of the two is a constant."""
    if set(denominator) <= {""}:
        right, denominator = denominator, right
    factor = right.get("", Decimal(0))
    return {code: weight * factor for code, weight in denominator.items()}


def _pairs(side: Term | Quotient) -> Iterator[tuple[Weights, Weights]]:
    match side:
        case Ratio():
            yield from product(_shapes(side.numerator), _shapes(side.denominator))
        case Growth():
            for now, before in product(_shapes(side.now), _shapes(side.before)):
                yield _plus(now, before, Decimal(-1)), before
        case Share():
            yield from product(_shapes(side.part), _shapes(Sum(side.parts)))
        case _:
            yield from ((shape, {"": Decimal(1)}) for shape in _shapes(side))


def _shapes(term: Term) -> list[Weights]:
    """The linear forms of a term: one for each combination of the bands in it."""
    match term:
        case Number():
            return [{"": term.value}]
        case Value():
            return [{term.attribute: Decimal(1)}]
        case Tiers():
            return [{"": band.value} for band in term.bands]
        case Sum():
            weighted = [(Decimal(1), one) for one in term.terms]
        case Weighted():
            weighted = list(term.terms)
    combined: list[Weights] = [{}]
    for weight, one in weighted:
        combined = [_plus(before, shape, weight) for before in combined for shape in _shapes(one)]
    return combined


def _plus(one: Weights, other: Weights, factor: Decimal) -> Weights:
    return {code: one.get(code, Decimal(0)) + factor * other.get(code, Decimal(0)) for code in {**one, **other}}


def _whole(weights: Weights, catalogue: Catalogue) -> Border:
    """In units of the last decimal kept of each attribute, multiplied until all is whole."""
    scaled = {code: weight.scaleb(-catalogue[code].scale if code else 0) for code, weight in weights.items()}
    places = max((-int(weight.as_tuple().exponent) for weight in scaled.values()), default=0)
    whole = {code: int(weight.scaleb(max(places, 0))) for code, weight in scaled.items()}
    constant = whole.pop("", 0)
    return Border(tuple(sorted((code, weight) for code, weight in whole.items() if weight)), constant)
