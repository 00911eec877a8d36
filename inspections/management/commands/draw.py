"""`manage.py draw verify FILE`: recomputes a draw from its protocol (INS-5)."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from inspections.draws import protocol
from inspections.models import Draw

LARGEST = 100_000_000  # bytes
SHOWN = 20


class Command(BaseCommand):
    help = "Recomputes a draw from its protocol: lists what does not agree, and ends with 1 if anything does not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["verify"])
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        told = _read(file)
        try:
            wrong = protocol.check(told) + _beside(told)
        except protocol.Unreadable as said:
            raise CommandError(str(said)) from None
        for sentence in wrong[:SHOWN]:
            self.stdout.write(sentence)
        if wrong:
            raise CommandError(f"{told['number']}: {len(wrong)} things do not agree")
        drawn = sum(1 for row in told["firms"] if row.get("rank"))
        self.stdout.write(f"{told['number']}: recomputed, all agrees: {drawn} of {len(told['firms'])} firms drawn")


def _read(file: Path) -> Any:
    try:
        if file.stat().st_size > LARGEST:
            raise CommandError(f"{file} is larger than {LARGEST} bytes")
        return json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise CommandError(f"{file} is no JSON") from None


def _beside(told: dict[str, Any]) -> list[str]:
    """What differs from this site's own records, where it has the draw."""
    known = Draw.objects.filter(number=told["number"]).first()
    if known is None:
        return []
    names = ("commitment", "digest", "seed", "text", "secret")
    return [f"{name} is not what this site has" for name in names if getattr(known, name) != told[name]]
