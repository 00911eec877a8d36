"""Stretches that figures are counted in (POL-6, INS-9): month, quarter, year, each with the one a year before."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

KEY = re.compile(r"(20\d\d)(?:-(?:q([1-4])|(0[1-9]|1[0-2])))?", re.ASCII)


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both counted; `key` stands in addresses: `2026`, `2026-q4`, `2026-11`."""

    key: str
    first: date
    last: date

    def __str__(self) -> str:
        year, _dash, part = self.key.partition("-")
        named = {"year": year, "part": part.removeprefix("q").lstrip("0")}
        if not part:
            return _("%(year)s 年") % named
        return (_("%(year)s 年第 %(part)s 季度") if part.startswith("q") else _("%(year)s 年 %(part)s 月")) % named

    def before(self, today: date) -> tuple[date, date]:
        """The same days a year ago; of a period under way only as far as it has come."""
        last = min(self.last, today) if self.first <= today else self.last
        return year_back(self.first), self.last_a_year_back(last)

    def last_a_year_back(self, last: date) -> date:
        whole = last == self.last
        return months_on(year_back(self.first), self.months) - timedelta(1) if whole else year_back(last)

    @property
    def months(self) -> int:
        return 12 if "-" not in self.key else 3 if "q" in self.key else 1


def period_of(key: str, today: date) -> Period:
    """The period of a key; this year where the key names none."""
    found = KEY.fullmatch(key)
    year, quarter, month = found.groups() if found else (str(today.year), None, None)
    first = date(int(year), 3 * int(quarter) - 2 if quarter else int(month or 1), 1)
    length = 3 if quarter else 1 if month else 12
    whole = f"{year}-q{quarter}" if quarter else f"{year}-{month}" if month else year
    return Period(whole, first, months_on(first, length) - timedelta(1))


def choices(today: date, chosen: Period) -> list[tuple[str, list[Period]]]:
    """What one chooses from, newest first: three years, eight quarters, twelve months, and what was chosen anyhow."""
    years = [period_of(str(today.year - back), today) for back in range(3)]
    quarters = [_quarter(months_on(today, -3 * back), today) for back in range(8)]
    months = [period_of(f"{months_on(today, -back):%Y-%m}", today) for back in range(12)]
    for known in (years, quarters, months):
        if chosen.months == known[0].months and chosen not in known:
            known.append(chosen)
            known.sort(key=lambda one: one.first, reverse=True)
    return [(pgettext("期间", "年"), years), (pgettext("期间", "季度"), quarters), (pgettext("期间", "月"), months)]


def _quarter(day: date, today: date) -> Period:
    return period_of(f"{day.year}-q{(day.month + 2) // 3}", today)


def months_on(day: date, months: int) -> date:
    """The first day of the month so many months after (or before) that of a day."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def year_back(day: date) -> date:
    """29 February's year before has its 28th."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
