"""What came of a plan, in figures: as computed, and as it stands after changes by hand (INS-4, INS-9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

from .. import planner
from ..models import Plan
from .reading import World

# A journey is one place on one day: a carrier, or a firm that lies in none; before, each agency made its own.
COUNTED = """
SELECT count(need.id), count(DISTINCT visit.id),
       count(DISTINCT (coalesce(place.id, -firm.id), visit.day)),
       count(DISTINCT (need.agency_id, coalesce(place.id, -firm.id), visit.day)),
       count(DISTINCT visit.id) FILTER (WHERE visit.locked),
       count(DISTINCT visit.id) FILTER (WHERE (SELECT count(*) FROM inspections_visitpart part
                                                WHERE part.visit_id = visit.id) > 1)
  FROM inspections_jointvisit visit
  JOIN inspections_need need ON need.visit_id = visit.id
  JOIN enterprises_enterprise firm ON firm.id = visit.enterprise_id
  LEFT JOIN enterprises_place place ON place.id = firm.place_id AND place.level = 4
 WHERE visit.plan_id = %s AND visit.status NOT IN ('cancelled', 'missed')
"""


@dataclass(frozen=True)
class Counts:
    """`singly`: as many visits as there are needs, as it was when every agency came by itself."""

    needs: int
    visits: int
    journeys: int
    journeys_singly: int
    locked: int
    joint: int

    @property
    def spared(self) -> int:
        return self.needs - self.visits

    @property
    def share_joint(self) -> int | None:
        return round(100 * self.joint / self.visits) if self.visits else None


def counts(plan: Plan) -> Counts:
    """One query, however large the plan."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, [plan.pk])
        return Counts(*cursor.fetchone())


def of_planned(planned: planner.Planned, world: World, former: dict[str, Any]) -> dict[str, Any]:
    """What the plan keeps of its computing; `former` what it had kept before."""
    ghosts = len(world.ghosts)
    seen = planner.Plan(tuple(visit for visit in planned.best.visits if visit.firm > 0), planned.best.unserved)
    after = seen.figures(world.instance)
    found: dict[str, Any] = {
        "needs": len(world.needs) - after.unserved,
        "visits": after.visits,
        "journeys": after.journeys,
        "unserved": after.unserved,
        "start": planned.first.visits - ghosts,
        "bound": max(planned.bound - ghosts, 0),
        "least_unserved": planned.least_unserved,
        "seconds": round(planned.seconds, 1),
    }
    if former:
        found["former"] = {key: former[key] for key in ("needs", "visits", "journeys", "unserved") if key in former}
    return found


def over(plan: Plan) -> dict[str, Any]:
    """How far what was computed may still be from the best there is: visits, and what share of the bound they are."""
    bound = plan.figures.get("bound") or 0
    visits = max(plan.figures.get("visits", 0) - bound, 0)
    return {"visits": visits, "share": f"{100 * visits / bound:.1f}" if bound else ""}
