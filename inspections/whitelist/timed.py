"""What happens to the whitelist by itself: an incident removes at once, a term ends and is told of before (INS-1)."""

from datetime import datetime

from django.db.models import QuerySet

from portal.deadlines.timed import timed_rows
from portal.worktime.words import local_day

from ..models import Entry
from . import incidents, reminding, stages
from .flow import expire, remove_by_incident


def over(at: datetime) -> QuerySet[Entry]:
    """Entries whose last day has passed."""
    return Entry.objects.filter(status=stages.LISTED, term_until__lt=local_day(at)).order_by("term_until", "pk")


def end(entry: Entry, at: datetime) -> bool:
    return expire(entry, at=at) is not None


def take_off(entry: Entry, at: datetime) -> bool:
    return remove_by_incident(entry, at=at) is not None


timed_rows("inspections.whitelist.expired", due=over, act=end)
timed_rows("inspections.whitelist.incident", due=incidents.struck, act=take_off)
timed_rows("inspections.whitelist.ending", due=reminding.due, act=reminding.remind)
