"""Who keeps an agency's people, subjects and the town's rules."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from portal.people.actors import Actor
from portal.people.refusal import Refused
from portal.people.rights import Grant, rights_of

from ..models import Agency
from ..models.agencies import HEADS, OF_AGENCY


def heads(agency: Agency, by: Any, at: datetime | None = None) -> Grant | None:
    """The right by which he heads the agency."""
    return _grant(agency, by, at, HEADS)


def works_for(agency: Agency, by: Any, at: datetime | None = None) -> Grant | None:
    """The right by which he is inspector or head there."""
    return _grant(agency, by, at, OF_AGENCY)


def _grant(agency: Agency, by: Any, at: datetime | None, roles: Any) -> Grant | None:
    rights = rights_of(by, at)
    if rights.is_outside:
        return None
    return next(filter(None, (rights.grant_over(agency.department_id, role) for role in roles)), None)


def demand_head(agency: Agency, by: Actor, at: datetime | None) -> Grant:
    if (grant := heads(agency, by, at)) is None:
        raise Refused(_("由本部门负责人办理。"))
    return grant


def demand_own(agency: Agency, by: Actor, at: datetime | None) -> Grant:
    if (grant := works_for(agency, by, at)) is None:
        raise Refused(_("由本部门的人办理。"))
    return grant


def keeper() -> Agency | None:
    return Agency.objects.filter(approves_plans=True).select_related("department").first()
