"""The evaluator for one firm and that for all agree on every input (ENT-5), and would be caught if they did not."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, localcontext
from random import Random

import numpy as np
import pytest

from enterprises.attributes.values import Held
from enterprises.criteria import all as every
from enterprises.criteria import almost, almost_all, one
from enterprises.criteria.check import checked
from enterprises.criteria.language import (
    All,
    Any_,
    Between,
    Compare,
    Dated,
    Growth,
    Holds,
    In,
    Not,
    Ratio,
    Share,
    Sum,
    Tiers,
    Weighted,
    Within,
    walk,
)
from enterprises.criteria.reading import parse, unparse
from tests.criteria.generating import (
    ADDED,
    AS_OF,
    CATALOGUE,
    DAY,
    WORDS,
    Trees,
    firm,
    kept,
    relatives,
    table_of,
    value_of,
)

KINDS = (All, Any_, Not, Compare, Between, Within, In, Holds, Dated, Sum, Weighted, Tiers, Ratio, Growth, Share)


@dataclass
class Pairs:
    """Criteria with 25 firms each, and what the evaluator for one said."""

    cases: list = field(default_factory=list)
    kinds: Counter = field(default_factory=Counter)
    outcomes: Counter = field(default_factory=Counter)
    comparisons: int = 0
    on_border: int = 0


def generate(trees: int, seed: int) -> Pairs:
    random, pairs = Random(seed), Pairs()
    while len(pairs.cases) < trees:
        base = firm(random)
        tree = Trees(random, base).tree()
        firms = relatives(random, base, 25)
        findings = [one.evaluate(tree, known, DAY, CATALOGUE) for known in firms]
        pairs.cases.append((tree, firms, [finding.outcome for finding in findings]))
        pairs.outcomes.update(finding.outcome for finding in findings)
        pairs.kinds.update(kinds_of(tree))
        for known, finding in zip(firms, findings, strict=True):
            for leaf in finding.leaves():
                met = border_met(leaf, known)
                pairs.comparisons += met is not None
                pairs.on_border += met is True
    return pairs


def kinds_of(tree):
    signs = {leaf.operator for leaf in walk(tree) if isinstance(leaf, Compare)}
    days = {f"date {leaf.operator}" for leaf in walk(tree) if isinstance(leaf, Dated)}
    return {type(node) for node in walk(tree)} & set(KINDS) | signs | days


def border_met(leaf, known):
    """Whether both sides are equal; None where it is no comparison, or one side is unknown."""
    node = leaf.node
    if isinstance(node, Dated) and leaf.outcome is not None:
        return one.moved(known[node.attribute].value, node.unit, node.count) == (node.day or DAY)
    if not isinstance(node, Compare | Between) or leaf.pair is None:
        return None
    with localcontext(one.EXACT):
        state = one._Firm(known, DAY, CATALOGUE)
        ends = (state.term(node.right),) if isinstance(node, Compare) else (node.low, node.high)
        return None if None in ends else any(leaf.pair[0] == end * leaf.pair[1] for end in ends)


@pytest.fixture(scope="module")
def pairs():
    return generate(850, seed=20261122)


def disagreements(pairs, firms_class=every.Firms):
    wrong = 0
    for tree, firms, expected in pairs.cases:
        found = firms_class(table_of(firms), DAY.toordinal(), CATALOGUE).find(tree)
        got = [True if yes else None if may else False for yes, may in zip(found.yes, found.may, strict=True)]
        wrong += sum(a is not b for a, b in zip(got, expected, strict=True))
    return wrong


def test_the_pairs_are_worth_comparing(pairs):
    trees, total = len(pairs.cases), pairs.outcomes.total()
    assert total >= 20_000
    rare = {str(kind): pairs.kinds[kind] / trees for kind in (*KINDS, *ADDED) if pairs.kinds[kind] < 0.05 * trees}
    assert not rare, rare
    assert all(pairs.outcomes[outcome] >= 0.15 * total for outcome in (True, False, None)), pairs.outcomes
    assert pairs.on_border >= 0.2 * pairs.comparisons, (pairs.on_border, pairs.comparisons)


def test_both_agree(pairs):
    assert disagreements(pairs) == 0


def test_every_tree_is_read_as_it_was_written(pairs):
    for tree, _firms, _outcomes in pairs.cases:
        assert parse(unparse(tree)) == tree
        assert checked(unparse(tree), CATALOGUE) == (tree, [])


def test_what_is_missing_is_what_would_decide(pairs):
    """POL-2: nothing else decides an unknown outcome; with all of it only what cannot be computed is left."""
    random, open_, decided = Random(8), 0, 0
    for tree, firms, outcomes in pairs.cases:
        for known, outcome in zip(firms[:6], outcomes, strict=False):
            finding = one.evaluate(tree, known, DAY, CATALOGUE)
            assert outcome is None or not finding.missing
            if outcome is not None:
                continue
            open_ones = [each for each in CATALOGUE if each.code not in known and not each.absent_is_zero]
            drawn = known | {each.code: Held(value_of(random, each), "test", AS_OF) for each in open_ones}
            asked = {each.code for each in finding.missing}
            others = {code: held for code, held in drawn.items() if code not in asked}
            assert one.outcome(tree, others, DAY, CATALOGUE) is None
            filled = one.evaluate(tree, known | {code: drawn[code] for code in asked}, DAY, CATALOGUE)
            open_ += 1
            decided += filled.outcome is not None
            assert not filled.missing
    assert open_ > 500
    assert decided > open_ / 2  # the rest divides by nothing


def test_a_decided_part_asks_for_nothing():
    """Of a choice that is fulfilled, or of which one is no, nothing is still needed."""
    fulfilled = {"any": [{"holds": "declared"}, {"compare": ["rd", ">=", 1]}]}
    refused = {"not": {"all": [{"holds": "declared"}, {"compare": ["rd", ">=", 9]}]}}
    tree = parse({"all": [fulfilled, refused, {"compare": ["staff", ">=", 1]}]})
    for rd, expected in (("5", ["staff"]), (None, ["declared", "rd", "staff"])):
        known = {} if rd is None else {"rd": Held(Decimal(rd), "test", AS_OF)}
        assert [each.code for each in one.evaluate(tree, known, DAY, CATALOGUE).missing] == expected


# Planted faults: a comparison that would let them pass is no comparison -------------------------------------------


class LessForLessOrEqual(every.Firms):
    def compared(self, pair, sign, right):
        return super().compared(pair, "<" if sign == "<=" else sign, right)


class UnknownFallsIntoTheLastTier(every.Firms):
    def _tiers(self, tiers):
        amount = super()._tiers(tiers)
        return every.Amount(amount.numbers, amount.scale, amount.bound, None)


class FloatRatio(every.Firms):
    def compared(self, pair, sign, right):
        if np.ndim(pair.denominator.numbers) == 0:
            return super().compared(pair, sign, right)
        under = np.where(pair.denominator.numbers == 0, 1, pair.denominator.numbers) / 10**pair.denominator.scale
        left = pair.numerator.numbers / 10**pair.numerator.scale / under
        yes = every.COMPARE[sign](left, right.numbers / 10**right.scale)
        return self._known(yes, pair.numerator.known, pair.denominator.known, right.known)


class NotUnknownIsYes(every.Firms):
    def find(self, node):
        if isinstance(node, Not):
            found = self.find(node.part)
            return every.Found(~found.yes, ~found.yes)
        return super().find(node)


class SumSkipsUnknown(every.Firms):
    def term(self, term):
        amount = super().term(term)
        return every.Amount(amount.numbers, amount.scale, amount.bound) if isinstance(term, Sum) else amount


class TiersIncludeTheBorder(every.Firms):
    def _tiers(self, tiers):
        bands = [type(band)(band.upto, True, band.value) for band in tiers.bands]
        return super()._tiers(Tiers(tiers.by, tuple(bands)))


FAULTS = (LessForLessOrEqual, UnknownFallsIntoTheLastTier, FloatRatio, NotUnknownIsYes)


@pytest.mark.parametrize("fault", (*FAULTS, SumSkipsUnknown, TiersIncludeTheBorder))
def test_a_planted_fault_is_noticed(pairs, fault):
    assert disagreements(pairs, fault) > 0


def test_so_is_a_month_that_overflows(pairs, monkeypatch):
    """29 February and a year: the first of March is wrong."""

    def overflowing(days, unit, count):
        later = every_moved(days, unit, count)
        short = np.array([one.moved(date.fromordinal(max(int(day), 1)), unit, count).day for day in days])
        meant = np.array([date.fromordinal(max(int(day), 1)).day for day in days])
        return later + ((unit != "days") & (short != meant))

    every_moved = every.moved
    monkeypatch.setattr(every, "moved", overflowing)
    assert disagreements(pairs) > 0


# Amounts beyond 64 bits -------------------------------------------------------------------------------------------


def test_amounts_beyond_64_bits_are_decided_exactly():
    """A product of more than 18 digits: floats see no difference between the three, the evaluators must."""
    huge = Decimal("999999999999990.00")
    firms = [
        {"revenue": one.Held(huge), "rd": one.Held(huge * Decimal("0.5") + Decimal(cent).scaleb(-2))}
        for cent in (-1, 0, 1)
    ]
    for sign, expected in ((">=", [False, True, True]), ("<", [True, False, False]), ("=", [False, True, False])):
        tree = parse({"compare": [{"ratio": ["rd", "revenue"]}, sign, "0.500000"]})
        found = every.Firms(table_of(firms), DAY.toordinal(), CATALOGUE).find(tree)
        assert found.yes.tolist() == expected
        assert [one.outcome(tree, known, DAY, CATALOGUE) for known in firms] == expected


# Almost -----------------------------------------------------------------------------------------------------------


def test_both_name_the_same_change(pairs):
    named = 0
    for tree, firms, outcomes in pairs.cases[::9]:
        no = np.flatnonzero([outcome is False for outcome in outcomes])
        columns = every.Firms(table_of(firms), DAY.toordinal(), CATALOGUE)
        changes = almost_all.smallest_for(tree, columns, no)
        expected = [in_numbers(almost.smallest(tree, firms[row], DAY, CATALOGUE)) for row in no]
        assert list(zip(changes.slots.tolist(), changes.targets.tolist(), strict=True)) == expected, tree
        named += sum(slot >= 0 for slot, _target in expected)
    assert named > 200


def in_numbers(change):
    if change is None:
        return -1, 0
    if change.attribute is None:
        return 0, change.value.toordinal()
    words = {**WORDS, "state": -2 - 3}
    return change.attribute.slot, kept(change.attribute, change.value, words)
