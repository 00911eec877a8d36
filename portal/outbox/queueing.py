"""Queueing a message in the transaction of the change it tells of."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models, transaction

from portal.trail.models import subject_type

from .letters import NOTICES
from .models import Message, State

KEY = re.compile(r"[!-~]{1,200}")  # goes into an HTTP header, so no blanks and no Chinese
_new_state: ContextVar[State] = ContextVar("new_state", default=State.QUEUED)
_wait: ContextVar[timedelta | None] = ContextVar("wait", default=None)


class OutsideTransaction(RuntimeError):
    """A message was queued outside a transaction: it could be sent though its change was never saved."""


def queue(
    kind: str,
    subject: models.Model,
    *,
    key: str,
    at: datetime,
    not_before: datetime | None = None,
    **params: Any,
) -> Message:
    """Queue one message; the same `key` again gives the same message. Nothing leaves before the commit.

    Raises OutsideTransaction; ValueError for a kind without a notice, and for a key that is unfit or already taken.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(f"{kind}: queue messages inside the transaction of the change")
    _check(kind, subject, key)
    if not_before is None and (wait := _wait.get()) is not None:
        not_before = at + wait
    what = {"kind": kind, "subject_type": subject_type(subject), "subject_id": subject.pk}
    fresh = Message(key=key, params=params, at=at, not_before=not_before, state=_new_state.get(), **what)
    if not_before is not None:
        fresh.next_try_at = not_before
    # ON CONFLICT DO NOTHING needs no savepoint, and waits for another transaction that is queueing the same key.
    Message.objects.bulk_create([fresh], ignore_conflicts=True)
    message = Message.objects.get(key=key)
    if any(getattr(message, name) != value for name, value in what.items()):
        raise ValueError(f"{key!r} already stands for {message.kind} {message.subject_type}:{message.subject_id}")
    if message.state == State.QUEUED:
        wake_after_commit()
    return message


def queue_each(kind: str, keys: Mapping[int, str], model: type[models.Model], *, at: datetime, **params: Any) -> None:
    """One message for each subject, by its primary key, in few statements; `keys` are new, a taken one is an error.

    Raises OutsideTransaction; ValueError for a kind without a notice, and for a key that is unfit.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(f"{kind}: queue messages inside the transaction of the change")
    for key in keys.values():
        _check(kind, model, key)
    wait, what = _wait.get(), {"kind": kind, "subject_type": subject_type(model), "state": _new_state.get()}
    later = {} if wait is None else {"not_before": at + wait, "next_try_at": at + wait}
    Message.objects.bulk_create(
        (Message(subject_id=pk, key=key, params=params, at=at, **what, **later) for pk, key in keys.items()),
        batch_size=1000,
    )
    if what["state"] == State.QUEUED:
        wake_after_commit()


def _check(kind: str, subject: models.Model | type[models.Model], key: str) -> None:
    notice, model = NOTICES.get(kind), subject if isinstance(subject, type) else type(subject)
    if notice is None:
        raise ValueError(f"no notice is registered for {kind!r}")
    if not issubclass(model, notice.subject):
        raise ValueError(f"{kind!r} is about {notice.subject.__name__}, not {model.__name__}")
    if not KEY.fullmatch(key):
        raise ValueError(f"{key!r} is no key: 1 to 200 printable ASCII characters without blanks")


def queueing_each(source: str) -> str:
    """The SQL that does what `queue` does for each row of the relation `source` within one statement.

    It must have the columns kind, subject_type, subject_id, key, at, not_before (null: at once) and data, the params.
    A key that is taken is an error: two different things would be told as one. The caller wakes the worker.
    """
    return (
        f"INSERT INTO {Message._meta.db_table} (kind, subject_type, subject_id, key, params, at, not_before,"
        " state, attempts, next_try_at, last_error)"
        " SELECT kind, subject_type, subject_id, key, data, at, not_before,"
        f" '{_new_state.get()}', 0, coalesce(not_before, now()), '' FROM {source}"
    )


def wake_after_commit() -> None:
    """Wake the worker after the commit: once per transaction however many messages it queues."""
    from .tasks import wake

    if not any(wake in entry for entry in connection.run_on_commit):
        transaction.on_commit(wake, robust=True)


@contextmanager
def held() -> Iterator[None]:
    """Messages queued inside are kept back and sent to nobody; the demo town stores them as delivered long ago."""
    token = _new_state.set(State.HELD)
    try:
        yield
    finally:
        _new_state.reset(token)


@contextmanager
def waiting(wait: timedelta) -> Iterator[None]:
    """Messages queued inside are sent after `wait`, unless `withdraw` is faster: for acts that can be taken back."""
    token = _wait.set(wait)
    try:
        yield
    finally:
        _wait.reset(token)


def withdraw(key: str) -> bool:
    """Take back a message that nobody has got yet, for good; False once it is rendered. A key without one is fine.

    Call it in a transaction: a worker that is just rendering it is waited for.
    """
    message = Message.objects.select_for_update(no_key=True).filter(key=key).first()
    if message is None or message.state == State.DROPPED:
        return True
    if message.state not in (State.QUEUED, State.HELD):
        return False
    message.state = State.DROPPED
    message.save(update_fields=["state"])
    return True
