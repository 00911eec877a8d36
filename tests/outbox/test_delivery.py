"""Delivery: rendered once in each recipient's language, only for who may see it; tried again, then a dead letter."""

import smtplib
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import get_language

from portal.outbox import Letter, channels, delivery
from portal.outbox.delivery import BACKOFF, LEASE, deliver
from portal.outbox.inbox import choose
from portal.outbox.models import Channel, Delivery, Message
from portal.people.models import User, UserManager

from .factories import greet, person, register

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _notice(monkeypatch, settings):
    register(monkeypatch)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.WEBHOOK_URL = ""
    settings.BASE_URL = "https://portal.example"


def failing(monkeypatch, error: Exception, channel: str = Channel.EMAIL) -> list[Delivery]:
    tried = []

    def send(row: Delivery) -> None:
        tried.append(row)
        raise error

    monkeypatch.setitem(channels.SEND, channel, send)
    return tried


def test_the_inbox_always_gets_it_and_mail_if_there_is_an_address():
    with_mail, without = person("luyue", email="luyue@example.com"), person("gusheng", "顾盛")
    greet(with_mail, "k:1"), greet(without, "k:2")

    deliver()

    inbox = Delivery.objects.inbox(with_mail).get()
    assert (inbox.title, inbox.body, inbox.url, inbox.state) == ("路越您好", "有一件事要您办", "/account/", "sent")
    assert inbox.sent_at is not None
    assert inbox.read_at is None
    assert [row.channel for row in Delivery.objects.filter(recipient=without)] == ["inbox"]
    assert set(Message.objects.values_list("state", flat=True)) == {"rendered"}
    (letter,) = mail.outbox
    assert (letter.subject, letter.to) == ("路越您好", ["luyue@example.com"])
    assert letter.body == "有一件事要您办\n\nhttps://portal.example/account/"
    assert Delivery.objects.get(channel="email").state == "sent"


def test_once_rendered_nothing_is_rendered_or_sent_again():
    greet(person(email="luyue@example.com"))
    assert deliver() == 2
    assert deliver() == 0
    assert (Delivery.objects.count(), len(mail.outbox)) == (2, 1)


def test_each_recipient_reads_his_own_language(monkeypatch):
    chinese, english = person(), person("smith", "Smith", language="en")
    calls = []

    def write(user, params):
        calls.append(get_language())
        title = {"zh-hans": "您好", "en": "Hello"}[get_language()]
        return [Letter(chinese, title), Letter(english, title)]

    register(monkeypatch, write)
    monkeypatch.setattr(UserManager, "visible_to", lambda manager, user: manager.all(), raising=False)
    greet(chinese)
    deliver()

    titles = dict(Delivery.objects.values_list("recipient__username", "title"))
    assert titles == {"luyue": "您好", "smith": "Hello"}
    assert calls == ["zh-hans", "en"]


def test_who_may_not_see_the_subject_is_not_told(monkeypatch):
    alice, bob, charlie = person("alice"), person("bob"), person("charlie", is_active=False)
    register(monkeypatch, lambda user, params: [Letter(to, "您好") for to in (alice, bob, charlie)])

    def visible_to(manager, user):
        return manager.exclude(pk=alice.pk) if user == bob else manager.all()

    monkeypatch.setattr(UserManager, "visible_to", visible_to, raising=False)
    greet(alice)
    deliver()

    assert [row.recipient for row in Delivery.objects.all()] == [alice]


def test_without_a_rule_who_may_see_it_only_the_account_itself_is_told(monkeypatch):
    alice, bob = person("alice"), person("bob")
    register(monkeypatch, lambda user, params: [Letter(alice, "您好"), Letter(bob, "您好")])
    greet(alice)
    deliver()
    assert [row.recipient for row in Delivery.objects.all()] == [alice]


def test_access_that_ends_before_the_mail_goes_stops_it(monkeypatch):
    user = person(email="luyue@example.com")
    failing(monkeypatch, smtplib.SMTPServerDisconnected())
    greet(user)
    deliver()
    monkeypatch.setitem(channels.SEND, Channel.EMAIL, channels.send_email)
    User.objects.filter(pk=user.pk).update(is_active=False)

    deliver(at=timezone.now() + timedelta(hours=1))

    assert Delivery.objects.get(channel="email").state == "dropped"
    assert mail.outbox == []


def test_who_does_not_want_mail_gets_none():
    user = person(email="luyue@example.com")
    choose(user, Channel.EMAIL, wanted=False)
    greet(user, "k:1")
    deliver()
    assert mail.outbox == []
    choose(user, Channel.EMAIL, wanted=True)
    greet(user, "k:2")
    deliver()
    assert len(mail.outbox) == 1


def test_a_notice_may_keep_to_the_inbox(monkeypatch):
    register(monkeypatch, lambda user, params: [Letter(user, "您好", channels=[])])
    greet(person(email="luyue@example.com"))
    deliver()
    assert [row.channel for row in Delivery.objects.all()] == ["inbox"]


def test_a_title_is_one_line_of_at_most_200_characters(monkeypatch):
    register(monkeypatch, lambda user, params: [Letter(user, "第一行\n第二行 " + "长" * 300)])
    greet(person(email="luyue@example.com"))
    deliver()
    assert mail.outbox[0].subject.startswith("第一行 第二行 长")
    assert len(mail.outbox[0].subject) == 200


def test_a_failed_try_is_repeated_later_and_later_until_it_is_dead(monkeypatch):
    tried = failing(monkeypatch, smtplib.SMTPRecipientsRefused({"luyue@example.com": (550, b"no such user luyue")}))
    greet(person(email="luyue@example.com"))
    deliver()
    row = Delivery.objects.get(channel="email")
    assert (row.state, row.attempts) == ("queued", 1)

    for waited in range(1, len(BACKOFF) + 1):
        at = row.next_try_at
        deliver(at=at - timedelta(seconds=1))
        assert len(tried) == waited
        deliver(at=at)
        row.refresh_from_db()
        assert len(tried) == waited + 1
        if waited < len(BACKOFF):
            assert row.next_try_at == at + BACKOFF[waited]

    assert (row.state, row.attempts, row.last_error) == ("dead", 6, "SMTPRecipientsRefused 550")
    deliver(at=at + timedelta(days=30))
    assert len(tried) == 6
    assert {row.key for row in tried} == {f"greeting:1:{row.recipient_id}:email"}


def test_a_try_that_killed_the_worker_counts_and_is_repeated_after_the_lease(monkeypatch):
    failing(monkeypatch, SystemExit())  # not an Exception: nothing is marked, as when the process is killed
    greet(person(email="luyue@example.com"))
    at = timezone.now()
    for no in range(len(BACKOFF) + 1):
        with pytest.raises(SystemExit):
            deliver(at=at)
        row = Delivery.objects.get(channel="email")
        assert (row.attempts, row.state, row.next_try_at) == (no + 1, "queued", at + LEASE)
        deliver(at=at + LEASE - timedelta(seconds=1))
        at += LEASE
    deliver(at=at)
    row.refresh_from_db()
    assert (row.state, row.last_error) == ("dead", "worker died")


def test_a_crash_between_sending_and_marking_repeats_with_the_same_key(monkeypatch):
    sent = []

    def send(row: Delivery) -> None:
        sent.append(row.key)
        if len(sent) == 1:
            raise SystemExit

    monkeypatch.setitem(channels.SEND, Channel.EMAIL, send)
    greet(person(email="luyue@example.com"))
    with pytest.raises(SystemExit):
        deliver()
    deliver(at=timezone.now() + LEASE)

    assert len(sent) == 2
    assert len(set(sent)) == 1
    assert Delivery.objects.get(channel="email").state == "sent"


def test_a_failing_notice_delays_nobody_and_its_text_is_not_kept(monkeypatch, caplog):
    def write(user, params):
        if params.get("bad"):
            raise KeyError("a person's secret")
        return [Letter(user, "您好")]

    register(monkeypatch, write)
    user = person()
    greet(user, "k:1", bad=True), greet(user, "k:2")
    deliver()

    assert [row.message.key for row in Delivery.objects.all()] == ["k:2"]
    bad = Message.objects.get(key="k:1")
    assert (bad.state, bad.attempts) == ("queued", 1)
    assert bad.last_error.startswith("KeyError (test_delivery.py:")
    assert "secret" not in bad.last_error
    assert "could not be rendered" in caplog.text


def test_a_subject_that_is_not_there_becomes_a_dead_letter():
    greet(person())
    Message.objects.update(subject_id=0, attempts=len(BACKOFF))
    deliver()
    message = Message.objects.get()
    assert message.state == "dead"
    assert message.last_error.startswith("DoesNotExist")


def test_a_closed_gateway_costs_one_try_per_run_and_leaves_the_others_alone(monkeypatch, settings):
    settings.WEBHOOK_URL = "https://gateway.example/"
    tried = failing(monkeypatch, OSError("closed"), Channel.WEBHOOK)
    for no in range(5):
        greet(person(f"user{no}", email=f"user{no}@example.com", mobile=f"1380000000{no}"), f"k:{no}")
    deliver()

    assert len(tried) == 1
    assert len(mail.outbox) == 5
    assert sorted(Delivery.objects.filter(channel="webhook").values_list("attempts", flat=True)) == [0, 0, 0, 0, 1]


def test_one_refused_recipient_does_not_close_the_way(monkeypatch):
    tried = failing(monkeypatch, smtplib.SMTPRecipientsRefused({"x": (550, b"")}))
    for no in range(3):
        greet(person(f"user{no}", email=f"user{no}@example.com"), f"k:{no}")
    deliver()
    assert len(tried) == 3


def test_a_run_ends_after_its_time():
    for no in range(3):
        greet(person(f"user{no}"), f"k:{no}")
    assert deliver(seconds=0) == 0
    assert deliver() == 3


@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_send_each_letter_once(monkeypatch):
    """Four workers over forty messages. The control: without SKIP LOCKED and the lease they send some twice."""
    assert _sent_by_four(monkeypatch) == sorted(set(_keys()))


@pytest.mark.django_db(transaction=True)
def test_control_without_the_claim_letters_go_out_twice(monkeypatch):
    def unclaimed(model, at, without=()):
        return model._default_manager.filter(state="queued").order_by("id").first()

    monkeypatch.setattr(delivery, "_claim", unclaimed)
    sent = _sent_by_four(monkeypatch)
    assert len(sent) > len(set(sent))


def _keys() -> list[str]:
    return list(Delivery.objects.filter(channel="email").values_list("key", flat=True))


def _sent_by_four(monkeypatch) -> list[str]:
    sent: list[str] = []

    def send(row: Delivery) -> None:
        time.sleep(0.01)
        sent.append(row.key)

    monkeypatch.setitem(channels.SEND, Channel.EMAIL, send)
    monkeypatch.setattr("portal.outbox.tasks.wake", lambda: None)
    users = [person(f"user{no}", email=f"user{no}@example.com") for no in range(20)]
    with transaction.atomic():
        for no, user in enumerate(users):
            greet(user, f"k:{no}")

    def work(_no: int) -> None:
        try:
            deliver()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert len(_keys()) == 20
    assert set(Message.objects.values_list("state", flat=True)) == {"rendered"}
    return sorted(sent)


def test_an_idle_run_asks_two_questions(django_assert_num_queries):
    with django_assert_num_queries(6):  # each with its savepoint, which is a transaction in the worker
        deliver()
