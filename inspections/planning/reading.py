"""From rows to what the planner is given (INS-4): days become numbers, teams become kinds, what stands takes room.

Whatever stands already is kept out of the way: a firm's standing visits close the days that lie nearer than the gap,
and the parts of a team's day that other visits take are needs fixed there, of a firm that is none (its key is below 0).
A number of queries that does not grow with the needs.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from enterprises.models.places import Level
from portal.worktime.calendar import calendar

from .. import planner
from ..models import Closure, Crew, JointVisit, Need, Rules, VisitPart
from ..needs import stages as needs
from .squads import Squad, drawn_for, shared, squads_of, teams_of, within

EVE = date(2019, 1, 1)  # working days are counted from here


@dataclass
class World:
    """What the planner is given, and how to find the rows again."""

    days: list[date]
    gap: int
    needs: dict[int, Need]
    squads: list[Squad]
    drawn: Mapping[int, int]  # need: the team that was drawn for it
    taken: Mapping[tuple[int, int], int]  # (team, day): parts that other visits take
    shut: Mapping[int, Mapping[int, str]]  # firm: {day: why it is closed}
    near: Mapping[int, Mapping[int, date]]  # firm: {day: the standing visit that is too near}
    left: Mapping[int, int]  # firm: visits that the yearly cap still allows
    by_team: bool  # each team is a kind of its own: for a plan whose teams are chosen
    locked: tuple[planner.Visit, ...] = ()
    ghosts: list[planner.Visit] = field(default_factory=list)  # what other visits take, as visits of no firm

    def index(self, day: date) -> int:
        """The day's number; -1 where it is none of the horizon's."""
        at = bisect_left(self.days, day)
        return at if at < len(self.days) and self.days[at] == day else -1

    def kind(self, squad: Squad) -> planner.Kind:
        own = self.by_team or squad.team.draw_id is not None or squad.team.pk in self._partly_taken
        marked = squad.skills | {f"team:{squad.team.pk}"} if own else squad.skills
        return planner.Kind(squad.team.agency_id, frozenset(marked))

    def may(self, need: Need, squad: Squad) -> bool:
        """Whether the team is the one that was drawn for the need, or where none was, qualified for it."""
        if need.pk in self.drawn:
            return squad.team.pk == self.drawn[need.pk]
        return need.skill is None or need.skill.code in squad.skills

    @cached_property
    def _partly_taken(self) -> frozenset[int]:
        """Teams whose room no other team can stand in for."""
        return frozenset(team for (team, _day), parts in self.taken.items() if parts < planner.PARTS)

    @cached_property
    def instance(self) -> planner.Instance:
        """Raises ValueError where it does not fit together, which is an error of ours."""
        firms = {need.enterprise_id: self._firm(need) for need in self.needs.values()}
        wanted = {key: self._need(need) for key, need in self.needs.items()}
        self.ghosts = []
        for squad in self.squads:
            self._haunt(squad, firms, wanted)
        return planner.Instance(
            days=len(self.days),
            firms=firms,
            needs=wanted,
            teams=tuple(self._team(squad) for squad in self.squads),
            gap=self.gap,
            locked=(*self.locked, *self.ghosts),
        )

    def _firm(self, need: Need) -> planner.Firm:
        place, firm = need.enterprise.place, need.enterprise_id
        closed = frozenset(self.shut.get(firm, {})) | frozenset(self.near.get(firm, {}))
        carrier = place.pk if place.level == Level.CARRIER else None
        return planner.Firm(firm, carrier, closed, None, max(self.left[firm], 0) if firm in self.left else None)

    def _need(self, need: Need) -> planner.Need:
        first, last = bisect_left(self.days, need.first), bisect_right(self.days, need.last) - 1
        if last < first:
            first = last = len(self.days)  # no day of its window is one of the horizon's
        skill = need.skill.code if need.skill else None
        if need.pk in self.drawn:  # whoever was drawn goes; `drawn_for` has asked for the qualification
            skill = f"team:{self.drawn[need.pk]}"
        return planner.Need(need.pk, need.enterprise_id, need.agency_id, first, last, need.parts, skill, need.capped)

    def _team(self, squad: Squad) -> planner.Team:
        full = {d for (team, d), parts in self.taken.items() if team == squad.team.pk and parts >= planner.PARTS}
        return planner.Team(squad.team.agency_id, self.kind(squad).skills, squad.away | full)

    def _haunt(self, squad: Squad, firms: dict[int, planner.Firm], wanted: dict[int, planner.Need]) -> None:
        """What other visits take of a team's day, as needs that are fixed there."""
        kind = self.kind(squad)
        for (team, day), parts in sorted(self.taken.items()):
            if team != squad.team.pk or parts >= planner.PARTS or day in squad.away:
                continue
            ghost = -1 - len(firms) - len(self.days)
            firms[ghost] = planner.Firm(ghost)
            by = {}
            for size in [one for one in (2, 1) if parts & one]:
                key = -1 - len(wanted)
                mark = f"team:{team}"
                wanted[key] = planner.Need(key, ghost, squad.team.agency_id, day, day, size, mark, capped=False)
                by[key] = kind
            self.ghosts.append(planner.Visit(ghost, day, by, locked=True))


def horizon(first: date, last: date, *, after: date) -> list[date]:
    """The working days from `first` to `last` that come after the day `after` (a plan is made for days to come)."""
    known, day = calendar(), max(first, after + timedelta(days=1))
    days = []
    while day <= last:
        if known.is_working(day):
            days.append(day)
        day += timedelta(days=1)
    return days


def load(
    chosen: QuerySet[Need],
    days: list[date],
    gap: int,
    *,
    by_team: bool = False,
    apart: Collection[int] = (),
    beside: Q | None = None,
) -> World:
    """What these needs are planned among. `apart`: visits that do not stand in the way, being those one plans anew;
    `beside`: further visits whose teams are taken, though they do not stand yet.
    """
    wanted = {need.pk: need for need in chosen.select_related("enterprise__place", "skill", "agency__department")}
    firms = {need.enterprise_id for need in wanted.values()}
    agencies = {need.agency_id for need in wanted.values()}
    others = JointVisit.objects.exclude(pk__in=apart).order_by()
    standing = others.standing()
    busy = standing.filter(day__in=days)
    if beside is not None:
        busy = busy | others.filter(beside, day__in=days)
    teams = teams_of(agencies, days)
    squads = squads_of(teams, days)
    return World(
        days=days,
        gap=gap,
        needs=wanted,
        squads=squads,
        drawn=drawn_for(wanted, squads),
        taken=shared(teams, _taken(agencies, days, busy.values("pk"))),
        shut=_shut(firms, days),
        near=_near(firms, days, gap, standing),
        left=_left(firms, days, standing),
        by_team=by_team,
    )


def _taken(agencies: Iterable[int], days: list[date], busy: QuerySet[Any]) -> dict[tuple[int, int], int]:
    """Of each team and day the parts that other visits take; a part without crews takes its team for all its needs."""
    number = {day: n for n, day in enumerate(days)}
    taken: defaultdict[tuple[int, int], int] = defaultdict(int)
    parts = VisitPart.objects.filter(visit__in=busy, agency__in=agencies)
    crews = Crew.objects.filter(part__in=parts.values("pk")).order_by()
    for team, day, n in crews.values_list("team", "part__visit__day").annotate(n=Sum("parts")):
        if day in number:
            taken[team, number[day]] += n
    for part in parts.filter(crews=None, team__isnull=False).select_related("visit"):
        if part.visit.day in number:
            own = Need.objects.filter(visit=part.visit_id, agency=part.agency_id).aggregate(n=Sum("parts"))["n"]
            assert part.team_id is not None
            taken[part.team_id, number[part.visit.day]] += min(own or 1, planner.PARTS)
    return dict(taken)


def _shut(firms: Iterable[int], days: list[date]) -> dict[int, dict[int, str]]:
    found: defaultdict[int, dict[int, str]] = defaultdict(dict)
    if days:
        for row in Closure.objects.filter(enterprise__in=firms, first__lte=days[-1], last__gte=days[0]):
            found[row.enterprise_id].update(dict.fromkeys(within(days, row.first, row.last), row.reason))
    return dict(found)


def _near(
    firms: Iterable[int], days: list[date], gap: int, standing: QuerySet[JointVisit]
) -> dict[int, dict[int, date]]:
    """The days on which a firm may have no visit, because one stands there or nearer than the gap."""
    found: defaultdict[int, dict[int, date]] = defaultdict(dict)
    if not days:
        return {}
    reach = timedelta(days=2 * gap + 30)  # more than any run of holidays makes of the gap
    rows = standing.filter(enterprise__in=firms, day__range=(days[0] - reach, days[-1] + reach)).order_by("day")
    known = calendar()
    origin = known.working_days_between(EVE, days[0])
    for firm, day in rows.values_list("enterprise", "day"):
        at = known.working_days_between(EVE, day) - origin
        for n in range(max(at - gap + 1, 0), min(at + gap, len(days))):
            found[firm].setdefault(n, day)
    return dict(found)


def _left(firms: Iterable[int], days: list[date], standing: QuerySet[JointVisit]) -> dict[int, int]:
    """A plan lies within one year, so one number for each firm; a joint visit counts once."""
    cap = Rules.now().yearly_cap
    if not days:
        return dict.fromkeys(firms, cap)
    year = standing.filter(enterprise__in=firms, day__year=days[0].year, needs__kind__in=needs.CAPPED)
    used = dict(year.order_by().values_list("enterprise").annotate(n=Count("pk", distinct=True)))
    return {firm: cap - used.get(firm, 0) for firm in firms}
