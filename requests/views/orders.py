"""The supervision orders (督办单) as a list: what departments owe, what is to be judged, what is over (SLA-13)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from enterprises.export import workbook
from portal.people.doors import only_for
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.worktime import clock
from requests.models import SupervisionOrder
from requests.models.orders import OrderQuerySet

PAGE = 25
READERS = (Role.SUPERVISOR, Role.LEADER)
RUNNING, TO_JUDGE, OVER = "running", "judge", "over"
TABS = ((RUNNING, gettext_lazy("整改中")), (TO_JUDGE, gettext_lazy("待评定")), (OVER, gettext_lazy("已办结")))
ORDER = {
    RUNNING: ("deadline__due_at", "pk"),
    TO_JUDGE: ("answered_at", "pk"),
    OVER: ("-judged_at", "-issued_at", "-pk"),
}
PEOPLE = ("issued_by", "answered_by", "judged_by")
SHOWN = ("ticket__enterprise", "ticket__lead_department", "department", "deadline", *PEOPLE)


def chosen(request: HttpRequest) -> tuple[str, OrderQuerySet]:
    """The tab and its orders, those first that must be looked at first."""
    tab = next((key for key, _name in TABS if key == request.GET.get("tab")), RUNNING)
    mine = SupervisionOrder.objects.visible_to(request.user)
    held = {RUNNING: mine.running, TO_JUDGE: mine.to_judge, OVER: mine.over}[tab]()
    return tab, held.select_related(*SHOWN).order_by(*ORDER[tab])


@require_safe
@only_for(*READERS)
def page(request: HttpRequest) -> HttpResponse:
    """`?tab=` running (the earliest due first), judge (the longest waiting first) or over (the latest first)."""
    now = clock.now()
    tab, orders = chosen(request)
    counts = (
        SupervisionOrder.objects.visible_to(request.user)
        .order_by()
        .aggregate(
            running=Count("pk", filter=Q(answered_at=None, deadline__cancelled_at=None, judged_at=None)),
            late=Count(
                "pk", filter=Q(answered_at=None, deadline__cancelled_at=None, judged_at=None, deadline__due_at__lt=now)
            ),
            judge=Count("pk", filter=Q(answered_at__isnull=False, judged_at=None)),
            all=Count("pk"),
        )
    )
    counts["over"] = counts["all"] - counts["running"] - counts["judge"]
    context = {
        "now": now,
        "tab": tab,
        "tabs": [(key, name, counts[key]) for key, name in TABS],
        "heading": _heading(counts["running"], counts["late"]),
        "page": Paginator(orders, PAGE).get_page(request.GET.get("page")),
        "may_act": rights_of(request.user).has(Role.SUPERVISOR),
    }
    return render(request, "requests/orders.html", context)


def _heading(n: int, late: int) -> str:
    if not n:
        return _("没有整改中的督办单")
    said = ngettext("%(n)s 张督办单整改中", "%(n)s 张督办单整改中", n) % {"n": n}
    overdue = ngettext("%(n)s 张超期", "%(n)s 张超期", late) % {"n": late} if late else ""
    return _("，").join(filter(None, [said, overdue]))


@require_safe
@only_for(*READERS)
def export(request: HttpRequest) -> HttpResponse:
    """The tab's orders as an Excel file (SEC-6)."""
    tab, orders = chosen(request)
    made = {"by": request.user, "at": clock.now(), "of": SupervisionOrder, "filters": {"tab": tab}}
    return workbook(_("督办单"), _headings(), _cells(orders), **made)


def _headings() -> list[str]:
    return [
        _("督办单号"),
        _("诉求编号"),
        _("诉求"),
        _("企业"),
        _("责任单位"),
        _("督办原因"),
        _("要求"),
        _("下达时间"),
        _("答复时限"),
        _("部门答复"),
        _("答复时间"),
        _("评定"),
        _("评定理由"),
    ]


def _cells(orders: Iterable[Any]) -> Iterator[list[Any]]:
    for order in orders:
        yield [
            order.number,
            order.ticket.number,
            order.ticket.title,
            order.ticket.firm_name,
            order.department.short_name,
            order.get_cause_display(),
            order.demand,
            order.issued_at,
            order.deadline.due_at,
            order.answer,
            order.answered_at,
            order.state_name if order.state not in ("running", "answered") else "",
            order.judgement_text,
        ]
