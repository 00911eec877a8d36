"""The service package of a firm: its page and its booklet (POL-7)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import override
from django.views.decorators.http import require_safe

from enterprises.models import Enterprise
from enterprises.powers import powers_over
from portal import trail
from portal.files.names import safe_name
from portal.people.models import User
from portal.trail.entries import read
from portal.worktime import clock
from requests.forms.filing import own_firms
from requests.papers.word import DOCX
from requests.papers.word import render as as_word

from ..booklet import LANGUAGE
from ..booklet import booklet as paper_of
from ..capacity import towards
from ..package import Package, package_of


@require_safe
@login_required
def own(request: HttpRequest) -> HttpResponse:
    """The package of one's own firm; the first of several, whose page names the others."""
    firm = own_firms(request.user).first()
    if firm is None:
        raise Http404
    return redirect("services:package-of", firm.uscc)


@require_safe
@login_required
def of_firm(request: HttpRequest, uscc: str) -> HttpResponse:
    """For the firm's people, and for officials who may read the firm, as far as they may see each part."""
    made = _made(request, uscc)
    user: User = request.user
    others = own_firms(user).exclude(pk=made.firm.pk) if made.own else ()
    context = {"package": made, "firm": made.firm, "now": made.now, "others": others}
    context["orders_for"] = bool(towards(made.firm, user))
    return render(request, "services/package.html", context)


@require_safe
@login_required
def booklet(request: HttpRequest, uscc: str) -> HttpResponse:
    """The same as a Word file; who took it when is recorded (SEC-6)."""
    with override(LANGUAGE):
        made = _made(request, uscc)
        paper = paper_of(made)
    trail.record("package.downloaded", Enterprise, by=request.user, at=made.now, data={"firm": made.firm.pk})
    response = HttpResponse(as_word(paper), content_type=DOCX)
    response["Content-Disposition"] = content_disposition_header(True, safe_name(paper.file_name))
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _made(request: HttpRequest, uscc: str) -> Package:
    """404 for a firm the reader may not see; that an official read what is gathered here is noted (SEC-3)."""
    firms = Enterprise.objects.visible_to(request.user).select_related("place", "industry")
    firm = get_object_or_404(firms, uscc=uscc)
    made = package_of(firm, request.user, clock.now())
    if not made.own:
        read(firm, by=request.user, what="package", grant=powers_over(firm, request.user).grant)
    return made
