"""All tickets a person may see: found, narrowed, sorted, and exported as exactly what is shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from enterprises.export import LIMIT, workbook
from portal.lists.arranging import arrangement, columns_of
from portal.lists.models import Kind
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.worktime import clock
from requests import columns, commons, stages
from requests.batch import offered
from requests.confiding import noting
from requests.filters import TicketFilter
from requests.keeping import key_of
from requests.models import Ticket
from requests.models.old_cases import IMPORTS_CASES
from requests.models.ticket import TicketQuerySet
from requests.rows import Row, filtered, here, read_rows, rows_from, rows_of
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
TABS = ({}, {"open": "1"}, {"overdue": "1"}, {"status": stages.CLOSED}, {"look": "any"}, {"mine": "1"})


class Pages(Paginator):
    """A long list is not counted anew for every page of it: its number may be a minute old."""

    LONG, SECONDS = 500, 60
    object_list: TicketQuerySet

    @cached_property
    def count(self) -> int:
        try:
            key = key_of("list.count", self.object_list)
        except EmptyResultSet:
            return 0
        known = cache.get(key)
        if known is not None:
            return int(known)
        count = int(self.object_list.count())
        if count > self.LONG:
            cache.set(key, count, self.SECONDS)
        return count


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
    arranged = arrangement(request, Kind.TICKETS)
    if target := arranged.opens_with(request):
        return redirect(target)
    now = clock.now()
    chosen = listed(request)
    shown = columns.shown(arranged.columns)
    needs = [field for column in shown for field in column.needs]
    page = _pages(chosen).get_page(request.GET.get("page"))
    count = page.paginator.count
    rows = _rows(page.object_list, chosen, needs, now, here(request))
    for row in rows:
        row.cells = [(column, column.cell(row)) for column in shown]
    context = {
        "now": now,
        "here": here(request),
        "filter": chosen,
        "may_import": rights.has(*IMPORTS_CASES),
        "page": page,
        "rows": rows,
        "count": count,
        "tabs": tabs(request.GET, arranged.everything),
        "arranged": arranged,
        "columns": shown,
        "all_columns": columns.COLUMNS.values(),
        "most_columns": columns.MOST,
        "batch": offered(request.user),
        "gathers": rights.has(*commons.CENTRE),
        "more": more_of(request, chosen),
        "chips": [(chosen.words_for(name), chosen.without(name).urlencode()) for name in chosen.narrowing],
        "remedies": remedies(request, chosen) if not count and chosen.is_valid() else [],
        "limit": LIMIT if count > LIMIT else 0,
    }
    return filtered(request, render(request, "requests/list.html", context), "main")


def _pages(chosen: TicketFilter) -> Paginator:
    """A search that finds little is asked once, for the keys of all it finds: to count them took as long again."""
    if chosen.data.get("q"):
        keys = list(chosen.qs.values_list("pk", flat=True)[: Pages.LONG + 1])
        if len(keys) <= Pages.LONG:
            return Paginator(keys, PAGE)
    return Pages(chosen.qs, PAGE)


def _rows(
    page: TicketQuerySet | list[int], chosen: TicketFilter, needs: Sequence[str], now: datetime, back: str
) -> list[Row]:
    """The rows of a page. A search gives the keys of its page first, else all that it finds is read to be sorted."""
    if not chosen.data.get("q"):
        return rows_from(read_rows(page, needs), now, back)
    keys = page if isinstance(page, list) else page.values_list("pk", flat=True)
    return rows_of(chosen.queryset, dict.fromkeys(keys), now, back, needs=needs)


def more_of(request: HttpRequest, chosen: TicketFilter) -> str:
    """Whether the further filters are there: `open` when asked for, `there` when one is in force. They cost queries."""
    if "more" in request.GET:
        return "open"
    return "there" if chosen.narrows_further else ""


def _with_query(name: str, query: QueryDict) -> str:
    return f"{reverse(name)}?{query.urlencode()}" if query else reverse(name)


def tabs(query: QueryDict, everything: str = "") -> list[dict[str, Any]]:
    names = [_("全部"), _("在办"), _("超期"), _("已办结"), _("历史疑难件"), _("我经手的")]
    every = {key for tab in TABS for key in tab}
    kept = {key: value for key, value in query.items() if key not in {*every, "page"} and value}
    here = {key: query[key] for key in every if query.get(key)}
    found = []
    for name, sets in zip(names, TABS, strict=True):
        link = QueryDict(mutable=True)
        link.update(kept | sets)
        found.append({"name": name, "query": link.urlencode() or everything, "here": here == sets})
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
    """The rows, filters, order and columns of the list, all its pages (SEC-6); with `columns=all` every column.

    Persons of firms and their numbers are masked (SEC-3).
    """
    if not rights_of(request.user).has(*READS_TICKETS):
        raise Http404
    at, chosen = clock.now(), listed(request)
    every = request.GET.get("columns") == "all"
    wanted = list(columns.COLUMNS.values()) if every else columns.shown(columns_of(request.user, Kind.TICKETS))
    rows = chosen.qs.for_rows().select_related("place", "first_responder").iterator(chunk_size=1000)
    rows = noting(rows, request.user, "export")
    title, cells = _("诉求清单"), columns.cells(rows, wanted, at)
    return workbook(
        title, columns.headings(wanted), cells, by=request.user, at=at, of=Ticket, filters=chosen.in_force()
    )
