"""Places and money of a round (POL-5)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from policies.claims import flow
from policies.claims.flow import places
from policies.models import Claim, Round
from portal.deadlines.models import TimedFailure
from portal.deadlines.sweep import sweep
from portal.people.refusal import Refused
from tests.policies.claims import walks
from tests.policies.claims.walks import DAY, MONDAY, fresh
from tests.policies.factories import claim_row
from tests.requests.factories import enterprise


def firms(town, count):
    made = [enterprise(f"第{number}企业", f"第{number}", town.place) for number in range(count)]
    for firm in made:
        walks.knows(firm)
    return made


def first_come(town, quota=1, **given):
    return walks.batch(town, quota=quota, order="first_come", **given)


def test_first_come_the_places_go_with_the_claims_and_the_rest_waits(town):
    round = first_come(town)
    first, second = walks.send(round, town), walks.send(round, town, firm=town.foreign_firm, at=MONDAY + DAY)
    assert (first.status, first.place) == ("submitted", 1)
    assert (second.status, second.place, second.waits_since) == ("waiting", None, MONDAY + DAY)
    assert not second.deadlines.exists()  # nobody owes anything yet
    assert flow.foreseen(round, firms(town, 1)[0], at=MONDAY).waits


@pytest.mark.parametrize("way", ["withdraw", "reject", "lapse"])
def test_a_place_given_back_goes_to_the_first_who_waits(town, way):
    claim = walks.waiting(town)
    held = claim.round.claims.exclude(pk=claim.pk).get()
    at = MONDAY + DAY
    if way == "withdraw":
        flow.withdraw(held, by=town.other_member, at=at)
    elif way == "reject":
        flow.reject(held, by=town.policy_officer, reason="不符合", at=at)
    else:
        flow.ask_supplement(held, by=town.policy_officer, reason="明细", at=MONDAY)
        sweep(at := MONDAY + 30 * DAY)
    claim = fresh(claim)
    assert (claim.status, claim.place, claim.waits_since) == ("submitted", 1, None)
    assert claim.deadlines.get().obligation == "claim_accept"
    assert claim.deadlines.get().started_at == at
    assert fresh(held).place is None


def test_whoever_comes_new_does_not_overtake_the_queue(town):
    claim = walks.waiting(town)
    Claim.objects.filter(round=claim.round).exclude(pk=claim.pk).update(status="withdrawn", place=None, ended_at=MONDAY)
    newcomer = firms(town, 1)[0]
    assert flow.foreseen(claim.round, newcomer, at=MONDAY).waits
    assert flow.move_up(claim_row(claim.round, newcomer, status="waiting", waits_since=MONDAY + DAY), at=MONDAY) is None
    sweep(MONDAY + DAY)  # the clock lets the first one up where nobody else did
    assert fresh(claim).status == "submitted"


def test_the_sweep_waits_for_nobody_who_is_busy_with_the_round(town, monkeypatch):
    claim = walks.waiting(town)
    Claim.objects.filter(round=claim.round).exclude(pk=claim.pk).update(status="withdrawn", place=None, ended_at=MONDAY)
    monkeypatch.setattr(places, "_at_rest", lambda rows: rows.model is Claim)
    sweep(MONDAY + DAY)
    assert fresh(claim).status == "waiting"
    assert not TimedFailure.objects.exists()
    monkeypatch.undo()
    sweep(MONDAY + DAY)
    assert fresh(claim).status == "submitted"


def test_with_nothing_left_to_come_free_the_queue_ends(town):
    claim = walks.waiting(town)
    sweep(MONDAY + DAY)
    assert fresh(claim).status == "waiting"
    flow.close_round(claim.round, by=town.policy_officer, reason="预算用完", at=MONDAY + DAY)
    sweep(MONDAY + 2 * DAY)
    assert fresh(claim).status == "lapsed"


def test_with_all_places_paid_the_queue_ends(town):
    round = first_come(town, days=60)
    held, claim = walks.send(round, town, firm=town.foreign_firm), walks.send(round, town)
    Claim.objects.filter(pk=held.pk).update(status="paid", amount=1, decided_at=MONDAY, ended_at=MONDAY)
    sweep(MONDAY + DAY)
    assert fresh(claim).status == "lapsed"


def approve(town, claim, **given):
    claim = flow.accept(claim, by=town.policy_officer, at=MONDAY + DAY)
    return flow.approve(claim, by=town.department_head, at=MONDAY + DAY, **given)


def test_on_merit_a_place_is_taken_with_the_approval(town):
    round = walks.batch(town, quota=1)
    mine, other = walks.send(round, town), walks.send(round, town, firm=town.foreign_firm)
    assert (mine.place, other.place) == (None, None)
    other = approve(town, other)
    assert (other.status, other.place) == ("publish", 1)
    with pytest.raises(Refused, match="名额 1 个已满"):
        approve(town, mine)
    flow.withdraw(other, by=town.other_member, at=MONDAY + DAY)
    mine = fresh(mine)
    assert flow.approve(mine, by=town.department_head, at=MONDAY + DAY).place == 1


def test_money_is_bound_with_the_approval_and_given_back(town):
    round = walks.batch(town, budget=Decimal("300000"))
    mine, other = walks.send(round, town), walks.send(round, town, firm=town.foreign_firm)
    other = approve(town, other)
    assert Round.objects.get().committed == 200000
    with pytest.raises(Refused, match="10 万元") as refused:
        approve(town, mine)
    assert refused.value.field == "amount"
    mine = flow.approve(mine, by=town.department_head, amount=Decimal("100000"), reason="按余额", at=MONDAY + DAY)
    assert Round.objects.get().committed == 300000
    flow.withdraw(other, by=town.other_member, at=MONDAY + DAY)
    assert Round.objects.get().committed == 100000
    flow.publish([mine], by=town.policy_officer, at=MONDAY + DAY)
    said = flow.object_to(mine, text="不实", name="许由", phone="0512-0000 9999", at=MONDAY + 2 * DAY)
    flow.decide_objection(said, by=town.deputy_head, upheld=True, answer="属实", at=MONDAY + 2 * DAY)
    assert Round.objects.get().committed == 0
    assert fresh(mine).place is None


def test_the_database_itself_keeps_quota_and_budget(town):
    round = walks.batch(town, quota=1, budget=Decimal(10))
    known = {"status": "publish", "amount": 1, "decided_at": MONDAY}
    claim_row(round, town.firm, place=1, **known)
    for wrong in ({"place": 2}, {"place": 1}, {"place": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            claim_row(round, town.foreign_firm, **known | wrong)
    other = claim_row(round, town.foreign_firm, status="approve")
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.filter(pk=other.pk).update(**known)
    for wrong in ({"committed": 11}, {"committed": -1}, {"quota": 5}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Round.objects.update(**wrong)


def test_approving_many_names_what_it_leaves(town):
    round = walks.batch(town, quota=2)
    claims = [claim_row(round, firm, status="approve", asked_amount=1000) for firm in firms(town, 3)]
    last = claim_row(round, town.firm, status="submitted", asked_amount=1000)
    batch = flow.approve_many([*claims, last, claims[0]], by=town.department_head, at=MONDAY)
    assert batch.done == claims[:2]
    assert [claim for claim, _why in batch.refused] == [claims[2], last]
    assert set(round.claims.filter(status="publish").values_list("place", flat=True)) == {1, 2}
    assert Round.objects.get().committed == 2000


# Rounds -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "字" * 61}, "title"),
        ({"quota": 0}, "quota"),
        ({"quota": 10**7}, "quota"),
        ({"budget": Decimal(0)}, "budget"),
        ({"budget": Decimal("NaN")}, "budget"),
        ({"budget": Decimal("1e15")}, "budget"),
        ({"closes_at": MONDAY}, "closes_at"),
        ({"closes_at": MONDAY + timedelta(days=3000)}, "closes_at"),
        ({"opens_at": MONDAY + timedelta(days=3000), "closes_at": None}, "opens_at"),
        ({"order": "lottery"}, "order"),
    ],
)
def test_a_round_that_makes_no_sense_is_refused(town, given, field):
    from tests.policies.factories import clause

    known = {"title": "第一批", "opens_at": MONDAY, "closes_at": MONDAY + 30 * DAY}
    one = clause(town, formula={"fixed": "1000"})
    with pytest.raises(Refused) as refused:
        flow.open_round(one, by=town.policy_officer, at=MONDAY, **known | given)
    assert refused.value.field == field
    assert flow.open_round(one, by=town.policy_officer, at=MONDAY, **known).committed == 0
    with pytest.raises(Refused, match="已有名为“第一批”的批次") as refused:
        flow.open_round(one, by=town.policy_officer, at=MONDAY, **known)
    assert refused.value.field == "title", "the button pressed twice"
    assert one.current.rounds.count() == 1


def test_who_opens_a_round_of_what(town):
    from tests.policies.factories import clause, officer_of, policy

    known = {"title": "第一批", "opens_at": MONDAY, "at": MONDAY}
    one = clause(town)
    for user in (town.department_head, town.supervisor, town.enterprise_member, officer_of(town.police, "elsewhere")):
        with pytest.raises(Refused):
            flow.open_round(one, by=user, **known)
    for wrong in (clause(town, way="elsewhere"), clause(town, way="enjoyed"), clause(town, way="claim_free")):
        with pytest.raises(Refused):
            flow.open_round(wrong, by=town.policy_officer, **known)
    expired = policy(town, valid_to=MONDAY.date() - DAY)
    with pytest.raises(Refused):
        flow.open_round(clause(town, expired), by=town.policy_officer, **known)
    ended = policy(town)
    ended.ended_at, ended.ended_for = MONDAY, "废止"
    ended.save()
    with pytest.raises(Refused):
        flow.open_round(clause(town, ended), by=town.policy_officer, **known)
    responsible = clause(town, responsible=town.economy)
    with pytest.raises(Refused):
        flow.open_round(responsible, by=town.policy_officer, **known)
    assert flow.open_round(responsible, by=officer_of(town.economy, "own"), **known).department == town.economy
