"""How often firms are visited in a year, beside the cap, and what the gate refused by agency (INS-2, INS-9)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from portal.worktime.periods import Period

from ..models import BlockedAttempt, JointVisit, Need, Rules
from ..needs import stages as needs
from ..visits import stages as visits
from .counting import Source
from .measures import MEASURE
from .readers import Reader

SHOWN = 15  # firms above the mean


@dataclass(frozen=True)
class Firm:
    """A firm that was visited more often than others; `capped` of its visits count against the cap."""

    name: str
    visits: int
    capped: int
    url: str


@dataclass(frozen=True)
class Frequency:
    """Of the calendar year in which the period ends: how many firms had how many visits, and which had most."""

    year: int
    cap: int
    firms: int
    mean: float | None
    at_cap: int
    spread: list[tuple[int, int]]  # visits in the year, firms
    above: list[Firm]
    above_count: int


def frequency(reader: Reader, period: Period) -> Frequency:
    """Three queries at most; visits carried out only, all kinds, and those that the cap binds beside them."""
    year, cap = period.last.year, Rules.now().yearly_cap
    capped = Need.objects.filter(visit=OuterRef("pk"), kind__in=needs.CAPPED)
    done = reader.seen(JointVisit).filter(status=visits.DONE, day__year=year).annotate(bound=Exists(capped))
    named = done.values("enterprise__name", "enterprise__uscc")
    rows = list(named.annotate(n=Count("pk"), capped=Count("pk", filter=Q(bound=True))))
    mean = sum(row["n"] for row in rows) / len(rows) if rows else None
    above = sorted(
        (row for row in rows if row["n"] > (mean or 0)), key=lambda row: (-row["n"], row["enterprise__name"])
    )
    days = {"status": visits.DONE, "day_from": date(year, 1, 1), "day_to": date(year, 12, 31)}
    return Frequency(
        year,
        cap,
        len(rows),
        round(mean, 1) if mean else None,
        sum(row["capped"] >= cap for row in rows),
        sorted(Counter(row["n"] for row in rows).items()),
        [_firm(row, days) for row in above[:SHOWN]],
        len(above),
    )


def _firm(row: dict, days: dict) -> Firm:
    query = urlencode(days | {"firm": row["enterprise__uscc"]})
    return Firm(row["enterprise__name"], row["n"], row["capped"], f"{reverse('inspections:visits')}?{query}")


@dataclass(frozen=True)
class Refused:
    """One agency's attempts by reason: (count, address of its list)."""

    name: str
    total: tuple[int, str]
    whys: list[tuple[int, str]]


def refused(reader: Reader, period: Period) -> list[Refused]:
    """Those with most first; one query."""
    source = Source(reader.seen(BlockedAttempt).filter(**reader.own()), "at", {})
    rows = source.rows.filter(source.within(period.first, period.last)).values_list("agency", "why")
    counts = {(agency, why): n for agency, why, n in rows.annotate(n=Count("pk"))}
    found = []
    for agency in reader.agencies:
        whys = [_of(agency.pk, why, counts.get((agency.pk, why), 0), period) for why in BlockedAttempt.Why.values]
        if total := sum(n for n, _url in whys):
            found.append(Refused(str(agency), (total, MEASURE["blocked"].url(period, {"agency": agency.pk})), whys))
    return sorted(found, key=lambda one: (-one.total[0], one.name))


def _of(agency: int, why: str, count: int, period: Period) -> tuple[int, str]:
    return count, MEASURE["blocked"].url(period, {"agency": agency, "why": why}) if count else ""
