"""One box over what a person may see: tickets and firms."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from enterprises.models import Enterprise
from portal.worktime import clock
from requests.journey import journey
from requests.models import Ticket

SHOWN = 10


@login_required
def results(request: HttpRequest) -> HttpResponse:
    """The first ten tickets and firms that contain every word; the rest is in their own lists."""
    query = request.GET.get("q", "").strip()[:100]
    now = clock.now()
    tickets, firms = [], []
    if query:
        tickets = list(Ticket.objects.visible_to(request.user).search(query).for_rows()[: SHOWN + 1])
        firms = list(Enterprise.objects.visible_to(request.user).search(query).order_by("name")[: SHOWN + 1])
    for ticket in tickets:
        ticket.line = journey(ticket, now)
    context = {
        "q": query,
        "now": now,
        "tickets": tickets[:SHOWN],
        "more_tickets": len(tickets) > SHOWN,
        "firms": firms[:SHOWN],
        "more_firms": len(firms) > SHOWN,
    }
    return render(request, "desk/search.html", context)
