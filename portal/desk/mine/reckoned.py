"""“How was this computed?”: one deadline with its facts, its rule, and day by day how it came about (DL-1)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from portal.deadlines.flow import replay, stretches
from portal.desk.calendar.calculator import days_of
from portal.desk.limits.words import amount_words, case_words, limit_words
from portal.worktime import clock
from portal.worktime.calendar import calendar
from requests.capacity import capacities
from requests.models import Ticket, TicketDeadline
from requests.reckoning import basis_of
from requests.views.ticket import office

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
    deadlines = TicketDeadline.objects.select_related("rule__table", "department", "user").prefetch_related("pauses")
    deadline = get_object_or_404(deadlines, subject=ticket, pk=pk)
    firm_side = not office(capacities(ticket, request.user))
    if firm_side and deadline.obligor_kind != "enterprise" and deadline.obligation not in TOLD_TO_FIRM:
        raise Http404
    return render(request, "mine/reckoned.html", {"ticket": ticket, "deadline": deadline, **_told(deadline, ticket)})


def _told(deadline: TicketDeadline, ticket: Ticket) -> dict[str, Any]:
    due = replay(deadline, calendar(), stretches(deadline))
    rule = deadline.rule
    return {
        "now": clock.now(),
        "days": days_of(due.steps, deadline.limit),
        # It ended before the calendar was changed, or has not followed yet.
        "differs": due.at != deadline.due_at,
        "basis": basis_of(deadline, ticket),
        "amount": amount_words(deadline.limit),
        "rule": rule,
        "rule_limit": limit_words(rule.limit_kind, rule.amount) if rule else "",
        "rule_case": case_words(rule.kind, rule.complexity) if rule else "",
        "pauses": list(deadline.pauses.all()),
    }
