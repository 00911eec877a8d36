from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from enterprises.attributes.stale import carry_on, mark


class Command(BaseCommand):
    help = "Compute the attributes of all firms from facts now, and evaluate every criterion for those that changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--marked", action="store_true", help="only firms of which something changed")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["marked"]:
            mark()
        self.stdout.write(f"{carry_on()} firms")
