"""Rounds: opening, places and money, batch verification, the claim-free list, closing."""

from datetime import date

import pytest
from django.urls import reverse

from enterprises.criteria.store import refresh
from policies.claims.forms import midnight
from policies.claims.views import rounds
from policies.models import Claim, Round
from tests.policies.claims import walks
from tests.policies.factories import clause, policy

pytestmark = pytest.mark.django_db
NEW = reverse("claims:round-new")


def page(round):
    return reverse("claims:round", args=[round.pk])


def typed(of, **given):
    known = {"clause": of.current.pk, "title": "第一批", "opens_on": "2026-12-01", "closes_on": "2026-12-31"}
    return known | {"order": "first_come", "quota": "10", "budget": "500000"} | given


def test_a_round_takes_the_whole_of_its_last_day(town, as_):
    answer = as_(town.policy_officer).post(NEW, typed(clause(town, tree=walks.RD, formula=walks.RATE)))
    made = Round.objects.get()
    assert answer.url == page(made)
    assert (made.opens_at, made.closes_at) == (midnight(date(2026, 12, 1)), midnight(date(2027, 1, 1)))
    assert (made.quota, made.order, made.department) == (10, "first_come", town.housing)


@pytest.mark.parametrize("sum_typed", ["500,000", "５０００００", "500000.00"])
def test_sums_and_places_are_read_as_people_type_them(town, as_, sum_typed):
    as_(town.policy_officer).post(NEW, typed(clause(town), budget=sum_typed, quota="1,000"))
    made = Round.objects.get()
    assert (made.budget, made.quota) == (500_000, 1000)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"closes_on": "2026-11-01"}, "closes_on"),
        ({"opens_on": "0001-01-01"}, "opens_on"),
        ({"quota": "0"}, "quota"),
        ({"budget": "NaN"}, "budget"),
        ({"budget": "1,5"}, "budget"),
        ({"title": ""}, "title"),
        ({"clause": "9" * 30}, "clause"),
    ],
)
def test_a_round_that_makes_no_sense_is_refused_with_what_was_typed(town, as_, wrong, field):
    answer = as_(town.policy_officer).post(NEW, typed(clause(town), **wrong))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Round.objects.exists()


def test_only_clauses_of_ones_own_department_are_offered(town, as_):
    own = clause(town)
    foreign = clause(town, policy(town, department=town.economy))
    elsewhere = clause(town, way="elsewhere")
    offered = as_(town.policy_officer).get(NEW).context["form"].fields["clause"].queryset
    assert set(offered) == {own.current}
    for one in (foreign, elsewhere):
        assert as_(town.policy_officer).post(NEW, typed(one)).status_code == 422


def test_the_page_says_places_money_and_where_claims_stand(town, as_):
    round = walks.batch(town, quota=1, order="first_come", budget=500000)
    walks.send(round, town, firm=town.foreign_firm)
    walks.send(round, town)
    shown = as_(town.policy_officer).get(page(round)).content.decode()
    assert "1 / 1，还剩 0" in shown
    assert "0 元 / 50 万元" in shown
    assert "候补，按提交顺序" in shown
    assert "乌有精密" in shown
    assert "40 万元" in shown  # asked for


def test_verified_in_one_act_but_what_deviates(town, as_):
    round, client = walks.batch(town), as_(town.policy_officer)
    good, bad = walks.send(round, town), walks.send(round, town, firm=town.foreign_firm)
    walks.knows(town.foreign_firm, "1500000")
    check = reverse("claims:round-check", args=[round.pk])
    assert "核校了 2 件，1 件有差异" in client.post(check, follow=True).content.decode()
    assert "受理了 1 件" in client.post(check, {"accept": "1"}, follow=True).content.decode()
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.status, bad.status) == ("approve", "submitted")
    deviating = client.get(f"{reverse('claims:desk')}?part=deviating")
    assert [row.claim.pk for row in deviating.context["rows"]] == [bad.pk]


def test_the_claim_free_list_is_shown_before_it_is_made(town, as_):
    round, client = walks.batch(town, way="claim_free", days=None), as_(town.policy_officer)
    refresh([round.clause.clause.criterion])
    address = reverse("claims:round-list", args=[round.pk])
    shown = client.get(address).content.decode()
    assert town.firm.name in shown
    assert not Claim.objects.exists()
    client.post(address)
    assert Claim.objects.filter(status="listed").count() == 2
    again = client.get(address).content.decode()
    assert "符合的都已列入" in again
    client.post(address)
    assert Claim.objects.count() == 2


def test_closing_needs_a_reason_and_the_officer(town, as_):
    round = walks.batch(town, days=None)
    assert as_(town.department_head).post(page(round), {"reason": "资金用完"}).status_code == 404
    assert as_(town.policy_officer).post(page(round), {"reason": ""}).status_code == 422
    assert as_(town.policy_officer).post(page(round), {"reason": "资金用完"}).status_code == 302
    round.refresh_from_db()
    assert round.ended_for == "资金用完"
    assert "现在不能申报" in as_(town.enterprise_member).get(reverse("claims:new", args=[round.pk])).content.decode()


def test_a_long_list_goes_on_by_itself_and_says_how_far_it_is(town, as_, monkeypatch):
    monkeypatch.setattr(rounds, "AT_ONCE", 1)
    round = walks.batch(town, way="claim_free", days=None)
    refresh([round.clause.clause.criterion])
    address, client = reverse("claims:round-list", args=[round.pk]), as_(town.policy_officer)
    page = client.post(address)
    assert (page.context["n"], page.context["all"], page.context["percent"]) == (1, 2, 50)
    going_on = {"after": page.context["made"].after, "listed": 1, "all": 2}
    part = client.post(address, going_on, headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert "已列入 2 家" in part.content.decode()
    assert Claim.objects.filter(status="listed").count() == 2
