"""Visits that fit change days, many thousand times a second, for fewer journeys or an even load: simulated annealing.

A unit is what one visit to a firm does. Units may overload a team's day on the way, at a price. Qualifications are rows
of their own: the parts that need them must fit the teams that have them.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

from .clock import Stretch
from .loads import loads_of
from .model import Instance
from .units import Unit

SWAPS = 0.5  # the share of moves refused that are tried as an exchange
ROUND = 400  # moves between two looks at the clock and at what is overloaded


@dataclass(frozen=True, slots=True)
class Heat:
    """From `hot` to `cold`, in what a move may cost.

    `focus`: the share of moves that start where it is overloaded; `near`: that go where the carrier is visited anyway.
    """

    hot: float
    cold: float
    focus: float
    near: float


SHORTEN = Heat(0.5, 0.1, 0.2, 0.8)  # in journeys
EVEN = Heat(1e-3, 1e-3, 0.0, 0.5)  # only what betters it


Cost = Callable[[int, int, int], float]  # of unit, former day and day: what the move changes, less than 0 is better


class Annealing:
    """`day[u]`: the day of unit u. `over[row][day]`: parts that a row has too much (less than 0: room)."""

    def __init__(self, instance: Instance, units: list[tuple[Unit, int]], dice: random.Random) -> None:
        self.instance, self.dice = instance, dice
        self.units = [unit for unit, _day in units]
        self.day = [day for _unit, day in units]
        loads = loads_of(instance, self.units)
        self.whole, self.demands = loads.whole, loads.demands
        self.agencies = {row for row, (_agency, skill) in enumerate(loads.rows) if skill is None}
        self.over = [[-parts for parts in row] for row in self.whole]
        self.places = self._places()
        self.visits = [[0] * instance.days for _place in range(len(set(self.places)))]
        self.mates: list[list[int]] = [[] for _place in self.visits]
        for number, place in enumerate(self.places):
            self.mates[place].append(number)
        self.others: list[tuple[int, ...]] = self._others()
        self.allowed = [frozenset(unit.days) for unit in self.units]
        self.on: list[list[int]] = [[] for _day in range(instance.days)]
        for number, day in enumerate(self.day):
            self._shift(number, day, 1)
            self.on[day].append(number)

    def _places(self) -> list[int]:
        numbers: dict[tuple[str, int], int] = {}
        return [numbers.setdefault(self.instance.place(unit.firm), len(numbers)) for unit in self.units]

    def _others(self) -> list[tuple[int, ...]]:
        """For each unit the firm's other ones."""
        of_firm: dict[int, list[int]] = {}
        for number, unit in enumerate(self.units):
            of_firm.setdefault(unit.firm, []).append(number)
        return [tuple(one for one in of_firm[unit.firm] if one != number) for number, unit in enumerate(self.units)]

    def _shift(self, unit: int, day: int, sign: int) -> None:
        for row, parts in self.demands[unit]:
            self.over[row][day] += sign * parts
        self.visits[self.places[unit]][day] += sign

    # What a move costs ------------------------------------------------------------------------------------------------

    def overload(self, unit: int, former: int, day: int) -> float:
        change = 0
        for row, parts in self.demands[unit]:
            over = self.over[row]
            before, after = over[former], over[day] + parts
            if before > 0:
                change -= min(before, parts)
            if after > 0:
                change += min(after, parts)
        return change

    def journeys(self, unit: int, former: int, day: int) -> float:
        """An overload costs more than any journey."""
        visits = self.visits[self.places[unit]]
        return 3 * self.overload(unit, former, day) + (visits[day] == 0) - (visits[former] == 1)

    def load(self, unit: int, former: int, day: int) -> float:
        """The squares of the agencies' parts per day; a journey or an overload costs more than any of them."""
        change = 1e6 * self.journeys(unit, former, day)
        for row, parts in self.demands[unit]:
            if row in self.agencies:
                change += 2 * parts * (self._load(row, day) - self._load(row, former) + parts)
        return change

    def _load(self, row: int, day: int) -> int:
        return self.whole[row][day] + self.over[row][day]

    def overloaded(self) -> int:
        """All parts that are too much."""
        return sum(over for row in self.over for over in row if over > 0)

    # Moves ------------------------------------------------------------------------------------------------------------

    def run(self, heat: Heat, cost: Cost, stretch: Stretch) -> None:
        """Moves as long as there is time; ends with the best that it has seen."""
        if not self.units:
            return
        overload, value = self.overloaded(), 0.0
        best, days = (overload, value), list(self.day)
        while (passed := stretch.passed()) < 1:
            value += self._round(heat, heat.hot * (heat.cold / heat.hot) ** passed, cost)
            overload = self.overloaded()
            if (overload, value) < best:
                best, days = (overload, value), list(self.day)
        for unit, day in enumerate(days):
            if day != self.day[unit]:
                self._move(unit, day)

    def _round(self, heat: Heat, now: float, cost: Cost) -> float:
        """Returns what all its moves together cost. `now`: how hot it is."""
        there, chance = self._where_overloaded(), self.dice.random
        value = 0.0
        for _move in range(max(ROUND, len(self.units))):
            if there and chance() < heat.focus:
                unit = there[int(chance() * len(there))]
            else:
                unit = int(chance() * len(self.units))
            former, day = self.day[unit], self._some_day(unit, heat.near)
            if day == former or self._is_too_near(unit, day):
                continue
            change = cost(unit, former, day)
            if self._is_taken(change, now):
                self._move(unit, day)
                value += change
            elif self.on[day] and chance() < SWAPS:
                value += self._swap(unit, day, change, now, cost)
        return value

    def _some_day(self, unit: int, near: float) -> int:
        chance = self.dice.random
        if near and chance() < near:
            mates = self.mates[self.places[unit]]
            day = self.day[mates[int(chance() * len(mates))]]
            if day in self.allowed[unit]:
                return day
        days = self.units[unit].days
        return days[int(chance() * len(days))]

    def _is_taken(self, change: float, heat: float) -> bool:
        return change <= 0 or self.dice.random() < math.exp(-change / heat)

    def _swap(self, unit: int, day: int, change: float, heat: float, cost: Cost) -> float:
        """Another unit of that day comes in its place: where the days are full, nothing else can go."""
        former = self.day[unit]
        other = self.on[day][int(self.dice.random() * len(self.on[day]))]
        if former not in self.allowed[other]:
            return 0.0
        self._move(unit, day)
        change += cost(other, day, former)
        if self._is_taken(change, heat) and not self._is_too_near(other, former):
            self._move(other, former)
            return change
        self._move(unit, former)
        return 0.0

    def _where_overloaded(self) -> list[int]:
        hot = [{day for day, over in enumerate(row) if over > 0} for row in self.over]
        return [
            unit
            for unit, demand in enumerate(self.demands)
            if any(self.day[unit] in hot[row] for row, _parts in demand)
        ]

    def _is_too_near(self, unit: int, day: int) -> bool:
        return any(abs(day - self.day[other]) < self.instance.gap for other in self.others[unit])

    def _move(self, unit: int, day: int) -> None:
        former = self.day[unit]
        self._shift(unit, former, -1)
        self._shift(unit, day, 1)
        self.on[former].remove(unit)
        self.on[day].append(unit)
        self.day[unit] = day
