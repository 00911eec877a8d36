"""From a start to a plan (INS-4): CP-SAT decides part after part of it anew, as long as there is time."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .clock import Clock, Progress
from .improving import better, improved
from .model import Figures, Instance, Plan
from .rules import Broken, broken
from .start import resumed, start

SECONDS = 20.0


@dataclass(frozen=True)
class Planned:
    """`before`: the same checks as a visit each, every agency for itself; `start` and `best`: first and final plan.

    `bound`: no plan that leaves out as little has fewer visits; `gap`: how far from it `best` is, 0.01 being one
    in a hundred; `least_unserved`: so many needs at least no plan can serve. `seconds`: what it took.
    """

    start: Plan
    best: Plan
    before: Figures
    first: Figures
    after: Figures
    bound: int
    least_unserved: int
    seconds: float

    @property
    def gap(self) -> float:
        return (self.after.visits - self.bound) / self.bound if self.bound else 0.0


class LocksBreak(ValueError):
    """What a person has fixed breaks rules by itself, so that no plan could be made around it: `broken` says which."""

    def __init__(self, breaches: list[Broken]) -> None:
        super().__init__(f"{len(breaches)} rules are broken by locked visits")
        self.broken = breaches


def plan(
    instance: Instance,
    seconds: float = SECONDS,
    *,
    seed: int = 1,
    standing: Mapping[int, int] | None = None,
    tell: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Planned:
    """Plans within the time; only the start takes what it takes, some seconds for 8,000 firms.

    The plan is never worse than the start, which is the plan where no time is left, nor than what `standing` (need's
    key: its day) makes where a plan is made anew and the rules allow that still. `tell` is called now and then;
    where `stop` answers True, the best so far is returned within some seconds. The same seed leads the same way, but
    how far depends on the machine's time. Raises LocksBreak.
    """
    check_locks(instance)
    clock = Clock(seconds, tell, stop)
    first = start(instance)
    begun = better(instance, first, resumed(instance, standing)) if standing else first
    clock.tell("start", begun.figures(instance))
    found = improved(instance, begun, clock, seed)
    after = found.plan.figures(instance)
    planned = Planned(
        start=first,
        best=found.plan,
        before=found.plan.singly(instance),
        first=first.figures(instance),
        after=after,
        bound=found.visits,
        least_unserved=found.unserved,
        seconds=time.monotonic() - clock.began,
    )
    if tell is not None:
        tell(Progress(1.0, "done", after))
    return planned


def check_locks(instance: Instance) -> None:
    """Raises LocksBreak where the locked visits by themselves break a rule."""
    alone = Plan(instance.locked, frozenset(instance.needs.keys() - instance.lock_of.keys()))
    breaches = broken(instance, alone)
    if breaches:
        raise LocksBreak(breaches)
