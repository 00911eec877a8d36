"""公示: public, without what is nobody's business, and open to objections for as long as it is up."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse

from policies.claims import flow
from policies.claims.views import publicity
from policies.models import Objection
from tests.policies.claims import walks

pytestmark = pytest.mark.django_db
SAID = {"text": "去年没有研发投入。", "name": "许由", "phone": "0512-0000 9999"}


@pytest.fixture
def claim(town):
    """Up now, by the database's clock."""
    made = walks.to_publish(town)
    flow.publish([made], by=town.policy_officer)
    return walks.fresh(made)


def address(claim, name="notice"):
    return reverse(f"claims:{name}", args=[claim.publicity.number])


def test_anybody_reads_firm_and_amount_and_nothing_else(client, town, claim):
    shown = client.get(address(claim)).content.decode()
    assert town.firm.name in shown
    assert "20 万元" in shown
    for secret in ("0001", "13800000001", "庄周", "示例银行", claim.number):
        assert secret not in shown.replace(claim.publicity.number, ""), secret
    assert claim.publicity.number in client.get(reverse("claims:publicity")).content.decode()


def test_an_objection_without_an_account(client, town, claim):
    wrong = client.post(address(claim, "object"), SAID | {"claim": claim.number, "phone": "不告诉"})
    assert wrong.status_code == 422
    assert "去年没有研发投入。" in wrong.content.decode()
    taken = client.post(address(claim, "object"), SAID | {"claim": claim.number})
    assert taken.url == address(claim, "objected")
    assert Objection.objects.get().by is None
    claim.refresh_from_db()
    assert claim.status == "objection"
    assert "不兑付" in client.get(taken.url).content.decode()


def test_the_only_claim_and_who_is_signed_in_are_filled_in(client, town, claim):
    client.force_login(town.enterprise_member)
    form = client.get(address(claim, "object")).context["form"]
    assert form["claim"].value() == claim.number
    assert form["name"].value() == town.enterprise_member.name


def test_nobody_objects_to_what_is_not_in_the_notice(client, town, claim):
    other = walks.submitted(town)
    answer = client.post(address(claim, "object"), SAID | {"claim": other.number})
    assert answer.status_code == 422
    assert not Objection.objects.exists()


def test_objections_from_one_address_are_limited(client, town, claim, monkeypatch):
    monkeypatch.setattr(publicity, "OBJECTIONS", 2)
    cache.clear()
    sent = SAID | {"claim": claim.number}
    statuses = [client.post(address(claim, "object"), sent, REMOTE_ADDR="10.9.9.9").status_code for _ in range(3)]
    assert statuses[:2] == [302, 302]
    assert statuses[2] == 429
    assert client.post(address(claim, "object"), sent, REMOTE_ADDR="10.9.9.8").status_code == 302


def test_over_is_over(client, town):
    claim = walks.public(town)  # until 18 November
    assert client.get(address(claim, "object")).status_code == 409
    assert client.post(address(claim, "object"), SAID | {"claim": claim.number}).status_code == 409
    shown = client.get(address(claim)).content.decode()
    assert "公示期已过。" in shown
    assert claim.publicity.ends_at < claim.publicity.begins_at + timedelta(days=14)
    assert claim.publicity.number in client.get(reverse("claims:publicity"), {"past": "1"}).content.decode()
    assert client.get(reverse("claims:notice", args=["GS-0"])).status_code == 404


def test_what_was_rejected_after_all_is_not_named_for_ever(client, town, claim):
    objection = flow.object_to(claim, **SAID)
    flow.decide_objection(objection, by=town.deputy_head, upheld=True, answer="属实")
    assert town.firm.name not in client.get(address(claim)).content.decode()
