"""One form sent four times at the same moment is one booking; of accept, decline and withdraw one is first (INS-11)."""

import uuid

import pytest

from inspections.bookings import flow
from inspections.models import Booking, BookingDeadline, Need
from portal.outbox.models import Message
from portal.people.models import User
from portal.people.refusal import Refused
from tests.inspections.bookings.conftest import FIRST, LAST, MONDAY, booked
from tests.requests.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 4


def test_one_form_sent_many_times_is_one_and_one_answer_is_first(of):
    key = uuid.uuid4()
    made = at_once([lambda: booked(of, key=key)] * MANY)
    assert {one.pk for one in made} == {Booking.objects.get().pk}
    assert Message.objects.filter(kind="booking.made").count() == 1
    booking = made[0]
    inspector, member = (User.objects.get(username=name) for name in ("inspector", "enterprise_member"))
    answers = at_once(
        [
            lambda: flow.accept(booking, by=inspector, first=FIRST, last=LAST, at=MONDAY),
            lambda: flow.accept(booking, by=inspector, first=FIRST, last=LAST, at=MONDAY),
            lambda: flow.decline(booking, by=inspector, answer="忙", at=MONDAY),
            lambda: flow.withdraw(booking, by=member, reason="不用了", at=MONDAY),
        ]
    )
    assert sum(not isinstance(one, Refused) for one in answers) == 1, answers
    ended = Booking.objects.get()
    assert Need.objects.count() == (ended.status == "accepted")
    assert (BookingDeadline.objects.get().cancelled_at is None) is (ended.status != "withdrawn")
