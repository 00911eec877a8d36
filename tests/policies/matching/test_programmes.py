"""The five real programmes as clauses: every border of the official wording, and what the explanation says of it.

Each is tried as the portal does it: stored values, the stored outcome, the explanation of one firm. `tests/criteria`
tries the trees by themselves; here they are what a policy's clause asks.
"""

from datetime import date
from decimal import Decimal

import pytest

from enterprises.attributes.catalogue import TOWN, Kind
from enterprises.attributes.values import Put, put_many
from enterprises.criteria import store
from enterprises.criteria.programmes import programmes
from enterprises.models import Criterion
from policies.matching.explaining import explain
from policies.matching.matches import Verdict, of_firm
from tests.criteria.test_programmes import BASES
from tests.policies.factories import clause

TREES = {one["code"]: one["tree"] for one in programmes()}
DAY, AS_OF = date(2026, 11, 22), date(2026, 6, 30)
YES, ALMOST, UNKNOWN, NO = Verdict.YES, Verdict.ALMOST, Verdict.UNKNOWN, Verdict.NO

# Programme: (what is other than just enough, the verdict, what its explanation or its change must say)
CASES = {
    "provincial-tech-sme": [
        ({}, YES, "成立日期已满 1 年：符合"),
        ({"established_on": "2025-11-23"}, ALMOST, "自 2026-11-23 起符合"),
        ({"established_on": "2025-11-21"}, YES, "2025-11-21"),
        ({"established_on": None}, UNKNOWN, "成立日期没有数据"),
        ({"registered_province": "32"}, NO, "不符合"),
        ({"independent_entity": False}, ALMOST, "产权明晰并独立核算改为“是”"),
        ({"independent_entity": None}, UNKNOWN, "产权明晰并独立核算没有数据"),
        ({"invention_patents": 0}, ALMOST, "再增加 1 件"),
        ({"invention_patents": 2}, YES, "有效发明专利：2 件"),
        ({"invention_patents": 0, "own_technology": None}, UNKNOWN, "拥有其他自主技术没有数据"),
    ],
    "municipal-high-tech": [
        ({}, YES, "算得约 5%"),
        ({"rd_cost_last_year": "599999.99"}, ALMOST, "上年研发费用再增加 0.01 万元"),
        ({"rd_cost_last_year": "600000.01"}, YES, "60.000001 万元"),
        ({"rd_cost_year_before": None}, UNKNOWN, "前年研发费用没有数据"),
        ({"revenue_last_year": 30000000, "rd_cost_last_year": 1500000}, YES, "算得约 5%"),
        ({"revenue_last_year": 30000000, "rd_cost_last_year": "1499999.99"}, ALMOST, "再增加 0.01 万元"),
        ({"revenue_last_year": "30000000.01", "rd_cost_last_year": "1020000.01"}, YES, "算得约 4%"),
        ({"revenue_last_year": "30000000.01", "rd_cost_last_year": 1020000}, ALMOST, "改变"),
        ({"revenue_last_year": 100000000, "rd_cost_last_year": 3820000}, YES, "算得约 4%"),
        ({"revenue_last_year": 100000000, "rd_cost_last_year": "3819999.99"}, ALMOST, "改变"),
        ({"revenue_last_year": "100000000.01", "rd_cost_last_year": "2640000.01"}, YES, "算得约 3%"),
        ({"revenue_last_year": "100000000.01", "rd_cost_last_year": 2640000}, ALMOST, "改变"),
        ({"registered_city": "3302"}, NO, "不符合"),
    ],
    "municipal-technology-centre": [
        ({}, YES, "算得约"),
        ({"high_tech": False}, ALMOST, "国家高新技术企业改为“是”"),
        ({"rd_cost_last_year": "999999.99"}, ALMOST, "上年研发费用再增加 0.01 万元"),
        ({"rd_cost_last_year": "1000000.01"}, YES, "算得 200.000001 万元"),
        ({"rd_staff": 14}, ALMOST, "改变"),
        ({"rd_staff": 16}, YES, "16 人"),
        ({"headcount": 101}, ALMOST, "改变"),
        ({"qualified_engineers": 9}, ALMOST, "改变"),
        ({"tech_centre_staff": 21}, ALMOST, "改变"),
        ({"tech_centre_staff": None}, UNKNOWN, "技术中心职工总数没有数据"),
        ({"tech_centre_staff": 0}, UNKNOWN, "待补充"),
    ],
    "major-science-project": [
        ({}, YES, "省"),
        ({"rd_cost_last_year": "9999999.99"}, ALMOST, "上年研发费用再增加 0.01 万元"),
        ({"rd_cost_last_year": "10000000.01"}, YES, "1,000.000001 万元"),
        ({"research_institute": "municipal"}, ALMOST, "研发机构等级改为"),
        ({"research_institute": "national"}, YES, "国家"),
        ({"high_tech": False}, ALMOST, "国家高新技术企业改为“是”"),
        ({"public_institution": None}, UNKNOWN, "以事业性机构申报没有数据"),
        ({"public_institution": True, "leader_full_time": True}, UNKNOWN, "项目负责人为规定层次人才没有数据"),
    ],
    "patent-pilot": [
        ({}, YES, "算得 20"),
        ({"design_patents": 3}, ALMOST, "再增加 1 件"),
        ({"design_patents": 5}, YES, "算得 21"),
        ({"revenue_last_year": "29999999.99"}, ALMOST, "上年营业收入再增加 0.01 万元"),
        ({"revenue_last_year": "30000000.01"}, YES, "3,000.000001 万元"),
        ({"revenue_last_year": None}, UNKNOWN, "上年营业收入没有数据"),
    ],
}


def stored(firm, values, moment):
    """These values and no others, as the town keeps them; registers that were delivered have their zeros."""
    puts = []
    for attribute in TOWN:
        value = values.get(attribute.code)
        if value is None and attribute.code not in values and attribute.zero_if_delivered:
            value = attribute.zero
        elif value is not None and attribute.kind == Kind.NUMBER:
            value = Decimal(str(value))
        elif value is not None and attribute.kind == Kind.DATE:
            value = date.fromisoformat(value)
        puts.append(Put(firm.pk, attribute.code, value, attribute.source, AS_OF))
    put_many(puts)
    store.refresh_firms([firm.pk], at=moment)


@pytest.mark.parametrize("code", CASES)
def test_each_border_gives_the_right_verdict_and_says_why(town, at, code):
    made = clause(town, tree=TREES[code])
    assert Criterion.objects.get(pk=made.criterion_id).current.tree
    wrong = []
    for changed, verdict, words in CASES[code]:
        stored(town.firm, {**BASES[code], **changed}, at(DAY.isoformat()))
        (match,) = of_firm(town.firm, DAY)
        told = explain(made, town.firm, town.enterprise_member, DAY)
        text = "\n".join((*("改变：" + one for one in told.changes), *(line.words for line in told.lines)))
        if match.verdict != verdict or told.verdict != verdict or words not in text:
            wrong.append((changed, match.verdict, told.verdict, verdict, words, text))
        if verdict == ALMOST:
            assert match.change == told.changes[0], changed
        if verdict == UNKNOWN:
            assert match.missing == told.missing
    assert not wrong, "\n\n".join(map(str, wrong))
