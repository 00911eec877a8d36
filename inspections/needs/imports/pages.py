"""The pages of an import of needs (`portal.files.importing.pages`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from enterprises.export import workbook
from portal.files.importing.forms import UploadForm
from portal.files.importing.pages import ImportPages, RowFilter, Shown
from portal.worktime import clock

from ...models import NeedImport, NeedImportRow, Parts, Subject
from .. import stages
from ..capacity import own_agencies
from .checking import MOST
from .columns import BY_NAME, COLUMNS
from .work import IMPORTING

Outcome = NeedImportRow.Outcome
PROBLEMS = {
    "empty": gettext_lazy("没有填"),
    "too_long": gettext_lazy("太长"),
    "no_day": gettext_lazy("不是日期"),
    "no_choice": gettext_lazy("不在可选的范围里"),
    "no_firm": gettext_lazy("名录里没有这家企业，或不止一家同名"),
    "no_subject": gettext_lazy("本部门没有这个检查事项，或不止一个同名，请写编号"),
    "no_skill": gettext_lazy("没有这种资质"),
    "own": gettext_lazy("是您自己所在的企业"),
}


class NeedRowFilter(RowFilter):
    FINDS = ("firm",)
    SEARCH = gettext_lazy("企业")


def problems(found: Iterable[Mapping[str, str]]) -> str:
    return _("；").join(_problem(one) for one in found)


def _problem(found: Mapping[str, str]) -> str:
    said = found["said"]
    if found["code"] in ("gate", "unsound"):
        return _(said)  # kept in the site's language; what names a number stays so
    if found["code"] == "twice":
        return _("和第 %(number)s 行重复") % {"number": said}
    label = str(BY_NAME[found["column"]].label)
    sentence = str(PROBLEMS[found["code"]])
    if found["code"] == "no_choice":
        sentence = _("%(sentence)s，可以写%(choices)s") % {"sentence": sentence, "choices": _choices(found["column"])}
    if not said:
        return _("%(label)s：%(sentence)s") % {"label": label, "sentence": sentence}
    return _("%(label)s“%(said)s”：%(sentence)s") % {"label": label, "said": said, "sentence": sentence}


def _choices(column: str) -> str:
    """What a cell of the column may say: the site's words whoever reads, as files are read in its language."""
    with translation.override(settings.LANGUAGE_CODE):
        choices = {"kind": stages.KINDS.values(), "parts": map(str, Parts.labels), "unannounced": ("是", "否")}
        words = list(choices[column])
    return _("、").join(words)


class NeedPages(ImportPages):
    template = True
    importing, Filter = IMPORTING, NeedRowFilter
    workbook = staticmethod(workbook)
    app, all, one = "needs", "imports", "import"

    def title(self) -> str:
        return _("导入检查需求")

    def list_page(self, request: HttpRequest) -> HttpResponse:
        """With `?template=1` an empty file with all columns, else the list; 404 for heads of what is no agency."""
        if not own_agencies(request.user).exists():
            raise Http404
        if request.method == "POST" or "template" not in request.GET:
            return super().list_page(request)
        by: Any = request.user  # the door lets nobody else in
        labels = [str(column.label) for column in COLUMNS]
        given = {"by": by, "at": clock.now(), "of": NeedImportRow, "filters": {"template": "1"}}
        return workbook(_("检查需求导入模板"), labels, [], **given)

    def back(self) -> tuple[str, str]:
        return reverse("needs:needs"), _("检查需求")

    def hint(self) -> str:
        return _("Excel（.xlsx）或 CSV，最多 {rows} 行、%(size)s MB；一行列名，每项需求一行").format(rows=MOST)

    def about(self) -> str:
        return _(
            "企业写统一社会信用代码或全称，检查事项写编号或名称。没写的依据、用时、资质照检查事项。白名单企业的自选检查不收，并会计入被拦下的检查。"
        )

    def columns_note(self) -> str:
        return _("下次同样的列名会照这次对。")

    def promise(self) -> str:
        return _("要么全部做成，要么一项也不进。")

    def outcomes(self) -> list[tuple[str, str]]:
        here = Outcome.UNCHANGED
        return [(Outcome.NEW, str(Outcome.NEW.label)), (here, _("已有同样的需求")), (Outcome.REJECTED, _("不收"))]

    def finding(self, batch: NeedImport) -> str:
        if batch.state == batch.State.READY:
            found = ngettext("会导入 %(n)s 项检查需求", "会导入 %(n)s 项检查需求", batch.new) % {"n": batch.new}
            return found if batch.new else _("没有要导入的检查需求")
        if batch.state == batch.State.APPLIED:
            return ngettext("已导入 %(n)s 项检查需求", "已导入 %(n)s 项检查需求", batch.new) % {"n": batch.new}
        if batch.state == batch.State.UNDONE:
            kept = ngettext("已撤销，%(kept)s 项保留", "已撤销，%(kept)s 项保留", batch.kept) % {"kept": batch.kept}
            return kept if batch.kept else _("已撤销，导入的需求都撤回了")
        return str(batch.get_state_display())

    def button(self, batch: NeedImport) -> str:
        return _("导入检查需求") if batch.new else ""

    def ask_undo(self, batch: NeedImport) -> str:
        return _("撤销后，还在等安排的需求撤回；已排进计划的保留。")

    def dropped(self) -> str:
        return _("已放弃，什么也没有导入")

    def headings(self) -> list[str]:
        return [_("行号"), _("结果"), _("企业"), _("检查事项"), _("编号"), _("说明")]

    def cells(self, row: Any) -> list[Any]:
        return [
            row.number,
            row.worded,
            row.firm,
            row.shown[0].gets if row.shown else "",
            row.coded,
            row.said or row.left,
        ]

    def rows(self, batch: NeedImport) -> QuerySet[NeedImportRow]:
        return batch.rows.select_related("need")

    def show(self, rows: Sequence[Any]) -> None:
        subjects = Subject.objects.in_bulk({row.values.get("subject", 0) for row in rows})
        for row in rows:
            row.named, row.coded = row.firm, row.need.number if row.need else ""
            row.link = row.need.get_absolute_url() if row.need else ""
            if row.outcome == Outcome.UNCHANGED:
                row.worded = _("已有同样的需求")
            row.shown = [Shown(said) for said in _says(row.values, subjects)]
            row.said = problems(row.problems)
            row.left = _("已排进计划，保留") if row.kept else ""

    def upload_form(self, request: HttpRequest) -> UploadForm:
        form = super().upload_form(request)
        form.fields["file"].label = _("检查需求清单")
        return form


def _says(values: Mapping[str, Any], subjects: Mapping[int, Subject]) -> list[str]:
    """What a row brings, in short."""
    subject = subjects.get(values.get("subject", 0))
    window = ""
    if "first" in values and "last" in values:
        window = _("%(low)s 至 %(high)s") % {"low": values["first"], "high": values["last"]}
    kind = values.get("kind", stages.SELF_CHOSEN)
    return [one for one in (str(subject or ""), _(stages.KINDS[kind]), window) if one]


PAGES = NeedPages()
