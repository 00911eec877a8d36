"""SEC-1, SEC-2: who sees which firm, and that an ended membership ends it at once."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from enterprises.models import Enterprise, firms_of
from portal.people.models import Delegation, Membership
from portal.people.roles import Role
from portal.worktime import clock
from tests.enterprises import factories
from tests.enterprises.factories import LONG_AGO, again

pytestmark = pytest.mark.django_db

SEE_ALL = {
    *("intake_clerk", "triager", "handler", "deputy_head", "department_head", "revisitor", "steward"),
    *("project_assistant", "grid_member", "supervisor", "congress_observer", "leader", "data_officer"),
    *("policy_officer", "inspector"),
}


def seen_by(user, at=None):
    return set(Enterprise.objects.visible_to(user, at))


@pytest.mark.parametrize("role", Role.values)
def test_each_role_sees_every_firm_or_none(role):
    firms = {factories.firm(1), factories.firm(2)}
    assert seen_by(factories.person("someone", role)) == (firms if role in SEE_ALL else set())


def test_without_a_role_or_an_account_nothing_is_seen():
    factories.firm(1)
    assert seen_by(factories.person("someone")) == set()
    assert seen_by(AnonymousUser()) == set()


def test_a_person_sees_the_several_firms_he_serves_and_a_firm_has_several_people():
    one, two, three = (factories.firm(n) for n in (1, 2, 3))
    agent, owner = factories.person("agent"), factories.person("owner")
    factories.member(one, agent)
    factories.member(two, agent)
    factories.member(two, owner)
    factories.member(three, factories.person("stranger"))
    assert seen_by(agent) == {one, two}
    assert seen_by(owner) == {two}
    assert firms_of(agent) == {one.pk, two.pk}


def test_access_holds_from_the_first_instant_to_just_before_the_last(at):
    firm, user = factories.firm(1), factories.person("agent")
    begin, end = at("2026-11-02 09:00"), at("2026-11-23 15:20")
    factories.member(firm, user, since=begin, until=end)
    moment = timedelta(microseconds=1)
    assert seen_by(user, begin - moment) == set()
    assert seen_by(user, begin) == seen_by(user, end - moment) == {firm}
    assert seen_by(user, end) == set()


def test_an_ended_membership_shows_nothing_and_another_firm_stays():
    one, two, user = factories.firm(1), factories.firm(2), factories.person("agent")
    factories.member(one, user, until=clock.now())
    factories.member(two, user)
    assert seen_by(user) == {two}


def test_a_deactivated_account_acts_for_nobody():
    user = factories.person("gone", is_active=False)
    factories.member(factories.firm(1), user)
    assert seen_by(user) == set()


def test_the_firms_of_a_person_are_asked_once_per_request(django_assert_num_queries):
    user = factories.person("agent")
    factories.member(factories.firm(1), user)
    user = again(user)
    with django_assert_num_queries(1):
        firms_of(user)
        firms_of(user)


def test_a_steward_serves_his_own_firms():
    one, two = factories.firm(1), factories.firm(2)
    user = factories.person("steward", "steward")
    factories.steward(one, user)
    factories.steward(two, user, until=LONG_AGO)
    factories.steward(two, user, kind="project_assistant", project="二期", until=clock.now())
    assert set(Enterprise.objects.stewarded_by(user)) == {one}


def test_a_grid_member_has_the_firms_of_his_places_and_below():
    places = factories.town()
    firms = {code: factories.firm(n, place) for n, (code, place) in enumerate(places.items(), 1)}
    user = factories.person("grid", "grid_member")
    factories.grid_member(places["A1"], user)
    factories.grid_member(places["B"], user, until=clock.now())
    assert set(Enterprise.objects.placed_under(user)) == {firms["A1"], firms["A1Z"]}


def test_who_stands_in_for_a_steward_has_his_firms():
    firm, deputy = factories.firm(1), factories.person("deputy")
    principal = factories.person("steward", "steward")
    factories.steward(firm, principal)
    assert not Enterprise.objects.stewarded_by(again(deputy)).exists()
    until = clock.now() + timedelta(days=3)
    Delegation.objects.create(principal=principal, deputy=deputy, since=LONG_AGO, until=until)
    assert set(Enterprise.objects.stewarded_by(again(deputy))) == {firm}


@pytest.mark.parametrize(("role", "mine"), [("steward", "stewarded_by"), ("grid_member", "placed_under")])
def test_a_tie_opens_firms_from_instant_to_instant_and_only_with_its_role(at, role, mine):
    firm, user = factories.firm(1), factories.person("someone")
    tie = factories.steward if role == "steward" else factories.grid_member
    tie(firm if role == "steward" else firm.place, user, since=at("2026-11-02 09:00"), until=at("2026-11-06 17:00"))
    held = {"since": at("2026-11-03 09:00"), "until": at("2026-11-05 17:00")}
    Membership.objects.create(user=user, role=role, **held)
    moment = timedelta(microseconds=1)

    def found(instant):
        return set(getattr(Enterprise.objects.filter(pk=firm.pk), mine)(user, instant))

    assert found(held["since"] - moment) == found(held["until"]) == set()
    assert found(held["since"]) == found(held["until"] - moment) == {firm}
    Membership.objects.filter(user=user).update(since=LONG_AGO, until=None)
    assert found(at("2026-11-02 08:59")) == found(at("2026-11-06 17:00")) == set()
    assert found(at("2026-11-02 09:00")) == {firm}


def test_the_first_contact_is_the_steward_then_the_assistant_then_nobody():
    firm = factories.firm(1)
    assert firm.first_contact() is None
    assistant = factories.steward(firm, factories.person("assistant"), kind="project_assistant", project="二期")
    assert firm.first_contact() == assistant.user
    steward = factories.steward(firm, factories.person("steward"))
    assert firm.first_contact() == steward.user
    steward.user.is_active = False
    steward.user.save()
    assert firm.first_contact() == assistant.user
