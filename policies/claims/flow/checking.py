"""What an officer does with claims as they come: batch verification (数据核校), acceptance, a supplement (POL-5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from enterprises.attributes.values import of_firms
from enterprises.models import firms_of
from policies.claims import facts, limits, stages
from policies.claims.capacity import officer_of
from policies.claims.flow import core
from policies.models import Claim, ClaimReview, ClaimSupplement, Round, Way
from portal import trail
from portal.people.models import Department, User
from portal.people.refusal import required_line
from portal.worktime import clock
from portal.worktime.words import local_day

CHECKED = (stages.SUBMITTED, stages.APPROVE)


@dataclass(frozen=True)
class Checked:
    """How many claims were looked at, and in how many something is otherwise than it was said."""

    claims: int
    deviating: int


@transaction.atomic
def check(round: Round, *, by: User, claims: Sequence[Claim] | None = None, at: datetime | None = None) -> Checked:
    """批量核校: outcome and amount of all that are to be accepted or approved, anew from the facts of today.

    As many statements for one claim as for a thousand. What deviates is written down and decides nothing.
    """
    at = at or clock.now()
    grant = officer_of(round, by, at)
    meant = Claim.objects.filter(round=round, status__in=CHECKED).exclude(enterprise__in=firms_of(by, at))
    if claims is not None:
        meant = meant.filter(pk__in=[claim.pk for claim in claims])
    rows = list(meant.select_for_update(of=("self",), no_key=True).order_by("pk"))
    firms = [claim.enterprise_id for claim in rows]
    known, declared, day = of_firms(firms), facts.declared_by(firms), local_day(at)
    with facts.for_the_record():
        for claim in rows:
            firm = claim.enterprise_id
            weighed = facts.weigh(round.clause, known[firm], declared[firm], claim.answers, day)
            claim.deviations, claim.checked_at = facts.deviations(claim.seen, weighed, claim.asked_amount), at
    Claim.objects.bulk_update(rows, ["deviations", "checked_at"], batch_size=500)
    told = {claim.pk: {"deviations": len(claim.deviations)} for claim in rows}
    trail.entries.record_each("claim.checked", Claim, told, by=by, at=at, grant=grant)
    return Checked(len(rows), sum(bool(claim.deviations) for claim in rows))


@transaction.atomic
def accept(claim: Claim, *, by: User, at: datetime | None = None) -> Claim:
    """受理: on to the departments that review it together, or to the head; by data never unchecked."""
    claim, at, grant = core.begin(claim, "accept", by, at)
    if claim.round.way == Way.BY_DATA and claim.checked_at is None:
        check(claim.round, by=by, claims=[claim], at=at)
        claim.refresh_from_db(fields=["deviations", "checked_at"])
    limits.met(claim, limits.ACCEPT, at)
    if claim.round.way == Way.BY_REVIEW:
        core.move(claim, stages.REVIEW, at)
        asked = ask_departments(claim, at)
    else:
        core.move(claim, stages.APPROVE, at)
        limits.to_approve(claim, at)
        asked = []
    claim.save()
    core.tell("claim.accepted", claim, by, at, grant, departments=[department.pk for department in asked])
    return claim


def ask_departments(claim: Claim, at: datetime) -> list[Department]:
    """联合审查: all at once, each with its own clock; where nobody is named, the department itself."""
    departments = list(claim.round.clause.reviewers.order_by("pk")) or [claim.round.department]
    claim.reviews.current().update(superseded_at=at)
    ClaimReview.objects.bulk_create(
        ClaimReview(claim=claim, department=department, asked_at=at) for department in departments
    )
    limits.to_review(claim, departments, at)
    return departments


@transaction.atomic
def accept_checked(round: Round, *, by: User, at: datetime | None = None) -> core.Batch:
    """批量受理: all that were checked and deviate in nothing, each with an event of its own."""
    at = at or clock.now()
    officer_of(round, by, at)
    ready = Claim.objects.filter(round=round, status=stages.SUBMITTED, checked_at__isnull=False, deviations=[])
    return core.each(ready.order_by("pk")[: core.MOST_AT_ONCE], lambda claim: accept(claim, by=by, at=at))


def accept_many(claims: Iterable[Claim], *, by: User, at: datetime | None = None) -> core.Batch:
    """Those that somebody chose, deviating or not: he has seen it."""
    with transaction.atomic():
        return core.each(claims, lambda claim: accept(claim, by=by, at=at))


@transaction.atomic
def ask_supplement(claim: Claim, *, by: User, reason: str, at: datetime | None = None) -> Claim:
    """一次性补正: asks once for everything that is missing; the department's clock waits."""
    claim, at, grant = core.begin(claim, "ask_supplement", by, at)
    items = required_line(reason, _("请一次写全要补的材料。"), longest=core.LONGEST)
    ClaimSupplement.objects.create(claim=claim, items=items, asked_by=by, asked_at=at)
    claim.reason = items
    core.move(claim, stages.SUPPLEMENT, at)
    claim.save()
    limits.supplement_asked(claim, at)
    core.tell("claim.supplement_asked", claim, by, at, grant)
    return claim
