"""The policies of the demo town: collected by `test_demo`, on the town that it has loaded."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db.models import Count, F, Q, Sum

from enterprises.models import Declaration, Outcome
from policies.claims import stages
from policies.library import stages as versions
from policies.models import (
    Claim,
    ClaimDeadline,
    Clause,
    Exclusion,
    Payment,
    Policy,
    PolicyQuestion,
    PolicyVersion,
    Provider,
    Publicity,
    Pushed,
    Round,
    ServiceKind,
    ServiceOrder,
    Way,
)
from policies.services import stages as services
from portal.desk.demo.policies.rounds import Book
from portal.outbox.models import Delivery
from portal.people.models import Membership, User
from portal.people.roles import Role
from portal.trail.models import Event, subject_type
from tests.desk.demo_town import NOW

OWED = {  # the clock that runs while a claim stands so
    "listed": "claim_confirm",
    "submitted": "claim_accept",
    "supplement": "claim_supplement",
    "review": "claim_review",
    "approve": "claim_approve",
    "publish": "claim_publish",
    "objection": "claim_objection",
    "payment": "claim_pay",
}


def test_the_library_is_large_and_of_every_kind(said):
    policies = Policy.objects.public()
    assert policies.count() >= 60
    assert Clause.objects.filter(current__isnull=False).count() >= 200
    assert Policy.objects.in_force(NOW.date()).count() < policies.count()  # some have ended
    assert set(PolicyVersion.objects.values_list("status", flat=True)) == set(versions.STATUSES) - {"dropped"}
    assert PolicyVersion.objects.filter(status=versions.DRAFT).count() >= 2
    assert policies.annotate(n=Count("versions")).filter(n__gt=1).count() >= 12
    assert Exclusion.objects.annotate(n=Count("clauses")).filter(n__gt=1).count() >= 6
    assert set(Clause.objects.filter(ended_at=None).values_list("current__way", flat=True)) >= set(Way.values)


@pytest.mark.parametrize(
    ("role", "begins"),
    [(Role.ENTERPRISE_MEMBER, ("policy.", "claim.")), (Role.POLICY_OFFICER, ("claim.",))],
)
def test_letters_about_pushes_and_claims_lie_in_the_inboxes(said, role, begins):
    lying = Delivery.objects.inbox(User.objects.get(username=role)).values_list("message__kind", flat=True)
    kinds = sorted(set(lying))
    assert all(any(kind.startswith(each) for kind in kinds) for each in begins), kinds


def test_every_condition_in_force_has_been_evaluated(said):
    clauses = Clause.objects.filter(ended_at=None, current__tree__isnull=False).select_related("criterion__current")
    assert clauses.count() > 150
    for clause in clauses:
        assert clause.criterion is not None
        assert clause.criterion.evaluated_at is not None
    assert not Clause.objects.exclude(ended_at=None).filter(criterion__isnull=False).exists()
    of_clauses = Outcome.objects.filter(criterion__in=[clause.criterion_id for clause in clauses])
    assert set(of_clauses.values_list("outcome", flat=True)) == {1, 2, 3}  # yes, almost, unknown


def test_whoever_keeps_policies_has_an_officer_and_a_head(said):
    for department in Policy.objects.values_list("department", flat=True).distinct():
        held = set(Membership.objects.current(NOW).filter(department=department).values_list("role", flat=True))
        assert {Role.POLICY_OFFICER, Role.DEPARTMENT_HEAD} <= held
    assert User.objects.filter(username="policy_officer_2").exists()
    assert not PolicyVersion.objects.filter(written_by=F("approved_by")).exists()


def test_claims_stand_at_every_status(said):
    assert set(Claim.objects.values_list("status", flat=True)) == set(stages.STATUSES)
    assert Round.objects.count() >= 60
    assert set(Round.objects.values_list("way", flat=True)) == {Way.BY_DATA, Way.BY_REVIEW, Way.CLAIM_FREE}
    assert Round.objects.open(NOW).filter(closes_at=None).exists()
    assert Round.objects.filter(opens_at__gt=NOW).exists()
    assert Round.objects.exclude(ended_at=None).exists()
    assert Claim.objects.exclude(deviations=[]).exists()
    assert Claim.objects.exclude(stars=None).exists()


def test_a_claims_clock_is_the_one_of_its_status(said):
    for claim in Claim.objects.prefetch_related("deadlines"):
        running = {one.obligation for one in claim.deadlines.all() if one.met_at is None and one.cancelled_at is None}
        wanted = {OWED[claim.status]} if claim.status in OWED else set()
        assert running - {"claim_accept"} == wanted - {"claim_accept"}, claim.status
    assert ClaimDeadline.objects.overdue(NOW).exists()
    assert ClaimDeadline.objects.filter(met_at__gt=F("due_at")).exists()  # some were late in their time


def test_a_claims_story_is_in_order_and_over(said):
    told = Event.objects.filter(subject_type=subject_type(Claim))
    assert not told.filter(at__gt=NOW).exists()
    begun = Counter(told.filter(kind__in=("claim.submitted", "claim.listed")).values_list("subject_id", flat=True))
    assert begun == Counter(dict.fromkeys(Claim.objects.values_list("pk", flat=True), 1))
    for claim in Claim.objects.select_related("publicity", "payment"):
        times = [claim.created_at, claim.filed_at, claim.decided_at]
        if (
            claim.publicity and claim.status != stages.REJECTED
        ):  # an objection upheld decides once more, after the notice
            times.append(claim.publicity.begins_at)
        times += [claim.payment.at, claim.payment.received_at] if claim.status == stages.PAID else []
        known = [at for at in times if at is not None]
        assert known == sorted(known), claim.number


def test_money_and_places_add_up(said):
    for made in Round.objects.prefetch_related("claims"):
        approved = [one for one in made.claims.all() if one.amount is not None and one.status not in ("rejected",)]
        assert made.committed == sum(one.amount for one in approved if one.status != "withdrawn")
        if made.budget is not None:
            assert made.committed <= made.budget
    waiting = Round.objects.filter(claims__status=stages.WAITING).distinct()
    assert waiting.exists()
    for made in waiting:
        assert made.claims.exclude(place=None).count() == made.quota
    assert not Payment.objects.exclude(amount=F("claim__amount")).exists()
    assert not Payment.objects.filter(by=F("claim__decided_by")).exists()
    assert Payment.objects.aggregate(total=Sum("amount"))["total"] > 100_000
    assert len({(day.year, day.month) for day in Payment.objects.values_list("paid_on", flat=True)}) >= 8


def test_claims_are_of_firms_that_fit(said):
    claims = Claim.objects.select_related("round__clause__clause").exclude(asked_amount=None)
    assert all(claim.asked_amount > 0 and claim.working and claim.seen for claim in claims)
    now = claims.filter(
        round__clause__clause__current=F("round__clause"), round__opens_at__gt=NOW - timedelta(days=120)
    )
    yes = set(Outcome.objects.filter(outcome=Outcome.Is.YES).values_list("criterion_id", "enterprise_id"))
    fits = [(claim.round.clause.clause.criterion_id, claim.enterprise_id) in yes for claim in now]
    assert len(fits) > 50
    assert all(fits)


def test_notices_are_up_and_over(said):
    assert Publicity.objects.up(NOW).exists()
    assert Publicity.objects.filter(ends_at__lt=NOW).exists()
    assert not Claim.objects.filter(status=stages.PUBLICITY, publicity__ends_at__lte=NOW).exists()


def test_firms_were_told_and_most_have_read_it(said):
    told = Pushed.objects.count()
    read = Pushed.objects.exclude(read_at=None).count()
    assert 0.3 * told < read < 0.9 * told
    assert not Pushed.objects.filter(Q(read_at__gt=NOW) | Q(at__gt=NOW) | Q(read_at__lt=F("at"))).exists()


def test_services_are_offered_and_ordered(said):
    assert Provider.objects.listed().count() >= 24
    kinds = {kind for one in Provider.objects.listed() for kind in one.kinds}
    assert kinds == set(ServiceKind.values)
    assert set(ServiceOrder.objects.values_list("status", flat=True)) == set(services.STATUSES)
    assert ServiceOrder.objects.count() >= 60
    assert ServiceOrder.objects.filter(sent=True).exists()


def test_questions_and_own_words(said):
    assert PolicyQuestion.objects.count() >= 3
    assert not PolicyQuestion.objects.filter(ticket__confidential=True).exists()
    assert set(Declaration.objects.values_list("state", flat=True)) == set(Declaration.State.values)


@pytest.mark.parametrize("name", ["policy_officer", "policy_officer_2", "department_head"])
def test_an_officer_has_claims_to_work_on(said, name):
    user = User.objects.get(username=name)
    assert Claim.objects.visible_to(user).filter(status__in=stages.OPEN).exists()


def test_everybody_who_claims_belongs_to_the_firm(said):
    by_firm = {one.firm.pk: one.user.pk for one in Book(_Now()).claimants}
    filed = Claim.objects.exclude(filed_by=None).values_list("enterprise", "filed_by")
    assert all(by_firm[firm] == user for firm, user in filed)


class _Now:
    now = NOW


__all__ = [name for name in dir() if name.startswith("test_")]
