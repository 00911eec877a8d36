"""Claims through the API: what one may see, filed once, and never an account."""

import pytest
from django.urls import reverse

from policies.models import Claim
from tests.policies.claims import walks

pytestmark = pytest.mark.django_db
CLAIMS = "/api/v1/claims/"


def body(batch, of, **given):
    known = {"round": batch.pk, "firm": of.uscc, "contact_name": "庄周", "contact_phone": "0512-0000 1234"}
    return known | {"account_name": of.name, "bank": "示例银行", "account": "6222000011112222"} | given


def post(client, sent, **headers):
    return client.post(CLAIMS, sent, content_type="application/json", headers=headers)


def test_a_firm_files_once_under_its_key(town, as_):
    round, client = walks.batch(town, days=None), as_(town.enterprise_member)
    first = post(client, body(round, town.firm), **{"Idempotency-Key": "one"})
    again = post(client, body(round, town.firm), **{"Idempotency-Key": "one"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["number"] == again.json()["number"] == Claim.objects.get().number
    assert first.json()["asked_amount"] == "200000.00"
    assert first.json()["working"]
    assert "6222000011112222" not in first.content.decode()
    assert client.get(first["Location"]).json()["where"] == "待受理，住建局在办"
    without = post(client, body(round, town.firm))
    assert without.status_code == 422
    assert "不用重复申报" in without.content.decode()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"firm": "x"}, "firm"),
        ({"round": 10**9}, "round"),
        ({"round": "x"}, "round"),
        ({"account": "12"}, "account"),
        ({"answers": []}, "answers"),
        ({"contact_name": "\0"}, "contact_name"),
    ],
)
def test_what_is_wrong_is_named(town, as_, wrong, field):
    answer = post(as_(town.enterprise_member), body(walks.batch(town, days=None), town.firm, **wrong))
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == [field]
    assert not Claim.objects.exists()


def test_each_sees_what_he_may(town, as_):
    own, foreign = walks.submitted(town), walks.submitted(town, firm=town.foreign_firm)
    seen = {
        "enterprise_member": {own.number},
        "other_member": {foreign.number},
        "steward": {own.number},
        "policy_officer": {own.number, foreign.number},
        "triager": set(),
    }
    for name, numbers in seen.items():
        client = as_(town.people[name])
        assert {one["number"] for one in client.get(CLAIMS).json()["results"]} == numbers, name
        status = client.get(reverse("claims-api:claim", args=[foreign.number])).status_code
        assert status == (200 if foreign.number in numbers else 404), name
    assert as_(town.supervisor).get(CLAIMS, {"status": "paid"}).json()["results"] == []
    assert post(as_(town.policy_officer), body(own.round, town.firm)).status_code == 404
