"""The lines and resources a town starts with (ENT-2), as shipped; what a centre has changed stays changed."""

from decimal import Decimal

from django.db import transaction

from ..data import LINES, RESOURCE_COLUMNS, RESOURCES, rows_of
from ..models import Line, Resource, ResourceColumn


@transaction.atomic
def load() -> tuple[int, int, int]:
    """Adds what is missing and touches nothing else; returns how many lines, resources and columns there are."""
    Line.objects.bulk_create((Line(**row) for row in rows_of(LINES)), ignore_conflicts=True)
    lines = {line.code: line for line in Line.objects.all()}
    Resource.objects.bulk_create((_resource(row, lines) for row in rows_of(RESOURCES)), ignore_conflicts=True)
    resources = {resource.code: resource for resource in Resource.objects.all()}
    columns = (_column(row, resources) for row in rows_of(RESOURCE_COLUMNS))
    ResourceColumn.objects.bulk_create(columns, ignore_conflicts=True)
    return len(lines), len(resources), ResourceColumn.objects.count()


def _resource(row: dict[str, str], lines: dict[str, Line]) -> Resource:
    return Resource(
        line=lines[row["line"]],
        complete=row["complete"] == "yes",
        due_days=int(row["due_days"]),
        **{name: row[name] for name in ("code", "name", "name_en", "per", "item", "item_en", "sensitivity")},
    )


def _column(row: dict[str, str], resources: dict[str, Resource]) -> ResourceColumn:
    return ResourceColumn(
        resource=resources[row["resource"]],
        place=int(row["place"]),
        scale=int(row["scale"] or 0),
        factor=Decimal(row["factor"] or 1),
        decimals=int(row["decimals"] or 0),
        minimum=Decimal(row["minimum"]) if row["minimum"] else None,
        required=row["required"] == "yes",
        **{name: row[name] for name in ("code", "name", "name_en", "kind", "unit", "display", "choices")},
    )
