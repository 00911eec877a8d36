from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from enterprises.data import INDUSTRIES, rows_of
from enterprises.models import Industry


class Command(BaseCommand):
    help = "Load GB/T 4754-2017 国民经济行业分类 as shipped; may be run again at any time."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        rows = rows_of(INDUSTRIES)
        known: dict[str, Industry] = {}
        for level in (1, 2, 3, 4):  # parents first: four statements in all
            batch = [industry(row, level, known) for row in rows if level_of(row["code"]) == level]
            Industry.objects.bulk_create(
                batch,
                update_conflicts=True,
                unique_fields=["code"],
                update_fields=["level", "name", "section", "parent"],
            )
            known |= {row.code: row for row in batch}
        self.stdout.write(f"{len(rows)} industries of GB/T 4754-2017")


def level_of(code: str) -> int:
    return 1 if code.isalpha() else len(code)


def industry(row: dict[str, str], level: int, known: dict[str, Industry]) -> Industry:
    parent = {1: None, 2: row["section"]}.get(level, row["code"][:-1])
    return Industry(
        code=row["code"],
        level=level,
        name=row["name"],
        section=row["section"],
        parent=known[parent] if parent else None,
    )
