"""How few visits there can be where teams' time is scarce: the rules as a linear program, where visits may be halves.

`bounds` looks at each firm by itself; where agencies are there on few days only, that is far below what can be. Whoever
may go to a firm on a day at all counts there, however many kinds of team there are: less is asked than the rules ask.
"""

from __future__ import annotations

from collections import defaultdict
from math import ceil

from ortools.linear_solver import pywraplp

from .model import Instance, Need

MOST = 6000  # pairs of a need and a day; beyond them it takes too long, and scarcity is seldom the matter


def fewest_visits(instance: Instance, unserved: int, seconds: float) -> int:
    """No plan that leaves out so few needs (of all) has fewer visits; 0 where the time did not do."""
    if sum(map(len, instance.possible.values())) > MOST:
        return 0
    program = _Program(instance, unserved)
    program.solver.SetTimeLimit(max(int(1000 * seconds), 1))
    if program.solver.Solve() != pywraplp.Solver.OPTIMAL:
        return 0
    return ceil(program.solver.Objective().Value() - 1e-5)


class _Program:
    def __init__(self, instance: Instance, unserved: int) -> None:
        self.instance = instance
        self.solver = pywraplp.Solver.CreateSolver("GLOP")
        self.goes: defaultdict[int, dict[int, pywraplp.Variable]] = defaultdict(dict)  # firm: day
        self.taken: defaultdict[tuple[int, int, str | None], list[pywraplp.LinearExpr]] = defaultdict(list)
        lost = {key: self._need(need) for key, need in instance.needs.items()}
        self.solver.Add(self.solver.Sum(list(lost.values())) <= unserved)
        for (agency, day, skill), parts in self.taken.items():
            kinds = instance.capacity[agency, day].items()
            self.solver.Add(self.solver.Sum(parts) <= sum(n for kind, n in kinds if skill in (None, *kind.skills)))
        for firm, goes in self.goes.items():
            self._gap(sorted(goes.items()))
            able = [lost[need.key] for need in instance.of_firm[firm] if instance.possible[need.key]]
            self.solver.Add(self.solver.Sum([*goes.values(), *able]) >= instance.fewest_days_of[firm])
        self.solver.Minimize(self.solver.Sum([one for goes in self.goes.values() for one in goes.values()]))

    def _need(self, need: Need) -> pywraplp.Variable:
        """On its days in all once, or left out."""
        lost = self.solver.NumVar(0, 1, "")
        done = [lost]
        for day in self.instance.possible[need.key]:
            here = self.goes[need.firm]
            if day not in here:
                here[day] = self.solver.NumVar(0, 1, "")
            done.append(self.solver.NumVar(0, 1, ""))
            self.solver.Add(done[-1] <= here[day])
            for skill in {None, need.skill}:
                self.taken[need.agency, day, skill].append(need.parts * done[-1])
        self.solver.Add(self.solver.Sum(done) == 1)
        return lost

    def _gap(self, goes: list[tuple[int, pywraplp.Variable]]) -> None:
        for place, (day, _one) in enumerate(goes):
            near = [other for later, other in goes[place:] if later - day < self.instance.gap]
            if len(near) > 1:
                self.solver.Add(self.solver.Sum(near) <= 1)
