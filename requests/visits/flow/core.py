"""What the verbs of visits share: lock, check the table, the clock, the event and its message."""

from __future__ import annotations

from datetime import datetime

from portal import deadlines
from portal.people.models import User
from portal.people.rights import Grant
from portal.worktime import clock
from portal.worktime.calendar import Limit
from requests.models import Visit, VisitDeadline
from requests.visits.capacity import granted, standing

OBLIGATION, OBLIGOR = "visit", "visitor"


def begin(visit: Visit, verb: str, by: User, at: datetime | None) -> tuple[Visit, datetime, Grant | None]:
    """The visit, locked, the verb's instant and the right it is done by; refuses what the table does not allow."""
    visit = locked(visit)
    at = at or clock.now()
    return visit, at, granted(verb, visit.status, standing(visit, by, at))


def locked(visit: Visit) -> Visit:
    """The subject first, its deadlines after it (design: locking order)."""
    rows = Visit.objects.select_for_update(of=("self",), no_key=True).select_related("enterprise", "visitor")
    return rows.get(pk=visit.pk)


def start(visit: Visit, *, at: datetime, limit: Limit) -> VisitDeadline:
    return deadlines.start(
        VisitDeadline, visit, OBLIGATION, at=at, obligor_kind=OBLIGOR, user=visit.visitor, limit=limit
    )


def meet(visit: Visit, at: datetime) -> None:
    deadlines.meet(VisitDeadline, visit, OBLIGATION, at=at)


def cancel(visit: Visit, at: datetime) -> None:
    deadlines.cancel(VisitDeadline, visit, OBLIGATION, at=at)
