"""Load the five shipped programmes as criteria."""

from typing import Any

from django.core.management.base import BaseCommand

from enterprises.criteria import programmes


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        made = programmes.load()
        self.stdout.write(f"{len(made)} criteria.")
