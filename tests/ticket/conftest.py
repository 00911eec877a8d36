from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from portal.people.models import User
from requests.models import Ticket
from tests.requests.conftest import refusal
from tests.requests.factories import town

__all__ = ["as_", "refusal", "town", "uploads"]


class Desk(Client):
    """A signed-in person at a ticket: `desk.see(ticket)`, `desk.do(ticket, "accept")`, `desk.panel(ticket, "take")`."""

    def see(self, ticket: Ticket, what: str = "", **query: Any) -> HttpResponse:
        return self.get(f"/tickets/{ticket.number}/{what}", query)

    def do(self, ticket: Ticket, verb: str, **typed: Any) -> HttpResponse:
        return self.post(f"/tickets/{ticket.number}/{verb}/", typed)

    def panel(self, ticket: Ticket, verb: str, **typed: Any) -> HttpResponse:
        """The same by htmx, as a queue's side panel sends it."""
        return self.post(f"/tickets/{ticket.number}/{verb}/", {"panel": "1", **typed}, headers={"HX-Request": "true"})


@pytest.fixture
def as_(db: None) -> Callable[[User], Desk]:
    """`as_(town.handler)`: that person's browser."""

    def enter(user: User) -> Desk:
        desk = Desk()
        desk.force_login(User.objects.get(pk=user.pk))
        return desk

    return enter


@pytest.fixture
def uploads(settings, tmp_path) -> None:
    """Files go to a folder of the test's own."""
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": storage}
