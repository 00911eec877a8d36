from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.worktime import notices


class Command(BaseCommand):
    help = "Load the State Council's notices: the shipped ones of missing years, or one from a JSON file (DL-2)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="one year's notice; replaces that year's former one")

    def handle(self, *, file: Path | None, **options: Any) -> None:
        if file is None:
            years = notices.load_missing()
            loaded = ", ".join(map(str, years)) or "nothing new"
            self.stdout.write(f"calendar: {loaded}")
            return
        try:
            notice = notices.from_json(file)
        except notices.BadNotice as error:
            raise CommandError(str(error)) from error
        changed = notices.replace(notice)
        self.stdout.write(f"calendar {notice.year}: {'loaded' if changed else 'unchanged'}")
