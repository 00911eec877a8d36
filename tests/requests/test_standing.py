"""By which right an official acts, and for whom: the trail cannot be corrected later (APP-19, AB角)."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from enterprises.models import Member, Stewardship
from portal.outbox.delivery import deliver
from portal.outbox.models import Channel, Delivery, Message
from portal.people.models import Delegation, Membership, User
from requests import flow
from requests.agenda import Agenda
from requests.capacity import capacities
from requests.queues import QUEUES
from tests.requests import factories as make
from tests.requests.factories import LONG_AGO, MONDAY, person

FOLLOWED = next(queue for queue in QUEUES if queue.name == "followed")
LATER = MONDAY + timedelta(days=10)


def lend(principal: User, deputy: User) -> User:
    """The deputy stands in for the principal, and is met anew."""
    Delegation.objects.create(principal=principal, deputy=deputy, since=LONG_AGO, until=MONDAY + timedelta(days=9999))
    return User.objects.get(pk=deputy.pk)


def last(ticket):
    event = make.events(ticket).order_by("pk").last()
    return event.kind.removeprefix("ticket."), event.role, event.principal


# The head's right and no other -----------------------------------------------------------------------------------


@pytest.fixture
def deputy(town):
    """分管负责人, who stands in for the head while he is away."""
    Delegation.objects.filter(principal=town.department_head).delete()
    return lend(town.department_head, town.deputy_head)


def test_what_only_the_head_may_sign_is_signed_by_his_right(town, deputy):
    ticket = flow.sign_off(make.signoff(town, result="cannot"), by=deputy, at=LATER)
    assert last(ticket) == ("answered", "department_head", town.department_head)


def test_what_he_may_sign_himself_he_signs_by_his_own(town, deputy):
    ticket = flow.sign_off(make.signoff(town), by=deputy, at=LATER)
    assert last(ticket) == ("answered", "deputy_head", None)


def test_a_co_handlers_opinion_is_given_by_the_right_in_that_department(town):
    elsewhere = person("elsewhere", "季咸", ("handler", town.economy))
    ticket = make.handling(town, co=[town.police])
    flow.give_opinion(ticket, by=lend(town.police_handler, elsewhere), text="已查", at=LATER)
    assert last(ticket) == ("opinion_given", "handler", town.police_handler)


def test_a_parents_head_acts_by_the_right_over_that_department(town):
    """He leads one department himself and stands in for the head of the one above the ticket's."""
    head = person("other_head", "南荣趎", ("department_head", town.economy))
    Delegation.objects.filter(principal=town.department_head).delete()
    ticket = make.dispatched(town, lead=town.utilities)
    flow.take(ticket, by=lend(town.department_head, head), at=LATER)
    assert last(ticket) == ("taken", "department_head", town.department_head)


# The steward and who stands in for him ---------------------------------------------------------------------------


def test_the_first_responder_acts_by_the_right_by_which_he_follows(town):
    ticket = flow.confirm(make.confirming(town), by=town.steward, at=LATER)
    assert last(ticket) == ("confirmed", "steward", None)
    named = make.confirming(town, enterprise=town.foreign_firm, by=town.other_member)
    named.first_responder = town.leader
    named.save()
    assert last(flow.confirm(named, by=town.leader, at=LATER)) == ("confirmed", "leader", None)


def test_who_stands_in_for_the_steward_does_what_he_does_and_it_says_for_whom(town):
    deputy = lend(town.steward, person("second_steward", "接舆", ("steward", None)))
    Stewardship.objects.create(enterprise=town.foreign_firm, user=deputy, since=LONG_AGO)
    ticket = make.confirming(town)
    assert capacities(ticket, deputy) == {"firm.steward", "first_responder"}
    assert last(flow.confirm(ticket, by=deputy, at=LATER)) == ("confirmed", "steward", town.steward)
    assert last(make.filed(town, by=deputy)) == ("filed", "steward", town.steward)
    assert last(make.filed(town, by=deputy, enterprise=town.foreign_firm)) == ("filed", "steward", None)


def test_who_stands_in_sees_what_is_followed_and_is_told(town):
    deputy = lend(town.steward, town.nobody)
    ticket = make.filed(town)
    Stewardship.objects.filter(user=town.steward).update(until=LONG_AGO)  # by name only, no longer by the firm
    assert make.sees(deputy, ticket)
    assert [item.pk for item in Agenda(deputy, [FOLLOWED], FOLLOWED).of(FOLLOWED)] == [ticket.pk]
    deliver()
    titles = [title.split("：")[0] for title in Delivery.objects.inbox(deputy).values_list("title", flat=True)]
    assert titles == ["您是首问负责人"]


def test_who_stands_in_for_the_named_handler_is_told_what_he_is_told(town):
    lend(town.handler, town.nobody)
    ticket = make.signoff(town)
    Message.objects.all().delete()
    flow.send_back(ticket, by=town.deputy_head, reason="缺照片", at=LATER)
    deliver()
    told = Delivery.objects.filter(channel=Channel.INBOX).values_list("recipient__username", flat=True)
    assert set(told) == {"handler", "nobody"}


def test_sec_2_with_the_role_ends_what_the_tie_opened(town):
    ticket = make.confirming(town)
    Membership.objects.filter(user=town.steward).update(until=LONG_AGO)
    assert capacities(ticket, User.objects.get(pk=town.steward.pk)) == frozenset()
    assert capacities(ticket, AnonymousUser()) == frozenset()


# Moving the work of somebody who leaves ---------------------------------------------------------------------------


def test_a_hand_over_is_the_administrators_and_not_the_firms(town):
    ticket = make.handling(town)
    flow.hand_over(town.handler, town.colleague, by=town.administrator, at=LATER)
    assert last(ticket) == ("handed_over", "administrator", None)


def test_nobody_takes_over_the_case_of_his_own_firm(town, refusal):
    ticket = make.handling(town)
    Member.objects.create(enterprise=town.firm, user=town.colleague, since=LONG_AGO)
    town.forget()
    sentence = refusal(flow.hand_over, town.handler, town.colleague, by=town.administrator, at=LATER).sentence
    assert ticket.number in sentence
    assert make.fresh(ticket).handler == town.handler
