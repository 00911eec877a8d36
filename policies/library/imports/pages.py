"""The pages of an import of policies (`portal.files.importing.pages`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from enterprises.export import workbook
from portal.files.importing.forms import UploadForm
from portal.files.importing.pages import ImportPages, RowFilter, Shown
from portal.worktime import clock

from ...models import PolicyImport, PolicyImportRow
from ..content import formula_words, tree_words
from . import template
from .checking import MOST
from .columns import columns, labelled
from .work import IMPORTING

Outcome = PolicyImportRow.Outcome
PROBLEMS = {
    "too_long": gettext_lazy("太长"),
    "no_day": gettext_lazy("不是日期"),
    "no_number": gettext_lazy("不是数"),
    "no_choice": gettext_lazy("不在可选的范围里"),
    "no_industry": gettext_lazy("没有这个行业"),
    "no_unit": gettext_lazy("没有这个单位"),
}


class PolicyRowFilter(RowFilter):
    FINDS = ("title",)
    SEARCH = gettext_lazy("政策名称")


def problems(found: Iterable[Mapping[str, str]]) -> str:
    return _("；").join(_problem(one) for one in found)


def _problem(found: Mapping[str, str]) -> str:
    if found["code"] == "unsound":
        return found["said"]
    if found["code"] == "with":
        return _("同一件政策的第 %(number)s 行有差错，整件不收") % {"number": found["said"]}
    label = columns()[found["column"]].label
    if found["code"] == "unread":
        return _("%(label)s：%(sentence)s") % {"label": label, "sentence": found["said"]}
    named = {"label": label, "said": found["said"], "sentence": PROBLEMS[found["code"]]}
    return _("%(label)s“%(said)s”：%(sentence)s") % named


class PolicyPages(ImportPages):
    template = True
    importing, Filter = IMPORTING, PolicyRowFilter
    workbook = staticmethod(workbook)
    app, all, one = "policies", "imports", "import"

    def title(self) -> str:
        return _("导入政策")

    def list_page(self, request: HttpRequest) -> HttpResponse:
        """With `?template=1` a file with all columns and, on further sheets, how they are filled in; else the list."""
        if request.method == "POST" or "template" not in request.GET:
            return super().list_page(request)
        by: Any = request.user  # the door lets nobody else in
        labels = [labelled(column) for column in columns().values()]
        kept = {"template": "1"}
        return workbook(
            _("政策导入模板"),
            labels,
            [],
            by=by,
            at=clock.now(),
            of=PolicyImportRow,
            filters=kept,
            further=[template.how_to(), template.measures()],
        )

    def back(self) -> tuple[str, str]:
        return reverse("policies:desk"), _("编写政策")

    def hint(self) -> str:
        return _("Excel（.xlsx）或 CSV，最多 {rows} 行、%(size)s MB；一行列名，每条条款一行").format(rows=MOST)

    def about(self) -> str:
        return _(
            "一条条款一行；同一件政策的第二行起，政策各列可以空着。条件和金额照文件的说法写，写法和指标名称在模板的后两张表里。"
            "导入的都是本部门的草稿，审核通过才公开。"
        )

    def columns_note(self) -> str:
        return _("“条款：”开头的列是各条的，其余是整件政策的。下次同样的列名会照这次对。")

    def promise(self) -> str:
        return _("要么全部做成，要么一件也不进。")

    def outcomes(self) -> list[tuple[str, str]]:
        """An import changes no policy that is here."""
        here = Outcome.UNCHANGED
        return [(Outcome.NEW, str(Outcome.NEW.label)), (here, _("已有同名政策")), (Outcome.REJECTED, _("不收"))]

    def finding(self, batch: PolicyImport) -> str:
        if batch.state == batch.State.READY:
            found = ngettext("会导入 %(n)s 条条款", "会导入 %(n)s 条条款", batch.new) % {"n": batch.new}
            return found if batch.new else _("没有要导入的政策")
        if batch.state == batch.State.APPLIED:
            return ngettext("已导入 %(n)s 条条款", "已导入 %(n)s 条条款", batch.new) % {"n": batch.new}
        if batch.state == batch.State.UNDONE:
            kept = ngettext("已撤销，%(kept)s 条保留", "已撤销，%(kept)s 条保留", batch.kept) % {"kept": batch.kept}
            return kept if batch.kept else _("已撤销，导入的草稿都去掉了")
        return batch.get_state_display()

    def button(self, batch: PolicyImport) -> str:
        return _("导入为草稿") if batch.new else ""

    def ask_undo(self, batch: PolicyImport) -> str:
        return _("撤销后，导入的草稿去掉；后来改过或送审的保留。")

    def dropped(self) -> str:
        return _("已放弃，什么也没有导入")

    def headings(self) -> list[str]:
        return [_("行号"), _("结果"), _("政策名称"), _("条款名称"), _("编号"), _("说明")]

    def cells(self, row: Any) -> list[Any]:
        code = row.policy.code if row.policy else ""
        remark = row.said or row.left or ""
        return [row.number, row.worded, row.title, row.values.get("clause.title", ""), code, remark]

    def rows(self, batch: PolicyImport) -> QuerySet[PolicyImportRow]:
        return batch.rows.select_related("policy")

    def show(self, rows: Sequence[Any]) -> None:
        for row in rows:
            row.named, row.coded = row.title, row.policy.code if row.policy else ""
            row.link = reverse("policies:desk-policy", args=[row.policy.code]) if row.policy else ""
            if row.outcome == Outcome.UNCHANGED:
                row.worded = _("已有同名政策")
            row.shown = [Shown(said) for said in _says(row)]
            row.said = problems(row.problems)
            row.left = _("导入后已经改过，保留") if row.kept else ""

    def upload_form(self, request: HttpRequest) -> UploadForm:
        form = super().upload_form(request)
        form.fields["file"].label = _("政策清单")
        return form


def _says(row: PolicyImportRow) -> list[str]:
    """What a row brings, in short: the clause, what it gives, and how condition and amount were understood."""
    values: Mapping[str, Any] = row.values
    said = [values.get("clause.title", ""), str(values.get("clause.benefit", ""))[:80]]
    if tree := values.get("clause.tree"):
        said.append(_("条件：%(words)s") % {"words": tree_words(tree)})
    if formula := values.get("clause.formula"):
        said.append(_("金额：%(words)s") % {"words": formula_words(formula)})
    return [one for one in said if one]


PAGES = PolicyPages()
