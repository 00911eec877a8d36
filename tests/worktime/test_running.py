"""A running clock: when it turns yellow, what is left, what has been used (DL-3)."""

import pytest

from portal.worktime.limits import Limit, Pause, Remaining, StepKind
from tests.worktime.factories import day, instant, town_calendar


@pytest.mark.parametrize(
    ("start", "limit", "near"),
    [
        # 80 % of 15 × 7 h and the rest of the first day: 111.5 h × 0.8 = 89.2 h
        ("2026-11-02 09:00", Limit.working_days(15), "2026-11-18 15:42"),
        # two days: the start of the due day is earlier than 80 %
        ("2026-11-23 09:00", Limit.working_days(2), "2026-11-25 00:00"),
        # one day: 80 % only: 6.5 h + 7 h = 13.5 h × 0.8 = 10.8 h
        ("2026-11-23 09:00", Limit.working_days(1), "2026-11-24 14:18"),
        ("2026-11-23 08:30", Limit.working_minutes(30), "2026-11-23 08:54"),
        ("2026-11-23 16:50", Limit.working_minutes(30), "2026-11-24 08:44"),
        # until Saturday noon: 35 h of five days, 28 h are used at Thursday's close of business
        ("2026-11-23 08:30", Limit.until(instant("2026-11-28 12:00")), "2026-11-26 17:00"),
    ],
)
def test_near(start: str, limit: Limit, near: str) -> None:
    calendar = town_calendar()
    due = calendar.due(instant(start), limit)
    assert calendar.near_at(instant(start), due.at, limit) == instant(near)


def test_paused_time_is_not_used_time() -> None:
    calendar, start, limit = town_calendar(), instant("2026-11-23 08:30"), Limit.working_days(10)
    pauses = [Pause(instant("2026-11-24 08:30"), instant("2026-12-07 08:30"))]
    due = calendar.due(start, limit, pauses)
    assert due.at == instant("2026-12-18 17:00")  # k = 9
    # 7 h before the pause, 10 days of 7 h after it: 80 % of 77 h is 61.6 h, 54.6 h after coming back.
    assert calendar.near_at(start, due.at, limit, pauses) == instant("2026-12-16 15:36")
    assert calendar.elapsed(start, instant("2026-12-01 12:00"), pauses) == 7 * 60
    assert calendar.elapsed(start, instant("2026-12-07 09:30"), pauses) == 8 * 60


def test_near_before_the_pause_stays_there() -> None:
    calendar, start, limit = town_calendar(), instant("2026-11-23 08:30"), Limit.working_minutes(100)
    pauses = [Pause(instant("2026-11-23 10:00"), instant("2026-11-25 10:00"))]
    due = calendar.due(start, limit, pauses)
    assert due.at == instant("2026-11-25 10:10")
    assert calendar.near_at(start, due.at, limit, pauses) == instant("2026-11-23 09:50")


@pytest.mark.parametrize(
    ("now", "due", "remaining"),
    [
        ("2026-11-20 16:00", "2026-11-24 17:00", Remaining(2, 60 + 14 * 60, False)),
        ("2026-11-24 16:00", "2026-11-24 17:00", Remaining(0, 60, False)),
        ("2026-11-24 17:00", "2026-11-24 17:00", Remaining(0, 0, False)),  # on the instant it is on time
        ("2026-11-24 17:00:01", "2026-11-24 17:00", Remaining(0, 0, True)),
        ("2026-11-25 09:00", "2026-11-24 17:00", Remaining(0, 30, True)),  # a day late only when the day is over
        ("2026-11-25 17:00", "2026-11-24 17:00", Remaining(1, 7 * 60, True)),
        ("2026-11-23 15:20", "2026-11-20 17:00", Remaining(0, 5 * 60 + 20, True)),
        ("2026-11-23 15:20", "2026-11-12 17:00", Remaining(6, 6 * 7 * 60 + 320, True)),
        ("2026-10-08 09:00", "2026-09-30 17:00", Remaining(0, 30, True)),  # holidays are not lateness
    ],
)
def test_remaining(now: str, due: str, remaining: Remaining) -> None:
    assert town_calendar().remaining(instant(now), instant(due)) == remaining


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        ("2026-11-23 08:00", "2026-11-23 08:30"),
        ("2026-11-23 08:30", "2026-11-23 08:30"),
        ("2026-11-23 10:00:30", "2026-11-23 10:00:30"),
        ("2026-11-23 11:30", "2026-11-23 13:00"),
        ("2026-11-23 17:00", "2026-11-24 08:30"),
        ("2026-09-30 18:00", "2026-10-08 08:30"),
    ],
)
def test_office_hours_are_half_open(at: str, opening: str) -> None:
    assert town_calendar().opens_at(instant(at)) == instant(opening)


def test_co_handlers_end_two_working_days_before_the_lead() -> None:
    calendar = town_calendar()
    assert calendar.close_before(instant("2026-11-24 17:00"), 2) == instant("2026-11-20 17:00")
    assert calendar.close_before(instant("2026-11-22 12:00"), 1) == instant("2026-11-20 17:00")  # a Sunday
    assert calendar.close_before(instant("2026-10-09 17:00"), 2) == instant("2026-09-30 17:00")


def test_the_steps_tell_each_day_and_why() -> None:
    steps = town_calendar().due(instant("2026-09-30 16:00"), Limit.working_days(2)).steps
    assert (steps[0].day, steps[0].kind, steps[0].counted) == (day("2026-09-30"), StepKind.EVENT, 0)
    assert [(step.kind, step.name) for step in steps[1:8]] == [(StepKind.HOLIDAY, "国庆节")] * 7
    assert [(step.day, step.kind, step.counted) for step in steps[8:]] == [
        (day("2026-10-08"), StepKind.COUNTED, 1),
        (day("2026-10-09"), StepKind.COUNTED, 2),
    ]


def test_the_steps_tell_of_pauses() -> None:
    pause = Pause(instant("2026-11-18 10:00"), instant("2026-11-25 09:00"))
    steps = town_calendar().due(instant("2026-11-16 09:00"), Limit.working_days(5), [pause]).steps
    assert [(f"{step.day:%m-%d}", step.kind, step.counted) for step in steps] == [
        ("11-16", StepKind.EVENT, 0),
        ("11-17", StepKind.COUNTED, 1),
        ("11-18", StepKind.COUNTED, 2),
        ("11-18", StepKind.PAUSED, 2),
        ("11-25", StepKind.RESUMED, 2),
        ("11-26", StepKind.COUNTED, 3),
        ("11-27", StepKind.COUNTED, 4),
        ("11-28", StepKind.WEEKEND, 4),
        ("11-29", StepKind.WEEKEND, 4),
        ("11-30", StepKind.COUNTED, 5),
    ]


def test_the_steps_of_a_minute_clock_count_minutes() -> None:
    steps = town_calendar().due(instant("2026-11-20 16:50"), Limit.working_minutes(30)).steps
    assert [(f"{step.day:%m-%d}", step.kind, step.counted) for step in steps] == [
        ("11-20", StepKind.COUNTED, 10),
        ("11-21", StepKind.WEEKEND, 10),
        ("11-22", StepKind.WEEKEND, 10),
        ("11-23", StepKind.COUNTED, 30),
    ]
    calendar_days = town_calendar().due(instant("2026-11-20 09:00"), Limit.calendar_days(1)).steps
    assert [step.kind for step in calendar_days] == [StepKind.EVENT, StepKind.DAY, StepKind.MOVED, StepKind.MOVED]
    assert town_calendar().due(instant("2026-12-11 09:00"), Limit.working_days(15)).steps[-1].provisional
