"""The pages of every import: list and upload, columns, the preview that is also the result, the way back."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import django_filters
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.people.doors import View, only_for
from portal.people.refusal import Refused
from portal.worktime import clock

from .forms import ColumnsForm, UploadForm
from .machine import Importing
from .models import Import, ImportRow

State, Outcome = Import.State, ImportRow.Outcome
PAGE = 50
CHUNK = 2000
MAPS = (State.MAPPING, State.READY, State.FAILED)
ACTS = ("columns", "apply", "undo", "drop", "progress", "export")


@dataclass(frozen=True)
class Shown:
    """One value of a row in the preview: what it is, what is there now, what the file says."""

    gets: str
    label: Any = ""
    had: str = ""
    note: str = ""


class RowFilter(django_filters.FilterSet):
    """How a preview is narrowed; `FINDS` are the fields in which the search looks."""

    FINDS: ClassVar[tuple[str, ...]] = ()
    SEARCH: ClassVar[Any] = ""

    outcome = django_filters.ChoiceFilter(choices=Outcome.choices, label=gettext_lazy("结果"))
    kept = django_filters.ChoiceFilter(method="left", choices=[("1", gettext_lazy("撤销后保留"))])
    q = django_filters.CharFilter(method="find", max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form.fields["q"].label = self.SEARCH

    @property
    def qs(self) -> QuerySet:
        return super().qs if self.is_valid() else self.queryset.none()

    def in_force(self) -> dict[str, str]:
        """For the event of an export: what was typed stays out of it."""
        given = {name: self.data.get(name, "") for name in ("outcome", "kept")}
        return {name: value for name, value in given.items() if value} | ({"q": "…"} if self.data.get("q") else {})

    def find(self, rows: QuerySet, name: str, typed: str) -> QuerySet:
        found = Q()
        for field in self.FINDS:
            found |= Q(**{f"{field}__icontains": typed.strip()})
        return rows.filter(found)

    def left(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.exclude(kept=[])


def _person(request: HttpRequest) -> Any:
    """Whoever is signed in; the door lets nobody else in."""
    return request.user


class ImportPages:
    """One kind of import as pages; a room gives its `Importing`, its words, and what a row shows.

    `all` and `one` name the addresses in `app`: the list and one import; its acts are `<one>-apply` and so on.
    """

    importing: ClassVar[Importing]
    Filter: ClassVar[type[RowFilter]]
    workbook: ClassVar[Callable[..., HttpResponse]]  # that of `enterprises.export`, a room above this one
    app: ClassVar[str]
    all: ClassVar[str]
    one: ClassVar[str]

    # Of each room ----------------------------------------------------------------------------------------------

    def title(self) -> str:
        raise NotImplementedError

    def back(self) -> tuple[str, str]:
        """Where the list's second button leads: address and label."""
        raise NotImplementedError

    def hint(self) -> str:
        """What a file must look like, with `%(rows)s` and `%(size)s`."""
        raise NotImplementedError

    def about(self) -> str:
        """What may be imported, and what it does."""
        raise NotImplementedError

    def columns_note(self) -> str:
        raise NotImplementedError

    def promise(self) -> str:
        """What stands under the progress: all or nothing."""
        raise NotImplementedError

    def finding(self, batch: Any) -> str:
        """The heading over the rows: what it would do, or did."""
        raise NotImplementedError

    def button(self, batch: Any) -> str:
        """Words of the button that applies; empty where there is nothing to do."""
        raise NotImplementedError

    def ask_undo(self, batch: Any) -> str:
        raise NotImplementedError

    def dropped(self) -> str:
        raise NotImplementedError

    def headings(self) -> list[str]:
        """Of the exported preview: as `cells` gives them."""
        raise NotImplementedError

    def cells(self, row: Any) -> list[Any]:
        raise NotImplementedError

    def show(self, rows: Sequence[Any]) -> None:
        """Give rows `named`, `coded`, `link`, `shown` (list of Shown), `said` (faults), `left`; they have `worded`."""
        raise NotImplementedError

    # What a room may refine ------------------------------------------------------------------------------------

    def importing_of(self, batch: Any) -> Importing:
        return self.importing.bound(batch)

    def outcomes(self) -> list[tuple[str, str]]:
        """The outcomes that rows may have, in words."""
        return [(code, str(Outcome(code).label)) for code in self.importing.outcomes]

    def upload_form(self, request: HttpRequest) -> UploadForm:
        given = (request.POST, request.FILES) if request.method == "POST" else ()
        return UploadForm(*given)

    def upload(self, form: UploadForm, request: HttpRequest) -> Any:
        return self.importing.upload(form.cleaned_data["file"], by=_person(request))

    def columns_form(self, batch: Any, *given: Any) -> ColumnsForm:
        return ColumnsForm(self.importing_of(batch), batch, *given)

    def further(self, form: ColumnsForm) -> dict[str, Any]:
        """What the form of columns says beside them, for `choose_columns`."""
        return {}

    def note_of(self, batch: Any) -> str:
        """What stands under a file's name in the list."""
        return ""

    def batches(self, request: HttpRequest) -> QuerySet:
        return self.importing.Model.objects.visible_to(request.user).select_related("file", "by")

    def rows(self, batch: Any) -> QuerySet:
        return batch.rows.all()

    # Addresses -------------------------------------------------------------------------------------------------

    def urls(self) -> list[URLPattern]:
        def door(view: View) -> View:
            return only_for(*self.importing.Model.IMPORTERS)(view)

        views = {act: getattr(self, f"{act}_page") for act in ACTS}
        guards = {act: require_safe if act in ("progress", "export") else require_POST for act in ACTS}
        return [
            path("", require_http_methods(["GET", "HEAD", "POST"])(door(self.list_page)), name=self.all),
            path("<int:pk>/", require_safe(door(self.show_page)), name=self.one),
            *(path(f"<int:pk>/{act}/", guards[act](door(views[act])), name=f"{self.one}-{act}") for act in ACTS),
        ]

    def link(self, batch: Any, act: str = "") -> str:
        return reverse(f"{self.app}:{self.one}{'-' if act else ''}{act}", args=[batch.pk])

    def links(self, batch: Any) -> dict[str, str]:
        return {
            "all": reverse(f"{self.app}:{self.all}"),
            "show": self.link(batch),
            "export_name": f"{self.app}:{self.one}-export",
            **{act: self.link(batch, act) for act in ACTS},
        }

    # Pages -----------------------------------------------------------------------------------------------------

    def list_page(self, request: HttpRequest) -> HttpResponse:
        """All imports, and the upload of the next."""
        form = self.upload_form(request)
        if request.method == "POST" and form.is_valid():
            try:
                return redirect(self.link(self.upload(form, request)))
            except Refused as refusal:
                form.add_error("file", str(refusal))
        page = Paginator(self.batches(request), PAGE).get_page(request.GET.get("page"))
        for batch in page.object_list:
            batch.link, batch.note = self.link(batch), self.note_of(batch)
            batch.counts = [getattr(batch, code) for code, _label in self.outcomes()]
        limits = {"rows": settings.TABLE_MAX_ROWS, "size": settings.FILE_MAX_BYTES // 1024 // 1024}
        context = {"pages": self, "page": page, "form": form, "hint": self.hint() % limits}
        return render(request, "importing/list.html", context, status=422 if form.errors else 200)

    def show_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Where the import stands: naming its columns, under way, or its rows."""
        batch = self._visible(request, pk)
        if batch.state == State.MAPPING or (batch.state in MAPS and "columns" in request.GET):
            return self._columns(request, batch, self.columns_form(batch))
        if batch.is_waiting:
            return render(request, "importing/wait.html", self._under_way(batch))
        chosen = self.Filter(request.GET, self.rows(batch), request=request)
        page = Paginator(chosen.qs, PAGE).get_page(request.GET.get("page"))
        self._dress(list(page.object_list))
        context = self._about(batch) | {
            "page": page,
            "filter": chosen,
            "tabs": self._tabs(batch, request.GET.get("outcome", "")),
            "finding": self.finding(batch),
            "button": self.button(batch) if batch.state == State.READY else "",
            "ask": self.ask_undo(batch),
        }
        return render(request, "importing/rows.html", context)

    def columns_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        batch = self._visible(request, pk)
        form = self.columns_form(batch, request.POST)
        if not form.is_valid():
            return self._columns(request, batch, form)
        chosen = {"columns": form.columns(), **self.further(form)}
        return self._done(request, batch, self.importing_of(batch).choose_columns, **chosen)

    def apply_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        batch = self._visible(request, pk)
        return self._done(request, batch, self.importing_of(batch).apply, seen=request.POST.get("seen", ""))

    def undo_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        batch = self._visible(request, pk)
        return self._done(request, batch, self.importing_of(batch).undo)

    def drop_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        batch = self._visible(request, pk)
        try:
            self.importing_of(batch).drop(batch, by=_person(request))
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect(self.link(batch))
        messages.success(request, self.dropped())
        return redirect(f"{self.app}:{self.all}")

    def progress_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The part that is fetched again and again while the worker is at it; then the page itself."""
        batch = self._visible(request, pk)
        if not batch.is_waiting:
            response = HttpResponse(status=204)
            response["HX-Refresh"] = "true"
            return response
        return render(request, "importing/progress.html", self._under_way(batch))

    def export_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The rows as filtered; rejected ones with all their cells, to be mended and sent again."""
        batch = self._visible(request, pk)
        if batch.is_waiting or batch.state == State.MAPPING:
            raise Http404
        chosen = self.Filter(request.GET, self.rows(batch), request=request)
        filters = {"import": pk, **chosen.in_force()}
        given = {"by": _person(request), "at": clock.now(), "of": self._row_model(batch), "filters": filters}
        write = self.workbook
        if chosen.data.get("outcome") == Outcome.REJECTED:
            # The file's own columns first and under its own headings, so that it can be sent again as it is.
            headings = [*batch.headings, _("行号"), _("差错")]
            return write(_("导入差错"), headings, self._mended(chosen.qs, len(batch.headings)), **given)
        return write(_("导入核对"), self.headings(), self._cells(chosen.qs), **given)

    # ------------------------------------------------------------------------------------------------------------

    def _visible(self, request: HttpRequest, pk: int) -> Any:
        return get_object_or_404(self.batches(request), pk=pk)

    def _row_model(self, batch: Any) -> Any:
        return self.rows(batch).model

    def _about(self, batch: Any) -> dict[str, Any]:
        return {"pages": self, "batch": batch, "links": self.links(batch)}

    def _under_way(self, batch: Any) -> dict[str, Any]:
        return self._about(batch) | {"progress": self.importing_of(batch).progress_of(batch)}

    def _columns(self, request: HttpRequest, batch: Any, form: ColumnsForm) -> HttpResponse:
        return render(
            request, "importing/columns.html", self._about(batch) | {"form": form}, status=422 if form.errors else 200
        )

    def _done(self, request: HttpRequest, batch: Any, verb: Callable[..., Any], **given: Any) -> HttpResponse:
        try:
            verb(batch, by=_person(request), **given)
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect(self.link(batch))

    def _tabs(self, batch: Any, here: str) -> list[dict[str, Any]]:
        tabs = [{"outcome": "", "name": _("全部"), "count": batch.total, "here": not here}]
        for code, name in self.outcomes():
            tabs.append({"outcome": code, "name": name, "count": getattr(batch, code), "here": here == code})
        return tabs

    def _dress(self, rows: Sequence[Any]) -> None:
        for row in rows:
            row.worded = row.get_outcome_display()
        self.show(rows)

    def _shown(self, rows: QuerySet) -> Iterator[Any]:
        paged = Paginator(rows, CHUNK)
        for number in paged.page_range:
            chunk = list(paged.page(number).object_list)
            self._dress(chunk)
            yield from chunk

    def _mended(self, rows: QuerySet, width: int) -> Iterator[list[Any]]:
        for row in self._shown(rows):
            yield [*(row.raw + [""] * width)[:width], row.number, row.said]

    def _cells(self, rows: QuerySet) -> Iterator[list[Any]]:
        return (self.cells(row) for row in self._shown(rows))
