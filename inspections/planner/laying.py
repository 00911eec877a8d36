"""One firm's checks on as few days as its gap and its cap allow, by going through all ways."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from .bounds import MANY
from .model import Group, Need

WAYS = 20_000  # that are looked at for one firm; beyond them none is told

Day = tuple[int, bool]  # the day, and whether checks that count against the cap are done on it


def laid_out(
    needs: Group, able: Mapping[int, Collection[int]], gap: int, left: int | None
) -> list[tuple[Group, int]] | None:
    """Which of them go together, and when; `able`: for each need's key its days. None where there is no way.

    A day is taken with all that it can serve, or with all but what counts against the cap: so the fewest are found.
    """
    if not needs or len(needs) > MANY:
        return None
    served = _served(needs, able)
    everybody = (1 << len(needs)) - 1
    ways: dict[tuple[int, int, int], tuple[Day, ...]] = {(0, -gap, 0): ()}  # whom, last day, visits that count: how
    looked = 0
    while ways:
        longer: dict[tuple[int, int, int], tuple[Day, ...]] = {}
        for (whom, last, count), way in ways.items():
            latest = min(max(able[need.key], default=-1) for n, need in enumerate(needs) if not whom & 1 << n)
            for (day, counts), more in served.items():
                if last + gap <= day <= latest and more & ~whom and (left is None or count + counts <= left):
                    if whom | more == everybody:
                        return _groups(needs, able, (*way, (day, counts)))
                    longer.setdefault((whom | more, day, count + counts), (*way, (day, counts)))
                    looked += 1
        if looked > WAYS:
            return None
        ways = longer
    return None


def _served(needs: Group, able: Mapping[int, Collection[int]]) -> dict[Day, int]:
    """Whom a day can serve, as bits, with and without those that count."""
    served: dict[Day, int] = {}
    for n, need in enumerate(needs):
        for day in able[need.key]:
            served[day, True] = served.get((day, True), 0) | 1 << n
            if not need.capped:
                served[day, False] = served.get((day, False), 0) | 1 << n
    return {day: whom for day, whom in sorted(served.items()) if not day[1] or whom != served.get((day[0], False))}


def _groups(needs: Group, able: Mapping[int, Collection[int]], way: tuple[Day, ...]) -> list[tuple[Group, int]]:
    """Each check goes to the first day that may do it."""
    groups: dict[int, list[Need]] = {day: [] for day, _counts in way}
    for need in needs:
        day = next(day for day, counts in way if day in able[need.key] and (counts or not need.capped))
        groups[day].append(need)
    return [(tuple(group), day) for day, group in groups.items() if group]
