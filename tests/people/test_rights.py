"""What a person may do: the union of memberships, for their time, with those he stands in for (handbook §1)."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from portal.people.actors import CLOCK
from portal.people.models import User
from portal.people.rights import rights_of
from portal.people.roles import OFFICIALS, Role
from tests.people.factories import department, hold, person, stand_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def reload(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_rights_are_the_union_of_all_memberships():
    roads, water = department(), department()
    user = person(Role.HANDLER, at=roads)
    hold(user, Role.DEPARTMENT_HEAD, at=water)
    hold(user, Role.TRIAGER)
    rights = rights_of(user)
    assert rights.roles == {Role.HANDLER, Role.DEPARTMENT_HEAD, Role.TRIAGER}
    assert rights.departments() == {roads.pk, water.pk}
    assert rights.departments(Role.HANDLER) == {roads.pk}
    assert rights.has(Role.LEADER, Role.TRIAGER)
    assert not rights.has(Role.LEADER)


@pytest.mark.parametrize(
    "hours, held",
    [(-1, False), (0, True), (23, True), (24, False), (25, False)],
    ids=["before", "first instant", "during", "end is exclusive", "after"],
)
def test_a_membership_holds_from_since_to_just_before_until(at, hours, held):
    since = at("2026-11-23 09:00")
    user = person()
    hold(user, Role.TRIAGER, since=since, until=since + DAY)
    assert rights_of(user, since + timedelta(hours=hours)).has(Role.TRIAGER) is held


def test_without_an_instant_the_database_says_what_time_it_is():
    now = timezone.now()
    user = person()
    hold(user, Role.TRIAGER, since=now - DAY, until=now - timedelta(hours=1))
    hold(user, Role.SUPERVISOR, since=now + timedelta(hours=1))
    hold(user, Role.REVISITOR, since=now - DAY, until=now + DAY)
    assert rights_of(user).roles == {Role.REVISITOR}


def test_subtree_reaches_all_departments_below():
    top = department()
    middle = department(parent=top)
    lowest, beside = department(parent=middle), department()
    user = person(Role.DEPARTMENT_HEAD, at=top)
    hold(user, Role.HANDLER, at=beside)
    assert rights_of(user).subtree(Role.DEPARTMENT_HEAD) == {top.pk, middle.pk, lowest.pk}
    assert rights_of(user).subtree(Role.HANDLER) == {beside.pk}
    assert rights_of(user).subtree(Role.LEADER) == frozenset()


def test_the_deputy_acts_with_the_principals_memberships_and_is_marked():
    unit, now = department(), timezone.now()
    principal, deputy = person(Role.DEPARTMENT_HEAD, at=unit, name="沈某"), person(Role.HANDLER, at=unit)
    stand_in(deputy, principal, now - DAY, now + DAY)
    rights = rights_of(deputy)
    assert rights.has(Role.DEPARTMENT_HEAD)
    assert rights.grant(Role.DEPARTMENT_HEAD, unit.pk).principal == principal
    assert rights.grant(Role.HANDLER, unit.pk).principal is None
    assert [one.name for one in rights.principals] == ["沈某"]
    assert not rights_of(principal).has(Role.HANDLER), "the principal gains nothing"


def test_an_own_grant_comes_before_a_delegated_one():
    unit, now = department(), timezone.now()
    principal, deputy = person(Role.HANDLER, at=unit), person(Role.HANDLER, at=unit)
    stand_in(deputy, principal, now - DAY, now + DAY)
    assert rights_of(deputy).grant(Role.HANDLER, unit.pk).principal is None


def test_a_delegation_holds_no_longer_than_the_membership_and_the_other_way_round(at):
    start = at("2026-11-23 09:00")
    principal, deputy = person(), person()
    hold(principal, Role.TRIAGER, since=start + 2 * DAY, until=start + 4 * DAY)
    hold(principal, Role.REVISITOR, since=start)
    stand_in(deputy, principal, start + DAY, start + 3 * DAY)
    held = [sorted(rights_of(deputy, start + n * DAY).roles) for n in range(5)]
    assert held == [[], ["revisitor"], ["revisitor", "triager"], [], []]


def test_delegation_is_not_handed_on():
    now = timezone.now()
    first, second, third = person(Role.SUPERVISOR), person(Role.TRIAGER), person(Role.REVISITOR)
    stand_in(second, first, now - DAY, now + DAY)
    stand_in(third, second, now - DAY, now + DAY)
    assert rights_of(third).roles == {Role.REVISITOR, Role.TRIAGER}


def test_nobody_acts_for_one_who_left():
    now = timezone.now()
    principal, deputy = person(Role.SUPERVISOR), person(Role.TRIAGER)
    stand_in(deputy, principal, now - DAY, now + DAY)
    User.objects.filter(pk=principal.pk).update(is_active=False)
    assert rights_of(reload(deputy)).roles == {Role.TRIAGER}


def test_the_inactive_the_anonymous_and_the_clock_have_no_rights(django_assert_num_queries):
    left = person(Role.SUPERVISOR, is_active=False)
    with django_assert_num_queries(0):
        for nobody in (left, AnonymousUser(), CLOCK, None):
            assert not rights_of(nobody).grants


def test_a_loss_acts_with_the_next_request():
    user = person()
    membership = hold(user, Role.SUPERVISOR)
    assert rights_of(user).has(Role.SUPERVISOR)
    membership.end_at(timezone.now() - timedelta(seconds=1))
    membership.save()
    assert not rights_of(reload(user)).has(Role.SUPERVISOR)
    assert not rights_of(membership.user).has(Role.SUPERVISOR), "also where the same object is used on"


def test_rights_cost_one_query_and_one_more_each_for_principals_and_the_tree(django_assert_num_queries):
    top, now = department(), timezone.now()
    department(parent=top)
    principal, user = person(Role.DEPARTMENT_HEAD, at=top), person(Role.TRIAGER)
    stand_in(user, principal, now - DAY, now + DAY)
    with django_assert_num_queries(1):
        assert rights_of(principal).has(Role.DEPARTMENT_HEAD)
    user = reload(user)
    with django_assert_num_queries(2):
        assert rights_of(user).has(Role.DEPARTMENT_HEAD)
        assert rights_of(user, now).principals[0].name
    with django_assert_num_queries(1):
        assert len(rights_of(user).subtree(Role.DEPARTMENT_HEAD)) == 2
        assert len(rights_of(user, now).subtree(Role.DEPARTMENT_HEAD)) == 2


def test_holding_finds_holders_and_their_deputies_of_that_department():
    unit, other, now = department(), department(), timezone.now()
    holder, deputy = person(Role.HANDLER, at=unit), person(Role.TRIAGER)
    former = person(Role.HANDLER, at=unit, is_active=False)
    person(Role.HANDLER, at=other)
    hold(person(), Role.HANDLER, at=unit, since=now + DAY)
    stand_in(deputy, holder, now - DAY, now + DAY)
    stand_in(person(Role.REVISITOR), former, now - DAY, now + DAY)
    assert set(User.objects.holding(Role.HANDLER, unit)) == {holder, deputy}
    assert set(User.objects.holding(Role.HANDLER, unit, at=now + 3 * DAY)) >= {holder}
    assert deputy not in User.objects.holding(Role.HANDLER, unit, at=now + 2 * DAY)
    assert User.objects.holding(Role.HANDLER).count() == 3
    assert set(User.objects.serving(Role.HANDLER)) == set(User.objects.holding(Role.HANDLER)) - {deputy}


def test_officials_are_all_but_firms_people():
    person(Role.ENTERPRISE_MEMBER)
    person()
    both = person(Role.ENTERPRISE_MEMBER, Role.HANDLER)
    assert list(User.objects.officials()) == [both]
    assert Role.ENTERPRISE_MEMBER not in OFFICIALS
    assert len(OFFICIALS) == 18
