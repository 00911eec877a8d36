"""A changed calendar or new office hours: which open deadlines move, which do not, and what is told (DL-2)."""

from datetime import date, timedelta

import pytest
from django.db import connection

from portal.deadlines import adjusting, flow, following, together
from portal.deadlines.flow import reckon_on
from portal.deadlines.models import Following
from portal.deadlines.revising import Refused
from portal.trail.models import Event
from portal.worktime import clock
from tests.deadlines.factories import fresh, running, ticket
from tests.worktime.factories import day, instant

pytestmark = pytest.mark.django_db

AT = instant("2026-11-20 10:00")


def typhoon(admin, on: str = "2026-11-26") -> Following:
    return adjusting.override(day(on), day(on), by=admin, working=False, name="台风停工", reason="防汛Ⅰ级响应", at=AT)


def test_a_local_day_moves_exactly_what_it_touches_and_names_it(admin) -> None:
    touched = running(ticket(), at="2026-11-23 09:00", conditions={"kind": "consultation"})
    running(ticket(), "contact", at="2026-11-23 09:00")
    seen = adjusting.preview(lambda: typhoon(admin))
    assert (seen.running, seen.moving, fresh(touched).due_at) == (2, 1, instant("2026-11-30 17:00"))
    assert not Following.objects.exists()
    asked = typhoon(admin)
    assert following.carry_on()
    move = asked.moves.get()
    assert (move.deadline_id, move.former, move.due_at) == (
        touched.pk,
        instant("2026-11-30 17:00"),
        instant("2026-12-01 17:00"),
    )
    asked.refresh_from_db()
    assert (asked.total, asked.seen, asked.moved, asked.failed) == (2, 2, 1, 0)
    assert fresh(touched).cycle == 0  # never on a calendar's change
    assert Event.objects.about(touched.subject).get(kind="deadline.moved").data["cause"] == "calendar"
    adjusting.lift(day("2026-11-26"), by=admin, at=AT)
    following.carry_on()
    assert fresh(touched).due_at == instant("2026-11-30 17:00")
    with pytest.raises(Refused, match="没有本地调整"):
        adjusting.lift(day("2026-11-26"), by=admin, at=AT)


def test_a_following_that_was_killed_goes_on_where_it_stood(admin, monkeypatch) -> None:
    rows = [running(ticket(), at="2026-11-23 09:00", conditions={"kind": "consultation"}) for _ in range(3)]
    asked = typhoon(admin)
    monkeypatch.setattr(following, "BATCH", 1)
    assert not following.carry_on(seconds=0)  # one step
    assert asked.moves.count() == 1
    assert following.carry_on()
    assert sorted(asked.moves.values_list("deadline_id", flat=True)) == [row.pk for row in rows]


def begun_with_the_former_calendar(asked: Following):
    """A consultation's clock that a transaction started which was open while the calendar was changed."""
    deadline = running(ticket(), at="2026-11-23 09:00", conditions={"kind": "consultation"})
    type(deadline).objects.filter(pk=deadline.pk).update(due_at=instant("2026-11-30 17:00"))
    asked.refresh_from_db()
    return deadline


def test_a_clock_that_began_while_the_calendar_changed_follows_a_minute_later_and_is_named(admin, monkeypatch) -> None:
    """Also one that this change has moved already, and that was changed with the former calendar afterwards."""
    twice = running(ticket(), at="2026-11-23 09:00", conditions={"kind": "consultation"})
    asked = typhoon(admin)
    following.carry_on()
    late = begun_with_the_former_calendar(asked)
    type(twice).objects.filter(pk=twice.pk).update(due_at=instant("2026-11-30 17:00"))
    over = asked.finished_at + following.LINGERS
    monkeypatch.setattr(clock, "now", lambda: over - timedelta(seconds=1))
    following.carry_on()
    assert fresh(late).due_at == instant("2026-11-30 17:00")
    monkeypatch.setattr(clock, "now", lambda: over)
    following.carry_on()
    assert {fresh(late).due_at, fresh(twice).due_at} == {instant("2026-12-01 17:00")}
    asked.refresh_from_db()
    assert sorted(asked.moves.values_list("deadline_id", flat=True)) == [twice.pk, late.pk]
    assert (asked.total, asked.seen, asked.moved, asked.settled_at) == (1, 1, 2, over)
    assert Event.objects.about(late.subject).filter(kind="deadline.moved").count() == 1
    type(late).objects.filter(pk=late.pk).update(due_at=instant("2026-11-30 17:00"))
    following.carry_on()  # no third time
    assert fresh(late).due_at == instant("2026-11-30 17:00")


def look_again() -> None:
    """The test is one transaction, which sees only once who is at work."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")


def test_while_somebody_still_works_with_the_former_calendar_it_waits_for_him(admin, monkeypatch) -> None:
    asked = typhoon(admin)
    following.carry_on()
    late = begun_with_the_former_calendar(asked)
    look_again()
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT 1")
            monkeypatch.setattr(clock, "now", lambda: asked.finished_at + following.LINGERS)
            following.carry_on()
            assert fresh(late).due_at == instant("2026-11-30 17:00")
            cursor.execute("ROLLBACK")
        look_again()
        following.carry_on()
        assert fresh(late).due_at == instant("2026-12-01 17:00")
    finally:
        other.close()


def test_a_deadline_that_cannot_follow_delays_nobody_and_is_counted(admin, monkeypatch) -> None:
    poisoned, well = (running(ticket(), at="2026-11-23 09:00", conditions={"kind": "consultation"}) for _ in range(2))

    def failing(seen, *rest):
        if seen.pk == poisoned.pk:
            raise ArithmeticError
        return reckon_on(seen, *rest)

    for room in (flow, together):  # all at once, and then one by one
        monkeypatch.setattr(room, "reckon_on", failing)
    asked = typhoon(admin)
    assert following.carry_on()
    asked.refresh_from_db()
    assert (asked.failed, asked.moved, asked.finished_at is not None) == (1, 1, True)
    assert fresh(well).due_at == instant("2026-12-01 17:00")


@pytest.mark.parametrize(
    ("first", "last", "working", "complaint"),
    [
        ("2026-11-28", "2026-11-28", False, "本来就休息"),
        ("2026-11-26", "2026-11-26", True, "本来就上班"),
        ("2026-11-26", "2026-11-25", False, "不能早于"),
        ("2026-11-01", "2026-12-15", False, "最多"),
        ("2018-12-31", "2019-01-02", False, "日历只到"),
    ],
)
def test_a_local_day_without_sense_is_refused(admin, first, last, working, complaint) -> None:
    with pytest.raises(Refused, match=complaint):
        adjusting.override(day(first), day(last), by=admin, working=working, name="x", reason="y", at=AT)
    assert not Following.objects.exists()


def test_office_hours_hold_from_their_day_and_open_deadlines_follow(admin) -> None:
    from datetime import time

    deadline = running(ticket(), at="2026-11-23 09:00", conditions={"kind": "consultation"})
    adjusting.set_hours(date(2026, 11, 30), [(time(9), time(16))], by=admin, at=AT)
    following.carry_on()
    assert fresh(deadline).due_at == instant("2026-11-30 16:00")
    for wrong in ([], [(time(9), time(9, 30))], [(time(9), time(12)), (time(11), time(17))], [(time(12), time(9))]):
        with pytest.raises(Refused):
            adjusting.set_hours(date(2026, 12, 1), wrong, by=admin, at=AT)
    with pytest.raises(Refused, match="不能早于今天"):
        adjusting.set_hours(date(2026, 11, 19), [(time(9), time(16))], by=admin, at=AT)


def test_a_look_at_too_many_clocks_ends_in_time_and_says_how_far_it_came(admin, monkeypatch) -> None:
    """A page must not reckon for a minute: what it did not get to is told, and follows all the same."""
    for _ in range(3):
        running(ticket(), at="2026-11-23 09:00", conditions={"kind": "consultation"})
    monkeypatch.setattr(following, "LOOK", 2)
    monkeypatch.setattr(following, "PATIENCE", -1)
    seen = adjusting.preview(lambda: typhoon(admin))
    assert (seen.running, seen.moving, seen.left) == (2, 2, 1)
    monkeypatch.setattr(following, "PATIENCE", 60)
    seen = adjusting.preview(lambda: typhoon(admin))
    assert (seen.running, seen.moving, seen.left) == (3, 3, 0)
