"""How a condition reads: ratios in the unit of both sides, sources and names in the reader's language."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from enterprises.attributes.catalogue import TOWN
from enterprises.attributes.freshness import differing
from enterprises.attributes.values import Held
from enterprises.criteria import flow, programmes
from enterprises.criteria.from_words import condition_of
from enterprises.criteria.lines import Line
from enterprises.criteria.naming import named
from enterprises.criteria.one import evaluate
from enterprises.criteria.reading import parse, unparse
from enterprises.criteria.words import amount, explained, sentence
from enterprises.facts.periods import period_name
from enterprises.models.declarations import DECLARED
from portal.desk.portrait.trends import Trend
from portal.people.actors import CLOCK

PER_HEAD = {"compare": [{"ratio": ["revenue_last_year", "headcount"]}, ">=", 1000000]}
DAY = date(2025, 12, 31)


def test_output_per_head_is_said_in_ten_thousand_yuan_a_person():
    node = parse(PER_HEAD)
    assert sentence(node) == "上年营业收入 ÷ 职工总数不低于 100 万元/人"
    assert unparse(condition_of(sentence(node))) == unparse(node)
    known = {"revenue_last_year": Held(Decimal(88067000), "统计", DAY), "headcount": Held(Decimal(126), "人社", DAY)}
    (_depth, _part, words), *_ = explained(evaluate(node, known, date(2026, 11, 23)))
    assert "算得 69.89 万元/人" in words
    assert "%" not in words


def test_the_form_takes_it_in_the_same_unit():
    line = Line(how="ratio", a=["revenue_last_year", "headcount"], op=">=", value="100")
    assert (line.unit, line.tree()) == (
        "万元/人",
        {"compare": [{"ratio": ["revenue_last_year", "headcount"]}, ">=", "1000000"]},
    )
    assert Line(how="ratio", a=["rd_cost_last_year", "revenue_last_year"]).unit == "%"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("统计", "Statistics"),
        (DECLARED, "the firm itself (unverified)"),
        ("镇自建条线", "镇自建条线"),
        (differing("税务", "生产经营月报"), "Taxation (“Monthly operation” differs)"),
    ],
)
def test_an_explanation_names_its_source_in_english(source, said):
    known = {"headcount": Held(Decimal(126), source, DAY)}
    with translation.override("en"):
        (_depth, _part, words), *_ = explained(evaluate(parse({"compare": ["headcount", ">", 1]}), known, DAY))
    assert f"from {said}" in words


@pytest.mark.parametrize(
    ("code", "value", "said"),
    [
        ("invention_patents", "1", "1 item"),
        ("invention_patents", "0", "0 items"),
        ("invention_patents", "2", "2 items"),
        ("headcount", "1", "1 person"),
        ("revenue_last_year", "10000", "1 wan yuan"),
    ],
)
def test_one_of_a_unit_is_said_in_the_singular(code, value, said):
    with translation.override("en"):
        assert amount(TOWN[code], Decimal(value)) == said
    assert amount(TOWN["invention_patents"], Decimal(1)) == "1 件"


@pytest.mark.django_db
def test_what_is_shipped_has_an_english_name_until_a_town_renames_it():
    first, second = programmes.load()[:2]
    second.name = "本镇自己的叫法"
    own = flow.define("own", "自己写的", {"holds": "high_tech"}, by=CLOCK)
    listed = flow.define("inspect-industry", "工业企业", {"in": ["industry_section", ["C"]]}, by=CLOCK)
    with translation.override("en"):
        called = [one.called for one in named([first, second, own, listed])]
    assert called == ["Provincial science and technology SME", "本镇自己的叫法", "自己写的", "Industrial firms"]
    assert named([first])[0].name == "省级科技型中小企业"


def test_a_quarter_is_named_in_both_languages():
    assert period_name(date(2026, 7, 1), "quarter") == "2026年三季度"
    with translation.override("en"):
        assert period_name(date(2026, 7, 1), "quarter") == "2026 Q3"


def test_a_gap_is_dotted_and_one_point_alone_leaves_no_stray_dot():
    years = [date(year, 1, 1) for year in range(2022, 2026)]
    drawn = str(Trend(list(zip(years, [1.0, None, 3.0, 4.0], strict=True)), "year").drawn)
    assert drawn.count('class="ln"') == 1
    assert drawn.count('class="gap"') == 1
    assert drawn.count("<circle") == 1
    assert not Trend(list(zip(years, [None, None, None, 4.0], strict=True)), "year").drawn
