"""What pages ask of attributes: history by period, standing among peers, what is fresh, stale and missing."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from enterprises.attributes.catalogue import TOWN
from enterprises.attributes.freshness import Is, disagreeing, reach, stale_since, state_of
from enterprises.attributes.history import history, natural_periods
from enterprises.attributes.peers import peers
from enterprises.attributes.sight import closed_to, hidden_from
from enterprises.attributes.values import Held, Put, put, put_many
from enterprises.models import Line
from portal.people.models import Department, Membership
from tests.enterprises import factories
from tests.facts.factories import fact, resources

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 11, 22)
AT = datetime(2026, 11, 10, 9, tzinfo=SHANGHAI)
AS_OF = date(2026, 9, 30)


@pytest.fixture
def town(db):
    return factories.town()


@pytest.fixture
def firm(town):
    return factories.firm(1, town["A1"])


# History ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def told(firm):
    """Two years of tax but for one month, two balance sheets, one hazard from February to June."""
    known, by = resources(), factories.person("officer")
    for year, each in ((2024, 100), (2025, 200)):
        for month in range(1, 13):
            if (year, month) != (2025, 5):
                fact(firm, known["tax_paid"], by=by, at=AT, period=date(year, month, 1), total=each + month)
        fact(firm, known["annual_finance"], by=by, at=AT, period=date(year, 1, 1), revenue=1000 * each)
    days = {"found_on": date(2025, 2, 10), "cleared_on": date(2025, 6, 1)}
    fact(firm, known["hazards"], by=by, at=AT, item="AQ1", grade="major", **days)
    fact(firm, known["tax_rating"], by=by, at=AT, period=date(2025, 1, 1), grade="b")
    return firm


def values(points):
    return [point.value for point in points]


def test_a_month_in_which_nothing_was_said_is_a_gap(told):
    points = history(told, {"tax_month": ("month", 8)}, day=date(2025, 9, 1))["tax_month"]
    assert [point.period.month for point in points] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert values(points) == [201, 202, 203, 204, None, 206, 207, 208]
    assert values(history(told, {"tax_month": ("month", 2)}, day=date(2025, 8, 31))["tax_month"]) == [206, 207]


def test_years_are_told_by_what_was_last_year_at_their_end(told):
    codes = [
        "revenue_last_year",
        "revenue_growth",
        "tax_last_year",
        "tax_rating",
        "registered_capital",
        "own_technology",
    ]
    lines = history(told, dict.fromkeys(codes, ("year", 3)), day=DAY)
    assert [point.period.year for point in lines["revenue_last_year"]] == [2023, 2024, 2025]
    assert values(lines["revenue_last_year"]) == [None, 100_000, 200_000]
    assert values(lines["revenue_growth"]) == [None, None, 1]
    assert values(lines["tax_last_year"]) == [None, 1278, None]  # May is missing
    assert values(lines["tax_rating"]) == [None, None, "b"]
    assert values(lines["registered_capital"]) == values(lines["own_technology"]) == [None] * 3


def test_a_register_is_counted_as_it_stood(told):
    points = history(told, dict.fromkeys(["open_hazards", "major_hazards"], ("month", 6)), day=date(2025, 7, 1))
    assert values(points["open_hazards"]) == values(points["major_hazards"]) == [0, 1, 1, 1, 1, 0]
    quarters = history(told, {"open_hazards": ("quarter", 2)}, day=date(2025, 7, 1))["open_hazards"]
    assert [(point.period, point.value) for point in quarters] == [
        (date(2025, 1, 1), 1),
        (date(2025, 4, 1), 0),
    ]  # cleared on 1 June


ONE = {"tax_month": ("month", 1)}
MANY = {
    "tax_month": ("month", 36),
    "tax_growth": ("year", 4),
    "revenue_last_year": ("year", 3),
    "tax_rating": ("year", 2),
    "headcount": ("quarter", 9),
    "open_hazards": ("month", 6),
}


@pytest.mark.parametrize("asked, queries", [(ONE, 2), (MANY, 5)])  # words and periods are asked for where there are any
def test_for_many_codes_and_periods_the_same_queries(told, django_assert_num_queries, asked, queries):
    history(told, asked, day=DAY)
    with django_assert_num_queries(queries):
        history(told, asked, day=DAY)


def test_periods_asked_together_are_as_each_alone(told):
    together = history(told, MANY, day=date(2026, 1, 15))
    assert together == {code: history(told, {code: span}, day=date(2026, 1, 15))[code] for code, span in MANY.items()}
    assert values(together["tax_rating"]) == [None, "b"]
    assert values(together["tax_month"])[-2:] == [211, 212]


def test_which_period_fits(told):
    codes = [
        "tax_month",
        "tax_month_growth",
        "headcount",
        "revenue_last_year",
        "rd_ratio",
        "open_hazards",
        "tax_rating",
    ]
    per = natural_periods([*codes, "own_technology", "above_scale"])
    assert [per[code] for code in codes] == ["month", "month", "quarter", "year", "year", "month", "year"]
    assert per["own_technology"] == "year"


# Peers ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def division(town):
    """Ten firms of division 34 with 10 to 100 people, two of 35 with 1000, all but the last two in village A1."""
    section = factories.industry("C")
    others, metal = factories.industry("35", parent=section), factories.industry("3411", parent=section)
    general = factories.industry("34", parent=section)
    made = [
        factories.firm(n, town["A1Z" if n % 2 else "A1"], industry=metal if n % 2 else general) for n in range(1, 11)
    ]
    made += [factories.firm(n, town["B1"], industry=others) for n in (11, 12)]
    counts = [*range(10, 101, 10), 1000, 1000]
    put_many(Put(firm.pk, "headcount", Decimal(count), "人社", AS_OF) for firm, count in zip(made, counts, strict=True))
    return made


def test_a_firm_stands_among_those_of_its_division(division):
    lowest, fifth, highest = (peers(division[n], ["headcount"])["headcount"] for n in (0, 4, 9))
    assert (lowest.percentile, fifth.percentile, highest.percentile) == (0, 44, 100)
    assert (lowest.of, lowest.median) == (10, 50)


def test_equals_count_half(division):
    put_many(Put(firm.pk, "headcount", Decimal(7), "人社", AS_OF) for firm in division[:10])
    assert peers(division[3], ["headcount"])["headcount"].percentile == 50


def test_few_are_no_peers_and_what_is_unknown_has_no_standing(division):
    assert peers(division[10], ["headcount"]) == {}
    assert peers(division[0], ["insured", "high_tech"]) == {}
    put_many(Put(firm.pk, "insured", Decimal(3), "人社", AS_OF) for firm in division[:4])
    assert "insured" not in peers(division[0], ["headcount", "insured"])
    put(division[4], "insured", Decimal(9), "人社", AS_OF)
    assert peers(division[4], ["headcount", "insured"])["insured"].of == 5
    assert peers(factories.firm(13), ["headcount"]) == {}


def test_by_place_and_by_size(division):
    assert peers(division[0], ["headcount"], "place")["headcount"].of == 10
    small = peers(division[0], ["headcount"], "size")
    assert small == {}  # 10 people: the only one below 20
    assert peers(division[1], ["headcount"], "size")["headcount"].of == 9
    without = factories.firm(13)
    put(without, "insured", Decimal(1), "人社", AS_OF)
    assert peers(without, ["insured"], "size") == {}
    assert peers(without, ["insured"], "industry") == {}


def test_who_has_gone_is_no_peer(division):
    for firm in division[:3]:
        firm.status = "cancelled"
        firm.save()
    assert peers(division[9], ["headcount"])["headcount"].of == 7
    assert peers(division[0], ["headcount"])["headcount"].of == 8  # itself still


@pytest.mark.parametrize("by, queries", [("industry", 1), ("place", 1), ("size", 2)])
def test_peers_are_one_query_or_two_for_any_number(division, django_assert_num_queries, by, queries):
    with django_assert_num_queries(queries):
        found = peers(division[1], ["headcount", "insured", "tax_last_year", "revenue_last_year"], by)
    assert set(found) == {"headcount"}


# Fresh, stale, missing --------------------------------------------------------------------------------------------


def test_every_attribute_is_fresh_stale_or_missing(firm, django_assert_num_queries):
    put(firm, "headcount", Decimal(5), "人社", date(2026, 7, 25))
    put(firm, "insured", Decimal(5), "人社", date(2026, 9, 22))
    put(firm, "registered_capital", Decimal(5), "市场监管", date(2001, 1, 1))
    with django_assert_num_queries(2):
        states = {one.attribute.code: one for one in state_of(firm, day=DAY)}
    assert len(states) == len(list(TOWN))
    assert (states["headcount"].state, states["headcount"].since) == (Is.FRESH, date(2026, 7, 25))  # 120 days
    assert (states["insured"].state, states["insured"].since) == (Is.STALE, DAY)  # 60 days
    assert states["registered_capital"].state == Is.FRESH  # identity does not age
    assert (states["tax_month"].state, states["tax_month"].since, states["tax_month"].held) == (Is.MISSING, None, None)
    assert states["tax_month"].owed_by == "税务"
    assert states["own_technology"].owed_by == "企业申报"


@pytest.mark.parametrize("day, since", [(date(2026, 9, 30), None), (date(2026, 11, 29), None), (date(2026, 11, 30), 1)])
def test_the_last_fresh_day_is_still_fresh(day, since):
    found = stale_since(TOWN["insured"], Held(Decimal(1), "人社", AS_OF), day)
    assert found == (date(2026, 11, 30) if since else None)


def test_how_far_an_attribute_reaches(firm):
    others = [factories.firm(number) for number in (2, 3)]
    put(firm, "insured", Decimal(5), "人社", DAY)
    put(others[0], "insured", Decimal(5), "人社（与统计口径不一致）", date(2026, 1, 31))
    insured, headcount = reach([TOWN["insured"], TOWN["headcount"]], DAY)
    assert (insured.known, insured.stale, insured.firms) == (2, 1, 3)
    assert (headcount.known, headcount.stale) == (0, 0)
    assert disagreeing(TOWN["insured"]) == [others[0].pk]


# Who may read -----------------------------------------------------------------------------------------------------


def test_an_attribute_is_read_by_the_officers_of_its_line(firm):
    department = Department.objects.create(name="税务分局", short_name="税务", kind="county")
    Line.objects.create(code="tax", name="税务", department=department)
    Line.objects.create(code="statistics", name="统计")
    officer = factories.person("tax")
    Membership.objects.create(user=officer, role="data_officer", department=department, since=factories.LONG_AGO)
    hidden = hidden_from(officer, firm)
    assert "tax_last_year" not in hidden
    assert {"revenue_last_year", "penalties"} <= hidden
    assert "tax_last_year" in closed_to(factories.person("triager", "triager"))


def test_nothing_is_hidden_from_the_firm_itself_and_all_of_another(firm):
    boss = factories.person("boss", "enterprise_member")
    factories.member(firm, boss)
    assert hidden_from(boss, firm) == frozenset()
    assert "tax_last_year" in hidden_from(boss, factories.firm(2))
