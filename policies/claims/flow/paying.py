"""The money goes out (兑付), the firm says that it came, and what it thinks of the whole (POL-5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from policies.claims import limits, stages
from policies.claims.capacity import officer_of
from policies.claims.flow import core
from policies.claims.words import money
from policies.models import Claim, Payment, Round
from portal.people.models import User
from portal.people.refusal import Refused, one_line, required_line
from portal.worktime import clock
from portal.worktime.words import local_day


@dataclass(frozen=True)
class Line:
    """One payment of a table; `amount` None: as approved."""

    number: str  # of the claim
    voucher: str
    paid_on: date
    amount: Decimal | None = None


@transaction.atomic
def pay(
    claim: Claim, *, by: User, paid_on: date, voucher: str, amount: Decimal | None = None, at: datetime | None = None
) -> Claim:
    """登记兑付: what was approved, neither more nor less, by a voucher that is used once; never by who approved it."""
    claim, at, grant = core.begin(claim, "pay", by, at)
    assert claim.amount is not None
    assert claim.decided_at is not None
    if amount is not None and amount != claim.amount:
        raise Refused(_("金额与核定的 %(amount)s不一致。") % {"amount": money(claim.amount)}, "amount")
    if not local_day(claim.decided_at) <= paid_on <= local_day(at):
        raise Refused(_("兑付日期要在审批以后，不能晚于今天。"), "paid_on")
    voucher = required_line(voucher, _("请写凭证号。"), "voucher", 40)
    if Payment.objects.filter(voucher=voucher).exists():
        raise Refused(_("凭证号 %(voucher)s 已经用过。") % {"voucher": voucher}, "voucher")
    Payment.objects.create(claim=claim, amount=claim.amount, paid_on=paid_on, voucher=voucher, by=by, at=at)
    limits.met(claim, limits.PAY, at)
    core.move(claim, stages.PAID, at)
    claim.save()
    core.tell("claim.paid", claim, by, at, grant, amount=f"{claim.amount}")
    return claim


@transaction.atomic
def pay_many(round: Round, lines: Sequence[Line], *, by: User, at: datetime | None = None) -> core.Batch:
    """批量兑付 from a table: each line by itself. Raises Refused where a number is unknown in the round, or twice."""
    at = at or clock.now()
    officer_of(round, by, at)
    by_number = {line.number.strip(): line for line in lines}
    if len(by_number) != len(lines):
        raise Refused(_("表中有重复的申报编号。"))
    claims = list(Claim.objects.filter(round=round, number__in=by_number))
    unknown = sorted(set(by_number) - {claim.number for claim in claims})
    if unknown:
        raise Refused(_("这个批次没有编号：%(numbers)s。") % {"numbers": _("、").join(unknown[:5])})

    def act(claim: Claim) -> None:
        line = by_number[claim.number]
        pay(claim, by=by, paid_on=line.paid_on, voucher=line.voucher, amount=line.amount, at=at)

    return core.each(claims, act)


@transaction.atomic
def confirm_receipt(claim: Claim, *, by: User, at: datetime | None = None) -> Claim:
    """确认到账; once."""
    claim, at, grant = core.begin(claim, "confirm_receipt", by, at)
    payment = claim.payment
    payment.received_by, payment.received_at = by, at
    payment.save(update_fields=["received_by", "received_at"])
    core.tell("claim.received", claim, by, at, grant, told=False)
    return claim


@transaction.atomic
def rate(claim: Claim, *, by: User, stars: int, comment: str = "", at: datetime | None = None) -> Claim:
    """评价, one to five stars, once, whether it was paid or rejected."""
    claim, at, grant = core.begin(claim, "rate", by, at)
    if isinstance(stars, bool) or stars not in range(1, 6):
        raise Refused(_("请选 1 到 5 星。"), "stars")
    claim.stars, claim.comment, claim.rated_at = stars, one_line(comment)[:300], at
    claim.save()
    core.tell("claim.rated", claim, by, at, grant, stars=stars)
    return claim
