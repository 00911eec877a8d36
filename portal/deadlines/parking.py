"""Rows that failed under the sweep are put aside, so that they delay nobody, and tried again later and later."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from portal.deadlines.models import TimedFailure
from portal.people.models import User
from portal.trail import record
from portal.trail.models import subject_type
from portal.worktime import clock

logger = logging.getLogger(__name__)

BACKOFF = [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=12)]


def count() -> int:
    """How many rows are put aside."""
    return TimedFailure.objects.count()


def resting(verb: str, Model: type[models.Model], at: datetime) -> QuerySet[Any, Any]:
    """The primary keys that a verb leaves alone at `at`."""
    rows = TimedFailure.objects.resting(at).filter(verb=verb, row_type=subject_type(Model))
    return rows.values("row_id")


def park(verb: str, Model: type[models.Model], pk: int, error: Exception, at: datetime | None) -> None:
    """Put a row aside, longer each time. Call it after the failed transaction has been rolled back."""
    with transaction.atomic():
        moment = at or clock.now()
        which = {"verb": verb, "row_type": subject_type(Model), "row_id": pk}
        failure = TimedFailure.objects.select_for_update().filter(**which).first()
        if failure is None:
            failure = TimedFailure(**which, tries=0, parked_at=moment)
        failure.tries += 1
        failure.error = place(error)
        failure.retry_at = moment + BACKOFF[min(failure.tries, len(BACKOFF)) - 1]
        failure.save()
    logger.error("%s of %s %s failed and was put aside: %s", verb, which["row_type"], pk, failure.error)


def place(error: Exception) -> str:
    """The error's name and where it was raised; its text could quote what an administrator must not read."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    cause = error.__cause__ or error  # Django wraps the driver's errors, whose names say more
    return f"{type(cause).__name__} ({frame.filename.rsplit('/', 1)[-1]}:{frame.lineno})"[:200]


def forget_resolved(at: datetime | None, still_due: Callable[[TimedFailure, datetime], bool]) -> None:
    """Let go of those that succeeded at last, or are no longer due; `still_due(failure, at)` says whether one is."""
    due_again = list(TimedFailure.objects.exclude(retry_at__gt=at or Now()))
    if not due_again:
        return
    moment = at or clock.now()
    over = [failure.pk for failure in due_again if not still_due(failure, moment)]
    TimedFailure.objects.filter(pk__in=over).delete()


@transaction.atomic
def retry(failures: QuerySet[TimedFailure], *, by: User, at: datetime) -> int:
    """Let the next sweep try them again at once; returns how many."""
    rows = list(failures.select_for_update())
    for failure in rows:
        failure.retry_at = at
        failure.save(update_fields=["retry_at"])
        record("timed_failure.retried", failure, by=by, at=at, data={"verb": failure.verb, "row": failure.row_id})
    return len(rows)
