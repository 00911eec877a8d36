"""Amounts read from the words in which they are shown: all that were written, other spellings, and what is refused."""

from datetime import date

import pytest

from enterprises.criteria.typed import Unread
from policies.amounts import language
from policies.amounts.from_words import formula_of, typed
from policies.amounts.working import amount_of
from portal.desk.demo.policies.texts import policies

WRITTEN = [clause.formula for policy in policies() for version in policy.versions() for clause in version.clauses]


def test_every_amount_that_was_ever_written_is_read_back():
    formulas = [language.parse(one) for one in WRITTEN if one is not None]
    assert len(formulas) > 200
    for formula in formulas:
        again = formula_of(typed(formula))
        assert typed(again) == typed(formula)
        if not formula.questions:
            assert again == formula
        assert [(one.label, one.unit) for one in again.questions] == [(q.label, q.unit) for q in formula.questions]


RATE = {"rate": "0.1", "of": "rd_cost_last_year", "cap": "1000000"}
READ = {
    "20000": {"fixed": "20000"},
    "20 万元": {"fixed": "200000"},
    "1,500.5 元": {"fixed": "1500.5"},
    "上年研发费用的 10%，最高 100 万元": RATE,
    "按上年研发费用的10%给予补助，封顶100万": RATE,
    "按上年研发费用的10%给予补助，最高100万元，保底1万元": {**RATE, "floor": "10000"},
    "有效发明专利每件5,000元": {"each": "5000", "per": "invention_patents"},
    "以下取最高的一项：500 元；参保人数每人 30 元，最高 8,000 元": {
        "highest": [{"fixed": "500"}, {"each": "30", "per": "insured", "cap": "8000"}]
    },
    "参保人数每人 30 元，最高 8,000 元 + 1 万元，最高 1.5 万元": {
        "sum": [{"each": "30", "per": "insured", "cap": "8000"}, {"fixed": "10000"}],
        "cap": "15000",
    },
    "上年出口额分段计算：1,000 万元以内的部分 0.5%，1,000 万元至 5,000 万元的部分 0.4%，5,000 万元以上的部分 0.3%": {
        "marginal": "export_last_year",
        "bands": [["10000000", "0.005"], ["50000000", "0.004"], [None, "0.003"]],
    },
}


@pytest.mark.parametrize("said", READ)
def test_an_amount_is_read_as_people_write_it(said):
    assert language.unparse(formula_of(said)) == READ[said]


REFUSED = {
    "有效发明专利，每件奖励5000元": "应是一个数",
    "职工总数每件 5 元": "应按“每人”写",
    "没有这个指标的 10%": "写成“名称（单位）”",
    "上年研发费用的 10%，最高": "末尾还缺一个数",
    "上年研发费用": "末尾缺算法",
    "职工总数的 10%": "按比例计算的应是金额",
    "0": "金额应大于 0",
    "-5 万元": "金额应大于 0",
    "99999999999999": "金额过大",
    "9999999999999999999": "数值过大",
    "上年研发费用的 100000%": "不超过 1000%",
    "很多": "不是目录里的指标",
    "按上年营业收入分档：不超过 5,000 万元的 3 万元": "缺",
    "按上年营业收入分档：不超过 5,000 万元的 3 万元，不超过 1,000 万元的 6 万元，其余 9 万元": "从小到大",
    "上年出口额分段计算：1,000 万元以内的部分 0.5%，2,000 万元以上的部分 0.3%": "首尾相接",
    "规上企业的，上年研发费用": "末尾缺算法",
    "规上企业": "不是数值",
    "（" * 40 + "1" + "）" * 40: "括号套得太深",
    "1" * 4001: "太长",
}


@pytest.mark.parametrize("said", REFUSED, ids=[one[:20] for one in REFUSED])
def test_what_cannot_be_read_is_refused_in_plain_words(said):
    with pytest.raises(Unread) as refused:
        formula_of(said)
    assert REFUSED[said] in str(refused.value)


def test_a_mark_at_the_end_is_no_fault():
    assert formula_of("上年研发费用的 10%，") == formula_of("上年研发费用的 10%")


def test_what_was_read_is_reckoned_with():
    formula = formula_of("“上年利息（万元）”的 15%，最高 20 万元")
    worked = amount_of(formula, {}, {"asked_1": 100}, date(2026, 11, 22))
    assert worked.amount == 150000
