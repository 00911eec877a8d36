"""`manage.py reset_second_factor NAME`: for the last administrator who lost telephone and recovery codes (SEC-4)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.desk.accounts import flow
from portal.people.actors import CLOCK
from portal.people.models import User


class Command(BaseCommand):
    help = "Take an account's second factor away; it is set up anew at the next sign-in. Leaves an event."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        user = User.objects.filter(username__iexact=username).first()
        if user is None:
            raise CommandError(f"There is no account {username!r}.")
        try:
            flow.reset_factor(user, by=CLOCK)
        except flow.Refused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{user.username} sets up a new second factor at the next sign-in.")
