"""Every address × person × own and foreign object, by GET and by POST: the answers, written out by hand (SEC-1).

A row says who gets which answer; whoever it doesn't name gets 404, as if it weren't there, and the anonymous are sent
to sign in (302). An address of the project that has no row fails the test.
"""

from collections import Counter
from copy import copy
from functools import cache
from http.cookies import SimpleCookie

import pytest
from django.db import transaction
from django.http import HttpResponseNotFound
from django.template.backends.django import Template
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils.safestring import SafeString

from portal.people import rights
from portal.people.backends import NameOrMobileBackend
from tests.matrix import dispatching, respite
from tests.matrix.inspections import INSPECTING, ROOMS
from tests.matrix.rows import EVERYBODY, READ_OWN, ROWS, SIGNED_IN
from tests.matrix.test_verbs import MAY

# What every form of a browser carries at least.
FORM = {"data": "csrfmiddlewaretoken=x", "content_type": "application/x-www-form-urlencoded"}
QUEUES = {"intake", "triage", "handling", "revisit", "followed", "raised"}


def who(row, room="", default_anonymous=302):
    """Person → expected status."""
    asked = f"{SIGNED_IN} {INSPECTING}" if room in ROOMS else SIGNED_IN
    expected = dict.fromkeys(asked.split(), 404) | {"anonymous": default_anonymous}
    for status, names in row.items():
        for name in names.split():
            expected[name] = status
    return expected


class People:
    """A signed-in client for each person; what a request changes is undone."""

    def __init__(self, town) -> None:
        self.town, self.clients = town, {}
        for number, name in enumerate(["anonymous", *town.people], 1):
            client = self.clients[name] = Client(raise_request_exception=False, REMOTE_ADDR=f"10.0.0.{number}")
            if name != "anonymous":
                client.force_login(town.people[name])

    def asks(self, name: str, method: str, url: str, **extra) -> int:
        client = self.clients[name]
        cookies = client.cookies.output(header="")
        with transaction.atomic():
            status = client.generic(method, url, **extra).status_code
            transaction.set_rollback(True)
        client.cookies = SimpleCookie(cookies)
        return status


DRAWN = 3


def _drawn_a_few_times(render):
    drawn = Counter()

    def draw(template, *args, **kwargs):
        drawn[template.template.name] += 1
        return render(template, *args, **kwargs) if drawn[template.template.name] <= DRAWN else SafeString()

    return draw


def _read_once(get_user):
    read = cache(get_user)
    backend = NameOrMobileBackend()
    return lambda _backend, user_id: copy(read(backend, user_id))


@pytest.fixture(scope="module")
def signed_in(laid_out):
    return People(laid_out.town)


@pytest.fixture
def people(where, signed_in, monkeypatch):
    """Everybody of the world signed in; 404 is answered without drawing its page each time.

    Of every other template the first few pages are drawn, whoever asks for them: how pages look is tested elsewhere.
    Who somebody is and what he holds is read once: whatever a request changes of it is undone before the next.
    """
    monkeypatch.setattr(Template, "render", _drawn_a_few_times(Template.render))
    monkeypatch.setattr("portal.urls.handler404", lambda request, exception: HttpResponseNotFound(), raising=False)
    monkeypatch.setattr(rights, "_holdings_of", cache(rights._holdings_of))
    monkeypatch.setattr(NameOrMobileBackend, "get_user", _read_once(NameOrMobileBackend.get_user))
    return signed_in


def differences(people, where, rows):
    """One line for each row and answer that is not the one written here: who got it."""
    wrong = {}
    for (address, args, method), row in rows.items():
        url = reverse(address, args=[args] if args in QUEUES else where[args])
        for name, status in who(row, address.partition(":")[0]).items():
            answered = people.asks(name, method, url, **FORM)
            if answered != status:
                said = f"{method} {address} ({args or '-'}): {answered}, not {status}"
                wrong.setdefault(said, []).append(name)
    return [f"{said}, for {' '.join(names)}" for said, names in wrong.items()]


def of(room):
    return {row: answers for row, answers in ROWS.items() if row[0].partition(":")[0] == room}


@pytest.mark.parametrize("room", sorted({address.partition(":")[0] for address, _args, _method in ROWS}))
def test_each_address_answers_as_written_here(people, where, room):
    wrong = differences(people, where, of(room))
    assert not wrong, "\n".join(wrong)


# One address for all verbs: 404 for what one may never do to this ticket, 409 where it moved on or could only refuse.
NEEDS_WORDS = {"instruct", "log_contact", "report", "write", "name_handler", "give_opinion"} | respite.NEEDS_WORDS
NEEDS_WORDS |= dispatching.NEEDS_WORDS


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_verbs_address_offers_what_the_person_may_do(people, where, method):
    (number,) = where["own"]
    wrong = {}
    for verb in {verb for may in MAY.values() for verb in may} | {"nonsense"}:
        url = reverse("requests:verb", args=[number, verb])
        for name in EVERYBODY.split():
            expected = verb_status(name, verb, method)
            answered = people.asks(name, method, url)
            if answered != expected:
                wrong[verb, name] = (answered, expected)
    assert wrong == {}


def verb_status(name, verb, method):
    letters = MAY[name].get(verb, "")
    if name == "anonymous":
        return 302
    if name not in READ_OWN.split() or not letters:
        return 404
    if "H" not in letters:
        return 409
    if method == "GET":  # this one is a year old: an overdue clock is neither extended nor paused (APP-10)
        return 409 if verb in respite.NEEDS_WORDS else 200
    return 422 if verb in NEEDS_WORDS else 303


def test_a_foreign_tickets_verbs_are_not_there(people, where):
    (number,) = where["foreign"]
    for name in ("enterprise_member", "steward", "handler", "nobody", "administrator"):
        for verb in ("write", "withdraw", "urge", "take", "accept"):
            url = reverse("requests:verb", args=[number, verb])
            assert people.asks(name, "POST", url) == 404, (name, verb)


def test_every_address_has_a_row():
    named = {address for address, _args, _method in ROWS} | {"requests:verb", "tickets-api:verb"}
    assert set(addresses(get_resolver())) == named


def addresses(resolver, namespace=""):
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            assert pattern.name, f"{pattern.pattern} has no name"
            yield f"{namespace}{pattern.name}"
        else:
            yield from addresses(pattern, f"{pattern.namespace}:" if pattern.namespace else namespace)


def test_every_post_wants_its_token(people, where):
    """No form can be sent from another site: without the token nothing happens, whoever asks."""
    clients, guarded = {}, {}
    for (address, args, method), row in ROWS.items():
        if method in ("POST", "DELETE"):
            name = _somebody(row)
            if name not in clients:
                clients[name] = Client(enforce_csrf_checks=True)
                clients[name].force_login(people.town.people[name])
            guarded[address] = clients[name].generic(method, reverse(address, args=where[args])).status_code
    assert {status for address, status in guarded.items()} == {403}, guarded


def _somebody(row):
    """The name of somebody for whom the address is there, if there is anybody."""
    names = [name for status, names in row.items() for name in names.split() if status < 400 or status == 422]
    return next((name for name in names if name != "anonymous"), "enterprise_member")
