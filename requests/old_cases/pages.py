"""The pages of an import of old cases (`portal.files.importing.pages`)."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from enterprises.export import workbook
from portal.files.importing.forms import UploadForm
from portal.files.importing.pages import ImportPages, RowFilter, Shown
from portal.people.models import Department
from portal.worktime import clock
from requests.models import CaseImport, CaseImportRow
from requests.old_cases import words
from requests.old_cases.columns import COLUMNS
from requests.old_cases.work import CASES

Outcome = CaseImportRow.Outcome


class CaseRowFilter(RowFilter):
    FINDS = ("title", "old_number")
    SEARCH = gettext_lazy("标题或旧编号")


class CasePages(ImportPages):
    template = True
    importing, Filter = CASES, CaseRowFilter
    workbook = staticmethod(workbook)
    app, all, one = "requests", "old-cases", "old-case"

    def title(self) -> str:
        return _("导入旧件")

    def list_page(self, request: HttpRequest) -> HttpResponse:
        """With `?template=1` an empty file with all columns, else the list."""
        if request.method == "POST" or "template" not in request.GET:
            return super().list_page(request)
        by: Any = request.user  # the door lets nobody else in
        labels = [str(column.label) for column in COLUMNS]
        return workbook(_("旧件模板"), labels, [], by=by, at=clock.now(), of=CaseImportRow, filters={"template": "1"})

    def back(self) -> tuple[str, str]:
        return reverse("requests:list"), _("全部诉求")

    def hint(self) -> str:
        return _("Excel（.xlsx）或 CSV，最多 %(rows)s 行、%(size)s MB；一行列名，每件一行")

    def about(self) -> str:
        sentence = _(
            "能导入：%(labels)s。有办结日期的按已办结导入，不计时限，不发通知；没有的进入研判，时限从导入时算。"
        )
        return sentence % {"labels": _("、").join(str(column.label) for column in COLUMNS)}

    def columns_note(self) -> str:
        return _("企业按信用代码或全称对，部门、类别按名称对。下次同样的列名会照这次对。")

    def promise(self) -> str:
        return _("要么全部做成，要么一件也不进。")

    def outcomes(self) -> list[tuple[str, str]]:
        """An import changes no case that is here."""
        here = Outcome.UNCHANGED
        return [(Outcome.NEW, str(Outcome.NEW.label)), (here, _("已经有了")), (Outcome.REJECTED, _("不收"))]

    def finding(self, batch: CaseImport) -> str:
        new = {"n": batch.new}
        if batch.state == batch.State.READY:
            found = ngettext("会导入 %(n)s 件", "会导入 %(n)s 件", batch.new) % new
            return found if batch.new else _("没有要导入的旧件")
        if batch.state == batch.State.APPLIED:
            return ngettext("已导入 %(n)s 件", "已导入 %(n)s 件", batch.new) % new
        if batch.state == batch.State.UNDONE:
            kept = ngettext("已撤销，%(kept)s 件保留", "已撤销，%(kept)s 件保留", batch.kept) % {"kept": batch.kept}
            return kept if batch.kept else _("已撤销，导入的旧件都去掉了")
        return batch.get_state_display()

    def button(self, batch: CaseImport) -> str:
        return ngettext("导入 %(n)s 件", "导入 %(n)s 件", batch.new) % {"n": batch.new} if batch.new else ""

    def ask_undo(self, batch: CaseImport) -> str:
        return _("撤销后，导入的旧件去掉；后来办过的保留。")

    def dropped(self) -> str:
        return _("已放弃，什么也没有导入")

    def headings(self) -> list[str]:
        return [_("行号"), _("结果"), _("旧系统编号"), _("标题"), _("编号"), _("说明")]

    def cells(self, row: CaseImportRow) -> list[Any]:
        number = row.ticket.number if row.ticket else ""
        remark = row.said or row.left or _("；").join(one.gets for one in row.shown)
        return [row.number, row.worded, row.old_number, row.title, number, remark]

    def rows(self, batch: CaseImport) -> QuerySet[CaseImportRow]:
        return batch.rows.select_related("firm", "ticket")

    def show(self, rows: Sequence[CaseImportRow]) -> None:
        """One query however many rows there are."""
        named = {row.values["department"] for row in rows if "department" in row.values}
        departments = dict(Department.objects.filter(pk__in=named).values_list("pk", "short_name"))
        for row in rows:
            row.named, row.coded = row.title or (row.ticket.number if row.ticket else ""), row.old_number
            row.link = reverse("requests:ticket", args=[row.ticket.number]) if row.ticket else ""
            if row.outcome == Outcome.UNCHANGED:
                row.worded = _("已经有了")
            row.shown = [Shown(said) for said in words.shown(row, departments)] if row.values else []
            row.said = words.problems(row.problems)
            row.left = _("导入后已经办过，保留") if row.kept else ""

    def upload_form(self, request: HttpRequest) -> UploadForm:
        form = super().upload_form(request)
        form.fields["file"].label = _("旧件清单")
        return form


PAGES = CasePages()
