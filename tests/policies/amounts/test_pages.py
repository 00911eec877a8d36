"""The calculator's pages (POL-3): nothing is stored, answers stay in the address, each sees what he may."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from enterprises.attributes.catalogue import Kind
from enterprises.attributes.values import put
from enterprises.criteria.programmes import programmes
from enterprises.models import FirmValues
from policies.models import Exclusion
from policies.models.policies import Way
from portal.trail.models import Event, Read
from tests.policies.factories import clause, policy

pytestmark = pytest.mark.django_db
HIGH = {"holds": "high_tech"}
BIG = {"compare": ["revenue_last_year", ">=", "20000000"]}
START, RESULTS, MINE = (f"/policies/calculator/{name}" for name in ("", "result/", "mine/"))


@pytest.fixture
def rules(town):
    """Three clauses: one by a fact, one with an amount by revenue, one that no data decide."""
    return [
        clause(town, tree=HIGH, formula={"fixed": "200000"}, title="高企认定奖励"),
        clause(town, tree=BIG, formula={"rate": "0.01", "of": "revenue_last_year", "cap": "500000"}, title="增长奖励"),
        clause(town, title="法律服务", way=Way.ELSEWHERE, claim_url="https://example.org/"),
    ]


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def text(response):
    return response.content.decode()


# For everybody ----------------------------------------------------------------------------------------------------


def test_question_after_question_leads_to_the_result_and_leaves_nothing_behind(client, rules):
    before = Event.objects.count(), Read.objects.count()
    page = client.get(START)
    assert page.status_code == 200
    assert page.context["attribute"].code == "high_tech"  # no spread yet: the catalogue decides
    first = client.get(START, {"q": "high_tech", "v": "yes"})
    assert first["Location"] == f"{START}?a=high_tech~yes"
    second = client.get(first["Location"])
    assert second.context["attribute"].code == "revenue_last_year"
    done = client.get(START, {"a": "high_tech~yes", "q": "revenue_last_year", "v": "３000"}, follow=True)
    assert done.request["PATH_INFO"] == RESULTS  # nothing further could decide anything
    assert "已能确定的有 50 万元" in text(done)
    assert "上年营业收入 3,000 万元 × 1% = 30 万元" in text(done)
    assert done["Cache-Control"].startswith("max-age=0")
    assert set(client.cookies) <= {"csrftoken"}
    assert (Event.objects.count(), Read.objects.count()) == before


def test_a_visitor_comes_to_yes_on_the_programme_that_asks_where_he_is_registered(client, town):
    programme = next(one for one in programmes() if one["code"] == "provincial-tech-sme")
    clause(town, tree=programme["tree"], formula={"fixed": "50000"}, title="省级科技型中小企业奖励")
    answers = {"registered_province": "33", "established_on": "2020-05-06"}
    page, asked = client.get(START), []
    while page.request["PATH_INFO"] == START:
        asked.append(page.context["attribute"].code)
        if asked[-1] == "registered_province":
            assert "浙江省" in text(page)
        typed = answers.get(asked[-1], "1" if page.context["attribute"].kind == Kind.NUMBER else "yes")
        page = client.get(START, {"a": page.context["given"].pairs, "q": asked[-1], "v": typed}, follow=True)
    assert "registered_province" in asked
    assert [one.outcome for one in page.context["found"].by["yes"]] == ["yes"]
    assert "浙江省" in text(page)
    elsewhere = client.get(RESULTS, {"a": ["registered_province~31"]})
    assert [one.outcome for one in elsewhere.context["found"].by["no"]] == ["no"]
    assert client.get(START, {"q": "registered_province", "v": "99"}).status_code == 422


def test_a_question_may_be_passed_over_and_is_not_put_again(client, rules):
    on = client.get(START, {"q": "high_tech", "skip": "1"}, follow=True)
    assert on.context["attribute"].code == "revenue_last_year"
    end = client.get(START, {"a": "high_tech~", "q": "revenue_last_year", "skip": "1"}, follow=True)
    assert "待补充 2 项" in text(end)
    assert "还需要：上年营业收入" in text(end)


@pytest.mark.parametrize("wrong", ["", "abc", "NaN", "-3", "1e99999999", "9" * 25, "0.001"])
def test_what_is_no_answer_is_said_at_the_question(client, rules, wrong):
    page = client.get(START, {"q": "revenue_last_year", "v": wrong})
    assert page.status_code == 422 if wrong != "0.001" else page.status_code == 302  # 0.001 万元 are 10 元
    assert page.status_code == 302 or page.context["form"].errors


@pytest.mark.parametrize(
    "hostile",
    [
        {"a": ["<script>~1", "revenue_last_year", "revenue_last_year~NaN", "place~3205", "high_tech~maybe"] * 9},
        {"a": ["established_on~0000-00-00", "industry_section~ZZ", "specialised~odd", "~", "\0~\0"]},
        {"a": ["revenue_last_year~" + "9" * 5000], "w-1-x": "NaN", "w-" + "x" * 200: "1", "q": "nonsense"},
    ],
)
def test_an_address_that_somebody_made_up_is_read_as_far_as_it_makes_sense(client, rules, hostile):
    assert client.get(RESULTS, hostile).context["given"].given == ()
    assert client.get(START, hostile).status_code == 200


def test_no_more_than_ten_answers_are_taken(client, rules):
    codes = ["insured", "headcount", "rd_staff", "land_area", "energy_used", "trademarks"]
    codes += ["standards", "loans", "orders", "talents", "revenue_last_year"]
    page = client.get(RESULTS, {"a": [f"{code}~1" for code in codes]})
    assert len(page.context["given"].given) == 10
    assert client.get(START, {"a": [f"{code}~1" for code in codes]}).status_code == 302


def test_who_asks_without_end_is_stopped(client, rules, monkeypatch):
    monkeypatch.setattr("policies.amounts.views.visitors.PER_MINUTE", 3)
    assert [client.get(RESULTS).status_code for _time in range(4)] == [200, 200, 200, 429]


def test_what_a_formula_asks_for_is_typed_in_beside_it(client, town):
    one = clause(
        town,
        tree=HIGH,
        formula={"rate": "0.5", "of": {"ask": "i"}, "asks": {"i": {"label": "上年贷款利息", "unit": "万元"}}},
    )
    page = client.get(RESULTS, {"a": "high_tech~yes"})
    assert "上年贷款利息" in text(page)
    assert page.context["found"].low == 0
    page = client.get(RESULTS, {"a": "high_tech~yes", f"w-{one.pk}-i": "12"})
    assert page.context["found"].low == 60000


def test_a_share_of_nothing_says_why_it_cannot_be_told(client, town):
    clause(town, tree={"compare": [{"ratio": ["rd_staff", "headcount"]}, ">=", "0.15"]})
    said = "数据已有，但算不出结果"
    assert said not in text(client.get(RESULTS, {"a": ["rd_staff~3"]}))
    assert said in text(client.get(RESULTS, {"a": ["rd_staff~3", "headcount~0"]}))


def test_exclusions_are_respected_and_named(client, town, rules):
    rule = Exclusion.objects.create(name="奖励", rule=Exclusion.Rule.HIGHEST, department=town.housing)
    rule.clauses.set(rules[:2])
    page = client.get(RESULTS, {"a": ["high_tech~yes", "revenue_last_year~3000"]})
    assert page.context["found"].low == 300000
    assert "“奖励”就高不重复，未计入合计" in text(page)


def test_only_what_is_in_force_today_is_reckoned_with(client, town, rules):
    clause(town, policy(town, valid_to=date(2021, 1, 1)), tree=HIGH, formula={"fixed": "999"}, title="早已失效")
    ended = clause(town, tree=HIGH, title="已废止")
    ended.policy.ended_at, ended.policy.ended_for = ended.policy.created_at, "到期"
    ended.policy.save()
    page = text(client.get(RESULTS, {"a": "high_tech~yes"}))
    assert "高企认定奖励" in page
    assert "早已失效" not in page
    assert "已废止" not in page


def test_the_public_pages_say_nothing_of_any_firm(client, town, rules):
    """SEC-11: the same pages whatever is known of one firm among five."""

    def pages():
        cache.clear()
        urls = (START, f"{START}?a=high_tech~yes", f"{RESULTS}?a=revenue_last_year~3000")
        return [re.sub(r'value="[a-zA-Z0-9]{64}"', "", text(client.get(url))) for url in urls]  # the form's own token

    before = pages()
    for firm in (town.firm, town.foreign_firm):
        put(firm, "revenue_last_year", Decimal("12345678.90"), "统计", date(2026, 1, 1))
        put(firm, "high_tech", True, "科技", date(2026, 1, 1))
    assert pages() == before


@pytest.mark.parametrize("count", [1, 3])
def test_pages_ask_the_same_number_of_queries_for_any_number_of_clauses(
    client, town, count, django_assert_max_num_queries
):
    for _number in range(count):
        clause(town, tree=BIG, formula={"fixed": "5"})
    with django_assert_max_num_queries(8):
        client.get(RESULTS, {"a": "revenue_last_year~3000"})


# For a firm -------------------------------------------------------------------------------------------------------


@pytest.fixture
def known(town):
    put(town.firm, "revenue_last_year", Decimal("19000000"), "统计", date(2026, 3, 1))
    put(town.firm, "high_tech", True, "科技", date(2026, 3, 1))
    return town.firm


def test_a_firm_reckons_with_its_own_values(town, rules, known):
    page = signed_in(town.enterprise_member).get(MINE)
    assert page.context["found"].low == 200000
    assert "上年营业收入再增加 100 万元" in text(page)
    assert "12,345" not in text(page)


def test_what_it_tries_changes_the_page_and_nothing_else(town, rules, known):
    client = signed_in(town.enterprise_member)
    field = client.get(MINE, {"q": "revenue_last_year"})
    assert "现为 1,900 万元" in text(field)
    assert "统计，截至 2026-03-01" in text(field)
    before = FirmValues.objects.get(pk=known.pk).values
    on = client.get(MINE, {"q": "revenue_last_year", "v": "3000"}, follow=True)
    assert on.context["found"].low == 500000
    assert "假如上年营业收入为 <b>3,000 万元</b>" in text(on)
    assert FirmValues.objects.get(pk=known.pk).values == before
    assert client.get(MINE).context["found"].low == 200000
    assert client.get(MINE, {"q": "revenue_last_year", "v": "abc"}).status_code == 422


def test_nobody_reckons_for_a_firm_of_others(town, rules, known):
    client = signed_in(town.other_member)
    assert client.get(MINE, {"firm": known.uscc}).status_code == 404
    assert client.get(MINE).context["firm"] == town.foreign_firm
    assert signed_in(town.enterprise_member).get(reverse("calculator:of", args=[known.uscc])).status_code == 404


def test_an_official_is_not_told_what_rests_on_hidden_values(town, rules, known):
    """SEC-11: revenue is its line's; the clerk learns that the clause fits or not, and no sum or distance."""
    page = text(signed_in(town.intake_clerk).get(reverse("calculator:of", args=[known.uscc])))
    assert "已能确定的有 20 万元" in page
    assert "1 项用到不对您公开的数据" in page
    assert "再增加" not in page
    assert "1,900" not in page
    leader = text(signed_in(town.leader).get(reverse("calculator:of", args=[known.uscc])))
    assert "再增加 100 万元" in leader
    read = Read.objects.filter(what="calculator", subject_id=known.pk)
    assert {one.reader for one in read} == {town.leader}


# The form of amounts ----------------------------------------------------------------------------------------------


def draft(person, **typed):
    return signed_in(person).post(reverse("calculator:formula-draft") + "?prefix=c0", typed)


def test_the_form_is_drawn_anew_and_tried_on_a_firm(town, known):
    typed = {"c0.join": "one", "c0.n": "1", "c0.0.kind": "fixed", "c0.0.value": "5", "c0.sample": known.name}
    page = text(draft(town.policy_officer, **typed))
    assert "5 万元" in page
    assert known.name in page
    by_revenue = {"c0.0.kind": "rate", "c0.0.source": "value", "c0.0.a": "revenue_last_year", "c0.0.value": "1"}
    page = text(draft(town.policy_officer, **typed | by_revenue))
    assert "不对您公开" in page
    assert "1,900" not in page
    assert signed_in(town.policy_officer).post(reverse("calculator:formula-draft") + "?prefix=<x>").status_code == 404


# What excludes what -----------------------------------------------------------------------------------------------


def test_a_policy_officer_keeps_and_ends_rules_on_the_page(town, rules):
    client = signed_in(town.policy_officer)
    typed = {"name": "奖励合计", "rule": "cap", "cap": "30", "clauses": [one.pk for one in rules[:2]]}
    sent = client.post(reverse("calculator:exclusion-keep"), typed | {"department": town.housing.pk})
    assert sent.status_code == 302
    kept = Exclusion.objects.get()
    assert (kept.cap, kept.clauses.count(), kept.department) == (300000, 2, town.housing)
    assert "“奖励合计”合计最高 30 万元" in text(Client().get(reverse("calculator:exclusions")))
    refused = client.post(reverse("calculator:exclusion-keep"), typed | {"cap": "", "department": town.housing.pk})
    assert refused.status_code == 422
    assert "请填写合计上限" in text(refused)
    assert client.post(reverse("calculator:exclusion-end", args=[kept.pk])).status_code == 302
    assert client.post(reverse("calculator:exclusion-end", args=[kept.pk]), follow=True).status_code == 200  # twice
    assert not Exclusion.objects.filter(ended_at=None).exists()
