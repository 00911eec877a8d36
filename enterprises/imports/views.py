"""The pages of an import: the list with the upload, the columns, the preview that is also the result, the way back."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.people.doors import only_for
from portal.worktime import clock

from ..export import workbook
from ..models import Industry, Place
from ..models.imports import IMPORTS_FIRMS, FirmImport, FirmImportRow
from . import flow, words
from .columns import COLUMNS
from .forms import ColumnsForm, RowFilter, UploadForm
from .work import progress_of

State, Outcome = FirmImport.State, FirmImportRow.Outcome
PAGE = 50
MAPS = (State.MAPPING, State.READY, State.FAILED)

importers = only_for(*IMPORTS_FIRMS)


def visible(request: HttpRequest, pk: int) -> FirmImport:
    found = FirmImport.objects.visible_to(request.user).select_related("file", "by", "fallback_place")
    return get_object_or_404(found, pk=pk)


@require_http_methods(["GET", "POST"])
@importers
def imports(request: HttpRequest) -> HttpResponse:
    """All imports, and the upload of the next."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("enterprises:import", flow.upload(form.cleaned_data["file"], by=request.user).pk)
        except flow.Refused as refusal:
            form.add_error("file", str(refusal))
    found = FirmImport.objects.visible_to(request.user).select_related("file", "by")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    limits = {"rows": settings.TABLE_MAX_ROWS, "size": settings.FILE_MAX_BYTES // 1024 // 1024}
    context = {"page": page, "form": form, "limits": limits, "labels": [column.label for column in COLUMNS]}
    return render(request, "enterprises/imports.html", context, status=422 if form.errors else 200)


@require_GET
@importers
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the import stands: naming its columns, under way, or its rows."""
    batch = visible(request, pk)
    if batch.state == State.MAPPING or (batch.state in MAPS and "columns" in request.GET):
        return _columns(request, batch, ColumnsForm(batch))
    if batch.is_waiting:
        return render(request, "enterprises/import_wait.html", {"batch": batch, "progress": progress_of(batch)})
    chosen = RowFilter(request.GET, batch.rows.all(), request=request)
    page = Paginator(chosen.qs, PAGE).get_page(request.GET.get("page"))
    show_rows(page.object_list)
    context = {"batch": batch, "page": page, "filter": chosen, "tabs": _tabs(batch, request.GET.get("outcome", ""))}
    return render(request, "enterprises/import_rows.html", context)


def _tabs(batch: FirmImport, here: str) -> list[dict[str, Any]]:
    tabs = [{"outcome": "", "name": _("全部"), "count": batch.total, "here": not here}]
    for outcome in Outcome:
        name, count = outcome.label, getattr(batch, outcome.value)
        tabs.append({"outcome": outcome.value, "name": name, "count": count, "here": here == outcome.value})
    return tabs


def show_rows(rows: Sequence[FirmImportRow]) -> None:
    """Give each row what the page and the file say of it; two queries however many there are."""
    places = dict(Place.objects.filter(pk__in=_ids(rows, "place")).values_list("pk", "name"))
    industries = dict(Industry.objects.filter(pk__in=_ids(rows, "industry")).values_list("pk", "name"))
    for row in rows:
        names = row.former if row.outcome == Outcome.CHANGED else row.values
        row.shown = [
            {
                "label": column.label,
                "had": words.shown(column.name, row.former.get(column.name), places, industries),
                "gets": words.shown(column.name, row.values[column.name], places, industries),
            }
            for column in COLUMNS
            if column.name in names and not (row.outcome == Outcome.NEW and column.name == "name")
        ]
        row.said = words.problems(row.problems)
        row.left = words.kept(row.kept) if row.kept else ""


def _ids(rows: Sequence[FirmImportRow], name: str) -> set[int]:
    return {kept[name] for row in rows for kept in (row.values, row.former) if kept.get(name)}


@require_POST
@importers
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    batch = visible(request, pk)
    form = ColumnsForm(batch, request.POST)
    if not form.is_valid():
        return _columns(request, batch, form)
    fallback = form.cleaned_data["fallback"]
    return _done(request, batch, flow.choose_columns, columns=form.columns(), fallback=fallback)


def _columns(request: HttpRequest, batch: FirmImport, form: ColumnsForm) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "enterprises/import_columns.html", {"batch": batch, "form": form}, status=status)


@require_POST
@importers
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, visible(request, pk), flow.apply, seen=request.POST.get("seen", ""))


@require_POST
@importers
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, visible(request, pk), flow.undo)


@require_POST
@importers
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    batch = visible(request, pk)
    try:
        flow.drop(batch, by=request.user)
    except flow.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("enterprises:import", pk)
    messages.success(request, _("已放弃，名单没有变动"))
    return redirect("enterprises:imports")


def _done(request: HttpRequest, batch: FirmImport, verb: Callable[..., FirmImport], **given: Any) -> HttpResponse:
    try:
        verb(batch, by=request.user, **given)
    except flow.Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("enterprises:import", batch.pk)


@require_GET
@importers
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part that is fetched again and again while the worker is at it; then the page itself."""
    batch = visible(request, pk)
    if not batch.is_waiting:
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response
    return render(request, "enterprises/import_progress.html", {"batch": batch, "progress": progress_of(batch)})


@require_GET
@importers
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows as filtered; rejected ones with all their cells, to be mended and sent again."""
    batch = visible(request, pk)
    if batch.is_waiting or batch.state == State.MAPPING:
        raise Http404
    chosen = RowFilter(request.GET, batch.rows.all(), request=request)
    wrong = chosen.data.get("outcome") == Outcome.REJECTED
    headings = [_("行号"), _("结果"), _("统一社会信用代码"), _("名称"), _("说明")]
    given: dict[str, Any] = {
        "by": request.user,
        "at": clock.now(),
        "of": FirmImportRow,
        "filters": {"import": pk, **chosen.in_force()},
    }
    if wrong:
        # The file's own columns first and under its own headings, so that it can be sent again as it is.
        columns = [*batch.headings, _("行号"), _("差错")]
        return workbook(_("导入差错"), columns, _mended(chosen.qs, len(batch.headings)), **given)
    return workbook(_("导入核对"), headings, _cells(chosen.qs), **given)


def _mended(rows: QuerySet[FirmImportRow], width: int) -> Iterator[list[Any]]:
    for row in rows.iterator(chunk_size=2000):
        yield [*(row.raw + [""] * width)[:width], row.number, words.problems(row.problems)]


def _cells(rows: QuerySet[FirmImportRow]) -> Iterator[list[Any]]:
    paged = Paginator(rows, 2000)
    for number in paged.page_range:
        chunk = list(paged.page(number).object_list)
        show_rows(chunk)
        for row in chunk:
            yield [row.number, row.get_outcome_display(), row.uscc, row.name, _remark(row)]


def _remark(row: FirmImportRow) -> str:
    if row.said or row.left:
        return row.said or row.left
    if row.outcome != Outcome.CHANGED:
        return ""
    return _("；").join(_("%(label)s：%(had)s → %(gets)s") % {**one, "had": one["had"] or _("空")} for one in row.shown)
