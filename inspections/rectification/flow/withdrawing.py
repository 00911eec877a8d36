"""撤销责令 (INS-7): the head takes back what should not have been ordered; nothing is owed, the points come back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.people.models import User
from portal.people.refusal import required_line

from ...models import Rectification
from .. import limits, points, stages
from . import core, rechecking


@transaction.atomic
def withdraw(rectification: Rectification, *, by: User, reason: str, at: datetime | None = None) -> Rectification:
    """撤销: by a head of the agency, with the reason that the firm reads."""
    rectification, at, grant = core.begin(rectification, "withdraw", by, at)
    reason = required_line(reason, _("请写撤销的理由，企业会看到。"), "reason", core.LONGEST)
    going = rectification.recheck if rectification.status == stages.RECHECK else None
    limits.withdrawn(rectification, at)
    core.end(rectification, stages.WITHDRAWN, by, at, reason)
    points.annul(rectification, at)
    rechecking.give_up(going, by, _("责令整改已撤销"), at)
    core.tell("withdrawn", rectification, by, at, grant)
    return rectification
