"""CP-SAT on a few days at a time: around a firm that is visited too often, or has a need without a place."""

from __future__ import annotations

import random
from collections import Counter, defaultdict

from .bounds import fewest_visits_of
from .clock import Clock, Stretch
from .exact import Aim, Model
from .model import Instance, Plan

SECONDS = 1.5  # for one neighbourhood at most
LEAST, MOST = 8, 60  # visits of a neighbourhood


class Around:
    """`plan` is bettered; `alone`: what each firm asked about so far would have if all teams were there for it."""

    def __init__(self, instance: Instance, plan: Plan, clock: Clock, dice: random.Random) -> None:
        self.instance, self.plan, self.clock, self.dice = instance, plan, clock, dice
        self.alone: dict[int, tuple[int, int]] = {}  # firm: needs it must leave out, visits it must have then
        self.size = 12.0

    def run(self, stretch: Stretch) -> None:
        """As long as there is time and anybody to help, whoever has a need without a place first."""
        while stretch.passed() < 1:
            needs, firms = self._poor()
            if needs:
                key = self.dice.choice(needs)
                if self._asked_alone(self.instance.needs[key].firm):
                    self._decide(self._around_need(key), Aim.UNSERVED)
            elif firms:
                firm = self.dice.choice(firms)
                if self._asked_alone(firm):
                    self._decide(self._around_firm(firm), Aim.VISITS)
            else:
                return

    def _decide(self, region: dict[int, set[int]], aim: Aim) -> None:
        """What is soon decided may be larger the next time, what is not must be smaller."""
        model = Model(self.instance, self.plan, region, aim)
        solved = model.solve(min(SECONDS, self.clock.left()), self.dice.randrange(2**16))
        self.size = min(self.size * 1.05, MOST) if solved.optimal else max(self.size * 0.8, LEAST)
        if solved.plan.figures(self.instance)[:2] < self.plan.figures(self.instance)[:2]:
            self.clock.tell(aim.value, solved.plan.figures(self.instance))
        self.plan = solved.plan

    # Whom it concerns -------------------------------------------------------------------------------------------------

    def _poor(self) -> tuple[list[int], list[int]]:
        """Needs left out of firms that alone would leave out fewer; firms with more visits than they would have."""
        lost = Counter(self.instance.needs[key].firm for key in self.plan.unserved)
        visits = Counter(visit.firm for visit in self.plan.visits)
        hopeful = (self.instance.needs[key] for key in self.plan.unserved if self.instance.possible[key])
        over = (firm for firm, count in visits.items() if count > fewest_visits_of(self.instance, firm))
        return (
            sorted(need.key for need in hopeful if lost[need.firm] > self.alone.get(need.firm, (0, 0))[0]),
            sorted(firm for firm in over if visits[firm] > self.alone.get(firm, (0, 0))[1]),
        )

    def _asked_alone(self, firm: int) -> bool:
        """Whether it was known already; otherwise CP-SAT finds the bounds of both."""
        if firm in self.alone:
            return True
        region = {firm: range(self.instance.days)}
        nothing = Plan((), frozenset(need.key for need in self.instance.of_firm[firm]))
        first = Model(self.instance, nothing, region, Aim.UNSERVED).solve(SECONDS, 1)
        second = Model(self.instance, first.plan, region, Aim.VISITS).solve(SECONDS, 1)
        self.alone[firm] = first.bound, second.bound
        return False

    def bounds(self, plan: Plan) -> tuple[int, int]:
        """Of visits, for plans that leave out no more than this one (0: nothing is known), and of needs left out."""
        unserved = sum(
            self.alone[firm][0] if firm in self.alone else sum(not self.instance.possible[need.key] for need in needs)
            for firm, needs in self.instance.of_firm.items()
        )
        if len(plan.unserved) > unserved:
            return 0, unserved  # whoever leaves out more may save any visit
        known = (self.alone[firm][1] for firm in self.alone)
        return sum(known) + sum(
            fewest_visits_of(self.instance, firm) for firm in self.instance.of_firm if firm not in self.alone
        ), unserved

    # Which days -------------------------------------------------------------------------------------------------------

    def _around_need(self, key: int) -> dict[int, set[int]]:
        need = self.instance.needs[key]
        return self._cleared(need.firm, self.dice.choice(self.instance.possible[key]))

    def _around_firm(self, firm: int) -> dict[int, set[int]]:
        """Around a day on which as many of its needs as possible could be done."""
        needs = self.instance.of_firm[firm]
        able = Counter(day for need in needs for day in self.instance.possible[need.key])
        most = max(able.values())
        return self._cleared(firm, self.dice.choice(sorted(day for day, count in able.items() if count == most)))

    def _cleared(self, centre: int, first: int) -> dict[int, set[int]]:
        """That day and some others, of everybody; and all visits of the firm itself."""
        of_day: defaultdict[int, set[int]] = defaultdict(set)
        for visit in self.plan.visits:
            of_day[visit.day].add(visit.firm)
        days: set[int] = set()
        firms: set[int] = set()
        for day in [first, *self.dice.sample(range(self.instance.days), self.instance.days)]:
            if len(days) > 1 and len(firms) + len(of_day[day]) > self.size:
                break
            days.add(day)
            firms |= of_day[day]
        own = {visit.day for visit in self.plan.visits if visit.firm == centre}
        return dict.fromkeys(firms, days) | {centre: days | own}
