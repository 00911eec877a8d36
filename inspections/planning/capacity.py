"""In which capacities a person stands towards plans; the words of `stages.VERBS`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import HEADS, Grant, Rights, rights_of
from portal.people.roles import Role
from portal.trail.models import Event

from ..models import Agency, Plan
from . import stages

Held = dict[str, Grant | None]


def towards(by: Any, at: datetime | None = None) -> Held:
    """As `keeper` and `approver` of plans, with the right that gives it; none where he is neither."""
    rights = rights_of(by, at)
    agency = Agency.objects.filter(approves_plans=True).first()
    if agency is None or rights.is_outside or not rights.has(Role.INSPECTOR, *HEADS):
        return {}
    head = _grant(rights, agency, *HEADS)
    keeper = _grant(rights, agency, Role.INSPECTOR) or head
    held: Held = {"keeper": keeper} if keeper else {}
    return held | ({"approver": head} if head else {})


def _grant(rights: Rights, agency: Agency, *roles: str) -> Grant | None:
    found = (rights.grant_over(agency.department_id, role) for role in roles)
    grants = [grant for grant in found if grant is not None]
    return min(grants, key=lambda grant: grant.principal is not None, default=None)


def granted(verb: str, plan: Plan, held: Held) -> Grant | None:
    """The right by which the verb is done. Raises Refused where the table does not allow it."""
    sources, _to, who = stages.VERBS[verb]
    if sources and plan.status not in sources:
        raise Refused(_("这份计划现在是“%(status)s”，不能再做这一步。") % {"status": plan.status_name})
    able = [one for one in who if one in held]
    if not able:
        raise Refused(_("这一步不由您办理。"))
    return held[able[0]]


def verbs_of(plan: Plan, by: Any, at: datetime | None = None) -> list[str]:
    """What somebody may do to it now: what its buttons are made from."""
    held = towards(by, at)
    verbs = [
        verb for verb, (sources, _to, who) in stages.VERBS.items() if plan.status in sources and set(who) & held.keys()
    ]
    if "approve" in verbs and submitted_it(plan, by, held["approver"]):
        verbs.remove("approve")
    return verbs


def submitted_it(plan: Plan, by: User, grant: Grant | None) -> bool:
    """Whether he, or whom he stands in for, submitted it, or somebody who stood in for one of them (four eyes)."""
    own = {by.pk, grant.principal.pk if grant and grant.principal else by.pk}
    if plan.submitted_by_id in own:
        return True
    last = Event.objects.about(plan).filter(kind="inspection_plan.submitted").order_by("-pk").first()
    return last is not None and bool({last.actor_id, last.principal_id} & own)
