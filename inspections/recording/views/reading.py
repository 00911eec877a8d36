"""The record of a part as a page and as paper, its photos and signatures, and what was amended (INS-6, APP-22)."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from enterprises.models import firms_of
from portal import files, trail
from portal.files import serve
from portal.files.names import safe_name
from portal.people.doors import only_for
from portal.people.roles import Role
from portal.people.trying import tried
from portal.worktime import clock
from requests.papers.word import DOCX
from requests.papers.word import render as as_word
from requests.views.ticket import uploads

from ...models import Amendment, AmendmentPhoto, CheckPhoto, JointVisit, Signature, VisitPart
from .. import drafts, flow
from ..capacity import inspects
from ..forms import AmendForm
from ..kinds import check_photo
from ..papers import paper_of
from ..reports import Report, recorded_parts, report_of
from ..thumbs import small


def found(request: HttpRequest, pk: int) -> VisitPart:
    """404 for whoever may not read it, and while there is none."""
    rows = recorded_parts(request.user).select_related("visit__enterprise", "agency__department", "recorded_by")
    return get_object_or_404(rows, pk=pk)


@require_safe
@login_required
def record(request: HttpRequest, part: int) -> HttpResponse:
    return render(request, "recording/record.html", _context(request, found(request, part)))


def _context(request: HttpRequest, part: VisitPart) -> dict[str, Any]:
    user: Any = request.user
    report: Report = report_of(part)
    return {
        "part": part,
        "visit": part.visit,
        "report": report,
        "own": part.visit.enterprise_id in firms_of(user),
        "others": [other for other in recorded_parts(user).filter(visit=part.visit) if other.pk != part.pk],
        "may_amend": inspects(part, user) is not None,
        "sees_visit": JointVisit.objects.visible_to(user).filter(pk=part.visit_id).exists(),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(Role.INSPECTOR)
def amend(request: HttpRequest, part: int) -> HttpResponse:
    """更正说明, beside the record."""
    own, user = found(request, part), request.user
    if inspects(own, user) is None:  # type: ignore[arg-type]
        raise Http404
    form = AmendForm(request.POST or None, request.FILES or None, initial={"sending": uuid.uuid4()})
    if request.method == "POST" and form.is_valid() and tried(form, _amended, own, user, form) is not None:
        return redirect("recording:record", own.pk)
    status = 422 if request.method == "POST" else 200
    back = reverse("recording:record", args=[own.pk])
    return render(
        request, "recording/amend.html", {"form": form, "part": own, "back": back, "uploads": uploads()}, status=status
    )


def _amended(own: VisitPart, user: Any, form: AmendForm) -> Amendment:
    told = form.cleaned_data
    photos = [files.store(upload, by=user, check=check_photo) for upload in told["files"]]
    return flow.amend(own, by=user, text=told["text"], photos=photos, key=told["sending"])


@require_safe
@login_required
def paper(request: HttpRequest, part: int) -> HttpResponse:
    """检查记录 as it will be printed; `?print=1` opens the printer's dialogue at once."""
    own = found(request, part)
    return render(request, "recording/paper.html", {"part": own, "paper": paper_of(own)})


@require_safe
@login_required
def word(request: HttpRequest, part: int) -> HttpResponse:
    """The same as a Word file, with its photos; who took it when is recorded (SEC-6)."""
    own = found(request, part)
    made = paper_of(own)
    data = {"visit": own.visit_id, "part": own.pk, "paper": "record"}
    user: Any = request.user
    trail.record("paper.downloaded", JointVisit, by=user, at=clock.now(), data=data)
    response = HttpResponse(as_word(made), content_type=DOCX)
    response["Content-Disposition"] = content_disposition_header(True, safe_name(made.file_name))
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "DELETE"])
@login_required
def photo(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """One photo, `?small` for the page; its taker may take it back until it is in a record."""
    user: Any = request.user
    shown = get_object_or_404(CheckPhoto.objects.visible_to(user).select_related("file"), key=key)
    if request.method == "DELETE":
        if not drafts.drop_photo(user, key):
            raise Http404
        return HttpResponse(status=204)
    return _small(shown) if "small" in request.GET else serve(shown.file)


@require_safe
@login_required
def amended(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """A photo of an amendment, `?small` for the page."""
    user: Any = request.user
    shown = get_object_or_404(AmendmentPhoto.objects.visible_to(user).select_related("file"), key=key)
    return _small(shown) if "small" in request.GET else serve(shown.file)


def _small(shown: CheckPhoto | AmendmentPhoto) -> HttpResponse:
    response = HttpResponse(small(shown.file), content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


@require_safe
@login_required
def signature(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A signature's picture, for whoever reads the record."""
    user: Any = request.user
    shown = get_object_or_404(Signature.objects.visible_to(user).select_related("image"), pk=pk, image__isnull=False)
    assert shown.image is not None
    return serve(shown.image)
