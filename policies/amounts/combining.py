"""The best sum a firm can get where some clauses exclude each other (POL-3).

Clauses are enjoyed together unless a rule says otherwise. Of a HIGHEST group one clause at most is enjoyed; of a CAP
group the sums together stay within a limit, each being cut as needed. Clauses that share a rule hang together; each
such cluster is solved for itself, exactly: branch and bound over which clauses of HIGHEST groups are taken, and for the
caps a linear programme in fractions. A cluster that takes more than `MOST_STEPS` is given the best found so far, which
is never below taking the largest first, and the result says that it is not exact.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .capping import most_within

MOST_STEPS = 1500  # a cluster of 20 clauses with rules as they occur takes some dozens; this many take a second
CENT = Fraction(1, 100)


@dataclass(frozen=True)
class Offer:
    """What one clause would give alone."""

    clause: int
    amount: Decimal


@dataclass(frozen=True)
class Limit:
    """A rule over clauses: the highest alone (`cap` None), or all of them up to `cap`."""

    key: int
    clauses: frozenset[int]
    cap: Decimal | None = None


@dataclass(frozen=True)
class LeftOut:
    """What of a clause is not enjoyed, and by which rules."""

    clause: int
    lost: Decimal
    rules: tuple[int, ...]


@dataclass(frozen=True)
class Combination:
    total: Decimal
    taken: Mapping[int, Decimal]  # by clause, what of it is enjoyed
    left_out: tuple[LeftOut, ...]
    exact: bool = True


def combine(offers: Iterable[Offer], limits: Iterable[Limit], most_steps: int = MOST_STEPS) -> Combination:
    """The largest total, and what is left out for it. Offers of nothing are left aside."""
    amounts = {one.clause: Fraction(one.amount) for one in offers if one.amount > 0}
    rules = [limit for limit in limits if len(limit.clauses & amounts.keys()) > (limit.cap is None)]
    taken: dict[int, Decimal] = {}
    exact = True
    for cluster in _clusters(amounts, rules):
        best, complete = _solved({key: amounts[key] for key in cluster}, rules, most_steps)
        taken |= {key: _cents(value) for key, value in best.items() if value >= CENT}
        exact &= complete
    left = tuple(_left_out(key, amount, taken, rules) for key, amount in amounts.items() if taken.get(key) != amount)
    return Combination(sum(taken.values(), Decimal(0)), taken, left, exact)


def _clusters(amounts: Mapping[int, Fraction], rules: Sequence[Limit]) -> Iterator[list[int]]:
    """Clauses that hang together by rules, in the order of the offers."""
    group = {key: {key} for key in amounts}
    for rule in rules:
        together = set().union(*(group[key] for key in rule.clauses & amounts.keys()))
        for key in together:
            group[key] = together
    seen: set[int] = set()
    for key in amounts:
        if key not in seen:
            seen |= group[key]
            yield [one for one in amounts if one in group[key]]


def _solved(
    amounts: Mapping[int, Fraction], rules: Sequence[Limit], most_steps: int
) -> tuple[dict[int, Fraction], bool]:
    mine = [rule for rule in rules if rule.clauses & amounts.keys()]
    search = _Search(amounts, mine, most_steps)
    search.go(0, (), Fraction(0), frozenset())
    return search.best, search.steps <= most_steps


class _Search:
    """Takes or leaves the clauses, the largest first; the first way tried is to take whatever may be taken."""

    def __init__(self, amounts: Mapping[int, Fraction], rules: Sequence[Limit], most_steps: int) -> None:
        self.amounts, self.most_steps, self.steps = amounts, most_steps, 0
        self.order = sorted(amounts, key=lambda key: (-amounts[key], key))
        self.highest = [rule.clauses for rule in rules if rule.cap is None]
        self.caps = [(rule.clauses, Fraction(rule.cap)) for rule in rules if rule.cap is not None]
        self.barred = {
            key: frozenset().union(*(group for group in self.highest if key in group)) - {key} for key in amounts
        }
        self.total = Fraction(-1)
        self.best: dict[int, Fraction] = {}

    def go(self, place: int, taken: tuple[int, ...], plain: Fraction, barred: frozenset[int]) -> None:
        self.steps += 1
        if self.steps > self.most_steps and self.best:
            return
        if place == len(self.order):
            self._keep(taken)
            return
        if plain + self._at_most(place, barred) <= self.total:
            return
        key = self.order[place]
        if key not in barred:
            self.go(place + 1, (*taken, key), plain + self.amounts[key], barred | self.barred[key])
        # to leave a clause that bars no other can never be better
        if key in barred or any(other not in barred for other in self.barred[key] & self.amounts.keys()):
            self.go(place + 1, taken, plain, barred)

    def _keep(self, taken: tuple[int, ...]) -> None:
        found = most_within({key: self.amounts[key] for key in taken}, self.caps)
        total = sum(found.values(), Fraction(0))
        if total > self.total:
            self.total, self.best = total, found

    def _at_most(self, place: int, barred: frozenset[int]) -> Fraction:
        """More than what is left cannot bring: of each HIGHEST group its largest, each clause counted in one group."""
        total = Fraction(0)
        counted: set[int] = set()
        for key in self.order[place:]:
            if key in barred or key in counted:
                continue
            total += self.amounts[key]
            group = next((group for group in self.highest if key in group), frozenset())
            counted |= group
        return total


def _left_out(key: int, amount: Fraction, taken: Mapping[int, Decimal], rules: Sequence[Limit]) -> LeftOut:
    got = taken.get(key, Decimal(0))
    why = tuple(rule.key for rule in rules if key in rule.clauses and _binds(rule, key, taken))
    return LeftOut(key, _cents(amount) - got, why)


def _binds(rule: Limit, key: int, taken: Mapping[int, Decimal]) -> bool:
    """Whether the rule is why nothing more of the clause is enjoyed: another was taken, or the limit is reached."""
    others = [taken[one] for one in rule.clauses if one in taken and one != key]
    if rule.cap is None:
        return key not in taken and bool(others)
    return sum(others, taken.get(key, Decimal(0))) + Decimal("0.01") > rule.cap


def _cents(value: Fraction) -> Decimal:
    """Down to the cent: two caps that cross may leave half a cent to each of two clauses."""
    return Decimal(value.numerator * 100 // value.denominator).scaleb(-2)
