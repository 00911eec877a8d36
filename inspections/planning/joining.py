"""A check that joins a visit which stands already (INS-4): the firm is visited once less.

Only visits that the firm was told of are offered, for of others no agency but their own may know; so an unannounced
check joins none. Locking order as everywhere: the visit, the need, the firm.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from portal import outbox
from portal.people.actors import CLOCK
from portal.people.models import User
from portal.people.refusal import Refused
from portal.worktime import clock
from portal.worktime.words import local_day

from ..models import JointVisit, Need, Rules, VisitPart
from ..models.plans import JointVisitQuerySet
from ..needs import capacity, flow, gate
from ..needs import stages as needs
from ..visits import stages as visits
from . import storing
from .moving import Outcome, Trial, with_crews
from .reading import horizon, load

SHOWN = 5  # visits of one firm within one window; nobody has more

People = dict[int, tuple[set[int | None], set[int]]]  # part: its teams, its inspectors


@dataclass(frozen=True)
class Offer:
    """A visit that the check could join; `sentences` say what that would break."""

    visit: JointVisit
    sentences: list[str]


def near(need: Need, at: datetime) -> JointVisitQuerySet:
    """The firm's visits to come on a day of the need's window."""
    if need.status != needs.OPEN or need.plan_id is not None or need.unannounced:
        return JointVisit.objects.none()
    standing = JointVisit.objects.filter(enterprise=need.enterprise_id, status=visits.SCHEDULED, on_the_spot=False)
    told = standing.filter(told_at__isnull=False, unannounced=False, day__gt=local_day(at))
    return told.filter(day__range=(need.first, need.last)).order_by("day", "pk")


def offers(need: Need, at: datetime) -> list[Offer]:
    """Each with what stands against it; nothing: it may be joined."""
    found = near(need, at).prefetch_related("parts__agency__department")[:SHOWN]
    return [Offer(visit, _outcome(need, visit, at)[1].sentences) for visit in found]


@transaction.atomic
def join(need: Need, visit: JointVisit, *, by: User, at: datetime | None = None) -> Need:
    """并入: the check is planned with that visit, a team of its agency goes along, and all concerned are told.

    Raises Refused where the visit does not take it: window, teams, qualifications, the yearly cap.
    """
    at = at or clock.now()
    visit = JointVisit.objects.select_for_update(of=("self",), no_key=True).get(pk=visit.pk)
    rows = Need.objects.select_for_update(of=("self",), no_key=True)
    need = rows.select_related("agency__department", "enterprise", "subject").get(pk=need.pk)
    grant = capacity.granted("join", need, by, at)
    gate.locked([need.enterprise])
    if not near(need, at).filter(pk=visit.pk).exists():
        raise Refused(_("这次检查已经不能并入，请看还有没有别的。"))
    trial, outcome = _outcome(need, visit, at)
    if outcome.sentences:
        raise Refused(outcome.sentences[0])
    before = _people(visit)
    flow.plan_(need, visit=visit, by=CLOCK, at=at)
    storing.fill({visit: outcome.teams}, trial.world)
    _keep(visit, before)
    outbox.tell("joint_visit.joined", visit, by, at, grant, firm_sees=True, need=need.pk)
    with connection.cursor() as cursor:  # the gate's last word, where a person reads it
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    need.refresh_from_db()
    return need


def _outcome(need: Need, visit: JointVisit, at: datetime) -> tuple[Trial, Outcome]:
    days = horizon(visit.day, visit.day, after=local_day(at))
    there = Need.objects.filter(Q(pk=need.pk) | Q(visit=visit, status=needs.PLANNED))
    gap = max(visit.plan.gap if visit.plan else 0, Rules.now().gap)
    world = load(there, days, gap, by_team=True, apart=[visit.pk])
    trial = Trial(world, with_crews(JointVisit.objects.filter(pk=visit.pk)))
    return trial, trial.at([need.pk], visit.day)


def _people(visit: JointVisit) -> People:
    parts = VisitPart.objects.filter(visit=visit).prefetch_related("crews", "inspectors")
    return {
        part.pk: (
            {crew.team_id for crew in part.crews.all()} or {part.team_id},
            {one.pk for one in part.inspectors.all()},
        )
        for part in parts
    }


def _keep(visit: JointVisit, before: People) -> None:
    """Who was named by hand still goes; another team only comes beside."""
    for part, (teams, people) in _people(visit).items():
        if part in before:
            had, named = before[part]
            VisitPart.objects.get(pk=part).inspectors.set(named | people if teams - had else named)
