"""A plan bettered step by step, as long as there is time; a step is taken only where the plan becomes better by it.

A small instance CP-SAT decides whole, and proves. Of a large one whole visits are shifted about until they fit
(`fitting`), and CP-SAT decides anew what lies on a few days around a firm that is visited too often or has a need
without a place (`around`). Then journeys and load are bettered (`annealing`), the visits staying as few.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace

from .annealing import EVEN, SHORTEN, Annealing
from .bounds import fewest_visits, hopeless
from .clock import Clock
from .fitting import Fitting
from .making import Making
from .model import Instance, Plan
from .start import completed
from .units import Unit, put_units, units_of

WHOLE = 3000  # pairs of a need and a day up to which CP-SAT decides all at once
AT_ONCE = 10.0  # seconds for one aim of those, as nobody can say stop meanwhile
SHARES = {"unserved": 0.2, "visits": 0.6, "journeys": 0.4}  # of the time that is left then

STEP = 0.4  # of the time that the start took is what shifting takes at least, so that less of it is not begun
ENOUGH = 0.05  # seconds of shifting for each visit: more would find little


@dataclass(frozen=True, slots=True)
class Improved:
    """`visits`: no plan that leaves out as little as `plan` has fewer; `unserved`: no plan leaves out fewer."""

    plan: Plan
    visits: int
    unserved: int

    def raised(self, visits: int, unserved: int) -> Improved:
        return replace(self, visits=max(self.visits, visits), unserved=max(self.unserved, unserved))

    def is_best(self, instance: Instance) -> bool:
        return self.plan.figures(instance)[:2] <= (self.unserved, self.visits)


def improved(instance: Instance, plan: Plan, clock: Clock, seed: int) -> Improved:
    """Never worse than the plan given."""
    dice = random.Random(seed)
    now = _bounded(instance, plan)
    least = STEP * clock.passed()
    if clock.left() > least and not now.is_best(instance):
        now = _fitted(instance, now, clock, dice)
    if clock.left() > 0 and not now.is_best(instance):
        now = _relaxed(instance, now, clock)
    if clock.left() > 0 and sum(map(len, instance.possible.values())) <= WHOLE:
        now = _whole(instance, now, clock, dice)
    if clock.left() > 0 and not now.is_best(instance):
        now = _around(instance, now, clock, dice)
    for step, share in (("journeys", 0.7), ("load", 1.0)):
        if clock.left() > least:
            now = replace(now, plan=_shifted(instance, now.plan, step, clock, share, dice))
    return now


def _shifted(instance: Instance, plan: Plan, step: str, clock: Clock, share: float, dice: random.Random) -> Plan:
    """The visits as they are, on other days."""
    clock.tell(step, plan.figures(instance))
    annealing = Annealing(instance, units_of(instance, plan, regroup=False), dice)
    heat, cost = (SHORTEN, annealing.journeys) if step == "journeys" else (EVEN, annealing.load)
    annealing.run(heat, cost, clock.within(min(share * clock.left(), ENOUGH * len(plan.visits))))
    return better(instance, plan, plan_of(instance, zip(annealing.units, annealing.day, strict=True)))


def better(instance: Instance, *plans: Plan) -> Plan:
    """The first of the best."""
    return min(plans, key=lambda plan: plan.figures(instance))


def _bounded(instance: Instance, plan: Plan) -> Improved:
    unserved = hopeless(instance)
    return Improved(plan, fewest_visits(instance) - (len(plan.unserved) - unserved), unserved)


def _whole(instance: Instance, now: Improved, clock: Clock, dice: random.Random) -> Improved:
    """One aim after the other for all firms and days."""
    from .exact import Aim, Model

    region = {firm: range(instance.days) for firm in instance.of_firm}
    for aim in Aim:
        clock.tell(aim.value, now.plan.figures(instance))
        seconds = min(SHARES[aim.value] * clock.left(), AT_ONCE)
        solved = Model(instance, now.plan, region, aim).solve(seconds, dice.randrange(2**16))
        now = replace(now, plan=solved.plan)
        if aim is Aim.UNSERVED:
            now = _bounded(instance, now.plan).raised(now.visits, solved.bound)
        elif aim is Aim.VISITS:
            now = now.raised(solved.bound, 0)
    return now


def _fitted(instance: Instance, now: Improved, clock: Clock, dice: random.Random) -> Improved:
    """Whole visits are shifted about."""
    clock.tell("visits", now.plan.figures(instance))
    fitting = Fitting(instance, units_of(instance, now.plan, regroup=True), dice.randrange(2**16))
    left = clock.left()
    shifted = plan_of(instance, fitting.run(clock.within(0.3 * left), clock.within(0.7 * left)))
    # One that leaves out a need or two but saves many visits is the better one to go on with.
    return _bounded(instance, better(instance, now.plan, shifted))


def _around(instance: Instance, now: Improved, clock: Clock, dice: random.Random) -> Improved:
    """CP-SAT decides anew what is left over."""
    from .around import Around

    around = Around(instance, now.plan, clock, dice)
    around.run(clock.within(0.5 * clock.left()))
    best = better(instance, now.plan, around.plan)
    visits, unserved = around.bounds(best)
    return _bounded(instance, best).raised(max(now.visits, visits), max(now.unserved, unserved))


def _relaxed(instance: Instance, now: Improved, clock: Clock) -> Improved:
    """The plan as it is; how few visits there can be is known better."""
    from .relaxed import fewest_visits

    return now.raised(fewest_visits(instance, len(now.plan.unserved), 0.3 * clock.left()), 0)


def plan_of(instance: Instance, units: Iterable[tuple[Unit, int]]) -> Plan:
    making = Making(instance)
    put_units(making, units)
    return completed(making)
