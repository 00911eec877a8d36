"""Who can be sent on which day (INS-4): teams kept by heads, and those that a random draw put together (INS-5).

As long as a check of a draw waits, its agency goes as it was drawn on the days of the draw's window: the same people,
otherwise put together, so that whoever was drawn does what he was drawn for and nobody is at two firms at once. Where
two draws of an agency meet, they take the days in turn.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q

from .. import planner
from ..models import Away, Inspector, Need, Team
from ..needs import stages as needs

Taken = Mapping[tuple[int, int], int]  # team and day: parts


@dataclass(frozen=True)
class Squad:
    """A team as it can be sent: who of it goes on which day, what it is qualified for all the time."""

    team: Team
    there: Mapping[date, list[Inspector]]  # days on which two at least can go
    skills: frozenset[str]
    away: frozenset[int]  # the other days, counted from 0

    def going(self, day: date) -> list[Inspector]:
        return self.there.get(day, [])


def within(days: list[date], first: date, last: date) -> set[int]:
    """Numbers of the days from `first` to `last`."""
    return set(range(bisect_left(days, first), bisect_right(days, last)))


def teams_of(agencies: Collection[int], days: list[date]) -> list[Team]:
    """Active teams with their members, the kept ones first; `waits`: of a draw of which a check still waits."""
    waiting = Need.objects.filter(drawn_in__draw=OuterRef("draw"), status__in=(needs.OPEN, needs.PLANNED))
    lasting = Q(draw=None) | (Q(draw__last__gte=days[0]) if days else Q(pk=None))
    teams = Team.objects.filter(lasting, agency__in=agencies, active=True).annotate(waits=Exists(waiting))
    teams = teams.select_related("agency__department", "draw").prefetch_related("members__user", "members__skills")
    return sorted(teams, key=lambda team: (team.draw_id is not None, team.pk))


def squads_of(teams: list[Team], days: list[date]) -> list[Squad]:
    """Teams of draws that are over are none."""
    away: defaultdict[int, set[int]] = defaultdict(set)
    if days:
        kept = [team.pk for team in teams if team.draw_id is None]
        for row in Away.objects.filter(team__in=kept, first__lte=days[-1], last__gte=days[0]):
            away[row.team_id] |= within(days, row.first, row.last)
    present = [team for team in teams if team.draw_id is None or team.waits]
    absent = _absent(present, away)
    going: dict[int, dict[int, list[Inspector]]] = {team.pk: {} for team in present}
    for n, day in enumerate(days):
        gone = {person for person, absences in absent.items() if n in absences}
        for team in _in_turn(present, n, day):
            crew = [
                one
                for one in team.members.all()
                if one.active and one.user.is_active and one.valid_until >= day and one.pk not in gone
            ]
            if len(crew) >= 2 and n not in away[team.pk]:
                going[team.pk][n] = crew
            if team.draw_id is None or len(crew) >= 2:  # whoever is in two kept teams goes with the first alone
                gone |= {one.pk for one in team.members.all()}
    return [_squad(team, going[team.pk], days) for team in present]


def _absent(teams: Iterable[Team], away: Mapping[int, set[int]]) -> dict[int, set[int]]:
    """The days on which an inspector's own team is away; nobody who was drawn comes on them."""
    found: dict[int, set[int]] = {}
    for team in (one for one in teams if one.draw_id is None):
        for person in team.members.all():
            found.setdefault(person.pk, away.get(team.pk, set()))
    return found


def _in_turn(teams: list[Team], n: int, day: date) -> list[Team]:
    """Who takes people first: the draws whose window has the day, another one each day, then kept teams."""
    drawn = [team for team in teams if team.draw is not None and team.draw.first <= day <= team.draw.last]
    draws = sorted({team.draw_id for team in drawn})
    first = {draw: (place - n) % len(draws) for place, draw in enumerate(draws)}
    return [*sorted(drawn, key=lambda team: (first[team.draw_id], team.pk)), *(one for one in teams if not one.draw_id)]


def _squad(team: Team, going: Mapping[int, list[Inspector]], days: list[date]) -> Squad:
    """Qualified is it for what somebody is qualified for on every day on which it goes."""
    of_day = [{skill.code for one in crew for skill in one.skills.all()} for crew in going.values()]
    return Squad(
        team,
        {days[n]: crew for n, crew in going.items()},
        frozenset(set.intersection(*of_day)) if of_day else frozenset(),
        frozenset(range(len(days))) - going.keys(),
    )


def drawn_for(wanted: Collection[int], squads: list[Squad]) -> dict[int, int]:
    """Each drawn need's team; not where the lots found nobody qualified: then any team that is goes."""
    skills = {squad.team.pk: squad.skills for squad in squads if squad.team.draw_id is not None}
    rows = Team.objects.filter(pk__in=skills, draw__rows__needs__in=wanted).order_by()
    found = rows.values_list("drawn", "draw__rows__team", "draw__rows__needs", "draw__rows__needs__skill__code", "pk")
    return {
        need: team
        for drawn, row, need, skill, team in found
        if drawn == row and need in wanted and (skill is None or skill in skills[team])
    }


def shared(teams: Iterable[Team], taken: Taken) -> Taken:
    """What is taken of a team's day is taken of all teams that have people of it."""
    of_person: defaultdict[int, set[int]] = defaultdict(set)
    drawn = set()
    for team in teams:
        for person in team.members.all():
            of_person[person.pk].add(team.pk)
        if team.draw_id is not None:
            drawn.add(team.pk)
    others: defaultdict[int, set[int]] = defaultdict(set)
    for mates in of_person.values():
        for one in mates:
            others[one] |= {other for other in mates - {one} if one in drawn or other in drawn}
    found: defaultdict[tuple[int, int], int] = defaultdict(int, taken)
    for (team, day), parts in taken.items():
        for other in others[team]:
            found[other, day] += parts
    return {where: min(parts, planner.PARTS) for where, parts in found.items()}
