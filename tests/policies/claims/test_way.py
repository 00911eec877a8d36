"""The ways from the window to the money, step by step, with the clock of each step (POL-5, DL-6)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from policies.claims import flow
from policies.models import ClaimDeadline, ClaimReview, Payment, Publicity
from portal.deadlines.sweep import sweep
from portal.people.refusal import Refused
from portal.trail.models import Event
from tests.policies.claims import walks
from tests.policies.claims.walks import DAY, MONDAY, fresh
from tests.requests.factories import moment


def owed(claim):
    """{obligation: due time} of the open clocks; those of departments with the department's name."""
    clocks = ClaimDeadline.objects.open().filter(subject=claim).order_by("pk").select_related("department")
    return [(clock.obligation, clock.department and clock.department.short_name, clock.due_at) for clock in clocks]


def test_submitted_by_data_with_what_was_seen(town):
    claim = walks.submitted(town)
    assert claim.status == "submitted"
    assert claim.number == "ZC-20261109-0001"
    assert claim.asked_amount == Decimal("200000")
    seen = [{"attribute": "rd_cost_last_year", "value": "2000000.00", "source": "统计", "day": "2025-12-31"}]
    assert claim.seen == [seen[0] | {"declared": False}]
    assert any("10%" in line for line in claim.working)
    assert claim.account == "6200000000000001"
    assert owed(claim) == [("claim_accept", "住建局", moment("2026-11-16 17:00"))]


def test_the_way_by_data(town):
    claim = walks.to_approve(town)
    assert owed(claim) == [("claim_approve", "住建局", moment("2026-11-17 17:00"))]
    claim = flow.approve(claim, by=town.department_head, at=MONDAY + 2 * DAY)
    assert (claim.status, claim.amount, claim.decided_by) == ("publish", Decimal("200000"), town.department_head)
    assert owed(claim) == [("claim_publish", "住建局", moment("2026-11-16 17:00"))]
    notice = flow.publish([claim], by=town.policy_officer, at=MONDAY + 3 * DAY)
    assert notice.number == "GS-20261112-0001"
    assert notice.ends_at == moment("2026-11-19 17:00")  # Thursday + 5 working days
    assert owed(claim) == []
    sweep(notice.ends_at - timedelta(seconds=1))
    assert fresh(claim).status == "publicity"
    sweep(notice.ends_at)
    claim = fresh(claim)
    assert claim.status == "payment"
    assert owed(claim) == [("claim_pay", "住建局", moment("2026-12-17 17:00"))]
    at = moment("2026-11-23 10:00")
    claim = flow.pay(claim, by=town.policy_officer, paid_on=at.date(), voucher="V-1", at=at)
    assert claim.status == "paid"
    assert claim.ended_at == at
    assert owed(claim) == []
    flow.confirm_receipt(claim, by=town.enterprise_member, at=at + DAY)
    flow.rate(claim, by=town.enterprise_member, stars=5, comment="很快", at=at + DAY)
    kinds = list(
        Event.objects.about(claim).filter(kind__startswith="claim.").order_by("pk").values_list("kind", flat=True)
    )
    steps = [
        "submitted",
        "checked",
        "accepted",
        "approved",
        "published",
        "publicity_ended",
        "paid",
        "received",
        "rated",
    ]
    assert kinds == [f"claim.{step}" for step in steps]


def test_every_clock_of_the_straight_way_was_met(town):
    claim = walks.paid(town)
    assert set(ClaimDeadline.objects.filter(subject=claim).values_list("obligation", "cancelled_at")) == {
        (one, None) for one in ("claim_accept", "claim_approve", "claim_publish", "claim_pay")
    }
    assert not ClaimDeadline.objects.filter(subject=claim, met_at=None).exists()


def test_without_publicity_the_money_is_next(town):
    claim = walks.to_publish(town, publicity_days=0)
    assert claim.status == "payment"
    assert owed(claim) == [("claim_pay", "住建局", moment("2026-12-09 17:00"))]
    assert not Publicity.objects.exists()


def test_departments_review_in_parallel_each_with_its_clock(town):
    claim = walks.reviewing(town)
    limit = moment("2026-11-24 17:00")
    assert owed(claim) == [("claim_review", "执法局", limit), ("claim_review", "经发局", limit)]
    flow.give_review(claim, by=town.police_head, department=town.police, says="agrees", at=MONDAY + 2 * DAY)
    assert fresh(claim).status == "review"
    assert owed(claim) == [("claim_review", "经发局", limit)]
    said = {"says": "less", "opinion": "扣除委外部分", "amount": Decimal("150000")}
    flow.give_review(claim, by=town.economy_officer, department=town.economy, at=MONDAY + 3 * DAY, **said)
    claim = fresh(claim)
    assert claim.status == "approve"
    assert owed(claim) == [("claim_approve", "住建局", moment("2026-11-19 17:00"))]
    assert flow.proposed(claim) == Decimal("150000")
    claim = flow.approve(claim, by=town.deputy_head, at=MONDAY + 4 * DAY)
    assert claim.amount == Decimal("150000")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"says": "perhaps"}, "says"),
        ({"says": "opposes"}, "opinion"),
        ({"says": "less", "opinion": "核减"}, "amount"),
        ({"says": "less", "opinion": "核减", "amount": Decimal("200000")}, "amount"),
        ({"says": "less", "opinion": "核减", "amount": Decimal("0.001")}, "amount"),
        ({"says": "less", "opinion": "核减", "amount": Decimal("NaN")}, "amount"),
    ],
)
def test_a_review_says_why(town, said, field):
    claim = walks.reviewing(town)
    with pytest.raises(Refused) as refused:
        flow.give_review(claim, by=town.police_head, department=town.police, at=MONDAY + 2 * DAY, **said)
    assert refused.value.field == field


def test_one_reviews_for_the_own_department_once(town):
    claim = walks.reviewing(town)
    with pytest.raises(Refused):
        flow.give_review(claim, by=town.police_head, department=town.economy, says="agrees", at=MONDAY + 2 * DAY)
    flow.give_review(claim, by=town.police_head, department=town.police, says="agrees", at=MONDAY + 2 * DAY)
    with pytest.raises(Refused):
        flow.give_review(claim, by=town.police_head, department=town.police, says="agrees", at=MONDAY + 2 * DAY)


def test_where_nobody_is_named_the_department_itself_reviews(town):
    claim = flow.accept(walks.submitted(town, way="by_review"), by=town.policy_officer, at=MONDAY + DAY)
    assert [review.department for review in claim.reviews.all()] == [town.housing]


def test_the_review_closes_to_a_department_and_its_own_word_stays(town):
    """SEC-2: after its part is over it no longer reads the claim, but still what it said."""
    claim = walks.reviewing(town)
    assert type(claim).objects.visible_to(town.police_head).filter(pk=claim.pk).exists()
    flow.give_review(claim, by=town.police_head, department=town.police, says="agrees", at=MONDAY + 2 * DAY)
    assert type(claim).objects.visible_to(town.police_head).exists()  # still under review
    flow.give_review(claim, by=town.economy_officer, department=town.economy, says="agrees", at=MONDAY + 2 * DAY)
    assert not type(claim).objects.visible_to(town.police_head).exists()
    assert [one.department for one in ClaimReview.objects.visible_to(town.police_head)] == [town.police]
    assert not ClaimReview.objects.visible_to(town.enterprise_member).exists()


def test_approval_against_a_department_or_the_proposal_needs_a_reason(town):
    claim = walks.reviewing(town)
    opposes = {"says": "opposes", "opinion": "有在途处罚"}
    flow.give_review(claim, by=town.police_head, department=town.police, at=MONDAY + 2 * DAY, **opposes)
    flow.give_review(claim, by=town.economy_officer, department=town.economy, says="agrees", at=MONDAY + 2 * DAY)
    at = MONDAY + 3 * DAY
    for amount in (None, Decimal("200000"), Decimal("100")):
        with pytest.raises(Refused) as refused:
            flow.approve(claim, by=town.department_head, amount=amount, at=at)
        assert refused.value.field == "reason"
    for amount in (Decimal(0), Decimal(-1), Decimal("0.001"), Decimal("NaN"), Decimal("1e20"), Decimal("200000.01")):
        with pytest.raises(Refused) as refused:
            flow.approve(claim, by=town.department_head, amount=amount, reason="一事一议", at=at)
        assert refused.value.field == "amount"
    claim = flow.approve(claim, by=town.department_head, amount=Decimal("150000"), reason="一事一议", at=at)
    assert (claim.amount, claim.reason) == (Decimal("150000"), "一事一议")


def test_sent_back_departments_are_asked_anew_and_what_they_said_stays(town):
    claim = walks.reviewing(town)
    flow.give_review(claim, by=town.police_head, department=town.police, says="agrees", at=MONDAY + 2 * DAY)
    flow.give_review(claim, by=town.economy_officer, department=town.economy, says="agrees", at=MONDAY + 2 * DAY)
    claim = flow.send_back(claim, by=town.department_head, reason="请核实委外部分", at=MONDAY + 3 * DAY)
    assert claim.status == "review"
    assert [one for one, _name, _due in owed(claim)] == ["claim_review", "claim_review"]
    assert claim.reviews.count() == 4
    assert claim.reviews.due().count() == 2


def test_sent_back_by_data_the_officer_accepts_anew(town):
    claim = flow.send_back(walks.to_approve(town), by=town.department_head, reason="请核实", at=MONDAY + 2 * DAY)
    assert claim.status == "submitted"
    assert owed(claim) == [("claim_accept", "住建局", moment("2026-11-18 17:00"))]


def test_a_supplement_is_asked_for_once_and_the_clock_waits(town):
    claim = walks.supplementing(town)
    accept = ClaimDeadline.objects.get(subject=claim, obligation="claim_accept")
    assert accept.is_paused
    at = MONDAY + 3 * DAY
    with pytest.raises(Refused):
        flow.supplement(claim, by=town.enterprise_member, text="  ", at=at)
    claim = flow.supplement(claim, by=town.enterprise_member, text="明细见附件", at=at)
    assert claim.status == "submitted"
    assert owed(claim) == [("claim_accept", "住建局", moment("2026-11-18 17:00"))]  # four days were left on Tuesday
    with pytest.raises(Refused):
        flow.ask_supplement(claim, by=town.policy_officer, reason="再补一份", at=at)


def test_an_overdue_acceptance_does_not_wait_for_a_supplement(town):
    claim = walks.submitted(town)
    at = moment("2026-11-17 09:00")
    flow.ask_supplement(claim, by=town.policy_officer, reason="明细", at=at)
    clock = ClaimDeadline.objects.get(subject=claim, obligation="claim_accept")
    assert not clock.is_paused
    assert clock.is_overdue(at)


def test_a_supplement_that_never_comes_lapses_by_the_clock(town):
    claim = walks.supplementing(town)
    due = ClaimDeadline.objects.get(subject=claim, obligation="claim_supplement").due_at
    assert due == moment("2026-11-24 17:00")
    sweep(due)
    assert fresh(claim).status == "supplement"
    sweep(due + timedelta(minutes=1))
    assert fresh(claim).status == "lapsed"
    assert owed(claim) == []
    assert walks.send(claim.round, town, at=due + DAY).status == "submitted"  # the window is still open


def test_after_an_outage_the_time_to_pay_runs_from_the_notices_end(town):
    claim = walks.public(town)
    sweep(moment("2026-12-07 09:00"))
    assert fresh(claim).status == "payment"
    assert owed(claim) == [("claim_pay", "住建局", moment("2026-12-17 17:00"))]


def test_a_rejection_frees_the_firm_and_meets_the_clock(town):
    claim = walks.rejected(town)
    assert (claim.status, claim.reason, claim.place) == ("rejected", "不在支持范围", None)
    assert ClaimDeadline.objects.get(subject=claim).met_at == MONDAY + DAY
    assert walks.send(claim.round, town, at=MONDAY + 2 * DAY).status == "submitted"
    flow.rate(claim, by=town.enterprise_member, stars=1, at=MONDAY + 2 * DAY)


@pytest.mark.parametrize("stars", [0, 6, True, -1, 2.5])
def test_stars_are_one_to_five_and_given_once(town, stars):
    claim = walks.rejected(town)
    with pytest.raises(Refused):
        flow.rate(claim, by=town.enterprise_member, stars=stars, at=MONDAY + 2 * DAY)
    flow.rate(claim, by=town.enterprise_member, stars=3, at=MONDAY + 2 * DAY)
    with pytest.raises(Refused):
        flow.rate(claim, by=town.enterprise_member, stars=5, at=MONDAY + 2 * DAY)


# Payment ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"paid_on": date(2026, 11, 25)}, "paid_on"),
        ({"paid_on": date(2026, 11, 10)}, "paid_on"),
        ({"voucher": "  "}, "voucher"),
        ({"amount": Decimal("199999.99")}, "amount"),
    ],
)
def test_a_payment_is_what_was_approved_and_not_in_the_future(town, given, field):
    claim = walks.to_pay(town)
    known = {"paid_on": date(2026, 11, 23), "voucher": "V-1"}
    with pytest.raises(Refused) as refused:
        flow.pay(claim, by=town.policy_officer, at=moment("2026-11-24 10:00"), **known | given)
    assert refused.value.field == field


def test_a_voucher_pays_once(town):
    first = walks.paid(town)
    round = first.round
    other = walks.send(round, town, firm=town.foreign_firm)
    flow.accept(other, by=town.policy_officer, at=MONDAY + DAY)
    flow.approve(other, by=town.department_head, at=MONDAY + 2 * DAY)
    notice = flow.publish([other], by=town.policy_officer, at=MONDAY + 3 * DAY)
    sweep(notice.ends_at)
    at = moment("2026-11-24 10:00")
    with pytest.raises(Refused) as refused:
        flow.pay(fresh(other), by=town.policy_officer, paid_on=at.date(), voucher=first.payment.voucher, at=at)
    assert refused.value.field == "voucher"
    lines = [flow.Line(first.number, "V-8", at.date()), flow.Line(other.number, "V-9", at.date())]
    batch = flow.pay_many(round, lines, by=town.policy_officer, at=at)
    assert batch.done == [other]
    assert [claim for claim, _why in batch.refused] == [first]
    assert Payment.objects.count() == 2
    with pytest.raises(Refused):
        flow.pay_many(round, [flow.Line("ZC-0", "V-1", at.date())], by=town.policy_officer, at=at)
    with pytest.raises(Refused):
        flow.pay_many(round, [lines[1], lines[1]], by=town.policy_officer, at=at)


def test_who_approved_does_not_pay(town):
    """不相容岗位分离: one person with both offices needs a second one."""
    from portal.people.models import Membership
    from tests.requests.factories import LONG_AGO

    claim = walks.to_pay(town)
    Membership.objects.create(user=town.department_head, role="policy_officer", department=town.housing, since=LONG_AGO)
    town.department_head.forget_rights()
    at = moment("2026-11-24 10:00")
    with pytest.raises(Refused):
        flow.pay(claim, by=town.department_head, paid_on=at.date(), voucher="V-1", at=at)
    assert flow.pay(claim, by=town.policy_officer, paid_on=at.date(), voucher="V-1", at=at).status == "paid"


def test_receipt_is_confirmed_once(town):
    claim = walks.paid(town)
    at = moment("2026-11-24 10:00")
    flow.confirm_receipt(claim, by=town.enterprise_member, at=at)
    with pytest.raises(Refused):
        flow.confirm_receipt(claim, by=town.enterprise_member, at=at)
    assert Payment.objects.get().received_at == at
