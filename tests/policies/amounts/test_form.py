"""The form without programming (POL-3): it shows every formula, gives it back unchanged, and keeps what was typed."""

import html
import re

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from hypothesis import given, settings

from policies.amounts import form
from policies.amounts.language import parse
from tests.policies.amounts.formulas import formulas


def sent(page):
    """What a browser would send of these fields."""
    data = QueryDict(mutable=True)
    for found in re.finditer(r"<input([^>]*)>|<select([^>]*)>(.*?)</select>", page, re.S):
        tag = found[1] or found[2]
        name = re.search(r'name="([^"]*)"', tag)[1]
        if found[1]:
            value = re.search(r'value="([^"]*)"', tag)
        else:
            value = re.search(r'<option value="([^"]*)"[^>]* selected', found[3])
            value = value or re.search(r'<option value="([^"]*)"', found[3])
        data.appendlist(name, html.unescape(value[1]) if value else "")
    return data


def same(one, other):
    """The same amount, asking for the same, in whichever order."""
    first, second = parse(one), parse(other)
    return first.amount == second.amount and set(first.questions) == set(second.questions)


def drawn(data):
    return render_to_string("calculator/formula_fields.html", form.draw(data, "c0"))


@settings(max_examples=15, deadline=None)
@given(formulas)
def test_what_is_drawn_is_sent_back_unchanged(tree):
    data, faults = form.read(sent(drawn(tree)), "c0")
    assert faults == []
    assert same(data, tree)


@pytest.mark.parametrize(
    "tree",
    [
        {"fixed": "200000"},
        {"when": {"holds": "high_tech"}, "then": {"rate": "0.05", "of": "rd_cost_last_year", "cap": "500000"}},
        {
            "when": {"in": ["specialised", ["national"]]},
            "then": {"fixed": "500000"},
            "else": {"when": {"in": ["specialised", ["provincial"]]}, "then": {"fixed": "200000"}},
        },
        {"tiers": {"ask": "area"}, "bands": [["300", "<", "50000"], [None, None, "90000"]],
         "asks": {"area": {"label": "租用面积", "unit": "平方米"}}},
        {"each": "300", "per": {"ask": "saved"}, "asks": {"saved": {"label": "核定节能量", "unit": "吨标煤"}}},
        {"each": "2000", "per": {"more": ["insured", "insured_year_before"]}, "cap": "100000"},
    ],
)  # fmt: skip
def test_the_usual_ones_have_fields_of_their_own(tree):
    page = drawn(tree)
    assert "c0.0.kept" not in page
    assert parse(form.read(sent(page), "c0")[0]) == parse(tree)


def test_no_money_is_no_formula():
    assert form.read(sent(drawn(None)), "c0") == (None, [])
    assert form.read(QueryDict(""), "c0") == (None, [])


def test_what_is_typed_counts_in_its_units():
    data = QueryDict(
        "c0.join=one&c0.n=1&c0.0.kind=rate&c0.0.source=value&c0.0.a=rd_cost_last_year&c0.0.value=１０&c0.0.cap=1,000"
    )
    assert form.read(data, "c0")[0] == {"rate": "0.10", "of": "rd_cost_last_year", "cap": "10000000"}


def test_what_is_incomplete_stays_as_typed_and_says_what_is_missing():
    data = QueryDict("c0.join=one&c0.n=1&c0.0.kind=rate&c0.0.source=value&c0.0.a=&c0.0.value=abc")
    _made, faults = form.read(data, "c0")
    assert faults
    shown = form.redraw(data, "c0")["amount_form"]
    assert shown["rows"][0].part.value == "abc"
    assert shown["rows"][0].faults
    data = QueryDict("c0.join=one&c0.n=1&c0.0.kind=fixed&c0.0.value=abc")
    assert form.redraw(data, "c0", writing=True)["amount_form"]["rows"][0].faults, "abc is wrong at once"
    data = QueryDict("c0.join=one&c0.n=1&c0.0.kind=fixed&c0.0.value=")
    assert form.redraw(data, "c0")["amount_form"]["rows"][0].faults
    assert not form.redraw(data, "c0", writing=True)["amount_form"]["rows"][0].faults, "nothing was typed yet"


def test_buttons_add_and_take_away():
    data = QueryDict("c0.join=sum&c0.n=2&c0.0.value=1&c0.1.value=2", mutable=True)
    data["act"] = "formula:add:c0"
    assert form.redraw(data, "c0")["amount_form"]["count"] == 3
    data["act"] = "formula:remove:c0.0"
    assert [row.part.value for row in form.redraw(data, "c0")["amount_form"]["rows"]] == ["2"]
    data["act"] = "formula:remove:c1.0"
    assert form.redraw(data, "c0")["amount_form"]["count"] == 2


@pytest.mark.parametrize(
    "hostile",
    [
        "c0.join=one&c0.n=999999999&c0.0.kind=levels&c0.0.by=nonsense",
        "c0.join=one&c0.n=1&c0.0.kept=[[[[",
        "c0.join=one&c0.n=1&c0.0.kept=%7B%22fixed%22%3A%22NaN%22%7D",
        "c0.join=one&c0.n=1&c0.0.kind=each&c0.0.value=1e999999999&c0.0.a=insured",
        "c0.join=sum&c0.n=-1&act=formula:remove:c0.99999999999",
        "c0.join=__class__&c0.n=1&c0.0.source=__dict__",
        "c0.join=one&c0.n=1&c0.0.kind=tiers&c0.0.a=insured&" + "&".join(["c0.0.upto=1&c0.0.incl=x&c0.0.grade=2"] * 50),
    ],
)
def test_whatever_is_sent_is_drawn_again(hostile):
    data = QueryDict(hostile)
    form.read(data, "c0")
    assert render_to_string("calculator/formula_fields.html", form.redraw(data, "c0"))
