"""All tickets a person may see: found, narrowed, sorted, and exported as exactly what is shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from enterprises.export import LIMIT, workbook
from portal.people.masks import mask_name, mask_phone
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.worktime import clock
from requests import stages
from requests.filters import TicketFilter
from requests.models import Ticket
from requests.rows import filtered, here, rows_of
from requests.views.mine import mine

__all__ = ["export", "mine", "tickets"]

PAGE = 25

# SEC-1: the roles that read tickets of others; who only serves a firm has his own list.
READS_TICKETS = (
    Role.INTAKE_CLERK,
    Role.TRIAGER,
    Role.HANDLER,
    Role.DEPUTY_HEAD,
    Role.DEPARTMENT_HEAD,
    Role.REVISITOR,
    Role.STEWARD,
    Role.PROJECT_ASSISTANT,
    Role.GRID_MEMBER,
    Role.SUPERVISOR,
    Role.CONGRESS_OBSERVER,
    Role.LEADER,
)

# The tabs: which filters each sets. They exclude each other.
TABS = ({}, {"open": "1"}, {"overdue": "1"}, {"status": stages.CLOSED}, {"mine": "1"})


def listed(request: HttpRequest) -> TicketFilter:
    return TicketFilter(request.GET, Ticket.objects.visible_to(request.user), request=request)


@require_safe
@login_required
def tickets(request: HttpRequest) -> HttpResponse:
    """The list; people of firms go to their own."""
    rights = rights_of(request.user)
    if not rights.is_official:
        return redirect(_with_query("requests:mine", request.GET))
    if not rights.has(*READS_TICKETS):
        raise Http404
    now = clock.now()
    chosen = listed(request)
    page = Paginator(chosen.qs.values_list("pk", flat=True), PAGE).get_page(request.GET.get("page"))
    count = page.paginator.count
    rows = rows_of(chosen.queryset, dict.fromkeys(page.object_list), now, here(request))
    context = {
        "now": now,
        "filter": chosen,
        "page": page,
        "rows": rows,
        "count": count,
        "tabs": tabs(request.GET),
        "chips": [(chosen.words_for(name), chosen.without(name).urlencode()) for name in chosen.narrowing],
        "remedies": remedies(request, chosen) if not count and chosen.is_valid() else [],
        "limit": LIMIT if count > LIMIT else 0,
    }
    return filtered(request, render(request, "requests/list.html", context), "main")


def _with_query(name: str, query: QueryDict) -> str:
    return f"{reverse(name)}?{query.urlencode()}" if query else reverse(name)


def tabs(query: QueryDict) -> list[dict[str, Any]]:
    names = [_("全部"), _("在办"), _("超期"), _("已办结"), _("我经手的")]
    every = {key for tab in TABS for key in tab}
    kept = {key: value for key, value in query.items() if key not in {*every, "page"} and value}
    here = {key: query[key] for key in every if query.get(key)}
    found = []
    for name, sets in zip(names, TABS, strict=True):
        link = QueryDict(mutable=True)
        link.update(kept | sets)
        found.append({"name": name, "query": link.urlencode(), "here": here == sets})
    return found


def remedies(request: HttpRequest, chosen: TicketFilter) -> list[tuple[str, str, int]]:
    """Where nothing is found: every filter without which something is, the list without it, and its length."""
    found = []
    for name in chosen.narrowing:
        query = chosen.without(name)
        n = TicketFilter(query, chosen.queryset, request=request).qs.count()
        if n:
            found.append((chosen.words_for(name), query.urlencode(), n))
    return sorted(found, key=lambda remedy: -remedy[2])


@require_safe
@login_required
def export(request: HttpRequest) -> HttpResponse:
    """The rows, filters and order of the list, all its pages, persons' names and numbers masked (SEC-3, SEC-6)."""
    if not rights_of(request.user).has(*READS_TICKETS):
        raise Http404
    at, chosen = clock.now(), listed(request)
    rows = chosen.qs.for_rows().select_related("enterprise", "place", "first_responder")
    return workbook(
        _("诉求清单"), columns(), cells(rows, at), by=request.user, at=at, of=Ticket, filters=chosen.in_force()
    )


def columns() -> list[str]:
    return [
        _("编号"),
        _("标题"),
        _("企业"),
        _("联系人"),
        _("电话"),
        _("渠道"),
        _("类别"),
        _("类型"),
        _("复杂程度"),
        _("紧急程度"),
        _("网格"),
        _("状态"),
        _("主办部门"),
        _("承办人"),
        _("首问负责"),
        _("提交时间"),
        _("最近时限"),
        _("是否超期"),
        _("办结时间"),
        _("催办次数"),
    ]


def cells(rows: Any, at: datetime) -> Iterator[list[Any]]:
    """One row of the file for each ticket, in the order of `columns`."""
    for ticket in rows.iterator(chunk_size=1000):
        late = any(d.due_at < at and not d.is_paused and d.obligor_kind != "enterprise" for d in ticket.open_deadlines)
        yield [
            ticket.number,
            ticket.title,
            ticket.firm_name,
            mask_name(ticket.contact_name),
            mask_phone(ticket.contact_phone),
            ticket.get_channel_display(),
            ticket.category or "",
            ticket.get_kind_display(),
            ticket.get_complexity_display(),
            ticket.get_urgency_display(),
            ticket.place.name if ticket.place else "",
            ticket.status_name,
            ticket.lead_department.short_name if ticket.lead_department else "",
            ticket.handler.name if ticket.handler else "",
            ticket.first_responder.name if ticket.first_responder else "",
            ticket.filed_at,
            ticket.deadline.due_at if ticket.deadline else None,
            _("超期") if late else "",
            ticket.closed_at,
            ticket.urges,
        ]
