"""Why a need found no place: for each day of its window what first stands in the way (INS-4)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum

from .making import Making
from .model import Instance, Need, Plan


class Why(StrEnum):
    HORIZON = "horizon"  # no day of the window is one of the horizon's
    SHUT = "shut"  # the firm is closed
    FORMER = "former"  # too soon after the firm's last visit before the horizon
    NO_TEAM = "no_team"  # the agency has nobody there
    NO_SKILL = "no_skill"  # none of the agency's teams there is qualified
    FULL = "full"  # the agency's teams are busy, or have not so much time in one piece
    CAP = "cap"  # the yearly cap is used up
    GAP = "gap"  # too near to other visits of the firm
    FREE = "free"  # nothing: it can be put there by hand


@dataclass(frozen=True, slots=True)
class Reason:
    """What stands in the way on `days`; `visits`: for GAP the firm's visits too near, for CAP those that count.

    `limit`: for GAP and FORMER the days between visits, for CAP the visits that are left, for FULL the need's parts.
    """

    why: Why
    need: int
    agency: int
    days: tuple[int, ...]
    skill: str | None = None
    limit: int | None = None
    visits: tuple[int, ...] = ()


def reasons(instance: Instance, plan: Plan) -> dict[int, tuple[Reason, ...]]:
    """For each unserved need why not, that first which closes most days; every day of its window is in one of them."""
    if not plan.unserved:
        return {}
    making = _standing(instance, plan)
    return {key: _of_need(making, instance.needs[key]) for key in sorted(plan.unserved)}


def _standing(instance: Instance, plan: Plan) -> Making:
    """The plan may have been changed by hand and break rules: then a day that is too full is just full."""
    making = Making(instance, [])
    for visit in plan.visits:
        for need in (instance.needs[key] for key in visit.by if key in instance.needs):
            if making.room(need.agency, visit.day).fits(need):
                making.put(need, visit.day)
            else:
                making.note(need, visit.day)
    return making


def _of_need(making: Making, need: Need) -> tuple[Reason, ...]:
    days: defaultdict[Why, list[int]] = defaultdict(list)
    for day in range(max(need.first, 0), min(need.last, making.instance.days - 1) + 1):
        days[_why(making, need, day)].append(day)
    if not days:
        return (Reason(Why.HORIZON, need.key, need.agency, ()),)
    order = sorted(days, key=lambda why: (-len(days[why]), why))
    return tuple(_reason(making, need, why, tuple(days[why])) for why in order)


def _why(making: Making, need: Need, day: int) -> Why:
    """What cannot be helped comes first, then what another plan might mend."""
    instance = making.instance
    firm = instance.firms[need.firm]
    if day in firm.shut:
        return Why.SHUT
    if firm.last_visit is not None and day - firm.last_visit < instance.gap:
        return Why.FORMER
    if (need.agency, day) not in instance.capacity:
        return Why.NO_TEAM
    if not instance.is_able(need, day):
        return Why.NO_SKILL
    if need.capped and not making.is_within_cap(need.firm, day):
        return Why.CAP
    if not making.keeps_gap(need.firm, day):
        return Why.GAP
    return Why.FREE if making.room(need.agency, day).fits(need) else Why.FULL


def _reason(making: Making, need: Need, why: Why, days: tuple[int, ...]) -> Reason:
    gap, left = making.instance.gap, making.instance.firms[need.firm].left
    own = making.at[need.firm]
    limit = {Why.GAP: gap, Why.FORMER: gap, Why.CAP: left, Why.FULL: need.parts}.get(why)
    visits: list[int] = []
    if why is Why.GAP:
        visits = [one for one in own if any(0 < abs(one - day) < gap for day in days)]
    elif why is Why.CAP:
        visits = [one for one in own if making.is_capped(own[one])]
    skill = need.skill if why is Why.NO_SKILL else None
    return Reason(why, need.key, need.agency, days, skill, limit, tuple(sorted(visits)))
