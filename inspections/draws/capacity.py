"""In which capacities a person stands towards a draw; the words of `stages.VERBS`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from enterprises.models import firms_of
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import Grant, rights_of

from ..models import Agency, Draw
from ..models.agencies import HEADS, OF_AGENCY
from . import stages

Held = dict[str, Grant | None]


def works_for(agency: Agency, by: User, at: datetime | None = None) -> Held:
    """`agency` and `head`, each with the right that gives it."""
    rights = rights_of(by, at)
    if rights.is_outside:
        return {}
    held: Held = {}
    for capacity, roles in (("agency", OF_AGENCY), ("head", HEADS)):
        found = (rights.grant_over(agency.department_id, role) for role in roles)
        if (grant := next((one for one in found if one is not None), None)) is not None:
            held[capacity] = grant
    return held


def standing(draw: Draw, by: User, at: datetime | None = None) -> Held:
    """Nobody draws where a firm of his own may be drawn."""
    if draw.rows.filter(enterprise__in=firms_of(by, at)).exists():
        return {}
    return works_for(draw.agency, by, at)


def granted(verb: str, draw: Draw, held: Held) -> Grant | None:
    """The right by which the verb is done. Raises Refused where the table does not allow it."""
    sources, _to, who = stages.VERBS[verb]
    if draw.status not in sources:
        raise Refused(_("这次抽查现在是“%(status)s”，不能再做这一步。") % {"status": draw.status_name})
    able = [capacity for capacity in who if capacity in held]
    if not able:
        raise Refused(_("这一步不由您办理。"))
    return held[able[0]]


def verbs_of(draw: Draw, by: Any, at: datetime | None = None) -> list[str]:
    """What somebody may do to it now: what its buttons are made from."""
    return stages.verbs_from(draw.status, frozenset(standing(draw, by, at)))
