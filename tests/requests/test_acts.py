"""Every act of the loop: its events, by which right, its messages, who gets them, and nothing where it is undone.

One run of each act answers all of it (APP-19, SEC-1), for bringing a ticket to where it starts costs the most.
"""

import pytest
from django.db import transaction

from enterprises.models import Member
from portal.outbox.models import Message
from portal.trail.models import Event
from tests.requests import factories as make
from tests.requests.loop_acts import ACTS, WHO_IS_TOLD
from tests.requests.test_messages import inbox
from tests.requests.test_trail import picture


@pytest.fixture(autouse=True)
def _in_that_week(time_machine):
    """Dates of another year are written with it."""
    time_machine.move_to(make.MONDAY + make.REVISITED)


def test_every_act_is_in_the_table():
    assert set(WHO_IS_TOLD) == set(ACTS)


@pytest.mark.parametrize("name", ACTS)
def test_each_act(town, name):
    start, verb, expected = ACTS[name]
    ticket = start(town) if start else None
    if ticket is not None:
        undone_leaves_nothing(town, ticket, verb)
        ticket = make.fresh(ticket)
    seen = set(Event.objects.values_list("pk", flat=True))
    verb(town, ticket)
    events = [event for event in Event.objects.order_by("pk") if event.pk not in seen]
    assert [(e.kind.removeprefix("ticket."), e.audience) for e in events] == [(k, who) for k, who, _told in expected]
    acts_by_a_right(town, events)
    keys = {f"{event.kind}:{event.pk}": event for event in events}
    messages = Message.objects.filter(key__in=keys).order_by("pk")
    assert [m.kind.removeprefix("ticket.") for m in messages] == [kind for kind, _who, told in expected if told]
    for message in messages:
        event = keys[message.key]
        assert (message.subject_type, message.subject_id, message.at) == (
            event.subject_type,
            event.subject_id,
            event.at,
        )
    assert inbox(*keys) == WHO_IS_TOLD[name]


def undone_leaves_nothing(town, ticket, verb):
    before = picture(ticket)
    with transaction.atomic():
        verb(town, ticket)
        assert picture(ticket) != before
        transaction.set_rollback(True)
    assert picture(ticket) == before
    town.forget()


def acts_by_a_right(town, events):
    """The rows are append-only: an official's event without his right would stay the firm's for ever (APP-19)."""
    firm = set(Member.objects.filter(enterprise=town.firm).values_list("user", flat=True))
    assert [e.kind for e in events if bool(e.role) == (e.actor_id is None or e.actor_id in firm)] == []
