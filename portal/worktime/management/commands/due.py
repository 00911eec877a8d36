import io
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.worktime.calendar import Calendar, OutsideCalendar, calendar


class Command(BaseCommand):
    help = "The due date of n working days after a day (DL-1): one pair as arguments, or lines `YYYY-MM-DD n` on stdin."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("pair", nargs="*", metavar="YYYY-MM-DD n")
        parser.add_argument("--stdin", action="store_true", help="read pairs line by line, print a date for each")

    def handle(self, *, pair: list[str], stdin: bool, **options: Any) -> None:
        if stdin == bool(pair):
            raise CommandError("give either a date and a number, or --stdin")
        if stdin and isinstance(sys.stdin, io.TextIOWrapper):  # else bytes that are no text break the loop below
            sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")
        lines = sys.stdin if stdin else [" ".join(pair)]
        out: Any = self.stdout._out  # the stream itself: its wrapper costs more than the reckoning
        try:
            try:
                out.writelines(due_dates(calendar(), lines))
            finally:
                out.flush()
        except BrokenPipeError:  # whoever reads has enough, `| head` for one
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def due_dates(known: Calendar, lines: Iterable[str]) -> Iterator[str]:
    """A line with the due date for every line `YYYY-MM-DD n` that is not blank; CommandError names a wrong line."""
    add, parse = known.add_working_days, date.fromisoformat
    for number, line in enumerate(lines, 1):
        if line.isspace():
            continue
        try:
            day, n = line.split()
            yield add(parse(day), int(n)).isoformat() + "\n"
        except OutsideCalendar as error:
            raise CommandError(f"line {number}: {error}") from error
        except ValueError as error:
            raise CommandError(f"line {number} is not “YYYY-MM-DD n”: {line.strip()[:40]!r}") from error
