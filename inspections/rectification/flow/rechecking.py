"""现场复查 (INS-7): a check of its own kind that goes with the next visit of the agency to the firm, and its outcome.

A follow-up is allowed at whitelisted firms and counts for no cap (INS-2); its subject's unannounced visits do not make
the re-check one, for the firm knows that somebody will come.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum
from django.utils import translation
from django.utils.translation import gettext as _

from portal.people.actors import CLOCK
from portal.people.models import User
from portal.worktime.calendar import calendar
from portal.worktime.words import local_day

from ...models import Crew, JointVisit, Need, Parts, Rectification
from ...needs import flow as needs_flow
from ...needs import stages as needs
from ...visits import stages as visits
from .. import limits, points, stages
from ..capacity import granted, standing
from . import core

WINDOW = 10  # working days within which somebody goes


def near_visit(rectification: Rectification, at: datetime) -> JointVisit | None:
    """A standing visit of the agency to this firm within the window, after today: the re-check goes with it."""
    today = local_day(at)
    last = calendar().add_working_days(today, WINDOW)
    standing_ones = JointVisit.objects.filter(
        enterprise=rectification.enterprise_id,
        status=visits.SCHEDULED,
        day__gt=today,
        day__lte=last,
        parts__agency=rectification.agency_id,
    )
    return standing_ones.order_by("day", "pk").first()


def needed(rectification: Rectification, by: User, at: datetime, visit: JointVisit | None) -> Need:
    """The follow-up need, on the visit that is near if there is one; the visit and the rectification are locked."""
    today = local_day(at)
    first, last = calendar().add_working_days(today, 1), calendar().add_working_days(today, WINDOW)
    check = rectification.finding.record.need
    with translation.override(settings.LANGUAGE_CODE):  # the firm reads it on the notice, whoever called for it
        basis = _("复查责令整改 %(number)s") % {"number": rectification.number}
    wish = needs_flow.Wish(
        agency=rectification.agency,
        firm=rectification.enterprise,
        subject=check.subject,
        kind=needs.FOLLOW_UP,
        first=first,
        last=last,
        basis=basis,
        parts=1,
        skill=check.skill,
        unannounced=False,
    )
    made = _waiting(wish) or needs_flow.enter(wish, by=CLOCK, way="recheck", at=at)
    free = made.status == needs.OPEN and made.visit_id is None
    if free and visit is not None and visit.status == visits.SCHEDULED and _room(visit, made):
        made = needs_flow.plan_(made, visit=visit, by=CLOCK, at=at)
    return made


def _room(visit: JointVisit, need: Need) -> bool:
    """Takes a quarter of the day of a team that goes there anyway; a visit that was entered without teams has room."""
    crews = list(Crew.objects.filter(part__visit=visit, part__agency=need.agency_id).select_related("team"))
    for crew in crews:
        that_day = Crew.objects.filter(team=crew.team, part__visit__day=visit.day)
        taken = that_day.filter(part__visit__status__in=visits.STANDING).aggregate(n=Sum("parts"))["n"] or 0
        if taken + need.parts <= Parts.WHOLE:
            Crew.objects.filter(pk=crew.pk).update(parts=F("parts") + need.parts)
            return True
    return not crews


def _waiting(wish: needs_flow.Wish) -> Need | None:
    """The same was called for already, for another finding of that visit: one going looks at both."""
    same = Need.objects.filter(enterprise=wish.firm, subject=wish.subject, kind=wish.kind, status__in=needs.WAITING)
    return same.filter(first__lte=wish.last, last__gte=wish.first).order_by("first", "pk").first()


def give_up(need: Need | None, by: User, reason: str, at: datetime) -> None:
    """Nobody has to go any more; what is on its way already goes on, and finds nothing to settle."""
    if need is None or need.status != needs.OPEN or need.visit_id is not None:
        return
    if need.recheck_of.filter(status=stages.RECHECK).exists():
        return
    needs_flow.withdraw(need, by=by, reason=reason, at=at)


@transaction.atomic
def pass_recheck(rectification: Rectification, *, by: User, at: datetime) -> Rectification:
    """复查通过, with the record of the re-check."""
    rectification = _begin(rectification, "pass_recheck")
    limits.closed(rectification, at)
    core.end(rectification, stages.CLOSED, by, at)
    points.give_back(rectification, at)
    core.tell("recheck_passed", rectification, by, at, None)
    return rectification


@transaction.atomic
def fail_recheck(rectification: Rectification, *, by: User, at: datetime, days: int | None = None) -> Rectification:
    """复查未通过: it goes on, with the days the inspector gave; who is late already stays late."""
    core.demand_days(days)
    rectification = _begin(rectification, "fail_recheck")
    core.move(rectification, stages.OPEN, at)
    limits.reopened(rectification, days or core.AGAIN_DAYS, at)
    core.tell("recheck_failed", rectification, by, at, None)
    return rectification


def _begin(rectification: Rectification, verb: str) -> Rectification:
    """Part of the record, which has asked for its own right."""
    rectification = core.locked(rectification)
    granted(verb, rectification, standing(rectification, CLOCK))
    return rectification
