"""What would have to change (POL-2): the named change gives yes, one display unit less does not."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest

from enterprises.attributes.catalogue import TOWN, Kind
from enterprises.attributes.values import Held
from enterprises.criteria.almost import applied, changes, smallest
from enterprises.criteria.check import checked
from enterprises.criteria.one import outcome
from enterprises.criteria.words import change_words
from tests.criteria.generating import CATALOGUE, DAY, Trees, firm, relatives
from tests.criteria.judging import known

TODAY = date(2026, 11, 22)
RATIO = {"compare": [{"ratio": ["rd_cost_last_year", "revenue_last_year"]}, ">=", "0.05"]}


def found(tree, values, day=TODAY):
    node, faults = checked(tree)
    assert not faults
    firm = known(values)
    return [change_words(change, firm) for change in changes(node, firm, day)]


def test_a_share_lacks_so_much_money():
    """4.6 % of 1,000 万元 lack 4 万元; or a revenue smaller by 80 万元."""
    words = found(RATIO, {"rd_cost_last_year": 460000, "revenue_last_year": 10000000})
    assert words == ["上年营业收入再减少 80 万元", "上年研发费用再增加 4 万元"]


def test_it_is_rounded_towards_enough():
    """A cent is missing: one display unit (0.01 万元) more, not none."""
    words = found(RATIO, {"rd_cost_last_year": "499999.99", "revenue_last_year": 10000000})
    assert words == ["上年营业收入再减少 0.01 万元", "上年研发费用再增加 0.01 万元"]


def test_percentage_points():
    tree = {"compare": ["rd_ratio", ">=", "0.05"]}
    assert found(tree, {"rd_ratio": "0.046"}) == ["上年研发费用占比再增加 0.4 个百分点"]
    assert found(tree, {"rd_ratio": "0.046001"}) == ["上年研发费用占比再增加 0.4 个百分点"]
    assert found(tree, {"rd_ratio": "0.045999"}) == ["上年研发费用占比再增加 0.41 个百分点"]


def test_more_than_needs_one_more():
    assert found({"compare": ["headcount", ">", 20]}, {"headcount": 20}) == ["职工总数再增加 1 人"]
    assert found({"compare": ["open_hazards", "<", 1]}, {"open_hazards": 3}) == ["未整改安全隐患再减少 3 件"]


def test_nothing_is_named_where_two_must_change():
    tree = {"all": [{"compare": ["headcount", ">=", 20]}, {"holds": "high_tech"}]}
    assert found(tree, {"headcount": 19}) == []


def test_only_what_is_changeable():
    assert found({"compare": ["revenue_year_before", ">=", 1]}, {"revenue_year_before": 0}) == []
    assert found({"holds": "serious_violation"}, {}) == []


def test_a_yes_and_an_unknown_have_no_change():
    tree = {"compare": ["headcount", ">=", 20]}
    assert found(tree, {"headcount": 20}) == found(tree, {}) == []


def test_what_is_unknown_is_not_guessed():
    tree = {"all": [{"compare": ["headcount", ">=", 20]}, {"compare": ["insured", ">=", 5]}]}
    assert found(tree, {"headcount": 3}) == []


def test_waiting_is_a_day():
    tree = {"date": ["established_on", "<=", "today"], "after": {"years": 1}}
    assert found(tree, {"established_on": "2026-01-15"}) == ["自 2027-01-15 起符合"]
    assert found(tree, {"established_on": "2024-02-29"}, date(2025, 2, 27)) == ["自 2025-02-28 起符合"]
    assert found(tree, {"established_on": "2024-02-29"}, date(2025, 2, 28)) == []
    assert found({"date": ["established_on", ">", "today"]}, {"established_on": "2026-01-15"}) == []


def test_levels_and_certificates():
    tree = {"in": ["research_institute", ["provincial", "national"]]}
    assert found(tree, {"research_institute": "municipal"}) == ["研发机构等级改为“省级”"]
    assert found({"holds": "high_tech"}, {}) == ["国家高新技术企业改为“是”"]
    assert found({"date": ["high_tech_until", ">=", "today"]}, {"high_tech_until": "2026-11-20"}) == [
        "高企证书有效期至改为“2026-11-22”"
    ]


def test_a_change_never_leaves_what_can_be():
    """No firm has fewer than no staff."""
    assert found({"compare": ["headcount", "<", 0]}, {"headcount": 1}) == []


def test_across_a_tier_the_nearest_way_counts():
    """A firm just above a band: a little less revenue lifts the bar, a little more does not."""
    bands = [["30000000", "<=", "0.01"], [None, None, "0.05"]]
    tiers = {"tiers": "revenue_last_year", "bands": bands}
    tree = {"compare": [{"ratio": ["rd_cost_last_year", "revenue_last_year"]}, ">=", tiers]}
    words = found(tree, {"rd_cost_last_year": 400000, "revenue_last_year": "30000050"})
    assert words[0] == "上年营业收入再减少 0.01 万元"


@pytest.fixture(scope="module")
def noes():
    """Firms and criteria that come to no, out of which some are almost yes."""
    random, cases = Random(5), []
    while len(cases) < 260:
        base = firm(random, unknown=0.05)
        tree = Trees(random, base).tree(depth=2)
        cases += [(tree, one) for one in relatives(random, base, 3) if outcome(tree, one, DAY, CATALOGUE) is False]
    return cases


def test_the_named_change_is_enough_and_one_unit_less_is_not(noes):
    named = 0
    for tree, values in noes:
        for change in changes(tree, values, DAY, CATALOGUE):
            named += 1
            if change.attribute is None:
                assert outcome(tree, values, change.value, CATALOGUE) is True
                assert outcome(tree, values, change.value - timedelta(1), CATALOGUE) is not True
                continue
            assert outcome(tree, applied(values, change), DAY, CATALOGUE) is True
            if change.attribute.kind in (Kind.NUMBER, Kind.DATE):
                less = replace(change, value=one_less(change, values))
                assert outcome(tree, applied(values, less), DAY, CATALOGUE) is not True, (tree, change)
    assert named > 120


def one_less(change, values):
    held = values.get(change.attribute.code)
    now = change.attribute.zero if held is None else held.value
    if change.attribute.kind == Kind.DATE:
        return change.value - timedelta(1 if change.value > now else -1)
    step = Decimal(change.attribute.step).scaleb(-change.attribute.scale)
    return change.value - step if change.value > now else change.value + step


def test_no_smaller_change_exists(noes):
    """Every number of steps tried, one after the other, for counts and days."""
    tried = 0
    for tree, values in noes[:150]:
        for code in ("staff", "patents", "valid_until"):
            if CATALOGUE[code].absent_is_zero or code in values:
                best = first_by_trying(tree, values, CATALOGUE[code])
                named = next((c for c in changes(tree, values, DAY, CATALOGUE) if c.attribute is CATALOGUE[code]), None)
                if best is not None or (named is not None and abs(steps(named, values)) <= 30):
                    assert named is not None
                    assert steps(named, values) == best
                    tried += 1
    assert tried > 10


def steps(change, values):
    held = values.get(change.attribute.code)
    moved = change.value - (change.attribute.zero if held is None else held.value)
    return moved.days if isinstance(moved, timedelta) else int(moved)


def first_by_trying(tree, values, attribute):
    held = values.get(attribute.code)
    now = attribute.zero if held is None else held.value
    for far in range(1, 31):
        for count in (far, -far):
            value = now + (timedelta(count) if attribute.kind == Kind.DATE else count)
            if attribute.kind == Kind.NUMBER and value < 0:
                continue
            if outcome(tree, {**values, attribute.code: Held(value)}, DAY, CATALOGUE) is True:
                return count
    return None


def test_the_smallest_of_several_comes_first():
    node, _faults = checked({"any": [{"compare": ["headcount", ">=", 100]}, {"holds": "high_tech"}]})
    assert smallest(node, known({"headcount": 90}), TODAY).attribute is TOWN["headcount"]
    assert smallest(node, known({"headcount": 10}), TODAY).attribute is TOWN["high_tech"]
