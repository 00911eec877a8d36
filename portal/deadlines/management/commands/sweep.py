from typing import Any

from django.core.management.base import BaseCommand

from portal.deadlines.models import TimedFailure
from portal.deadlines.sweep import sweep


class Command(BaseCommand):
    help = "Fire the rungs that have been reached and do what falls due by itself, as the beat does every 20 s (DL-4)."

    def handle(self, **options: Any) -> None:
        done = sweep()
        self.stdout.write(f"rungs fired: {done.fired}\ntimed verbs: {done.timed}\nput aside: {done.parked}")
        for failure in TimedFailure.objects.all():
            self.stdout.write(f"  {failure}  {failure.error}  tried {failure.tries} times")
