"""The sweep fires what was reached, in order, once, with event and message, and advances the row (DL-4)."""

from datetime import datetime, timedelta
from io import StringIO
from itertools import groupby
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from portal import deadlines, outbox, trail
from portal.deadlines.models import Heartbeat
from portal.deadlines.sweep import Swept, sweep
from portal.outbox.models import Message, State
from portal.people.actors import CLOCK
from portal.trail.models import Event
from portal.worktime import clock
from requests.models import DeadlineFiring, Ticket, TicketDeadline
from tests.deadlines.factories import department, fresh, running, ticket
from tests.worktime.factories import instant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_timers")]

CONSULTATION = {"conditions": {"kind": "consultation"}}
# A consultation that began on Monday 16 November: near, due, +1, +3 and +5 working days.
LADDER = ["2026-11-20 15:42", "2026-11-23 17:00", "2026-11-24 17:00", "2026-11-26 17:00", "2026-11-30 17:00"]


def firings(deadline: TicketDeadline) -> list[tuple[int, int]]:
    return list(deadline.firings.order_by("id").values_list("cycle", "rung"))


def events() -> list[Event]:
    return list(Event.objects.filter(kind="deadline.rung").order_by("id"))


def test_a_rung_fires_once_with_its_event_and_its_message() -> None:
    subject = ticket()
    deadline = running(subject, **CONSULTATION)

    assert sweep(instant("2026-11-20 15:41")) == Swept(0, 0, 0)
    assert sweep(instant("2026-11-20 15:42")) == Swept(1, 0, 0)
    assert sweep(instant("2026-11-20 15:43")) == Swept(0, 0, 0)

    firing = deadline.firings.get()
    assert (firing.cycle, firing.rung, firing.rung_at) == (0, 1, deadline.near_at)
    assert firing.fired_at == instant("2026-11-20 15:42")
    assert (fresh(deadline).next_rung, fresh(deadline).next_rung_at) == (2, deadline.due_at)
    (event,), message = events(), Message.objects.get()
    assert (event.subject_type, event.subject_id, event.actor, event.audience) == (
        "requests.ticket",
        subject.pk,
        None,
        "office",
    )
    assert event.at == message.at == deadline.near_at  # the true time, whenever the sweep came by
    assert message.key == f"deadline.rung:requests.ticketdeadline:{deadline.pk}:0:1"
    assert message.not_before is None
    assert event.data == message.params
    times = {name: datetime.fromisoformat(event.data.pop(name)) for name in ("rung_at", "due_at")}
    assert times == {"rung_at": deadline.near_at, "due_at": deadline.due_at}
    assert event.data == {
        "obligation": "handle",
        "rung": 1,
        "cycle": 0,
        "department": deadline.department_id,
        "deadline": deadline.pk,
    }


def test_after_an_outage_the_missed_rungs_fire_once_each_in_order_with_their_true_times() -> None:
    deadline = running(ticket(), **CONSULTATION)
    assert sweep(instant("2026-11-27 09:00")).fired == 4
    assert firings(deadline) == [(0, 1), (0, 2), (0, 3), (0, 4)]
    assert [event.at for event in events()] == [instant(at) for at in LADDER[:4]]
    assert fresh(deadline).next_rung_at == instant(LADDER[4])
    assert sweep(instant("2026-12-31 09:00")).fired == 1
    assert (fresh(deadline).next_rung, fresh(deadline).next_rung_at) == (6, None)
    assert sweep(instant("2027-12-31 09:00")).fired == 0


def test_office_hours_are_half_open_so_the_alert_of_closing_time_waits_for_the_next_opening() -> None:
    deadline = running(ticket(), **CONSULTATION)
    sweep(deadline.due_at)
    told = dict(Message.objects.values_list("params__rung", "not_before"))
    assert told == {1: instant("2026-11-24 08:30"), 2: instant("2026-11-24 08:30")}
    assert set(Message.objects.values_list("next_try_at", flat=True)) == {instant("2026-11-24 08:30")}


@pytest.mark.parametrize("end", ["meet", "cancel", "pause"])
def test_a_clock_that_stands_still_climbs_no_ladder(end: str) -> None:
    subject = ticket()
    deadline = running(subject, **CONSULTATION)
    getattr(deadlines, end)(TicketDeadline, subject, "handle", at=instant("2026-11-18 09:00"))
    assert sweep(instant("2026-12-31 09:00")).fired == 0
    assert firings(deadline) == []


def test_a_moved_due_time_begins_the_ladder_anew_and_a_changed_calendar_does_not() -> None:
    subject = ticket()
    deadline = running(subject, **CONSULTATION)
    sweep(instant("2026-11-23 17:00"))
    deadlines.extend(TicketDeadline, subject, "handle", at=instant("2026-11-23 17:30"), to=instant("2026-11-25 17:00"))
    assert sweep(instant("2026-11-25 17:00")).fired == 2
    deadlines.recompute(TicketDeadline)
    assert sweep(instant("2026-11-25 17:01")).fired == 0
    assert firings(deadline) == [(0, 1), (0, 2), (1, 1), (1, 2)]


def test_a_row_that_was_set_back_fires_nothing_twice() -> None:
    """As by a table restored from an older copy: the unique key is the last to know."""
    deadline = running(ticket(), **CONSULTATION)
    sweep(instant("2026-11-23 17:00"))
    TicketDeadline.objects.update(next_rung=1, next_rung_at=deadline.near_at)
    assert sweep(instant("2026-11-24 17:00")).fired == 1
    assert firings(deadline) == [(0, 1), (0, 2), (0, 3)]
    assert Message.objects.count() == len(events()) == 3
    assert fresh(deadline).next_rung == 4


@pytest.mark.parametrize(("keyed", "fired"), [(True, [1, 1, 1]), (False, [2, 2, 1])], ids=["keyed", "the control"])
def test_it_is_the_unique_key_that_knows(keyed: bool, fired: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same tables without their keys, and a row that was set back fires again."""
    deadline = running(ticket(), **CONSULTATION)
    if not keyed:
        without_keys()
        monkeypatch.setattr("portal.deadlines.sweep.ONCE", "")
    sweep(instant("2026-11-23 17:00"))
    TicketDeadline.objects.update(next_rung=1, next_rung_at=deadline.near_at)
    sweep(instant("2026-11-24 17:00"))
    assert [len(list(group)) for _, group in groupby(sorted(firings(deadline)))] == fired


def without_keys() -> None:
    """Tables of this connection's own, before those of the same name; gone with the test."""
    with connection.cursor() as cursor:
        for model in (DeadlineFiring, Message):
            table = model._meta.db_table
            cursor.execute(f"CREATE TEMPORARY TABLE {table} (LIKE public.{table} INCLUDING IDENTITY) ON COMMIT DROP")


def test_a_rung_is_not_passed_by_while_one_before_it_is_to_come() -> None:
    deadline = running(ticket(), **CONSULTATION)
    times = [instant(at) for at in ("2026-11-20 09:00", "2026-11-25 09:00", "2026-11-21 09:00")]
    TicketDeadline.objects.update(rung_times=times, next_rung_at=times[0])
    assert sweep(instant("2026-11-22 09:00")).fired == 1
    assert fresh(deadline).next_rung_at == times[1]
    assert sweep(instant("2026-11-25 09:00")).fired == 2
    assert fresh(deadline).next_rung_at is None


def test_a_row_that_points_past_its_ladder_is_put_right_and_keeps_nobody_busy() -> None:
    """As when a ladder has become shorter, or later, without the row's next time."""
    short, later = running(ticket(), **CONSULTATION), running(ticket(), **CONSULTATION)
    at, still = instant("2026-11-24 09:00"), instant("2026-11-25 09:00")
    TicketDeadline.objects.filter(pk=short.pk).update(next_rung=3, rung_times=[short.near_at], next_rung_at=at)
    TicketDeadline.objects.filter(pk=later.pk).update(rung_times=[still], next_rung_at=at)
    assert sweep(at).fired == 0
    assert (fresh(short).next_rung_at, fresh(later).next_rung_at) == (None, still)


def test_what_fails_for_all_rows_is_no_fault_of_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.deadlines.sweep.APART", 4)
    monkeypatch.setattr("portal.deadlines.sweep.MANY", 2)
    for _ in range(8):
        running(ticket(), **CONSULTATION)
    monkeypatch.setattr("portal.deadlines.sweep.KIND", "x" * 100)  # longer than the column
    assert sweep(instant("2026-11-24 17:00")).parked == 4


def test_more_rows_than_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.deadlines.sweep.BATCH", 2)
    for _ in range(5):
        running(ticket(), **CONSULTATION)
    assert sweep(instant("2026-11-24 17:00")).fired == 15
    assert DeadlineFiring.objects.count() == Message.objects.count() == len(events()) == 15


def test_without_an_instant_it_goes_by_the_databases_clock() -> None:
    late = running(ticket(), at="2026-01-05 09:00")
    running(ticket(), at="2049-01-04 09:00")
    assert sweep().fired == 5
    assert set(DeadlineFiring.objects.values_list("deadline", "fired_at")) == {(late.pk, clock.now())}


def test_rows_written_by_the_statement_are_those_that_the_rooms_write_themselves() -> None:
    """A column that events or messages get tomorrow cannot be forgotten here."""
    subject = ticket()
    running(subject, **CONSULTATION)
    at = instant("2026-11-23 17:00")
    sweep(at)
    swept_event, swept = events()[-1], Message.objects.order_by("id").last()
    assert swept is not None
    event = trail.record("deadline.rung", subject, by=CLOCK, at=at, data=swept_event.data)
    message = outbox.queue("deadline.rung", subject, key="same", at=at, not_before=swept.not_before, **swept.params)
    assert columns(Event.objects.get(pk=event.pk)) == columns(swept_event)
    assert columns(Message.objects.get(pk=message.pk)) == columns(swept) | {"key": "same"}


def columns(row: models.Model) -> dict[str, Any]:
    own = {"id", "recorded_at"}  # its number, and the moment of its own statement
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.name not in own}


def test_messages_queued_while_they_are_held_are_sent_to_nobody() -> None:
    from portal.outbox.queueing import held

    running(ticket(), **CONSULTATION)
    with held():
        sweep(instant("2026-11-23 17:00"))
    assert set(Message.objects.values_list("state", flat=True)) == {State.HELD}


def test_an_idle_sweep_asks_little(django_assert_max_num_queries: Any) -> None:
    running(ticket(), at="2049-01-04 09:00")
    sweep()
    with CaptureQueriesContext(connection) as queries:
        sweep()
    assert not [query["sql"] for query in queries if "FOR NO KEY UPDATE" in query["sql"]]
    one = len(queries)
    assert one <= 4  # one for the rungs of all rooms, one for all that waits for an instant, the heartbeat
    for _ in range(3):
        running(ticket(), at="2049-01-04 09:00")
    with django_assert_max_num_queries(one):
        sweep()


def test_the_sweep_locks_deadlines_alone_and_without_their_key() -> None:
    running(ticket(), **CONSULTATION)
    with CaptureQueriesContext(connection) as queries:
        sweep(instant("2026-11-23 17:00"))
    locking = [query["sql"] for query in queries if " FOR " in query["sql"] and "UPDATE" in query["sql"]]
    assert len(locking) == 1
    assert "FOR NO KEY UPDATE OF d SKIP LOCKED" in locking[0]
    assert Ticket._meta.db_table not in {word.strip('"') for word in locking[0].split()}


def test_the_command_says_what_it_did_and_the_heartbeat_goes_by_the_real_clock() -> None:
    running(ticket(), at="2026-01-05 09:00")
    long_ago = clock.now() - timedelta(hours=1)
    Heartbeat.objects.update(swept_at=long_ago)
    sweep(instant("2026-11-23 17:00"))
    assert Heartbeat.objects.get().swept_at == long_ago
    out = StringIO()
    call_command("sweep", stdout=out)
    assert out.getvalue().split("\n")[:3] == ["rungs fired: 0", "timed verbs: 0", "put aside: 0"]
    assert Heartbeat.objects.get().swept_at >= clock.now()


def test_deadlines_of_two_departments_on_one_ticket_fire_each() -> None:
    subject = ticket()
    first = running(subject, **CONSULTATION)
    second = running(subject, department=department("公安局"), **CONSULTATION)
    assert sweep(instant("2026-11-20 16:00")).fired == 2
    assert firings(first) == firings(second) == [(0, 1)]
