"""Walking a formula: its amounts and bases, which attributes it reads, what it asks for."""

from collections.abc import Iterator
from functools import lru_cache

from enterprises.criteria.language import attributes_of

from .language import (
    Amount,
    Ask,
    Base,
    Each,
    Formula,
    Highest,
    Marginal,
    More,
    Rate,
    Sum,
    Tiers,
    Total,
    Value,
    When,
)


def bases(amount: Amount) -> tuple[Base, ...]:
    """The bases that an amount itself reckons with."""
    match amount:
        case Rate():
            return (amount.of,)
        case Each():
            return (amount.per,)
        case Tiers() | Marginal():
            return (amount.by,)
    return ()


def amounts_in(amount: Amount) -> tuple[Amount, ...]:
    match amount:
        case Total() | Highest():
            return amount.parts
        case When():
            return (amount.then,) if amount.otherwise is None else (amount.then, amount.otherwise)
    return ()


def walk(amount: Amount) -> Iterator[Amount]:
    yield amount
    for inside in amounts_in(amount):
        yield from walk(inside)


def leaves(base: Base) -> Iterator[Value | Ask]:
    match base:
        case Sum():
            for term in base.terms:
                yield from leaves(term)
        case More():
            yield from leaves(base.now)
            yield from leaves(base.before)
        case _:
            yield base


def asked_in(amount: Amount) -> Iterator[Ask]:
    """Each place where an amount reckons with an answer."""
    for one in walk(amount):
        for base in bases(one):
            yield from (leaf for leaf in leaves(base) if isinstance(leaf, Ask))


@lru_cache(4096)
def attributes_in(amount: Amount) -> frozenset[str]:
    found: set[str] = set()
    for one in walk(amount):
        found |= {leaf.attribute for base in bases(one) for leaf in leaves(base) if isinstance(leaf, Value)}
        if isinstance(one, When):
            found |= set(attributes_of(one.condition))
    return frozenset(found)


def attributes_read(formula: Formula | None) -> frozenset[str]:
    return frozenset() if formula is None else attributes_in(formula.amount)
