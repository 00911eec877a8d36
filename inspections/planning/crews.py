"""Who goes: from kinds of teams to the teams themselves, and back from the teams of a proposal to kinds.

A team's day has four parts and checks take one, two or four, so that the longest first always packs (INS-4).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .. import planner
from ..models import JointVisit, Need
from .reading import World
from .squads import Squad

NOBODY = frozenset({"nobody"})  # a kind that no team has: the rules then say that nobody can go


@dataclass
class Room:
    """What the teams of one agency have left of one day."""

    world: World
    squads: list[Squad]
    left: dict[int, int] = field(default_factory=dict)  # team: parts

    def send(self, wanted: Iterable[Need], first: Iterable[int] = ()) -> dict[int, int] | None:
        """Each need's team, its room taken; None, and nothing taken, where they do not fit. `first`: teams that are
        there anyway, so that as few as possible go to one firm.
        """
        left, by, may = dict(self.left), dict[int, int](), self.world.may
        drawn = self.world.drawn
        for need in sorted(wanted, key=lambda one: (one.pk not in drawn and one.skill_id is None, -one.parts, one.pk)):
            there = {*first, *by.values()}
            able = [squad for squad in self.squads if left.get(squad.team.pk, 0) >= need.parts and may(need, squad)]
            if not able:
                return None
            best = min(able, key=lambda squad: (squad.team.pk not in there, len(squad.skills), squad.team.pk))
            left[best.team.pk] -= need.parts
            by[need.pk] = best.team.pk
        self.left = left
        return by


def room(world: World, agency: int, day: int) -> Room:
    """The agency's teams on a day, less what other visits take."""
    there = [one for one in world.squads if one.team.agency_id == agency and day not in one.away]
    left = {one.team.pk: planner.PARTS - world.taken.get((one.team.pk, day), 0) for one in there}
    return Room(world, there, {team: parts for team, parts in left.items() if parts > 0})


def teams_of(world: World, plan: planner.Plan) -> dict[int, int]:
    """Each need's team, of the kind that the plan says; checks of one visit with one team where that is possible."""
    of_kind: defaultdict[tuple[planner.Kind, int], list[list[Need]]] = defaultdict(list)
    for visit in plan.visits:
        groups: defaultdict[planner.Kind, list[Need]] = defaultdict(list)
        for key, kind in visit.by.items():
            if key in world.needs:
                groups[kind].append(world.needs[key])
        for kind, group in groups.items():
            of_kind[kind, visit.day].append(group)
    found: dict[int, int] = {}
    for (kind, day), groups_there in of_kind.items():
        found |= _teams_of_kind(world, kind, day, groups_there)
    return found


def _teams_of_kind(world: World, kind: planner.Kind, day: int, groups: list[list[Need]]) -> dict[int, int]:
    whole = room(world, kind.agency, day)
    whole.squads = [squad for squad in whole.squads if world.kind(squad) == kind]
    whole.left = {squad.team.pk: whole.left[squad.team.pk] for squad in whole.squads if squad.team.pk in whole.left}
    together = Room(world, whole.squads, dict(whole.left))
    found: dict[int, int] = {}
    for group in sorted(groups, key=lambda one: -sum(need.parts for need in one)):
        sent = together.send(group)
        if sent is None:  # the visits as a whole do not pack, their checks one by one do
            return whole.send([need for one in groups for need in one]) or {}
        found |= sent
    return found


def as_planned(world: World, rows: Iterable[JointVisit]) -> tuple[planner.Visit, ...]:
    """Visits with their teams as the rules want them; `rows` with parts and crews, their needs being the world's."""
    of_visit: defaultdict[int, defaultdict[int, list[Need]]] = defaultdict(lambda: defaultdict(list))
    for need in world.needs.values():
        if need.visit_id is not None:
            of_visit[need.visit_id][need.agency_id].append(need)
    kinds = {squad.team.pk: world.kind(squad) for squad in world.squads}
    squads = {squad.team.pk: squad for squad in world.squads}
    found = []
    for row in rows:
        by: dict[int, planner.Kind] = {}
        crews = {part.agency_id: {crew.team_id: crew.parts for crew in part.crews.all()} for part in row.parts.all()}
        for agency, wanted in of_visit[row.pk].items():
            by |= _kinds(world, wanted, crews.get(agency, {}), squads, kinds)
        found.append(planner.Visit(row.enterprise_id, world.index(row.day), by, row.locked))
    return tuple(found)


def _kinds(
    world: World,
    needs: list[Need],
    crews: Mapping[int, int],
    squads: Mapping[int, Squad],
    kinds: Mapping[int, planner.Kind],
) -> dict[int, planner.Kind]:
    """Whose check is which; where the crews do not do for them, nobody's, and the rules say so."""
    there = [squads[team] for team in crews if team in squads]
    sent = Room(world, there, {team: parts for team, parts in crews.items() if team in squads}).send(needs)
    if sent is None:
        return {need.pk: planner.Kind(need.agency_id, NOBODY) for need in needs}
    return {key: kinds[team] for key, team in sent.items()}
