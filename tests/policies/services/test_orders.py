"""Orders by the verbs: once for a key, one open of a kind, rated once, and the clock by which one is taken (POL-7)."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from policies.models import Provider, ServiceDeadline, ServiceOrder
from policies.services import flow, keeping
from portal.deadlines.sweep import sweep
from portal.outbox.models import Message
from portal.outbox.rendering import letters_of
from portal.people.models import Membership
from portal.people.refusal import Refused
from portal.trail.models import Event
from portal.worktime.calendar import Limit, calendar
from tests.policies.services.conftest import LATER, MONDAY, fresh, ordered, provider, rated


def letters(kind):
    """Who is told by the messages of that kind, in their order."""
    found = []
    for message in Message.objects.filter(kind=kind, subject_type="policies.serviceorder").order_by("pk"):
        message.params["told_at"] = message.at.isoformat()
        order = ServiceOrder.objects.get(pk=message.subject_id)
        found.append(sorted(letter.to.username for letter in letters_of(message, order)))
    return found


def test_from_the_order_to_the_stars(town, firm_of_law):
    order = ordered(firm_of_law, town)
    assert order.number == "FW-20261109-0001"
    assert order.sent is False
    due = calendar().due(MONDAY, Limit.working_days(2)).at
    clock = ServiceDeadline.objects.get()
    assert (clock.due_at, clock.obligation, clock.department) == (due, "service_take", firm_of_law.department)
    assert letters("service.ordered") == [["lawyer", "partner"]]
    flow.take(order, by=town.lawyer, at=LATER)
    assert ServiceDeadline.objects.get().met_at == LATER
    flow.finish(order, by=town.partner, result="已发律师函", at=LATER)
    flow.rate(order, by=town.enterprise_member, stars=4, comment="及时", at=LATER)
    assert letters("service.taken") == [["enterprise_member", "member_official"]]
    assert letters("service.rated") == [["lawyer", "partner"]]
    kinds = list(Event.objects.about(order).order_by("pk").values_list("kind", flat=True))
    assert kinds == ["service.ordered", "service.taken", "service.finished", "service.rated"]


def test_it_is_rated_once_and_few_stars_want_words(town, firm_of_law):
    order = ordered(firm_of_law, town)
    flow.take(order, by=town.lawyer, at=LATER)
    flow.finish(order, by=town.lawyer, result="已办", at=LATER)
    for stars, comment in ((2, ""), (2, "  "), (0, "差"), (6, "好")):
        with pytest.raises(Refused):
            flow.rate(order, by=town.enterprise_member, stars=stars, comment=comment, at=LATER)
    flow.rate(order, by=town.enterprise_member, stars=2, comment="迟到", at=LATER)
    with pytest.raises(Refused):
        flow.rate(order, by=town.enterprise_member, stars=5, at=LATER)
    assert fresh(order).stars == 2


def test_the_same_form_twice_is_one_order_and_numbers_have_no_gap(town, firm_of_law):
    key = uuid.uuid4()
    first = ordered(firm_of_law, town, key=key)
    assert ordered(firm_of_law, town, key=key, need="别的").pk == first.pk
    with pytest.raises(Refused, match="在办"):
        ordered(firm_of_law, town)
    flow.cancel(first, by=town.enterprise_member, reason="重下", at=LATER)
    assert ordered(firm_of_law, town).number == "FW-20261109-0002"
    assert Message.objects.filter(kind="service.ordered").count() == 2


def test_the_rows_hold_what_the_verbs_promise(town, firm_of_law):
    order = ordered(firm_of_law, town)
    copy = {"enterprise": town.firm, "provider": firm_of_law, "kind": "rights", "need": "同", "ordered_by": town.lawyer}
    for wrong in (
        lambda: ServiceOrder.objects.create(number="FW-X", status="ordered", ordered_at=MONDAY, **copy),
        lambda: ServiceOrder.objects.filter(pk=order.pk).update(status="done"),
        lambda: ServiceOrder.objects.filter(pk=order.pk).update(stars=5),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()


def test_what_it_does_not_offer_is_refused(town, firm_of_law):
    for given in (
        {"kind": "finance"},
        {"need": " "},
        {"need": "x" * 1001},
        {"contact_name": ""},
        {"contact_phone": ""},
    ):
        with pytest.raises(Refused) as refused:
            ordered(firm_of_law, town, **given)
        assert refused.value.field == next(iter(given))


def test_the_ladder_tells_the_providers_people_then_the_centre(town, firm_of_law):
    order = ordered(firm_of_law, town)
    clock = order.deadline
    sweep(clock.near_at)
    sweep(clock.due_at)
    sweep(calendar().due(clock.due_at, Limit.working_days(1)).at)
    assert letters("deadline.rung") == [
        ["lawyer", "partner"],
        ["lawyer", "partner"],
        ["intake_clerk", "second_clerk", "supervisor"],
    ]
    flow.decline(order, by=town.lawyer, reason="排不开", at=clock.due_at + timedelta(days=2))
    assert letters("deadline.rung") == [[], [], []]
    assert letters("service.declined") == [["enterprise_member", "member_official"]]


def test_without_an_account_the_centre_owes_and_is_told(town, advisers):
    order = ordered(advisers, town, by=town.steward)
    assert order.sent is True
    assert order.deadline.obligor_kind == "centre"
    assert letters("service.ordered") == [["enterprise_member", "intake_clerk", "member_official", "second_clerk"]]
    flow.take(order, by=town.intake_clerk, at=LATER)
    assert letters("service.taken") == [["enterprise_member", "member_official", "steward"]]
    event = Event.objects.get(kind="service.taken")
    assert event.role == "intake_clerk"


def test_with_the_last_account_the_centre_takes_over(town, firm_of_law):
    order = ordered(firm_of_law, town)
    Membership.objects.filter(user__in=[town.lawyer, town.partner]).update(until=MONDAY)
    town.forget()
    town.lawyer.forget_rights()
    with pytest.raises(Refused):
        flow.take(order, by=town.lawyer, at=LATER)
    assert flow.take(order, by=town.triager, at=LATER).status == "taken"


def test_stars_are_told_from_three_on(town, advisers):
    for n, stars in enumerate((5, 4)):
        rated(advisers, town, stars, n)
    assert Provider.objects.with_stars().get().stars is None
    rated(advisers, town, 4, 2)
    assert Provider.objects.with_stars().get().stars == 4.3


def test_the_catalogue_refuses_what_it_cannot_hold(town, advisers):
    good = {"name": "某所", "kinds": ["rights"], "offers": "维权", "contact_name": "甲", "contact_phone": "0512"}
    for wrong in ({"name": advisers.name}, {"kinds": []}, {"kinds": ["x"]}, {"department": town.housing}):
        with pytest.raises(Refused) as refused:
            keeping.add_provider(good | wrong, by=town.intake_clerk)
        assert refused.value.field == next(iter(wrong))
    with pytest.raises(Refused):
        keeping.end_provider(advisers, by=town.intake_clerk, reason=" ")
    same = keeping.edit_provider(advisers, {"price": advisers.price}, by=town.intake_clerk)
    assert not Event.objects.about(same).filter(kind="provider.edited").exists()


def test_its_people_learn_that_it_was_taken_off(town, firm_of_law):
    keeping.end_provider(firm_of_law, by=town.supervisor, reason="两次未接单")
    message = Message.objects.get(kind="provider.ended")
    told = {letter.to.username for letter in letters_of(message, Provider.objects.get())}
    assert told == {"lawyer", "partner"}


def test_two_of_one_name_are_not_kept(town, advisers):
    with pytest.raises(Refused):
        provider(town, advisers.name)
