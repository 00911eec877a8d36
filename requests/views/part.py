"""One's own part stays readable when the ticket is closed again (SEC-2): the page of one, the list of all."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal.people.rights import rights_of, standing_in
from requests.models import Assignment, Contribution, Ticket

PAGE = 25
OPEN, OVER, MINE, GROUP = "open", "over", "mine", "group"
TABS = (
    ("", gettext_lazy("全部")),
    (OPEN, gettext_lazy("在办")),
    (OVER, gettext_lazy("已结束")),
    (MINE, gettext_lazy("我写的意见")),
    (GROUP, gettext_lazy("我在工作组的意见")),
)


def own_part(request: HttpRequest, number: str) -> HttpResponse:
    """What was asked of his department and what it said, and nothing else of the ticket; 404 where it had no part.

    Of a matter it led before another department took its place: why it was, and its own requests to return it.
    What he himself gave in a group at work stays his as well.
    """
    parts = Assignment.objects.visible_to(request.user).kept().filter(ticket__number=number)
    parts = parts.select_related("ticket", "department", "opinion_by")
    parts = parts.prefetch_related("attachments__file", "returns")
    given = Contribution.objects.visible_to(request.user).filter(work__ticket__number=number)
    given = given.select_related("work__ticket", "work__group", "by")
    if not parts and not given:
        raise Http404
    ticket = parts[0].ticket if parts else given[0].work.ticket
    return render(request, "requests/part.html", {"ticket": ticket, "parts": parts, "given": given})


@require_safe
@login_required
def own_parts(request: HttpRequest) -> HttpResponse:
    """本部门的协办: the parts of his departments and his own words in groups, also of tickets closed to him."""
    tab = next((key for key, _name in TABS if key == request.GET.get("tab")), "")
    query = request.GET.get("q", "").strip()[:100]
    readable = Ticket.objects.visible_to(request.user)
    rows = _in_groups(request, query) if tab == GROUP else _of_departments(request, tab, query, readable)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    of = _ticket_of(tab)
    titles = dict(readable.filter(pk__in=[of(row).pk for row in page]).values_list("pk", "title"))
    context = {
        "page": page,
        "rows": [(row, of(row), titles.get(of(row).pk, "")) for row in page],
        "tabs": TABS,
        "tab": tab,
        "q": query,
    }
    return render(request, "requests/own_parts.html", context)


def _ticket_of(tab: str) -> Any:
    return (lambda row: row.work.ticket) if tab == GROUP else (lambda row: row.ticket)


def _of_departments(
    request: HttpRequest, tab: str, query: str, readable: QuerySet[Ticket]
) -> QuerySet[Assignment] | list[Assignment]:
    """A title is searched only where the ticket may still be read: of the others it would betray the words."""
    if not rights_of(request.user).workplaces:
        return _nothing_of(request)
    parts = Assignment.objects.visible_to(request.user).kept().filter(_shown(request, tab))
    if query:
        said = Q(instruction__icontains=query) | Q(opinion__icontains=query) | Q(ended_reason__icontains=query)
        parts = parts.filter(said | Q(ticket__number__icontains=query) | Q(ticket__in=readable.search(query)))
    return parts.select_related("department", "ticket", "opinion_by").order_by("-assigned_at", "-pk")


def _shown(request: HttpRequest, tab: str) -> Q:
    if tab == MINE:
        return Q(opinion_by__in=standing_in(request.user))
    return Q(ended_at__isnull=tab == OPEN) if tab else Q()


def _in_groups(request: HttpRequest, query: str) -> QuerySet[Contribution]:
    given = Contribution.objects.visible_to(request.user)
    if not rights_of(request.user).workplaces and not given:
        raise Http404
    if query:
        given = given.filter(Q(text__icontains=query) | Q(work__ticket__number__icontains=query))
    return given.select_related("work__ticket", "work__group", "by").order_by("-at", "-pk")


def _nothing_of(request: HttpRequest) -> list[Assignment]:
    """Whoever works in no department has this page for what he gave in a group, or not at all."""
    if not Contribution.objects.visible_to(request.user).exists():
        raise Http404
    return []
