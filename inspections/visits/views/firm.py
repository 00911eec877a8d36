"""A firm's inspections: its own page, and what officials see of it. Unannounced ones appear as they begin."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from enterprises.models import Enterprise, firms_of
from portal.people.rights import rights_of
from portal.worktime import clock
from requests.views.mine import without_firm

from ...models import CodelessReport, JointVisit
from .. import stages
from ..beside import sections_of_firm
from ..rows import for_rows, rows_of
from .lists import READS_VISITS

PAGE, MOST, FEW = 20, 30, 5


@require_safe
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """我的涉企检查: what comes, what goes on, what was; the reports one made; `?firm=` where there are several."""
    firms = list(Enterprise.objects.filter(pk__in=firms_of(request.user)).order_by("name", "pk"))
    if not firms:
        return without_firm(request)
    asked = request.GET.get("firm", "")
    firm = next((one for one in firms if one.uscc == asked), firms[0])
    context = {
        "own": True,
        "firms": firms,
        "reports": CodelessReport.objects.filter(enterprise=firm, reported_by=request.user)[:FEW],
        **_of(request, firm),
    }
    return render(request, "inspections/mine.html", context)


@require_safe
@login_required
def of_firm(request: HttpRequest, uscc: str) -> HttpResponse:
    """The same firm for officials, as far as each may see its visits."""
    rights = rights_of(request.user)
    firm = get_object_or_404(Enterprise.objects.visible_to(request.user), uscc=uscc)
    if firm.pk in firms_of(request.user):
        return redirect("inspections:mine")
    if not rights.has(*READS_VISITS) or rights.is_outside:
        raise Http404
    return render(request, "inspections/of_firm.html", {"own": False, **_of(request, firm)})


def _of(request: HttpRequest, firm: Enterprise) -> dict[str, Any]:
    now = clock.now()
    user: Any = request.user
    seen = JointVisit.objects.visible_to(user).filter(enterprise=firm).exclude(status=stages.PROPOSED)
    coming = seen.filter(status__in=(stages.SCHEDULED, stages.UNDER_WAY)).order_by("day", "pk")[:MOST]
    over = for_rows(seen.filter(status__in=stages.ENDED)).order_by("-day", "-pk")
    page = Paginator(over, PAGE).get_page(request.GET.get("page"))
    return {
        "now": now,
        "firm": firm,
        "coming": rows_of(for_rows(coming), now),
        "page": page,
        "over": rows_of(page, now),
        "sections": sections_of_firm(firm, user),
    }
