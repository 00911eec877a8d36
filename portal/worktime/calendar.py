"""`calendar()`: the town's calendar as the database has it now."""

from __future__ import annotations

from datetime import date, time
from uuid import UUID, uuid4

from django.apps import apps as installed
from django.apps.registry import Apps
from django.db import connection
from django.db.models import F

from portal.worktime import held
from portal.worktime.engine import Calendar, DayNote, OutsideCalendar, Spans
from portal.worktime.limits import SHANGHAI, Due, Limit, LimitKind, Pause, Remaining, Step
from portal.worktime.statutory import FIRST_YEAR, LAST_YEAR, statutory_days

__all__ = [
    "SHANGHAI",
    "Calendar",
    "Due",
    "Limit",
    "LimitKind",
    "OutsideCalendar",
    "Pause",
    "Remaining",
    "Step",
    "build",
    "calendar",
]


def changed(apps: Apps = installed) -> None:
    """Say that the calendar's rows have changed, in the transaction that changes them."""
    apps.get_model("worktime", "CalendarVersion").objects.update_or_create(id=1, defaults={"token": uuid4()})
    held.end_request()  # whatever follows in this request looks again, also after a rollback


def calendar() -> Calendar:
    """The calendar, built anew only when its version has changed. Raises LookupError when no calendar is loaded."""
    return CALENDAR.get()


def _token() -> UUID:
    with connection.cursor() as cursor:  # by hand: every page asks it, and to build it took longer than to run it
        cursor.execute("SELECT token FROM worktime_calendarversion")
        row = cursor.fetchone()
    if row is None:
        raise LookupError("no calendar is loaded: run `python manage.py load_calendar`")
    token: UUID = row[0]
    return token


def build() -> Calendar:
    """The calendar from the rows: the notices' days, over them the local ones; other years by the statutory days."""
    from portal.worktime.models import CalendarDay, OfficeHours, Origin

    rows = list(CalendarDay.objects.order_by(F("year").asc(nulls_last=True)))  # the later one wins, and the local day
    published = frozenset(row.year for row in rows if row.origin == Origin.NOTICE and row.year is not None)
    notes: dict[date, DayNote] = {}
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        if year not in published:
            notes.update((day, DayNote(False, name)) for day, name in statutory_days(year).items())
    notes.update((row.date, DayNote(row.working, row.name)) for row in rows)
    hours = [(row.valid_from, _spans(row.spans)) for row in OfficeHours.objects.order_by("valid_from")]
    return Calendar(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31), notes, published, hours)


def _spans(pairs: list[list[str]]) -> Spans:
    return tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in pairs)


CALENDAR = held.Held(_token, build)
