"""Entries with everything one row of a list shows, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from requests.journey import Journey

from ..models import Entry, EntryDeadline, EntryReview, RoundDeadline
from ..models.whitelist import EntryQuerySet
from .journey import due_of, journey, where


def for_rows(entries: EntryQuerySet) -> EntryQuerySet:
    """Four queries for any number of rows."""
    reviews = EntryReview.objects.select_related("agency__department").order_by("agency")
    own = EntryDeadline.objects.open().with_units()
    rounds = RoundDeadline.objects.open().with_units()
    return entries.with_round().prefetch_related(
        Prefetch("reviews", reviews),
        Prefetch("deadlines", own, to_attr="clocks"),
        Prefetch("round__deadlines", rounds, to_attr="clocks"),
    )


@dataclass(frozen=True)
class Row:
    entry: Entry
    line: Journey
    where: str
    due: RoundDeadline | EntryDeadline | None

    @property
    def objections(self) -> list[EntryReview]:
        return [one for one in self.entry.reviews.all() if one.says == EntryReview.Says.OBJECTS]


def rows_of(entries: Iterable[Entry], now: datetime) -> list[Row]:
    return [Row(entry, journey(entry, now), where(entry, now), due_of(entry)) for entry in entries]
