"""Webhooks: who is told what, how it is signed, where it may go, and what an administrator does with it."""

import hashlib
import hmac
import json
import socket
import ssl
from datetime import timedelta
from ipaddress import ip_network

import pytest
import trustme
from django.urls import reverse

from portal.api import flow
from portal.desk.lines.words import EVENTS
from portal.outbox import checks, guard, hooks
from portal.outbox.channels import failure_words
from portal.outbox.delivery import deliver
from portal.outbox.models import Channel, Delivery, State
from portal.outbox.trust import certificates
from portal.trail.models import Event
from portal.worktime import clock
from requests.flow import accept, urge
from requests.pushes import PUSHED
from tests.api.factories import line, relayed
from tests.gateway import listening
from tests.requests import factories as make


@pytest.fixture
def receiver(settings):
    """A gateway of ours: `answers`, `got` (tests/gateway.py)."""

    with listening() as server:
        settings.DEBUG = True  # http for this test
        settings.PUSH_PRIVATE_NETWORKS = [ip_network("127.0.0.0/8")]
        server.url = f"http://localhost:{server.server_port}/hook?a=1"
        yield server


def test_every_event_has_a_word_on_the_page():
    assert set(EVENTS) == set(hooks.PUSHES)


def subscribed(town, receiver, system, events=("ticket.accepted", "ticket.urged")):
    at = clock.now()
    return hooks.subscribe(system.user, by=town.administrator, url=receiver.url, events=events, at=at)


def pushes():
    return Delivery.objects.filter(channel=Channel.HOOK)


def test_a_system_is_told_of_its_own_tickets_and_of_no_person(town, receiver, by):
    system, token = line(town)
    other, _token = line(town, "另一个")
    subscription, _other = subscribed(town, receiver, system), subscribed(town, receiver, other)
    ticket = relayed(by(token))
    accept(ticket, by=town.intake_clerk)
    accept(make.filed(town), by=town.intake_clerk)
    deliver()
    ((headers, body),) = receiver.got
    sent = json.loads(body)
    told = {"event": "ticket.accepted", "number": ticket.number, "status": "triaging", "stage": "triage"}
    assert sent == told | {"at": sent["at"]}
    assert headers["Host"] == f"localhost:{receiver.server_port}"
    assert headers["Idempotency-Key"] == pushes().get().key
    signed = headers["X-Timestamp"].encode() + b"." + body
    secret = hooks.secret_of(subscription)
    assert headers["X-Signature"] == "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def test_a_certificate_counts_when_the_site_trusts_its_authority(town, settings, by):
    """A town's own network has an authority of its own: without it the page says what is the matter."""
    authority, tls = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(tls)
    settings.PUSH_PRIVATE_NETWORKS = [ip_network("127.0.0.0/8")]
    system, token = line(town)
    with listening(tls) as server:
        server.url = f"https://localhost:{server.server_port}/hook"
        subscribed(town, server, system)
        accept(relayed(by(token)), by=town.intake_clerk)
        try:
            certificates.cache_clear()
            deliver()
            assert server.got == []
            assert failure_words(pushes().get().last_error) == "对方的证书不受信任（SSLCertVerificationError）"
            settings.CA_CERTIFICATES = authority.cert_pem.bytes().decode()
            certificates.cache_clear()
            pushes().update(next_try_at=clock.now())
            deliver()
        finally:
            certificates.cache_clear()
        assert len(server.got) == 1
        assert pushes().get().state == State.SENT
    assert checks.authorities_can_be_read(None) == []
    settings.CA_CERTIFICATES = "not a certificate"
    assert [found.id for found in checks.authorities_can_be_read(None)] == ["outbox.E002"]


def test_every_event_that_is_told_is_one_the_firm_sees(town):
    closed = make.closed(town, co=[town.police])
    seen = set(Event.objects.about(closed).for_firm().values_list("kind", flat=True))
    hidden = set(Event.objects.about(closed).values_list("kind", flat=True)) - seen
    assert hidden
    assert not hidden & set(PUSHED)
    assert {"ticket.filed", "ticket.accepted", "ticket.answered", "ticket.closed"} <= set(PUSHED) & seen


def test_one_that_is_down_is_tried_again_and_holds_up_no_other(town, receiver, by):
    system, token = line(town)
    subscribed(town, receiver, system)
    down = hooks.subscribe(
        system.user, by=town.administrator, url="http://127.0.0.1:1/", events=["ticket.accepted"], at=clock.now()
    )
    accept(relayed(by(token)), by=town.intake_clerk)
    accept(relayed(by(token)), by=town.intake_clerk)
    deliver()
    assert len(receiver.got) == 2
    waiting = pushes().filter(subscription=down)
    assert set(waiting.values_list("state", flat=True)) == {State.QUEUED}
    assert sorted(waiting.values_list("attempts", flat=True)) == [0, 1]
    assert set(waiting.filter(attempts=1).values_list("last_error", flat=True)) == {"ConnectError"}


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 500])
def test_only_2xx_is_received_and_no_redirect_is_followed(town, receiver, by, status):
    system, token = line(town)
    subscribed(town, receiver, system)
    accept(relayed(by(token)), by=town.intake_clerk)
    receiver.answers = [status]
    deliver()
    assert pushes().get().state == State.QUEUED
    deliver(at=clock.now() + timedelta(minutes=2))
    assert pushes().get().state == State.SENT
    assert receiver.got[0][0]["Idempotency-Key"] == receiver.got[1][0]["Idempotency-Key"]


def test_what_a_revoked_or_stopped_system_waits_for_is_not_sent(town, receiver, by):
    ends = {
        "停用的": lambda system, subscription: flow.revoke(system, by=town.administrator),
        "停止的": lambda system, subscription: hooks.stop(subscription, by=town.administrator, at=clock.now()),
    }
    for name, end in ends.items():
        system, token = line(town, name)
        subscription = subscribed(town, receiver, system)
        ticket = relayed(by(token))
        accept(ticket, by=town.intake_clerk)
        receiver.answers = [500]
        deliver()
        end(system, subscription)
        receiver.got.clear()
        deliver(at=clock.now() + timedelta(hours=1))
        assert receiver.got == []
        assert pushes().get(subscription=subscription).state == State.DROPPED


def test_an_administrator_sends_it_again_with_the_same_key(town, receiver, by):
    system, token = line(town)
    subscribed(town, receiver, system)
    accept(relayed(by(token)), by=town.intake_clerk)
    deliver()
    sent = pushes().get()
    assert hooks.replay(sent, by=town.administrator, at=clock.now())
    assert not hooks.replay(sent, by=town.administrator, at=clock.now())  # it is waiting already
    deliver()
    assert receiver.got[0][1] == receiver.got[1][1]
    assert Event.objects.about(sent).get().kind == "delivery.replayed"


def test_another_secret_signs_otherwise(town, receiver):
    system, _token = line(town)
    subscription = subscribed(town, receiver, system)
    before = hooks.secret_of(subscription)
    assert hooks.renew_secret(subscription, by=town.administrator, at=clock.now()) != before
    assert Event.objects.about(subscription).count() == 2


# Where it may go ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "https://",
        "https:///x",
        "https://user:password@example.org/",
        "https://example.org/#x",
        "https://example.org:99999/",
        "https://[::1",
        "javascript:alert(1)",
    ],
)
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(guard.Forbidden):
        guard.check_url(url)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "224.0.0.1",
        ),
        *("::1", "fd00::1", "fe80::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "255.255.255.255"),
    ],
)
def test_nothing_inside_is_called(monkeypatch, address):
    """Whatever the name says; one inner address among several is enough to refuse."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    found = [(socket.AF_INET, 1, 6, "", ("93.184.215.14", 443)), (family, 1, 6, "", (address, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
    with pytest.raises(guard.Forbidden):
        guard.target_of("https://hook.example.org/x")
    assert guard.Forbidden  # and the control:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found[:1])
    target = guard.target_of("https://hook.example.org/x?y=1")
    assert target == guard.Target("https://93.184.215.14:443/x?y=1", "hook.example.org", "hook.example.org")


def test_a_name_that_points_inside_later_is_not_called(town, receiver, by, settings):
    system, token = line(town)
    subscribed(town, receiver, system)
    accept(relayed(by(token)), by=town.intake_clerk)
    settings.PUSH_PRIVATE_NETWORKS = []
    deliver()
    assert receiver.got == []
    assert pushes().get().last_error == "Forbidden"


# The pages -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def page(town, client):
    client.force_login(town.administrator)
    return client


def test_the_administrator_connects_a_system_and_sees_its_token_once(town, page, by):
    given = {"name": "12345 热线", "channel": "hotline", "scopes": ["read", "file"], "rate": 60}
    made = page.post(reverse("lines:connect"), given)
    token = made.context["secret"]
    assert token in made.content.decode()
    assert "no-store" in made["Cache-Control"]
    assert by(token).get("/api/v1/tickets/").status_code == 200
    system = made.context["line"]
    for url in (reverse("lines:line", args=[system.pk]), reverse("lines:lines")):
        shown = page.get(url).content.decode()
        assert "12345 热线" in shown
        assert token not in shown
    again = page.post(reverse("lines:connect"), given)
    assert "这个名称已有人用" in again.content.decode()
    new = page.post(reverse("lines:rotate", args=[system.pk])).context["secret"]
    assert by(token).get("/api/v1/tickets/").status_code == 401
    page.post(reverse("lines:edit", args=[system.pk]), {"name": "热线", "scopes": ["read"], "rate": 5})
    assert by(new).post("/api/v1/tickets/", {}, format="json").status_code == 403
    page.post(reverse("lines:revoke", args=[system.pk]))
    assert by(new).get("/api/v1/tickets/").status_code == 401
    assert page.post(reverse("lines:rotate", args=[system.pk])).context["form"].errors


def test_the_page_shows_what_was_pushed_and_nothing_of_what_it_was_about(town, receiver, page, by):
    system, token = line(town)
    added = page.post(reverse("lines:subscribe", args=[system.pk]), {"url": receiver.url, "events": ["ticket.urged"]})
    assert added.context["secret"] == hooks.secret_of(system.user.subscriptions.get())
    ticket = relayed(by(token))
    receiver.answers = [500] * 9
    urge(ticket, by=system.user)
    for hours in (0, 1, 2, 6, 24, 48, 72):
        deliver(at=clock.now() + timedelta(hours=hours))
    dead = pushes().get()
    assert dead.state == State.DEAD
    shown = page.get(reverse("lines:line", args=[system.pk]), {"state": "dead"}).content.decode()
    assert "HTTP 500" in shown
    assert not [word for word in (ticket.number, ticket.title, ticket.contact_name) if word in shown]
    url = reverse("lines:replay", args=[system.pk, dead.pk])
    assert page.post(url).status_code == 302
    assert page.post(url).status_code == 404
    receiver.answers = []
    deliver()
    assert pushes().get().state == State.SENT


def test_a_subscription_to_the_inside_is_refused_with_a_sentence(town, page):
    system, _token = line(town)
    url = reverse("lines:subscribe", args=[system.pk])
    for address in ("https://127.0.0.1/", "https://localhost:8000/", "http://example.org/", "nonsense"):
        answer = page.post(url, {"url": address, "events": ["ticket.urged"]})
        assert answer.context["form"].errors["url"], address
    assert (
        page.post(url, {"url": "https://93.184.215.14/", "events": ["ticket.noted"]}).context["form"].errors["events"]
    )
    assert not system.user.subscriptions.exists()


def test_the_account_of_a_system_is_no_persons(town, page):
    system, _token = line(town)
    for name in ("user-password", "user-deactivate"):
        answer = page.post(reverse(f"accounts:{name}", args=[system.user.pk]), {"sent": "1"})
        assert "请在“接入系统”里管理" in answer.content.decode()
    system.user.refresh_from_db()
    assert system.user.is_active
