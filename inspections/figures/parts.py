"""The figures by agency, place, industry or month: named, each with the filters of its list (INS-9)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from enterprises.models import Industry, Place
from enterprises.models.places import Level, industry_name
from portal.worktime.periods import Period, months_on, period_of
from portal.worktime.words import local_day

from .counting import Figures, counted
from .readers import Reader


@dataclass
class Part:
    """One part of a dimension. `filters` narrow the lists to it; None where no list can be."""

    name: str
    period: Period
    filters: dict[str, object] | None = None
    now: Figures = field(default_factory=Figures)
    before: Figures = field(default_factory=Figures)


def parts(reader: Reader, period: Period, now: datetime, dimension: str, *, before: bool = True) -> list[Part]:
    """Those with most visits first, months in their order; empty ones are left out."""
    found = counted(reader, period, now, dimension, before=before)
    if dimension == "month":
        return _months(found, period, now, reader.filters)
    namer = NAMERS[dimension](reader)
    named: dict[str, Part] = {}
    for key, (figures, earlier) in found.items():
        name, value = namer(key)
        filters = None if value is None else {**reader.filters, dimension: value}
        part = named.setdefault(name, Part(name, period, filters))
        part.now.add(vars(figures))
        part.before.add(vars(earlier))
    rows = [part for part in named.values() if not (part.now.is_empty and part.before.is_empty)]
    return sorted(rows, key=lambda part: (-part.now.visits, -part.now.needs, part.name))


Namer = Callable[[Any], tuple[str, object]]


def _agencies(reader: Reader) -> Namer:
    known = {agency.pk: (str(agency), agency.pk) for agency in reader.agencies}
    return lambda key: known.get(key, (_("其他"), None))


def _sections(reader: Reader) -> Namer:
    rows = Industry.objects.filter(level=1).values_list("section", "name", "pk")
    known = {section: (industry_name(section, name), pk) for section, name, pk in rows}
    return lambda key: known.get(key, (_("行业未登记"), None))


def _places(reader: Reader) -> Namer:
    """By service area; what lies nowhere below one is of the town itself."""
    areas = list(Place.objects.filter(level=Level.DISTRICT).values_list("path", "name", "pk"))
    return lambda path: next(
        ((name, pk) for above, name, pk in areas if path and path.startswith(above)), (_("其他"), None)
    )


NAMERS = {"agency": _agencies, "place": _places, "industry": _sections}


def _months(found: dict, period: Period, now: datetime, filters: dict[str, object]) -> list[Part]:
    """Each month of the period up to today."""
    rows = []
    for back in range(period.months):
        first = months_on(period.first, back)
        if first > local_day(now):
            break
        month = period_of(f"{first:%Y-%m}", first)
        figures, earlier = found.get(first.month, (Figures(), Figures()))
        rows.append(Part(str(month), month, dict(filters), figures, earlier))
    return rows
