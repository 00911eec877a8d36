"""What happens to policies by itself: a version takes effect on its day, a policy ends after its last (POL-1)."""

from __future__ import annotations

from datetime import datetime

from portal.deadlines.timed import timed_rows
from portal.people.actors import CLOCK
from portal.worktime.words import local_day

from ..models import PolicyVersion
from . import effect, flow, stages


def _take_effect(version: PolicyVersion, at: datetime) -> bool:
    """Left where somebody was quicker."""
    if not PolicyVersion.objects.filter(pk=version.pk, status=stages.SCHEDULED).exists():
        return False
    flow.take_effect(version, by=CLOCK, at=at)
    return True


timed_rows("policies.take_effect", effect.scheduled, _take_effect)
timed_rows("policies.expiring", lambda at: effect.expiring(local_day(at)), effect.tell_expiring)
timed_rows("policies.expired", lambda at: effect.expired(local_day(at)), effect.expire)
