"""Other days for checks, by hand (INS-4): what would be broken there, and who could go. Rules are hard: what breaks one
is refused with the sentence.

`why_not` and `carry` are for visits of an approved plan as well (they are put off).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Prefetch, Q

from portal.people.refusal import Refused
from portal.worktime import clock
from portal.worktime.words import local_day

from .. import planner
from ..models import JointVisit, Need, Plan, Rules, VisitPart
from ..models.plans import JointVisitQuerySet
from ..needs import stages as needs
from ..visits import stages
from . import crews, storing, words
from .reading import World, horizon, load

OF_FIRM = (planner.Rule.GAP, planner.Rule.CAP)  # breaches that concern all visits of a firm, not one day


def with_crews(visits: JointVisitQuerySet) -> JointVisitQuerySet:
    return visits.prefetch_related(Prefetch("parts", VisitPart.objects.prefetch_related("crews")))


@dataclass(frozen=True)
class Outcome:
    """What putting checks on a day would be: `sentences` what it would break, `teams` who would go."""

    day: date
    sentences: list[str]
    teams: dict[int, int]  # of each need of the visit that there would be then
    joins: JointVisit | None  # the firm's visit of that day

    @property
    def fits(self) -> bool:
        return not self.sentences


class Trial:
    """One firm's visits, and what other days hold for its checks."""

    def __init__(self, world: World, visits: Iterable[JointVisit]) -> None:
        self.world, self.visits = world, list(visits)
        self.plan = planner.Plan(
            crews.as_planned(world, self.visits),
            frozenset(key for key, need in world.needs.items() if need.visit_id is None),
        )

    def at(self, moved: Collection[int], day: date) -> Outcome:
        """These needs of the firm on that day, joining a visit that is there."""
        n = self.world.index(day)
        joins = next((visit for visit in self.visits if visit.day == day), None)
        if n < 0:
            return Outcome(day, [words.no_day()], {}, joins)
        there = {*moved, *(need.pk for need in self._needs() if joins and need.visit_id == joins.pk)}
        teams, sentences = self._send(there, n, joins)
        firm = self._needs()[0].enterprise_id
        by = {key: self._kind(teams.get(key), self.world.needs[key]) for key in there}
        locked = joins.locked if joins else False
        rest = [_without(visit, there) for visit in self.plan.visits if visit.day != n]
        visits = (*(visit for visit in rest if visit.by), planner.Visit(firm, n, by, locked))
        trial = planner.Plan(visits, self.plan.unserved - there)
        for breach in planner.broken_by(self.world.instance, trial, firm, n):
            if breach.rule in OF_FIRM or breach.day == n:
                sentence = words.said(breach, self.world)
                if breach.rule not in (planner.Rule.SKILL, planner.Rule.CAPACITY) and sentence not in sentences:
                    sentences.append(sentence)
        return Outcome(day, sentences, teams, joins)

    def team_of(self, visit: JointVisit, need: Need) -> int:
        """Who does a check as things stand."""
        planned = self.plan.visits[self.visits.index(visit)].by[need.pk]
        teams = [squad.team.pk for squad in self.world.squads if self.world.kind(squad) == planned]
        crews_there = (
            crew for part in visit.parts.all() if part.agency_id == need.agency_id for crew in part.crews.all()
        )
        return teams[0] if teams else next(crew.team_id for crew in crews_there)

    def _needs(self) -> list[Need]:
        return list(self.world.needs.values())

    def _send(self, there: Collection[int], day: int, joins: JointVisit | None) -> tuple[dict[int, int], list[str]]:
        """Who goes, agency by agency, and for which agency nobody can."""
        of_agency: defaultdict[int, list[Need]] = defaultdict(list)
        for key in there:
            of_agency[self.world.needs[key].agency_id].append(self.world.needs[key])
        teams: dict[int, int] = {}
        sentences = []
        for agency, wanted in sorted(of_agency.items()):
            own = {crew.team_id for part in joins.parts.all() for crew in part.crews.all()} if joins else set()
            sent = crews.room(self.world, agency, day).send(wanted, own)
            if sent is None:
                sentences.append(self._nobody(wanted, agency, day))
            teams |= sent or {}
        return teams, sentences

    def _nobody(self, wanted: list[Need], agency: int, day: int) -> str:
        """The need that finds nobody by itself; where each would, together they are too much."""
        for need in wanted:
            there = crews.room(self.world, agency, day)
            if not any(self.world.may(need, squad) for squad in there.squads):
                return words.nobody(self.world, need)
            if there.send([need]) is None:
                return words.full(need)
        return words.full(max(wanted, key=lambda need: need.parts))

    def _kind(self, team: int | None, need: Need) -> planner.Kind:
        squad = next((one for one in self.world.squads if one.team.pk == team), None)
        return self.world.kind(squad) if squad else planner.Kind(need.agency_id, crews.NOBODY)


def _without(visit: planner.Visit, gone: Collection[int]) -> planner.Visit:
    by = {key: kind for key, kind in visit.by.items() if key not in gone}
    return planner.Visit(visit.firm, visit.day, by, visit.locked)


def trial_of(plan: Plan, firm: int, at: datetime) -> Trial:
    """The firm's checks in a plan that is being made; the teams of the plan's other visits are taken."""
    own = JointVisit.objects.filter(plan=plan, enterprise=firm, status=stages.PROPOSED).order_by("day")
    chosen = Need.objects.filter(plan=plan, enterprise=firm, status=needs.OPEN)
    beside = Q(plan=plan, status=stages.PROPOSED) & ~Q(enterprise=firm)
    days = horizon(plan.first, plan.last, after=local_day(at))
    return Trial(load(chosen, days, plan.gap, by_team=True, beside=beside), with_crews(own))


def trial_of_visit(visit: JointVisit, days: list[date]) -> Trial:
    """A visit of an approved plan by itself, which is to be put off."""
    chosen = Need.objects.filter(visit=visit, status=needs.PLANNED)
    gap = max(visit.plan.gap if visit.plan else 0, Rules.now().gap)
    own = with_crews(JointVisit.objects.filter(pk=visit.pk))
    return Trial(load(chosen, days, gap, by_team=True, apart=[visit.pk]), own)


def why_not(visit: JointVisit, day: date, *, at: datetime | None = None) -> list[str]:
    """What speaks against that day for a scheduled visit as a whole; nothing: it may be put off to it."""
    return _outcome(visit, day, at or clock.now())[1].sentences


def carry(visit: JointVisit, day: date, *, at: datetime | None = None) -> None:
    """Moves a scheduled visit, which the caller has locked, to that day, and sends who can go. Raises Refused."""
    trial, outcome = _outcome(visit, day, at or clock.now())
    if outcome.sentences:
        raise Refused(outcome.sentences[0], "day")
    visit.day = day
    visit.save(update_fields=["day"])
    storing.fill({visit: outcome.teams}, trial.world)


def _outcome(visit: JointVisit, day: date, at: datetime) -> tuple[Trial, Outcome]:
    days = horizon(day, day, after=local_day(at) - timedelta(days=1))
    trial = trial_of_visit(visit, days)
    if not trial.world.needs:
        raise Refused(words.empty())
    if not days:
        return trial, Outcome(day, [words.no_day()], {}, None)
    return trial, trial.at(list(trial.world.needs), day)
