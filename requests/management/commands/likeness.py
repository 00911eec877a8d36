from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from requests.likeness import duplicates, suggesting
from requests.likeness.measuring import Measured, Suggested

DOCUMENT = Path("docs/likeness.md")
FROM, TO = "<!-- measured -->", "<!-- /measured -->"
CURVE = (0.05, 0.07, 0.09, 0.11, 0.14, 0.17, 0.20, 0.25, 0.30, 0.35, 0.40)
NAMES = {"category": "category", "department": "lead department"}


class Command(BaseCommand):
    help = "Measure the engine of likeness on the labelled set: precision, recall, and the curve over thresholds."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--write", action="store_true", help=f"put the numbers into {DOCUMENT}")

    def handle(self, *args: Any, **options: Any) -> None:
        numbers = "\n".join(report(Measured()))
        if not options["write"]:
            self.stdout.write(numbers)
            return
        path = settings.BASE_DIR / DOCUMENT
        before, _from, rest = path.read_text(encoding="utf-8").partition(FROM)
        _old, _to, after = rest.partition(TO)
        path.write_text(f"{before}{FROM}\n{numbers}\n{TO}{after}", encoding="utf-8")


def report(measured: Measured) -> Iterator[str]:
    """The tables as Markdown."""
    yield f"{len(measured.cases)} matters, {len({case.problem for case in measured.cases})} problems.\n"
    yield from _curve(measured)
    yield f"\nOf a matter's retold fellows, {measured.among_nearest():.0%} are among its eight nearest.\n"
    yield from _suggestions(measured)


def _curve(measured: Measured) -> Iterator[str]:
    yield "| from | own: precision | copies found | retold found | others: precision | copies found | retold found |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for least in CURVE:
        cells = []
        for same_firm, used in ((True, duplicates.SAME_FIRM), (False, duplicates.SAME_PROBLEM)):
            found = measured.pairs(least, same_firm=same_firm)
            mark = "**" if least == used else ""
            share = f"{found.precision:.0%} ({found.right} of {found.found})"
            cells += [f"{mark}{share}{mark}", f"{found.recall_of_copies:.0%}", f"{found.recall_of_retold:.0%}"]
        yield f"| {least:.2f} | {' | '.join(cells)} |"


def _suggestions(measured: Measured) -> Iterator[str]:
    shares = (0.5, 0.6, suggesting.SHARE, 0.8)
    yield "| suggested | share of votes from | right | wrong | silent | right, of those suggested |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for what, name in NAMES.items():
        for share in shares:
            mark = "**" if share == suggesting.SHARE else ""
            yield _row(f"{mark}{name}{mark}", share, measured.suggestions(what, share=share))
        unknown = measured.suggestions(what, unknown=True)
        yield _row(f"{name}, a problem nobody had before", suggesting.SHARE, unknown)


def _row(name: str, share: float, one: Suggested) -> str:
    return f"| {name} | {share:.1f} | {one.right} | {one.wrong} | {one.silent} | {one.precision:.0%} |"
