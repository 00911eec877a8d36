"""In which capacities a person stands towards an order or a firm; the words of `stages.VERBS`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from enterprises.models import Enterprise, firms_of
from portal.people.models import Membership, User
from portal.people.refusal import Refused
from portal.people.rights import HEADS, Grant, Rights, rights_of
from portal.people.roles import Role
from requests.capacity import ties_to

from ..models import Provider, ServiceOrder
from ..models.services import KEEPS_SERVICES
from . import stages

Held = dict[str, Grant | None]
WORKS = (Role.HANDLER, *HEADS)


def standing(order: ServiceOrder, by: User, at: datetime | None = None) -> Held:
    """Each capacity towards this order, with the right that gives it; in his own firm's an official is the firm."""
    held = towards(order.enterprise, by, at)
    if "firm" in held:
        return held
    grant = acts_for(order.provider, by, at)
    return held | {"provider": grant} if grant is not None else held


def towards(firm: Enterprise, by: User, at: datetime | None = None) -> Held:
    """As what he could order for this firm; empty where he could not."""
    if firm.pk in firms_of(by, at):
        return {"firm": None}
    rights = rights_of(by, at)
    if rights.is_outside:
        return {}
    grant = keeps(rights) or next(iter(ties_to(firm.pk, by, at).values()), None)
    return {"centre": grant} if grant is not None else {}


def keeps(rights: Rights) -> Grant | None:
    """The right by which he keeps the catalogue and orders for firms; his own before one he stands in for."""
    return next((grant for grant in rights.grants if grant.role in KEEPS_SERVICES), None)


def acts_for(provider: Provider, by: User, at: datetime | None = None) -> Grant | None:
    """The right by which he speaks for the provider: as one of its people; as the centre where it has no account."""
    rights = rights_of(by, at)
    if has_account(provider, at):
        assert provider.department_id is not None
        found = (rights.grant_over(provider.department_id, role) for role in WORKS)
        return next((grant for grant in found if grant is not None), None)
    return None if rights.is_outside else keeps(rights)


def has_account(provider: Provider, at: datetime | None = None) -> bool:
    """Whether anybody signs in for the provider; else the centre records for it what it does (ORG-1)."""
    if provider.department_id is None:
        return False
    held = Membership.objects.current(at).filter(department=provider.department_id, role__in=WORKS)
    return held.filter(user__is_active=True).exists()


def granted(verb: str, order: ServiceOrder, held: Held) -> Grant | None:
    """The right by which the verb is done. Raises Refused where the table does not allow it."""
    sources, _to, who = stages.VERBS[verb]
    if order.status not in sources:
        raise Refused(_("这张服务单现在是“%(status)s”，不能再做这一步。") % {"status": order.status_name})
    able = [capacity for capacity in who if capacity in held]
    if not able:
        raise Refused(_("这一步不由您办理。"))
    return held[able[0]]


def verbs_of(order: ServiceOrder, by: Any, at: datetime | None = None) -> list[str]:
    """What somebody may do to it now: what its buttons are made from; it is rated once."""
    verbs = stages.verbs_from(order.status, frozenset(standing(order, by, at)))
    return [verb for verb in verbs if verb != "rate" or order.stars is None]
