"""“How was this computed?”: one deadline with its facts, its rule, and day by day how it came about (DL-1)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.deadlines.flow import PAUSES, counted_by, replay, stretches
from portal.desk.calendar.calculator import days_of
from portal.desk.limits.words import amount_words, case_words, limit_words
from portal.desk.sorts import BY_CODE
from portal.worktime import clock
from portal.worktime.calendar import calendar
from requests.capacity import capacities
from requests.models import Ticket, TicketDeadline
from requests.reckoning import basis_of
from requests.views.ticket import office

READ_ALONG = ("rule__table", "department", "user")
# What the firm hears of: its own limits, and the promises that were made to it. The rest is between the officials.
TOLD_TO_FIRM = (
    "first_response",
    "dispatch",
    "accept",
    "handle",
    "rework",
    "second",
    "order",
    "written_reply",
    "revisit",
)


@require_safe
@login_required
def page(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Whoever sees the ticket sees how its limits were computed; the firm those that it is told of."""
    ticket = get_object_or_404(
        Ticket.objects.visible_to(request.user).select_related("enterprise", "category"), number=number
    )
    deadlines = TicketDeadline.objects.select_related(*READ_ALONG).prefetch_related(PAUSES)
    deadline = get_object_or_404(deadlines, subject=ticket, pk=pk)
    firm_side = not office(capacities(ticket, request.user))
    if firm_side and deadline.obligor_kind != "enterprise" and deadline.obligation not in TOLD_TO_FIRM:
        raise Http404
    of = {"url": reverse("requests:ticket", args=[ticket.number]), "title": ticket.heading, "number": ticket.number}
    return _shown(request, deadline, {**of, "basis": basis_of(deadline, ticket)})


@require_safe
@login_required
def clock_page(request: HttpRequest, sort: str, pk: int) -> HttpResponse:
    """The same of a claim, a service, a visit or an inspection, for whoever sees it (DL-6)."""
    found = BY_CODE.get(sort)
    if found is None:
        raise Http404
    clocks: Any = found.model
    rows = clocks.objects.filter(subject__in=found.seen_by(request.user))
    related = dict.fromkeys((*READ_ALONG, *found.with_))
    deadline = get_object_or_404(rows.select_related(*related).prefetch_related(PAUSES), pk=pk)
    if not found.shows(deadline, request.user):
        raise Http404
    subject = deadline.subject
    of = {"url": found.url(subject), "title": found.title(subject), "number": getattr(subject, "number", "")}
    return _shown(request, deadline, of)


def _shown(request: HttpRequest, deadline: Any, of: dict[str, Any]) -> HttpResponse:
    due, rule = replay(deadline, calendar(), stretches(deadline)), deadline.rule
    context = {
        **of,
        "deadline": deadline,
        "now": clock.now(),
        "days": days_of(due.steps, counted_by(deadline)),
        # It ended before the calendar was changed, or has not followed yet.
        "differs": due.at != deadline.due_at,
        "amount": amount_words(deadline.limit),
        "rule": rule,
        "rule_limit": limit_words(rule.limit_kind, rule.amount) if rule else "",
        "rule_case": case_words(rule.kind, rule.complexity) if rule else "",
        "pauses": list(deadline.pauses.all()),
    }
    return render(request, "mine/reckoned.html", context)
