"""What happens to visits by itself when its time has come: a verb of the clock, run by the sweep (DL-4)."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q

from portal.deadlines.timed import timed_rows
from portal.worktime.words import local_day

from ..models import JointVisit, VisitCode
from . import flow, stages

HELD = timedelta(days=3)  # a record may still lie on a telephone that had no network, over a weekend


def over(at: datetime) -> Any:
    """Scheduled for a day gone by, the oldest first; where a code was shown somebody was there: it waits."""
    today = local_day(at)
    shown = VisitCode.objects.filter(visit=OuterRef("pk"), revoked_at=None).order_by().values("pk")
    passed = JointVisit.objects.filter(status=stages.SCHEDULED, day__lt=today)
    return passed.filter(~Exists(shown) | Q(day__lt=today - HELD)).order_by("day", "pk")


def miss(visit: JointVisit, at: datetime) -> bool:
    return flow.miss(visit, at=at) is not None


timed_rows("inspections.missed", due=over, act=miss)
