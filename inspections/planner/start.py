"""A plan built in one pass, and bettered by small moves: the start that the improvement begins with.

Needs of one firm are pierced by as few days as possible: the need that must be done first takes along whoever may be
done by then. Such a group goes to the day on which most of it can be done and the busiest of its agencies has most
room. Groups with a whole day among them go first, as those need a team that has nothing else yet; then those with the
least choice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from heapq import heapify, heappop, heappush

from .making import Making
from .model import Group, Instance, Need, Plan
from .moves import join, repair
from .units import common_days, pierced


def start(instance: Instance) -> Plan:
    """Every rule kept; what found no place is named."""
    return completed(Making(instance))


def resumed(instance: Instance, standing: Mapping[int, int]) -> Plan:
    """From the days that needs have already (need's key: day), as far as the rules allow them now."""
    making = Making(instance)
    waiting = (need for key, need in instance.needs.items() if key in standing and key not in making.day_of)
    for need in sorted(waiting, key=lambda one: (one.skill is None, -one.parts, one.key)):
        making.put_if_possible(need, standing[need.key])
    return completed(making)


def completed(making: Making) -> Plan:
    """With a place for every need that has none yet and can be given one."""
    waiting = [(*_rank(making.instance, group), place, group) for place, group in enumerate(_groups(making))]
    heapify(waiting)
    count = len(waiting)
    while waiting:
        *_rank_and_place, group = heappop(waiting)
        rest = _go(making, group)
        if rest:
            count += 1
            heappush(waiting, (*_rank(making.instance, rest), count, rest))
    repair(making)
    join(making)
    return making.plan()


def _groups(making: Making) -> Iterator[Group]:
    for needs in making.instance.of_firm.values():
        yield from pierced(making.instance, (need for need in needs if need.key not in making.day_of))


def _rank(instance: Instance, group: Group) -> tuple[int, int]:
    """The longest check of the group, and on how many days all of it can be done."""
    return -max(need.parts for need in group), len(common_days(instance, group))


def _go(making: Making, group: Group) -> Group:
    """One visit with as many of the group as any day allows; returns the others, none where nothing could be placed."""
    able = _able(making, group)
    if not able:
        return ()
    most = max(map(len, able.values()))
    best = max((day for day in sorted(able) if len(able[day]) == most), key=lambda day: _worth(making, able[day], day))
    rest = tuple(need for need in group if not making.put_if_possible(need, best))
    return rest if len(rest) < len(group) else ()


def _able(making: Making, group: Group) -> dict[int, list[Need]]:
    """Who of the group, each by itself, could be done on which day."""
    firm = group[0].firm
    is_fresh = not making.at[firm]  # then gap and cap are what `possible` has asked already
    able: dict[int, list[Need]] = {}
    for need in group:
        for day in making.instance.possible[need.key]:
            if making.rosters[need.agency, day].fits(need) and (is_fresh or making.may_go(firm, day, need.capped)):
                able.setdefault(day, []).append(need)
    return able


def _worth(making: Making, fits: list[Need], day: int) -> tuple[bool, float, bool]:
    """More is better: a visit that is there, how much room is left, somebody going there."""
    firm = fits[0].firm
    room = min(making.rosters[need.agency, day].share_left(need.parts) for need in fits)
    return day in making.at[firm], room, making.places[making.instance.place(firm), day] > 0
