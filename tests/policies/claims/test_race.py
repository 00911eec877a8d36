"""Five hundred firms at a hundred places at once, each sending twice (POL-5); with its controls.

Real threads, connections and commits on PostgreSQL.
"""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection

from enterprises.criteria.store import refresh
from enterprises.models import Enterprise
from policies.claims import flow
from policies.claims.flow import core, places
from policies.models import Claim, Round
from portal.people.refusal import Refused
from tests.policies.claims import walks
from tests.policies.claims.walks import DAY, MONDAY
from tests.policies.factories import claim_row
from tests.requests.factories import build

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8


@pytest.fixture
def town(transactional_db):
    return build()


def crowd(town, count):
    """Firms with a member each: one person serves them all, as an accountant's office does."""
    from enterprises.models import Member
    from tests.requests.factories import LONG_AGO

    stem = [f"91320585MB{number:07d}" for number in range(count)]
    from stdnum.cn import uscc

    firms = Enterprise.objects.bulk_create(
        Enterprise(uscc=one + uscc.calc_check_digit(one), name=f"企业{one}", place=town.place) for one in stem
    )
    Member.objects.bulk_create(Member(enterprise=firm, user=town.other_member, since=LONG_AGO) for firm in firms)
    return firms


def at_once(act, items):
    """`act` on each item, THREADS at a time, all starting together; results and exceptions in order."""
    gate = threading.Barrier(THREADS, timeout=60)
    shares = [items[start::THREADS] for start in range(THREADS)]

    def run(share):
        found = []
        try:
            gate.wait()
            for item in share:
                try:
                    found.append(act(item))
                except Exception as error:
                    found.append(error)
        finally:
            connection.close()
        return found

    with ThreadPoolExecutor(THREADS) as pool:
        return [result for found in pool.map(run, shares) for result in found]


def test_a_quota_of_100_under_500_claims_with_retries_approves_exactly_100(town):
    round = walks.batch(town, quota=100, order="first_come", tree=None, formula={"fixed": "1000"})
    firms = crowd(town, 500)
    keys = {firm.pk: uuid.uuid4() for firm in firms}
    twice = [
        *(firm for firm in firms[:150] for _ in range(2)),
        *firms[150:],
    ]  # sent again by neighbouring threads at once

    def send(firm):
        return walks.send(round, town, firm=firm, by=town.other_member, key=keys[firm.pk])

    sent = at_once(send, twice)
    assert [one for one in sent if isinstance(one, Exception)] == []
    assert (len(sent), len({claim.pk for claim in sent}), Claim.objects.count()) == (650, 500, 500)
    assert Claim.objects.filter(status="waiting", place=None).count() == 400
    with_place = Claim.objects.filter(status="submitted")
    assert sorted(with_place.values_list("place", flat=True)) == list(range(1, 101))
    numbers = Claim.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [f"ZC-20261109-{number:04d}" for number in range(1, 501)]

    # Before the head: what waits is refused, what has a place is approved, once, however often he presses.
    Claim.objects.filter(status="submitted").update(status="approve")
    pressed = [*Claim.objects.filter(status="approve"), *Claim.objects.exclude(status="approve")[:20]]
    pressed = [claim for claim in pressed[:20] for _ in range(2)] + pressed[20:]
    approved = at_once(lambda claim: flow.approve(claim, by=town.department_head, at=MONDAY + DAY), pressed)
    assert [type(one) for one in approved].count(Claim) == 100
    assert [type(one) for one in approved].count(Refused) == 40
    assert Claim.objects.filter(status="publish").count() == 100
    assert Round.objects.get().committed == 100_000


def test_on_merit_approvals_at_once_take_exactly_the_places_there_are(town):
    round = walks.batch(town, quota=20, budget=15_000, tree=None, formula={"fixed": "1000"})
    claims = [claim_row(round, firm, status="approve", asked_amount=1000) for firm in crowd(town, 40)]
    twice = [claim for pair in zip(claims, claims, strict=True) for claim in pair]
    results = at_once(lambda claim: flow.approve(claim, by=town.department_head, at=MONDAY), twice)
    assert {type(one) for one in results} == {Claim, Refused}
    assert Claim.objects.filter(status="publish").count() == 15  # the money was the narrower of the two
    assert Round.objects.get().committed == 15_000


def test_the_control_without_the_rounds_lock_claims_break_on_the_constraint(town, monkeypatch):
    """Two look for the lowest free place at once and find the same: the last line holds, the second is lost."""
    monkeypatch.setattr(
        core, "locked_round", lambda round: Round.objects.select_related(*core.OF_ROUND).get(pk=round.pk)
    )
    meet = threading.Barrier(2, timeout=60)
    take = places.take

    def both_look(round):
        found = take(round)
        meet.wait()
        return found

    monkeypatch.setattr(places, "take", both_look)
    monkeypatch.setattr(core, "number", lambda prefix, at: f"{prefix}-{uuid.uuid4().hex[:8]}")
    round = walks.batch(town, quota=100, order="first_come", tree=None, formula={"fixed": "1000"})
    firms = crowd(town, 2)
    results = []

    def send(firm):
        try:
            results.append(walks.send(round, town, firm=firm, by=town.other_member))
        except Exception as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[firm]) for firm in firms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {type(one) for one in results} == {Claim, IntegrityError}


def test_the_control_without_lock_and_constraint_a_quota_overflows(town):
    """What the two guards are for: counting first and writing then gives out more places than there are."""
    round = walks.batch(town, quota=1, tree=None, formula={"fixed": "1000"})
    firms = crowd(town, 2)
    meet, fitted = threading.Barrier(2, timeout=60), []

    def naive(firm):
        free = Claim.objects.filter(round=round).count() < round.quota
        meet.wait()
        if free:
            claim_row(round, firm)
            fitted.append(firm)
        connection.close()

    threads = [threading.Thread(target=naive, args=[firm]) for firm in firms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(fitted) == 2


def test_withdrawals_and_new_claims_at_once_never_deadlock_nor_lose_a_place(town):
    round = walks.batch(town, quota=10, order="first_come", tree=None, formula={"fixed": "1000"})
    firms = crowd(town, 60)

    def send(firm):
        return walks.send(round, town, firm=firm, by=town.other_member)

    first = [send(firm) for firm in firms[:20]]

    def act(item):
        if isinstance(item, Claim):
            return flow.withdraw(item, by=town.other_member, at=MONDAY + DAY)
        return send(item)

    mixed = [one for pair in zip(first, firms[20:40], strict=True) for one in pair]
    results = at_once(act, mixed)
    assert [one for one in results if not isinstance(one, Claim)] == []
    from portal.deadlines.sweep import sweep

    sweep(MONDAY + DAY)
    held = Claim.objects.filter(status="submitted").values_list("place", flat=True)
    assert sorted(held) == list(range(1, 11))
    assert Claim.objects.filter(status="waiting").count() == 10
    assert Claim.objects.filter(status="withdrawn").count() == 20


def test_two_excluded_clauses_from_two_tabs_are_one_claim(town):
    from policies.models import Exclusion

    first, second = (walks.batch(town, tree=None, formula={"fixed": "1000"}) for _ in range(2))
    rule = Exclusion.objects.create(name="就高", department=town.housing, rule="highest")
    rule.clauses.set([first.clause.clause, second.clause.clause])
    firms = crowd(town, THREADS)
    pairs = [(round, firm) for firm in firms for round in (first, second)]
    results = at_once(lambda pair: walks.send(pair[0], town, firm=pair[1], by=town.other_member), pairs)
    assert sum(isinstance(one, Claim) for one in results) == len(firms)
    assert {type(one) for one in results} == {Claim, Refused}
    assert Claim.objects.values("enterprise").distinct().count() == len(firms)


def test_a_list_made_twice_while_firms_claim_has_each_firm_once(town):
    round = walks.batch(town, way="claim_free")
    firms = crowd(town, 12)
    for firm in firms:
        walks.knows(firm)
    refresh([round.clause.clause.criterion], at=MONDAY)

    def act(what):
        if what is None:
            return flow.list_firms(round, by=town.policy_officer, at=MONDAY)
        return walks.send(round, town, firm=what, by=town.other_member)

    results = at_once(act, [None, *firms[:3], None, *firms[3:6]])
    assert {type(one) for one in results} <= {flow.Listed, Claim, Refused}
    assert Claim.objects.count() == Claim.objects.values("enterprise").distinct().count() == 14
