"""Keeps `FirmYear` as the facts are; called with the firms whose attributes are computed, so both are equally fresh."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from .models import ResourceColumn

# (resource, column): by these the town is pictured.
PICTURED = (
    ("annual_finance", "revenue"),
    ("monthly_operation", "revenue"),
    ("monthly_output", "output"),
    ("tax_paid", "total"),
    ("social_insurance", "insured"),
    ("rd_activity", "cost"),
    ("fixed_investment", "amount"),
    ("electricity", "used"),
    ("energy_use", "total"),
)
NAMES = ", ".join(f"m{month}" for month in range(1, 13))
MONTHS = ", ".join(f"max(v) FILTER (WHERE month = {month}) AS m{month}" for month in range(1, 13))
REFRESH = f"""
WITH wanted AS (SELECT * FROM unnest(%(resources)s::bigint[], %(columns)s::bigint[], %(places)s::int[],
        %(monthly)s::bool[]) w (resource_id, column_id, place, monthly)),
    said AS (SELECT f.enterprise_id, w.column_id, extract(year FROM f.period)::int AS year, f.values[w.place] AS v,
            CASE WHEN w.monthly THEN extract(month FROM f.period)::int ELSE 1 END AS month
        FROM wanted w JOIN enterprises_fact f USING (resource_id)
        WHERE f.values[w.place] IS NOT NULL AND f.item = '' AND (%(all)s OR f.enterprise_id = ANY(%(firms)s))),
    now AS (SELECT enterprise_id, column_id, year, max(month) AS last, {MONTHS} FROM said GROUP BY 1, 2, 3),
    gone AS (DELETE FROM enterprises_firmyear t WHERE (%(all)s OR t.enterprise_id = ANY(%(firms)s))
        AND NOT EXISTS (SELECT FROM now n
            WHERE (n.enterprise_id, n.column_id, n.year) = (t.enterprise_id, t.column_id, t.year)))
INSERT INTO enterprises_firmyear AS t (enterprise_id, column_id, year, last, {NAMES})
SELECT enterprise_id, column_id, year, last, {NAMES} FROM now ORDER BY column_id, year, enterprise_id
ON CONFLICT (column_id, year, enterprise_id) DO UPDATE
SET (last, {NAMES}) = ({", ".join(f"excluded.{name}" for name in ["last", *NAMES.split(", ")])})
WHERE ({", ".join(f"t.{name}" for name in NAMES.split(", "))})
    IS DISTINCT FROM ({", ".join(f"excluded.{name}" for name in NAMES.split(", "))})"""


def refresh(firms: Sequence[int] | None = None) -> None:
    """These firms (by key), or all, in one statement that writes differences only."""
    columns = ResourceColumn.objects.filter(resource__code__in={code for code, _column in PICTURED})
    wanted = [c for c in columns.select_related("resource") if (c.resource.code, c.code) in PICTURED]
    given: dict[str, Any] = {
        "resources": [column.resource_id for column in wanted],
        "columns": [column.pk for column in wanted],
        "places": [column.place for column in wanted],
        "monthly": [column.resource.per == "month" for column in wanted],
        "all": firms is None,
        "firms": list(firms or ()),
    }
    with connection.cursor() as cursor:
        cursor.execute(REFRESH, given)
