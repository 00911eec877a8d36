"""The worker's side: claim what is due, try it, and on failure try again later (5 times, then it is a dead letter).

A claim is committed before the try, so no transaction stays open while a mail server thinks, and a try that kills the
worker counts. A crash between sending and marking leads to a repeat with the same key.
"""

import logging
import time
import traceback
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from . import channels
from .hooks import pushed
from .letters import SECRET
from .models import Delivery, Message, State
from .rendering import inboxed, is_wanted, letters_of, posted, secret_of, seen_by, subject_of, to_accounts, to_outsiders

logger = logging.getLogger(__name__)

BACKOFF = [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=12)]
LEASE = timedelta(minutes=5)  # how long a claim holds before another worker takes the row for lost
RUN = 20.0  # seconds after which a run leaves the rest to the next one

Way = tuple[str, int | None]  # a channel, and whose where each receiver is one of its own
Row = TypeVar("Row", Message, Delivery)


def deliver(at: datetime | None = None, seconds: float = RUN) -> int:
    """Render what is queued, then send what is due at `at` (None: now); returns how many rows were tried."""
    end, tried, closed = time.monotonic() + seconds, 0, set[Way]()
    while time.monotonic() < end and (message := _claim(Message, at)):
        _render(message, at)
        tried += 1
    while time.monotonic() < end and (delivery := _claim(Delivery, at, without=closed)):
        if not _send(delivery, at):
            closed.add((delivery.channel, delivery.subscription_id))
        tried += 1
    return tried


def _claim(model: type[Row], at: datetime | None, without: Iterable[Way] = ()) -> Row | None:
    """The next row that is due, counted as tried and leased; rows that other workers hold are skipped."""
    moment: Any = at or Now()
    due: QuerySet = model._default_manager.filter(state=State.QUEUED, next_try_at__lte=moment).order_by(
        "next_try_at", "id"
    )
    for channel, subscription in without:
        due = due.exclude(channel=channel, subscription=subscription)
    with transaction.atomic():
        while row := due.select_for_update(skip_locked=True, no_key=True).first():
            if row.attempts > len(BACKOFF):  # every try ended the worker
                _bury(row, "worker died")
                continue
            row.attempts += 1
            row.next_try_at = moment + LEASE
            row.save(update_fields=["attempts", "next_try_at"])
            return row
    return None


def _render(message: Message, at: datetime | None) -> None:
    """A message is rendered once; one whose notice fails is tried again and delays no other."""
    try:
        with transaction.atomic():
            locked = Message.objects.select_for_update(no_key=True).get(pk=message.pk)
            if locked.state != State.QUEUED:
                return
            subject = subject_of(locked)
            letters = letters_of(locked, subject)
            told = [letter for letter in to_accounts(letters) if seen_by(letter.user, type(subject), {subject.pk})]
            outside = posted(locked, told + to_outsiders(locked, letters), at or Now())
            rows = [inboxed(locked, letter, at or Now()) for letter in told] + outside
            Delivery.objects.bulk_create(rows + pushed(locked, subject, at or Now()), ignore_conflicts=True)
            locked.state, locked.last_error = State.RENDERED, ""
            locked.save(update_fields=["state", "last_error"])
    except Exception as error:
        logger.exception("message %s (%s) could not be rendered", message.pk, message.kind)
        _failed(message, _place(error), at)


def _send(delivery: Delivery, at: datetime | None) -> bool:
    """Send one delivery; False if its channel is closed altogether."""
    try:
        subject = subject_of(delivery.message)
        if not _may_go(delivery, subject):  # access ended since it was rendered (SEC-2)
            _mark(delivery, state=State.DROPPED)
            return True
        channels.SEND[delivery.channel](delivery)
    except Exception as error:
        described = channels.described(error)
        logger.warning("delivery %s by %s failed: %s", delivery.pk, delivery.channel, described)
        _failed(delivery, described, at)
        return not channels.is_closed(error)
    _mark(delivery, state=State.SENT, sent_at=at or Now(), last_error="")
    return True


def _may_go(delivery: Delivery, subject: models.Model) -> bool:
    """Whether the addressee may still be told; a secret is put into the copy that goes, never into the row."""
    if delivery.recipient:
        return bool(seen_by(delivery.recipient, type(subject), {subject.pk})) and is_wanted(delivery)
    secret = secret_of(delivery.message, subject)
    delivery.body = delivery.body.replace(SECRET, secret or "")
    return secret is not None


def _failed(row: Message | Delivery, error: str, at: datetime | None) -> None:
    if row.attempts > len(BACKOFF):
        _bury(row, error)
    else:
        moment: Any = at or Now()
        _mark(row, next_try_at=moment + BACKOFF[row.attempts - 1], last_error=error[:200])


def _bury(row: Message | Delivery, error: str) -> None:
    logger.error("%s %s is a dead letter: %s", type(row).__name__.lower(), row.pk, error)
    _mark(row, state=State.DEAD, last_error=error[:200])


def _mark(row: Message | Delivery, **values: Any) -> None:
    """Only a row still queued: an administrator may have given it up meanwhile."""
    type(row)._default_manager.filter(pk=row.pk, state=State.QUEUED).update(**values)


def _place(error: Exception) -> str:
    """The error's name and where the notice failed; its text could quote what an administrator must not read."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} ({frame.filename.rsplit('/', 1)[-1]}:{frame.lineno})"
