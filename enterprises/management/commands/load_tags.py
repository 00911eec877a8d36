"""Load the shipped tags as criteria."""

from typing import Any

from django.core.management.base import BaseCommand

from enterprises.tags import shipped


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        made = shipped.load()
        self.stdout.write(f"{len(made)} tags.")
