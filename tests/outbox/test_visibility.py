"""The inbox shows, counts and opens only what tells of something the person may see now (SEC-1, SEC-2)."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from enterprises.models import Member
from portal.outbox import unread_count
from portal.outbox.delivery import deliver
from portal.outbox.inbox import choose
from portal.outbox.models import Delivery
from portal.people.models import Membership, User
from requests import flow
from tests.requests import factories as make
from tests.requests.factories import LONG_AGO, town

from .factories import greet, person, register

__all__ = ["town"]
pytestmark = pytest.mark.django_db
SECRET = "乌有先生的原话，不要外传"


def inbox(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.get(reverse("outbox:inbox")).content.decode()


def again(user: User) -> User:
    """The same person in a later request, with the rights he has then."""
    return User.objects.get(pk=user.pk)


def noted(town) -> None:
    ticket = make.handling(town)
    flow.write(ticket, by=town.deputy_head, text=SECRET, audience="office", at=ticket.moved_at)
    deliver()


def leave_department(town) -> None:
    Membership.objects.filter(user=town.handler).update(until=LONG_AGO)


def test_whoever_leaves_the_department_reads_no_more_notes(town):
    noted(town)
    assert SECRET in inbox(town.handler)
    assert unread_count(again(town.handler)) > 0
    item = Delivery.objects.filter(recipient=town.handler, channel="inbox").latest("id")

    leave_department(town)

    assert SECRET not in inbox(town.handler)
    assert unread_count(again(town.handler)) == 0
    client = Client()
    client.force_login(town.handler)
    assert client.get(reverse("outbox:open", args=[item.pk])).status_code == 404
    client.post(reverse("outbox:read-all"))
    item.refresh_from_db()
    assert item.read_at is None


def test_whoever_leaves_one_of_two_firms_keeps_the_others_messages(town):
    make.confirming(town)
    member = again(town.enterprise_member)
    greetings = unread_count(member)
    deliver()
    assert unread_count(again(member)) > greetings
    Member.objects.filter(user=member, enterprise=town.firm).update(until=LONG_AGO)
    assert unread_count(again(member)) == 0
    assert "结果请您确认" not in inbox(member)


@pytest.fixture
def mailed(monkeypatch, settings) -> User:
    """Somebody with a letter that is written and not sent yet."""
    settings.EMAIL_BACKEND = "tests.outbox.test_visibility.Nowhere"
    register(monkeypatch)
    user = person(email="luyue@example.com")
    greet(user)
    deliver()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    Delivery.objects.filter(channel="email").update(next_try_at=LONG_AGO)
    return user


class Nowhere:
    def __init__(self, **options) -> None:
        raise ConnectionRefusedError


def state() -> str:
    deliver()
    return Delivery.objects.get(channel="email").state


def test_a_letter_waiting_to_be_sent_goes(mailed):
    assert (state(), len(mail.outbox)) == ("sent", 1)


def test_declined_meanwhile_it_does_not(mailed):
    choose(mailed, "email", wanted=False)
    assert (state(), mail.outbox) == ("dropped", [])


def test_without_an_address_meanwhile_it_is_not_called_sent(mailed):
    User.objects.update(email="")
    assert (state(), mail.outbox) == ("dropped", [])


def test_no_text_message_for_whom_has_no_mobile_number(monkeypatch, settings):
    """He could not decline it either: the page offers that to those whom it reaches."""
    settings.WEBHOOK_URL = "https://gateway.example/"
    register(monkeypatch)
    with_mobile, without = person(mobile="13800000001"), person("gusheng", "顾盛")
    monkeypatch.setattr("portal.outbox.channels.SEND", {"webhook": lambda delivery: None})
    greet(with_mobile, "k:1"), greet(without, "k:2")
    deliver()
    assert list(Delivery.objects.filter(channel="webhook").values_list("recipient", flat=True)) == [with_mobile.pk]
