"""The desk of a department's claims, the list with its export, and acts on several at once."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enterprises.models import Member
from policies.claims import flow
from policies.claims.views.desk import waiting_line
from policies.models import Publicity
from portal.trail.models import Event
from tests.policies.claims import walks
from tests.policies.claims.walks import IN
from tests.requests.factories import LONG_AGO

pytestmark = pytest.mark.django_db
DESK, ALL = reverse("claims:desk"), reverse("claims:all")

# In which parts of whose desk a claim of each status stands.
PARTS = {
    "submitted": {"policy_officer": "accept"},
    "review": {"economy_officer": "review"},
    "approve": {"department_head": "approve", "deputy_head": "approve"},
    "publish": {"policy_officer": "publish"},
    "objection": {"deputy_head": "objection"},  # the head approved it
    "payment": {"policy_officer": "pay"},
}


def counts(answer):
    return {key: n for key, _name, n in answer.context["tabs"] if key and n}


@pytest.mark.parametrize("status", IN)
def test_each_claim_stands_on_the_desk_of_whose_turn_it_is(town, as_, status):
    IN[status](town)
    town.people.setdefault("economy_officer", walks.officer_of(town.economy, "economy_officer_"))
    for name in ("policy_officer", "department_head", "deputy_head", "economy_officer"):
        part = PARTS.get(status, {}).get(name)
        # the foreign firm's claim, which took the only place, is to be accepted
        other = {"accept": 1} if status == "waiting" and name == "policy_officer" else {}
        if status == "listed" or status == "lapsed":
            other = {}
        answer = as_(town.people[name]).get(DESK)
        assert counts(answer) == ({part: 1} if part else other), (status, name)
        assert waiting_line(town.people[name]) == sum(counts(answer).values())


def test_nobody_decides_about_his_own_firm(town, as_):
    claim = walks.submitted(town)
    Member.objects.create(enterprise=town.firm, user=town.policy_officer, since=LONG_AGO)
    town.forget()
    assert counts(as_(town.policy_officer).get(DESK)) == {}
    address = reverse("claims:act", args=[claim.number, "accept"])
    assert as_(town.policy_officer).post(address).status_code == 404


def batch(client, verb, claims, **given):
    sent = {"c": [claim.number for claim in claims], **given}
    return client.post(reverse("claims:batch", args=[verb]), sent)


def test_a_batch_asks_first_and_names_what_it_could_not_do(town, as_):
    round, client = walks.batch(town), as_(town.policy_officer)
    able = walks.send(round, town)
    late = walks.to_approve(town)
    foreign = walks.send(round, town, firm=town.foreign_firm)
    asked = batch(client, "accept", [able, late, foreign])
    assert asked.status_code == 200
    assert "受理 3 件申报" in asked.content.decode()
    able.refresh_from_db()
    assert able.status == "submitted"
    done = batch(client, "accept", [able, late, foreign], sure="1")
    shown = done.content.decode()
    assert "办好 2 件，1 件没有办成" in shown
    assert late.number in shown
    assert "待审批" in shown
    for claim in (able, foreign):
        claim.refresh_from_db()
        assert claim.status == "approve"
    assert Event.objects.filter(kind="claim.accepted", subject_id__in=[able.pk, foreign.pk]).count() == 2


def test_a_batch_says_how_many_it_leaves_for_later(town, as_, monkeypatch):
    round, client = walks.batch(town), as_(town.policy_officer)
    claims = [walks.send(round, town), walks.send(round, town, firm=town.foreign_firm)]
    assert "其余" not in batch(client, "accept", claims).content.decode()
    monkeypatch.setattr("policies.claims.views.batch.MOST", 1)
    shown = batch(client, "accept", claims).content.decode()
    assert "受理 1 件申报" in shown
    assert "一次最多办 1 件，其余 1 件办完这些再选。" in shown


def test_a_batch_takes_only_what_one_may_see_and_do(town, as_):
    claim = walks.to_approve(town)
    assert batch(as_(town.steward), "approve", [claim], sure="1").status_code == 404
    assert batch(as_(town.policy_officer), "nonsense", [claim], sure="1").status_code == 404
    refused = batch(as_(town.policy_officer), "approve", [claim], sure="1")
    assert "1 件没有办成" in refused.content.decode()
    outside = walks.officer_of(town.economy, "elsewhere", "department_head")
    assert batch(as_(outside), "approve", [claim], sure="1").status_code == 302  # not seen: nothing was chosen
    claim.refresh_from_db()
    assert claim.status == "approve"


def test_one_notice_for_each_round(town, as_):
    round = walks.batch(town)
    first, second = walks.send(round, town), walks.send(round, town, firm=town.foreign_firm)
    for claim in (first, second):
        flow.accept(claim, by=town.policy_officer)
        flow.approve(claim, by=town.department_head)
    other = walks.to_publish(town)
    assert batch(as_(town.policy_officer), "publish", [first, second, other], sure="1").status_code == 302
    assert sorted(notice.claims.count() for notice in Publicity.objects.all()) == [1, 2]


def test_payments_of_a_table(town, as_):
    first, second, third = (walks.to_pay(town) for _ in range(3))
    client = as_(town.policy_officer)
    assert 'name="voucher_' in batch(client, "pay", [first, second, third]).content.decode()
    nothing = batch(client, "pay", [first, second, third], sure="1", paid_on="2026-11-20")
    assert nothing.status_code == 422
    given = {f"voucher_{first.pk}": "PZ-1", f"voucher_{second.pk}": "PZ-1", "paid_on": "2026-11-20"}
    done = batch(client, "pay", [first, second, third], sure="1", **given).content.decode()
    assert "办好 1 件，1 件没有办成" in done
    statuses = []
    for claim in (first, second, third):
        claim.refresh_from_db()
        statuses.append(claim.status)
    assert sorted(statuses) == ["paid", "payment", "payment"]
    assert third.status == "payment"  # without a voucher it waits


def test_hostile_choices_do_nothing(town, as_):
    client = as_(town.policy_officer)
    sent = {"c": ["' OR 1=1 --", "\0", "9" * 99], "sure": "1"}
    assert client.post(reverse("claims:batch", args=["accept"]), sent).status_code == 302


# The list -----------------------------------------------------------------------------------------------------------


def found(client, **query):
    return {row.claim.pk for row in client.get(ALL, query).context["rows"]}


def test_the_list_is_narrowed_by_what_the_address_says(town, as_):
    paid, late, other = walks.paid(town), walks.submitted(town), walks.submitted(town, firm=town.foreign_firm)
    client = as_(town.supervisor)
    everything = {paid.pk, late.pk, other.pk}
    policy = paid.round.clause.version.policy
    asked = [
        ({}, everything),
        ({"status": "paid"}, {paid.pk}),
        ({"open": "1"}, {late.pk, other.pk}),
        ({"late": "1"}, {late.pk, other.pk}),  # since 16 November
        ({"round": paid.round.pk}, {paid.pk}),
        ({"clause": paid.round.clause.clause.pk}, {paid.pk}),
        ({"policy": policy.code}, {paid.pk}),
        ({"department": town.housing.pk}, everything),
        ({"department": town.economy.pk}, set()),
        ({"way": "by_data"}, everything),
        ({"way": "claim_free"}, set()),
        ({"firm": town.foreign_firm.uscc}, {other.pk}),
        ({"q": "子虚"}, {other.pk}),
        ({"q": late.number}, {late.pk}),
        ({"place": town.place.pk}, {paid.pk, late.pk}),
        ({"paid_from": "2026-11-23", "paid_to": "2026-11-23"}, {paid.pk}),
        ({"paid_from": "2026-11-24"}, set()),
        ({"filed_to": "2026-11-08"}, set()),
        ({"filed_from": "2026-11-09"}, everything),
    ]
    for query, wanted in asked:
        assert found(client, **query) == wanted, query


@pytest.mark.parametrize(
    "query",
    [
        {"status": "x"},
        {"round": "9" * 40},
        {"department": "-1"},
        {"filed_from": "0001-01-01"},
        {"policy": "\0"},
        {"sort": "x"},
    ],
)
def test_a_value_that_makes_no_sense_finds_nothing(town, as_, query):
    walks.submitted(town)
    assert found(as_(town.supervisor), **query) == set()


def test_the_export_is_the_list_with_persons_and_accounts_masked(town, as_):
    claim, _other = walks.paid(town), walks.submitted(town)
    answer = as_(town.policy_officer).get(reverse("claims:export"), {"status": "paid", "q": "乌有"})
    head, *rows = openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True)
    (row,) = [dict(zip(head, row, strict=True)) for row in rows]
    assert (row["编号"], row["核定金额(元)"], row["银行账号"]) == (claim.number, 200000, "**** 0001")
    assert (row["联系人"], row["联系电话"]) == ("庄*", "138 **** 0001")
    event = Event.objects.get(kind="claim.exported")
    assert event.data["filters"] == {"status": "paid", "q": "…"}


def test_lists_cost_the_same_however_many_there_are(town, as_):
    def cost(client, address):
        client.get(address)
        with CaptureQueriesContext(connection) as counted:
            client.get(address)
        return len(counted)

    costs = []
    for n in (1, 2):
        for _ in range(n):
            walks.submitted(town)
            walks.paid(town)
        client = as_(town.policy_officer)
        addresses = (DESK, ALL, reverse("claims:rounds"), reverse("claims:export"))
        costs.append([cost(client, address) for address in addresses])
    assert costs[0] == costs[1]


def test_home_pages_name_what_waits(town, as_):
    assert "待办申报" not in as_(town.department_head).get("/department/").content.decode()
    walks.to_approve(town)
    assert "待办申报 1 件" in as_(town.department_head).get("/department/").content.decode()
    assert "待办申报" not in as_(town.enterprise_member).get("/firm/").content.decode()
    walks.listed(town)
    assert "核对账户，确认享受" in as_(town.enterprise_member).get("/firm/").content.decode()
    assert as_(town.policy_officer).get(reverse("desk:home")).url == DESK


def test_a_claims_clock_is_counted_late(town, as_):
    claim = walks.submitted(town)
    answer = as_(town.policy_officer).get(DESK)
    assert "1 件超期" in answer.context["heading"]
    assert claim.deadline.due_at < claim.created_at + timedelta(days=10)
