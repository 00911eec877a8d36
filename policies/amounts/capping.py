"""How much of each sum fits within limits over several of them: a linear programme, solved exactly in fractions.

Nothing is best: max Σx with 0 ≤ x ≤ amount, and Σx ≤ limit over each group. The simplex method from x = 0, with Bland's
rule so that it ends. Groups that do not cross, the usual case, need a step or two for each sum.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

Caps = Sequence[tuple[frozenset[int], Fraction]]
Row = list[Fraction]


def most_within(amounts: Mapping[int, Fraction], caps: Caps) -> dict[int, Fraction]:
    """What of each sum may be had, so that the total is the largest possible."""
    binding = [
        (group & amounts.keys(), cap) for group, cap in caps if sum(amounts[k] for k in group & amounts.keys()) > cap
    ]
    free = amounts.keys() - frozenset().union(*(group for group, _cap in binding))
    found = {key: amount for key, amount in amounts.items() if key in free}
    keys = [key for key in amounts if key not in free]
    return found | (_simplex(keys, amounts, binding) if keys else {})


def _simplex(keys: list[int], amounts: Mapping[int, Fraction], caps: Caps) -> dict[int, Fraction]:
    """A tableau with one row for each limit: first the caps, then every sum by itself; the last row is the goal."""
    count = len(keys)
    limits: list[tuple[frozenset[int], Fraction]] = [*caps, *((frozenset({key}), amounts[key]) for key in keys)]
    rows: list[Row] = []
    for number, (group, limit) in enumerate(limits):
        slack = [Fraction(number == place) for place in range(len(limits))]
        rows.append([Fraction(key in group) for key in keys] + slack + [limit])
    goal = [Fraction(-1)] * count + [Fraction(0)] * (len(limits) + 1)
    basis = [count + number for number in range(len(limits))]
    while (entering := next((place for place, value in enumerate(goal[:-1]) if value < 0), None)) is not None:
        leaving = min(
            (number for number, row in enumerate(rows) if row[entering] > 0),
            key=lambda number: (rows[number][-1] / rows[number][entering], basis[number]),
        )
        _pivot(rows, goal, leaving, entering)
        basis[leaving] = entering
    values = {place: rows[number][-1] for number, place in enumerate(basis)}
    return {key: values.get(place, Fraction(0)) for place, key in enumerate(keys)}


def _pivot(rows: list[Row], goal: Row, leaving: int, entering: int) -> None:
    lead = rows[leaving][entering]
    rows[leaving] = [value / lead for value in rows[leaving]]
    for row in (*(row for number, row in enumerate(rows) if number != leaving), goal):
        factor = row[entering]
        if factor:
            row[:] = [value - factor * top for value, top in zip(row, rows[leaving], strict=True)]
