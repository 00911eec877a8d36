"""The needs of a plan: what found no place and why, and taking some out (INS-4)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from portal.people.refusal import Refused
from requests.forms.base import keys

from ...models import Agency
from ...needs import stages as kinds
from .. import capacity, flow, stages
from ..words import unplaced
from .common import found, kept, needs_of, unplaced_of

PAGE = 50
STATES = (("", gettext_lazy("排不下的")), ("placed", gettext_lazy("已排进检查的")))


@require_safe
@login_required
def needs(request: HttpRequest, number: str) -> HttpResponse:
    """`?state=placed`; `?agency=`, `?kind=` narrow."""
    plan = found(request, number)
    state = request.GET.get("state", "")
    placed = needs_of(plan, request.user).filter(visit__isnull=False)
    left = unplaced_of(plan, request.user)
    rows = _narrowed(request, {"": left, "placed": placed}.get(state, left.none()))
    rows = rows.select_related("enterprise", "agency__department", "subject", "skill", "visit")
    page = Paginator(rows.order_by("agency", "enterprise", "pk"), PAGE).get_page(request.GET.get("page"))
    verbs = capacity.verbs_of(plan, request.user)
    context = {
        "plan": plan,
        "states": STATES,
        "state": state,
        "counts": {"placed": placed.count()},
        "unplaced_n": left.count(),
        "page": page,
        "rows": [(need, unplaced(need) if state == "" else None) for need in page],
        "agencies": Agency.objects.filter(active=True).select_related("department"),
        "kinds": [(key, _(name)) for key, name in kinds.KINDS.items()],
        "agency": request.GET.get("agency", ""),
        "kind": request.GET.get("kind", ""),
        "takes_out": "take_out" in verbs,
        "moves": "move" in verbs and plan.status == stages.PROPOSED,
    }
    return render(request, "planning/needs.html", context)


def _narrowed(request: HttpRequest, rows: Any) -> Any:
    agency, kind = request.GET.get("agency", ""), request.GET.get("kind", "")
    if agency:
        rows = rows.filter(agency=int(agency)) if agency.isdecimal() and len(agency) < 10 else rows.none()
    return rows.filter(kind=kind) if kind else rows


@require_POST
@login_required
def take_out(request: Any, number: str) -> HttpResponse:
    """Those ticked wait for another plan."""
    plan = kept(request, number)
    chosen = list(needs_of(plan, request.user).filter(pk__in=keys(request.POST.getlist("needs"))))
    if not chosen:
        messages.error(request, _("请先勾选要移出的需求。"))
        return redirect("planning:needs", plan.number)
    try:
        n = flow.take_out(plan, chosen, by=request.user)
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        said = ngettext("已移出 %(n)s 项需求", "已移出 %(n)s 项需求", n) % {"n": n}
        messages.success(request, said + "\n" + _("它们放回待安排，可以排进别的计划。"))
    return redirect("planning:needs", plan.number)
