"""Days off by law, for a year whose State Council notice is not out yet (《全国年节及纪念日放假办法》, 2024)."""

from __future__ import annotations

import csv
from collections.abc import Set
from datetime import date, timedelta
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
FIRST_YEAR, LAST_YEAR = 2019, 2050  # the years of lunar.csv, and so of the calendar

DAY = timedelta(days=1)
LAW = date(2024, 11, 10)  # when the holidays' present days were set


@cache
def _lunar() -> dict[int, dict[str, date]]:
    with (DATA / "lunar.csv").open(encoding="utf-8") as file:
        return {
            int(row.pop("year")): {name: date.fromisoformat(day) for name, day in row.items()}
            for row in csv.DictReader(file)
        }


def _holidays(year: int) -> list[tuple[str, date, int]]:
    """Name, first day and number of days of each public holiday (article 2)."""
    lunar = _lunar()[year]
    return [
        ("元旦", date(year, 1, 1), 1),
        ("春节", lunar["spring_festival"] - DAY, 4),
        ("清明节", lunar["qingming"], 1),
        ("劳动节", date(year, 5, 1), 2),
        ("端午节", lunar["dragon_boat"], 1),
        ("中秋节", lunar["mid_autumn"], 1),
        ("国庆节", date(year, 10, 1), 3),
    ]


def holidays_not_off(year: int, off: Set[date], worked: Set[date]) -> list[str]:
    """The public holidays that an arrangement of days off and make-up days leaves out, or lets work on a day of theirs.

    Before the law of 2024 the number of their days differed: of a holiday of those years one day is enough.
    """
    missing = []
    for name, first, length in _holidays(year):
        days = {first + offset * DAY for offset in range(length)}
        works = {day for day in days if day in worked or (day.weekday() < 5 and day not in off)}
        if not days & off or (works and year > LAW.year):
            missing.append(name)
    return missing


def statutory_days(year: int) -> dict[date, str]:
    """The days off of a year by law alone, with names; KeyError outside FIRST_YEAR to LAST_YEAR.

    A day on a weekend is made good on the next working day after its holiday (article 6); make-up working days are
    never guessed.
    """
    holidays = _holidays(year)
    days: dict[date, str] = {}
    for name, first, length in holidays:
        for offset in range(length):
            days.setdefault(first + offset * DAY, name)
    for name, first, length in holidays:
        substitute = first + length * DAY
        for _ in range(sum((first + offset * DAY).weekday() >= 5 for offset in range(length))):
            while substitute.weekday() >= 5 or substitute in days:
                substitute += DAY
            days[substitute] = name
    return days
