"""检查事项: what is checked, on what basis, how often, by which points; kept by each agency's head."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from portal.people.refusal import Refused
from portal.people.trying import tried
from requests.history import history

from ...models import Agency, Subject
from ...needs.capacity import only_for_agencies, only_for_readers, own_agencies
from .. import keeping
from ..capacity import heads
from ..forms import NewSubjectForm, PointsForm, SubjectForm

PAGE = 50
SAID = {
    "inspection_subject.added": gettext_noop("新增检查事项"),
    "inspection_subject.edited": gettext_noop("修改检查事项"),
    "inspection_subject.checklist_written": gettext_noop("修改检查清单"),
}


@require_safe
@only_for_readers
def subjects(request: HttpRequest) -> HttpResponse:
    """`?agency=`, `?q=`, `?ended=1` those not in use."""
    query = request.GET.get("q", "").strip()[:100].replace("\0", "")
    agency, ended = request.GET.get("agency", ""), request.GET.get("ended") == "1"
    found = Subject.objects.filter(active=not ended).select_related("agency__department", "concerns")
    found = found.annotate(points=Count("checklist", Q(checklist__ended_at=None)))
    if query:
        found = found.filter(Q(name__icontains=query) | Q(item__icontains=query) | Q(code__icontains=query))
    if agency:
        found = found.filter(agency=int(agency)) if agency.isdecimal() and len(agency) < 10 else found.none()
    found = found.order_by("-agency__approves_plans", "agency", "code")
    context = {
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "agencies": Agency.objects.filter(active=True).select_related("department"),
        "agency": agency,
        "q": query,
        "ended": ended,
        "narrowed": bool(query or agency),
        "headed": [one for one in own_agencies(request.user) if heads(one, request.user)],
    }
    return render(request, "agencies/subjects.html", context)


@require_safe
@only_for_readers
def subject(request: HttpRequest, code: str) -> HttpResponse:
    """One subject with its checklist and history."""
    one = _subject(code)
    context = {
        "subject": one,
        "points": one.checklist.filter(ended_at=None),
        "share": f"{one.share * 100:f}".rstrip("0").rstrip(".") if one.share is not None else "",
        "heads": heads(one.agency, request.user) is not None,
        "history": history(one, SAID),
    }
    return render(request, "agencies/subject.html", context)


def _subject(code: str) -> Subject:
    related = ("agency__department", "skill", "concerns", "settled_by")
    return get_object_or_404(Subject.objects.select_related(*related), code=code)


def _headed(request: HttpRequest, code: str) -> Subject:
    one = _subject(code)
    if heads(one.agency, request.user) is None:
        raise Http404
    return one


@require_http_methods(["GET", "HEAD", "POST"])
@only_for_agencies
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """A further subject of the agency."""
    agency = get_object_or_404(Agency.objects.filter(active=True).select_related("department"), pk=pk)
    if heads(agency, request.user) is None:
        raise Http404
    form = NewSubjectForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        made = tried(form, keeping.add_subject, agency, form.fields_of(), by=request.user, code=code)
        if made is not None:
            messages.success(request, _("已新增\n接着写检查清单。"))
            return redirect("agencies:checklist", made.code)
    return _form(request, form, agency, _("新增检查事项"), reverse("agencies:subjects"))


@require_http_methods(["GET", "HEAD", "POST"])
@only_for_agencies
def edit(request: HttpRequest, code: str) -> HttpResponse:
    one = _headed(request, code)
    initial = {name: getattr(one, name) for name in keeping.FIELDS}
    initial |= {"share": one.share * 100 if one.share is not None else None}
    form = SubjectForm(request.POST if request.method == "POST" else None, initial=initial)
    posted = request.method == "POST" and form.is_valid()
    if posted and tried(form, keeping.edit_subject, one, form.fields_of(), by=request.user) is not None:
        messages.success(request, _("已保存"))
        return redirect("agencies:subject", one.code)
    return _form(request, form, one.agency, str(one), reverse("agencies:subject", args=[one.code]))


def _form(request: HttpRequest, form: Any, agency: Agency, name: str, back: str) -> HttpResponse:
    context = {"form": form, "agency": agency, "name": name, "act": _("保存"), "back": back}
    return render(request, "agencies/subject_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for_agencies
def checklist(request: HttpRequest, code: str) -> HttpResponse:
    """The points, one a line; a line whose text is emptied is taken out."""
    one = _headed(request, code)
    now = one.checklist.filter(ended_at=None).values("text", "basis", "points", "minor")
    forms = PointsForm(request.POST if request.method == "POST" else None, initial=list(now))
    refused = ""
    if request.method == "POST" and forms.is_valid():
        points = [form.cleaned_data for form in forms if form.cleaned_data.get("text", "").strip()]
        try:
            keeping.write_checklist(one, points, by=request.user)
        except Refused as refusal:
            refused = refusal.sentence
        else:
            messages.success(request, _("检查清单已保存\n已作的记录不变。"))
            return redirect("agencies:subject", one.code)
    context = {"forms": forms, "subject": one, "refused": refused}
    status = 422 if request.method == "POST" else 200
    return render(request, "agencies/checklist.html", context, status=status)
