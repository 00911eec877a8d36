"""Letters to people without an account: only where the notice allows it, the secret only in what goes out (SEC-1)."""

import json
from datetime import timedelta

import httpx
import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.outbox import SECRET, Letter, Outsider, channels
from portal.outbox.delivery import deliver
from portal.outbox.letters import NOTICES, Notice
from portal.outbox.models import Channel, Delivery, Message
from portal.people.models import User

from .factories import KIND, greet, person
from .test_delivery import failing

pytestmark = pytest.mark.django_db
NUMBER = "13800000077"


def write_to(monkeypatch, *to: Outsider | User, outside=lambda user, params: "4711") -> None:
    def write(user, params):
        return [
            Letter(one, "验证码", f"您的验证码是 {SECRET}。", url="" if isinstance(one, Outsider) else "/")
            for one in to
        ]

    monkeypatch.setitem(NOTICES, KIND, Notice(KIND, User, write, outside))


@pytest.fixture
def gateway(monkeypatch, settings):
    """What the gateway got; it answers as it is told to."""
    settings.WEBHOOK_URL, settings.WEBHOOK_SECRET = "https://gateway.example/", "s"
    got, answers = [], [200]

    def post(url, content, headers):
        got.append(json.loads(content) | {"header": headers["Idempotency-Key"]})
        return httpx.Response(answers[-1], request=httpx.Request("POST", url))

    monkeypatch.setattr(channels.gateway(), "post", post)
    got.append(answers)
    return got


def test_a_text_message_goes_to_the_number_with_its_secret_and_the_secret_is_not_kept(monkeypatch, gateway):
    write_to(monkeypatch, Outsider(mobile=NUMBER))
    greet(person())
    deliver()
    _answers, sent = gateway
    assert sent["to"] == {"username": "", "mobile": NUMBER}
    assert (sent["body"], sent["url"]) == ("您的验证码是 4711。", "")
    assert NUMBER not in sent["key"] + sent["header"]
    row = Delivery.objects.get()
    assert (row.recipient, row.address, row.channel, row.state) == (None, NUMBER, "webhook", "sent")
    assert "4711" not in row.body + str(Message.objects.get().params)


def test_a_notice_that_does_not_provide_for_outsiders_reaches_accounts_only(monkeypatch, gateway):
    user = person()
    write_to(monkeypatch, Outsider(mobile=NUMBER), user, outside=None)
    greet(user)
    deliver()
    assert set(Delivery.objects.values_list("recipient", flat=True)) == {user.pk}


def test_what_may_be_told_no_more_is_dropped_at_the_next_try(monkeypatch, gateway):
    still = ["4711", None]
    write_to(monkeypatch, Outsider(mobile=NUMBER), outside=lambda user, params: still[0])
    greet(person())
    gateway[0].append(503)
    deliver()
    assert Delivery.objects.get().state == "queued"
    gateway[0].append(200)
    del still[0]
    deliver(at=timezone.now() + timedelta(hours=1))
    assert Delivery.objects.get().state == "dropped"
    assert len(gateway) == 2, "one try that failed, and no other"


def test_mail_goes_to_a_bare_address(monkeypatch, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    write_to(monkeypatch, Outsider(email="wang@example.com", language="en"))
    greet(person())
    deliver()
    (letter,) = mail.outbox
    assert (letter.to, letter.body) == (["wang@example.com"], "您的验证码是 4711。")
    assert Delivery.objects.get().channel == "email"


def test_without_a_gateway_nothing_waits_for_one(monkeypatch, settings):
    settings.WEBHOOK_URL, settings.DEMO = "", False
    write_to(monkeypatch, Outsider(mobile=NUMBER))
    greet(person())
    deliver()
    assert not Delivery.objects.exists()


def test_the_demo_shows_what_it_would_have_sent_and_nothing_else_does(monkeypatch, settings, client):
    settings.WEBHOOK_URL, settings.DEMO = "", True
    write_to(monkeypatch, Outsider(mobile=NUMBER))
    greet(person())
    deliver()
    page = client.get("/demo/sent/").content.decode()
    assert NUMBER in page
    assert "4711" in page
    settings.DEMO = False
    assert client.get("/demo/sent/").status_code == 404


def test_a_delivery_is_to_an_account_or_to_an_address(monkeypatch):
    user = person()
    write_to(monkeypatch, user)
    message = greet(user)
    for wrong in (
        {"channel": Channel.WEBHOOK},
        {"channel": Channel.WEBHOOK, "recipient": user, "address": NUMBER},
        {"channel": Channel.INBOX, "address": NUMBER},
    ):
        with pytest.raises(IntegrityError, match="outbox_delivery_to_somebody"), transaction.atomic():
            Delivery.objects.create(message=message, key="x", title="x", **wrong)


def test_a_number_that_is_refused_ends_as_a_dead_letter_without_it(monkeypatch, settings):
    settings.WEBHOOK_URL = "https://gateway.example/"
    failing(monkeypatch, ValueError(NUMBER), Channel.WEBHOOK)
    write_to(monkeypatch, Outsider(mobile=NUMBER))
    greet(person())
    for hours in (0, 1, 2, 5, 20, 60, 90):
        deliver(at=timezone.now() + timedelta(hours=hours))
    row = Delivery.objects.get()
    assert (row.state, row.last_error) == ("dead", "ValueError")
    assert NUMBER not in row.key
