"""What the verbs of visits share: lock, check the table, the event and its message.

Locking order: the visit, then its firm where another visit of the same firm matters, then needs, then deadlines.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from enterprises.models import Enterprise
from portal import outbox, trail
from portal.people.actors import Actor
from portal.people.refusal import Refused
from portal.people.rights import Grant
from portal.worktime import clock

from ...models import JointVisit, VisitCode
from ..capacity import granted, standing, why_not


def begin_verb(
    visit: JointVisit, verb: str, by: Actor, at: datetime | None
) -> tuple[JointVisit, datetime, Grant | None]:
    """The visit, locked, the verb's instant and the right it is done by; refuses what table or day do not allow."""
    visit, at = locked(visit), at or clock.now()
    grant = granted(verb, visit, standing(visit, by, at))
    if (sentence := why_not(verb, visit, by, at)) is not None:
        raise Refused(sentence)
    return visit, at, grant


def locked(visit: JointVisit) -> JointVisit:
    rows = JointVisit.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("enterprise").get(pk=visit.pk)


def locked_firm(firm: Enterprise) -> Enterprise:
    """So that two visits of one firm do not come onto the same day, or begin twice on the spot."""
    return Enterprise.objects.select_for_update(of=("self",), no_key=True).get(pk=firm.pk)


def tell(kind: str, visit: JointVisit, by: Actor, at: datetime, grant: Grant | None, **data: Any) -> trail.Event:
    """The firm may read of it later only what it knew then: before it was told of the visit it is the office's."""
    return outbox.tell(kind, visit, by, at, grant, firm_sees=visit.told_at is not None, **data)


def revoke(visit: JointVisit, why: str, at: datetime) -> None:
    """Ends the code that still holds; whoever scans it from now on is told why."""
    VisitCode.objects.filter(visit=visit, revoked_at=None).update(revoked_at=at, revoked_for=why)
