"""Periods by the calendar: which days a definition asks about, seen from a day. A period ends with its last day."""

import re
from datetime import date, timedelta

MONTHS = {"month": 1, "quarter": 3, "year": 12}
WHENS = frozenset({"year", *(f"{per}-{back}" for per in MONTHS for back in range(1, 14))})


def started(per: str, day: date) -> date:
    """The first day of the month, quarter or year in which `day` lies; of any other kind the day itself."""
    if per not in MONTHS:
        return day
    return date(day.year, (day.month - 1) // MONTHS[per] * MONTHS[per] + 1, 1)


def moved(per: str, first: date, by: int) -> date:
    """The first day of the period `by` after (or before) the one that begins on `first`."""
    months = first.year * 12 + first.month - 1 + by * MONTHS[per]
    return date(months // 12, months % 12 + 1, 1)


def ended(per: str, first: date) -> date:
    """The last day of the period that begins on `first`."""
    return moved(per, first, 1) - timedelta(1) if per in MONTHS else first


def window(when: str, day: date) -> tuple[date, date]:
    """From the first day of `year-1`, `month-3` … as seen on `day` to the day after its last; `year`: this one."""
    named = re.fullmatch(r"(month|quarter|year)(?:-(\d+))?", when)
    if named is None:
        raise ValueError(when)
    first = moved(named[1], started(named[1], day), -int(named[2] or 0))
    return first, moved(named[1], first, 1)


def periods_in(per: str, start: date, stop: date) -> list[date]:
    """The first days of all periods from `start` to before `stop`; of another kind than a period, the start alone."""
    found = [start]
    while per in MONTHS and (following := moved(per, found[-1], 1)) < stop:
        found.append(following)
    return found


def months_before(day: date, months: int) -> date:
    """The same day of the month that many months before; the last day of a shorter month."""
    first = moved("month", day.replace(day=1), -months)
    return min(first + timedelta(day.day - 1), ended("month", first))


def last_periods(per: str, count: int, day: date) -> list[date]:
    """The first days of the last `count` periods that ended before `day`, oldest first."""
    current = started(per, day)
    return [moved(per, current, back) for back in range(-count, 0)]
