"""The planner's rules as a model for CP-SAT: of the whole plan, or of some firms on some days while the rest stands.

A need is done on a day (`done`), a firm is visited on a day (`goes`), somebody is on the way to a carrier (`way`).
Which kind of team does what is counted, not named: of each sort of need (qualification, length) so many by each kind.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from math import ceil

from ortools.sat.python import cp_model

from .bounds import fewest_days
from .model import Instance, Kind, Need, Plan, Visit

WORKERS = 2
LINEAR = 2  # the bound lies in the relaxation
Region = Mapping[int, Collection[int]]  # firm: days
Sort = tuple[str | None, int]  # qualification and parts
Var = cp_model.IntVar


class Aim(Enum):
    """What is made as small as can be, whatever comes before it staying as it is."""

    UNSERVED = "unserved"
    VISITS = "visits"
    JOURNEYS = "journeys"


@dataclass(frozen=True)
class Solved:
    """`bound`: no plan that has the others' visits is below it in what was aimed at."""

    plan: Plan
    bound: int
    optimal: bool


class Model:
    """Of each firm in `region` what is done on those days is decided anew, and what is unserved; the rest stands."""

    def __init__(self, instance: Instance, standing: Plan, region: Region, aim: Aim) -> None:
        self.instance, self.standing, self.region, self.aim = instance, standing, region, aim
        self.here = [visit for visit in standing.visits if visit.day in region.get(visit.firm, ())]
        self.rest = [visit for visit in standing.visits if visit.day not in region.get(visit.firm, ())]
        self.fixed = {key for visit in self.rest if visit.firm in region for key in visit.by}
        self.model = cp_model.CpModel()
        self.done: dict[tuple[int, int], Var] = {}
        self.lost: dict[int, Var] = {}
        self.goes: dict[tuple[int, int], Var] = {}
        self.way: dict[tuple[tuple[str, int], int], Var] = {}
        self.sent: dict[tuple[int, int, Sort, Kind], Var] = {}
        self._needs()
        self._teams()
        self._firms()
        self._aim()

    def _needs(self) -> None:
        for firm in sorted(self.region):
            standing = [visit.day for visit in self.rest if visit.firm == firm]
            for need in self.instance.of_firm.get(firm, ()):
                if need.key not in self.fixed:
                    self._need(need, standing)

    def _need(self, need: Need, standing: list[int]) -> None:
        choices = []
        for day in self.instance.possible[need.key]:
            if day not in self.region[need.firm] or any(abs(day - other) < self.instance.gap for other in standing):
                continue
            var = self.done[need.key, day] = self.model.new_bool_var("")
            choices.append(var)
            if (need.firm, day) not in self.goes:
                self.goes[need.firm, day] = self.model.new_bool_var("")
            self.model.add_implication(var, self.goes[need.firm, day])
        if self._may_lose(need):
            self.lost[need.key] = self.model.new_bool_var("")
            choices.append(self.lost[need.key])
        self.model.add_exactly_one(choices)

    def _may_lose(self, need: Need) -> bool:
        if need.key in self.instance.lock_of:
            return False
        return bool(self.standing.unserved) or not self.instance.possible[need.key]

    # Teams ------------------------------------------------------------------------------------------------------------

    def _teams(self) -> None:
        taken: Counter[tuple[Kind, int]] = Counter()
        for visit in self.rest:
            for key, kind in visit.by.items():
                taken[kind, visit.day] += self.instance.needs[key].parts
        wanted: defaultdict[tuple[int, int], defaultdict[Sort, list[Var]]] = defaultdict(lambda: defaultdict(list))
        for (key, day), var in self.done.items():
            need = self.instance.needs[key]
            wanted[need.agency, day][need.skill, need.parts].append(var)
        for (agency, day), sorts in wanted.items():
            free = {kind: all_ - taken[kind, day] for kind, all_ in self.instance.capacity[agency, day].items()}
            if len(free) == 1:
                parts = sum(parts * sum(doing) for (_skill, parts), doing in sorts.items())
                self.model.add(parts <= next(iter(free.values())))
            else:
                self._send(agency, day, sorts, free)

    def _send(self, agency: int, day: int, sorts: dict[Sort, list[Var]], free: dict[Kind, int]) -> None:
        of_kind: defaultdict[Kind, list[cp_model.LinearExpr]] = defaultdict(list)
        for sort, doing in sorts.items():
            skill, parts = sort
            going = []
            for kind, left in free.items():
                if skill is None or skill in kind.skills:
                    var = self.model.new_int_var(0, min(len(doing), left // parts), "")
                    self.sent[agency, day, sort, kind] = var
                    going.append(var)
                    of_kind[kind].append(parts * var)
            self.model.add(sum(doing) == sum(going))
        for kind, used in of_kind.items():
            self.model.add(sum(used) <= free[kind])

    # Firms ------------------------------------------------------------------------------------------------------------

    def _firms(self) -> None:
        days: defaultdict[int, list[int]] = defaultdict(list)
        for firm, day in self.goes:
            days[firm].append(day)
        for firm, own in days.items():
            own.sort()
            self._gap(firm, own)
            self._cap(firm, own)
            self._pierce(firm, own)

    def _gap(self, firm: int, days: list[int]) -> None:
        """Of all days that lie nearer than the gap at most one."""
        reached = -1
        for place, day in enumerate(days):
            near = [other for other in days[place:] if other - day < self.instance.gap]
            if len(near) > 1 and near[-1] > reached:
                reached = near[-1]
                self.model.add_at_most_one(self.goes[firm, other] for other in near)

    def _cap(self, firm: int, days: list[int]) -> None:
        left = self.instance.firms[firm].left
        capped = [need for need in self.instance.of_firm[firm] if need.capped]
        if left is None or len(capped) <= left:
            return
        counts = []
        for day in days:
            doing = [self.done[need.key, day] for need in capped if (need.key, day) in self.done]
            if doing:
                counts.append(self.model.new_bool_var(""))
                for var in doing:
                    self.model.add_implication(var, counts[-1])
        standing = sum(
            visit.firm == firm and any(self.instance.needs[n].capped for n in visit.by) for visit in self.rest
        )
        self.model.add(sum(counts) <= left - standing)

    def _pierce(self, firm: int, days: list[int]) -> None:
        """Nothing new, but told so: the bound of each firm by itself, which nearly is the bound of all."""
        needs = [need for need in self.instance.of_firm[firm] if need.key not in self.fixed]
        possible = [need for need in needs if self.instance.possible[need.key]]
        lost = [self.lost[need.key] for need in possible if need.key in self.lost]
        least = fewest_days(self.instance.possible[need.key] for need in possible)
        self.model.add(sum(self.goes[firm, day] for day in days) + sum(lost) >= least)

    # Aims -------------------------------------------------------------------------------------------------------------

    def _aim(self) -> None:
        lost, visits = sum(self.lost.values()), sum(self.goes.values())
        if self.aim is Aim.UNSERVED:
            self.model.minimize(lost)
            return
        if self.lost:
            self.model.add(lost <= len(self.lost) - self._served_of(self.lost))
        if self.aim is Aim.VISITS:
            self.model.minimize(visits)
            return
        self.model.add(visits <= len(self.here))
        self._ways()
        self.model.minimize(sum(self.way.values()))

    def _served_of(self, keys: Collection[int]) -> int:
        return sum(key in keys for visit in self.here for key in visit.by)

    def _ways(self) -> None:
        anyway = {(self.instance.place(visit.firm), visit.day) for visit in self.rest}
        for (firm, day), goes in self.goes.items():
            where = self.instance.place(firm), day
            if where not in anyway:
                if where not in self.way:
                    self.way[where] = self.model.new_bool_var("")
                self.model.add_implication(goes, self.way[where])

    # Solving ----------------------------------------------------------------------------------------------------------

    def _hint(self) -> None:
        """Begin with what stands."""
        day_of = {key: visit.day for visit in self.here for key in visit.by}
        visits = {(visit.firm, visit.day) for visit in self.here}
        ways = {(self.instance.place(firm), day) for firm, day in visits}
        sent: Counter[tuple[int, int, Sort, Kind]] = Counter()
        for visit in self.here:
            for key, kind in visit.by.items():
                need = self.instance.needs[key]
                sent[need.agency, visit.day, (need.skill, need.parts), kind] += 1
        self._say(self.done, lambda which: day_of.get(which[0]) == which[1])
        self._say(self.lost, lambda key: key not in day_of)
        self._say(self.goes, lambda which: which in visits)
        self._say(self.way, lambda which: which in ways)
        self._say(self.sent, lambda which: sent[which])

    def _say(self, variables: dict, value: Callable) -> None:
        for which, var in variables.items():
            self.model.add_hint(var, int(value(which)))

    def solve(self, seconds: float, seed: int) -> Solved:
        """What it found within the time, or what stands where that is no worse."""
        self._hint()
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = max(seconds, 0.01)
        solver.parameters.num_workers = WORKERS
        solver.parameters.random_seed = seed
        solver.parameters.linearization_level = LINEAR
        status = solver.solve(self.model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Solved(self.standing, 0, False)
        found = self._read(solver)
        better = found.figures(self.instance) < self.standing.figures(self.instance)
        bound = ceil(solver.best_objective_bound - 1e-6)
        return Solved(found if better else self.standing, bound, status == cp_model.OPTIMAL)

    def _read(self, solver: cp_model.CpSolver) -> Plan:
        day_of = {key: day for (key, day), var in self.done.items() if solver.boolean_value(var)}
        of_visit: defaultdict[tuple[int, int], dict[int, Kind]] = defaultdict(dict)
        for key, kind in self._kinds(solver, day_of):
            of_visit[self.instance.needs[key].firm, day_of[key]][key] = kind
        locked = {(lock.firm, lock.day) for lock in self.instance.locked}
        here = [Visit(firm, day, by, (firm, day) in locked) for (firm, day), by in of_visit.items()]
        visits = sorted((*self.rest, *here), key=lambda visit: (visit.firm, visit.day))
        done = {key for visit in visits for key in visit.by}
        return Plan(tuple(visits), frozenset(self.instance.needs.keys() - done))

    def _kinds(self, solver: cp_model.CpSolver, day_of: dict[int, int]) -> Iterator[tuple[int, Kind]]:
        """The counts of each sort handed out."""
        turns: defaultdict[tuple[int, int, Sort], list[Kind]] = defaultdict(list)
        for (agency, day, sort, kind), var in self.sent.items():
            turns[agency, day, sort] += [kind] * solver.value(var)
        for key, day in day_of.items():
            need = self.instance.needs[key]
            kinds = turns[need.agency, day, (need.skill, need.parts)]
            yield key, kinds.pop() if kinds else next(iter(self.instance.capacity[need.agency, day]))
