"""Due times against the cases worked by hand and against a brute-force oracle (DL-1)."""

import csv
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.worktime.engine import OutsideCalendar
from portal.worktime.limits import SHANGHAI, Limit, LimitKind, Pause, StepKind
from tests.worktime import oracle
from tests.worktime.factories import day, instant, town_calendar

with (Path(__file__).parent / "cases.csv").open(encoding="utf-8") as file:
    CASES = list(csv.DictReader(file))


@pytest.mark.parametrize("case", CASES, ids=[f"{case['start']} {case['why']}" for case in CASES])
def test_cases_worked_by_hand(case: dict[str, str]) -> None:
    pauses = [Pause(instant(case["paused_at"]), instant(case["resumed_at"]))] if case["paused_at"] else []
    limit = Limit(LimitKind(case["kind"]), int(case["limit"]))
    due = town_calendar().due(instant(case["start"]), limit, pauses)
    assert due.at == instant(case["due"])
    assert due.provisional == case["why"].startswith("provisional")


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-11-20 09:00", 1, "2026-11-23 17:00"),  # ends on a Saturday, moves to Monday
        ("2026-11-20 09:00", 4, "2026-11-24 17:00"),
        ("2026-09-18 09:00", 2, "2026-09-20 17:00"),  # a make-up Sunday is a working day
        ("2026-09-09 09:00", 22, "2026-10-08 17:00"),  # SLA-15 into the National Day holidays
    ],
)
def test_calendar_days_move_to_a_working_day(start: str, days: int, due: str) -> None:
    assert town_calendar().due(instant(start), Limit.calendar_days(days)).at == instant(due)


def test_a_fixed_instant_stays_itself_and_is_never_provisional() -> None:
    due = town_calendar().due(instant("2026-11-20 09:00"), Limit.until(instant("2027-02-06 10:15")))
    assert (due.at, due.provisional) == (instant("2027-02-06 10:15"), False)
    assert not [step for step in due.steps if step.provisional]


def test_a_fixed_instant_that_was_paused_is_counted_in_working_days() -> None:
    pause = Pause(instant("2026-11-23 10:00"), instant("2026-12-01 10:00"))
    due = town_calendar().due(instant("2026-11-20 09:00"), Limit.until(instant("2026-11-25 12:00")), [pause])
    assert due.at == instant("2026-12-03 17:00")  # k = 2


@pytest.mark.parametrize(
    ("other", "days", "due"),
    [
        ("2026-11-27 17:00", 2, "2026-11-25 17:00"),
        ("2026-11-29 10:00", 2, "2026-11-26 17:00"),  # counted back from a Sunday
        ("2026-10-09 17:00", 2, "2026-09-30 17:00"),  # over the National Day holidays
        ("2026-09-21 17:00", 1, "2026-09-20 17:00"),  # a make-up Sunday is a working day
    ],
)
def test_counted_back_from_another_due_time(other: str, days: int, due: str) -> None:
    """SLA-16: working days before what it is counted back from."""
    limit = Limit.before(instant(other), days)
    found = town_calendar().due(instant("2026-09-14 09:00"), limit)
    assert (found.at, found.provisional, found.steps[-1].day) == (instant(due), False, instant(due).date())


@pytest.mark.parametrize("start", ["2026-11-25 17:00", "2026-11-26 09:00", "2026-11-27 16:59"])
def test_counted_back_to_before_its_start_it_is_due_with_the_other(start: str) -> None:
    found = town_calendar().due(instant(start), Limit.before(instant("2026-11-27 17:00"), 2))
    assert (found.at, [step.kind for step in found.steps]) == (
        instant("2026-11-27 17:00"),
        [StepKind.EVENT, StepKind.OTHER],
    )


def test_the_days_counted_back_are_marked_not_the_one_that_was_given() -> None:
    found = town_calendar().due(instant("2026-11-24 09:00"), Limit.before(instant("2027-01-08 17:00"), 2))
    assert [(step.kind, step.provisional) for step in found.steps] == [
        (StepKind.EVENT, False),
        (StepKind.OTHER, False),
        (StepKind.BACK, True),
        (StepKind.BACK, True),
    ]


def test_seconds_of_a_minute_clock_are_kept() -> None:
    start = instant("2026-11-23 11:20:30.000007")
    assert town_calendar().due(start, Limit.working_minutes(30)).at == instant("2026-11-23 13:20:30.000007")


def test_a_clock_resumed_after_closing_on_its_last_day_gets_the_next_working_day() -> None:
    pause = Pause(instant("2026-11-23 10:00"), instant("2026-11-27 18:00"))
    due = town_calendar().due(instant("2026-11-16 09:00"), Limit.working_days(5), [pause])
    assert due.at == instant("2026-11-30 17:00")


def test_an_open_pause_does_not_move_the_due_time_yet() -> None:
    start, limit = instant("2026-11-16 09:00"), Limit.working_days(5)
    paused = town_calendar().due(start, limit, [Pause(instant("2026-11-18 10:00"))])
    assert paused.at == town_calendar().due(start, limit).at


def test_other_time_zones_are_the_same_instant() -> None:
    start = instant("2026-11-23 00:30")  # Sunday 16:30 in UTC
    in_utc = datetime.fromisoformat("2026-11-22T16:30:00+00:00")
    assert town_calendar().due(in_utc, Limit.working_days(1)) == town_calendar().due(start, Limit.working_days(1))
    assert town_calendar().due(in_utc, Limit.working_days(1)).at == instant("2026-11-24 17:00")


def test_pauses_out_of_order_are_refused() -> None:
    start, limit = instant("2026-11-16 09:00"), Limit.working_days(5)
    early = Pause(instant("2026-11-15 09:00"), instant("2026-11-17 09:00"))
    backwards = Pause(instant("2026-11-18 09:00"), instant("2026-11-17 09:00"))
    for pauses in ([early], [backwards]):
        with pytest.raises(ValueError, match="pauses"):
            town_calendar().due(start, limit, pauses)


def test_days_outside_the_calendar_are_refused_by_name() -> None:
    with pytest.raises(OutsideCalendar, match="2018-12-31"):
        town_calendar().add_working_days(day("2018-12-31"), 1)
    with pytest.raises(OutsideCalendar, match="2050-12-31"):
        town_calendar().add_working_days(day("2050-12-28"), 5)
    with pytest.raises(OutsideCalendar, match="2050-12-31"):
        town_calendar().due(instant("2050-12-30 16:59"), Limit.working_minutes(1000))


@pytest.mark.parametrize(
    ("limit", "divisor", "hastened"),
    [
        (Limit.working_days(5), 2, Limit.working_days(3)),
        (Limit.working_days(5), 4, Limit.working_days(2)),
        (Limit.working_days(1), 4, Limit.working_days(1)),
        (Limit.working_minutes(30), 4, Limit.working_minutes(8)),
        (Limit.calendar_days(22), 2, Limit.calendar_days(22)),
    ],
)
def test_urgency_divides_working_time_and_rounds_up(limit: Limit, divisor: int, hastened: Limit) -> None:
    assert limit.hastened(divisor) == hastened


def test_limits_without_sense_are_refused() -> None:
    for wrong in (
        lambda: Limit.working_days(0),
        lambda: Limit(LimitKind.WORKING_DAYS),
        lambda: Limit(LimitKind.UNTIL, 3),
        lambda: Limit.until(datetime(2026, 11, 23, 17)),
        lambda: Limit.before(datetime(2026, 11, 23, 17), 2),
        lambda: Limit.before(instant("2026-11-23 17:00"), 0),
        lambda: Limit(LimitKind.BEFORE, 2),
        lambda: Limit(LimitKind.ON),
        lambda: Limit(LimitKind.BEFORE, None, instant("2026-11-23 17:00")),
        lambda: Limit.working_days(3).hastened(0),
    ):
        with pytest.raises(ValueError):
            wrong()


# Against the oracle ------------------------------------------------------------------------------------------

FIRST, MINUTES = datetime(2019, 1, 2), 60 * 24 * 365 * 7
starts = st.integers(0, MINUTES).map(lambda minutes: FIRST + timedelta(minutes=minutes))
kinds = st.sampled_from([("working_days", 30), ("calendar_days", 60), ("working_minutes", 900)])
short_kinds = st.sampled_from([("working_days", 5), ("calendar_days", 8), ("working_minutes", 900)])
waits = st.integers(0, 60 * 24 * 20).map(lambda minutes: timedelta(minutes=minutes))


def aware(at: datetime) -> datetime:
    return at.replace(tzinfo=SHANGHAI)


@st.composite
def clocks(draw: st.DrawFn) -> tuple[str, datetime, int, list[tuple[datetime, datetime]]]:
    """A clock with up to three pauses, none of them begun when it was overdue."""
    kind, longest = draw(kinds)
    start, amount = draw(starts), draw(st.integers(1, longest))
    pauses: list[tuple[datetime, datetime]] = []
    for _ in range(draw(st.integers(0, 3))):
        begun = pauses[-1][1] if pauses else start
        left = oracle.due(kind, start, amount, pauses) - begun
        paused = begun + timedelta(minutes=draw(st.integers(0, left // timedelta(minutes=1))))
        pauses.append((paused, paused + draw(waits)))
    return kind, start, amount, pauses


@settings(max_examples=1000, deadline=None)
@given(clocks())
def test_random_clocks_agree_with_the_oracle(clock: tuple[str, datetime, int, list[tuple[datetime, datetime]]]) -> None:
    kind, start, amount, pauses = clock
    stretches = [Pause(aware(paused), aware(resumed)) for paused, resumed in pauses]
    due = town_calendar().due(aware(start), Limit(LimitKind(kind), amount), stretches)
    assert due.at == aware(oracle.due(kind, start, amount, pauses))
    assert due.steps[-1].day == due.at.date()
    assert [step.day for step in due.steps] == sorted(step.day for step in due.steps)


@pytest.mark.parametrize(
    ("day_named", "due", "provisional"),
    [
        ("2026-12-01", "2026-12-01 17:00", False),
        ("2026-10-01", "2026-10-08 17:00", False),  # the National Day holidays
        ("2026-09-20", "2026-09-20 17:00", False),  # a make-up Sunday is a working day
        ("2027-01-01", "2027-01-04 17:00", True),
    ],
)
def test_a_day_or_the_next_working_day(day_named: str, due: str, provisional: bool) -> None:
    """SLA-9: the first working day of a month, whatever the calendar makes of it."""
    found = town_calendar().due(instant("2026-09-14 09:00"), Limit.on(instant(f"{day_named} 00:00")))
    assert (found.at, found.provisional, found.steps[-1].counted) == (instant(due), provisional, 1)
    assert [step.counted for step in found.steps[1:-1]] == [0] * (found.at.date() - day(day_named)).days


@settings(max_examples=300, deadline=None)
@given(starts, waits, st.integers(1, 12))
def test_counting_back_agrees_with_the_oracle(start: datetime, wait: timedelta, days: int) -> None:
    start += timedelta(days=30)  # the calendar has a beginning
    other = start + wait
    day, left = other.date(), days
    while left:
        day -= oracle.DAY
        left -= oracle.works(day)
    early = oracle.close(day)
    due = town_calendar().due(aware(start), Limit.before(aware(other), days))
    assert due.at == aware(early if early > start else other)
    assert due.steps[-1].day == due.at.date()


@settings(max_examples=200, deadline=None)
@given(starts, st.integers(0, 60 * 24 * 12))
def test_spans_of_working_time_agree_with_the_oracle(start: datetime, minutes: int) -> None:
    end = start + timedelta(minutes=minutes)
    calendar = town_calendar()
    assert calendar.working_minutes_between(aware(start), aware(end)) == oracle.minutes_between(start, end)
    assert calendar.working_days_between(start.date(), end.date()) == oracle.days_between(start.date(), end.date())
    assert calendar.is_open(aware(start)) == oracle.is_open(start)
    opening = start
    while not oracle.is_open(opening):
        opening += oracle.MINUTE
    assert calendar.opens_at(aware(start)) == aware(opening)


@settings(max_examples=300, deadline=None)
@given(starts, short_kinds.flatmap(lambda kind: st.tuples(st.just(kind[0]), st.integers(1, kind[1]))))
def test_the_yellow_light_agrees_with_the_oracle(start: datetime, limit: tuple[str, int]) -> None:
    kind, amount = limit
    due = oracle.due(kind, start, amount, [])
    total, near = oracle.minutes_between(start, due), start
    used = 0
    while used * 100 < total * 80:
        used += oracle.is_open(near)
        near += oracle.MINUTE
    one_day = amount == 1 if kind == "working_days" else oracle.days_between(start.date(), due.date()) <= 1
    if not one_day:
        near = min(near, datetime.combine(due.date(), time.min))
    answer = town_calendar().near_at(aware(start), aware(due), Limit(LimitKind(kind), amount))
    # Four fifths of a span need not be whole minutes.
    assert aware(near) - oracle.MINUTE < answer <= aware(near)


@settings(max_examples=200, deadline=None)
@given(starts, st.integers(1, 60 * 24 * 12))
def test_days_late_are_counted_as_the_ladders_count(due: datetime, minutes: int) -> None:
    now = due + timedelta(minutes=minutes)
    late = town_calendar().remaining(aware(now), aware(due))
    assert late.late
    assert late.minutes == oracle.minutes_between(due, now)
    assert late.days == sum(oracle.days_due(due, n) <= now for n in range(1, 22))
