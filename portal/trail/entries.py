"""Writing to the trail; verbs call `record` inside their own transaction."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models

from portal.people.actors import Actor, Clock
from portal.people.models import User
from portal.people.rights import Grant

from .models import Audience, Event, Read, subject_type

KIND = re.compile(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*")


def record(
    kind: str,
    subject: models.Model | type[models.Model],
    *,
    by: Actor,
    at: datetime,
    data: Mapping[str, Any] | None = None,
    audience: Audience = Audience.OFFICE,
    grant: Grant | None = None,
) -> Event:
    """Write what happened (APP-19), e.g. `ticket.dispatched`; a model class as subject means the whole list (exports).

    `grant` is the right that `by` used: its role, and the principal if he stands in for one (AB角).
    Raises ValueError for a kind that is not `<subject>.<verb in the past>`.
    """
    if not KIND.fullmatch(kind):
        raise ValueError(f"{kind!r} is no kind of event: write <subject>.<verb in the past>")
    return Event.objects.create(
        kind=kind,
        subject_type=subject_type(subject),
        subject_id=subject.pk if isinstance(subject, models.Model) else None,
        actor=None if isinstance(by, Clock) else by,
        principal=grant.principal if grant else None,
        role=grant.role if grant else "",
        at=at,
        data=dict(data or {}),
        audience=audience,
    )


def read(subject: models.Model, by: User, *, what: str = "", grant: Grant | None = None) -> Read:
    """Note that a person opened something confidential or sensitive (APP-18, SEC-3); `what` names the part of it."""
    return Read.objects.create(
        reader=by,
        principal=grant.principal if grant else None,
        subject_type=subject_type(subject),
        subject_id=subject.pk,
        what=what,
    )
