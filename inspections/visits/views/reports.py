"""无码检查反映: the firm's form, the supervisors' list, one report with its answer (INS-6)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from enterprises.export import workbook
from enterprises.models import Enterprise, firms_of
from portal import files
from portal.people.doors import only_for
from portal.people.refusal import Refused
from portal.people.roles import Role
from portal.people.trying import tried
from portal.trail.entries import read
from portal.worktime import clock
from portal.worktime.words import local_day
from requests.views.mine import without_firm

from ...models import CodelessDeadline, CodelessPhoto, CodelessReport
from .. import flow, reports
from ..flow.reporting import answers
from ..forms import AnswerForm, ReportForm

PAGE = 25
TABS = (("", "全部"), (reports.OPEN, "核查中"), (reports.ANSWERED, "已答复"))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """For one of the firm's people; `?firm=` where there are several."""
    user: Any = request.user
    firms = list(Enterprise.objects.filter(pk__in=firms_of(user)).order_by("name", "pk"))
    if not firms:
        return without_firm(request)
    asked = request.GET.get("firm", "")
    firm = next((one for one in firms if one.uscc == asked), firms[0])
    initial = {"key": uuid.uuid4(), "day": local_day(clock.now())}
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ReportForm(*sent, user=user, initial=initial)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            made = _report(form, firm, user)
        if made is not None:
            messages.success(request, _("已收到\n只有督查员看得到是谁反映的，答复会通知您。"))
            return redirect("inspections:report", made.number)
    context = {"form": form, "firm": firm, "firms": firms}
    return render(request, "inspections/report_new.html", context, status=422 if form.errors else 200)


def _report(form: ReportForm, firm: Enterprise, user: Any) -> CodelessReport | None:
    """None where it is refused, with nothing kept of what was uploaded."""
    try:
        given = form.given()
    except files.Refused as refused:
        form.add_error("files", str(getattr(refused, "sentence", refused)))
        transaction.set_rollback(True)
        return None
    made = tried(form, flow.report, firm, by=user, **given)
    if made is None:
        transaction.set_rollback(True)
        if "came_at" in form.errors:
            form.add_error("day", form.errors.pop("came_at"))
    return made


@require_POST
@login_required
def upload(request: HttpRequest) -> HttpResponse:
    """Stores one photo ahead of its form, for whoever acts for a firm: 201, or 422 with the sentence."""
    if not firms_of(request.user):
        raise Http404
    return files.take_upload(request.FILES.get("file"), by=request.user)  # type: ignore[arg-type]


# The supervisors' ------------------------------------------------------------------------------------------------


def narrowed(request: HttpRequest) -> Any:
    """`?state=`: a value that makes no sense finds nothing."""
    clocks = CodelessDeadline.objects.open().with_units()
    found = CodelessReport.objects.visible_to(request.user).exclude(reported_by=request.user)
    found = found.select_related("enterprise", "agency__department", "reported_by")
    found = found.prefetch_related(Prefetch("deadlines", clocks, to_attr="clocks"))
    state = request.GET.get("state", "")
    return found.filter(status=state) if state else found


@require_safe
@only_for(Role.SUPERVISOR)
def listed(request: HttpRequest) -> HttpResponse:
    page = Paginator(narrowed(request).order_by("-reported_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    for one in page:
        one.due = next(iter(one.clocks), None)
    tabs = [(key, _(name), key == request.GET.get("state", "")) for key, name in TABS]
    return render(request, "inspections/reports.html", {"now": clock.now(), "page": page, "tabs": tabs})


@require_safe
@only_for(Role.SUPERVISOR)
def export(request: HttpRequest) -> HttpResponse:
    """The list as it is narrowed (SEC-6), without who reported."""
    columns = [_("编号"), _("企业"), _("统一社会信用代码"), _("来的时间"), _("来的是谁"), _("自称部门"), _("反映时间")]
    columns += [_("状态"), _("核查结论"), _("答复"), _("答复时间")]
    filters = {"state": request.GET["state"]} if request.GET.get("state") else {}
    made = {"by": request.user, "at": clock.now(), "of": CodelessReport, "filters": filters}
    return workbook(_("无码检查反映"), columns, _cells(narrowed(request)), **made)


def _cells(found: Any) -> Iterator[list[Any]]:
    for one in found:
        agency = str(one.agency) if one.agency else ""
        yield [
            *(one.number, one.enterprise.name, one.enterprise.uscc, one.came_at, one.who, agency, one.reported_at),
            one.status_name,
            one.finding_name,
            one.answer,
            one.answered_at,
        ]


def found(request: HttpRequest, number: str) -> CodelessReport:
    seen = CodelessReport.objects.visible_to(request.user)
    return get_object_or_404(
        seen.select_related("enterprise", "agency__department", "reported_by", "answered_by"),
        number=number.replace("\0", ""),
    )


@require_safe
@login_required
def one(request: HttpRequest, number: str) -> HttpResponse:
    """One report; a supervisor's look is recorded (APP-18)."""
    report = found(request, number)
    user: Any = request.user
    own = report.reported_by_id == user.pk
    if not own:
        read(report, by=user, what="codeless")
    context = {
        "now": clock.now(),
        "report": report,
        "own": own,
        "due": report.deadlines.open().with_units().first(),
        "photos": report.photos.select_related("file"),
        "answers": report.status == reports.OPEN and _answers(report, user),
    }
    return render(request, "inspections/report.html", context)


def _answers(report: CodelessReport, user: Any) -> bool:
    try:
        answers(report, user)
    except Refused:
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(Role.SUPERVISOR)
def answer(request: HttpRequest, number: str) -> HttpResponse:
    report = found(request, number)
    user: Any = request.user
    if not _answers(report, user):
        raise Http404
    if report.status != reports.OPEN:
        return redirect("inspections:report", report.number)
    form = AnswerForm(request.POST if request.method == "POST" else None, report=report)
    valid = request.method == "POST" and form.is_valid()
    if valid and tried(form, flow.answer, report, by=user, **form.cleaned_data) is not None:
        messages.success(request, _("已答复\n反映人会收到通知。"))
        return redirect("inspections:report", report.number)
    context = {"form": form, "report": report}
    return render(request, "inspections/report_answer.html", context, status=422 if form.errors else 200)


@require_safe
@login_required
def photo(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """One photo, for whoever reads the report now."""
    report = found(request, number)
    return files.serve(get_object_or_404(CodelessPhoto.objects.select_related("file"), report=report, pk=pk).file)
