"""Claim-free: the list from the data, confirmed with one click (POL-5)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from enterprises.criteria.store import refresh
from enterprises.models import Declaration, Enterprise
from policies.claims import flow
from policies.models import Claim, ClaimDeadline
from portal.deadlines.sweep import sweep
from portal.people.refusal import Refused
from tests.policies.claims import walks
from tests.policies.claims.walks import DAY, MONDAY, fresh
from tests.policies.factories import claim_row
from tests.requests.factories import enterprise, moment


def free(town, **given):
    round = walks.batch(town, way="claim_free", **given)
    refresh([round.clause.clause.criterion], at=MONDAY)
    return round


def test_the_list_is_of_all_who_fit(town):
    round = free(town)
    walks.knows(town.foreign_firm, "5")
    refresh([round.clause.clause.criterion], at=MONDAY)
    assert list(flow.fitting(round)) == [town.firm]
    listed = flow.list_firms(round, by=town.policy_officer, at=MONDAY)
    claim = listed.claims[0]
    assert (claim.status, claim.enterprise, claim.asked_amount) == ("listed", town.firm, Decimal("200000"))
    assert claim.filed_at is None
    clock = ClaimDeadline.objects.get()
    assert (clock.obligation, clock.obligor_kind, clock.due_at) == (
        "claim_confirm",
        "enterprise",
        moment("2026-11-30 17:00"),
    )


def test_listed_again_only_the_new_ones(town):
    round = free(town)
    assert len(flow.list_firms(round, by=town.policy_officer, at=MONDAY).claims) == 2
    assert flow.list_firms(round, by=town.policy_officer, at=MONDAY).claims == []
    walks.knows(newcomer := enterprise("新设企业", "新设", town.place))
    refresh([round.clause.clause.criterion], at=MONDAY)
    flow.decline(round.claims.get(enterprise=town.firm), by=town.enterprise_member, reason="不需要", at=MONDAY)
    assert [one.enterprise for one in flow.list_firms(round, by=town.policy_officer, at=MONDAY).claims] == [newcomer]


def test_a_long_list_is_made_in_several_acts(town):
    round = free(town)
    first = flow.list_firms(round, by=town.policy_officer, most=1, at=MONDAY)
    assert (len(first.claims), first.after) == (1, min(town.firm.pk, town.foreign_firm.pk))
    second = flow.list_firms(round, by=town.policy_officer, most=1, after=first.after, at=MONDAY)
    assert (len(second.claims), second.after) == (1, None)
    assert {claim.enterprise for claim in round.claims.all()} == {town.firm, town.foreign_firm}


def test_who_fits_and_is_left_out_is_named_with_the_reason(town):
    round = free(town)
    Declaration.objects.create(
        enterprise=town.firm, attribute="rd_cost_last_year", value=200000000, by=town.enterprise_member, at=MONDAY
    )
    walks.knows(town.foreign_firm, "5")  # since the criterion was evaluated
    listed = flow.list_firms(round, by=town.policy_officer, at=MONDAY)
    assert listed.claims == []
    assert dict(listed.left_out) == {
        town.firm: "有企业自报、尚未核实的数据，请由企业申报。",
        town.foreign_firm: "数据刚刚变化，现在不符合条件。",
    }


def test_who_is_gone_is_not_listed(town):
    round = free(town)
    Enterprise.objects.filter(pk=town.firm.pk).update(status="moved")
    assert list(flow.fitting(round)) == [town.foreign_firm]


def test_what_excludes_leaves_out(town):
    from policies.models import Exclusion

    round, other = free(town), walks.batch(town)
    rule = Exclusion.objects.create(name="就高", department=town.housing, rule="highest")
    rule.clauses.set([round.clause.clause, other.clause.clause])
    walks.send(other, town)
    listed = flow.list_firms(round, by=town.policy_officer, at=MONDAY)
    assert [firm for firm, _why in listed.left_out] == [town.firm]
    claim = listed.claims[0]
    assert walks.send(other, town, firm=town.foreign_firm).status == "submitted"  # being listed is no choice yet
    with pytest.raises(Refused, match="不能同时享受"):
        flow.confirm(claim, by=town.other_member, account=walks.ACCOUNT, at=MONDAY)


def test_no_list_but_of_a_claim_free_clause_that_stands(town):
    with pytest.raises(Refused):
        flow.list_firms(walks.batch(town), by=town.policy_officer, at=MONDAY)
    round = free(town)
    with pytest.raises(Refused):
        flow.list_firms(round, by=town.department_head, at=MONDAY)
    with pytest.raises(Refused):
        flow.list_firms(round, by=town.policy_officer, at=MONDAY + 31 * DAY)
    revised = round.clause.clause
    revised.current = None
    revised.save()
    with pytest.raises(Refused, match="已经修订"):
        flow.list_firms(round, by=town.policy_officer, at=MONDAY)


def test_one_click_and_an_account(town):
    claim = walks.listed(town)
    with pytest.raises(Refused) as refused:
        flow.confirm(claim, by=town.enterprise_member, account=flow.Account("", "", ""), at=MONDAY + DAY)
    assert refused.value.field == "account_name"
    claim = flow.confirm(claim, by=town.enterprise_member, account=walks.ACCOUNT, at=MONDAY + DAY)
    assert (claim.status, claim.filed_at) == ("approve", MONDAY + DAY)
    assert claim.contact_name == town.enterprise_member.name
    with pytest.raises(Refused):
        flow.confirm(claim, by=town.enterprise_member, account=walks.ACCOUNT, at=MONDAY + DAY)
    assert flow.approve(claim, by=town.department_head, at=MONDAY + 2 * DAY).amount == 200000


def test_what_is_not_confirmed_lapses_by_the_clock(town):
    claim = walks.listed(town)
    due = claim.deadline.due_at
    sweep(due)
    assert fresh(claim).status == "listed"
    assert flow.list_firms  # still to be confirmed at the very end of the day
    sweep(due + timedelta(minutes=1))
    assert fresh(claim).status == "lapsed"


@pytest.mark.parametrize("count", [2, 6])
def test_the_weighing_of_a_list_costs_the_same_for_few_and_many(town, django_assert_max_num_queries, count):
    from policies.claims.flow import freely

    round = free(town)
    firms = [enterprise(f"第{number}企业", "某", town.place) for number in range(count)]
    with django_assert_max_num_queries(4):
        assert len(list(freely._weighed(round, firms, MONDAY))) == count


def test_a_claim_checked_before_the_approval(town):
    """Facts may change while a firm makes up its mind."""
    claim = walks.listed(town)
    claim = flow.confirm(claim, by=town.enterprise_member, account=walks.ACCOUNT, at=MONDAY + DAY)
    walks.knows(town.firm, "1200000")
    flow.check(claim.round, by=town.policy_officer, at=MONDAY + 2 * DAY)
    claim = flow.approve(Claim.objects.get(pk=claim.pk), by=town.department_head, at=MONDAY + 2 * DAY)
    assert claim.amount == 120000


def test_a_row_of_another_round_is_not_touched(town):
    round = free(town)
    claim_row(walks.batch(town), town.firm, status="rejected", ended_at=MONDAY)
    assert len(flow.list_firms(round, by=town.policy_officer, at=MONDAY).claims) == 2
