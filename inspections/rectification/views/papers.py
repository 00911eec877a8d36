"""The papers: to print from the page, or as a Word file (APP-22). The fetch is the permission (SEC-1)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from portal import trail
from portal.files.names import safe_name
from portal.worktime import clock
from requests.papers.paper import Paper
from requests.papers.word import DOCX
from requests.papers.word import render as as_word

from ...models import Rectification, Warned
from .. import papers
from .record import found

OF_FINDING = ("finding__item", "finding__record__need__subject", "finding__record__part__visit")


def offered(request: HttpRequest, number: str, kind: str) -> papers.Offer:
    offer = next((one for one in papers.papers_of(found(request, number)) if one.kind == kind), None)
    if offer is None:
        raise Http404
    return offer


@require_safe
@login_required
def page(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """The paper as it will be printed."""
    offer = offered(request, number, kind)
    shown = {"paper": offer.paper(), "name": offer.name, "word_url": offer.word_url}
    return render(request, "rectification/paper.html", shown | {"back": offer.rectification.get_absolute_url()})


@require_safe
@login_required
def word(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """The same as a Word file; who took it when is recorded (SEC-6)."""
    offer = offered(request, number, kind)
    return _download(request, offer.paper(), Rectification, rectification=offer.rectification.pk, kind=kind)


def warned(request: HttpRequest, number: str) -> Warned:
    seen = Warned.objects.visible_to(request.user).select_related("enterprise", "agency__department", *OF_FINDING)
    return get_object_or_404(seen.select_related("finding__agency__department"), number=number.replace("\0", ""))


@require_safe
@login_required
def warning(request: HttpRequest, number: str) -> HttpResponse:
    """首违不罚告知书."""
    one = warned(request, number)
    paper = papers.warning(one)
    visit = reverse("inspections:visit", args=[one.finding.record.part.visit.number])
    context = {"paper": paper, "name": paper.title, "back": visit}
    return render(
        request,
        "rectification/paper.html",
        context | {"word_url": reverse("rectification:warning-word", args=[number])},
    )


@require_safe
@login_required
def warning_word(request: HttpRequest, number: str) -> HttpResponse:
    one = warned(request, number)
    return _download(request, papers.warning(one), Warned, warning=one.pk)


def _download(request: HttpRequest, paper: Paper, of: type[models.Model], **data: object) -> HttpResponse:
    trail.record("paper.downloaded", of, by=request.user, at=clock.now(), data=data)  # type: ignore[arg-type]
    response = HttpResponse(as_word(paper), content_type=DOCX)
    response["Content-Disposition"] = content_disposition_header(True, safe_name(paper.file_name))
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
