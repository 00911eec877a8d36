"""Begin, put off, cancel, miss a visit, and name who goes instead (INS-4, INS-6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.people.actors import CLOCK, Actor
from portal.people.models import User
from portal.people.refusal import Refused, required_line
from portal.worktime.words import local_day

from ...models import Inspector, JointVisit, VisitCode, VisitPart
from ...planning import moving
from .. import limits, stages
from ..capacity import TWO, certified, own_part
from . import core, wishes
from .codes import issued


@transaction.atomic
def begin(visit: JointVisit, *, by: User, at: datetime | None = None) -> JointVisit:
    """开始检查, by one of those who go, on the day. The firm knows from now on; each agency owes its record."""
    visit, at, grant = core.begin_verb(visit, "begin", by, at)
    first_told = visit.told_at is None
    visit.status, visit.begun_at = stages.UNDER_WAY, at
    visit.told_at = visit.told_at or at
    visit.save(update_fields=["status", "begun_at", "told_at"])
    code = VisitCode.objects.filter(visit=visit, revoked_at=None).first()
    if code is None or not code.holds(at):
        issued(visit, by, at, grant)
    limits.begun(visit, at)
    core.tell("joint_visit.begun", visit, by, at, grant, first=first_told)
    return visit


@transaction.atomic
def put_off(visit: JointVisit, *, by: User, day: date, reason: str, at: datetime | None = None) -> JointVisit:
    """改期: to a later or earlier day that breaks none of the plan's rules. Codes of the former day are dead."""
    visit, at, grant = core.begin_verb(visit, "put_off", by, at)
    reason = required_line(reason, _("请写改期的原因，被告知的企业会看到。"))
    if day == visit.day:
        raise Refused(_("新的日期和原来的一样。"), "day")
    if day < local_day(at):
        raise Refused(_("新的日期已经过去。"), "day")
    former = visit.day
    core.locked_firm(visit.enterprise)
    moving.carry(visit, day, at=at)
    core.revoke(visit, VisitCode.Why.MOVED, at)
    visit.ended_for = reason  # why it stands where it stands; a cancelled one says why it fell
    visit.save(update_fields=["ended_for"])
    core.tell("joint_visit.put_off", visit, by, at, grant, former=former.isoformat(), day=day.isoformat())
    return visit


@transaction.atomic
def cancel(visit: JointVisit, *, by: Actor, reason: str, at: datetime | None = None) -> JointVisit:
    """取消: its needs wait again. By the clock where the last of them fell with its firm's whitelisting."""
    visit, at, grant = core.begin_verb(visit, "cancel", by, at)
    reason = required_line(reason, _("请写取消的原因，被告知的企业会看到。"))
    needs = _fall(visit, stages.CANCELLED, reason, at)
    core.tell("joint_visit.cancelled", visit, by, at, grant, needs=needs)
    return visit


@transaction.atomic
def miss(visit: JointVisit, *, at: datetime) -> JointVisit | None:
    """未实施, by the clock: the day is over and nobody has begun. None where somebody was quicker."""
    visit = core.locked(visit)
    if visit.status != stages.SCHEDULED or visit.day >= local_day(at):
        return None
    needs = _fall(visit, stages.MISSED, "", at)
    core.tell("joint_visit.missed", visit, CLOCK, at, None, needs=needs)
    return visit


def _fall(visit: JointVisit, status: str, reason: str, at: datetime) -> list[int]:
    """Nobody goes; gives the keys of the needs it was to serve, which leave it."""
    visit.status, visit.ended_for = status, reason
    visit.save(update_fields=["status", "ended_for"])
    core.revoke(visit, VisitCode.Why.CANCELLED, at)
    return wishes.put_back(visit, at)


@transaction.atomic
def name_people(visit: JointVisit, *, by: User, people: Iterable[Inspector], at: datetime | None = None) -> VisitPart:
    """换人: who goes for one's own agency, two at least, whose certificates hold on the day; the code names them."""
    visit, at, grant = core.begin_verb(visit, "name_people", by, at)
    part = own_part(visit, by, at)
    if part is None:
        raise Refused(_("这一步不由您办理。"))
    if part.recorded_at is not None:
        raise Refused(_("本部门的记录已经完成，不能再换人。"))
    wanted = {one.pk for one in people}
    valid = list(certified(part.agency, visit.day).filter(pk__in=wanted).order_by("pk"))
    if len(valid) < TWO or len(valid) < len(wanted):
        raise Refused(_("至少两名，执法证在检查日都要有效。"), "people")
    before = sorted(part.inspectors.values_list("pk", flat=True))
    if before != [one.pk for one in valid]:
        part.inspectors.set(valid)
        data = {"part": part.pk, "before": before, "people": [one.pk for one in valid]}
        core.tell("joint_visit.people_named", visit, by, at, grant, told=False, **data)
    return part
