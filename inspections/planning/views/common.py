"""What the pages of plans share: the plan as its reader may fetch it, and what follows an act."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from ...models import JointVisit, Need, Plan
from ...models.needs import NeedQuerySet
from ...models.plans import JointVisitQuerySet
from ...needs import stages as needs
from .. import capacity, stages


def found(request: HttpRequest, number: str) -> Plan:
    """404 for what he may not see, as if it weren't there (SEC-1)."""
    seen = Plan.objects.visible_to(request.user).select_related("created_by", "submitted_by", "approved_by")
    return get_object_or_404(seen, number=number)


def kept(request: HttpRequest, number: str) -> Plan:
    """The same for whoever works on plans."""
    plan = found(request, number)
    if "keeper" not in capacity.towards(request.user):
        raise Http404
    return plan


def visits_of(plan: Plan, user: Any) -> JointVisitQuerySet:
    return JointVisit.objects.visible_to(user).filter(plan=plan)


def needs_of(plan: Plan, user: Any) -> NeedQuerySet:
    return Need.objects.visible_to(user).filter(plan=plan)


def unplaced_of(plan: Plan, user: Any) -> NeedQuerySet:
    """What found no place; of an approved plan what was left, as far as it still waits."""
    seen = Need.objects.visible_to(user).filter(status=needs.OPEN, visit=None)
    if plan.status == stages.APPROVED:
        return seen.filter(plan=None, unplaced__plan=plan.pk)
    return seen.filter(plan=plan)
