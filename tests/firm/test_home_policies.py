"""适合您的政策 on the firm's home: what fits before what almost does, what closes soon first (POL-2)."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from enterprises.attributes.values import Put, put_many
from enterprises.criteria import store
from enterprises.models import Criterion
from policies.models import Payment
from portal.worktime import clock
from tests.firm.factories import one_more_firm
from tests.policies.factories import claim_row, clause, round_
from tests.requests.factories import MONDAY

pytestmark = pytest.mark.django_db

HOME = reverse("desk:firm")
STAFF = {"compare": ["headcount", ">=", 20]}
MORE = {"compare": ["headcount", ">=", 35]}
FAR = {"compare": ["headcount", ">=", 900]}


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)  # the rounds of the factory open


def know(firm, staff: int) -> None:
    put_many([Put(firm.pk, "headcount", Decimal(staff), "统计", date(2026, 6, 30))])
    store.refresh(Criterion.objects.standing())


def titles(client) -> list[str]:
    return [match.version.title for match in client.get(HOME).context["policies"]["shown"]]


def test_what_fits_comes_first_and_of_it_what_closes_soon(town, member):
    clause(town, tree=MORE, title="差一点的")
    clause(town, tree=FAR, title="差很远的")
    clause(town, tree=STAFF, title="没有批次的")
    round_(clause(town, tree=STAFF, title="后截止的"), days=40)
    round_(clause(town, tree=STAFF, title="先截止的"), days=9)
    know(town.firm, 30)
    assert titles(member) == ["先截止的", "后截止的", "没有批次的"]
    page = member.get(HOME).content.decode()
    assert "符合 3 条" in page
    assert "差很远的" not in page


def test_the_almost_says_what_is_missing(town, member):
    clause(town, tree=MORE, title="差一点的")
    know(town.firm, 30)
    page = member.get(HOME).content.decode()
    assert "1 条差一点" in page
    assert "差一点，" in page


def test_what_was_claimed_is_not_offered_again(town, member):
    one = clause(town, tree=STAFF)
    claim_row(round_(one), town.firm)
    know(town.firm, 30)
    assert titles(member) == []
    assert "符合的都已申报。" in member.get(HOME).content.decode()


def test_what_cannot_be_told_leads_to_where_it_is_filled_in(town, member):
    clause(town, tree=STAFF)
    store.refresh(Criterion.objects.standing())
    page = member.get(HOME).content.decode()
    assert "1 条还缺您企业的数据" in page
    assert f"{reverse('matching:mine')}?firm={town.firm.uscc}#unknown" in page


def test_without_a_policy_the_library_is_offered(town, member):
    assert "还没有适合的。" in member.get(HOME).content.decode()


def test_another_firms_policies_are_not_there(town, member):
    clause(town, tree=STAFF)
    know(one_more_firm(town), 30)
    assert titles(member) == []


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_whatever_fits(town, member, count, django_assert_num_queries):
    for n in range(count):
        round_(clause(town, tree=STAFF, formula={"fixed": "50000"}, title=f"补助{n}"))
    know(town.firm, 30)
    member.get(HOME)
    with django_assert_num_queries(23):
        assert len(titles(member)) == count


def test_a_claim_to_confirm_is_something_to_do(town, member):
    claim_row(round_(clause(town, title="高企认定奖励", way="claim_free")), town.firm, status="listed")
    page = member.get(HOME)
    assert page.context["count"] == 1
    assert "要您做的 1 件" in page.content.decode()
    assert "免申即享，数据已核对" in page.content.decode()


def test_what_was_paid_is_one_tile_and_each_counts(town, member):
    for n in range(2):
        batch = round_(clause(town, title=f"补助{n}"))
        paid = {"amount": Decimal(4000), "decided_at": MONDAY, "ended_at": MONDAY}
        claim = claim_row(batch, town.firm, status="paid", **paid)
        Payment.objects.create(claim=claim, amount=4000, paid_on=MONDAY.date(), voucher=str(n), at=MONDAY)
    page = member.get(HOME)
    assert page.context["count"] == 2
    assert page.content.decode().count("已兑付，请看看到账没有") == 1
    assert "4,000 元" in page.content.decode()
