"""Writing to the trail; verbs call `record` inside their own transaction."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

from portal.people.actors import Actor, Clock, LinkHolder, person
from portal.people.models import User
from portal.people.rights import Grant

from .models import Audience, Event, Read, subject_type

COLUMNS = "kind, subject_type, subject_id, actor_id, principal_id, role, at, audience, data"
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
        actor=person(by),
        principal=grant.principal if grant else None,
        role=grant.role if grant else by.role if isinstance(by, LinkHolder) else "",
        at=at,
        data=dict(data or {}),
        audience=audience,
    )


def record_each(
    kind: str,
    model: type[models.Model],
    data: Mapping[int, Mapping[str, Any]],
    *,
    by: Actor,
    at: datetime,
    audience: Audience = Audience.OFFICE,
    grant: Grant | None = None,
) -> None:
    """`record` for many subjects of one model in one statement; `data` gives each one's own by its primary key."""
    if not KIND.fullmatch(kind):
        raise ValueError(f"{kind!r} is no kind of event: write <subject>.<verb in the past>")
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Event._meta.db_table} ({COLUMNS})"
            " SELECT %s, %s, key::bigint, %s::bigint, %s::bigint, %s, %s, %s, value FROM jsonb_each(%s::jsonb)",
            [
                kind,
                subject_type(model),
                None if isinstance(by, Clock) else by.pk,
                grant.principal.pk if grant and grant.principal else None,
                str(grant.role) if grant else "",
                at,
                str(audience),
                json.dumps(data, cls=DjangoJSONEncoder),
            ],
        )


def recording_each(source: str) -> str:
    """The SQL that does what `record` does, by the clock, for each row of the relation `source` within one statement.

    It must have the columns kind, subject_type, subject_id, at, audience and data.
    """
    return (
        f"INSERT INTO {Event._meta.db_table} ({COLUMNS})"
        f" SELECT kind, subject_type, subject_id, NULL, NULL, '', at, audience, data FROM {source}"
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
