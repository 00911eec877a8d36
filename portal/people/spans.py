"""Rows that hold for a time: `since` inclusive, `until` exclusive, both instants; `until` null is open-ended."""

from datetime import date, datetime, timedelta
from typing import Self

from django.contrib.postgres.fields import DateTimeRangeField
from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Span(Func):
    """The time range of such a row, for exclusion constraints."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


def current(at: datetime | None) -> Q:
    """What holds at `at` (None: the database's now())."""
    return unfinished(at) & Q(since__lte=TransactionNow() if at is None else at)


def unfinished(at: datetime | None) -> Q:
    """What holds at `at` or will hold later."""
    return Q(until__isnull=True) | Q(until__gt=TransactionNow() if at is None else at)


class SpanQuerySet(models.QuerySet):
    def current(self, at: datetime | None = None) -> Self:
        return self.filter(current(at))

    def unfinished(self, at: datetime | None = None) -> Self:
        return self.filter(unfinished(at))


class Spanned(models.Model):
    """A row with a span. It is ended, never deleted (APP-19)."""

    since = models.DateTimeField(_("从"))
    until = models.DateTimeField(_("到"), null=True, blank=True)

    objects = SpanQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def last_day(self) -> date | None:
        """The last day on which it still holds, in the town's time; None while it is open-ended."""
        return timezone.localdate(self.until - timedelta(microseconds=1)) if self.until else None

    def end_at(self, instant: datetime) -> None:
        """Cut short at `instant`; one that has not begun becomes empty. Not saved."""
        self.until = max(instant, self.since)
