"""The best sum (POL-3): as trying everything finds it, and what is left out is said with its rule."""

from decimal import Decimal
from fractions import Fraction
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from policies.amounts.combining import Limit, Offer, combine

Q = Fraction


def brute(amounts, limits):
    """Every set of clauses that the rules allow, and for each the best corner of what its caps leave."""
    allowed = (
        set(chosen)
        for size in range(len(amounts) + 1)
        for chosen in combinations(amounts, size)
        if all(rule.cap is not None or len(rule.clauses & set(chosen)) <= 1 for rule in limits)
    )
    return max(
        _best_corner(sorted(chosen), amounts, [rule for rule in limits if rule.cap is not None]) for chosen in allowed
    )


def _best_corner(keys, amounts, caps):
    size = len(keys)
    if not size:
        return Q(0)
    walls = []
    for place, key in enumerate(keys):
        unit = [Q(place == other) for other in range(size)]
        walls += [(unit, Q(amounts[key])), ([-one for one in unit], Q(0))]
    walls += [([Q(key in rule.clauses) for key in keys], Q(rule.cap)) for rule in caps]
    corners = filter(None, (_met(chosen, size) for chosen in combinations(walls, size)))
    inside = [x for x in corners if all(sum(map(Q.__mul__, row, x)) <= limit for row, limit in walls)]
    return max(map(sum, inside))


def _met(walls, size):
    """Where these walls meet; None where they do not in one point (Gauss and Jordan)."""
    rows = [[*row, limit] for row, limit in walls]
    for column in range(size):
        pivot = next((number for number in range(column, size) if rows[number][column]), None)
        if pivot is None:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [value / rows[column][column] for value in rows[column]]
        for number in range(size):
            if number != column and rows[number][column]:
                factor = rows[number][column]
                rows[number] = [a - factor * b for a, b in zip(rows[number], rows[column], strict=True)]
    return [row[-1] for row in rows]


@st.composite
def cases(draw):
    size = draw(st.integers(1, 4))
    amounts = {key: Decimal(2 * draw(st.integers(1, 9))) for key in range(size)}
    groups = draw(st.lists(st.sets(st.integers(0, size - 1), min_size=1), max_size=4))
    caps = st.one_of(st.none(), st.integers(0, 12).map(lambda half: Decimal(2 * half)))
    return amounts, [Limit(number, frozenset(group), draw(caps)) for number, group in enumerate(groups)]


@settings(max_examples=150, deadline=None)
@given(cases())
def test_nothing_better_is_found_by_trying_everything(case):
    amounts, limits = case
    found = combine([Offer(key, amount) for key, amount in amounts.items()], limits)
    assert found.exact
    assert found.total == sum(found.taken.values()) == brute(amounts, limits)
    for rule in limits:
        taken = [found.taken[key] for key in rule.clauses if key in found.taken]
        assert len(taken) <= 1 if rule.cap is None else sum(taken) <= rule.cap
    assert {one.clause: one.lost for one in found.left_out} == {
        key: amount - found.taken.get(key, 0) for key, amount in amounts.items() if found.taken.get(key) != amount
    }
    assert all(one.rules for one in found.left_out)


def offers(*amounts):
    return [Offer(key, Decimal(amount)) for key, amount in enumerate(amounts)]


def test_without_rules_all_are_enjoyed():
    found = combine(offers(5, 3, 0), [])
    assert (found.total, found.taken, found.left_out) == (8, {0: 5, 1: 3}, ())


def test_of_a_group_the_highest_alone():
    found = combine(offers(5, 3, 2), [Limit(7, frozenset({0, 1}))])
    assert (found.total, found.taken) == (7, {0: 5, 2: 2})
    assert [(one.clause, one.lost, one.rules) for one in found.left_out] == [(1, 3, (7,))]


def test_the_highest_first_may_be_wrong():
    """The control: taking the largest first gives 5, but two smaller ones that it bars give 6."""
    limits = [Limit(1, frozenset({0, 1})), Limit(2, frozenset({0, 2}))]
    found = combine(offers(5, 3, 3), limits)
    assert found.total == 6
    assert {one.clause: set(one.rules) for one in found.left_out} == {0: {1, 2}}


def test_a_limit_over_several_cuts_what_goes_beyond():
    found = combine(offers(50, 30, 10), [Limit(3, frozenset({0, 1}), Decimal(60))])
    assert found.total == 70
    assert [(one.lost, one.rules) for one in found.left_out] == [(20, (3,))]


def test_crossing_limits_leave_half_cents_to_nobody():
    cent = Decimal("0.01")
    limits = [Limit(number, frozenset(pair), cent) for number, pair in enumerate(combinations(range(3), 2))]
    found = combine([Offer(key, cent) for key in range(3)], limits)
    assert found.total == 0 or found.total == cent  # never the cent and a half that no payment can be
    assert sum(found.taken.values()) == found.total


def test_what_cannot_be_searched_says_so_and_is_no_worse_than_the_largest_first():
    pairs = [Limit(number, frozenset(pair)) for number, pair in enumerate(combinations(range(12), 2)) if number % 3]
    full, cut = combine(offers(*range(5, 17)), pairs), combine(offers(*range(5, 17)), pairs, most_steps=3)
    assert full.exact
    assert not cut.exact
    assert 16 <= cut.total <= full.total


def test_a_large_town_of_rules_is_solved_exactly():
    limits = [Limit(n, frozenset({3 * n, 3 * n + 1, 3 * n + 2}), Decimal(40) if n % 2 else None) for n in range(30)]
    found = combine(offers(*(10 + key % 17 for key in range(100))), limits)
    assert found.exact
    assert found.total > 0
