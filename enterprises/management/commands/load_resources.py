from typing import Any

from django.core.management.base import BaseCommand

from enterprises.facts.describing import load


class Command(BaseCommand):
    help = "Load the lines and their resources as shipped (ENT-2); may be run again at any time, keeps local changes."

    def handle(self, *args: Any, **options: Any) -> None:
        lines, resources, columns = load()
        self.stdout.write(f"{lines} lines, {resources} resources, {columns} columns")
