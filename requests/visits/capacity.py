"""In which capacities a person stands towards a visit or a firm to be visited; the words of `stages.VERBS`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from enterprises.models import Enterprise, firms_of
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import Grant, Rights, rights_of, standing_in
from portal.people.roles import Role
from requests.capacity import ties_to
from requests.models import Visit
from requests.models.visits import VISITORS
from requests.visits import stages

Held = dict[str, Grant | None]


def standing(visit: Visit, by: User, at: datetime | None = None) -> Held:
    """Each capacity towards this visit, with the right that gives it; in his own firm's an official is the firm."""
    if visit.enterprise_id in firms_of(by, at):
        return {"firm": None}
    rights = rights_of(by, at)
    if not rights.is_official or rights.is_outside:
        return {}
    names = {user.pk for user in standing_in(by, at)}
    own: Held = {}
    if visit.visitor_id in names and (grant := _grant_of(visit.visitor_id, by, rights)):
        own["visitor"] = grant
    return towards(visit.enterprise, by, at) | own


def towards(firm: Enterprise, by: User, at: datetime | None = None) -> Held:
    """Each capacity towards a firm that nobody has planned to visit."""
    rights = rights_of(by, at)
    if rights.is_outside or firm.pk in firms_of(by, at):
        return {}
    held: Held = {role: grant for role in stages.OVERSEES if (grant := rights.grant(role)) is not None}
    ties = ties_to(firm.pk, by, at)
    if ties:
        held["near"] = next(iter(ties.values()))
    elif rights.has(Role.GRID_MEMBER) and Enterprise.objects.filter(pk=firm.pk).placed_under(by, at).exists():
        held["near"] = rights.grant(Role.GRID_MEMBER)
    return held


def _grant_of(visitor: int, by: User, rights: Rights) -> Grant | None:
    """The right of the visitor himself, or of whoever stands in for him; None where that office has ended."""
    able = (grant for grant in rights.grants if grant.role in VISITORS)
    return next((grant for grant in able if (grant.principal.pk if grant.principal else by.pk) == visitor), None)


def granted(verb: str, status: str, held: Held) -> Grant | None:
    """The right by which the verb is done. Raises Refused where the table does not allow it."""
    sources, _to, who = stages.VERBS[verb]
    if sources and status not in sources:
        name = _(stages.STATUSES[status])
        raise Refused(_("这次走访现在是“%(status)s”，不能再做这一步。") % {"status": name})
    able = [capacity for capacity in who if capacity in held]
    if not able:
        raise Refused(_("这一步不由您办理。"))
    grants = [grant for capacity in able if (grant := held[capacity]) is not None]
    return min(grants, key=lambda grant: grant.principal is not None, default=None)


def verbs_of(visit: Visit, by: Any, at: datetime | None = None) -> list[str]:
    """What somebody may do to it now: what its buttons are made from; an answer is given once."""
    verbs = stages.verbs_from(visit.status, frozenset(standing(visit, by, at)))
    return [verb for verb in verbs if verb != "answer" or not visit.answer]


def visitable(user: User, at: datetime | None = None) -> Any:
    """The firms somebody may visit without a plan: all for who oversees, else those he looks after."""
    rights = rights_of(user, at)
    firms = Enterprise.objects.exclude(pk__in=firms_of(user, at))
    if rights.is_outside:
        return firms.none()
    if rights.has(*stages.OVERSEES):
        return firms
    near = Enterprise.objects.none()
    if rights.has(Role.STEWARD, Role.PROJECT_ASSISTANT):
        near = near | firms.stewarded_by(user, at)
    if rights.has(Role.GRID_MEMBER):
        near = firms.placed_under(user, at) | near
    return near
