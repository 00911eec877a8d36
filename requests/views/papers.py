"""A ticket's papers: to print from the page, or as a Word file (APP-22). The fetch is the permission (SEC-1)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from portal import trail
from portal.files.names import safe_name
from portal.worktime import clock
from requests import papers
from requests.capacity import capacities
from requests.models import Ticket
from requests.papers.word import DOCX
from requests.papers.word import render as as_word
from requests.views.ticket import found


def offered(request: HttpRequest, number: str, kind: str, n: int) -> papers.Offer:
    ticket = found(request, number)
    offer = papers.find(ticket, capacities(ticket, request.user), kind, n, request.user)
    if offer is None:
        raise Http404
    return offer


@login_required
@require_safe
def page(request: HttpRequest, number: str, kind: str, n: int) -> HttpResponse:
    """The paper as it will be printed; `?print=1` opens the printer's dialogue at once."""
    offer = offered(request, number, kind, n)
    context = {"ticket": offer.ticket, "offer": offer, "paper": offer.paper()}
    return render(request, "requests/paper.html", context)


@login_required
@require_safe
def word(request: HttpRequest, number: str, kind: str, n: int) -> HttpResponse:
    """The same as a Word file; who took it when is recorded (SEC-6)."""
    offer = offered(request, number, kind, n)
    paper = offer.paper()
    data = {"ticket": offer.ticket.pk, "paper": kind, "n": n}
    trail.record("paper.downloaded", Ticket, by=request.user, at=clock.now(), data=data)
    response = HttpResponse(as_word(paper), content_type=DOCX)
    response["Content-Disposition"] = content_disposition_header(True, safe_name(paper.file_name))
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
