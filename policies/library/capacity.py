"""In which capacities a person stands towards a policy; the words of `stages.VERBS` (POL-1, four eyes)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from portal.people.actors import Actor, Clock
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import Grant, rights_of
from portal.trail.models import Event

from ..models import Policy, PolicyVersion
from ..models.policies import HEADS, OVERSEE_POLICIES, WRITES_POLICIES
from . import stages

Held = dict[str, Grant | None]
READS_DESK = (WRITES_POLICIES, *HEADS, *OVERSEE_POLICIES)
WRITING = ("policy.created", "policy.drafted", "policy.edited", "policy.submitted")


def standing(policy: Policy, by: Actor, at: datetime | None = None, version: PolicyVersion | None = None) -> Held:
    """Each capacity towards a policy, with the right that gives it; whoever had a hand in `version` approves it not."""
    if isinstance(by, Clock):
        return {"clock": None}
    if not isinstance(by, User):
        return {}
    rights = rights_of(by, at)
    held: Held = {}
    officer = rights.grant(WRITES_POLICIES, policy.department_id)
    if officer is not None:
        held["writer"] = officer
    over = [rights.grant_over(policy.department_id, role) for role in reversed(HEADS)]
    able = [grant for grant in (*over, officer) if grant is not None]
    hands = writers_of(version) if version is not None and able else frozenset()
    free = [one for one in able if not {by.pk, one.principal.pk if one.principal else by.pk} & hands]
    if free:
        held["approver"] = min(free, key=lambda grant: grant.principal is not None)
    return held


def writers_of(version: PolicyVersion) -> frozenset[int]:
    """Everybody who wrote, changed or submitted this version, and whom they stood in for."""
    about = Event.objects.about(version.policy).filter(kind__in=WRITING, data__version=version.pk)
    pairs = about.values_list("actor", "principal")
    hands = {pk for pair in pairs for pk in pair} | {version.written_by_id, version.submitted_by_id}
    return frozenset(pk for pk in hands if pk is not None)


def granted(verb: str, version: PolicyVersion, held: Held) -> Grant | None:
    """The right by which the verb is done. Raises Refused where the table does not allow it."""
    sources, _to, who = stages.VERBS[verb]
    if sources and version.status not in sources:
        name = version.status_name
        raise Refused(_("这一版现在是“%(status)s”，不能再做这一步。") % {"status": name})
    able = [capacity for capacity in who if capacity in held]
    if not able:
        own = "approver" in who and "writer" in held
        raise Refused(_("自己写的由别的同事审核。") if own else _("这一步不由您办理。"))
    grants = [grant for capacity in able if (grant := held[capacity]) is not None]
    return min(grants, key=lambda grant: grant.principal is not None, default=None)


def verbs_of(policy: Policy, by: Any, at: datetime | None = None) -> list[str]:
    """What somebody may do now to the version being worked on, and to the policy itself."""
    worked_on = policy.versions.filter(status__in=stages.WORKED_ON).first()
    if worked_on is not None:
        worked_on.policy = policy
    held = frozenset(standing(policy, by, at, worked_on))
    status = worked_on.status if worked_on else ""
    found = [verb for verb, (sources, _to, who) in stages.VERBS.items() if status in sources and held & set(who)]
    if policy.ended_at is None and policy.current_id:
        if worked_on is None and "writer" in held:
            found.append("draft")
        if worked_on is None and policy.current is not None:
            policy.current.policy = policy
            if "approver" in standing(policy, by, at, policy.current):
                found.append("end")
    return found
