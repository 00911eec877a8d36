from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from enterprises.data import PLACES, rows_of
from enterprises.models import Place


class Command(BaseCommand):
    help = (
        "Load the five-level tree of places (ORG-3); the fifth level are the enterprises. May be run again at any time."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--file", type=Path, default=PLACES, help="CSV with code, parent (a code) and name")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        rows = rows_of(options["file"])
        known: dict[str, Place] = {}
        level, parents = 1, {""}
        while batch := [place(row, level, known) for row in rows if row["parent"] in parents]:
            Place.objects.bulk_create(
                batch, update_conflicts=True, unique_fields=["code"], update_fields=["name", "level", "parent", "path"]
            )
            known |= {row.code: row for row in batch}
            level, parents = level + 1, {row.code for row in batch}
        if lost := sorted({row["code"] for row in rows} - known.keys()):
            raise CommandError(f"no way from the town down to {', '.join(lost)}: their parent is not in the file")
        self.stdout.write(f"{len(rows)} places on {level - 1} levels")


def place(row: dict[str, str], level: int, known: dict[str, Place]) -> Place:
    new = Place(code=row["code"], name=row["name"], level=level, parent=known.get(row["parent"]))
    new.path = new.path_below(new.parent)
    return new
