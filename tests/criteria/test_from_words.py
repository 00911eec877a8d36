"""Conditions read from the words that show them: all that were ever written, other spellings, and what is refused."""

import pytest
from django.utils import translation

from enterprises.criteria.from_words import condition_of
from enterprises.criteria.programmes import programmes
from enterprises.criteria.reading import parse, unparse
from enterprises.criteria.typed import Unread
from enterprises.criteria.words import sentence
from portal.desk.demo.policies.texts import policies

WRITTEN = [clause.tree for policy in policies() for version in policy.versions() for clause in version.clauses]
TREES = [tree for tree in [*WRITTEN, *(one["tree"] for one in programmes())] if tree is not None]


def test_every_condition_that_was_ever_written_is_read_back():
    assert len(TREES) > 250
    for tree in TREES:
        node = parse(tree)
        assert unparse(condition_of(sentence(node))) == unparse(node), sentence(node)


MORE = [
    {"date": ["established_on", "<", "today"], "after": {"months": -6}},
    {"date": ["established_on", ">=", "2024-02-29"]},
    {"date": ["established_on", "<=", "2024-02-29"], "after": {"days": 90}},
    {"between": ["established_on", "2024-01-01", "2024-12-31"]},
    {"compare": [{"share": ["export_last_year", ["export_last_year", "domestic_last_year"]]}, ">", "0.5"]},
    {"compare": [{"ratio": ["tax_last_year", "land_area"]}, ">=", 3000]},
    {"compare": ["revenue_last_year", ">", "revenue_year_before"]},
    {"not": {"all": [{"holds": "high_tech"}, {"holds": "above_scale"}]}},
    {"any": [{"all": [{"holds": "high_tech"}, {"holds": "above_scale"}]}, {"not": {"holds": "abnormal"}}]},
    {"in": ["industry_section", ["G", "I"]]},
    {"between": [{"growth": ["tax_last_year", "tax_year_before"]}, "-0.05", "0.05"]},
]


@pytest.mark.parametrize("tree", MORE)
def test_so_is_every_kind_of_condition(tree):
    assert unparse(condition_of(sentence(parse(tree)))) == tree


RD = {"compare": ["rd_cost_last_year", ">=", 1000000]}
TIERS = {"tiers": "revenue_last_year", "bands": [[30000000, "<=", "0.05"], [None, None, "0.03"]]}
SPELT = {
    "上年研发费用占上年营业收入的比例不低于按上年营业收入分档：不超过 3,000 万元的 5%，其余 3%": {
        "compare": [{"ratio": ["rd_cost_last_year", "revenue_last_year"]}, ">=", TIERS]
    },
    "上年研发费用 ≥ 100万元": RD,
    "上年研发费用100万元以上": RD,
    "上年研发费用达到1，000，000元": RD,
    "１．上年研发费用不少于１００万": RD,
    "(一)上年研发费用>=0.01亿元。": RD,
    "非规上企业": {"not": {"holds": "above_scale"}},
    "规上企业为否": {"not": {"holds": "above_scale"}},
    '不属于"经营异常"': {"not": {"holds": "abnormal"}},
    "数字化水平是三级或四级": {"in": ["digital_level", ["l3", "l4"]]},
    "行业门类为C": {"in": ["industry_section", ["C"]]},
    "成立日期不满36个月": {"date": ["established_on", ">", "today"], "after": {"months": 36}},
    "成立日期不早于2024年1月5日": {"date": ["established_on", ">=", "2024-01-05"]},
    "欠税余额等于0": {"compare": ["tax_arrears", "=", 0]},
    "1. 规上企业\n2. 国家高新技术企业\n": {"all": [{"holds": "above_scale"}, {"holds": "high_tech"}]},
    "规上企业\n或者国家高新技术企业": {"any": [{"holds": "above_scale"}, {"holds": "high_tech"}]},
}


@pytest.mark.parametrize("said", SPELT)
def test_it_may_be_spelt_otherwise(said):
    assert unparse(condition_of(said)) == SPELT[said]


REFUSED = {
    "研发费用占比不低于 3%": "是不是：上年研发费用占比",
    "随便写写": "“随便写写”不是目录里的指标",
    "上年研发费用不低于 100": "“100”没有写单位，或者单位不对；可以用：亿元、亿、万元、万、元",
    "上年研发费用不低于 100 平方米": "可以用：亿元",
    "上年研发费用占上年营业收入的比例不低于 3": "可以用：%",
    "上年研发费用": "末尾缺比较",
    "上年研发费用很高": "“很高”前面缺比较",
    "上年研发费用不低于": "末尾还缺一个指标",
    "上年研发费用在 3 万元 至": "末尾还缺一个数",
    "数字化水平为九级": "可以写：一级、二级、三级、四级",
    "规上企业；并且国家高新技术企业；或者科技型中小企业": "请用括号分开",
    "（规上企业；或者国家高新技术企业": "括号没有配对",
    "规上企业）": "括号没有配对",
    "规上企业的": "从“的”起读不懂",
    "成立日期已满很久": "应写成几年",
    "成立日期不早于 2025年2月30日": "不是日期",
    "有效发明专利不低于 2%": "从“%”起读不懂",
    "上年研发费用不低于 9999999999999999999 元": "数值过大",
    "（上年研发费用 + 职工总数）不低于 3 万元": "单位不同",
    "上年营业收入在 9 万元 至 1 万元 之间（含）": "区间的下限大于上限",
    "（" * 40 + "规上企业" + "）" * 40: "括号套得太深",
    "（" * 1900 + "）" * 1900: "括号套得太深",
    "长" * 4001: "太长，最多 4000 字",
    "": "末尾还缺一个指标",
}


@pytest.mark.parametrize("said", REFUSED, ids=[one[:20] for one in REFUSED])
def test_what_cannot_be_read_is_refused_in_plain_words(said):
    with pytest.raises(Unread) as refused:
        condition_of(said)
    assert REFUSED[said] in str(refused.value)


def test_the_words_are_chinese_whatever_language_the_reader_has():
    with translation.override("en"):
        assert unparse(condition_of("不属于“经营异常”；并且数字化水平为三级")) == {
            "all": [{"not": {"holds": "abnormal"}}, {"in": ["digital_level", ["l3"]]}]
        }
