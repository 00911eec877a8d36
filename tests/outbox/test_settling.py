"""Import and demo town: messages are stored as delivered, in order, and nobody is sent anything."""

from datetime import timedelta

import pytest
from django.core import mail

from portal.outbox.delivery import deliver
from portal.outbox.models import Delivery, Message
from portal.outbox.queueing import held
from portal.outbox.settling import settle
from portal.people.models import UserManager

from .factories import AT, KIND, greet, person, register

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _notice(monkeypatch, settings):
    register(monkeypatch)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def test_held_messages_reach_the_inbox_at_their_own_time_and_nothing_else():
    user = person(email="luyue@example.com")
    with held():
        greet(user, "k:1")
    deliver()
    assert not Delivery.objects.exists()

    assert settle() == 1

    row = Delivery.objects.get()
    assert (row.channel, row.state, row.sent_at, row.read_at) == ("inbox", "sent", AT, None)
    assert Message.objects.get().state == "rendered"
    assert deliver() == 0
    assert mail.outbox == []


def test_old_ones_count_as_read():
    user = person()
    with held():
        greet(user, "k:1")
    settle(read_before=AT + timedelta(days=1))
    assert Delivery.objects.get().read_at == AT


def test_after_the_block_messages_are_queued_as_ever():
    user = person()
    with held():
        greet(user, "k:1")
    greet(user, "k:2")
    assert dict(Message.objects.values_list("key", "state")) == {"k:1": "held", "k:2": "queued"}
    assert settle() == 1


def test_who_may_not_see_it_is_not_told_here_either(monkeypatch):
    alice, bob = person("alice"), person("bob")
    monkeypatch.setattr(UserManager, "visible_to", lambda manager, user: manager.filter(pk=bob.pk), raising=False)
    with held():
        greet(alice, "k:1"), greet(bob, "k:2")
    assert settle() == 2
    assert [row.recipient for row in Delivery.objects.all()] == [bob]


def test_a_batch_costs_the_same_for_one_message_and_for_many(django_assert_num_queries):
    user = person()
    with held():
        greet(user, "k:1")
    with django_assert_num_queries(9):
        settle()
    with held():
        for no in range(2, 40):
            greet(user, f"k:{no}")
    with django_assert_num_queries(9):
        settle()
    assert Delivery.objects.filter(message__kind=KIND).count() == 39
