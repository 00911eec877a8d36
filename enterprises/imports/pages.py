"""The pages of an import of the list of firms (`portal.files.importing.pages`)."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.files.importing.forms import ColumnsForm, UploadForm
from portal.files.importing.pages import ImportPages, RowFilter, Shown

from ..export import workbook
from ..models import Industry, Place
from ..models.imports import FirmImport, FirmImportRow
from . import words
from .columns import COLUMNS
from .forms import FirmColumnsForm
from .work import FIRMS

Outcome = FirmImportRow.Outcome


class FirmRowFilter(RowFilter):
    FINDS = ("name", "uscc")
    SEARCH = gettext_lazy("名称或代码")


class FirmPages(ImportPages):
    importing, Filter = FIRMS, FirmRowFilter
    workbook = staticmethod(workbook)
    app, all, one = "enterprises", "imports", "import"

    def title(self) -> str:
        return _("导入企业名单")

    def back(self) -> tuple[str, str]:
        return reverse("enterprises:list"), _("企业名录")

    def hint(self) -> str:
        return _("Excel（.xlsx）或 CSV，最多 %(rows)s 行、%(size)s MB；一行列名，每家企业一行")

    def about(self) -> str:
        labels = _("、").join(str(column.label) for column in COLUMNS)
        return _("能导入：%(labels)s。空着的格子不改原来的值。") % {"labels": labels}

    def columns_note(self) -> str:
        return _("对得上的网格、行业按名称或代码认。下次同样的列名会照这次对。")

    def promise(self) -> str:
        return _("要么全部做成，要么一家也不动。")

    def finding(self, batch: FirmImport) -> str:
        counts = {"new": batch.new, "changed": batch.changed}
        if batch.state == batch.State.READY:
            found = batch.new or batch.changed
            return _("会新增 %(new)s 家，变更 %(changed)s 家") % counts if found else _("名单没有要改的")
        if batch.state == batch.State.APPLIED:
            return _("已新增 %(new)s 家，变更 %(changed)s 家") % counts
        if batch.state == batch.State.UNDONE:
            kept = ngettext("已撤销，%(kept)s 家保留", "已撤销，%(kept)s 家保留", batch.kept) % {"kept": batch.kept}
            return kept if batch.kept else _("已撤销，名单恢复到导入以前")
        return batch.get_state_display()

    def button(self, batch: FirmImport) -> str:
        count = batch.new + batch.changed
        return ngettext("导入 %(count)s 家", "导入 %(count)s 家", count) % {"count": count} if count else ""

    def ask_undo(self, batch: FirmImport) -> str:
        sentence = _("撤销后，%(changed)s 家恢复原值，%(new)s 家新增的从名单里去掉；后来用到或改过的保留。")
        return sentence % {"new": batch.new, "changed": batch.changed}

    def dropped(self) -> str:
        return _("已放弃，名单没有变动")

    def headings(self) -> list[str]:
        return [_("行号"), _("结果"), _("统一社会信用代码"), _("名称"), _("说明")]

    def cells(self, row: FirmImportRow) -> list[Any]:
        return [row.number, row.worded, row.uscc, row.name, _remark(row)]

    def show(self, rows: Sequence[FirmImportRow]) -> None:
        """Two queries however many rows there are."""
        places = dict(Place.objects.filter(pk__in=_ids(rows, "place")).values_list("pk", "name"))
        industries = dict(Industry.objects.filter(pk__in=_ids(rows, "industry")).values_list("pk", "name"))
        for row in rows:
            row.named, row.coded = row.name, row.uscc
            row.link = reverse("enterprises:detail", args=[row.uscc]) if _on_file(row) else ""
            row.shown = _shown(row, places, industries)
            row.said = words.problems(row.problems)
            row.left = words.kept(row.kept) if row.kept else ""

    def upload_form(self, request: HttpRequest) -> UploadForm:
        form = super().upload_form(request)
        form.fields["file"].label = _("企业名单")
        return form

    def columns_form(self, batch: FirmImport, *given: Any) -> ColumnsForm:
        return FirmColumnsForm(FIRMS, batch, *given)

    def further(self, form: ColumnsForm) -> dict[str, Any]:
        return {"fallback_place": form.cleaned_data["fallback"]}


def _on_file(row: FirmImportRow) -> bool:
    """Whether the firm is there to be looked at: a new one only once it has come in, and not any more when undone."""
    return row.outcome in (Outcome.CHANGED, Outcome.UNCHANGED) or bool(row.enterprise_id)


def _shown(row: FirmImportRow, places: dict[int, str], industries: dict[int, str]) -> list[Shown]:
    names = row.former if row.outcome == Outcome.CHANGED else row.values
    return [
        Shown(
            words.shown(column.name, row.values[column.name], places, industries),
            column.label,
            words.shown(column.name, row.former.get(column.name), places, industries),
        )
        for column in COLUMNS
        if column.name in names and not (row.outcome == Outcome.NEW and column.name == "name")
    ]


def _ids(rows: Sequence[FirmImportRow], name: str) -> set[int]:
    return {kept[name] for row in rows for kept in (row.values, row.former) if kept.get(name)}


def _remark(row: FirmImportRow) -> str:
    if row.said or row.left:
        return row.said or row.left
    if row.outcome != Outcome.CHANGED:
        return ""
    sentence = _("%(label)s：%(had)s → %(gets)s")
    return _("；").join(
        sentence % {"label": one.label, "had": one.had or _("空"), "gets": one.gets} for one in row.shown
    )


PAGES = FirmPages()
