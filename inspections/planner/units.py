"""What could be one visit: a firm's needs in as few groups as possible, each with the days on which all can be done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .bounds import fewest_visits_of
from .laying import laid_out
from .making import Making
from .model import Group, Instance, Need, Plan, Visit
from .moves import put_all


@dataclass(frozen=True, slots=True)
class Unit:
    firm: int
    needs: Group
    days: tuple[int, ...]


def pierced(instance: Instance, needs: Iterable[Need]) -> Iterator[Group]:
    """One firm's needs that can be done at all: whoever must be done first takes along all that may begin by then."""
    possible = instance.possible
    waiting = sorted((need for need in needs if possible[need.key]), key=lambda need: possible[need.key][-1])
    while waiting:
        end = possible[waiting[0].key][-1]
        yield tuple(need for need in waiting if possible[need.key][0] <= end)
        waiting = [need for need in waiting if possible[need.key][0] > end]


def common_days(instance: Instance, group: Iterable[Need]) -> frozenset[int]:
    return frozenset.intersection(*(instance.possible_sets[need.key] for need in group))


def unit_of(instance: Instance, firm: int, group: Group) -> Unit:
    return Unit(firm, group, tuple(sorted(common_days(instance, group))))


def units_of(instance: Instance, plan: Plan, *, regroup: bool) -> list[tuple[Unit, int]]:
    """Units with the days they have. `regroup`: firms visited more often than they need be get their fewest groups."""
    of_firm: dict[int, list[Visit]] = {}
    for visit in plan.visits:
        of_firm.setdefault(visit.firm, []).append(visit)
    found: list[tuple[Unit, int]] = []
    for firm, needs in instance.of_firm.items():
        visits = of_firm.get(firm, [])
        standing = [_standing(instance, visit) for visit in visits]
        if regroup and not _is_best(instance, firm, needs, visits):
            standing = _anew(instance, firm, visits) or _with_the_lost(instance, firm, standing)
        found += standing
    return found


def _is_best(instance: Instance, firm: int, needs: Group, visits: list[Visit]) -> bool:
    done = {key for visit in visits for key in visit.by}
    unserved = any(instance.possible[need.key] and need.key not in done for need in needs)
    return not unserved and len(visits) <= fewest_visits_of(instance, firm)


def _standing(instance: Instance, visit: Visit) -> tuple[Unit, int]:
    needs = tuple(instance.needs[key] for key in visit.by)
    return unit_of(instance, visit.firm, needs), visit.day


def _anew(instance: Instance, firm: int, visits: list[Visit]) -> list[tuple[Unit, int]]:
    """The fewest groups, on days that keep gap and cap; none where that cannot be."""
    needs = tuple(need for need in instance.of_firm[firm] if instance.possible[need.key])
    groups = laid_out(needs, instance.possible_sets, instance.gap, instance.firms[firm].left) or []
    units = [(unit_of(instance, firm, group), day) for group, day in groups]
    if len(units) == 1:
        unit, first = units[0]
        return [(unit, next((visit.day for visit in visits if visit.day in unit.days), first))]
    return units


def _with_the_lost(instance: Instance, firm: int, units: list[tuple[Unit, int]]) -> list[tuple[Unit, int]]:
    """Checks without a place come along with a visit, or as one of their own, where gap and cap allow it."""
    found, left = list(units), instance.firms[firm].left
    done = {need.key for unit, _day in units for need in unit.needs}
    for need in (one for one in instance.of_firm[firm] if one.key not in done):
        for number, group in [*((n, unit.needs) for n, (unit, _day) in enumerate(found)), (len(found), ())]:
            more = unit_of(instance, firm, (*group, need))
            others = [pair for n, pair in enumerate(found) if n != number]
            days = [day for day in more.days if all(abs(day - other) >= instance.gap for _unit, other in others)]
            counts = sum(any(one.capped for one in unit.needs) for unit in (more, *(unit for unit, _day in others)))
            if days and (left is None or counts <= left):
                stays = [found[number][1]] if number < len(found) and found[number][1] in days else days
                found[number:] = [(more, stays[0]), *found[number + 1 :]]
                break
    return found


def put_units(making: Making, units: Iterable[tuple[Unit, int]]) -> None:
    """As many as can stand together whole, the longest checks first."""
    for unit, day in sorted(units, key=lambda one: (-max(need.parts for need in one[0].needs), one[0].firm)):
        put_all(making, [need for need in unit.needs if need.key not in making.day_of], [day])
