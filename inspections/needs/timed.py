"""What happens to needs by itself: a window that is over lets its need lapse (INS-3)."""

from datetime import datetime

from portal.deadlines.timed import timed_rows
from portal.people.refusal import Refused

from ..models import Need
from . import flow


def lapse(need: Need, at: datetime) -> bool:
    """Whoever was quicker, with an approval or another sweep, has taken it out of `flow.overdue`."""
    try:
        flow.lapse(need, at=at)
    except Refused:
        return False
    return True


timed_rows("inspections.needs", due=flow.overdue, act=lapse)
