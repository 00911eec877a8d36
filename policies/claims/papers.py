"""The papers of a claim: 受理通知书, 批复, 不予通过通知书, 兑付回执; each to print or as a Word file (APP-22).

Whoever reads the claim reads them: they went to the firm. The account stands on them by its last digits (SEC-3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy, override

from policies.claims import stages
from policies.claims.words import money
from policies.models import Claim
from portal.people.masks import mask_account, mask_phone
from portal.trail.models import Event
from requests.papers.paper import Facts, Paper, Prose, full_day

NAMES = {
    "acceptance": gettext_lazy("受理通知书"),
    "approval": gettext_lazy("批复"),
    "rejection": gettext_lazy("不予通过通知书"),
    "payment": gettext_lazy("兑付回执"),
}
TAKEN_ON = ("claim.accepted", "claim.confirmed")


@dataclass(frozen=True)
class Offer:
    """One paper of a claim."""

    claim: Claim
    kind: str
    make: Callable[[Claim, datetime], Paper]
    day: datetime

    @property
    def name(self) -> str:
        return str(NAMES[self.kind])

    @property
    def url(self) -> str:
        return reverse("claims:paper", args=[self.claim.number, self.kind])

    @property
    def word_url(self) -> str:
        return reverse("claims:paper-word", args=[self.claim.number, self.kind])

    def paper(self) -> Paper:
        """In Chinese, whatever the reader's language: it is a document of the town."""
        with override("zh-hans"):
            return self.make(self.claim, self.day)


def papers_of(claim: Claim) -> list[Offer]:
    return list(_offered(claim))


def _offered(claim: Claim) -> Iterator[Offer]:
    taken = Event.objects.about(claim).filter(kind__in=TAKEN_ON).order_by("at", "pk").values_list("at", flat=True)
    if accepted := taken.first():
        yield Offer(claim, "acceptance", acceptance, accepted)
    if claim.status == stages.REJECTED and claim.ended_at:
        yield Offer(claim, "rejection", rejection, claim.ended_at)
    elif claim.amount is not None and claim.decided_at and claim.status not in stages.BEFORE_APPROVAL:
        yield Offer(claim, "approval", approval, claim.decided_at)
    if claim.status == stages.PAID and hasattr(claim, "payment"):
        yield Offer(claim, "payment", payment, claim.payment.at)


def find(claim: Claim, kind: str) -> Offer | None:
    return next((offer for offer in papers_of(claim) if offer.kind == kind), None)


def acceptance(claim: Claim, day: datetime) -> Paper:
    rows = [
        *_claim_rows(claim),
        ("申报金额", money(claim.asked_amount)),
        ("提交时间", full_day(claim.filed_at or claim.created_at)),
        ("联系人", f"{claim.contact_name} {mask_phone(claim.contact_phone)}".strip()),
    ]
    text = "你单位的申报已受理。办理进度可在门户“申报”里查看，每一步的时限和经办单位随时可见。"
    return _paper(claim, day, "政策申报受理通知书", rows, text)


def approval(claim: Claim, day: datetime) -> Paper:
    rows = [*_claim_rows(claim), ("核定金额", money(claim.amount)), ("收款账号", mask_account(claim.account))]
    days = claim.round.clause.publicity_days
    then = f"公示 {days} 个工作日，无异议的，按规定兑付。" if days else "按规定兑付。"
    reason = f"核定说明：{claim.reason}" if claim.reason else ""
    return _paper(claim, day, "政策申报批复", rows, f"经审核，同意你单位的申报。{then}\n{reason}")


def rejection(claim: Claim, day: datetime) -> Paper:
    text = f"经审核，你单位的申报不予通过。理由：\n{claim.reason}\n如有不同意见，可以向受理单位说明情况，或提交诉求。"
    return _paper(claim, day, "政策申报不予通过通知书", list(_claim_rows(claim)), text)


def payment(claim: Claim, day: datetime) -> Paper:
    paid = claim.payment
    rows = [
        *_claim_rows(claim),
        ("兑付金额", money(paid.amount)),
        ("兑付日期", full_day(paid.paid_on)),
        ("凭证号", paid.voucher),
        ("收款单位", claim.account_name),
        ("收款账号", mask_account(claim.account)),
        ("企业确认收款", full_day(paid.received_at) if paid.received_at else ""),
    ]
    return _paper(claim, day, "政策资金兑付回执", rows, "")


def _claim_rows(claim: Claim) -> list[tuple[str, str]]:
    version = claim.round.clause.version
    number = f"（{version.document_number}）" if version.document_number else ""
    return [
        ("申报单位", claim.enterprise.name),
        ("统一社会信用代码", claim.enterprise.uscc),
        ("政策", f"{version.title}{number}"),
        ("条款", claim.round.clause.title),
        ("批次", claim.round.title),
    ]


def _paper(claim: Claim, day: datetime, title: str, rows: list[tuple[str, str]], text: str) -> Paper:
    blocks = (Prose(text), Facts(tuple(rows))) if text.strip() else (Facts(tuple(rows)),)
    return Paper(
        title,
        claim.number,
        blocks,
        unit=claim.round.department.name,
        addressee=claim.enterprise.name,
        day=day,
        form=True,
    )
