"""Joint review (联合审查, POL-5): each department that was asked answers for itself, in parallel."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from policies.claims import facts, limits, stages
from policies.claims.capacity import own_reviews, review_grant
from policies.claims.flow import core
from policies.models import Claim, ClaimReview
from portal.people.models import Department, User
from portal.people.refusal import Refused, one_line

Says = ClaimReview.Says


@transaction.atomic
def give_review(
    claim: Claim,
    *,
    by: User,
    department: Department,
    says: str,
    opinion: str = "",
    amount: Decimal | None = None,
    at: datetime | None = None,
) -> Claim:
    """审查意见 of one department; with the last of them the claim goes on to the head."""
    claim, at, _grant = core.begin(claim, "give_review", by, at)
    review = next((one for one in own_reviews(claim, by, at) if one.department_id == department.pk), None)
    if review is None:
        raise Refused(_("这一步不由您办理。"))
    _write(review, claim, says, opinion, amount)
    review.by, review.at = by, at
    review.save()
    limits.reviewed(claim, review.department, at)
    last = not claim.reviews.due().exists()
    if last:
        core.move(claim, stages.APPROVE, at)
        claim.save()
        limits.to_approve(claim, at)
    grant = review_grant(department.pk, by, at)
    said: dict[str, Any] = {"department": department.pk, "says": says, "last": last}
    core.tell("claim.reviewed", claim, by, at, grant, firm_sees=False, **said)
    return claim


def _write(review: ClaimReview, claim: Claim, says: str, opinion: str, amount: Decimal | None) -> None:
    """Raises Refused with the field that is wrong."""
    if says not in Says.values:
        raise Refused(_("请选审查意见。"), "says")
    review.says, review.opinion = says, one_line(opinion)[: core.LONGEST]
    if says != Says.AGREES and not review.opinion:
        raise Refused(_("不同意或核减，请写明理由。"), "opinion")
    review.amount = None
    if says != Says.LESS:
        return
    if amount is None or not amount.is_finite() or amount <= 0:
        raise Refused(_("请写建议金额。"), "amount")
    if claim.asked_amount is not None and amount >= claim.asked_amount:
        raise Refused(_("核减后的金额要小于申报金额。"), "amount")
    review.amount = core.cents(amount)


def proposed(claim: Claim) -> Decimal | None:
    """What is put before the head: the smallest of what was asked, what the check found and what reviews propose."""
    said = [claim.asked_amount, facts.found_amount(claim.deviations)]
    said += [review.amount for review in claim.reviews.all() if review.superseded_at is None]
    return min((amount for amount in said if amount is not None), default=None)
