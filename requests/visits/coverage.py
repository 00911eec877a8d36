"""How far visits have come: by person, what is overdue, and key firms that nobody has visited for long (ENT-10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import cached_property

from enterprises.keylists.standing import key_firms
from enterprises.models import Enterprise
from portal.people.models import User
from requests.models import Visit, VisitAttempt
from requests.models.visits import VisitQuerySet
from requests.visits import stages

QUIET_DAYS = 90  # a key firm that nobody visited for so long is named


@dataclass(frozen=True)
class Covered:
    """One visitor's part, or the whole: planned visits that were not cancelled."""

    user: User | None
    planned: int
    done: int
    on_time: int
    late: int
    tried: int  # still to be made, after at least one attempt in vain

    @cached_property
    def percent(self) -> int | None:
        return round(100 * self.done / self.planned) if self.planned else None

    @property
    def open(self) -> int:
        return self.planned - self.done


def by_person(visits: VisitQuerySet, now: datetime) -> list[Covered]:
    """By the visitor who was named, most overdue first; one query and one for the names."""
    counts = {
        "planned": Count("pk"),
        "done": Count("pk", filter=Q(status=stages.DONE)),
        "on_time": Count("pk", filter=Q(status=stages.DONE, visited_at__lte=F("due_at"))),
        "late": Count("pk", filter=Q(status=stages.PLANNED, due_at__lt=now)),
        "tried": Count("pk", filter=Q(status=stages.PLANNED, attempted__isnull=False)),
    }
    rows = due(visits).order_by().values("visitor").annotate(**counts)
    users = User.objects.in_bulk([row["visitor"] for row in rows])
    found = [Covered(users[row.pop("visitor")], **row) for row in rows]
    return sorted(found, key=lambda one: (-one.late, -(one.planned - one.done), one.user.name if one.user else ""))


def due(visits: VisitQuerySet) -> Any:
    """Those of a plan that were not cancelled, each with its due time and whether somebody went in vain."""
    tried = VisitAttempt.objects.filter(visit=OuterRef("pk")).order_by().values("visit")[:1]
    counted = visits.exclude(status=stages.CANCELLED).exclude(plan=None)
    return counted.with_due().annotate(attempted=Subquery(tried))


def total(parts: list[Covered]) -> Covered:
    names = ("planned", "done", "on_time", "late", "tried")
    return Covered(None, **{name: sum(getattr(part, name) for part in parts) for name in names})


def quiet(now: datetime, days: int = QUIET_DAYS, level: str = "") -> QuerySet[Enterprise]:
    """Firms on the key lists in force that nobody visited for so many days; those never visited first."""
    done = Visit.objects.done().filter(enterprise=OuterRef("pk")).order_by("-visited_at")
    firms = key_firms(level, now).annotate(last_visit=Subquery(done.values("visited_at")[:1]))
    silent = firms.filter(Q(last_visit=None) | Q(last_visit__lt=now - timedelta(days=days)))
    return silent.select_related("place").order_by(F("last_visit").asc(nulls_first=True), "name", "pk")
