"""检查需求: the list with filters and an export of exactly what is shown; and what the gate refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from enterprises.export import workbook
from portal.worktime import clock
from requests.rows import filtered

from ...models import BlockedAttempt, Need
from .. import stages
from ..capacity import only_for_readers, own_agencies
from ..counting import counted
from ..filters import WAYS, BlockedFilter, NeedFilter

PAGE = 50
WITH = ("agency__department", "enterprise__place", "subject", "skill", "visit", "plan")


def narrowed(request: HttpRequest) -> NeedFilter:
    """Those one may see, as the address asks for."""
    seen = Need.objects.visible_to(request.user).select_related(*WITH)
    return NeedFilter(request.GET, seen, request=request)


@require_safe
@only_for_readers
def needs(request: HttpRequest) -> HttpResponse:
    """All needs that one may see, the newest first."""
    chosen = narrowed(request)
    page = Paginator(chosen.qs, PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": chosen,
        "page": page,
        "more": chosen.narrows_further,
        "tabs": _tabs(request),
        "enters": own_agencies(request.user).exists(),
        "here": reverse("needs:needs"),
    }
    return filtered(request, render(request, "needs/list.html", context), "main")


def _tabs(request: HttpRequest) -> list[dict[str, Any]]:
    seen = Need.objects.visible_to(request.user)
    sums = {status: Count("pk", filter=Q(status=status)) for status in (stages.OPEN, stages.PLANNED)}
    counts = seen.order_by().aggregate(**sums)
    here = request.GET.get("status", "")
    tabs = [{"status": "", "name": _("全部"), "here": not here, "count": None}]
    for status in (stages.OPEN, stages.PLANNED):
        named = {"status": status, "name": _(stages.STATUSES[status]), "count": counts[status]}
        tabs.append(named | {"here": here == status})
    return tabs


@require_safe
@only_for_readers
def export(request: HttpRequest) -> HttpResponse:
    """The list as it is narrowed, as an Excel file (SEC-6)."""
    chosen = narrowed(request)
    columns = [_("编号"), _("执法部门"), _("企业"), _("统一社会信用代码"), _("网格"), _("检查事项"), _("检查类别")]
    columns += [_("依据"), _("上级部署文件"), _("最早日期"), _("最晚日期"), _("用时"), _("需要的资质"), _("不事先告知")]
    columns += [_("状态"), _("检查编号"), _("检查日期"), _("途径"), _("提出时间"), _("结束时间"), _("说明")]
    given = {"by": request.user, "at": clock.now(), "of": Need, "filters": chosen.in_force()}
    return workbook(_("检查需求"), columns, _cells(chosen.qs), **given)


def _cells(found: QuerySet[Need]) -> Iterator[list[Any]]:
    for one in found:
        stands = one.visit is not None and one.status in (stages.PLANNED, stages.DONE)
        yield [
            one.number,
            str(one.agency),
            one.enterprise.name,
            one.enterprise.uscc,
            str(one.enterprise.place),
            str(one.subject),
            one.kind_name,
            one.basis,
            one.ordered_by,
            one.first,
            one.last,
            one.get_parts_display(),
            str(one.skill) if one.skill else "",
            _("是") if one.unannounced else "",
            one.status_name,
            one.visit.number if stands and one.visit else "",
            one.visit.day if stands and one.visit else None,
            str(WAYS.get(one.came_by, "")),
            one.created_at,
            one.ended_at,
            one.ended_for,
        ]


# What the gate refused ---------------------------------------------------------------------------------------------


def refused(request: HttpRequest) -> BlockedFilter:
    seen = BlockedAttempt.objects.visible_to(request.user)
    seen = seen.select_related("agency__department", "enterprise", "subject", "by")
    return BlockedFilter(request.GET, seen, request=request)


@require_safe
@only_for_readers
def blocked(request: HttpRequest) -> HttpResponse:
    """What was refused, to whom and why, with the counts by agency (INS-2)."""
    chosen = refused(request)
    page = Paginator(chosen.qs, PAGE).get_page(request.GET.get("page"))
    whys = BlockedAttempt.Why.choices
    sums = [
        (agency, row["all"], [(name, row[why]) for why, name in whys if row[why]]) for agency, row in counted(chosen.qs)
    ]
    for attempt in page.object_list:
        attempt.way_name = WAYS.get(attempt.way, attempt.way)
    context = {"filter": chosen, "page": page, "more": chosen.narrows_further, "sums": sums}
    context["here"] = reverse("needs:blocked")
    return filtered(request, render(request, "needs/blocked.html", context), "main")


@require_safe
@only_for_readers
def blocked_export(request: HttpRequest) -> HttpResponse:
    """The list as it is narrowed, as an Excel file (SEC-6)."""
    chosen = refused(request)
    columns = [_("时间"), _("执法部门"), _("企业"), _("统一社会信用代码"), _("检查事项"), _("检查类别")]
    columns += [_("最早日期"), _("最晚日期"), _("原因"), _("途径"), _("说明"), _("经办人")]
    given = {"by": request.user, "at": clock.now(), "of": BlockedAttempt, "filters": chosen.in_force()}
    return workbook(_("被拦下的检查"), columns, _blocked_cells(chosen.qs), **given)


def _blocked_cells(found: QuerySet[BlockedAttempt]) -> Iterator[list[Any]]:
    for one in found:
        yield [
            one.at,
            str(one.agency),
            one.enterprise.name,
            one.enterprise.uscc,
            str(one.subject) if one.subject else "",
            one.kind_name,
            one.first,
            one.last,
            one.get_why_display(),
            str(WAYS.get(one.way, one.way)),
            one.said,
            one.by.name if one.by else "",
        ]
