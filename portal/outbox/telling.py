"""What a verb leaves behind: its event, and the message that tells of it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models

from portal.people.actors import Actor
from portal.people.rights import Grant
from portal.trail.entries import Audience, Event, record, record_each

from .queueing import queue, queue_each


def tell(
    kind: str,
    subject: models.Model,
    by: Actor,
    at: datetime,
    grant: Grant | None,
    *,
    firm_sees: bool = False,
    told: bool = True,
    **data: Any,
) -> Event:
    """Writes the event and queues its message, keyed by the event so that it can never be sent twice.

    `data` is the event's and the message's; without `told` nobody is written to.
    """
    audience = Audience.FIRM if firm_sees else Audience.OFFICE
    event = record(kind, subject, by=by, at=at, data=data, audience=audience, grant=grant)
    if told:
        queue(kind, subject, key=f"{kind}:{event.pk}", at=at, by=by.pk, **data)
    return event


def tell_each(
    kind: str,
    model: type[models.Model],
    subjects: Iterable[int],
    by: Actor,
    at: datetime,
    grant: Grant | None,
    *,
    firm_sees: bool = False,
) -> None:
    """`tell` for many subjects, by their primary keys, in few statements; for what befalls each of them once."""
    told = list(subjects)
    audience = Audience.FIRM if firm_sees else Audience.OFFICE
    record_each(kind, model, {pk: {} for pk in told}, by=by, at=at, audience=audience, grant=grant)
    queue_each(kind, {pk: f"{kind}:of:{pk}" for pk in told}, model, at=at, by=by.pk)
