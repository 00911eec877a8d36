"""What `record` and `read` write, and what the database lets nobody do to it."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction

from portal.people.actors import CLOCK
from portal.people.models import User
from portal.people.rights import Grant
from portal.people.roles import Role
from portal.trail import Audience, read, record
from portal.trail.entries import record_each
from portal.trail.models import Event, Read
from tests import database

from .factories import connect, person

pytestmark = pytest.mark.django_db


def test_an_event_says_who_did_what_to_what_and_when(at):
    clerk, subject = person(), person("gusheng", "顾盛")
    grant = Grant(Role.TRIAGER, None, subject, at("2026-01-01"), None)

    event = record("user.edited", subject, by=clerk, at=at("2026-11-23 15:20"), data={"fields": ["email"]}, grant=grant)

    event.refresh_from_db()
    assert (event.kind, event.subject_type, event.subject_id) == ("user.edited", "people.user", subject.pk)
    assert (event.actor, event.principal, event.role) == (clerk, subject, "triager")
    assert event.at == at("2026-11-23 15:20")
    assert event.recorded_at > at("2026-01-01")
    assert event.audience == Audience.OFFICE
    assert event.data == {"fields": ["email"]}
    assert event.xid > 0


def test_the_clock_and_whole_lists_have_no_row(at):
    timed = record("user.lapsed", person(), by=CLOCK, at=at("2026-11-23"))
    export = record("user.exported", User, by=person("zhangqing"), at=at("2026-11-23"))

    assert timed.actor is None
    assert (export.subject_type, export.subject_id) == ("people.user", None)


@pytest.mark.parametrize("kind", ["", "user", "user.", "User.edited", "user edited", "user.edited.twice", "用户.改"])
def test_a_kind_is_subject_and_verb(kind, at):
    with pytest.raises(ValueError, match="kind of event"):
        record(kind, person(), by=CLOCK, at=at("2026-11-23"))


def test_the_story_of_a_subject_is_told_in_its_order_and_only_its_own(at):
    subject, other = person(), person("gusheng")
    late = record("user.edited", subject, by=subject, at=at("2026-11-23 16:00"), audience=Audience.FIRM)
    early = record("user.created", subject, by=CLOCK, at=at("2026-11-23 09:00"))
    record("user.created", other, by=CLOCK, at=at("2026-11-23 10:00"))

    assert list(Event.objects.about(subject)) == [early, late]
    assert list(Event.objects.about(subject).for_firm()) == [late]


def test_a_read_names_reader_and_part():
    reader, subject = person(), person("gusheng")

    read(subject, by=reader, what="mobile")

    row = Read.objects.get()
    assert (row.reader, row.subject_type, row.subject_id, row.what) == (reader, "people.user", subject.pk, "mobile")
    assert row.at is not None


@pytest.mark.parametrize("table", ["trail_event", "trail_seal", "trail_head", "trail_read"])
@pytest.mark.parametrize("act", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_application_may_only_add_to_the_trail(table, act):
    column = "position" if table in ("trail_seal", "trail_head") else "id"
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() != ("portal_owner",)
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            cursor.execute(act.format(table, column, column))


@pytest.mark.django_db(transaction=True)
def test_a_role_that_came_later_gets_its_rights_with_the_next_migrate(settings):
    """A site may begin with one role for everything; a table of the trail may be added by a later release."""

    def may(right, table):
        cursor.execute("SELECT has_table_privilege(%s, %s, %s)", [settings.DATABASE_APP_ROLE, table, right])
        return cursor.fetchone()[0]

    owner = connect(settings.DATABASE_OWNER_URL)
    owner.autocommit = True
    role = connection.ops.quote_name(settings.DATABASE_APP_ROLE)
    database.act_as_owner()
    try:
        with owner.cursor() as cursor:
            cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}; CREATE TABLE trail_later (id int)")
            call_command("migrate", verbosity=0)
            assert may("UPDATE", "people_user")
            assert may("INSERT", "trail_later")
            assert not may("UPDATE", "trail_later")
            assert not may("DELETE", "trail_event")
    finally:
        with owner.cursor() as cursor:
            cursor.execute("DROP TABLE trail_later")
        owner.close()
        database.act_as_application()


@pytest.mark.parametrize("table", ["trail_event", "trail_seal", "trail_head", "trail_read"])
@pytest.mark.parametrize("act", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_even_the_owner_is_stopped_by_a_trigger(table, act, settings):
    column = "position" if table in ("trail_seal", "trail_head") else "id"
    owner = connect(settings.DATABASE_OWNER_URL)
    try:
        with owner.cursor() as cursor, pytest.raises(Exception, match="append-only") as refused:
            cursor.execute(act.format(table, column, column))
        assert refused.value.pgcode == "23001"
    finally:
        owner.close()


def test_somebody_with_events_stays(at):
    clerk = person()
    record("user.edited", clerk, by=clerk, at=at("2026-11-23"))
    with pytest.raises((IntegrityError, Exception), match="protected"):
        clerk.delete()


def test_one_event_for_each_of_many_is_as_if_recorded_one_by_one(at):
    """`record_each` writes in SQL what `record` writes through the model."""
    clerk, others = person(), [person(f"u{n}", f"某{n}") for n in range(3)]
    given = {"by": clerk, "at": at("2026-11-23 15:20"), "audience": Audience.FIRM}
    given["grant"] = Grant(Role.TRIAGER, None, others[0], at("2026-01-01"), None)
    data = {other.pk: {"import": 7, "fields": ["name"]} for other in others}

    one = record("user.edited", others[0], data=data[others[0].pk], **given)
    record_each("user.edited", User, data, **given)

    one.refresh_from_db()
    rows = Event.objects.exclude(pk=one.pk).order_by("subject_id")
    assert [row.subject_id for row in rows] == [other.pk for other in others]
    same = ("kind", "subject_type", "actor_id", "principal_id", "role", "at", "audience", "data", "xid")
    for row in rows:
        assert [getattr(row, name) for name in same] == [getattr(one, name) for name in same]
    with pytest.raises(ValueError, match="no kind of event"):
        record_each("edited", User, data, **given)
