"""Amounts to the cent (POL-3): against plain fractions, at every border, and with what is missing named."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings

from enterprises.attributes.values import Held
from policies.amounts.check import checked
from policies.amounts.language import parse, unparse
from policies.amounts.words import sentence
from policies.amounts.working import amount_of, answered, most_of
from portal.people.refusal import Refused
from tests.policies.amounts.formulas import firms, formulas, reckoned

DAY = date(2026, 11, 9)


def held(**values):
    return {code: Held(Decimal(str(value)) if type(value) is not bool else value) for code, value in values.items()}


def amount(formula, answers=None, **values):
    formula_read, faults = checked(formula)
    assert faults == []
    return amount_of(formula_read, held(**values), answers or {}, DAY).amount


@settings(max_examples=120, deadline=None)
@given(formulas, firms())
def test_it_is_what_fractions_say(tree, firm):
    known, answers = firm
    formula, faults = checked(tree)
    assert formula is not None
    assert faults == []
    worked = amount_of(formula, known, answers, DAY)
    expected = reckoned(tree, known, answers)
    if expected > Decimal("999999999999.99"):
        assert worked.amount is None
    else:
        assert worked.amount == expected
    most = most_of(formula.amount)
    assert most is None or worked.amount <= most
    assert (worked.missing, worked.asks) == ((), ())


@settings(max_examples=80, deadline=None)
@given(formulas, firms(sparse=True))
def test_what_is_unknown_makes_it_unknown_and_is_named(tree, firm):
    known, answers = firm
    worked, expected = amount_of(tree, known, answers, DAY), reckoned(tree, known, answers)
    if expected is None:
        assert worked.amount is None
        assert worked.missing or worked.asks
        assert not set(worked.missing) & set(known)
        assert not set(worked.asks) & set(answers)


@settings(max_examples=80, deadline=None)
@given(formulas)
def test_it_is_read_and_written_without_a_loss_and_said_in_a_sentence(tree):
    formula = parse(tree)
    assert parse(unparse(formula)) == formula
    assert sentence(formula)


@pytest.mark.parametrize(
    ("revenue", "expected"),
    [("29999999.99", 50000), ("30000000", 50000), ("30000000.01", 200000), ("-5", 50000), ("0", 50000)],
)
def test_a_border_belongs_to_the_band_below_it_where_it_says_so(revenue, expected):
    formula = {"tiers": "revenue_last_year", "bands": [["30000000", "<=", "50000"], [None, None, "200000"]]}
    assert amount(formula, revenue_last_year=revenue) == expected


@pytest.mark.parametrize(("revenue", "expected"), [("29999999.99", 50000), ("30000000", 200000)])
def test_and_to_the_band_above_it_where_it_does_not(revenue, expected):
    formula = {"tiers": "revenue_last_year", "bands": [["30000000", "<", "50000"], [None, None, "200000"]]}
    assert amount(formula, revenue_last_year=revenue) == expected


@pytest.mark.parametrize(
    ("cost", "expected"),
    [
        ("2999999.99", "299999.99"),
        ("3000000", "300000"),
        ("3000000.01", "300000"),
        ("100000", "20000"),  # the floor
        ("0", "0"),  # where there is nothing, the floor brings nothing
        ("-100", "0"),
    ],
)
def test_cap_and_floor_bind_at_their_border(cost, expected):
    formula = {"rate": "0.1", "of": "rd_cost_last_year", "cap": "300000", "floor": "20000"}
    assert amount(formula, rd_cost_last_year=cost) == Decimal(expected)


@pytest.mark.parametrize(
    ("cost", "expected"),
    [("1000000", "50000"), ("1000000.34", "50000.01"), ("999999.99", "49999.99"), ("3000000", "110000")],
)
def test_each_part_of_a_marginal_rate_counts_for_itself_and_the_sum_is_rounded_once(cost, expected):
    """0.34 × 3 % is 0.0102: a cent, and no rounding before the sum."""
    formula = {"marginal": "rd_cost_last_year", "bands": [["1000000", "0.05"], [None, "0.03"]]}
    assert amount(formula, rd_cost_last_year=cost) == Decimal(expected)


def test_halves_of_a_cent_are_not_lost_before_the_end():
    half = {"rate": "0.5", "of": "rd_cost_last_year"}
    assert amount({"sum": [half, half]}, rd_cost_last_year="0.01") == Decimal("0.01")
    assert amount(half, rd_cost_last_year="0.01") == 0


def test_the_working_shows_each_step():
    formula = {"rate": "0.1", "of": "rd_cost_last_year", "cap": "300000"}
    assert amount_of(formula, held(rd_cost_last_year="3200000"), {}, DAY).lines == (
        "上年研发费用 320 万元 × 10% = 32 万元，封顶 30 万元 → 30 万元",
    )
    more = {"each": "5000", "per": {"more": ["insured", "insured_year_before"]}}
    assert amount_of(more, held(insured=12, insured_year_before=9), {}, DAY).lines == (
        "参保人数比上年同月参保人数的增加额 3 人 × 5,000 元 = 1.5 万元",
    )
    assert amount_of(formula, {}, {}, DAY).lines == ("缺少“上年研发费用”",)


def test_what_is_asked_for_counts_in_its_unit():
    formula = {"rate": "0.5", "of": {"ask": "interest"}, "asks": {"interest": {"label": "利息", "unit": "万元"}}}
    assert amount(formula, {"interest": "１２.５"}) == 62500  # as a Chinese keyboard types it
    for wrong in ("NaN", "Infinity", "-1", "1e9", "abc", "9" * 19, " "):
        worked = amount_of(formula, {}, {"interest": wrong}, DAY)
        assert (worked.amount, worked.asks) == (None, ("interest",))


@pytest.mark.parametrize("wrong", ["NaN", "-1", "1e9", "9" * 19, "", "12,x"])
def test_a_form_is_told_what_is_wrong_with_an_answer(wrong):
    formula = parse({"rate": "0.5", "of": {"ask": "i"}, "asks": {"i": {"label": "利息", "unit": "元"}}})
    with pytest.raises(Refused, match="利息") as refused:
        answered(formula.questions[0], wrong)
    assert refused.value.field == "i"


def test_nan_among_the_facts_is_no_value():
    assert amount({"rate": "0.1", "of": "rd_cost_last_year"}, rd_cost_last_year="NaN") is None


def test_a_sum_beyond_what_can_be_kept_is_left_to_people():
    worked = amount_of({"rate": "10", "of": "revenue_last_year"}, held(revenue_last_year="999999999999.99"), {}, DAY)
    assert worked.amount is None
    assert worked.lines[-1] == "算得的金额过大，请人工核定"


def test_a_condition_that_cannot_be_judged_leaves_the_amount_open():
    formula = {"when": {"holds": "high_tech"}, "then": {"fixed": "100"}, "else": {"fixed": "50"}}
    assert amount(formula, high_tech=True) == 100
    assert amount(formula, high_tech=False) == 50
    assert amount_of(formula, {}, {}, DAY).missing == ("high_tech",)
