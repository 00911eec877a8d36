"""Whole visits change days until they fit: tabu search, all moves of some visits weighed at once as arrays.

A unit is what one visit to a firm does. Units may overload a team's day on the way; where the last overload is gone,
every firm is visited as seldom as it could be at all. Each step takes an overloaded day and does the best that can be
done about it, be it worse than before: a unit of it goes to another day, or changes places with one from there. What
has left a day does not come back at once, so that no step undoes the last. Where that leads nowhere, units are split:
one more visit, as the fewest do not fit. As soon as all fit, two visits of a firm are made one and must fit again. What
is left over in the end is placed need by need, rules kept.
"""

from __future__ import annotations

import numpy as np

from .clock import Stretch
from .loads import loads_of
from .model import Group, Instance
from .units import Unit, unit_of

LEAVING, COMING = 8, 500  # units of the day, and for their places, that are weighed in one step
STAY_AWAY = 10  # steps at least, and up to as many more
NEVER, TABU = 10**6, 10**4  # what forbidden moves cost
PATIENCE = 300  # steps that better nothing, until units are split
TRIES = 3  # to join, for each two visits of a firm, until none of them leads anywhere
AT_ONCE = 0.2  # units split then, for each part that is too much


class Fitting:
    """`day[u]`: the day of unit u; `over[day, row]`: parts that the row has too much there, less than 0 being room."""

    def __init__(self, instance: Instance, units: list[tuple[Unit, int]], seed: int) -> None:
        self.instance, self.dice = instance, np.random.default_rng(seed)
        self.step = 0
        self._begin(units)

    def _begin(self, units: list[tuple[Unit, int]]) -> None:
        self.units = [unit for unit, _day in units]
        self.day = np.array([day for _unit, day in units], dtype=np.int64)
        loads = loads_of(self.instance, self.units)
        self.rows = loads.rows
        self.parts = np.zeros((len(units), len(loads.rows)), np.int64)  # that each unit takes
        for unit, demand in enumerate(loads.demands):
            for row, parts in demand:
                self.parts[unit, row] = parts
        self.over = -np.array(loads.whole, np.int64).reshape(len(loads.rows), self.instance.days).T
        np.add.at(self.over, self.day, self.parts)
        self.others = self._others()
        self.allowed = np.zeros((len(units), self.instance.days), bool)
        for number, unit in enumerate(self.units):
            self.allowed[number, list(unit.days)] = True
        self.able = self.allowed.copy()  # less what lies too near to the firm's other visits
        for number in range(len(units)):
            self._look_around(number)
        self.away = np.zeros_like(self.allowed, np.int64)  # until which step a unit does not come back to a day

    def _others(self) -> list[tuple[int, ...]]:
        """For each unit the firm's other ones."""
        of_firm: dict[int, list[int]] = {}
        for number, unit in enumerate(self.units):
            of_firm.setdefault(unit.firm, []).append(number)
        return [tuple(one for one in of_firm[unit.firm] if one != number) for number, unit in enumerate(self.units)]

    def _look_around(self, unit: int) -> None:
        if self.others[unit]:
            self.able[unit] = self.allowed[unit]
            for day in self.day[list(self.others[unit])]:
                self.able[unit, max(day - self.instance.gap + 1, 0) : day + self.instance.gap] = False

    def overload(self) -> int:
        """All parts that are too much."""
        return int(np.maximum(self.over, 0).sum())

    def run(self, stretch: Stretch, longer: Stretch) -> list[tuple[Unit, int]]:
        """As long as there is time and a visit to save, `longer` until all fit; the units with the best days seen."""
        while not self._fit(longer):
            if longer.passed() == 1 or not self._split(max(int(AT_ONCE * self.overload()), 1)):
                return self._standing()
        standing, failed = self._standing(), 0
        while stretch.passed() < 1 and failed < TRIES * len(pairs := self._pairs()) and self._join(pairs):
            if self._fit(stretch):
                standing, failed = self._standing(), 0
            else:
                self._begin(standing)
                failed += 1
        return standing

    def _pairs(self) -> list[tuple[int, int]]:
        """Two visits of one firm each."""
        return [(one, other) for one, others in enumerate(self.others) for other in others if one < other]

    def _standing(self) -> list[tuple[Unit, int]]:
        return list(zip(self.units, map(int, self.day), strict=True))

    def _fit(self, stretch: Stretch) -> bool:
        """Whether everything fits in the end; otherwise the days are the best it has seen."""
        least, days, since = self.overload(), self.day.copy(), self.step
        while least and self.step - since < PATIENCE and stretch.passed() < 1:
            self._step(least)
            now = self.overload()
            if now < least:
                least, days, since = now, self.day.copy(), self.step
        if least:
            self.day = days
            self._begin(self._standing())
        return not least

    def _join(self, pairs: list[tuple[int, int]]) -> bool:
        """Some two visits become one, on the day that is overloaded least by it; False: no two of them can."""
        for at in self.dice.permutation(len(pairs)):
            one, other = pairs[at]
            both = unit_of(self.instance, self.units[one].firm, (*self.units[one].needs, *self.units[other].needs))
            own = [int(self.day[third]) for third in self.others[one] if third != other]
            days = [day for day in both.days if all(abs(day - third) >= self.instance.gap for third in own)]
            if days:
                parts = self.parts[one] + self.parts[other]
                best = min(days, key=lambda day: np.maximum(self.over[day] + parts, 0).sum())
                standing = [pair for number, pair in enumerate(self._standing()) if number not in (one, other)]
                self._begin([*standing, (both, best)])
                return True
        return False

    def _split(self, count: int) -> bool:
        """Of so many firms on overloaded days one agency's checks get a visit of their own; whether there was any."""
        units: dict[int, list[tuple[Unit, int]]] = {}
        firms: set[int] = set()  # one visit of a firm at a time: its halves must keep the gap among each other
        for day, row in self.dice.permutation(np.argwhere(self.over > 0)):
            there = self.dice.permutation(np.flatnonzero((self.day == day) & (self.parts[:, row] > 0)))
            for unit in (int(one) for one in there if self.units[one].firm not in firms):
                if halves := self._halves(unit, self.rows[row][0]):
                    units[unit] = halves
                    firms.add(self.units[unit].firm)
                    break
            if len(units) >= count:
                break
        self._begin([one for number, pair in enumerate(self._standing()) for one in units.get(number, [pair])])
        return bool(units)

    def _halves(self, unit: int, agency: int) -> list[tuple[Unit, int]] | None:
        """The agency's checks go to the day that they overload least, the others stay; none where no rule allows it."""
        firm, needs = self.units[unit].firm, self.units[unit].needs
        going = tuple(need for need in needs if need.agency == agency)
        staying = tuple(need for need in needs if need.agency != agency)
        if not staying or not self._is_within_cap(unit, going, staying):
            return None
        halves = [unit_of(self.instance, firm, group) for group in (staying, going)]
        own = [int(self.day[one]) for one in (unit, *self.others[unit])]
        days = [day for day in halves[1].days if all(abs(day - one) >= self.instance.gap for one in own)]
        if not days:
            return None
        rows = {
            row: sum(need.parts for need in going if skill in (None, need.skill))
            for row, (who, skill) in enumerate(self.rows)
            if who == agency
        }
        best = min(days, key=lambda day: sum(max(self.over[day, row] + parts, 0) for row, parts in rows.items()))
        return [(halves[0], own[0]), (halves[1], best)]

    def _is_within_cap(self, unit: int, *halves: Group) -> bool:
        left = self.instance.firms[self.units[unit].firm].left
        groups = [*halves, *(self.units[one].needs for one in self.others[unit])]
        return left is None or sum(any(need.capped for need in group) for group in groups) <= left

    def _step(self, least: int) -> None:
        self.step += 1
        day = int(self.dice.choice(np.flatnonzero((self.over > 0).any(axis=1))))
        leaving = self._some(np.flatnonzero((self.day == day) & self.parts[:, self.over[day] > 0].any(axis=1)), LEAVING)
        coming = self._some(np.flatnonzero(self.able[:, day] & (self.day != day)), COMING)
        enough = least - self.overload()  # a move that betters the best is never forbidden
        moves, swaps = self._moves(day, leaving, enough), self._swaps(day, leaving, coming, enough)
        best = min(moves.min(), swaps.min(initial=NEVER))
        if best >= TABU:
            return
        if best == moves.min():
            unit, to = self._one_of(moves == best)
            self._move(int(leaving[unit]), to)
        else:
            unit, other = self._one_of(swaps == best)
            self._move(int(leaving[unit]), int(self.day[coming[other]]))
            self._move(int(coming[other]), day)

    def _some(self, units: np.ndarray, most: int) -> np.ndarray:
        return units if len(units) <= most else self.dice.choice(units, most, replace=False)

    def _one_of(self, chosen: np.ndarray) -> tuple[int, int]:
        places = np.argwhere(chosen)
        first, second = places[self.dice.integers(len(places))]
        return int(first), int(second)

    def _moves(self, day: int, leaving: np.ndarray, enough: int) -> np.ndarray:
        """What it costs for each unit to go to each day."""
        parts = self.parts[leaving]
        cost = (_too_much(self.over[day] - parts) - _too_much(self.over[day]))[:, None]
        cost = cost + _too_much(self.over[None] + parts[:, None]) - _too_much(self.over)
        cost[(self.away[leaving] > self.step) & (cost >= enough)] += TABU
        cost[~self.able[leaving]] = NEVER
        cost[:, day] = NEVER
        return cost

    def _swaps(self, day: int, leaving: np.ndarray, coming: np.ndarray, enough: int) -> np.ndarray:
        """What it costs for each unit to change places with each of those that may come."""
        days = self.day[coming]
        change = self.parts[coming][None] - self.parts[leaving][:, None]
        cost = _too_much(self.over[day] + change) - _too_much(self.over[day])
        cost += _too_much(self.over[days][None] - change) - _too_much(self.over[days])
        away = (self.away[leaving][:, days] > self.step) | (self.away[coming, day] > self.step)
        cost[away & (cost >= enough)] += TABU
        cost[~self.able[leaving][:, days]] = NEVER
        return cost

    def _move(self, unit: int, day: int) -> None:
        former = int(self.day[unit])
        self.over[former] -= self.parts[unit]
        self.over[day] += self.parts[unit]
        self.day[unit] = day
        self.away[unit, former] = self.step + STAY_AWAY + self.dice.integers(STAY_AWAY)
        for other in self.others[unit]:
            self._look_around(other)


def _too_much(over: np.ndarray) -> np.ndarray:
    """Of each day, over all rows."""
    return np.maximum(over, 0).sum(axis=-1)
