"""In which capacities a person stands towards a booking or a firm; the words of `stages.VERBS`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from enterprises.models import Enterprise, firms_of
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import Grant, rights_of
from requests.capacity import ties_to

from ..models import Booking
from ..models.agencies import OF_AGENCY
from . import stages

Held = dict[str, Grant | None]


def standing(booking: Booking, by: User, at: datetime | None = None) -> Held:
    """Each capacity, with the right that gives it; in his own firm's an official is the firm and nothing else."""
    held = towards(booking.enterprise, by, at)
    rights = rights_of(by, at)
    if "firm" in held or rights.is_outside:
        return held
    found = (rights.grant_over(booking.agency.department_id, role) for role in OF_AGENCY)
    grant = next((one for one in found if one is not None), None)
    return held | {"agency": grant} if grant is not None else held


def towards(firm: Enterprise, by: User, at: datetime | None = None) -> Held:
    """As what he could book for this firm; empty where he could not."""
    if firm.pk in firms_of(by, at):
        return {"firm": None}
    if rights_of(by, at).is_outside:
        return {}
    grant = next(iter(ties_to(firm.pk, by, at).values()), None)
    return {"behalf": grant} if grant is not None else {}


def granted(verb: str, booking: Booking, held: Held) -> Grant | None:
    """The right by which the verb is done. Raises Refused where the table does not allow it."""
    sources, _to, who = stages.VERBS[verb]
    if booking.status not in sources:
        raise Refused(_("这个预约现在是“%(status)s”，不能再做这一步。") % {"status": booking.status_name})
    able = [capacity for capacity in who if capacity in held]
    if not able:
        raise Refused(_("这一步不由您办理。"))
    return held[able[0]]


def verbs_of(booking: Booking, by: Any, at: datetime | None = None) -> list[str]:
    """What somebody may do to it now: what its buttons are made from."""
    return stages.verbs_from(booking.status, frozenset(standing(booking, by, at)))
