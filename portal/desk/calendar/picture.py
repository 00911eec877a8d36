"""The year as a picture: twelve months, and what each day is and why (DL-2)."""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _

from portal.worktime import words
from portal.worktime.calendar import Calendar
from portal.worktime.models import CalendarDay, Origin


@dataclass(frozen=True)
class Day:
    """One day: `mark` is 休 or 班 where it differs from its weekday."""

    date: date
    working: bool
    name: str = ""
    local: bool = False
    today: bool = False

    @property
    def differs(self) -> bool:
        return self.working != (self.date.weekday() < 5)

    @property
    def mark(self) -> str:
        if not self.differs and not self.local:
            return ""
        return _("班") if self.working else _("休")

    @property
    def said(self) -> str:
        """`10月1日(周四)国庆节，休息`."""
        what = _("上班") if self.working else _("休息")
        day = words.day(self.date)
        return _("%(day)s%(name)s，%(what)s") % {
            "day": day,
            "name": f" {words.holiday(self.name)}" if self.name else "",
            "what": what,
        }

    @property
    def shape(self) -> str:
        """The cell's classes: what it is by form, not by colour."""
        found = ["is-work" if self.working else "is-off"]
        found += ["is-moved"] if self.differs else []
        found += ["is-local"] if self.local else []
        found += ["is-today"] if self.today else []
        return " ".join(found)


@dataclass(frozen=True)
class Month:
    number: int
    name: str
    weeks: list[list[Day | None]]
    working: int  # days


class Year:
    """A year of the calendar as it holds now; two queries."""

    def __init__(self, number: int, known: Calendar, today: date) -> None:
        self.number, self.known, self.today = number, known, today
        self.rows = list(CalendarDay.objects.filter(date__year=number).order_by("date", "origin"))

    @property
    def provisional(self) -> bool:
        return self.number not in self.known.published

    @cached_property
    def local(self) -> list[CalendarDay]:
        return [row for row in self.rows if row.origin == Origin.LOCAL]

    @cached_property
    def sources(self) -> list[str]:
        """Where the year's notice was published."""
        found = CalendarDay.objects.filter(origin=Origin.NOTICE, year=self.number).values_list("source", flat=True)
        return sorted({part for source in found for part in source.split()})

    @cached_property
    def months(self) -> list[Month]:
        local = {row.date for row in self.local}
        return [self._month(number, local) for number in range(1, 13)]

    @property
    def working(self) -> int:
        return sum(month.working for month in self.months)

    def _month(self, number: int, local: set[date]) -> Month:
        weeks = [
            [self._day(day, local) if day.month == number else None for day in week]
            for week in months.Calendar().monthdatescalendar(self.number, number)
        ]
        working = sum(day is not None and day.working for week in weeks for day in week)
        return Month(number, words.month(date(self.number, number, 1)), weeks, working)

    def _day(self, day: date, local: set[date]) -> Day:
        note = self.known.notes.get(day)
        return Day(day, self.known.is_working(day), note.name if note else "", day in local, day == self.today)
