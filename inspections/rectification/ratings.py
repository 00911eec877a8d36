"""How firms found the visits of each agency (INS-8): told from three ratings on, never who said what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, Q

from ..models import Agency, VisitPart, VisitRating

FROM = 3  # ratings; below that an average would be somebody's own word


@dataclass(frozen=True)
class Rated:
    """One agency's figures; None where there are too few ratings. `conduct` in per cent of yes."""

    agency: Agency
    count: int
    stars: float | None
    conduct: tuple[tuple[str, int | None], ...]


def rated(agencies: Iterable[Agency]) -> list[Rated]:
    """A joint visit counts for each agency that took part; one query."""
    yes = {name: Count("pk", filter=Q(**{f"visit__rating__{name}": True})) for name in VisitRating.CONDUCT}
    parts = VisitPart.objects.filter(visit__rating__isnull=False).order_by()
    found: dict[int, Any] = {
        row["agency"]: row
        for row in parts.values("agency").annotate(n=Count("pk"), stars=Avg("visit__rating__stars"), **yes)
    }
    return [_row(agency, found.get(agency.pk)) for agency in agencies]


def conduct_labels() -> list[tuple[str, str]]:
    """The five questions and how they are called."""
    fields: list[Any] = [VisitRating._meta.get_field(name) for name in VisitRating.CONDUCT]
    return [(field.name, str(field.verbose_name)) for field in fields]


def _row(agency: Agency, found: Mapping[str, Any] | None) -> Rated:
    n = found["n"] if found else 0
    enough = found is not None and n >= FROM
    conduct = tuple(
        (label, round(100 * found[name] / n) if enough and found else None) for name, label in conduct_labels()
    )
    return Rated(agency, n, round(found["stars"], 1) if enough and found else None, conduct)
