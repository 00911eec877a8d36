"""A changed calendar moves exactly the open deadlines it touches, and says which (DL-2)."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from portal import deadlines
from portal.deadlines import together
from portal.deadlines.flow import replay
from portal.deadlines.held import tables
from portal.worktime import calendar as current
from portal.worktime.calendar import Limit, calendar
from portal.worktime.models import CalendarDay, Origin
from requests.models import TicketDeadline
from tests.deadlines.factories import fresh, running, ticket
from tests.worktime.factories import day, instant, other_holidays

pytestmark = pytest.mark.django_db


def typhoon(on: str) -> None:
    CalendarDay.objects.create(date=day(on), working=False, name="台风停工", origin=Origin.LOCAL, reason="Ⅰ级响应")
    current.changed()


def test_a_changed_day_moves_exactly_the_open_deadlines_it_touches() -> None:
    touched, met, cancelled, before, fixed = (ticket() for _ in range(5))
    moved = running(touched, conditions={"kind": "consultation"})
    for subject in (met, cancelled):
        running(subject, conditions={"kind": "consultation"})
    deadlines.meet(TicketDeadline, met, "handle", at=instant("2026-11-17 09:00"))
    deadlines.cancel(TicketDeadline, cancelled, at=instant("2026-11-17 09:00"))
    running(before, "contact")
    running(fixed, "instruction", limit=Limit.until(instant("2026-11-30 17:00")))
    TicketDeadline.objects.filter(pk=moved.pk).update(next_rung=2, next_rung_at=instant("2026-11-23 17:00"))
    others = {row.pk: row.due_at for row in TicketDeadline.objects.exclude(pk=moved.pk)}

    typhoon("2026-11-19")
    (change,) = deadlines.recompute(TicketDeadline)

    assert (change.deadline, change.former) == (moved, instant("2026-11-23 17:00"))
    moved = fresh(moved)
    assert moved.due_at == instant("2026-11-24 17:00")
    # No new cycle: what has fired stays fired, the next rung waits for its new time.
    assert (moved.cycle, moved.next_rung, moved.next_rung_at) == (0, 2, instant("2026-11-24 17:00"))
    assert {row.pk: row.due_at for row in TicketDeadline.objects.exclude(pk=moved.pk)} == others
    assert deadlines.recompute(TicketDeadline) == []


def test_recomputing_replays_pauses() -> None:
    subject = ticket()
    deadline = running(subject, conditions={"kind": "consultation"})
    deadlines.pause(TicketDeadline, subject, "handle", at=instant("2026-11-18 10:00"))
    deadlines.resume(TicketDeadline, subject, "handle", at=instant("2026-11-25 09:00"))
    typhoon("2026-11-27")
    deadlines.recompute(TicketDeadline)
    assert fresh(deadline).due_at == instant("2026-12-01 17:00")
    steps = replay(fresh(deadline), calendar(), [row.stretch for row in deadline.pauses.all()]).steps
    assert steps[-1].day == day("2026-12-01")
    assert "台风停工" in {step.name for step in steps}


def test_a_paused_clock_is_recomputed_and_stays_paused() -> None:
    subject = ticket()
    deadline = running(subject, conditions={"kind": "consultation"})
    deadlines.pause(TicketDeadline, subject, "handle", at=instant("2026-11-18 10:00"))
    typhoon("2026-11-19")
    deadlines.recompute(TicketDeadline)
    assert (fresh(deadline).due_at, fresh(deadline).next_rung_at) == (instant("2026-11-24 17:00"), None)


NOTICE = {
    "year": 2027,
    "papers": ["https://example.org/2027"],
    "days": [
        {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
        {"name": "元旦", "date": "2027-01-04", "isOffDay": True},
        *other_holidays(2027),
    ],
}


def test_open_deadlines_follow_a_loaded_notice_and_the_command_names_them(tmp_path: Path) -> None:
    """DL-2: due on 4 January by the law alone; the notice takes that day off."""
    deadline = running(ticket(), at="2026-12-11 09:00")
    running(ticket(), at="2026-12-01 09:00", conditions={"kind": "consultation"})
    assert (deadline.due_at, deadline.provisional) == (instant("2027-01-04 17:00"), True)
    file, out = tmp_path / "2027.json", StringIO()
    file.write_text(json.dumps(NOTICE), encoding="utf-8")

    call_command("load_calendar", str(file), stdout=out)

    deadline = fresh(deadline)
    assert (deadline.due_at, deadline.provisional) == (instant("2027-01-05 17:00"), False)
    assert "1 moved" in out.getvalue()
    assert f"{deadline.subject}  handle  2027-01-04 17:00 -> 2027-01-05 17:00" in out.getvalue()


def test_open_deadlines_follow_a_notice_that_came_with_a_release() -> None:
    CalendarDay.objects.filter(year=2026).delete()
    current.changed()
    deadline = running(ticket(), at="2026-09-28 09:00", conditions={"kind": "consultation"})
    provisional = deadline.due_at
    call_command("migrate", verbosity=0)
    assert fresh(deadline).due_at == instant("2026-10-10 17:00") != provisional


def test_many_that_move_are_saved_together_and_one_that_cannot_holds_up_none(
    django_assert_num_queries, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    clocks = [running(ticket(), conditions={"kind": "consultation"}) for _ in range(12)]
    typhoon("2026-11-19")
    calendar(), tables()
    with django_assert_num_queries(9):  # versions, read, savepoint, lock, save, release; however many they are
        assert len(deadlines.recompute(TicketDeadline)) == 12

    typhoon("2026-11-20")
    broken, reckon_on = clocks[3], together.reckon_on

    def poisoned(deadline: TicketDeadline, *facts: object) -> None:
        if deadline.pk == broken.pk:
            raise ValueError("no such day")
        reckon_on(deadline, *facts)  # type: ignore[arg-type]

    monkeypatch.setattr(together, "reckon_on", poisoned)
    moved = deadlines.recompute(TicketDeadline)
    assert {one.deadline.pk for one in moved} == {clock.pk for clock in clocks} - {broken.pk}
    assert fresh(broken).due_at == instant("2026-11-24 17:00")
    assert f"{broken.pk} could not follow the calendar" in caplog.text
