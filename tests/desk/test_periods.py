"""Periods and the stretch of the year before that each is compared with (SUP-2)."""

from datetime import date

import pytest

from portal.desk.figures import Period, period_of
from tests.requests.factories import moment

pytestmark = pytest.mark.django_db

NOW = moment("2026-11-23 15:20")


@pytest.mark.parametrize(
    ("key", "first", "last"),
    [
        ("month", "2026-11-01", "2026-11-30"),
        ("", "2026-11-01", "2026-11-30"),
        ("nonsense", "2026-11-01", "2026-11-30"),
        ("last", "2026-10-01", "2026-10-31"),
        ("quarter", "2026-10-01", "2026-12-31"),
        ("year", "2026-01-01", "2026-12-31"),
    ],
)
def test_a_period_by_its_name(key: str, first: str, last: str) -> None:
    period = period_of(key, NOW)
    assert (str(period.first), str(period.last)) == (first, last)


def test_january_follows_december() -> None:
    assert period_of("last", moment("2026-01-05 09:00")).first == date(2025, 12, 1)


def test_days_the_wrong_way_round_are_turned() -> None:
    assert period_of("custom", NOW, date(2026, 5, 9), date(2026, 5, 1)) == Period(date(2026, 5, 1), date(2026, 5, 9))
    assert period_of("custom", NOW, date(2026, 5, 9)).last == date(2026, 5, 9)


def test_a_day_ends_at_midnight_in_the_town() -> None:
    period = Period(date(2026, 11, 1), date(2026, 11, 1))
    assert (period.since, period.until) == (moment("2026-11-01 00:00"), moment("2026-11-02 00:00"))


def test_a_finished_period_is_compared_with_the_same_days() -> None:
    before = period_of("last", NOW).a_year_before(NOW.date())
    assert (before.first, before.last) == (date(2025, 10, 1), date(2025, 10, 31))
    leap = Period(date(2024, 2, 1), date(2024, 2, 29)).a_year_before(NOW.date())
    assert leap.last == date(2023, 2, 28)


def test_a_running_period_is_compared_with_as_many_working_days() -> None:
    """By 23 November 2026 sixteen working days have begun; in 2025 the sixteenth of November was the 24th."""
    month = period_of("month", NOW)
    before = month.a_year_before(NOW.date())
    assert month.working_days(NOW.date()) == 16
    assert (before.first, before.last) == (date(2025, 11, 1), date(2025, 11, 24))
    assert before.working_days() == 16


def test_before_the_first_working_day_there_is_one_day_to_compare() -> None:
    before = period_of("month", moment("2026-11-01 09:00")).a_year_before(date(2026, 11, 1))  # a Sunday
    assert (before.first, before.last) == (date(2025, 11, 1), date(2025, 11, 1))
