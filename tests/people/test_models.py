"""What the database itself refuses, and how people are found when they sign in."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from portal.people.models import Delegation, Department, Membership, User
from portal.people.roles import Role
from tests.people.factories import LONG_AGO, department, hold, person, stand_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    "fields",
    [
        {"role": Role.TRIAGER, "until": LONG_AGO - DAY},
        {"role": "king"},
        {"role": Role.HANDLER, "department": None},
        {"role": Role.TRIAGER, "is_liaison": True},
    ],
    ids=["ends before it begins", "unknown role", "handler of nothing", "liaison of nothing"],
)
def test_a_membership_that_makes_no_sense_is_refused(fields):
    with pytest.raises(IntegrityError):
        Membership.objects.create(**{"user": person(), "since": LONG_AGO} | fields)


@pytest.mark.parametrize("with_department", [True, False])
def test_one_role_in_one_department_is_held_once_at_a_time(with_department):
    user, role = person(), Role.INTAKE_CLERK
    unit = department() if with_department else None
    Membership.objects.create(user=user, role=role, department=unit, since=LONG_AGO, until=LONG_AGO + 2 * DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=user, role=role, department=unit, since=LONG_AGO + DAY)
    Membership.objects.create(user=user, role=role, department=unit, since=LONG_AGO + 2 * DAY)
    Membership.objects.create(user=user, role=role, department=department(), since=LONG_AGO)
    assert user.memberships.count() == 3


@pytest.mark.django_db(transaction=True)
def test_of_two_who_grant_the_same_role_at_the_same_moment_one_wins():
    user, start, refused = person(), Barrier(2), []

    def grant() -> None:
        start.wait()
        try:
            Membership.objects.create(user_id=user.pk, role=Role.TRIAGER, since=LONG_AGO)
        except (IntegrityError, OperationalError) as error:  # the constraint, or each waiting for the other
            refused.append(error)
        finally:
            connection.close()

    threads = [Thread(target=grant) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert user.memberships.count() == 1


def test_nobody_stands_in_for_himself_or_without_end():
    user, now = person(), timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        stand_in(user, user, now, now + DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Delegation.objects.create(principal=user, deputy=person(), since=now)


def test_one_deputy_at_a_time():
    user, now = person(), timezone.now()
    stand_in(person(), user, now, now + 2 * DAY)
    stand_in(person(), user, now + 2 * DAY, now + 3 * DAY)
    with pytest.raises(IntegrityError):
        stand_in(person(), user, now + DAY, now + 4 * DAY)


def test_a_department_is_not_its_own_parent():
    unit = department()
    with pytest.raises(IntegrityError):
        Department.objects.filter(pk=unit.pk).update(parent=unit)


def test_user_names_differ_by_more_than_case():
    person(username="Anna")
    with pytest.raises(IntegrityError):
        person(username="anna")


@pytest.mark.parametrize("username", ["13800000021", "+86 138 0000 0021", "138-0000-0021"])
def test_a_user_name_cannot_be_taken_for_a_number(username):
    with pytest.raises(IntegrityError), transaction.atomic():
        person(username=username)
    with pytest.raises(ValidationError):
        User(username=username, name="甲", password="x").full_clean()


@pytest.mark.parametrize("typed", ["13800000021", "138 0000 0021", "+86 138-0000-0021", "008613800000021", "lIn"])
def test_a_person_is_found_by_user_name_or_mobile_however_it_is_typed(typed):
    lin = person(username="Lin", mobile="+86 138 0000 0021")
    person(username="lin2", mobile="13800000022")
    assert User.objects.signing_in_as(typed).get() == lin


def test_people_without_a_mobile_do_not_meet():
    assert {person(mobile="").mobile, person(mobile=None).mobile} == {None}


def test_the_first_administrator_comes_from_the_command_line():
    root = User.objects.create_superuser("root", "riverside-lantern-7", name="首任管理员")
    assert list(root.memberships.values_list("role", "department", "until")) == [(Role.ADMINISTRATOR, None, None)]


def test_the_last_day_of_a_span_is_told_in_the_towns_time(at):
    midnight = at("2026-12-01")
    assert hold(person(), Role.TRIAGER, until=midnight).last_day.isoformat() == "2026-11-30"
    assert hold(person(), Role.TRIAGER, until=midnight + timedelta(hours=9)).last_day.isoformat() == "2026-12-01"
    assert hold(person(), Role.TRIAGER).last_day is None
