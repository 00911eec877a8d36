"""Small moves that better a plan while every rule stays kept."""

from __future__ import annotations

from collections.abc import Iterable

from .laying import laid_out
from .making import Making
from .model import Need


def repair(making: Making) -> None:
    """A need without a place gets one where its firm's visits, or a visit of another firm, can be on other days."""
    for key in sorted(making.instance.needs.keys() - making.day_of.keys()):
        need, days = making.instance.needs[key], making.instance.possible[key]
        if key in making.day_of or any(making.put_if_possible(need, day) for day in days):
            continue
        if not (days and _lay_out(making, need.firm)):
            any(_push_aside(making, need, day) for day in days)


def _lay_out(making: Making, firm: int) -> bool:
    """All of a firm's checks among the visits of others as they stand, or nothing changes."""
    instance = making.instance
    needs = tuple(need for need in instance.of_firm[firm] if instance.possible[need.key])
    placed = [need for need in needs if need.key in making.day_of]
    stand_again = making.remembered(placed)
    for need in placed:
        making.take(need)
    able = {
        need.key: {day for day in instance.possible[need.key] if making.room(need.agency, day).fits(need)}
        for need in needs
    }
    groups = laid_out(needs, able, instance.gap, instance.firms[firm].left) or []
    if groups and all(put_all(making, sorted(group, key=_hardest_first), [day]) for group, day in groups):
        return True
    for need in needs:
        if need.key in making.day_of:
            making.take(need)
    stand_again()
    return False


def _hardest_first(need: Need) -> tuple[bool, int]:
    return need.skill is None, -need.parts


def _push_aside(making: Making, need: Need, day: int) -> bool:
    if not making.may_go(need.firm, day, need.capped):
        return False
    in_the_way = {other.firm for other in making.room(need.agency, day).needs.values()} - {need.firm}
    for firm in sorted(in_the_way):
        if (firm, day) in making.locked:
            continue
        moved = move_visit(making, firm, day, _other_days(making, firm, day))
        if moved and making.put_if_possible(need, day):
            return True
    return False


def _other_days(making: Making, firm: int, day: int) -> list[int]:
    """On which all of a visit could be done, those first on which the firm is visited anyway."""
    possible = making.instance.possible_sets
    days = frozenset.intersection(*(possible[key] for key in making.at[firm][day])) - {day}
    return sorted(days, key=lambda one: (one not in making.at[firm], one))


def move_visit(making: Making, firm: int, day: int, days: Iterable[int]) -> bool:
    """The firm's whole visit goes to the first of the days that has room, or nothing changes."""
    return move_all(making, [making.instance.needs[key] for key in sorted(making.at[firm][day])], [[d] for d in days])


def move_all(making: Making, needs: list[Need], choices: Iterable[list[int]]) -> bool:
    """All of one visit's needs go to days of the first choice that has room for each, or nothing changes."""
    stand_again = making.remembered(needs)
    for need in needs:
        making.take(need)
    for days in choices:
        if put_all(making, needs, days):
            return True
    stand_again()
    return False


def put_all(making: Making, needs: list[Need], days: list[int]) -> bool:
    placed: list[Need] = []
    for need in needs:
        if not any(making.put_if_possible(need, day) for day in days):
            for other in placed:
                making.take(other)
            return False
        placed.append(need)
    return True


def join(making: Making) -> None:
    """A visit is given up where all of its needs can come along with the firm's other visits."""
    for firm, days in making.at.items():
        for day in sorted(days, key=lambda one: (len(days[one]), one)):
            if day in days and len(days) > 1 and (firm, day) not in making.locked:
                needs = [making.instance.needs[key] for key in sorted(days[day])]
                move_all(making, needs, [[one for one in days if one != day]])
