"""DL-1 and DL-3 once more, as slowly and plainly as possible: walking day by day and minute by minute.

Shares nothing with `portal.worktime.engine` but the facts (which days are off, which hours are open).
"""

import csv
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import portal.worktime

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
DATA = Path(portal.worktime.__file__).parent / "data"

with (DATA / "notices.csv").open(encoding="utf-8") as file:
    NOTICES = {date.fromisoformat(row["date"]): row["working"] == "1" for row in csv.DictReader(file)}


def works(day: date) -> bool:
    return NOTICES.get(day, day.weekday() < 5)


def is_open(at: datetime) -> bool:
    """Half-open office hours: 08:30 to 11:30 and 13:00 to 17:00."""
    minute = at.hour * 60 + at.minute
    return works(at.date()) and (510 <= minute < 690 or 780 <= minute < 1020)


def close(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 17)


def nth_working_day(after: date, n: int) -> date:
    day = after
    while n:
        day += DAY
        n -= works(day)
    return day


def days_due(start: datetime, n: int) -> datetime:
    return close(nth_working_day(start.date(), n))


def calendar_days_due(start: datetime, n: int) -> datetime:
    day = start.date() + n * DAY
    while not works(day):
        day += DAY
    return close(day)


def minutes_due(start: datetime, n: int) -> datetime:
    at = start
    while n:
        n -= is_open(at)
        at += MINUTE
    return at


def minutes_between(since: datetime, until: datetime) -> int:
    minutes, at = 0, since
    while at < until:
        minutes += is_open(at)
        at += MINUTE
    return minutes


def days_between(after: date, until: date) -> int:
    days, day = 0, after
    while day < until:
        day += DAY
        days += works(day)
    return days


def resumed_days(due: datetime, paused: datetime, resumed: datetime) -> datetime:
    """k working days after the pause's day up to the due day, counted again from the day of coming back."""
    k = days_between(paused.date(), due.date())
    if k:
        return days_due(resumed, k)
    day = resumed.date()
    while not works(day) or close(day) <= resumed:
        day += DAY
    return close(day)


def due(kind: str, start: datetime, n: int, pauses: Sequence[tuple[datetime, datetime]]) -> datetime:
    if kind == "working_minutes":
        begun = start
        for paused, resumed in pauses:
            n -= minutes_between(begun, paused)
            begun = resumed
        return minutes_due(begun, n)
    at = (days_due if kind == "working_days" else calendar_days_due)(start, n)
    for paused, resumed in pauses:
        at = resumed_days(at, paused, resumed)
    return at
