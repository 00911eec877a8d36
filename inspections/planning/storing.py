"""Visits as rows: who goes with whom, and which needs are done there (INS-4). Called inside a verb's transaction."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import connection
from django.db.models import Exists, OuterRef

from portal.people.actors import Actor, person

from ..models import Crew, JointVisit, Need, Plan, VisitPart
from ..visits import stages
from .reading import World

Sent = Mapping[int, int]  # need: team


def proposal(plan: Plan, firm: int, day: date, by: Actor, at: datetime) -> JointVisit:
    """A visit of a plan that is being made; its number comes with the approval."""
    key = uuid.uuid4()
    number = f"P-{key.hex[:17]}"
    return JointVisit(
        number=number,
        key=key,
        plan=plan,
        enterprise_id=firm,
        day=day,
        status=stages.PROPOSED,
        created_by=person(by),
        created_at=at,
    )


def fill(sent: Mapping[JointVisit, Sent], world: World) -> None:
    """Gives each visit exactly these needs, with parts, crews and inspectors; what a visit had besides goes."""
    _take_needs(sent)
    parts = _parts(sent, world)
    Crew.objects.filter(part__in=parts.values()).delete()
    through = VisitPart.inspectors.through
    through.objects.filter(visitpart__in=parts.values()).delete()
    squads = {squad.team.pk: squad for squad in world.squads}
    crews, people = [], set()
    for visit, by in sent.items():
        taken: Counter[tuple[int, int]] = Counter()
        for need, team in by.items():
            taken[world.needs[need].agency_id, team] += world.needs[need].parts
        for (agency, team), n in taken.items():
            part = parts[visit.pk, agency]
            crews.append(Crew(part=part, team_id=team, parts=n))
            if team in squads:  # else it is no team any more, which the rules say when the plan is submitted
                people |= {(part.pk, one.pk) for one in squads[team].going(visit.day)}
    Crew.objects.bulk_create(crews)
    through.objects.bulk_create(through(visitpart_id=part, inspector_id=one) for part, one in sorted(people))


def _take_needs(sent: Mapping[JointVisit, Sent]) -> None:
    """One statement, however many."""
    pairs = [(need, visit.pk) for visit, by in sent.items() for need in by]
    Need.objects.filter(visit__in=list(sent)).exclude(pk__in=[need for need, _visit in pairs]).update(visit=None)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {Need._meta.db_table} need SET visit_id = placed.visit, unplaced = '{{}}'"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS placed(need, visit) WHERE need.id = placed.need",
            [[need for need, _visit in pairs], [visit for _need, visit in pairs]],
        )
    surprising = Need.objects.filter(visit=OuterRef("pk"), unannounced=True)
    JointVisit.objects.filter(pk__in=[visit.pk for visit in sent]).update(unannounced=Exists(surprising))


def _parts(sent: Mapping[JointVisit, Sent], world: World) -> dict[tuple[int, int], VisitPart]:
    """Each visit's part for each agency; parts that were there stay, for others point to them."""
    had = {(part.visit_id, part.agency_id): part for part in VisitPart.objects.filter(visit__in=list(sent))}
    teams: dict[tuple[int, int], int] = {}
    leads = set()
    for visit, by in sent.items():
        load: defaultdict[int, Counter[int]] = defaultdict(Counter)
        for need, team in by.items():
            load[world.needs[need].agency_id][team] += world.needs[need].parts
        for agency, of_team in load.items():
            teams[visit.pk, agency] = of_team.most_common(1)[0][0]
        leads.add((visit.pk, _leader(load, world)))
    gone = [part.pk for where, part in had.items() if where not in teams]
    VisitPart.inspectors.through.objects.filter(visitpart__in=gone).delete()
    VisitPart.objects.filter(pk__in=gone).delete()
    VisitPart.objects.filter(visit__in=list(sent), leads=True).update(leads=False)
    kept = [part for where, part in had.items() if where in teams]
    for part in kept:
        part.team_id, part.leads = teams[part.visit_id, part.agency_id], (part.visit_id, part.agency_id) in leads
    VisitPart.objects.bulk_update(kept, ["team", "leads"])
    fresh = [
        VisitPart(visit_id=visit, agency_id=agency, team_id=team, leads=(visit, agency) in leads)
        for (visit, agency), team in teams.items()
        if (visit, agency) not in had
    ]
    VisitPart.objects.bulk_create(fresh)
    return {(part.visit_id, part.agency_id): part for part in (*kept, *fresh)}


def _leader(load: Mapping[int, Counter[int]], world: World) -> int:
    """The agency that keeps plans where it takes part, else the one with most to do."""
    keeps = {squad.team.agency_id for squad in world.squads if squad.team.agency.approves_plans}
    return max(load, key=lambda agency: (agency in keeps, load[agency].total(), -agency))


def remove(visits: Iterable[JointVisit]) -> None:
    """Takes proposals back that nobody but their makers ever saw; their needs wait again."""
    gone = [visit.pk for visit in visits]
    Need.objects.filter(visit__in=gone).update(visit=None)
    parts = VisitPart.objects.filter(visit__in=gone)
    VisitPart.inspectors.through.objects.filter(visitpart__in=parts.values("pk")).delete()
    parts.delete()
    JointVisit.objects.filter(pk__in=gone, status=stages.PROPOSED).delete()
