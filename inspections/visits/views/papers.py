"""检查通知书: to print from the page, or as a Word file. The fetch is the permission (SEC-1)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from portal import trail
from portal.files.names import safe_name
from portal.worktime import clock
from requests.papers.paper import Paper
from requests.papers.word import DOCX
from requests.papers.word import render as as_word

from ...models import JointVisit
from .. import papers
from .record import found


def _offered(request: HttpRequest, number: str) -> tuple[JointVisit, Paper]:
    visit = found(request, number)
    if not papers.has_notice(visit):
        raise Http404
    return visit, papers.notice(visit)


@require_safe
@login_required
def page(request: HttpRequest, number: str) -> HttpResponse:
    """The notice as it will be printed; `?print=1` opens the printer's dialogue at once."""
    visit, paper = _offered(request, number)
    return render(request, "inspections/notice.html", {"visit": visit, "paper": paper})


@require_safe
@login_required
def word(request: HttpRequest, number: str) -> HttpResponse:
    """The same as a Word file; who took it when is recorded (SEC-6)."""
    visit, paper = _offered(request, number)
    data = {"visit": visit.pk, "paper": "notice"}
    trail.record("paper.downloaded", JointVisit, by=request.user, at=clock.now(), data=data)  # type: ignore[arg-type]
    response = HttpResponse(as_word(paper), content_type=DOCX)
    response["Content-Disposition"] = content_disposition_header(True, safe_name(paper.file_name))
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
