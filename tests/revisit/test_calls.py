"""Calling back: attempts apart from one another, the queue of today's calls, what is noted meanwhile (APP-13)."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from portal.people.models import User
from portal.people.rights import rights_of
from requests import calls, flow
from requests.flow.feedback import Scores
from requests.models import CallDraft, Revisit, Ticket
from tests.requests import factories as make
from tests.revisit.stands import DAY

pytestmark = pytest.mark.django_db
FRIDAY = make.MONDAY + make.REVISITED  # Friday 13 November 2026, 09:00


def missed(town, ticket, at):
    return flow.record_revisit(ticket, by=town.revisitor, reached=False, at=at)


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ("2026-11-13 09:00", "2026-11-13 13:00"),  # in the morning: from the afternoon's opening
        ("2026-11-13 11:59", "2026-11-13 13:00"),
        ("2026-11-13 15:00", "2026-11-16 08:30"),  # Friday afternoon: on Monday
        ("2026-11-14 10:00", "2026-11-16 08:30"),  # on a Saturday
    ],
)
def test_app_13_the_next_attempt_is_in_another_half_day(town, first, again):
    assert Revisit(at=make.moment(first)).next_at == make.moment(again)


def test_app_13_two_calls_in_one_half_day_are_one_attempt(town, at, refusal):
    ticket = at("revisiting")
    missed(town, ticket, FRIDAY)
    error = refusal(missed, town, ticket, FRIDAY + timedelta(hours=2, minutes=59))
    assert error.field == "reached"
    assert "13:00" in error.sentence
    missed(town, ticket, FRIDAY + timedelta(hours=3))  # noon
    assert ticket.revisits.count() == 2


def test_app_13_whoever_calls_back_within_the_half_day_is_heard(town, at):
    ticket = at("revisiting")
    missed(town, ticket, FRIDAY)
    soon = FRIDAY + timedelta(minutes=10)
    flow.record_revisit(ticket, by=town.revisitor, reached=True, real=True, scores=Scores(4), at=soon)
    assert make.fresh(ticket).status == "closed"


# The queue -----------------------------------------------------------------------------------------------------


def held_by(part, town):
    user = User.objects.get(pk=town.revisitor.pk)
    return set(Ticket.objects.filter(part(user, rights_of(user))).values_list("number", flat=True))


def test_today_are_the_calls_that_may_be_made_now(town, at):
    ticket = at("revisiting")
    unsealed = flow.confirm(at("unsealed"), by=town.enterprise_member, at=at("unsealed").moved_at + DAY)
    assert ticket.number in held_by(calls.to_call, town)
    assert unsealed.number not in held_by(calls.to_call, town) | held_by(calls.tried_just_now, town)
    now = Revisit.objects.none()  # the database's own clock decides what “now” is
    assert not now
    Revisit.objects.create(
        ticket=ticket, result=ticket.result, attempt=1, reached=False, by=town.revisitor, at=_database_now()
    )
    assert ticket.number in held_by(calls.tried_just_now, town)
    assert ticket.number not in held_by(calls.to_call, town)
    Revisit.objects.filter(ticket=ticket).update(at=_database_now() - timedelta(hours=12))
    assert ticket.number in held_by(calls.to_call, town)


def _database_now():
    from portal.worktime import clock

    return clock.now()


def test_the_half_day_of_the_database_is_that_of_the_calendar(db):
    from django.db import connection

    cases = ["2026-11-13 00:00", "2026-11-13 11:59", "2026-11-13 12:00", "2026-11-13 23:59", "2027-03-01 08:00"]
    sql = "SELECT date_bin('12 hours', %s::timestamptz, %s)"
    for text in cases:
        instant = make.moment(text)
        with connection.cursor() as cursor:
            cursor.execute(sql, [instant, calls.MIDNIGHT])
            (began,) = cursor.fetchone()
        assert began + timedelta(hours=12) == Revisit(at=instant).half_day_ends, text


# While one speaks ----------------------------------------------------------------------------------------------


@pytest.fixture
def desk(town):
    client = Client()
    client.force_login(User.objects.get(pk=town.revisitor.pk))
    return client


def test_what_was_noted_is_there_again_and_goes_with_the_record(town, at, desk):
    ticket = at("revisiting")
    typed = {"reached": "yes", "real": "yes", "overall": "4", "text": "说下周再看", "next": "/", "nonsense": "x"}
    assert desk.post(f"/tickets/{ticket.number}/call/", typed).status_code == 200
    assert set(CallDraft.objects.get().data) == {"reached", "real", "overall", "text"}
    page = desk.get(f"/tickets/{ticket.number}/record_revisit/").content.decode()
    assert "说下周再看" in page
    assert "写过的都在" in page
    assert desk.post(f"/tickets/{ticket.number}/record_revisit/", typed).status_code == 303
    assert not CallDraft.objects.exists()
    late = desk.post(f"/tickets/{ticket.number}/call/", typed)
    assert (late.status_code, bool(late.json()["error"])) == (409, True)


def test_a_draft_is_the_revisitors_own(town, at, desk):
    ticket = at("revisiting")
    desk.post(f"/tickets/{ticket.number}/call/", {"text": "很不满意" * 2000})
    assert len(CallDraft.objects.get().data["text"]) == 2000
    for name in ("handler", "supervisor", "enterprise_member", "nobody"):
        other = Client()
        other.force_login(User.objects.get(pk=town.people[name].pk))
        assert other.post(f"/tickets/{ticket.number}/call/", {"text": "x"}).status_code == 404, name
    assert CallDraft.objects.count() == 1


def test_the_page_has_the_script_the_number_and_keys_one_to_five(town, at, desk):
    page = desk.get(f"/tickets/{at('revisiting').number}/record_revisit/").content.decode()
    assert 'href="tel:13800000001"' in page
    assert "田骈" in page or User.objects.get(pk=town.revisitor.pk).name in page
    assert "已疏通管网" in page  # the result he asks about
    for digit in "12345":
        assert f'data-key="{digit}"' in page
    assert "data-autosave" in page


def test_the_page_says_when_to_call_again(town, at, desk):
    ticket = at("revisiting")
    missed(town, ticket, FRIDAY)
    with time_machine.travel(FRIDAY + timedelta(hours=1), tick=False):
        from requests.forms.verbs import FORMS

        form = FORMS["record_revisit"](ticket=make.fresh(ticket), user=town.revisitor, now=FRIDAY + timedelta(hours=1))
    assert "13:00" in form.wait
    assert form.attempt == 2
