"""Rectifications with everything one row of a list shows, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, OuterRef, Prefetch, Subquery

from requests.journey import Journey

from ..models import Rectification, RectificationDeadline
from ..models.rectifications import RectificationQuerySet
from .journey import due_of, journey, where

WITH = ("finding__item", "visit", "enterprise__place", "agency__department", "recheck__visit", "more_time")


def for_rows(found: RectificationQuerySet) -> RectificationQuerySet:
    """Three queries for any number of rows."""
    clocks = RectificationDeadline.objects.open().with_units()
    return found.select_related(*WITH).prefetch_related("proofs", Prefetch("deadlines", clocks, to_attr="clocks"))


def with_due(found: RectificationQuerySet) -> RectificationQuerySet:
    """Adds `due_at`, the earliest running clock's; None where nothing is owed."""
    clocks = RectificationDeadline.objects.running().filter(subject=OuterRef("pk")).order_by("due_at")
    return found.annotate(due_at=Subquery(clocks.values("due_at")[:1]))


def firm_owes_first(found: RectificationQuerySet) -> RectificationQuerySet:
    """What the firm has to do by when, the earliest first; then what waits for the agency."""
    clocks = RectificationDeadline.objects.running().filter(subject=OuterRef("pk"), obligor_kind="inspected")
    due = Subquery(clocks.order_by("due_at").values("due_at")[:1])
    return found.annotate(firm_due=due).order_by(F("firm_due").asc(nulls_last=True), "-pk")


@dataclass(frozen=True)
class Row:
    """One rectification of a list; `own` on the firm's side."""

    rectification: Rectification
    line: Journey
    where: str
    due: RectificationDeadline | None

    @property
    def asks_time(self) -> bool:
        asked = getattr(self.rectification, "more_time", None)
        return asked is not None and asked.granted is None


def rows_of(found: Iterable[Rectification], now: datetime, *, own: bool = False) -> list[Row]:
    return [Row(one, journey(one, now), where(one, own=own), due_of(one)) for one in found]
