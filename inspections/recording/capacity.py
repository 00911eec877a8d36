"""Who writes the record of a part: whoever was named to go, with a certificate that holds on the day (INS-6, SEC-1)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from enterprises.models import firms_of
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import Grant, rights_of
from portal.people.roles import Role
from portal.worktime.words import moment

from ..models import VisitPart
from ..visits import stages as visits

TO_RECORD = (visits.SCHEDULED, visits.UNDER_WAY)
UNDER_WAY_OR_OVER = (*TO_RECORD, visits.DONE, visits.MISSED, visits.CANCELLED)


class Conflict(Refused):
    """It is recorded already, or was sent otherwise before: what came now changes nothing."""


def own_parts(user: User, at: datetime | None = None) -> QuerySet[VisitPart]:
    """The parts whose record he may write, whatever became of their visits; never in the matters of his own firm."""
    rights = rights_of(user, at)
    if rights.is_outside or not rights.has(Role.INSPECTOR):
        return VisitPart.objects.none()
    return (
        VisitPart.objects.filter(
            pk__in=VisitPart.objects.filter(
                inspectors__user=user, inspectors__active=True, inspectors__valid_until__gte=F("visit__day")
            )
            .order_by()
            .values("pk"),
            agency__department__in=rights.departments(Role.INSPECTOR),
            visit__status__in=UNDER_WAY_OR_OVER,
        )
        .exclude(visit__enterprise__in=firms_of(user, at))
        .order_by("visit__day", "pk")
    )


def inspects(part: VisitPart, user: User, at: datetime | None = None) -> Grant | None:
    """His right to write this part's record; None for everybody else."""
    if not own_parts(user, at).filter(pk=part.pk).exists():
        return None
    return rights_of(user, at).grant(Role.INSPECTOR, part.agency.department_id)


def demand_open(part: VisitPart) -> None:
    """Raises Conflict where the part is recorded, Refused where the visit is not under way; the visit is locked."""
    if part.recorded_at is not None:
        raise Conflict(said_by_another(part))
    if part.visit.status == visits.SCHEDULED:
        raise Refused(_("检查还没有开始：请先在检查页“开始检查”，再上传。"))
    if part.visit.status != visits.UNDER_WAY:
        raise Refused(_("这次检查%(status)s，不能再上传记录。") % {"status": part.visit.status_name})


def said_by_another(part: VisitPart) -> str:
    """Who was first; for the second of two telephones."""
    who = part.recorded_by.name if part.recorded_by else ""
    told = {"name": who, "when": moment(part.recorded_at) if part.recorded_at else ""}
    return _("%(name)s已于 %(when)s 提交本部门的记录。还有要补的，请在记录上写更正说明。") % told
