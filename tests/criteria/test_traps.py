"""The traps of criteria (ENT-5), each asked of both evaluators: borders, unknowns, division, days, tiers."""

from datetime import date
from decimal import Decimal

import pytest

from enterprises.criteria.check import checked
from enterprises.criteria.one import evaluate
from enterprises.criteria.reading import parse
from enterprises.criteria.words import explained
from tests.criteria.judging import judged, known

RATIO = {"ratio": ["rd_cost_last_year", "revenue_last_year"]}
GROWTH = {"growth": ["revenue_last_year", "revenue_year_before"]}
TIERS = {
    "tiers": "revenue_last_year",
    "bands": [["30000000", "<=", "0.05"], ["100000000", "<=", "0.04"], [None, None, "0.03"]],
}


def compare(left, sign, right):
    return {"compare": [left, sign, right]}


@pytest.mark.parametrize(
    "sign, below, on, above",
    [
        ("<", True, False, False),
        ("<=", True, True, False),
        (">", False, False, True),
        (">=", False, True, True),
        ("=", False, True, False),
        ("!=", True, False, True),
    ],
)
def test_every_comparison_at_its_border(sign, below, on, above):
    tree = compare("revenue_last_year", sign, 30000000)
    values = ("29999999.99", 30000000, "30000000.01")
    assert [judged(tree, {"revenue_last_year": value}) for value in values] == [below, on, above]


@pytest.mark.parametrize("part, whole", [("0.15", 3), ("0.35", 7), ("1.15", 23), ("4.35", 87), ("0.07", "1.40")])
def test_a_ratio_exactly_on_its_border_counts(part, whole):
    """As floats 0.15 ÷ 3 is below 0.05."""
    tree = compare(RATIO, ">=", "0.05")
    assert judged(tree, {"rd_cost_last_year": part, "revenue_last_year": whole}) is True
    less = Decimal(part) - Decimal("0.01")
    assert judged(tree, {"rd_cost_last_year": less, "revenue_last_year": whole}) is False


def test_a_ratio_of_thirds_is_exact():
    tree = compare({"ratio": ["rd_staff", "headcount"]}, "=", "0.333333")
    assert judged(tree, {"rd_staff": 1, "headcount": 3}) is False


@pytest.mark.parametrize("before, expected", [(0, None), (-5, None), ("0.01", True)])
def test_growth_needs_something_to_grow_from(before, expected):
    """Profit, the one figure that may be below zero, grows from nothing by no rate."""
    tree = compare({"growth": ["profit_last_year", "profit_last_year"]}, ">=", 0)
    assert judged(tree, {"profit_last_year": before}) is expected


def test_growth_on_its_border():
    tree = compare(GROWTH, ">=", "0.2")
    assert judged(tree, {"revenue_last_year": 120, "revenue_year_before": 100}) is True
    assert judged(tree, {"revenue_last_year": "119.99", "revenue_year_before": 100}) is False


@pytest.mark.parametrize("quotient", [RATIO, {"share": ["rd_cost_last_year", ["revenue_last_year"]]}])
def test_division_by_zero_is_unknown_and_its_negation_too(quotient):
    values = {"rd_cost_last_year": 1, "revenue_last_year": 0}
    tree = compare(quotient, ">=", "0.05")
    assert judged(tree, values) is None
    assert judged({"not": tree}, values) is None


def test_a_negative_denominator_turns_no_sign_round():
    tree = compare({"ratio": ["revenue_last_year", "profit_last_year"]}, "<", 0)
    assert judged(tree, {"revenue_last_year": 10, "profit_last_year": -2}) is True
    assert (
        judged(compare({"ratio": ["profit_last_year", "profit_last_year"]}, "=", 1), {"profit_last_year": -2}) is True
    )


def test_a_share_is_of_the_sum_of_all_parts():
    tree = compare({"share": ["export_last_year", ["export_last_year", "domestic_last_year"]]}, ">=", "0.25")
    assert judged(tree, {"export_last_year": 1, "domestic_last_year": 3}) is True
    assert judged(tree, {"export_last_year": 1, "domestic_last_year": "3.01"}) is False
    assert judged(tree, {"export_last_year": 1}) is None


# Unknown ----------------------------------------------------------------------------------------------------------

KNOWN_NO, KNOWN_YES, UNKNOWN = compare("headcount", "<", 0), compare("headcount", ">=", 0), {"holds": "own_technology"}


@pytest.mark.parametrize(
    "group, expected",
    [
        ({"all": [KNOWN_YES, UNKNOWN]}, None),
        ({"all": [KNOWN_NO, UNKNOWN]}, False),
        ({"any": [KNOWN_YES, UNKNOWN]}, True),
        ({"any": [KNOWN_NO, UNKNOWN]}, None),
        ({"not": UNKNOWN}, None),
        ({"not": {"all": [KNOWN_NO, UNKNOWN]}}, True),
        ({"any": [UNKNOWN, {"not": UNKNOWN}]}, None),
    ],
)
def test_kleene(group, expected):
    assert judged(group, {"headcount": 3}) is expected


@pytest.mark.parametrize(
    "tree",
    [
        compare({"sum": ["rd_cost_last_year", "revenue_last_year"]}, ">=", 1),
        compare({"weighted": [[1, "revenue_last_year"], [5, "rd_cost_last_year"]]}, ">=", 1),
        compare(RATIO, "<", 1),
        compare(RATIO, ">=", TIERS),
        {"between": ["rd_cost_last_year", 0, 10**9]},
        compare("rd_cost_last_year", "!=", 7),
        {"in": ["industry_section", ["C"]]},
        {"date": ["established_on", "<=", "today"]},
        {"between": ["established_on", "2000-01-01", "2026-01-01"]},
    ],
)
def test_what_is_not_known_makes_it_unknown(tree):
    assert judged(tree, {"revenue_last_year": 50}) is None
    assert judged({"not": tree}, {"revenue_last_year": 50}) is None


def test_an_unknown_amount_falls_into_no_tier():
    """By comparing with tiers of an unknown revenue nothing is decided, though every band would say yes."""
    tree = compare("headcount", ">=", TIERS)
    assert judged(tree, {"headcount": 10}) is None


@pytest.mark.parametrize(
    "revenue, least",
    [(30000000, "0.05"), ("30000000.01", "0.04"), (100000000, "0.04"), ("100000000.01", "0.03"), (0, "0.05")],
)
def test_the_border_of_a_tier_belongs_where_it_says(revenue, least):
    tree = compare(TIERS, "=", least)
    assert judged(tree, {"revenue_last_year": revenue}) is True


def test_the_zero_of_a_complete_register_is_a_value_and_absence_is_none():
    assert judged(compare("invention_patents", "=", 0), {}) is True
    assert judged(compare("patent_applications", "=", 0), {}) is None
    assert judged({"holds": "high_tech"}, {}) is False
    assert judged({"holds": "own_technology"}, {}) is None
    assert judged({"in": ["research_institute", ["none"]]}, {}) is True
    assert judged({"in": ["research_institute", ["provincial", "national"]]}, {}) is False
    assert judged({"in": ["pollution_level", ["key"]]}, {}) is None


# Days -------------------------------------------------------------------------------------------------------------


def full_year(established, day, **span):
    tree = {"date": ["established_on", "<=", "today"], "after": span or {"years": 1}}
    return judged(tree, {"established_on": established}, date.fromisoformat(day))


def test_a_year_is_full_on_the_anniversary():
    assert full_year("2025-11-22", "2026-11-21") is False
    assert full_year("2025-11-22", "2026-11-22") is True


def test_the_anniversary_of_29_february_is_28_february():
    assert full_year("2024-02-29", "2025-02-27") is False
    assert full_year("2024-02-29", "2025-02-28") is True
    assert full_year("2024-02-29", "2028-02-28", years=4) is False
    assert full_year("2024-02-29", "2028-02-29", years=4) is True
    assert full_year("2023-02-28", "2024-02-28") is True


def test_months_end_where_they_end():
    assert full_year("2026-08-31", "2026-11-30", months=3) is True
    assert full_year("2026-08-31", "2026-11-29", months=3) is False
    assert full_year("2026-11-30", "2027-02-28", months=3) is True


@pytest.mark.parametrize("sign, days", [("=", ["2025-02-28"]), ("<", ["2025-03-01"]), (">", ["2025-02-27"])])
def test_every_sign_at_the_moved_day(sign, days):
    tree = {"date": ["established_on", sign, "today"], "after": {"years": 1}}
    around = ("2025-02-27", "2025-02-28", "2025-03-01")
    found = [day for day in around if judged(tree, {"established_on": "2024-02-29"}, date.fromisoformat(day))]
    assert found == days


# What a clerk is told ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "tree, said",
    [
        ({"all": []}, "这一组里还没有条件"),
        (compare("revenue_last_year", ">=", 0.05), "请填写数值"),
        (compare("revenue_last_year", ">=", "NaN"), "请填写数值"),
        (compare("revenue_last_year", ">=", "1e9"), "请填写数值"),
        (compare("revenue_last_year", ">=", True), "请填写数值"),
        (compare("revenue_last_year", ">=", ""), "请填写数值"),
        (compare("", ">=", ""), "请选择指标"),
        (compare({"ratio": ["headcount", ""]}, ">=", "0.03"), "请选择指标"),
        (compare("revenue_last_year", "=>", 1), "请选择比较方式"),
        (compare("moon", ">", 1), "没有“moon”这个指标"),
        (compare("high_tech", ">", 1), "“国家高新技术企业”不是数值"),
        (compare("headcount", ">=", "revenue_last_year"), "两边的单位不同"),
        (compare({"sum": ["headcount", "revenue_last_year"]}, ">=", 1), "单位不同，不能相加"),
        (compare(RATIO, ">=", "headcount"), "只能与数值或分档比较"),
        (compare("headcount", ">=", RATIO), "只能写在比较的左边"),
        (compare(1, ">=", 1), "没有用到指标"),
        ({"between": ["headcount", 9, 3]}, "下限大于上限"),
        ({"between": ["established_on", "2026-02-30", "2026-03-01"]}, "没有这一天"),
        ({"holds": "headcount"}, "不能用于是或否的条件"),
        ({"in": ["research_institute", ["galactic"]]}, "没有“galactic”这个取值"),
        ({"in": ["headcount", ["3"]]}, "不能用于属于某些取值"),
        ({"date": ["headcount", "<", "today"]}, "不能用于日期条件"),
        ({"date": ["established_on", "<", "today"], "after": {"weeks": 1}}, "期限应是"),
        (compare({"tiers": "headcount", "bands": [[9, "<", 1], [3, "<", 2], [None, None, 3]]}, ">", 1), "从小到大"),
        (compare({"tiers": "headcount", "bands": [[9, "<", 1]]}, ">", 1), "最后一档不设上限"),
        ({"all": [{"holds": "high_tech"}], "colour": 1}, "不认识的内容"),
        ("high_tech", "应是一个条件"),
        (None, "应是一个条件"),
        ({"holds": "high_tech", "not": {}}, "应是一个条件"),
    ],
)
def test_what_is_wrong_is_said_in_words(tree, said):
    _node, faults = checked(tree)
    assert said in str(faults[0])


def test_the_place_is_named():
    tree = {"all": [{"holds": "high_tech"}, {"any": [{"holds": "high_tech"}, compare("moon", ">", 1)]}]}
    _node, (fault,) = checked(tree)
    assert str(fault) == "第2条 › 第2条：没有“moon”这个指标"


def test_a_hostile_tree_is_refused_and_hangs_nothing():
    deep = {"holds": "high_tech"}
    for _ in range(5000):
        deep = {"not": deep}
    wide = {"all": [{"holds": "high_tech"}] * 50_000}
    for tree in (deep, wide, {"in": ["industry_section", ["C" * 10**6]]}, compare("headcount", ">", "9" * 10**6)):
        assert checked(tree)[1]


ABSENT = (1, True, "", "：没有这种情形（")
NOT_ONE = {"not": {"holds": "abnormal"}}
NOT_ANY = {"not": {"any": [{"holds": "abnormal"}, compare("penalties", ">=", 1)]}}


@pytest.mark.parametrize(
    ("tree", "penalties", "lines"),
    [
        (NOT_ONE, 0, [(0, True, "不属于“", "：符合（")]),
        (NOT_ANY, 0, [(0, True, "不属于以下任何一种情形：符合", ""), ABSENT, ABSENT]),
        (NOT_ANY, 1, [(0, False, "不属于以下任何一种情形：不符合", ""), ABSENT, (1, False, "", "：有这种情形（")]),
    ],
)
def test_what_must_not_be_is_told_as_such_and_is_good_where_it_is_not(tree, penalties, lines):
    firm = known({"abnormal": False, "penalties": penalties})
    told = list(explained(evaluate(parse(tree), firm, date(2026, 11, 1))))
    assert [(depth, one.outcome) for depth, one, _words in told] == [line[:2] for line in lines]
    for (_depth, _one, words), (_, _, begins, within) in zip(told, lines, strict=True):
        assert words.startswith(begins)
        assert within in words
