"""Claims as lists: the firm's own like parcels, the officials' with filters and an export of exactly what is shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from enterprises.export import workbook
from enterprises.models import Enterprise, firms_of
from policies.claims import stages
from policies.claims.filters import ClaimFilter
from policies.claims.rows import Row, for_rows, rows_of
from policies.models import Claim, Round
from policies.models.policies import HEADS, OVERSEE_POLICIES, READS_MONEY
from portal.people.masks import mask_account, mask_name, mask_phone
from portal.people.models import User
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.worktime import clock
from requests.narrowing import halves
from requests.rows import filtered
from requests.views.mine import without_firm

PAGE, MINE, MUST = 25, 20, 10
READS_CLAIMS = (Role.POLICY_OFFICER, *HEADS, *OVERSEE_POLICIES, Role.STEWARD, Role.PROJECT_ASSISTANT)


@require_safe
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """All claims of the person's firms, the newest first; `?ended=1` those that are over."""
    firms = firms_of(request.user)
    if not firms:
        return without_firm(request)
    now = clock.now()
    own = Claim.objects.visible_to(request.user).filter(enterprise__in=firms)
    over = own.filter(status__in=stages.ENDED)
    context = halves(request, own.open(), over, lambda found: for_rows(found).order_by("-created_at", "-pk"), MINE)
    context |= {
        "now": now,
        "several": len(firms) > 1,
        "rows": rows_of(context["page"], now, own=True),
        "policies_url": reverse("matching:mine"),
    }
    return render(request, "claims/mine.html", context)


def waiting_for(user: User, firm: Enterprise, now: datetime) -> list[Row]:
    """What the firm has to do about its claims, for its home page: confirm, supplement, say that the money came."""
    asked = Q(status__in=(stages.LISTED, stages.SUPPLEMENT)) | Q(status=stages.PAID, payment__received_at=None)
    waiting = Claim.objects.visible_to(user).filter(asked, enterprise=firm)
    return rows_of(for_rows(waiting).order_by("created_at", "pk")[:MUST], now, own=True)


# The officials' list ------------------------------------------------------------------------------------------------


def listed(request: HttpRequest) -> ClaimFilter:
    """The list as it is narrowed; 404 for who reads no claims but his own firm's."""
    if not rights_of(request.user).has(*READS_CLAIMS):
        raise Http404
    return ClaimFilter(request.GET, Claim.objects.visible_to(request.user), request=request)


TABS: tuple[dict[str, str], ...] = ({}, {"open": "1"}, {"late": "1"}, {"deviating": "1"}, {"status": stages.PAID})


@require_safe
@login_required
def claims(request: HttpRequest) -> HttpResponse:
    """All claims one may see; people of firms go to their own."""
    if not rights_of(request.user).is_official:
        return redirect("claims:mine")
    chosen, now = listed(request), clock.now()
    page = Paginator(for_rows(chosen.qs), PAGE).get_page(request.GET.get("page"))
    context = {
        "now": now,
        "filter": chosen,
        "page": page,
        "rows": rows_of(page, now),
        "tabs": _tabs(request),
        "more": chosen.narrows_further or "more" in request.GET,
        "round": _round(request),
        "sees_money": rights_of(request.user).has(*READS_MONEY),
    }
    return filtered(request, render(request, "claims/all.html", context), "main")


def _round(request: HttpRequest) -> Round | None:
    """The round that the list is narrowed to, to be named above it."""
    pk = request.GET.get("round", "")
    return Round.objects.select_related("clause").filter(pk=pk).first() if pk.isdecimal() and len(pk) < 19 else None


def _tabs(request: HttpRequest) -> list[dict[str, Any]]:
    names = [_("全部"), _("在办"), _("超期"), _("核校有差异"), _("已兑付")]
    every = {key for tab in TABS for key in tab}
    kept = {key: value for key, value in request.GET.items() if key not in {*every, "page"} and value}
    found = []
    for name, sets in zip(names, TABS, strict=True):
        query = request.GET.copy()
        query.clear()
        query.update(kept | sets)
        is_here = {key: request.GET[key] for key in every if request.GET.get(key)} == sets
        found.append({"name": name, "url": f"{reverse('claims:all')}?{query.urlencode()}", "here": is_here})
    return found


@require_safe
@login_required
def export(request: HttpRequest) -> HttpResponse:
    """The rows, filters and order of the list, all its pages (SEC-6); persons and accounts masked (SEC-3)."""
    chosen = listed(request)
    columns = [
        _("编号"),
        _("企业"),
        _("统一社会信用代码"),
        _("网格"),
        _("政策"),
        _("条款"),
        _("申报批次"),
        _("兑现方式"),
    ]
    columns += [
        _("受理单位"),
        _("状态"),
        _("提交时间"),
        _("申报金额(元)"),
        _("核定金额(元)"),
        _("兑付日期"),
        _("凭证号"),
    ]
    columns += [_("联系人"), _("联系电话"), _("银行账号"), _("应于"), _("评分")]
    rows = _cells(for_rows(chosen.qs))
    made = {"by": request.user, "at": clock.now(), "of": Claim, "filters": chosen.in_force()}
    return workbook(_("申报"), columns, rows, **made)


def _cells(found: Any) -> Iterator[list[Any]]:
    for claim in found.iterator(chunk_size=1000):
        paid, version = getattr(claim, "payment", None), claim.round.clause.version
        yield [
            claim.number,
            claim.enterprise.name,
            claim.enterprise.uscc,
            claim.enterprise.place.name,
            version.title,
            claim.round.clause.title,
            claim.round.title,
            claim.round.get_way_display(),
            claim.round.department.short_name,
            claim.status_name,
            claim.filed_at,
            claim.asked_amount,
            claim.amount,
            paid.paid_on if paid else None,
            paid.voucher if paid else "",
            mask_name(claim.contact_name),
            mask_phone(claim.contact_phone),
            mask_account(claim.account),
            claim.deadline.due_at if claim.deadline else None,
            claim.stars,
        ]
