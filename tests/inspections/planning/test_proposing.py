"""What a new plan begins with, and how its quality is told (INS-4)."""

from datetime import date

import pytest

from inspections.models import Plan
from inspections.planning.forms import proposed_span, proposed_title
from inspections.planning.results import over
from tests.inspections.factories import need

TODAY = date(2026, 11, 6)  # a Friday


def test_where_nothing_waits_four_weeks_from_monday_are_proposed(of):
    assert proposed_span(TODAY) == (date(2026, 11, 9), date(2026, 12, 6))
    assert proposed_span(date(2026, 12, 18)) == (date(2026, 12, 21), date(2026, 12, 31))  # a plan lies within one year


@pytest.mark.parametrize(
    ("begin", "span"),
    [
        ((date(2027, 1, 4), date(2027, 2, 3)), (date(2027, 1, 1), date(2027, 3, 31))),  # the next quarter, all of it
        ((date(2026, 12, 1), date(2026, 10, 12)), (date(2026, 11, 7), date(2026, 12, 31))),  # this one, from tomorrow
        ((date(2027, 1, 4), date(2026, 12, 1)), (date(2026, 11, 7), date(2026, 12, 31))),  # as many: the earlier
    ],
)
def test_the_quarter_is_proposed_in_which_most_needs_wait(of, begin, span):
    for first, agency in zip(begin, (of.housing, of.fire), strict=True):
        need(of, of.firm, agency, first=first, last=date(2027, 3, 31))
    need(of, of.firm, of.keeper, first=date(2026, 10, 5), last=date(2026, 11, 6))  # over: it waits for nothing
    assert proposed_span(TODAY) == span


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        ({"visits": 566, "bound": 477}, {"visits": 89, "share": "18.7"}),
        ({"visits": 365, "bound": 365}, {"visits": 0, "share": "0.0"}),
        ({}, {"visits": 0, "share": ""}),
    ],
)
def test_how_far_a_plan_may_be_from_the_best(figures, told):
    assert over(Plan(figures=figures)) == told


@pytest.mark.parametrize(
    ("span", "title"),
    [
        ((date(2027, 1, 1), date(2027, 3, 31)), "2027 年第一季度联合检查"),
        ((date(2026, 11, 7), date(2026, 12, 31)), "2026 年第四季度联合检查"),
        ((date(2026, 11, 9), date(2026, 12, 6)), ""),
        ((date(2026, 12, 7), date(2027, 2, 28)), ""),
        ((date(2026, 7, 1), date(2026, 12, 31)), ""),  # half a year is no quarter
    ],
)
def test_a_quarter_has_a_title(span, title):
    assert proposed_title(*span) == title
