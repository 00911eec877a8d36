"""The language of criteria (ENT-5): a small JSON tree, here as dataclasses.

    condition   {"all": [condition, …]}  {"any": [condition, …]}  {"not": condition}
                {"compare": [term, "<", term]}         also <= > >= = !=
                {"between": [term or date attribute, from, to]}     both ends included
                {"in": ["attribute", ["code", …]]}     texts and choices
                {"holds": "attribute"}                 yes or no
                {"date": ["attribute", "<=", "2026-01-31" or "today"], "after": {"years": 1}}
    term        12  "0.05"  "attribute"  {"sum": [term, …]}  {"weighted": [[5, term], …]}
                {"tiers": term, "bands": [["30000000", "<=", "0.05"], …, [null, null, "0.03"]]}
    left of a comparison also  {"ratio": [a, b]}  {"growth": [now, before]}  {"share": [part, [all parts]]}

`after` moves the attribute's date before it is compared: one year after 29 February is 28 February. Numbers with
decimals are strings and never pass through a float. Amounts are in the attribute's own unit (元), never in 万元.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar, dataclass_transform

OPERATORS = ("<", "<=", ">", ">=", "=", "!=")

Made = TypeVar("Made", bound=type)


@dataclass_transform(frozen_default=True)
def node(cls: Made) -> Made:
    """A frozen dataclass that works out its hash once: what is kept about nodes is found by them, over and over."""
    made: Any = dataclass(frozen=True)(cls)
    plain = made.__hash__

    def remembered(self: Any) -> int:
        found = self.__dict__.get("_hash")
        if found is None:
            found = self.__dict__["_hash"] = plain(self)
        return int(found)

    made.__hash__ = remembered
    return cls


# Terms ------------------------------------------------------------------------------------------------------------


@node
class Number:
    value: Decimal


@node
class Value:
    attribute: str


@node
class Sum:
    terms: tuple["Term", ...]


@node
class Weighted:
    """Each term counted with its weight: 5 points for an invention, 2 for a utility model."""

    terms: tuple[tuple[Decimal, "Term"], ...]


@node
class Band:
    """Up to the border (None: without end); the border itself belongs to it where `included`."""

    upto: Decimal | None
    included: bool
    value: Decimal


@node
class Tiers:
    by: "Term | Quotient"
    bands: tuple[Band, ...]


@node
class Ratio:
    """Cannot be computed where the denominator is 0."""

    numerator: "Term"
    denominator: "Term"


@node
class Growth:
    """(now - before) ÷ before; cannot be computed unless before is above 0."""

    now: "Term"
    before: "Term"


@node
class Share:
    """A part of the sum of all parts; cannot be computed where that is 0."""

    part: "Term"
    parts: tuple["Term", ...]


Term = Number | Value | Sum | Weighted | Tiers
Quotient = Ratio | Growth | Share

# Conditions -------------------------------------------------------------------------------------------------------


@node
class All:
    parts: tuple["Condition", ...]


@node
class Any_:
    parts: tuple["Condition", ...]


@node
class Not:
    part: "Condition"


@node
class Compare:
    left: Term | Quotient
    operator: str
    right: Term


@node
class Between:
    what: Term | Quotient
    low: Decimal
    high: Decimal


@node
class Within:
    """A date from one day to another, both included."""

    attribute: str
    first: date
    last: date


@node
class In:
    attribute: str
    values: tuple[str, ...]


@node
class Holds:
    attribute: str


@node
class Dated:
    """The attribute's date, moved by `count` of `unit`, against a day; None is the day of the evaluation."""

    attribute: str
    operator: str
    day: date | None
    unit: str = "days"
    count: int = 0


Leaf = Compare | Between | Within | In | Holds | Dated
Condition = All | Any_ | Not | Leaf
Node = Condition | Term | Quotient


# Walking ----------------------------------------------------------------------------------------------------------


def children(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Term | Quotient):
        return _operands(node)
    match node:
        case All() | Any_():
            return node.parts
        case Not():
            return (node.part,)
        case Compare():
            return (node.left, node.right)
        case Between():
            return (node.what,)
    return ()


def _operands(node: Term | Quotient) -> tuple[Node, ...]:
    match node:
        case Sum():
            return node.terms
        case Weighted():
            return tuple(term for _weight, term in node.terms)
        case Tiers():
            return (node.by,)
        case Ratio():
            return (node.numerator, node.denominator)
        case Growth():
            return (node.now, node.before)
        case Share():
            return (node.part, *node.parts)
    return ()


def walk(node: Node) -> Iterator[Node]:
    yield node
    for child in children(node):
        yield from walk(child)


@lru_cache(8192)
def attributes_of(node: Node) -> tuple[str, ...]:
    """The attributes a criterion reads, each once, in the order in which it names them."""
    named = (getattr(one, "attribute", None) for one in walk(node))
    return tuple(dict.fromkeys(code for code in named if code))


def words_of(node: Node) -> set[str]:
    """The texts and choices that it compares with."""
    return {value for one in walk(node) if isinstance(one, In) for value in one.values}
