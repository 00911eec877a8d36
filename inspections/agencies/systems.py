"""Which systems outside send an agency's needs through the API; an administrator's act, as the token itself (SEC-1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.api.models import LineSystem
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.trail.entries import record
from portal.trail.models import Audience
from portal.worktime import clock

from ..models import Agency


@transaction.atomic
def bind_agencies(system: LineSystem, agencies: Sequence[Agency], *, by: User, at: datetime | None = None) -> None:
    """Say for which agencies a system speaks; what it sent before stays the agency's."""
    grant, at = rights_of(by, at).grant(Role.ADMINISTRATOR), at or clock.now()
    if grant is None:
        raise Refused(_("只有系统管理员能做这件事。"))
    system = LineSystem.objects.select_for_update(of=("self",), no_key=True).get(pk=system.pk)
    chosen = sorted(agency.pk for agency in agencies)
    if chosen != sorted(system.agencies.values_list("pk", flat=True)):
        system.agencies.set(agencies)
        data = {"agencies": chosen}
        record("line.agencies_bound", system, by=by, at=at, data=data, audience=Audience.CLOSED, grant=grant)
