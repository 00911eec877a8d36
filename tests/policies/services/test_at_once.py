"""One form sent four times at the same moment is one order; of four who take or cancel it one is first (POL-7)."""

import uuid

import pytest

from policies.models import ServiceDeadline, ServiceOrder
from policies.services import flow
from portal.outbox.models import Message
from portal.people.models import User
from portal.people.refusal import Refused
from tests.policies.services.conftest import ordered
from tests.requests.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 4


def test_one_form_sent_many_times_is_one_order(town, firm_of_law):
    key = uuid.uuid4()
    made = at_once([lambda: ordered(firm_of_law, town, key=key)] * MANY)
    assert {one.pk for one in made} == {ServiceOrder.objects.get().pk}
    assert Message.objects.filter(kind="service.ordered").count() == 1
    others = at_once([lambda: ordered(firm_of_law, town, key=uuid.uuid4())] * MANY)
    assert all(isinstance(one, Refused) for one in others)


def test_of_take_and_cancel_one_is_first_and_the_clock_agrees(town, firm_of_law):
    order = ordered(firm_of_law, town)
    lawyer, member = (User.objects.get(username=name) for name in ("lawyer", "enterprise_member"))
    answers = at_once(
        [
            lambda: flow.take(order, by=lawyer),
            lambda: flow.decline(order, by=lawyer, reason="忙"),
            lambda: flow.take(order, by=User.objects.get(username="partner")),
            lambda: flow.cancel(order, by=member, reason="不用了"),
        ]
    )
    done = [one for one in answers if not isinstance(one, Refused)]
    ended = ServiceOrder.objects.get()
    clock = ServiceDeadline.objects.get()
    assert len(done) == (2 if ended.status == "cancelled" and ended.taken_at else 1)  # what was taken may be cancelled
    assert (clock.met_at is not None) is (ended.status != "cancelled" or ended.taken_at is not None)
    assert (clock.met_at is None) is (clock.cancelled_at is not None)
