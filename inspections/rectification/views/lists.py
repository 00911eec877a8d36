"""The lists: a firm's own rectifications, and those that officials work on or watch; export (SEC-6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from enterprises.export import workbook
from enterprises.models import firms_of
from portal.people.doors import only_for
from portal.people.rights import rights_of
from portal.worktime import clock
from requests.narrowing import halves

from ...models import Rectification
from ...models.agencies import READS_INSPECTIONS
from .. import stages
from ..filters import RectificationFilter
from ..rows import firm_owes_first, for_rows, rows_of

PAGE = 25
TABS: list[dict[str, str]] = [
    {},
    {"status": stages.SUBMITTED},
    {"asks": "1"},
    {"late": "1"},
    {"running": "1"},
    {"status": stages.CLOSED},
]


def listed(request: HttpRequest) -> RectificationFilter:
    """What the reader may see of firms that are not his own, narrowed."""
    seen = Rectification.objects.visible_to(request.user).exclude(enterprise__in=firms_of(request.user))
    return RectificationFilter(request.GET, queryset=seen, request=request)


@require_safe
@login_required
def everything(request: HttpRequest) -> HttpResponse:
    """The agencies' work list and the supervisors' look at what is late; firms go to their own."""
    rights = rights_of(request.user)
    if not rights.has(*READS_INSPECTIONS) or rights.is_outside:
        if firms_of(request.user):
            return redirect("rectification:mine")
        raise Http404
    chosen, now = listed(request), clock.now()
    page = Paginator(for_rows(chosen.qs), PAGE).get_page(request.GET.get("page"))
    context = {
        "now": now,
        "filter": chosen,
        "page": page,
        "rows": rows_of(page, now),
        "tabs": _tabs(request),
        "more": chosen.narrows_further or "more" in request.GET,
    }
    return render(request, "rectification/all.html", context)


def _tabs(request: HttpRequest) -> list[dict[str, Any]]:
    names = [_("全部"), _("待审核"), _("申请延期"), _("企业逾期"), _("进行中"), _("已完成")]
    every = {key for tab in TABS for key in tab}
    kept = {key: value for key, value in request.GET.items() if key not in {*every, "page"} and value}
    found = []
    for name, sets in zip(names, TABS, strict=True):
        query = request.GET.copy()
        query.clear()
        query.update(kept | sets)
        is_here = {key: request.GET[key] for key in every if request.GET.get(key)} == sets
        found.append({"name": name, "url": f"{reverse('rectification:all')}?{query.urlencode()}", "here": is_here})
    return found


@require_safe
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """The firm's: what is to be done first, what is over behind a tab."""
    firms = firms_of(request.user)
    if not firms:
        raise Http404
    now = clock.now()
    own = Rectification.objects.visible_to(request.user).filter(enterprise__in=firms)
    running = firm_owes_first(own.running())
    context = halves(request, running, own.filter(status__in=stages.ENDED), for_rows, PAGE)
    context |= {"now": now, "rows": rows_of(context["page"], now, own=True), "several": len(firms) > 1}
    return render(request, "rectification/mine.html", context)


@require_safe
@only_for(*READS_INSPECTIONS)
def export(request: HttpRequest) -> HttpResponse:
    """The rows, filters and order of the list, all its pages."""
    columns = [_("编号"), _("企业"), _("统一社会信用代码"), _("网格"), _("执法部门"), _("检查编号"), _("检查事项")]
    columns += [
        pgettext("检查", "问题"),
        _("依据"),
        _("程度"),
        _("状态"),
        _("责令时间"),
        _("应于"),
        _("退回次数"),
        _("办结时间"),
        _("说明"),
    ]
    chosen = listed(request)
    made = {"by": request.user, "at": clock.now(), "of": Rectification, "filters": chosen.in_force()}
    return workbook(_("整改"), columns, _cells(for_rows(chosen.qs)), **made)


def _cells(found: Any) -> Iterator[list[Any]]:
    rows = found.select_related("finding__record__need__subject")
    for one in rows.iterator(chunk_size=1000):
        due = next((clock for clock in one.clocks if clock.obligation == "rectify"), None)
        yield [
            one.number,
            one.enterprise.name,
            one.enterprise.uscc,
            one.enterprise.place.name,
            str(one.agency),
            one.visit.number,
            str(one.finding.record.need.subject),
            one.finding.text,
            one.finding.basis,
            one.finding.severity_name,
            one.status_name,
            one.ordered_at,
            due.due_at if due else None,
            sum(proof.verdict == "returned" for proof in one.proofs.all()),
            one.ended_at,
            one.ended_for,
        ]
