"""Counting, set-based: a few grouping queries over the tickets that are given, for all dimensions at once (SUP-2).

What is open, what a period brought and what it closed are one query each, however many figures are read from them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cached_property
from typing import Any

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, Count, Expression, F, Func, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from enterprises.models import Place
from portal.desk.figures.periods import Period
from requests import facts, stages
from requests.keeping import key_of
from requests.models import TicketDeadline
from requests.models.handling import DISSATISFIED
from requests.models.ticket import TicketQuerySet

NOWHERE = 0  # the area of what lies in none, or has no place


@dataclass
class Tally:
    """What was counted of one group of tickets. `minutes` is a median and only known of the whole."""

    open: int = 0
    late: int = 0
    in_department: int = 0
    in_department_late: int = 0
    beside: int = 0  # of `late`, those that another department leads
    in_department_beside: int = 0
    filed: int = 0
    responded: int = 0
    quick: int = 0
    minutes: int | None = None
    closed: int = 0
    on_time: int = 0
    scored: int = 0
    satisfied: int = 0
    answered: int = 0
    resolved: int = 0
    days: float | None = None

    def take(self, counts: Mapping[str, Any]) -> None:
        for name, value in counts.items():
            setattr(self, name, value)


COUNTS = frozenset(field.name for field in fields(Tally))


def grouped(
    tickets: QuerySet,
    columns: Mapping[str, Any],
    sets: Sequence[Sequence[str]],
    counts: Mapping[str, str],
    spans: Mapping[str, Sequence[Period]] | None = None,
) -> list[dict[str, Any]]:
    """One query with GROUPING SETS over `tickets`: a row for each group, with the place of its `set`.

    `columns` are expressions by name, `counts` SQL aggregates over them; nothing in either comes from outside. `spans`
    names the column of an instant and the periods to be read, each by the index; the place of a period is the further
    column `arm`. The columns are computed once, whatever is made of them.
    """
    inner = tickets.order_by().annotate(**{f"x_{name}": expression for name, expression in columns.items()})
    sql, params = inner.values_list(*(f"x_{name}" for name in columns)).query.sql_with_params()
    names = ", ".join(columns)
    source, values = f"SELECT 0 AS arm, a.* FROM ({sql}) AS a", list(params)
    for instant, periods in (spans or {}).items():
        arms = [
            f"SELECT {n} AS arm, a.* FROM ({sql}) AS a ({names}) WHERE {instant} >= %s AND {instant} < %s"
            for n in range(len(periods))
        ]
        source = " UNION ALL ".join(arms)
        values = [value for period in periods for value in (*params, period.since, period.until)]
    by = list(dict.fromkeys(name for group in sets for name in group))
    which = " ".join(f"WHEN {_mask(by, group)} THEN {place}" for place, group in enumerate(sets))
    read = [f"CASE GROUPING({', '.join(by)}) {which} END", *by, *counts.values()]
    groups = ", ".join(f"({', '.join(group)})" for group in sets)
    computed_once = "MATERIALIZED" if len(sets) > 1 else "NOT MATERIALIZED"  # else each set would compute it anew
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH t (arm, {names}) AS {computed_once} ({source})"
            f" SELECT {', '.join(read)} FROM t GROUP BY GROUPING SETS ({groups})",
            values,
        )
        return [dict(zip(["set", *by, *counts], row, strict=True)) for row in cursor.fetchall()]


def _mask(by: Sequence[str], group: Sequence[str]) -> int:
    """What GROUPING(by…) is for the set: a bit for each column that is not in it."""
    return sum(1 << (len(by) - 1 - place) for place, name in enumerate(by) if name not in group)


class Bucket(Func):
    """Which of the half-open stretches between ascending bounds an instant falls in, from 1; 0 before the first."""

    function = "width_bucket"
    output_field = IntegerField()

    def __init__(self, field: str, bounds: Sequence[datetime]) -> None:
        super().__init__(F(field), Value("{" + ",".join(b.isoformat() for b in bounds) + "}"))
        self.template = "%(function)s(%(expressions)s::timestamptz[])"


class Areas:
    """Service areas, the second level of the place tree (ORG-3), and which place lies in which; one query."""

    @cached_property
    def places(self) -> list[Place]:
        return list(Place.objects.order_by("path").only("pk", "name", "level", "path"))

    @cached_property
    def all(self) -> list[Place]:
        return [place for place in self.places if place.level == 2]

    def expression(self) -> Expression:
        """The area of a ticket. Written by hand: three statements ask it, and hundreds of keys take long to resolve."""
        inside = ((area.pk, [str(p.pk) for p in self.places if p.path.startswith(area.path)]) for area in self.all)
        cases = "".join(f" WHEN %(expressions)s = ANY ('{{{','.join(keys)}}}') THEN {pk}" for pk, keys in inside)
        if not cases:
            return Value(NOWHERE)
        return Func(F("place"), template=f"CASE{cases} ELSE {NOWHERE} END", output_field=IntegerField())


class Open:
    """What is open at an instant, by station, department, dimension and age: one query."""

    def __init__(self, tickets: TicketQuerySet, now: datetime, ages: Sequence[datetime], areas: Areas) -> None:
        columns = {
            "status": F("status"),
            **dimensions(areas),
            "round": F("round"),
            "handled": Case(When(status__in=stages.IN_DEPARTMENT, then=Value(1)), default=Value(0)),
            "age": Bucket("filed_at", ages) if ages else Value(0),
            "late": facts.is_late(now),
        }
        self._sets = [
            ("status",),
            ("department", "handled"),
            ("category",),
            ("area",),
            ("channel",),
            ("round",),
            ("age",),
        ]
        counts = {"n": "count(*)", "bad": "count(*) FILTER (WHERE late)"}
        self.now, self._tickets = now, tickets.open()
        self._rows = grouped(self._tickets, columns, self._sets, counts)

    def by(self, name: str) -> dict[Any, tuple[int, int]]:
        """{value: (all, late)} of status, category, area, channel, round or age."""
        place = self._sets.index((name,))
        return {row[name]: (row["n"], row["bad"]) for row in self._rows if row["set"] == place}

    @cached_property
    def total(self) -> tuple[int, int]:
        counts = self.by("status").values()
        return sum(n for n, _late in counts), sum(late for _n, late in counts)

    @cached_property
    def departments(self) -> dict[int | None, Tally]:
        """By lead department: all that is open, and of it what is in its hands. Late is what its own clock is late for,
        also as a co-handler; None is the centre. What several are late with counts with each. One query more."""
        found: dict[int | None, Tally] = {}
        for row in self._rows:
            if row["set"] == 1:
                tally = found.setdefault(row["department"], Tally())
                tally.open += row["n"]
                tally.in_department += row["n"] * row["handled"]
        for department, handled, led, n in self._late():
            tally = found.setdefault(department, Tally())
            beside = n * (not led)
            tally.late += n
            tally.beside += beside
            tally.in_department_late += n * handled
            tally.in_department_beside += beside * handled
        return found

    def _late(self) -> QuerySet:
        """(department, whether in departments' hands, whether it leads, matters) of the clocks that are late."""
        late = TicketDeadline.objects.late(self.now).filter(subject__in=self._tickets.order_by().values("pk"))
        handled = Case(When(subject__status__in=stages.IN_DEPARTMENT, then=Value(1)), default=Value(0))
        own = Q(subject__lead_department=F("department")) | Q(subject__lead_department=None, department=None)
        led = Case(When(own, then=Value(1)), default=Value(0))
        kinds = late.order_by().values("department").annotate(handled=handled, led=led)
        return kinds.annotate(n=Count("subject", distinct=True)).values_list("department", "handled", "led", "n")


def dimensions(areas: Areas) -> dict[str, Any]:
    """What figures are broken down by."""
    return {
        "department": F("lead_department"),
        "category": F("category"),
        "area": areas.expression(),
        "channel": F("channel"),
    }


# What a period brought and closed ---------------------------------------------------------------------------------

FILED = {
    "filed": "count(*)",
    "responded": "count(minutes)",
    "quick": f"count(*) FILTER (WHERE minutes <= {facts.FIRST_RESPONSE_GOAL})",
}
CLOSED = {
    "closed": "count(*)",
    "on_time": "count(*) FILTER (WHERE NOT late)",
    "scored": "count(score)",
    "satisfied": f"count(*) FILTER (WHERE score > {DISSATISFIED})",
    "answered": "count(*) FILTER (WHERE outcome <> '')",
    "resolved": "count(*) FILTER (WHERE outcome IN ('solved', 'partly'))",
    "days": "avg(days)::float8",
}


class Report:
    """What the periods brought and closed, of the whole and by dimension: two queries for any number of periods.

    The first is counted anew each time. Those beside it have ended and change seldom: long ones may be five minutes
    old, and are then known as a whole only.
    """

    LONG, SECONDS = 500, 300

    def __init__(
        self, tickets: TicketQuerySet, periods: Sequence[Period], areas: Areas, *, whole: bool = False
    ) -> None:
        self._tallies = dict[tuple[int, str, Any], Tally]()
        self._dimensions = {} if whole else dimensions(areas)
        key = _key("report", tickets, periods[1:])
        known: list[Tally] | None = cache.get(key) if key else None
        self._periods = periods if known is None else periods[:1]
        self._medians(self._read(tickets, "filed_at", {"minutes": F("response_minutes")}, FILED, [("arm", "minutes")]))
        self._read(tickets.filter(status=stages.CLOSED), "closed_at", CLOSED_COLUMNS, CLOSED)
        beside = known or [self.whole(place) for place in range(1, len(periods))]
        self._tallies |= {(place, "", None): tally for place, tally in enumerate(beside, 1)}
        if known is None and key and sum(tally.filed for tally in beside) > self.LONG:
            cache.set(key, beside, self.SECONDS)

    def whole(self, period: int = 0) -> Tally:
        return self._tallies.setdefault((period, "", None), Tally())

    def by(self, dimension: str, period: int = 0) -> dict[Any, Tally]:
        return {key: t for (p, name, key), t in self._tallies.items() if p == period and name == dimension}

    def _read(
        self,
        tickets: TicketQuerySet,
        field: str,
        columns: dict[str, Any],
        counts: dict[str, str],
        further: Sequence[Sequence[str]] = (),
    ) -> list[dict[str, Any]]:
        """Takes the counts of every period and dimension; the rows of `further` sets are left to the caller."""
        sets = [("arm",), *(("arm", name) for name in self._dimensions), *further]
        columns = {**self._dimensions, **columns, "instant": F(field)}
        rows = grouped(tickets, columns, sets, counts, {"instant": self._periods})
        for row in rows:
            if row["set"] <= len(self._dimensions):
                name = ["", *self._dimensions][row["set"]]
                key = (row["arm"], name, row[name] if name else None)
                self._tallies.setdefault(key, Tally()).take({count: row[count] for count in counts})
        return [row for row in rows if row["set"] > len(self._dimensions)]

    def _medians(self, rows: list[dict[str, Any]]) -> None:
        """The lower median, from how many there are of each number of minutes."""
        for place in range(len(self._periods)):
            counts = sorted((r["minutes"], r["filed"]) for r in rows if r["arm"] == place and r["minutes"] is not None)
            left = (sum(n for _minutes, n in counts) + 1) // 2
            for minutes, n in counts:
                left -= n
                if left <= 0:
                    self.whole(place).minutes = int(minutes)
                    break


CLOSED_COLUMNS = {"late": F("worked_late"), "score": F("score"), "outcome": F("outcome"), "days": F("worked_days")}


class Months:
    """How many were filed and closed in each month, and how many on time: two cheap queries over stretches.

    The last month is counted anew each time. Those before it change seldom: where they are long, five minutes old.
    """

    LONG, SECONDS = 500, 300

    def __init__(self, tickets: TicketQuerySet, months: Sequence[Period]) -> None:
        self.months = months
        key = _key("trend", tickets, months[:-1])
        known: list[Tally] | None = cache.get(key) if key else None
        if known is not None:
            self.tallies = [*known, *_by_month(tickets, months[-1:])]
            return
        self.tallies = _by_month(tickets, months)
        if key and sum(tally.filed for tally in self.tallies[:-1]) > self.LONG:
            cache.set(key, self.tallies[:-1], self.SECONDS)


def _key(what: str, tickets: TicketQuerySet, periods: Sequence[Period]) -> str:
    """Under which the counts of periods that have ended are kept; empty where there is nothing to keep."""
    if not periods or periods[-1].until > timezone.now():
        return ""
    try:
        return key_of(".".join([what, *(str(period.first) for period in periods), str(periods[-1].last)]), tickets)
    except EmptyResultSet:
        return ""


def _by_month(tickets: TicketQuerySet, months: Sequence[Period]) -> list[Tally]:
    bounds = [month.since for month in months]
    first, until = bounds[0], months[-1].until
    found = [Tally() for _month in months]
    filed = tickets.filter(filed_at__gte=first, filed_at__lt=until)
    for row in grouped(filed, {"month": Bucket("filed_at", bounds)}, [("month",)], {"n": "count(*)"}):
        found[row["month"] - 1].filed = row["n"]
    closed = tickets.filter(status=stages.CLOSED, closed_at__gte=first, closed_at__lt=until)
    columns = {"month": Bucket("closed_at", bounds), "late": F("worked_late")}
    counts = {"n": "count(*)", "good": "count(*) FILTER (WHERE NOT late)"}
    for row in grouped(closed, columns, [("month",)], counts):
        found[row["month"] - 1].closed, found[row["month"] - 1].on_time = row["n"], row["good"]
    return found
