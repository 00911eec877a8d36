"""Granting and ending roles: who may, from when, and the three separate duties (SEC-1, SEC-10)."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from portal.desk.accounts import flow
from portal.people.actors import CLOCK
from portal.people.models import Membership
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.trail.models import Audience, Event
from tests.people.factories import administrator, department, hold, person, stand_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_a_role_is_granted_from_now_and_leaves_an_event(at):
    noon, admin, user, unit = at("2026-11-23 12:00"), administrator(), person(), department()
    membership = flow.grant(user, Role.HANDLER, department=unit, by=admin, at=noon, is_liaison=True)
    assert (membership.since, membership.until, membership.is_liaison) == (noon, None, True)
    assert rights_of(user, noon).departments(Role.HANDLER) == {unit.pk}
    event = Event.objects.about(user).get()
    assert (event.kind, event.actor, event.role, event.audience, event.at) == (
        "membership.granted",
        admin,
        Role.ADMINISTRATOR,
        Audience.CLOSED,
        noon,
    )
    assert event.data["role"] == Role.HANDLER
    assert event.data["department"] == unit.pk


def test_a_role_may_begin_later_and_end_by_itself(at):
    noon, user = at("2026-11-23 12:00"), person()
    flow.grant(user, Role.TRIAGER, by=administrator(), since=noon + DAY, until=noon + 2 * DAY, at=noon)
    assert [rights_of(user, noon + n * DAY).has(Role.TRIAGER) for n in range(3)] == [False, True, False]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_only_administrators_and_the_clock_grant(role):
    with pytest.raises(flow.Refused, match="只有系统管理员"):
        flow.grant(person(), Role.TRIAGER, by=person(role))
    assert flow.grant(person(), Role.TRIAGER, by=CLOCK).pk


def test_nobody_grants_himself_a_role():
    admin = administrator()
    with pytest.raises(flow.Refused, match="不能给自己"):
        flow.grant(admin, Role.AUDITOR, by=admin)
    assert not Event.objects.exists()


def test_nor_through_the_one_he_stands_in_for():
    now, principal, deputy = timezone.now(), administrator(), administrator()
    stand_in(deputy, principal, now - DAY, now + DAY)
    with pytest.raises(flow.Refused, match="不能给自己"):
        flow.grant(principal, Role.ADMINISTRATOR, by=deputy, department=department())
    assert flow.grant(person(), Role.TRIAGER, by=deputy)


def test_a_deputy_acts_under_his_principals_name():
    now, principal, deputy, user = timezone.now(), administrator(), person(), person()
    stand_in(deputy, principal, now - DAY, now + DAY)
    flow.grant(user, Role.TRIAGER, by=deputy)
    event = Event.objects.about(user).get()
    assert (event.actor, event.principal) == (deputy, principal)


@pytest.mark.parametrize(
    "fields, sentence",
    [
        ({"role": Role.HANDLER}, "要属于一个部门"),
        ({"role": Role.TRIAGER, "is_liaison": True}, "要属于一个部门"),
        ({"role": Role.TRIAGER, "since": -1}, "不能从过去开始"),
        ({"role": Role.TRIAGER, "until": 0}, "结束日期要晚于"),
        ({"role": Role.TRIAGER, "since": 2, "until": 1}, "结束日期要晚于"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(at, fields, sentence):
    noon = at("2026-11-23 12:00")
    fields = {key: noon + value * DAY if key in ("since", "until") else value for key, value in fields.items()}
    with pytest.raises(flow.Refused, match=sentence):
        flow.grant(person(), by=administrator(), at=noon, **fields)


def test_those_who_left_and_closed_departments_get_nothing():
    closed = department(active=False)
    with pytest.raises(flow.Refused, match="已停用"):
        flow.grant(person(is_active=False), Role.TRIAGER, by=administrator())
    with pytest.raises(flow.Refused, match="已停用"):
        flow.grant(person(), Role.HANDLER, department=closed, by=administrator())


def test_the_same_role_twice_is_refused_in_words_but_may_follow_itself(at):
    noon, admin, user = at("2026-11-23 12:00"), administrator(), person()
    flow.grant(user, Role.TRIAGER, by=admin, at=noon, until=noon + DAY)
    with pytest.raises(flow.Refused, match="已经有“研判员”"):
        flow.grant(user, Role.TRIAGER, by=admin, at=noon)
    flow.grant(user, Role.TRIAGER, by=admin, at=noon, since=noon + DAY)
    assert user.memberships.count() == 2


def test_the_constraint_refuses_what_the_check_could_not_see(monkeypatch):
    admin, user = administrator(), person()
    hold(user, Role.TRIAGER)
    monkeypatch.setattr("django.db.models.query.QuerySet.exists", lambda rows: False)
    with pytest.raises(flow.Refused, match="已经有“研判员”"):
        flow.grant(user, Role.TRIAGER, by=admin)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_grant_the_same_role_at_once():
    user, admins, start, refused = person(), [administrator(), administrator()], Barrier(2), []

    def grant(admin) -> None:
        start.wait()
        try:
            flow.grant(user, Role.TRIAGER, by=admin)
        except flow.Refused as refusal:
            refused.append(str(refusal))
        finally:
            connection.close()

    threads = [Thread(target=grant, args=[admin]) for admin in admins]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert "研判员" in refused[0]
    assert user.memberships.count() == Event.objects.filter(kind="membership.granted").count() == 1


@pytest.mark.parametrize(
    "held, role", [("administrator", "auditor"), ("auditor", "triager"), ("leader", "administrator")]
)
def test_the_three_duties_stay_apart(held, role):
    user = person(held)
    with pytest.raises(flow.Refused, match="三项职责要分开"):
        flow.grant(user, role, by=administrator())


def test_the_three_duties_stay_apart_also_over_deputies():
    now = timezone.now()
    principal, deputy = person(Role.TRIAGER), person()
    stand_in(deputy, principal, now - DAY, now + DAY)
    with pytest.raises(flow.Refused, match="三项职责要分开"):
        flow.grant(deputy, Role.AUDITOR, by=administrator())
    other = person()
    stand_in(person(Role.AUDITOR), other, now - DAY, now + DAY)
    with pytest.raises(flow.Refused, match="三项职责要分开"):
        flow.grant(other, Role.TRIAGER, by=administrator())


def test_duties_do_not_hinder_a_firms_person_or_a_change_of_duty(at):
    noon, user = at("2026-11-23 12:00"), person(Role.ENTERPRISE_MEMBER)
    hold(user, Role.AUDITOR, until=noon - DAY)
    assert flow.grant(user, Role.ADMINISTRATOR, by=administrator(), at=noon)


def test_ending_acts_at_once_and_leaves_the_row(at):
    noon, user = at("2026-11-23 12:00"), person()
    membership = hold(user, Role.TRIAGER)
    flow.end(membership, by=administrator(), at=noon)
    assert not rights_of(user, noon).has(Role.TRIAGER)
    assert rights_of(user, noon - DAY).has(Role.TRIAGER)
    assert Event.objects.about(user).get().kind == "membership.ended"
    with pytest.raises(flow.Refused, match="早已结束"):
        flow.end(membership, by=administrator(), at=noon + DAY)


def test_an_end_can_be_set_and_brought_forward_but_not_put_off(at):
    noon, admin = at("2026-11-23 12:00"), administrator()
    membership = hold(person(), Role.TRIAGER)
    flow.end(membership, by=admin, until=noon + 5 * DAY, at=noon)
    flow.end(membership, by=admin, until=noon + 3 * DAY, at=noon)
    assert Membership.objects.get(pk=membership.pk).until == noon + 3 * DAY
    with pytest.raises(flow.Refused, match="延长任职"):
        flow.end(membership, by=admin, until=noon + 4 * DAY, at=noon)
    with pytest.raises(flow.Refused, match="过去"):
        flow.end(membership, by=admin, until=noon - DAY, at=noon)


def test_a_role_that_has_not_begun_can_be_taken_back(at):
    noon, user = at("2026-11-23 12:00"), person()
    membership = hold(user, Role.TRIAGER, since=noon + DAY)
    flow.end(membership, by=administrator(), at=noon)
    assert not rights_of(user, noon + 2 * DAY).has(Role.TRIAGER)


def test_the_last_administrator_stays():
    admin, second = administrator(), administrator()
    flow.end(second.memberships.get(), by=admin)
    with pytest.raises(flow.Refused, match="唯一的系统管理员"):
        flow.end(admin.memberships.get(), by=admin)


def test_duty_and_liaison_are_flags_of_a_membership():
    admin, unit = administrator(), department()
    clerk, handler = person(Role.INTAKE_CLERK).memberships.get(), person(Role.HANDLER, at=unit).memberships.get()
    assert flow.assign_duty(clerk, by=admin, on_duty=True).on_duty
    assert flow.assign_duty(handler, by=admin, is_liaison=True).is_liaison
    assert not flow.assign_duty(clerk, by=admin, on_duty=False).on_duty
    with pytest.raises(flow.Refused, match="联络人要属于"):
        flow.assign_duty(clerk, by=admin, is_liaison=True)
