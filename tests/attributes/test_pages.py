"""The catalogue for those who write criteria, and what they are told of data past its time."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape

from enterprises.attributes.catalogue import TOWN
from enterprises.attributes.definitions import TOWN_DEFINITIONS
from enterprises.attributes.values import Put, put_many
from enterprises.attributes.words import told
from enterprises.criteria import flow
from enterprises.models import Resource
from portal.people.actors import CLOCK
from portal.people.models import User
from portal.worktime import clock
from tests.criteria.test_pages import DRAFT, STAFF, lines
from tests.enterprises import factories
from tests.facts.factories import resources

CATALOGUE = "enterprises:attributes"
ONE = "enterprises:attribute"


@pytest.fixture
def firms(db):
    """Three firms: their people known since yesterday, long ago, and not at all."""
    factories.town()
    made = [factories.firm(number) for number in range(1, 4)]
    today = timezone.localdate(clock.now())
    put_many(
        Put(firm.pk, "headcount", Decimal(40), "人社", today - timedelta(days))
        for firm, days in zip(made, (1, 121), strict=False)
    )
    return made


@pytest.fixture
def client(firms):
    client = Client()
    client.force_login(factories.person("policy_officer", "policy_officer"))
    return client


def text(page):
    return page.content.decode()


def test_every_attribute_is_listed_with_what_it_means(client):
    flow.define("staff", "二十人以上", {"compare": ["headcount", ">=", 20]}, by=CLOCK)
    page = client.get(reverse(CATALOGUE))
    rows = {row["attribute"].code: row for _source, rows in page.context["groups"] for row in rows}
    assert rows.keys() == {one.code for one in TOWN}
    assert [one.name for one in rows["headcount"]["users"]] == ["二十人以上"]
    assert rows["tax_last_year"]["users"] == []
    assert all(one.definition in text(page) for one in TOWN)
    User.objects.update(language="en")
    english = text(client.get(reverse(CATALOGUE)))
    assert not [one.code for one in TOWN if escape(one.definition_en) not in english]


@pytest.mark.parametrize(
    "wanted, found", [("参保", {"insured", "insured_year_before", "insured_growth"}), ("无此", set())]
)
def test_one_finds_by_a_word(client, wanted, found):
    page = client.get(reverse(CATALOGUE), {"q": wanted})
    assert {row["attribute"].code for _source, rows in page.context["groups"] for row in rows} == found


def test_the_number_of_queries_does_not_grow_with_criteria(client, django_assert_max_num_queries):
    client.get(reverse(CATALOGUE))
    for number in range(3):
        flow.define(f"c{number}", f"条件{number}", {"compare": ["headcount", ">=", number]}, by=CLOCK)
        with django_assert_max_num_queries(7):
            client.get(reverse(CATALOGUE))


def test_one_attribute_says_where_it_comes_from_and_how_far_it_reaches(client):
    resources()
    page = text(client.get(reverse(ONE, args=["headcount"])))
    assert "用工登记 · 在册职工，最近一期" in page
    assert "企业年报 · 从业人数，最近一期" in page
    assert "3 家企业中 2 家有数据，其中 1 家超过更新期限。" in page
    assert "您看不到单个企业的数值" in page
    assert client.get(reverse(ONE, args=["no-such"])).status_code == 404


def test_firms_of_which_sources_disagree_are_listed_but_not_of_what_is_closed(client, firms):
    today = timezone.localdate(clock.now())
    for code in ("revenue_last_year", "tax_last_year"):
        put_many([Put(firms[0].pk, code, Decimal(1), "统计（与税务口径不一致）", today)])
    assert "太仓乌有1号有限公司" in text(client.get(reverse(ONE, args=["revenue_last_year"])))
    assert "太仓乌有1号有限公司" not in text(client.get(reverse(ONE, args=["tax_last_year"])))


def test_every_definition_has_words_in_both_languages(db):
    known = {one.code: one for one in resources().values()}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            for one in TOWN_DEFINITIONS.all:
                words = told(one, known, TOWN).words
                assert words
                assert "%(" not in words
    sums = told(TOWN_DEFINITIONS.of("tax_last_year")[0], known, TOWN)
    assert sums.words == "入库税收 · 入库税收合计，上年各期合计，缺一期即为未知"
    assert isinstance(sums.resource, Resource)
    assert told(TOWN_DEFINITIONS.of("invention_patents")[0], known, TOWN).words == "有效专利中当日有效的条数，限发明"
    assert told(TOWN_DEFINITIONS.of("penalties")[0], known, TOWN).words == "行政处罚中当日有效的条数，近 24 个月"
    assert told(TOWN_DEFINITIONS.of("tax_growth")[0], known, TOWN).words == "（上年纳税额 − 前年纳税额）÷ 前年纳税额"


def test_the_form_says_how_many_values_are_past_their_time(client):
    page = text(client.post(reverse(DRAFT), lines(STAFF)))
    assert "“职工总数”应在 120 天内更新，有数据的 2 家中 1 家已超过期限。" in page
    fresh = text(client.post(reverse(DRAFT), lines({"a": "registered_capital", "op": ">=", "value": "30"})))
    assert "已超过期限" not in fresh


def test_the_explanation_says_what_is_past_its_time(client, firms):
    made = flow.define("staff", "二十人以上", {"compare": ["headcount", ">=", 20]}, by=CLOCK)
    fresh, old, unknown = (
        text(client.get(reverse("enterprises:criterion-firm", args=[made.code, firm.uscc]))) for firm in firms
    )
    assert "已超过更新期限" not in fresh
    assert "职工总数已有数据，数值不公开，已超过更新期限" in old
    assert "超过更新期限的数据" in old
    assert "已超过更新期限" not in unknown
