"""On the spot 现场赋码: an emergency or a complaint is looked into at once, and listed for the supervisor (INS-6)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from enterprises.models import Enterprise, firms_of
from inspections.numbers import number
from portal.people.models import User
from portal.people.refusal import Refused, required_line
from portal.people.rights import Grant, rights_of
from portal.people.roles import Role
from portal.worktime import clock
from portal.worktime.words import local_day
from requests.drafts import alone

from ...models import Inspector, JointVisit, Subject, VisitPart
from ...needs import stages as needs
from .. import limits, stages
from ..capacity import TWO, certified
from . import core, wishes
from .codes import issued


@transaction.atomic
def begin_on_the_spot(
    firm: Enterprise,
    *,
    by: User,
    subject: Subject,
    kind: str,
    basis: str,
    people: Iterable[Inspector] = (),
    key: uuid.UUID,
    at: datetime | None = None,
) -> JointVisit:
    """Need, visit and code at once, by an inspector whose certificate holds, with one other at least.

    `basis` is the emergency or the number of the complaint; the firm does not read it. The same `key` sent again gives
    the visit that the first sending made.
    """
    alone(key)
    if made := JointVisit.objects.filter(key=key).first():
        if made.created_by_id != by.pk:
            raise Refused(_("这一页已经用过，请重新打开再填。"))
        return made
    at = at or clock.now()
    grant = _right(firm, subject, by, at)
    if kind not in needs.ON_THE_SPOT:
        raise Refused(_("只有突发情况和投诉举报、线索核查可以现场赋码。"), "kind")
    basis = required_line(basis, _("请写依据，如工单号或什么突发情况。"), "basis", 500)
    crew = _crew(subject, by, people, at)
    firm = core.locked_firm(firm)
    _demand_none_running(firm, subject, at)
    visit = _begun(firm, by, key, at)
    part = VisitPart.objects.create(visit=visit, agency=subject.agency, leads=True)
    part.inspectors.set(crew)
    wishes.on_the_spot(visit, by=by, subject=subject, kind=kind, basis=basis, at=at)
    issued(visit, by, at, grant)
    limits.begun(visit, at)
    core.tell("joint_visit.begun", visit, by, at, grant, first=True, on_the_spot=True)
    return visit


def _begun(firm: Enterprise, by: User, key: uuid.UUID, at: datetime) -> JointVisit:
    return JointVisit.objects.create(
        number=number("JC", at),
        key=key,
        enterprise=firm,
        day=local_day(at),
        status=stages.UNDER_WAY,
        on_the_spot=True,
        unannounced=True,
        told_at=at,
        begun_at=at,
        created_by=by,
        created_at=at,
    )


def _right(firm: Enterprise, subject: Subject, by: User, at: datetime) -> Grant | None:
    """As an inspector of the subject's agency, and not at a firm to which he belongs."""
    if firm.pk in firms_of(by, at):
        raise Refused(_("您是这家企业的人员，这次检查请同事办理。"))
    rights = rights_of(by, at)
    grant = None if rights.is_outside else rights.grant_over(subject.agency.department_id, Role.INSPECTOR)
    if grant is None or not subject.active or not subject.agency.active:
        raise Refused(_("请选本部门在用的检查事项。"), "subject")
    return grant


def _crew(subject: Subject, by: User, people: Iterable[Inspector], at: datetime) -> list[Inspector]:
    """He himself and the others."""
    valid = certified(subject.agency, local_day(at))
    own = valid.filter(user=by).first()
    if own is None:
        raise Refused(_("您的执法证不在有效期内，不能开始检查。"))
    wanted = {one.pk for one in people} - {own.pk}
    others = list(valid.filter(pk__in=wanted).order_by("pk"))
    if len(others) < TWO - 1 or len(others) < len(wanted):
        raise Refused(_("至少两人同行，请选执法证有效的同事。"), "people")
    return [own, *others]


def _demand_none_running(firm: Enterprise, subject: Subject, at: datetime) -> None:
    running = JointVisit.objects.filter(enterprise=firm, day=local_day(at), status=stages.UNDER_WAY)
    found = running.filter(parts__agency=subject.agency, on_the_spot=True, needs__subject=subject).first()
    if found is not None:
        said = _("本部门今天在这家企业已有同一事项的检查 %(number)s 在进行，不用另开。")
        raise Refused(said % {"number": found.number})
