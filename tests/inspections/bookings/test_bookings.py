"""Bookings by the verbs: asked once, answered in time, made a need; and the clock that asks for the answer (INS-11)."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from inspections.bookings import flow
from inspections.models import Booking, BookingDeadline, Need
from inspections.needs import flow as needs_flow
from portal.deadlines.sweep import sweep
from portal.outbox.models import Message
from portal.outbox.rendering import letters_of
from portal.people.refusal import Refused
from portal.trail.models import Event
from portal.upkeep.retention import flow as retention
from portal.worktime.calendar import Limit, calendar
from tests.inspections.bookings.conftest import FIRST, LAST, LATER, accepted, booked, fresh
from tests.inspections.factories import listed, visit
from tests.requests.factories import MONDAY

AGENCY = ["department_head", "deputy_head", "housing_second", "inspector", "stand_in"]
FIRM = ["enterprise_member", "member_official"]


def letters(kind):
    """Who is told by the messages of that kind, in their order."""
    found = []
    for message in Message.objects.filter(kind=kind, subject_type="inspections.booking").order_by("pk"):
        message.params["told_at"] = message.at.isoformat()
        booking = Booking.objects.get(pk=message.subject_id)
        found.append(sorted(letter.to.username for letter in letters_of(message, booking)))
    return found


def test_from_the_booking_to_the_need(of):
    booking = booked(of)
    assert (booking.number, booking.status, booking.on_behalf) == ("YY-20261109-0001", "asked", False)
    due = calendar().due(MONDAY, Limit.working_days(3)).at
    clock = BookingDeadline.objects.get()
    assert (clock.due_at, clock.obligation, clock.department) == (due, "booking", of.town.housing)
    assert letters("booking.made") == [AGENCY]
    booking = flow.accept(booking, by=of.inspector, first=FIRST, last=LAST, answer="请备好台账。", at=LATER)
    need = Need.objects.get()
    assert (need.kind, need.first, need.last, need.came_by) == ("booked", FIRST, LAST, "booking")
    assert need.basis == f"企业预约 {booking.number}：出口装运"
    assert fresh(booking).need == need
    assert BookingDeadline.objects.get().met_at == LATER
    assert letters("booking.accepted") == [FIRM]
    assert letters("booking.made") == [[]]  # nobody is asked any more
    kinds = Event.objects.about(booking).order_by("pk").values_list("kind", "audience")
    assert list(kinds) == [("booking.made", "firm"), ("booking.accepted", "firm")]


def test_a_whitelisted_firm_may_ask_for_a_check(of):
    """INS-2 spares it what agencies choose, not what it wants itself."""
    listed(of, of.town.firm)
    assert accepted(of).need.kind == "booked"


def test_an_unannounced_subject_is_announced_to_who_booked_it(of):
    subject = of.subject(of.housing)
    subject.unannounced = True
    subject.save()
    assert accepted(of).need.unannounced is False


def test_declined_with_a_reason_the_firm_reads(of):
    booking = booked(of, by=of.steward)
    assert booking.on_behalf is True
    assert letters("booking.made") == [sorted([*AGENCY, *FIRM])]
    with pytest.raises(Refused):
        flow.decline(booking, by=of.inspector, answer=" ", at=LATER)
    flow.decline(booking, by=of.inspector, answer="那几天没有人手", at=LATER)
    assert letters("booking.declined") == [sorted([*FIRM, "steward"])]
    assert Need.objects.count() == 0
    assert BookingDeadline.objects.get().met_at == LATER


def test_the_same_form_twice_is_one_and_one_of_a_subject_waits_at_a_time(of):
    key = uuid.uuid4()
    first = booked(of, key=key)
    assert booked(of, key=key, milestone="别的").pk == first.pk
    with pytest.raises(Refused, match=first.number) as refused:
        booked(of)
    assert refused.value.field == "subject"
    assert booked(of, agency=of.fire).number == "YY-20261109-0002"
    flow.withdraw(first, by=of.enterprise_member, reason="改期", at=LATER)
    assert BookingDeadline.objects.filter(subject=first).get().cancelled_at == LATER
    assert booked(of).number == "YY-20261109-0003"
    assert Message.objects.filter(kind="booking.made").count() == 3


def test_called_off_the_need_goes_too_unless_a_visit_is_planned(of):
    booking = accepted(of)
    flow.call_off(booking, by=of.department_head, reason="企业改期", at=LATER)
    assert Need.objects.get().status == "dropped"
    assert letters("booking.called_off") == [FIRM]
    again = accepted(of)
    visit(of, of.town.firm, [again.need], day=FIRST)
    with pytest.raises(Refused, match="排定"):
        flow.call_off(again, by=of.inspector, reason="x", at=LATER)
    assert fresh(again).status == "accepted"


def test_the_day_is_told_once_the_firm_was_told_of_the_visit(of):
    booking = accepted(of)
    planned = visit(of, of.town.firm, [booking.need], day=FIRST, told_at=None)
    assert (fresh(booking).day, fresh(booking).state) == (None, "已接受")
    planned.told_at = LATER
    planned.save()
    assert (fresh(booking).day, fresh(booking).state) == (FIRST, "已排定")
    needs_flow.carry_out(booking.need, by=of.inspector, at=LATER)
    assert fresh(booking).state == "已检查"
    assert fresh(booking).underway is False


REFUSED = {
    "first": {"first": MONDAY.date()},
    "last": {"last": FIRST - timedelta(days=1)},
    "milestone": {"milestone": " "},
    "contact_name": {"contact_name": ""},
    "contact_phone": {"contact_phone": "\n"},
    "text": {"text": "x" * 1001},
}


@pytest.mark.parametrize("field", REFUSED)
def test_what_is_missing_or_impossible_is_refused_at_its_field(of, field):
    with pytest.raises(Refused) as refused:
        booked(of, **REFUSED[field])
    assert refused.value.field == field


def test_far_long_and_retired_are_refused(of):
    for given in ({"last": FIRST + timedelta(days=400)}, {"last": FIRST + timedelta(days=61)}):
        with pytest.raises(Refused):
            booked(of, **given)
    subject = of.subject(of.housing)
    subject.active = False
    subject.save()
    with pytest.raises(Refused):
        booked(of)


def test_the_ladder_tells_inspectors_heads_supervisor_and_leader(of):
    booking = booked(of)
    clock = booking.deadline
    sweep(clock.near_at)
    sweep(clock.due_at)
    for days in (1, 3):
        sweep(calendar().due(clock.due_at, Limit.working_days(days)).at)
    heads = ["department_head", "deputy_head", "stand_in"]
    inspectors = ["housing_second", "inspector"]
    assert letters("deadline.rung") == [inspectors, sorted([*inspectors, *heads]), ["supervisor"], ["leader"]]
    flow.decline(booking, by=of.inspector, answer="没有人手", at=clock.due_at + timedelta(days=9))
    assert letters("deadline.rung") == [[], [], [], []]


def test_the_rows_hold_what_the_verbs_promise(of):
    booking = booked(of)
    for wrong in (
        lambda: Booking.objects.filter(pk=booking.pk).update(status="accepted"),
        lambda: Booking.objects.filter(pk=booking.pk).update(status="declined"),
        lambda: Booking.objects.filter(pk=booking.pk).update(last=FIRST - timedelta(days=1)),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()


def test_contacts_are_forgotten_when_their_time_is_over(of):
    gone, running = booked(of), booked(of, agency=of.fire)
    flow.withdraw(gone, by=of.enterprise_member, reason="不用了", at=LATER)
    done = accepted(of)
    needs_flow.withdraw(done.need, by=of.inspector, reason="改期", at=LATER)
    retention.forget(LATER + timedelta(days=731))
    for one in (gone, done):
        assert (fresh(one).contact_name, fresh(one).contact_phone, fresh(one).milestone) == ("—", "—", "出口装运")
    assert fresh(running).contact_phone == "13800000009"
