"""The head decides (POL-5): approval binds a place and money of the budget; sent back, or rejected with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from policies.claims import limits, stages
from policies.claims.flow import core, places
from policies.claims.flow.barring import demand_compatible, room_under_caps
from policies.claims.flow.checking import ask_departments
from policies.claims.flow.reviewing import proposed
from policies.claims.words import money
from policies.library.content import most_of
from policies.models import Claim, ClaimReview, Way
from portal.people.models import User
from portal.people.refusal import Refused, one_line, required_line

LARGEST = Decimal("999999999999.99")


@transaction.atomic
def approve(
    claim: Claim, *, by: User, amount: Decimal | None = None, reason: str = "", at: datetime | None = None
) -> Claim:
    """审批通过: `amount` None takes what is proposed; another one, and what a department opposes, needs a reason."""
    claim, at, grant = core.begin(claim, "approve", by, at)
    offered = proposed(claim)
    decided = offered if amount is None else core.cents(amount)
    if decided is None:
        raise Refused(_("请写核定金额。"), "amount")
    if not 0 < decided <= LARGEST:
        raise Refused(_("核定金额要大于 0。"), "amount")
    if claim.asked_amount is not None and decided > claim.asked_amount:  # what the policy gives, and no more
        raise Refused(_("最多核定 %(asked)s，这是按政策算得的。") % {"asked": money(claim.asked_amount)}, "amount")
    most = most_of(claim.round.clause.formula)
    if most is not None and decided > most:  # also where nobody could reckon what this firm gets
        raise Refused(_("最多核定 %(most)s，这是政策规定的上限。") % {"most": money(most)}, "amount")
    claim.reason = one_line(reason)[: core.LONGEST]
    _demand_reason(claim, decided, offered)
    _bind(claim, decided, at)
    claim.amount, claim.decided_by, claim.decided_at = decided, by, at
    limits.met(claim, limits.APPROVE, at)
    core.move(claim, stages.PUBLISH if claim.round.clause.publicity_days else stages.PAYMENT, at)
    claim.save()
    owed = limits.to_publish if claim.status == stages.PUBLISH else limits.to_pay
    owed(claim, at)
    core.tell("claim.approved", claim, by, at, grant, amount=f"{decided}", published=claim.status == stages.PUBLISH)
    return claim


def _demand_reason(claim: Claim, decided: Decimal, offered: Decimal | None) -> None:
    if claim.reason:
        return
    if offered is not None and decided != offered:
        raise Refused(_("核定金额与建议的 %(offered)s不同，请写理由。") % {"offered": money(offered)}, "reason")
    opposed = claim.reviews.current().filter(says=ClaimReview.Says.OPPOSES).select_related("department").first()
    if opposed is not None:
        named = {"department": opposed.department.short_name}
        raise Refused(_("%(department)s不同意，通过请写理由。") % named, "reason")


def _bind(claim: Claim, amount: Decimal, at: datetime) -> None:
    """A place where the round gives them out on merit, and the money; both under the round's lock."""
    firm = core.locked_firm(claim.enterprise)
    round = core.locked_round(claim.round)
    demand_compatible(round, firm, at, but=claim)
    room = room_under_caps(round, firm, at, but=claim)
    if room is not None and amount > room[0]:
        said = {"rule": room[1], "room": money(room[0])}
        raise Refused(_("按“%(rule)s”合计封顶，最多还可核定 %(room)s。") % said, "amount")
    if round.quota is not None and claim.place is None:
        claim.place = places.take(round)
        if claim.place is None:
            raise Refused(_("名额 %(n)s 个已满，不能再通过。") % {"n": round.quota})
    core.commit(round, amount)


@transaction.atomic
def approve_many(claims: Iterable[Claim], *, by: User, at: datetime | None = None) -> core.Batch:
    """批量审批 as proposed; what needs a reason, or finds no place or money, is named and left."""
    return core.each(claims, lambda claim: approve(claim, by=by, at=at))


@transaction.atomic
def send_back(claim: Claim, *, by: User, reason: str, at: datetime | None = None) -> Claim:
    """退回重办: to the officer; where departments review together, they are asked anew."""
    claim, at, grant = core.begin(claim, "send_back", by, at)
    claim.reason = required_line(reason, _("请写退回的理由。"), longest=core.LONGEST)
    limits.met(claim, limits.APPROVE, at)
    by_review = claim.round.way == Way.BY_REVIEW
    core.move(claim, stages.REVIEW if by_review else stages.SUBMITTED, at)
    claim.save()
    asked = ask_departments(claim, at) if by_review else []
    if not by_review:
        limits.to_accept(claim, at)
    departments = [department.pk for department in asked]
    core.tell("claim.sent_back", claim, by, at, grant, firm_sees=False, departments=departments)
    return claim


@transaction.atomic
def reject(claim: Claim, *, by: User, reason: str, at: datetime | None = None) -> Claim:
    """不予通过, with the reason that the firm reads; its place is free again."""
    claim, at, grant = core.begin(claim, "reject", by, at)
    claim.reason = required_line(reason, _("请写不予通过的理由，企业会看到。"), longest=core.LONGEST)
    limits.met(claim, limits.ACCEPT if claim.status == stages.SUBMITTED else limits.APPROVE, at)
    end_rejected(claim, by, at)
    core.tell("claim.rejected", claim, by, at, grant)
    return claim


def end_rejected(claim: Claim, by: User, at: datetime) -> None:
    claim.decided_by, claim.decided_at = by, at
    core.move(claim, stages.REJECTED, at)
    claim.save()
    limits.ended(claim, at)
    places.came_free(claim.round, at)
