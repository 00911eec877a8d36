from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.people.models import User
from portal.worktime import clock
from tests.requests.factories import moment, town

__all__ = ["open_as", "standing_at", "town"]


@pytest.fixture
def open_as() -> Callable[..., HttpResponse]:
    """`open_as(user, "requests:queue", "triage", part="new")`: the page as that person gets it."""

    def get(user: User | None, view: str, *args: str, follow: bool = False, **query: object) -> HttpResponse:
        client = Client()
        if user is not None:
            client.force_login(user)
        return client.get(reverse(view, args=args), query, follow=follow)

    return get


@pytest.fixture
def standing_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], datetime]:
    """`standing_at("2026-11-23 15:20")`: the views take this for now."""

    def stand(text: str) -> datetime:
        at = moment(text)
        monkeypatch.setattr(clock, "now", lambda: at)
        return at

    return stand


NOT_OF_THE_PAGE = ("worktime_", "django_session", "SAVEPOINT")  # what a warm process does not ask


@pytest.fixture
def queries() -> Callable[..., int]:
    """`queries(client, url, …)`: how many a GET (or `method`) costs once session and calendar are known."""

    def count(client: Client, url: str, query: dict | None = None, method: str = "get") -> int:
        ask = getattr(client, method)
        ask(url, query)
        with CaptureQueriesContext(connection) as caught:
            ask(url, query)
        return len([entry for entry in caught if not any(word in entry["sql"] for word in NOT_OF_THE_PAGE)])

    return count
