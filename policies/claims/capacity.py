"""In which capacities a person stands towards a round or a claim; the words of `stages.VERBS` (SEC-1).

The firm's own people are the firm and nothing else (own case, handbook §1); who looks after a firm files nothing for
it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from enterprises.models import firms_of
from policies.claims import stages
from policies.models import Claim, ClaimReview, ClaimSupplement, Round
from policies.models.policies import HEADS
from portal.people.actors import Actor, Clock
from portal.people.models import Department, Membership, User
from portal.people.refusal import Refused
from portal.people.rights import Grant, Rights, rights_of
from portal.people.roles import Role

Held = dict[str, Grant | None]
REVIEWERS = (Role.POLICY_OFFICER, *HEADS)


def standing(claim: Claim, by: Actor, at: datetime | None = None) -> Held:
    """Each capacity towards this claim, with the right that gives it."""
    if isinstance(by, Clock):
        return {"clock": None}
    if not isinstance(by, User):
        return {}
    if claim.enterprise_id in firms_of(by, at):
        return {"firm": None}
    held = towards(claim.round, by, at)
    if claim.status == stages.REVIEW and (own := own_reviews(claim, by, at)):
        held["reviewer"] = review_grant(own[0].department_id, by, at)
    return held


def towards(round: Round, by: User, at: datetime | None = None) -> Held:
    """`officer` and `head` of the department that keeps the round."""
    rights = rights_of(by, at)
    if rights.is_outside:
        return {}
    held: Held = {}
    if (grant := rights.grant_over(round.department_id, Role.POLICY_OFFICER)) is not None:
        held["officer"] = grant
    if (grant := _first(rights, round.department_id, HEADS)) is not None:
        held["head"] = grant
    return held


def _first(rights: Rights, department: int, roles: Iterable[str]) -> Grant | None:
    """His own right before one he stands in for (AB角)."""
    grants = filter(None, (rights.grant_over(department, role) for role in roles))
    return min(grants, key=lambda grant: grant.principal is not None, default=None)


def review_grant(department: int, by: User, at: datetime | None = None) -> Grant | None:
    """The right by which he speaks for a department that was asked to review."""
    rights = rights_of(by, at)
    return None if rights.is_outside else _first(rights, department, REVIEWERS)


def own_reviews(claim: Claim, by: User, at: datetime | None = None) -> list[ClaimReview]:
    """The parts of the joint review that he may still give."""
    if claim.status != stages.REVIEW or claim.enterprise_id in firms_of(by, at):
        return []
    due = claim.reviews.due().select_related("department")
    return [one for one in due if review_grant(one.department_id, by, at) is not None]


def granted(verb: str, status: str, held: Held) -> Grant | None:
    """The right by which the verb is done. Raises Refused where the table does not allow it."""
    sources, _to, who = stages.VERBS[verb]
    if sources and status not in sources:
        raise Refused(_("这件申报现在是“%(status)s”，不能再做这一步。") % {"status": _(stages.STATUSES[status])})
    able = [one for one in (stages.doers(verb, status) if sources else who) if one in held]
    if not able:
        raise Refused(_("这一步不由您办理。"))
    grants = [grant for one in able if (grant := held[one]) is not None]
    return min(grants, key=lambda grant: grant.principal is not None, default=None)


def officer_of(round: Round, by: User, at: datetime | None = None) -> Grant | None:
    """The right by which somebody acts on a whole round. Raises Refused."""
    held = towards(round, by, at)
    if "officer" not in held:
        raise Refused(_("这一步由%(department)s的政策专员办理。") % {"department": round.department.short_name})
    return held["officer"]


def verbs_of(claim: Claim, by: Any, at: datetime | None = None) -> list[str]:
    """What somebody may do to it now, in the table's order: what its buttons are made from."""
    verbs = stages.verbs_from(claim.status, frozenset(standing(claim, by, at)))
    return [verb for verb in verbs if why_not(verb, claim, by, at) is None]


def why_not(verb: str, claim: Claim, by: Actor, at: datetime | None = None) -> str | None:
    """What bars a verb beside the table: what is done once, and what two people must do (不相容岗位分离)."""
    if verb == "rate" and claim.rated_at is not None:
        return _("已经评价过了。")
    if verb == "confirm_receipt" and claim.payment.received_at is not None:
        return _("已经确认过到账。")
    if verb == "ask_supplement" and ClaimSupplement.objects.filter(claim=claim).exists():
        return _("补正只能要求一次，这件已经要求过。")
    if isinstance(by, User) and claim.decided_by_id == by.pk:
        return _of_who_decided(verb, claim, by, at)
    return None


def _of_who_decided(verb: str, claim: Claim, by: User, at: datetime | None) -> str | None:
    if verb == "pay":
        return _("您审批了这件申报，兑付请由其他人办理。")
    if verb == "decide_objection" and another_head(claim.round.department, by, at):
        return _("这件申报由您审批，异议请由本单位其他负责人处理。")
    return None


def barred(user: User, at: datetime | None = None) -> Q:
    """`_of_who_decided` as a condition on claims: what waits for somebody else. Units lie at most three levels deep."""
    heads = Membership.objects.current(at).filter(role__in=HEADS, user__is_active=True).exclude(user=user)
    unit = "round__department"
    above = Q(department=OuterRef(unit)) | Q(department=OuterRef(f"{unit}__parent"))
    others = heads.filter(above | Q(department=OuterRef(f"{unit}__parent__parent"))).order_by()
    objected = Q(status=stages.OBJECTION) & Q(Exists(others))
    return Q(decided_by=user) & (Q(status=stages.PAYMENT) | objected)


def for_another(user: User) -> Any:
    """The keys of those claims."""
    return Claim.objects.filter(barred(user)).order_by().values("pk")


def another_head(department: Department, by: User, at: datetime | None = None) -> bool:
    """Whether somebody else answers for the department, or for one above it."""
    chain, above = [department.pk], department.parent
    while above is not None and above.pk not in chain:
        chain.append(above.pk)
        above = above.parent
    held = Membership.objects.current(at).filter(role__in=HEADS, department__in=chain, user__is_active=True)
    return held.exclude(Q(user=by)).exists()
