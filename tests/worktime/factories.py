"""Calendars made without a database, and instants in Shanghai."""

from datetime import date, datetime, time
from functools import cache
from typing import Any

from portal.worktime.engine import Calendar, DayNote
from portal.worktime.gazette import shipped
from portal.worktime.limits import SHANGHAI
from portal.worktime.statutory import LAST_YEAR, statutory_days

MORNING, AFTERNOON = (time(8, 30), time(11, 30)), (time(13), time(17))


def instant(said: str) -> datetime:
    """`2026-11-23 15:20` in Shanghai."""
    return datetime.fromisoformat(said).replace(tzinfo=SHANGHAI)


def day(said: str) -> date:
    return date.fromisoformat(said)


@cache
def town_calendar() -> Calendar:
    """The calendar a fresh installation has: the shipped notices, statutory days after them, default hours."""
    notes = {day.date: DayNote(day.working, day.name) for notice in shipped() for day in notice.days}
    published = frozenset(notice.year for notice in shipped())
    for year in range(max(published) + 1, LAST_YEAR + 1):
        notes |= {off: DayNote(False, name) for off, name in statutory_days(year).items()}
    hours = [(date(2019, 1, 1), (MORNING, AFTERNOON))]
    return Calendar(date(2019, 1, 1), date(LAST_YEAR, 12, 31), notes, published, hours)


def other_holidays(year: int) -> list[dict[str, Any]]:
    """A notice's entries for the holidays after New Year's, each on its days by law."""
    days = statutory_days(year).items()
    return [{"name": name, "date": on.isoformat(), "isOffDay": True} for on, name in days if name != "元旦"]
