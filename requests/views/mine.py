"""The firm's own matters: open and ended, found by a word."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from enterprises.models import firms_of
from portal.deadlines.obligations import ObligorKind
from portal.people.rights import rights_of
from portal.worktime import clock
from requests import stages
from requests.journey import holder_name, journey, work_deadline
from requests.models import Ticket, TicketDeadline
from requests.narrowing import halves

PER_PAGE = 20


def without_firm(request: HttpRequest) -> HttpResponse:
    """Who acts for no firm (any more) is told so and what he can do; for officials the page is not there (SEC-1)."""
    if rights_of(request.user).is_official:
        raise Http404
    return render(request, "desk/nothing.html")


@require_safe
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """All matters of the person's firms, the newest first; `?ended=1` those that are over, `?q=` those with a word."""
    firms = firms_of(request.user)
    if not firms:
        return without_firm(request)
    now = clock.now()
    own = Ticket.objects.visible_to(request.user).filter(Q(enterprise__in=firms) | Q(proxy__in=firms))
    query = request.GET.get("q", "").strip()[:100]
    if query:
        own = own.search(query)
    over = own.filter(status__in=stages.ENDED)
    context = halves(request, own.open(), over, lambda found: found.for_rows().order_by("-filed_at", "-pk"), PER_PAGE)
    several = len(firms) > 1 or any(ticket.proxy_id in firms for ticket in context["page"])
    context |= {"now": now, "q": query, "several": several, "parcels": parcels(context["page"], now)}
    return render(request, "requests/mine.html", context)


def parcels(tickets: Iterable[Ticket], now: datetime) -> list[dict[str, Any]]:
    """Tickets with what the firm's lists show of each: its line, where it is, the due time (APP-20)."""
    return [
        {"ticket": ticket, "line": journey(ticket, now, due=due), "where": where(ticket), "due": due}
        for ticket, due in ((ticket, due_of(ticket)) for ticket in tickets)
    ]


def due_of(ticket: Ticket) -> TicketDeadline | None:
    """The limit that the firm is shown: its own while it must act, else the department's, as on the ticket's page."""
    own = next((d for d in ticket.open_deadlines if d.obligor_kind == ObligorKind.ENTERPRISE), None)
    return own or work_deadline(ticket) or ticket.deadline


def where(ticket: Ticket) -> str:
    """Where the matter is, said to the firm."""
    if ticket.ended:
        return ticket.status_name
    if ticket.status == stages.CONFIRMING:
        return _("等您确认")
    if ticket.status == stages.INCOMPLETE:
        return _("等您补充材料")
    if ticket.status == stages.REVISITING:
        return _("等中心回访")
    return _("%(holder)s在办") % {"holder": holder_name(ticket)}
