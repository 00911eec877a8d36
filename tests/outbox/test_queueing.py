"""Queueing: only with the change, once per key, and a wake-up that nobody has to wait for."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
import redis
from django.db import IntegrityError, connection, transaction

from portal.outbox import OutsideTransaction, notice, queue, tasks
from portal.outbox.delivery import deliver
from portal.outbox.letters import NOTICES, Letter
from portal.outbox.models import Delivery, Message
from portal.outbox.queueing import held, queue_each, waiting
from portal.people.models import Department, User

from .factories import AT, KIND, greet, greeting, person, register

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _notice(monkeypatch):
    register(monkeypatch)


@pytest.fixture
def woken(monkeypatch):
    """The wake-ups that would have gone to the broker."""
    calls = []
    monkeypatch.setattr(tasks, "wake", lambda: calls.append(1))
    return calls


def undone(user: User, key: str = "k") -> None:
    """Queue a message in a block that is rolled back."""
    with suppress(InterruptedError), transaction.atomic():
        greet(user, key)
        raise InterruptedError


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_refuses():
    user = person()
    with pytest.raises(OutsideTransaction):
        greet(user)
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_undone_is_not_told(woken):
    user = person()
    undone(user)
    assert not Message.objects.exists()
    assert woken == []


def test_a_message_keeps_what_it_needs_to_be_rendered_later():
    user = person()
    message = greet(user, by="顾盛", days=3)

    message.refresh_from_db()
    assert (message.kind, message.subject_type, message.subject_id) == (KIND, "people.user", user.pk)
    assert (message.at, message.params, message.state) == (AT, {"by": "顾盛", "days": 3}, "queued")


def test_the_same_key_is_one_message():
    user = person()
    first = greet(user, no=1)
    again = greet(user, no=2)
    assert first.pk == again.pk
    assert Message.objects.get().params == {"no": 1}


def test_a_key_stands_for_one_thing_only():
    greet(person())
    with pytest.raises(ValueError, match="already stands for"):
        greet(person("gusheng"))


@pytest.mark.parametrize("key", ["", "two words", "中文", "x" * 201, "line\nbreak"])
def test_a_key_fits_into_a_header(key):
    with pytest.raises(ValueError, match="is no key"):
        greet(person(), key=key)


def test_a_kind_without_a_notice_is_refused_at_once(monkeypatch):
    monkeypatch.delitem(NOTICES, KIND)
    with pytest.raises(ValueError, match="no notice"):
        greet(person())


def test_a_notice_is_about_one_model():
    with pytest.raises(ValueError, match="is about User"):
        queue(KIND, Department(name="住建办"), key="k", at=AT)


def test_two_rooms_cannot_write_the_same_notice(monkeypatch):
    def elsewhere(user, params):
        return []

    with pytest.raises(ValueError, match="two notices"):
        notice(KIND, subject=User)(elsewhere)
    assert NOTICES[KIND].write is greeting


def test_a_letter_leads_nowhere_but_into_the_portal():
    for url in ("https://example.com/", "//example.com/", "javascript:alert(1)"):
        with pytest.raises(ValueError, match="path of the portal"):
            Letter(User(username="luyue"), "标题", url=url)


def test_nothing_goes_out_before_its_time():
    user = person()
    message = greet(user)
    Message.objects.filter(pk=message.pk).update(next_try_at=AT + timedelta(hours=1))

    deliver(at=AT + timedelta(minutes=59))
    assert not Delivery.objects.exists()
    deliver(at=AT + timedelta(hours=1))
    assert Delivery.objects.count() == 1


def test_not_before_is_honoured():
    opening = AT + timedelta(hours=16)
    message = queue(KIND, person(), key="k", at=AT, not_before=opening)
    message.refresh_from_db()
    assert (message.not_before, message.next_try_at) == (opening, opening)


@pytest.mark.django_db(transaction=True)
def test_the_worker_is_woken_once_per_transaction(woken):
    user = person()
    with transaction.atomic():
        for no in range(3):
            greet(user, key=f"k:{no}")
        undone(user, "undone")
        assert woken == []
    assert woken == [1]


@pytest.mark.django_db(transaction=True)
def test_a_savepoint_undone_first_does_not_lose_the_wake_up(woken):
    user = person()
    with transaction.atomic():
        undone(user, "undone")
        greet(user, key="kept")
    assert woken == [1]


@pytest.mark.django_db(transaction=True)
def test_a_dead_broker_costs_no_error_and_no_time(monkeypatch, caplog):
    app = tasks.deliver.app
    alive = app.connection_for_write
    monkeypatch.setattr(app, "connection_for_write", lambda **options: alive("redis://127.0.0.1:1/0", **options))
    user, start = person(), time.monotonic()
    with transaction.atomic():
        greet(user)

    assert time.monotonic() - start < 2
    assert Message.objects.count() == 1
    assert "worker not woken" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_live_broker_gets_the_task(settings):
    broker = redis.Redis.from_url(settings.CELERY_BROKER_URL)
    before = broker.llen("celery")
    user = person()
    with transaction.atomic():
        greet(user)
    assert broker.llen("celery") == before + 1
    broker.delete("celery")


def test_queueing_costs_two_queries(django_assert_num_queries):
    user = person()
    with django_assert_num_queries(2):
        greet(user)


def test_many_are_queued_in_one_statement_and_each_is_told(django_assert_num_queries):
    people = [person(f"u{n}", f"路{n}") for n in range(3)]
    keys = {user.pk: f"k:{user.pk}" for user in people}
    with django_assert_num_queries(1):
        queue_each(KIND, keys, User, at=AT, n=1)
    deliver()
    assert set(Delivery.objects.values_list("recipient__username", flat=True)) == {"u0", "u1", "u2"}
    assert list(Message.objects.values_list("params", flat=True)) == [{"n": 1}] * 3
    with pytest.raises(IntegrityError), transaction.atomic():
        queue_each(KIND, keys, User, at=AT)  # what was told once is not told again unnoticed


def test_many_wait_or_are_held_as_one_would():
    user, other, wait = person(), person("other", "别"), timedelta(minutes=10)
    with held():
        queue_each(KIND, {user.pk: "k:1"}, User, at=AT)
    with waiting(wait):
        queue_each(KIND, {other.pk: "k:2"}, User, at=AT)
    rows = Message.objects.order_by("key").values_list("state", "not_before")
    assert list(rows) == [("held", None), ("queued", AT + wait)]
    with pytest.raises(ValueError, match="no notice"):
        queue_each("nobody.knows", {user.pk: "k:3"}, User, at=AT)
    with pytest.raises(ValueError, match="is about"):
        queue_each(KIND, {1: "k:4"}, Department, at=AT)


@pytest.mark.django_db(transaction=True)
def test_two_transactions_with_one_key_make_one_message(woken):
    user = person()

    def send(_no: int) -> int:
        try:
            with transaction.atomic():
                return greet(user).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(send, range(8)))) == 1
    assert Message.objects.count() == 1


def test_held_messages_are_sent_to_nobody_and_those_after_the_block_are():
    user = person()
    with held():
        greet(user, "k:1")
    greet(user, "k:2")
    assert dict(Message.objects.values_list("key", "state")) == {"k:1": "held", "k:2": "queued"}
    deliver()
    assert [row.message.key for row in Delivery.objects.all()] == ["k:2"]
