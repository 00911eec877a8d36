"""Days off by law for years without a notice (DL-2, design: Deadlines)."""

from portal.worktime.gazette import shipped
from portal.worktime.statutory import FIRST_YEAR, LAST_YEAR, statutory_days
from tests.worktime.factories import day, town_calendar


def test_2027_by_law() -> None:
    assert {f"{off:%m-%d}": name for off, name in sorted(statutory_days(2027).items())} == {
        "01-01": "元旦",
        "02-05": "春节",  # 除夕
        "02-06": "春节",
        "02-07": "春节",
        "02-08": "春节",
        "02-09": "春节",  # for the Saturday and Sunday among the four days
        "02-10": "春节",
        "04-05": "清明节",
        "05-01": "劳动节",
        "05-02": "劳动节",
        "05-03": "劳动节",
        "05-04": "劳动节",
        "06-09": "端午节",
        "09-15": "中秋节",
        "10-01": "国庆节",
        "10-02": "国庆节",
        "10-03": "国庆节",
        "10-04": "国庆节",
        "10-05": "国庆节",
    }


# 中秋 falls into the National Day holiday.
COINCIDING = {2020, 2028, 2031, 2039}


def test_every_year_has_thirteen_days_off_work() -> None:
    """Weekend days made good: each of the thirteen days is a working day less, unless two holidays coincide."""
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        weekdays_off = [off for off in statutory_days(year) if off.weekday() < 5]
        assert len(weekdays_off) in ({12, 13} if year in COINCIDING else {13}), year


def test_the_law_agrees_with_the_notices_on_the_holidays_themselves() -> None:
    off = {day.date for notice in shipped() for day in notice.days if not day.working}
    for year in (2025, 2026):  # the law as it is since November 2024
        own = {day for day in statutory_days(year) if day.weekday() < 5}
        assert len(own - off) <= 4  # a made-good day lies elsewhere in the notice's arrangement
        assert {day for day in own if f"{day:%m-%d}" in ("01-01", "05-01", "05-02", "10-01", "10-02", "10-03")} <= off


def test_unpublished_years_are_provisional_from_their_first_day() -> None:
    calendar = town_calendar()
    assert not calendar.is_provisional(day("2026-12-31"))
    assert calendar.is_provisional(day("2027-01-01"))
    assert not calendar.is_working(day("2027-02-09"))
    assert calendar.is_working(day("2027-02-11"))
