"""What a visit does to the needs it serves; their own verbs do it."""

from __future__ import annotations

from datetime import datetime

from portal.people.actors import CLOCK
from portal.people.models import User

from ...models import JointVisit, Need, Subject
from ...needs import flow, stages


def put_back(visit: JointVisit, at: datetime) -> list[int]:
    """They wait again, and those whose window is over lapse by themselves; their keys, with those that fell before."""
    needs = list(visit.needs.order_by("pk"))
    for need in needs:
        if need.status == stages.PLANNED:
            flow.put_back(need, by=CLOCK, at=at)
    return [need.pk for need in needs]


def on_the_spot(visit: JointVisit, *, by: User, subject: Subject, kind: str, basis: str, at: datetime) -> Need:
    """The need of a check that begins at once; the gate knows it like any other."""
    day = visit.day
    wish = flow.Wish(subject.agency, visit.enterprise, subject, kind, day, day, basis=basis, unannounced=True)
    need = flow.enter(wish, by=by, way="visit", key=visit.key, at=at)
    return flow.plan_(need, visit=visit, by=CLOCK, at=at)
