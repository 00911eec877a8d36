"""Where two lines say different things about the same (ENT-3): left open for the owning line, a few decided long ago."""

from __future__ import annotations

from datetime import datetime, timedelta

from enterprises.models import Conflict, Delivery, Fact, Line, Resource

from .giving import officers, record_delivery

# Resource, column, who else says something, how many firms, by how much the other's value differs.
DISPUTED = (
    ("employment", "headcount", "statistics", 34, 0.86),
    ("land_use", "area", "tax", 12, 1.08),
    ("annual_finance", "revenue", "tax", 22, 0.93),
    ("technology_staff", "staff", "statistics", 9, 1.2),
)
EVERY = 6  # firm at most, in a small town
DECIDED = 4  # every fourth has been decided
DAYS_AGO = 9


def make_conflicts(now: datetime) -> None:
    """On the latest facts of each disputed column, of every so many firms."""
    for resource, column, line, most, factor in DISPUTED:
        _dispute(now, resource, column, line, most, factor)


def _dispute(now: datetime, code: str, column_code: str, line_code: str, most: int, factor: float) -> None:
    resource = Resource.objects.get(code=code)
    column, line = resource.columns.get(code=column_code), Line.objects.get(code=line_code)
    latest = Fact.objects.filter(resource=resource).order_by("-period").values_list("period", flat=True).first()
    facts = Fact.objects.filter(resource=resource, period=latest).order_by("enterprise")
    chosen = list(facts)[:: max(facts.count() // most, EVERY)]
    if not chosen:
        return
    by = officers()
    other = next(one.line_id for one in Resource.objects.filter(line=line)[:1])
    delivery = Delivery.objects.create(
        resource=resource,
        line=line,
        way=Delivery.Way.FILE,
        by=by[other],
        at=now - timedelta(days=DAYS_AGO),
        conflicting=len(chosen),
    )
    resource.suppliers.add(line)
    record_delivery(delivery)
    conflicts = []
    for number, fact in enumerate(chosen, 1):
        standing = fact.values[column.place - 1]
        if standing is None:
            continue
        offered = round(standing * factor) if round(standing * factor) != standing else standing + 1
        conflict = Conflict(fact=fact, place=column.place, standing=standing, offered=offered, delivery=delivery)
        if number % DECIDED == 0:
            conflict.state, conflict.ruled_by = Conflict.State.KEPT, by[resource.line_id]
            conflict.ruled_at, conflict.reason = now - timedelta(days=2), "口径不同，以本条线为准"
        conflicts.append(conflict)
    Conflict.objects.bulk_create(conflicts)
