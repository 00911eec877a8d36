"""Dead letters: what could not be rendered or sent, for the administrator to try again or to give up."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from portal.people.models import User
from portal.trail import record
from portal.trail.aside import ABOVE

from .models import Delivery, Message, State
from .queueing import wake_after_commit

LATE = timedelta(minutes=15)

Row = Message | Delivery
KINDS: dict[str, type[Message] | type[Delivery]] = {"message": Message, "delivery": Delivery}


def dead(kind: str) -> QuerySet:
    """The dead rows of one kind (`message`, `delivery`), the latest first. Raises KeyError for another kind.

    None about what is kept aside: that there is any is not the administrator's to know (SEC-1).
    """
    rows = _told_of(kind, State.DEAD).order_by("-id")
    return rows.select_related("message") if kind == "delivery" else rows


def queued(kind: str) -> QuerySet:
    """What waits to be rendered or sent, likewise. Raises KeyError for another kind."""
    return _told_of(kind, State.QUEUED)


def _told_of(kind: str, state: str) -> QuerySet:
    subject = "message__subject_id" if kind == "delivery" else "subject_id"
    return KINDS[kind]._default_manager.filter(state=state).exclude(**{f"{subject}__gte": ABOVE})


def waiting_long(at: datetime | None = None) -> int:
    """How many rows are overdue by more than a quarter of an hour: the worker or a gateway is standing still."""
    since = (at or Now()) - LATE
    due = (model._default_manager.filter(state=State.QUEUED, next_try_at__lt=since) for model in KINDS.values())
    return sum(rows.count() for rows in due)


@transaction.atomic
def retry(rows: Iterable[Row], *, by: User, at: datetime) -> int:
    """Queue dead rows again, with all their tries before them; returns how many still were dead."""
    count = 0
    for row in rows:
        fresh = {"state": State.QUEUED, "attempts": 0, "next_try_at": Now(), "last_error": ""}
        if dead(_kind(row)).filter(pk=row.pk).update(**fresh):
            record(f"{_kind(row)}.retried", row, by=by, at=at, data={"key": row.key})
            count += 1
    if count:
        wake_after_commit()
    return count


@transaction.atomic
def give_up(row: Row, *, by: User, at: datetime) -> None:
    """Leave a dead row unsent for good. Does nothing if somebody else was quicker."""
    if dead(_kind(row)).filter(pk=row.pk).update(state=State.DROPPED):
        record(f"{_kind(row)}.given_up", row, by=by, at=at, data={"key": row.key, "error": row.last_error})


def _kind(row: Row) -> str:
    return row._meta.model_name or ""
