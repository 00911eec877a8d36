"""Without its cache the portal goes on, a little slower: nothing that is kept is kept there."""

import pytest
from django.core.cache import cache

from portal.people.lockout import tries
from portal.people.roles import Role
from tests.people.factories import PASSWORD, person
from tests.requests.factories import dispatched, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def away(settings):
    """A cache at whose address nobody listens."""
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}}


def test_nothing_is_found_in_it_and_nothing_fails(away):
    cache.set("a", 1)
    cache.set_many({"a": 1, "b": 2})
    assert cache.get("a", "none") == "none"
    assert cache.get_many(["a", "b"]) == {}
    assert cache.get_or_set("a", lambda: 5) == 5
    assert cache.add("a", 1)
    assert not cache.touch("a")
    assert not cache.delete("a")
    assert "a" not in cache
    assert tries("a", 60) == 1
    cache.delete_many(["a", "b"])


def test_the_health_check_still_says_so(client, away):
    answer = client.get("/healthz?of=web")
    assert answer.status_code == 503
    assert answer.json() == {"ok": False, "database": True, "cache": False}


@pytest.mark.parametrize("address", ["/", "/policies/", "/sign-in/", "/board/"])
def test_public_pages_stand_without_it(client, away, address):
    assert client.get(address).status_code in (200, 404)  # the board has no key here


def test_who_signs_in_without_it_is_still_locked_out_after_five_wrong_passwords(client, away):
    person(Role.TRIAGER, username="lin", password=PASSWORD)
    assert client.post("/sign-in/", {"username": "lin", "password": PASSWORD}).status_code == 302
    client.logout()
    for _ in range(5):
        client.post("/sign-in/", {"username": "lin", "password": "wrong"})
    assert client.post("/sign-in/", {"username": "lin", "password": PASSWORD}).status_code == 429


def test_a_matter_goes_on_without_it(client, away, town):
    ticket = dispatched(town)
    client.force_login(town.handler)
    for address in ("/home/", "/tickets/", "/queues/", "/inbox/", f"/tickets/{ticket.number}/"):
        assert client.get(address, follow=True).status_code == 200
    assert client.post(f"/tickets/{ticket.number}/take/", {"once": "abc"}).status_code == 303
    assert fresh(ticket).status == "handling"
    assert client.post(f"/tickets/{ticket.number}/take/", {"once": "abc"}).status_code == 409  # as one that moved on
