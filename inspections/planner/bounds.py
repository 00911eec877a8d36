"""How few visits there can be at all, whatever the plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .model import Instance


MANY = 12  # needs of a firm up to which the fewest days are found by going through what days have in common


def fewest_days(possible: Iterable[Sequence[int]]) -> int:
    """So many days at least serve them all; exact for up to `MANY`, beyond them each is taken for one span of days."""
    days = [one for one in possible if one]
    return _fewest_of_sets(days) if len(days) <= MANY else _fewest_of_windows(days)


def _fewest_of_sets(possible: Sequence[Sequence[int]]) -> int:
    served: dict[int, int] = {}  # day: whom it can serve, as bits
    for place, days in enumerate(possible):
        for day in days:
            served[day] = served.get(day, 0) | 1 << place
    different = set(served.values())
    widest = [one for one in different if not any(one != other and one & other == one for other in different)]
    everybody, count, reached = (1 << len(possible)) - 1, 0, {0}
    while everybody not in reached:
        reached = {one | other for one in reached for other in widest}
        count += 1
    return count


def _fewest_of_windows(possible: Iterable[Sequence[int]]) -> int:
    windows = sorted((days[-1], days[0]) for days in possible)
    count, last = 0, -1
    for end, begin in windows:
        if begin > last:
            count, last = count + 1, end
    return count


def fewest_visits_of(instance: Instance, firm: int) -> int:
    """Of those of its needs that can be done at all; teams' time, gap and cap are left aside."""
    return instance.fewest_days_of[firm] if firm in instance.of_firm else 0


def fewest_visits(instance: Instance) -> int:
    """A plan that leaves out n of the needs that can be done at all may have n visits fewer."""
    return sum(instance.fewest_days_of.values())


def hopeless(instance: Instance) -> int:
    """How many needs no plan can serve, each by itself."""
    return sum(not days for days in instance.possible.values())
