"""Load the criteria of the whitelist as shipped (INS-1); may be run again at any time, keeps local changes."""

from typing import Any

from django.core.management.base import BaseCommand

from inspections.whitelist import criteria


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        made = criteria.load()
        self.stdout.write(f"{len(made)} criteria.")
