from argparse import ArgumentParser
from pathlib import Path
from time import sleep
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.timezone import localtime

from portal.deadlines import adjusting, following
from portal.deadlines.models import Following
from portal.desk.calendar.reading import read_notice
from portal.people.refusal import Refused
from portal.worktime import clock, gazette


class Command(BaseCommand):
    help = (
        "Load the State Council's notices, the shipped ones of missing years or one from a JSON, Excel or CSV file, and"
        " let the open deadlines follow (DL-2)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="one year's notice; replaces that year's former one")

    def handle(self, *, file: Path | None, **options: Any) -> None:
        said, asked = self._loaded(file)
        self.stdout.write(f"calendar: {said}")
        while not following.carry_on():  # a worker may be at it already
            sleep(1)
        moves = list(asked.moves.select_related("department"))
        subjects = following.subjects_of(moves)
        self.stdout.write(f"open deadlines: {len(moves)} moved")
        for move in moves:
            times = f"{localtime(move.former):%Y-%m-%d %H:%M} -> {localtime(move.due_at):%Y-%m-%d %H:%M}"
            self.stdout.write(f"  {subjects[move.model, move.subject_id]}  {move.obligation}  {times}")

    def _loaded(self, file: Path | None) -> tuple[str, Following]:
        if file is None:
            years = gazette.load_missing()
            return ", ".join(map(str, years)) or "nothing new", self._all()
        try:
            with file.open("rb") as content:
                notice = read_notice(content, file.name)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except Refused as error:
            raise CommandError(str(error)) from error
        asked = adjusting.import_notice(notice, by=None)
        # Also where nothing was new: a run that was broken off after loading is made good by the next.
        return f"{notice.year} {'loaded' if asked else 'unchanged'}", asked or self._all()

    @transaction.atomic
    def _all(self) -> Following:
        return following.ask(following.Cause.CALENDAR, by=None, at=clock.now(), note="load_calendar")
