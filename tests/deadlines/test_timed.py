"""Timed verbs run row by row, and a row that fails is put aside, reported, and delays nobody."""

import logging
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.test.utils import CaptureQueriesContext

from portal import deadlines
from portal.deadlines import parking, timed
from portal.deadlines.models import TimedFailure
from portal.deadlines.sweep import Swept, sweep
from portal.people.actors import CLOCK
from portal.trail.models import Event
from requests.models import DeadlineFiring, Ticket, TicketDeadline
from tests.deadlines.factories import fresh, running, ticket
from tests.deadlines.test_locks import in_thread
from tests.worktime.factories import instant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_timers")]

LATE = instant("2026-12-10 09:00")
REGISTERED = dict(timed.TIMERS)  # those of the rooms


class Verb:
    """Notes what it was called with; fails for the tickets it is told to fail for."""

    def __init__(self) -> None:
        self.called: list[tuple[int, datetime]] = []
        self.fails: set[int] = set()

    def __call__(self, subject: Ticket, *, by: Any, at: datetime) -> None:
        assert by is CLOCK
        Ticket.objects.filter(pk=subject.pk).update(title="被动过")
        if subject.pk in self.fails:
            raise ZeroDivisionError("乌有先生的电话是 13800000001")
        self.called.append((subject.pk, at))


@pytest.fixture
def verb(no_timers: None) -> Verb:
    verb = Verb()
    timed.timed(TicketDeadline, "confirm")(verb)
    return verb


def waiting(subject: Ticket | None = None) -> TicketDeadline:
    """Three working days of the firm's from 16 November: due on the 19th at 17:00."""
    return running(subject or ticket(), "confirm", obligor_kind="enterprise")


def test_a_verb_runs_once_past_its_due_time_and_never_again(verb: Verb) -> None:
    deadline = waiting()
    assert sweep(deadline.due_at).timed == 0  # on time is `met_at <= due_at`
    after = deadline.due_at + timedelta(seconds=1)
    assert sweep(after) == Swept(0, 1, 0)
    assert sweep(LATE) == Swept(0, 0, 0)
    assert verb.called == [(deadline.subject_id, after)]
    assert fresh(deadline).lapsed_at == after


def test_it_runs_again_when_the_due_time_has_moved(verb: Verb) -> None:
    deadline = waiting()
    sweep(LATE)
    to = instant("2026-12-11 17:00")
    deadlines.extend(TicketDeadline, deadline.subject, "confirm", at=LATE, to=to)
    assert sweep(to).timed == 0
    assert sweep(to + timedelta(minutes=1)).timed == 1
    assert len(verb.called) == 2


@pytest.mark.parametrize("end", ["meet", "cancel", "pause"])
def test_nothing_runs_for_a_clock_that_stands_still(verb: Verb, end: str) -> None:
    deadline = waiting()
    getattr(deadlines, end)(TicketDeadline, deadline.subject, "confirm", at=instant("2026-11-17 09:00"))
    assert sweep(LATE).timed == 0


def test_obligations_without_a_verb_are_left_alone(verb: Verb) -> None:
    running(ticket())
    assert sweep(LATE).timed == 0


def test_one_obligation_has_one_verb(verb: Verb) -> None:
    with pytest.raises(ValueError, match="confirm"):
        timed.timed(TicketDeadline, "confirm")(Verb())


def test_a_poisoned_row_delays_nobody_and_is_reported(verb: Verb, caplog: pytest.LogCaptureFixture) -> None:
    first, poisoned, last = waiting(), waiting(), waiting()
    verb.fails = {poisoned.subject_id}
    with caplog.at_level(logging.ERROR):
        assert sweep(LATE) == Swept(6, 2, 1)
    assert [pk for pk, _ in verb.called] == [first.subject_id, last.subject_id]
    poisoned.subject.refresh_from_db()
    assert poisoned.subject.title == "门前路灯不亮"  # what it had begun is undone
    failure = TimedFailure.objects.get()
    assert (failure.verb, failure.row_type, failure.row_id) == (
        "requests.TicketDeadline.confirm",
        "requests.ticketdeadline",
        poisoned.pk,
    )
    assert failure.error.startswith("ZeroDivisionError (test_timed.py:")
    assert "乌有先生" not in failure.error + caplog.text
    assert str(poisoned.pk) in caplog.text


def test_it_is_tried_again_later_and_later_and_ends_with_success(verb: Verb) -> None:
    deadline = waiting()
    verb.fails = {deadline.subject_id}
    at = LATE
    for tries, wait in enumerate([*parking.BACKOFF, parking.BACKOFF[-1]], 1):
        assert sweep(at).timed == 0
        assert sweep(at + wait / 2).parked == 0
        assert TimedFailure.objects.get().tries == tries
        at += wait
    verb.fails = set()
    assert sweep(at) == Swept(0, 1, 0)
    assert not TimedFailure.objects.exists()


def test_it_ends_when_somebody_has_done_it_by_hand(verb: Verb) -> None:
    deadline = waiting()
    verb.fails = {deadline.subject_id}
    sweep(LATE)
    deadlines.meet(TicketDeadline, deadline.subject, "confirm", at=LATE)
    sweep(LATE + timedelta(hours=1))
    assert not TimedFailure.objects.exists()


def test_an_administrator_lets_it_be_tried_at_once(verb: Verb) -> None:
    from tests.requests.factories import person

    deadline, admin = waiting(), person("admin", "竖亥", ("administrator", None))
    verb.fails = {deadline.subject_id}
    sweep(LATE)
    verb.fails = set()
    assert parking.retry(TimedFailure.objects.all(), by=admin, at=LATE) == 1
    assert sweep(LATE).timed == 1
    event = Event.objects.get(kind="timed_failure.retried")
    assert (event.actor, event.data["row"]) == (admin, deadline.pk)


def test_a_poisoned_rung_is_put_aside_and_the_other_rungs_fire() -> None:
    rows = [running(ticket()) for _ in range(5)]
    TicketDeadline.objects.filter(pk=rows[2].pk).update(cycle=32000)
    crowded(rows[2])
    assert sweep(LATE) == Swept(12, 0, 1)
    assert set(DeadlineFiring.objects.values_list("deadline", flat=True)) == {r.pk for r in rows} - {rows[2].pk}
    assert TimedFailure.objects.get().verb == "rungs"
    assert sweep(LATE + timedelta(seconds=20)) == Swept(0, 0, 0)
    assert fresh(rows[2]).next_rung == 1


def test_a_sweep_ends_even_where_a_row_cannot_be_put_aside(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rows = [running(ticket()) for _ in range(5)]
    TicketDeadline.objects.filter(pk=rows[2].pk).update(cycle=32000)
    crowded(rows[2])
    monkeypatch.setattr(parking, "park", lambda *args: None)
    assert sweep(LATE) == Swept(12, 0, 1)  # it is met once, the others fire
    assert f"[{rows[2].pk}]: put aside and due again" in caplog.text


def crowded(deadline: TicketDeadline) -> None:
    """Somebody else has used the key of its first message."""
    from portal.outbox.models import Message

    key = f"deadline.rung:requests.ticketdeadline:{deadline.pk}:32000:1"
    Message.objects.create(kind="other", subject_type="requests.ticket", subject_id=1, key=key, at=LATE)


def test_a_message_whose_key_is_taken_is_never_lost_in_silence() -> None:
    deadline = running(ticket())
    TicketDeadline.objects.update(cycle=32000)
    crowded(deadline)
    assert sweep(LATE).parked == 1
    assert not deadline.firings.exists()


# Rows that are no deadlines -----------------------------------------------------------------------------------


@pytest.fixture
def timer(no_timers: None) -> list[int]:
    acted: list[int] = []

    def due(at: datetime) -> QuerySet[Ticket]:
        return Ticket.objects.filter(moved_at__lte=at, urges=0).order_by("pk")

    def act(row: Ticket, at: datetime) -> None:
        Ticket.objects.filter(pk=row.pk).update(urges=1)
        acted.append(row.pk)
        if row.title == "坏":
            raise LookupError

    timed.timed_rows("tests.tickets", due, act)
    return acted


def test_other_rows_are_done_when_their_time_has_come(timer: list[int]) -> None:
    first, second = ticket(), ticket()
    Ticket.objects.filter(pk=second.pk).update(moved_at=F("moved_at") + timedelta(days=90))
    assert sweep(LATE) == Swept(0, 1, 0)
    assert timer == [first.pk]


def test_other_rows_are_put_aside_as_well(timer: list[int]) -> None:
    bad, good = ticket(), ticket()
    Ticket.objects.filter(pk=bad.pk).update(title="坏")
    assert sweep(LATE) == Swept(0, 1, 1)
    assert sweep(LATE + timedelta(seconds=20)) == Swept(0, 0, 0)
    assert timer == [bad.pk, good.pk]


def test_a_sweep_leaves_the_rest_to_the_next_one_when_its_time_is_over(timer: list[int]) -> None:
    ticket(), ticket()
    assert timed.run(LATE, seconds=-1) == (0, 0)
    assert timed.run(LATE) == (2, 0)


# Somebody else is at work -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_ticket_in_somebodys_hands_is_left_for_the_next_sweep(verb: Verb) -> None:
    deadline = waiting()
    with transaction.atomic():
        Ticket.objects.select_for_update(of=("self",), no_key=True).get(pk=deadline.subject_id)
        thread, outcome = in_thread(lambda: timed.run(LATE))
        thread.join(5)
        assert outcome == [(0, 0)]
    assert not TimedFailure.objects.exists()
    assert timed.run(LATE) == (1, 0)


def test_a_timed_verb_locks_the_subject_first_then_its_deadline_and_neithers_key(verb: Verb) -> None:
    deadline = waiting()
    with CaptureQueriesContext(connection) as queries:
        assert sweep(deadline.due_at + timedelta(seconds=1)).timed == 1
    locks = [query["sql"].partition(" FOR ")[2] for query in queries if " SKIP LOCKED" in query["sql"]]
    tables = [f'"{model._meta.db_table}"' for model in (Ticket, TicketDeadline)]
    assert locks[-2:] == [f"NO KEY UPDATE OF {table} SKIP LOCKED" for table in tables]


@pytest.mark.django_db(transaction=True)
def test_a_locked_deadline_is_skipped_and_the_others_fire() -> None:
    held, free = running(ticket()), running(ticket())
    with transaction.atomic():
        TicketDeadline.objects.select_for_update(of=("self",), no_key=True).get(pk=held.pk)
        thread, outcome = in_thread(lambda: sweep(LATE).fired)
        thread.join(5)
        assert outcome == [3]
    connection.close()
    assert sweep(LATE).fired == 3
    assert free.firings.count() == held.firings.count() == 3


# Asking ---------------------------------------------------------------------------------------------------------


def test_the_question_whether_anything_waits_is_put_together_once_a_day(no_timers: None) -> None:
    """Building the querysets of all rooms takes longer than PostgreSQL's answer, and a sweep comes every 20 seconds."""
    built: list[datetime] = []

    def due(at: datetime) -> QuerySet[Ticket]:
        built.append(at)
        return Ticket.objects.filter(moved_at__lte=at, urges=0).order_by("pk")

    def act(row: Ticket, at: datetime) -> None:
        Ticket.objects.filter(pk=row.pk).update(urges=1)

    timed.timed_rows("tests.kept", due, act)
    ticket()
    moved = instant("2026-11-02 09:00")
    for minutes in (3, 2, 1):
        assert timed.run(moved - timedelta(minutes=minutes)).done == 0
    assert len(built) == 1
    assert timed.run(moved).done == 1  # the kept question goes by each sweep's own instant
    built.clear()
    timed.run(moved + timedelta(days=1))
    timed.run(moved + timedelta(days=1, minutes=1))
    assert len(built) == 1


def test_a_timer_that_goes_by_another_instant_is_refused(no_timers: None) -> None:
    def due(at: datetime) -> QuerySet[Ticket]:
        return Ticket.objects.filter(moved_at__lte=at - timedelta(hours=1))

    timed.timed_rows("tests.other", due, act=lambda row, at: None)
    with pytest.raises(ValueError, match="another instant"):
        timed.run(LATE)


def test_every_timer_of_the_rooms_can_be_asked_once_a_day() -> None:
    statement, values = timed._question(tuple(REGISTERED.values()), LATE.date())
    assert statement.count("UNION ALL") + 1 == len(REGISTERED)
    assert timed.PROBE in values
