"""In which capacities a person stands towards a visit; the words of `stages.VERBS` (SEC-1).

The firm's own people are the firm and nothing else (own case, handbook §1).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from enterprises.models import firms_of
from portal.people.actors import Actor, Clock
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import HEADS, Grant, Rights, rights_of
from portal.people.roles import Role
from portal.worktime import clock
from portal.worktime.words import day as said_day
from portal.worktime.words import local_day

from ..models import Agency, Inspector, JointVisit, VisitCode, VisitPart
from . import stages

Held = dict[str, Grant | None]
ON_THE_DAY = ("begin", "issue_code")
TWO = 2  # nobody inspects alone


def standing(visit: JointVisit, by: Actor, at: datetime | None = None) -> Held:
    """Each capacity towards this visit, with the right that gives it."""
    if isinstance(by, Clock):
        return {"clock": None}
    if not isinstance(by, User):
        return {}
    if visit.enterprise_id in firms_of(by, at):
        return {"firm": None}
    rights = rights_of(by, at)
    if rights.is_outside:
        return {}
    departments = [part.agency.department_id for part in parts_of(visit)]
    held: Held = {}
    if (grant := _first(rights, departments, (Role.INSPECTOR,))) is not None:
        held["taking_part"] = grant
    if (grant := _first(rights, departments, HEADS)) is not None:
        held["head"] = grant
    keepers = Agency.objects.filter(approves_plans=True).values_list("department", flat=True)
    if (grant := _first(rights, keepers, (Role.INSPECTOR, *HEADS))) is not None:
        held["keeper"] = grant
    return held


def _first(rights: Rights, departments: Iterable[int], roles: Iterable[str]) -> Grant | None:
    """His own right before one he stands in for (AB角)."""
    wanted = list(roles)
    grants = [rights.grant_over(department, role) for department in departments for role in wanted]
    return min(filter(None, grants), key=lambda grant: grant.principal is not None, default=None)


def parts_of(visit: JointVisit) -> list[VisitPart]:
    """The leading one first; read once where the visit came with them."""
    if "parts" in getattr(visit, "_prefetched_objects_cache", {}):
        return list(visit.parts.all())
    return list(visit.parts.select_related("agency__department").prefetch_related("inspectors__user"))


def own_part(visit: JointVisit, by: User, at: datetime | None = None) -> VisitPart | None:
    """The part of the agency for which he inspects, or which he heads."""
    rights = rights_of(by, at)
    for roles in ((Role.INSPECTOR,), HEADS):
        for part in parts_of(visit):
            if _first(rights, [part.agency.department_id], roles) is not None:
                return part
    return None


def is_named(visit: JointVisit, by: Any, day: date) -> bool:
    """Whether he is among those who go, with a certificate that holds on the day."""
    return any(
        one.user_id == by.pk and one.active and one.valid_until >= day
        for part in parts_of(visit)
        for one in part.inspectors.all()
    )


def shown_at(visit: JointVisit) -> datetime | None:
    """When a code was first shown on the visit's day: somebody stood at the door. None where nobody did."""
    first = visit.codes.order_by("issued_at").exclude(revoked_for=VisitCode.Why.MOVED).first()
    return first.issued_at if first is not None and local_day(first.issued_at) == visit.day else None


def certified(agency: Agency, day: date) -> Any:
    """Who may go for the agency on the day: certificate and role both hold."""
    holding = User.objects.holding(Role.INSPECTOR, agency.department).order_by().values("pk")
    return Inspector.objects.valid_on(day).filter(agency=agency, user__in=holding).select_related("user")


def granted(verb: str, visit: JointVisit, held: Held) -> Grant | None:
    """The right by which the verb is done. Raises Refused where the table does not allow it."""
    sources, _to, who = stages.VERBS[verb]
    if visit.status not in sources:
        raise Refused(_("这次检查现在是“%(status)s”，不能再做这一步。") % {"status": visit.status_name})
    able = [capacity for capacity in who if capacity in held]
    if not able:
        raise Refused(_("这一步不由您办理。"))
    return held[able[0]]


def why_not(verb: str, visit: JointVisit, by: Actor, at: datetime) -> str | None:
    """What the table allows and the day or the people do not; None where nothing stands against it (INS-6)."""
    if verb not in ON_THE_DAY or not isinstance(by, User):
        return None
    today = local_day(at)
    if today != visit.day:
        return _("检查日是%(day)s，今天不能亮码或开始检查；要改日子先改期。") % {"day": said_day(visit.day)}
    if not is_named(visit, by, today):
        return _("您不在这次检查的人员里，或执法证已过期；换人后再办。")
    for part in parts_of(visit):
        valid = [one for one in part.inspectors.all() if one.active and one.valid_until >= today]
        if len(valid) < TWO:
            return _("%(agency)s不足两名执法证有效的人员，请先换人。") % {"agency": part.agency}
    return None


def verbs_of(visit: JointVisit, by: Any, at: datetime | None = None) -> list[str]:
    """What somebody may do to it now: what its buttons are made from."""
    verbs = stages.verbs_from(visit.status, frozenset(standing(visit, by, at)))
    now = at or clock.now()
    return [verb for verb in verbs if why_not(verb, visit, by, now) is None]
