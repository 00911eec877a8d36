"""The gateway: what it gets, how it can trust it, and what counts as received."""

import hashlib
import hmac
import json

import pytest

from portal.outbox import checks
from portal.outbox.channels import failure_words
from portal.outbox.delivery import deliver
from portal.outbox.models import Delivery
from tests.gateway import listening

from .factories import AT, greet, person, register

pytestmark = pytest.mark.django_db


@pytest.fixture
def gateway(settings, monkeypatch):
    """A gateway of ours: `answers`, `got` (tests/gateway.py)."""
    register(monkeypatch)

    with listening() as server:
        settings.WEBHOOK_URL = f"http://127.0.0.1:{server.server_port}/hook"
        settings.WEBHOOK_SECRET = "a secret"
        settings.BASE_URL = "https://portal.example"
        yield server


def test_it_gets_a_signed_letter_with_its_key(gateway):
    user = person(mobile="13800000001")
    greet(user)
    deliver()

    ((headers, body),) = gateway.got
    sent = json.loads(body)
    assert sent == {
        "key": f"greeting:1:{user.pk}:webhook",
        "kind": "user.greeted",
        "at": AT.isoformat(),
        "to": {"username": "luyue", "mobile": "13800000001"},
        "title": "路越您好",
        "body": "有一件事要您办",
        "url": "https://portal.example/account/",
    }
    assert headers["Idempotency-Key"] == sent["key"]
    signed = headers["X-Timestamp"].encode() + b"." + body
    assert headers["X-Signature"] == "sha256=" + hmac.new(b"a secret", signed, hashlib.sha256).hexdigest()
    assert Delivery.objects.get(channel="webhook").state == "sent"


@pytest.mark.parametrize("answer", [302, 400, 404, 429, 500, 503])
def test_anything_but_2xx_is_tried_again_with_the_same_key(gateway, answer):
    gateway.answers = [answer]
    greet(person(mobile="13800000001"))
    deliver()
    row = Delivery.objects.get(channel="webhook")
    assert (row.state, row.last_error) == ("queued", f"HTTP {answer}")

    deliver(at=row.next_try_at)
    row.refresh_from_db()
    assert row.state == "sent"
    assert len({headers["Idempotency-Key"] for headers, _body in gateway.got}) == 1


def test_a_gateway_that_is_not_there_is_tried_again(gateway, settings):
    settings.WEBHOOK_URL = "http://127.0.0.1:1/"
    greet(person(mobile="13800000001"))
    deliver()
    row = Delivery.objects.get(channel="webhook")
    assert (row.state, row.last_error) == ("queued", "ConnectError")


def test_without_a_url_nothing_goes_there(gateway, settings):
    settings.WEBHOOK_URL = ""
    greet(person(mobile="13800000001"))
    deliver()
    assert not Delivery.objects.filter(channel="webhook").exists()


def test_a_url_without_a_secret_or_encryption_is_complained_about(settings):
    settings.WEBHOOK_URL, settings.WEBHOOK_SECRET = "http://gateway.example/", ""
    assert [found.id for found in checks.webhook_is_signed(None)] == ["outbox.E001"]
    assert [found.id for found in checks.webhook_is_encrypted(None)] == ["outbox.W001"]
    settings.WEBHOOK_URL, settings.WEBHOOK_SECRET = "https://gateway.example/", "a secret"
    assert checks.webhook_is_signed(None) == checks.webhook_is_encrypted(None) == []


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("ConnectError", "连不上对方（ConnectError）"),
        ("HTTP 503", "对方没有收下（HTTP 503）"),
        ("SMTPRecipientsRefused 550", "收件地址被拒收（SMTPRecipientsRefused 550）"),
        ("KeyError (rendering.py:12)", "KeyError (rendering.py:12)"),  # a fault of ours: for whoever mends it
    ],
)
def test_an_administrator_reads_in_words_what_failed(error, said):
    assert failure_words(error) == said
