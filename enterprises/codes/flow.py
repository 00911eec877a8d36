"""The one verb on an enterprise code: a new one takes the place of the old, which is dead from then on (ENT-15)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.outbox import queue
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import Grant
from portal.trail.entries import record
from portal.trail.models import Audience
from portal.worktime import clock

from ..flow import locked
from ..models import Enterprise, EnterpriseCode
from ..models.joining import led_by
from ..powers import powers_over


def renews(enterprise: Enterprise, user: User, at: datetime | None = None) -> tuple[bool, Grant | None]:
    """Whether he may make a new code: the firm's primary contact, and who keeps its people at the centre."""
    powers = powers_over(enterprise, user, at)
    if powers.people:
        return True, powers.grant
    return led_by(user, at).filter(enterprise=enterprise.pk).exists(), None


@transaction.atomic
def renew(enterprise: Enterprise, *, by: User, seen: str = "", at: datetime | None = None) -> EnterpriseCode:
    """The firm's first or next code. `seen`: the token that stood on the page; pressed twice, nothing more is made."""
    may, grant = renews(enterprise, by, at)
    if not may:
        raise Refused(_("企业码由企业的主要联系人或企业服务中心更换"))
    locked(enterprise)
    at = at or clock.now()
    before = EnterpriseCode.objects.filter(enterprise=enterprise, until=None).first()
    if before is not None and before.token != seen:
        return before
    if before is not None:
        at = max(at, before.since)  # who waited for the lock may have begun before the one who had it
        before.until = at
        before.save(update_fields=["until"])
    made = EnterpriseCode.objects.create(enterprise=enterprise, since=at, by=by)
    data = {"code": made.pk, "before": before.pk if before else None}
    record("enterprise.code_renewed", enterprise, by=by, at=at, data=data, audience=Audience.FIRM, grant=grant)
    if before is not None:
        queue("enterprise.code_renewed", enterprise, key=f"enterprise.code_renewed:{made.pk}", at=at, by=by.pk)
    return made
