"""What `record` and `read` write, and what the database lets nobody do to it."""

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from portal.people.actors import CLOCK
from portal.people.models import User
from portal.people.rights import Grant
from portal.people.roles import Role
from portal.trail import Audience, read, record
from portal.trail.models import Event, Read

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
