"""Months, quarters and years of the money, and what each is compared with (POL-6)."""

from datetime import date

import pytest

from portal.worktime.periods import choices, period_of

TODAY = date(2026, 11, 9)


@pytest.mark.parametrize(
    ("key", "name", "first", "last", "before"),
    [
        ("2026", "2026 年", (2026, 1, 1), (2026, 12, 31), ((2025, 1, 1), (2025, 11, 9))),
        ("2025", "2025 年", (2025, 1, 1), (2025, 12, 31), ((2024, 1, 1), (2024, 12, 31))),
        ("2026-q4", "2026 年第 4 季度", (2026, 10, 1), (2026, 12, 31), ((2025, 10, 1), (2025, 11, 9))),
        ("2026-q3", "2026 年第 3 季度", (2026, 7, 1), (2026, 9, 30), ((2025, 7, 1), (2025, 9, 30))),
        ("2026-11", "2026 年 11 月", (2026, 11, 1), (2026, 11, 30), ((2025, 11, 1), (2025, 11, 9))),
        ("2025-02", "2025 年 2 月", (2025, 2, 1), (2025, 2, 28), ((2024, 2, 1), (2024, 2, 29))),
        ("2024-02", "2024 年 2 月", (2024, 2, 1), (2024, 2, 29), ((2023, 2, 1), (2023, 2, 28))),
        ("", "2026 年", (2026, 1, 1), (2026, 12, 31), ((2025, 1, 1), (2025, 11, 9))),
        ("2026-q5", "2026 年", (2026, 1, 1), (2026, 12, 31), ((2025, 1, 1), (2025, 11, 9))),
        ("1999-13-x", "2026 年", (2026, 1, 1), (2026, 12, 31), ((2025, 1, 1), (2025, 11, 9))),
    ],
)
def test_each_has_its_days_and_those_a_year_before(key, name, first, last, before):
    period = period_of(key, TODAY)
    assert (str(period), period.first, period.last) == (name, date(*first), date(*last))
    assert period.before(TODAY) == tuple(date(*day) for day in before)


def test_on_29_february_the_year_before_goes_to_its_28th():
    assert period_of("2024-02", date(2024, 2, 29)).before(date(2024, 2, 29)) == (date(2023, 2, 1), date(2023, 2, 28))
    assert period_of("2024", date(2024, 2, 29)).before(date(2024, 2, 29)) == (date(2023, 1, 1), date(2023, 2, 28))


def test_the_newest_come_first():
    years, quarters, months = (found for _name, found in choices(TODAY, period_of("", TODAY)))
    assert [one.key for one in years] == ["2026", "2025", "2024"]
    assert [one.key for one in quarters][:4] == ["2026-q4", "2026-q3", "2026-q2", "2026-q1"]
    assert [one.key for one in months][:3] == ["2026-11", "2026-10", "2026-09"]
    assert (len(quarters), len(months)) == (8, 12)


@pytest.mark.parametrize("key", ["2020", "2031", "2019-q1", "2020-03"])
def test_what_was_asked_for_in_the_address_can_be_seen_chosen(key):
    found = [one.key for _name, known in choices(TODAY, period_of(key, TODAY)) for one in known]
    assert (found.count(key), len(found)) == (1, 24)
    for _name, known in choices(TODAY, period_of(key, TODAY)):
        assert [one.first for one in known] == sorted((one.first for one in known), reverse=True)
