"""What came of inspections in a period (INS-9): one place computes it, for whole and parts, beside the year before.

Only visits that were carried out count, so that nobody learns of one that is still to come. Each source is asked once
for the whole and once for the parts, whatever there is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Sum, Value, When
from django.db.models.functions import ExtractMonth

from portal.worktime.periods import Period
from portal.worktime.words import local_day
from requests.filter_fields import midnight

from ..models import (
    BlockedAttempt,
    Finding,
    JointVisit,
    Need,
    Rectification,
    RectificationDeadline,
    VisitPart,
    VisitRating,
)
from ..needs import stages as needs
from ..rectification.ratings import FROM
from ..visits import stages as visits
from .readers import Reader

DIMENSIONS = ("agency", "place", "industry", "month")


@dataclass
class Figures:
    """Counts; the shares in per cent, None where there is nothing to share."""

    visits: int = 0
    joint: int = 0
    spot: int = 0
    hits: int = 0  # visits at which something was found
    needs: int = 0  # checks carried out on them
    settled: int = 0
    blocked: int = 0
    ordered: int = 0  # rectifications
    late: int = 0
    rated: int = 0
    stars: int = 0

    def add(self, counts: Mapping[str, int | None]) -> None:
        for name, count in counts.items():
            setattr(self, name, getattr(self, name) + (count or 0))

    @property
    def saved(self) -> int:
        """Visits that were not made, because one served several checks."""
        return max(self.needs - self.visits, 0)

    @property
    def on_time(self) -> int:
        return self.ordered - self.late

    @property
    def per_visit(self) -> float | None:
        return round(self.needs / self.visits, 1) if self.visits else None

    @property
    def rating(self) -> float | None:
        """Of five stars; below three ratings it would be somebody's own word (INS-8)."""
        return round(self.stars / self.rated, 1) if self.rated >= FROM else None

    def percent(self, part: str, whole: str) -> float | None:
        count = getattr(self, whole)
        return round(100 * getattr(self, part) / count, 1) if count else None

    @property
    def is_empty(self) -> bool:
        return not any(getattr(self, field.name) for field in fields(self))


@dataclass(frozen=True)
class Source:
    """Rows of one kind: `when` is the day or instant that puts them into a period, `firm` and `agency` are paths."""

    rows: QuerySet[Any]
    when: str
    sums: Mapping[str, Any]
    instant: bool = True
    agency: str = "agency"
    firm: str = "enterprise"

    def within(self, first: date, last: date) -> Q:
        if not self.instant:
            return Q(**{f"{self.when}__range": (first, last)})
        return Q(**{f"{self.when}__gte": midnight(first), f"{self.when}__lt": midnight(last + timedelta(days=1))})

    def part(self, dimension: str) -> Any:
        """What tells the parts of a dimension from each other; of the whole there is one."""
        paths = {"agency": self.agency, "place": f"{self.firm}__place__path"}
        paths["industry"] = f"{self.firm}__industry__section"
        if dimension == "month":
            return ExtractMonth(self.when)
        return F(paths[dimension]) if dimension else Value(0, IntegerField())


def sources(reader: Reader, now: datetime) -> list[Source]:
    """Where the figures come from, as far as the reader sees it."""
    return [*_visits(reader), *_needs(reader), *_afterwards(reader, now)]


def _visits(reader: Reader) -> Iterator[Source]:
    done = reader.seen(JointVisit).filter(status=visits.DONE)
    other = VisitPart.objects.filter(visit=OuterRef("visit")).exclude(pk=OuterRef("pk"))
    parts = VisitPart.objects.filter(visit__in=done.values("pk"), **reader.own()).order_by()
    parts = parts.annotate(together=Exists(other), found=Exists(Finding.objects.filter(record__part=OuterRef("pk"))))
    sums: dict[str, Any] = {
        "visits": Count("visit", distinct=True),
        "joint": Count("visit", distinct=True, filter=Q(together=True)),
        "spot": Count("visit", distinct=True, filter=Q(visit__on_the_spot=True)),
        "hits": Count("visit", distinct=True, filter=Q(found=True)),
    }
    yield Source(parts, "visit__day", sums, instant=False, firm="visit__enterprise")
    if reader.oversees:  # agencies are told averages alone, and not of a month (INS-8)
        ratings = reader.seen(VisitRating).filter(visit__in=done.values("pk"))
        sums = {"rated": Count("pk"), "stars": Sum("stars")}
        paths = {"agency": "visit__parts__agency", "firm": "visit__enterprise"}
        yield Source(ratings, "visit__day", sums, instant=False, **paths)


def _needs(reader: Reader) -> Iterator[Source]:
    seen = reader.seen(Need).filter(**reader.own())
    done = seen.filter(status=needs.DONE, visit__status=visits.DONE)
    yield Source(done, "visit__day", {"needs": Count("pk")}, instant=False)
    yield Source(seen.filter(status=needs.SETTLED), "ended_at", {"settled": Count("pk")})


def _afterwards(reader: Reader, now: datetime) -> Iterator[Source]:
    blocked = reader.seen(BlockedAttempt).filter(**reader.own())
    yield Source(blocked, "at", {"blocked": Count("pk")})
    clocks = RectificationDeadline.objects.filter(obligor_kind="inspected")
    late = (clocks.met_late() | clocks.overdue(now)).filter(subject=OuterRef("pk")).order_by()
    ordered = reader.seen(Rectification).filter(**reader.own()).annotate(too_late=Exists(late))
    sums = {"ordered": Count("pk"), "late": Count("pk", filter=Q(too_late=True))}
    yield Source(ordered, "ordered_at", sums)


Both = tuple[Figures, Figures]


def counted(reader: Reader, period: Period, now: datetime, dimension: str = "", *, before: bool = True) -> dict:
    """{part: (figures, the year before's)}; of the whole the one part is 0. As many queries as there are sources."""
    found: dict[Any, Both] = {}
    for source in sources(reader, now):
        for part, era, counts in _rows(source, period, local_day(now), dimension, before):
            found.setdefault(part, (Figures(), Figures()))[era].add(counts)
    return found


def whole(reader: Reader, period: Period, now: datetime, *, before: bool = True) -> Both:
    return counted(reader, period, now, before=before).get(0, (Figures(), Figures()))


def _rows(source: Source, period: Period, today: date, dimension: str, before: bool) -> Iterator[tuple]:
    span = source.within(period.first, period.last)
    asked = span | source.within(*period.before(today)) if before else span
    era = Case(When(span, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = source.rows.filter(asked).annotate(part=source.part(dimension), era=era)
    for row in rows.values("part", "era").annotate(**source.sums):
        yield row.pop("part"), row.pop("era"), row
