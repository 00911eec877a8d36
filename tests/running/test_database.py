"""The fixtures that every room's tests stand on: the application's role, and a database put back after each test."""

import psycopg2
import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from django.db.utils import OperationalError, ProgrammingError

from portal.people.models import Department
from tests.database import put_out_of_reach


@pytest.mark.django_db
def test_the_suite_is_the_application_and_may_not_change_a_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user, current_user")
        assert set(cursor.fetchone()) == {settings.DATABASE_APP_ROLE}
    with pytest.raises(ProgrammingError, match="must be owner"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE people_department ADD COLUMN extra int")


def test_a_fixture_that_comes_before_the_test_database_finds_none(django_db_blocker) -> None:
    """As a module's fixture would that unblocks the database without asking for it to be made."""
    own = {**connection.settings_dict, "NAME": "postgres", "TEST": {}}
    put_out_of_reach(own, "gw7")
    early = type(connections["default"])(own)
    with django_db_blocker.unblock(), pytest.raises(OperationalError, match="ask for django_db_setup"):
        early.ensure_connection()
    assert early.creation._get_test_db_name() == "test_postgres_gw7"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_committing_test_wrote_is_gone_for_the_next(turn: int) -> None:
    assert not Department.objects.filter(name="乌有办").exists()
    Department.objects.create(name="乌有办", short_name="乌有办", kind="town_office")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_what_the_migrations_brought_is_still_there(turn: int) -> None:
    from portal.worktime.models import CalendarDay

    assert CalendarDay.objects.count() > 100
    CalendarDay.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_what_a_module_keeps_is_there_for_each_of_its_tests_and_gone_at_its_end(django_db_setup) -> None:
    with django_db_setup.kept(lambda: office("乌有办")) as kept:
        Department.objects.filter(pk=kept.pk).update(name="改了名的办")
        office("另一办")
        django_db_setup.restore()  # what follows a test
        assert list(Department.objects.values_list("pk", "name")) == [(kept.pk, "乌有办")]
    assert not Department.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_a_module_could_not_finish_is_gone_too(django_db_setup) -> None:
    def fails_halfway() -> None:
        office("乌有办")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), django_db_setup.kept(fails_halfway):
        pass
    assert not Department.objects.exists()


def office(name: str) -> Department:
    return Department.objects.create(name=name, short_name=name, kind="town_office")


@pytest.mark.django_db(transaction=True)
def test_a_forgotten_transaction_is_an_error_and_not_a_hang(monkeypatch) -> None:
    from tests.database import Pristine

    monkeypatch.setattr("tests.database.LOCK_TIMEOUT", "200ms")
    pristine = Pristine()
    Department.objects.create(name="乌有办", short_name="乌有办", kind="town_office")
    parameters = connection.get_connection_params()
    forgotten = psycopg2.connect(
        **{name: parameters[name] for name in ("host", "port", "user", "password", "dbname") if name in parameters}
    )
    forgotten.cursor().execute("UPDATE people_department SET name = name")
    with pytest.raises(psycopg2.errors.LockNotAvailable):
        pristine.restore()
    forgotten.close()
