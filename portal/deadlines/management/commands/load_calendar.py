from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localtime

from portal.deadlines import flow
from portal.worktime import gazette


class Command(BaseCommand):
    help = (
        "Load the State Council's notices, the shipped ones of missing years or one from a JSON file, and let the open"
        " deadlines follow (DL-2)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="one year's notice; replaces that year's former one")

    def handle(self, *, file: Path | None, **options: Any) -> None:
        self.stdout.write(f"calendar: {self._loaded(file)}")
        # Also where nothing was new: a run that was broken off after loading is made good by the next.
        moved = flow.follow_calendar()
        self.stdout.write(f"open deadlines: {len(moved)} moved")
        for deadline, former in moved:
            times = f"{localtime(former):%Y-%m-%d %H:%M} -> {localtime(deadline.due_at):%Y-%m-%d %H:%M}"
            self.stdout.write(f"  {deadline.subject}  {deadline.obligation}  {times}")  # type: ignore[attr-defined]

    def _loaded(self, file: Path | None) -> str:
        if file is None:
            return ", ".join(map(str, gazette.load_missing())) or "nothing new"
        try:
            notice = gazette.from_json(file)
        except gazette.BadNotice as error:
            raise CommandError(str(error)) from error
        return f"{notice.year} {'loaded' if gazette.replace(notice) else 'unchanged'}"
