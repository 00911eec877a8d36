"""The catalogue: search by words of any part, facets that count what they leave, few queries (POL-1, POL-11)."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from policies.library.catalogue import catalogue
from policies.library.search import find, search
from policies.models import Policy
from portal.worktime import clock
from tests.enterprises.factories import industry
from tests.policies import factories as rows


@pytest.fixture
def three(town):
    """A county grant for research, a town award for exports, a tax relief that is over."""
    for section in ("A", "C"):
        industry(section, section)
    research = rows.policy(
        town,
        title="研发投入奖补办法",
        level="county",
        document_number="示政〔2025〕6号",
        keywords=["加计扣除"],
        industries=["C"],
        summary="研发花得多的企业给补助。",
    )
    rows.clause(town, research, title="增量奖励", benefit="按增加额的一成", formula={"fixed": "200000"})
    exports = rows.policy(town, title="稳外贸若干措施", department=town.police, summary="出口增长的给奖励。")
    rows.clause(
        town, exports, support="award", universal=False, way="by_review", title="参展补助", conditions="境外参展"
    )
    over = rows.policy(town, title="税费减免老办法", valid_to=date(2024, 12, 31))
    rows.clause(town, over, support="tax")
    return research, exports, over


def titles(**asked):
    query = asked.pop("q", "")
    return [one.title for one in catalogue(asked, clock.now(), query).found]


FOUND = {
    "研发": ["研发投入奖补办法"],
    "加计扣除": ["研发投入奖补办法"],
    "〔2025〕6": ["研发投入奖补办法"],
    "增量 奖励": ["研发投入奖补办法"],
    "境外": ["稳外贸若干措施"],
    "参展": ["稳外贸若干措施"],
    "花": ["研发投入奖补办法"],
    "没有这种词": [],
    "研发 参展": [],
}


@pytest.mark.parametrize("words", FOUND)
def test_every_part_is_searched_and_every_word_must_stand_somewhere(words, three):
    assert titles(q=words) == FOUND[words]


def test_full_width_and_case_make_no_difference(town):
    rows.policy(town, title="ＥＳＧ Report 奖励")
    assert titles(q="esg") == titles(q="ESG report") == ["ＥＳＧ Report 奖励"]


def test_the_title_counts_more_than_the_small_print(town):
    aside = rows.policy(town, title="别的办法", summary="也提到参展。")
    named = rows.policy(town, title="参展补助办法")
    assert [one.pk for one in search(Policy.objects.public(), "参展").order_by("-rank")] == [named.pk, aside.pk]


NARROWED = {
    ("level", "county"): ["研发投入奖补办法"],
    ("support", "award"): ["稳外贸若干措施"],
    ("way", "by_review"): ["稳外贸若干措施"],
    ("kind", "selected"): ["稳外贸若干措施"],
    ("amount", "50"): ["研发投入奖补办法"],
    ("industry", "C"): ["研发投入奖补办法", "稳外贸若干措施"],
    ("industry", "A"): ["稳外贸若干措施"],
    ("state", "over"): ["税费减免老办法"],
    ("open", "1"): [],
    ("level", "moon"): [],
}


@pytest.mark.parametrize("facet", NARROWED)
def test_a_facet_narrows(facet, three):
    assert sorted(titles(**dict([facet]))) == sorted(NARROWED[facet])


def test_an_open_round_makes_its_policy_one_to_claim_now(three):
    research, *_rest = three
    rows.round_(research.clauses.get(), opens_at=clock.now(), days=3)
    assert titles(open="1") == ["研发投入奖补办法"]
    assert titles()[0] == "研发投入奖补办法"


def test_each_option_counts_what_choosing_it_leaves(three):
    for asked in ({}, {"support": "award"}, {"industry": "C"}):
        found = catalogue(asked, clock.now())
        for facet in found.facets:
            for option in facet.options:
                left = catalogue(asked | {facet.name: option.value}, clock.now())
                assert option.count == len(left.found), (asked, facet.name, option.value)


ORDERS = {
    "title": ["研发投入奖补办法", "稳外贸若干措施"],
    "amount": ["研发投入奖补办法", "稳外贸若干措施"],
}


@pytest.mark.parametrize("sort", ORDERS)
def test_it_is_put_in_order(sort, three):
    assert titles(sort=sort) == ORDERS[sort]


def queries(address, client=None):
    client = client or Client()
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


@pytest.mark.parametrize("address", ["/policies/", "/policies/?q=办法", "/api/v1/policies/", "/policies/desk/"])
def test_three_policies_cost_as_many_queries_as_one(address, town):
    client = Client()
    client.force_login(town.policy_officer)
    rows.clause(town, rows.policy(town, title="甲办法"))
    one = queries(address, client)
    for _n in range(2):
        made = rows.policy(town, title="乙办法")
        rows.clause(town, made)
        rows.clause(town, made)
    assert queries(address, client) == one


def test_three_clauses_cost_as_many_queries_as_one(town):
    made = rows.policy(town)
    rows.clause(town, made)
    one = queries(f"/policies/{made.code}/"), queries(f"/api/v1/policies/{made.code}/")
    rows.clause(town, made)
    rows.round_(rows.clause(town, made), opens_at=clock.now())
    assert (queries(f"/policies/{made.code}/"), queries(f"/api/v1/policies/{made.code}/")) == one


def test_the_search_box_finds_what_is_published_alone(town, three, in_force, django_user_model):
    found = find(town.handler, "办法")
    assert "研发投入奖补办法" in {one.current.title for one in found}


HOSTILE = ["%00", "' OR 1=1 --", "%", "_", "\\", "🙂", "a" * 5000, "{{", "+".join(["字"] * 50)]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_find_nothing_and_break_nothing(words, three):
    client, asked = Client(), {"q": words, "department": words, "sort": words}
    assert client.get("/policies/", asked | {"page": words}).status_code == 200
    assert client.get("/api/v1/policies/", asked | {"count": "1"}).status_code == 200


def test_the_search_box_has_a_group_of_policies(town, three):
    client = Client()
    client.force_login(town.handler)
    page = client.get("/search/", {"q": "研发"}).content.decode()
    assert 'id="policies"' in page
    assert "税费减免老办法" not in page


def test_the_api_counts_and_pages_what_was_found(town, three):
    first = Client().get("/api/v1/policies/", {"count": "1", "page_size": "1", "state": "now"}).json()
    second = Client().get(first["next"]).json()
    assert first["count"] == 2
    assert {one["title"] for one in first["results"] + second["results"]} == {"研发投入奖补办法", "稳外贸若干措施"}
    one = Client().get(f"/api/v1/policies/{three[0].code}/").json()
    clause = one["clauses"][0]
    assert (one["in_force"], clause["at_most"], clause["formula_words"]) == (True, "200000", "20 万元")
