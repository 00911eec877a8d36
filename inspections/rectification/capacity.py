"""In which capacities a person stands towards a rectification; the words of `stages.VERBS` (SEC-1).

The firm's own people are the firm and nothing else (own case, handbook §1). The agencies that took part in the visit
read it; only the one that ordered it decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from enterprises.models import Enterprise, firms_of
from portal.people.actors import Actor, Clock
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import Grant, rights_of
from portal.people.roles import Role
from portal.worktime import clock

from ..models import Agency, Rectification
from ..models.agencies import HEADS
from ..needs import stages as needs
from . import limits, stages

Held = dict[str, Grant | None]


def standing(rectification: Rectification, by: Actor, at: datetime | None = None) -> Held:
    """Each capacity towards this rectification, with the right that gives it."""
    return towards(rectification.agency, rectification.enterprise_id, by, at)


def towards(agency: Agency, firm: int, by: Actor, at: datetime | None = None) -> Held:
    """As what he acts on the findings of this agency at this firm."""
    if isinstance(by, Clock):
        return {"clock": None}
    if not isinstance(by, User):
        return {}
    if firm in firms_of(by, at):
        return {"firm": None}
    rights = rights_of(by, at)
    if rights.is_outside:
        return {}
    heads = _first(by, agency, HEADS, at)
    held = {"agency": _first(by, agency, (Role.INSPECTOR, *HEADS), at), "head": heads}
    return {capacity: grant for capacity, grant in held.items() if grant is not None}


def _first(by: User, agency: Agency, roles: Iterable[str], at: datetime | None) -> Grant | None:
    """His own right before one he stands in for (AB角)."""
    rights = rights_of(by, at)
    grants = filter(None, (rights.grant_over(agency.department_id, role) for role in roles))
    return min(grants, key=lambda grant: grant.principal is not None, default=None)


def demand_agency(agency: Agency, firm: Enterprise, by: Actor, at: datetime) -> Grant | None:
    """The right by which somebody orders or warns for the agency. Raises Refused."""
    held = towards(agency, firm.pk, by, at)
    if "agency" not in held:
        raise Refused(_("这一步由%(agency)s的执法人员办理。") % {"agency": agency})
    return held["agency"]


def demand_head(agency: Agency, firm: Enterprise, by: Actor, at: datetime) -> Grant | None:
    """The right by which a head of the agency puts right what it has registered. Raises Refused."""
    held = towards(agency, firm.pk, by, at)
    if "head" not in held:
        raise Refused(_("这一步由%(agency)s的负责人办理。") % {"agency": agency})
    return held["head"]


def granted(verb: str, rectification: Rectification, held: Held) -> Grant | None:
    """The right by which the verb is done. Raises Refused where the table does not allow it."""
    sources, _to, who = stages.VERBS[verb]
    if rectification.status not in sources:
        raise Refused(_("这项整改现在是“%(status)s”，不能再做这一步。") % {"status": rectification.status_name})
    able = [capacity for capacity in who if capacity in held]
    if not able:
        raise Refused(_("这一步不由您办理。"))
    return held[able[0]]


def why_not(verb: str, rectification: Rectification, at: datetime) -> str | None:
    """What bars a verb beside the table: asked once and in time, answered once, gone for only where it is late."""
    asked = getattr(rectification, "more_time", None)
    if verb == "ask_time" and asked is not None:
        return _("延期只能申请一次，这项整改已经申请过。")
    if verb in ("give_time", "refuse_time") and (asked is None or asked.granted is not None):
        return _("企业没有待答复的延期申请。")
    if verb == "ask_time" and limits.is_late(rectification, at):
        return _("已经超过整改期限，不能再申请延期；请尽快整改并提交。")
    if verb == "call_recheck" and rectification.status == stages.OPEN and not limits.is_late(rectification, at):
        return _("还没有到整改期限，等企业提交后再定要不要现场复查。")
    if verb == "call_recheck" and rectification.status == stages.RECHECK and _waits(rectification):
        return _("现场复查已经安排，等检查记录。")
    return None


def _waits(rectification: Rectification) -> bool:
    return rectification.recheck is not None and rectification.recheck.status in needs.WAITING


def verbs_of(rectification: Rectification, by: Any, at: datetime | None = None) -> list[str]:
    """What somebody may do to it now, in the table's order: what its buttons are made from."""
    verbs = stages.verbs_from(rectification.status, frozenset(standing(rectification, by, at)))
    at = at or clock.now()
    return [verb for verb in verbs if why_not(verb, rectification, at) is None]
