"""Small moves that better a plan while every rule stays kept."""

from __future__ import annotations

from collections.abc import Iterable

from .making import Making
from .model import Need


def repair(making: Making) -> None:
    """A need without a place gets one where the visit of another firm can go elsewhere as a whole."""
    for key in sorted(making.instance.needs.keys() - making.day_of.keys()):
        need = making.instance.needs[key]
        if not any(making.put_if_possible(need, day) for day in making.instance.possible[key]):
            any(_push_aside(making, need, day) for day in making.instance.possible[key])


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
    day = making.day_of[needs[0].key]
    for need in needs:
        making.take(need)
    for days in choices:
        if put_all(making, needs, days):
            return True
    for need in sorted(needs, key=lambda one: (one.skill is None, -one.parts)):
        making.put(need, day)
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
