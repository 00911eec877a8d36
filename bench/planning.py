"""How good and how quick plans of joint visits are, as JSON: `python -m bench.planning`; needs no database.

Seeded instances (`bench.instances`) of 372, 1,000 and 8,000 firms with six agencies at 88 % and 97 % of what their
teams can do. Visits are held against the larger of two bounds: the days that pierce each firm's windows, and CP-SAT's
own. What is left out is given to CP-SAT once more, the firms concerned and those in their way, for some seconds.
"""

from __future__ import annotations

import json
import random
import sys
from typing import Any

from bench.instances import instance
from inspections.planner import Plan, broken, plan
from inspections.planner.model import Instance

SIZES = (372, 1_000, 8_000)
FILLS = (0.88, 0.97)
SECONDS = {372: 20.0, 1_000: 20.0, 8_000: 20.0}  # the time limits
AGAIN = 10.0  # seconds for CP-SAT with what was left unserved


def measured(firms: int, fill: float) -> dict[str, Any]:
    town = instance(firms, fill)
    planned = plan(town, SECONDS[firms])
    breaches = broken(town, planned.best)
    assert not breaches, breaches[:3]
    return {
        "firms": firms,
        "fill": fill,
        "needs": len(town.needs),
        "first": planned.first._asdict(),
        "after": planned.after._asdict(),
        "before": planned.before._asdict(),
        "bound": planned.bound,
        "servable": servable(town, planned.best) if planned.after.unserved > planned.least_unserved else 0,
        "seconds": round(planned.seconds, 1),
    }


def servable(town: Instance, best: Plan) -> int:
    """How many of the needs without a place CP-SAT alone finds one for, with as much time as the bench gives it."""
    from inspections.planner.around import Around
    from inspections.planner.clock import Clock

    around = Around(town, best, Clock(AGAIN), random.Random(7))
    around.run(Clock(AGAIN).within(AGAIN))
    return len(best.unserved) - len(around.plan.unserved)


def measure() -> list[dict[str, Any]]:
    return [measured(firms, fill) for firms in SIZES for fill in FILLS]


def judged(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Visits beside the bound, nothing left out that CP-SAT can serve, the whole town in half a minute (INS-4)."""
    goals = []
    for one in found:
        name = f"joint visits, {one['firms']:,} firms at {one['fill']:.0%}"
        visits, bound, served = one["after"]["visits"], one["bound"], one["servable"]
        if one["firms"] < 8_000:
            says = f"{name}: {visits} visits, at most 1.005 × the bound of {bound}"
            goals.append({"says": says, "held": visits <= 1.005 * bound})
        else:
            goals.append({"says": f"{name}: {one['seconds']} s, less than 30", "held": one["seconds"] < 30})
        says = f"{name}: {one['after']['unserved']} needs left out, {served} of them CP-SAT can serve"
        goals.append({"says": says, "held": not served})
    return goals


def table(found: list[dict[str, Any]]) -> list[str]:
    """Lines of markdown."""
    lines = [
        "| joint visits, six agencies | needs | left out | visits: start | plan | bound"
        " | journeys: singly | start | plan | s |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for one in found:
        first, after, before = one["first"], one["after"], one["before"]
        numbers = [one["needs"], after["unserved"], first["visits"], after["visits"], one["bound"]]
        numbers += [before["journeys"], first["journeys"], after["journeys"]]
        cells = " | ".join(f"{number:,}" for number in numbers)
        lines.append(f"| {one['firms']:,} firms, {one['fill']:.0%} of the teams' time | {cells} | {one['seconds']} |")
    return lines


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure()))
