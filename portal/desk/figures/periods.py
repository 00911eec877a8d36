"""Stretches of days that figures are about, and the stretch of the year before that each is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.worktime import words
from portal.worktime.calendar import SHANGHAI, calendar

EARLIEST = date(2020, 1, 1)


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both counted, in the town's time zone; the instants are half-open."""

    first: date
    last: date
    key: str = "custom"

    @property
    def since(self) -> datetime:
        return datetime.combine(self.first, datetime.min.time(), SHANGHAI)

    @property
    def until(self) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), datetime.min.time(), SHANGHAI)

    @property
    def name(self) -> str:
        names = {"month": _("本月"), "last": _("上月"), "quarter": _("本季度"), "year": _("今年")}
        return names.get(self.key) or self.days

    @property
    def days(self) -> str:
        """`11月1日–11月30日`, with the year where it is not this one."""
        return f"{words.day(self.first, weekday=False)}–{words.day(self.last, weekday=False)}"

    def query(self, field: str) -> dict[str, date]:
        """The list's filter for what happened in this period: `filed` or `closed`."""
        return {f"{field}_after": self.first, f"{field}_before": self.last}

    def working_days(self, today: date | None = None) -> int:
        """Working days of the period, up to today if that lies in it."""
        last = min(self.last, today) if today else self.last
        return calendar().working_days_between(self.first - timedelta(days=1), last)

    def a_year_before(self, today: date) -> Period:
        """The same days a year ago; of a running period as many working days as have begun of it.

        So a month with its holiday behind it is not measured against one with its holiday ahead.
        """
        first, last = _year_back(self.first), _year_back(self.last)
        if self.first <= today < self.last:
            done = self.working_days(today)
            known = calendar()
            day = known.add_working_days(first - timedelta(days=1), done) if done else first - timedelta(days=1)
            last = min(max(day, first), last)
        return Period(first, last, "before")


def _year_back(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)


def month_of(day: date) -> Period:
    first = day.replace(day=1)
    return Period(first, months_on(first, 1) - timedelta(days=1), "month")


def months_on(first: date, months: int) -> date:
    """The first day of the month so many months after (or before) another."""
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def months_up_to(day: date, count: int = 12) -> list[Period]:
    """The month of the day and those before it, oldest first."""
    return [month_of(months_on(day.replace(day=1), -back)) for back in range(count - 1, -1, -1)]


def period_of(key: str, now: datetime, first: date | None = None, last: date | None = None) -> Period:
    """The period that somebody chose; this month where he chose none. Days the wrong way round are turned."""
    today = timezone.localtime(now).date()
    month = today.replace(day=1)
    if key == "last":
        first_of_last = months_on(month, -1)
        return Period(first_of_last, month - timedelta(days=1), "last")
    if key == "quarter":
        begin = months_on(month, -((month.month - 1) % 3))
        return Period(begin, months_on(begin, 3) - timedelta(days=1), "quarter")
    if key == "year":
        return Period(date(today.year, 1, 1), date(today.year, 12, 31), "year")
    if key == "custom" and (first or last):
        begin, end = sorted([first or last or today, last or first or today])
        return Period(begin, end)
    return month_of(today)
