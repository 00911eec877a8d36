"""A claim's papers: to print from the page, or as a Word file (APP-22). The fetch is the permission (SEC-1)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from policies.claims import papers
from policies.claims.views.record import found
from policies.models import Claim
from portal import trail
from portal.files.names import safe_name
from portal.worktime import clock
from requests.papers.word import DOCX
from requests.papers.word import render as as_word


def offered(request: HttpRequest, number: str, kind: str) -> papers.Offer:
    offer = papers.find(found(request, number), kind)
    if offer is None:
        raise Http404
    return offer


@require_safe
@login_required
def page(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """The paper as it will be printed; `?print=1` opens the printer's dialogue at once."""
    offer = offered(request, number, kind)
    return render(request, "claims/paper.html", {"claim": offer.claim, "offer": offer, "paper": offer.paper()})


@require_safe
@login_required
def word(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """The same as a Word file; who took it when is recorded (SEC-6)."""
    offer = offered(request, number, kind)
    paper = offer.paper()
    data = {"claim": offer.claim.pk, "paper": kind}
    trail.record("paper.downloaded", Claim, by=request.user, at=clock.now(), data=data)
    response = HttpResponse(as_word(paper), content_type=DOCX)
    response["Content-Disposition"] = content_disposition_header(True, safe_name(paper.file_name))
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
