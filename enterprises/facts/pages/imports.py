"""The pages of an import of facts for one resource (`portal.files.importing.pages`)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.files.importing.forms import ColumnsForm, UploadForm
from portal.files.importing.pages import ImportPages, RowFilter, Shown
from portal.files.tables import Unreadable
from portal.people.models import User
from portal.people.refusal import Refused

from ...export import workbook
from ...measures import Kind, unit_name
from ...models import (
    UNKNOWN,
    Enterprise,
    Fact,
    FactImport,
    FactImportRow,
    FormerFact,
    Resource,
    ResourceColumn,
    lines_of,
)
from ..cells import units_of
from ..columns import ITEM, NAME, PERIOD, USCC, Columns
from ..faults import faults
from ..periods import period_name, read_period
from ..saying import value_at, worded, words_of
from ..work import FACTS, FactImporting, line_of

Outcome = FactImportRow.Outcome


class FactRowFilter(RowFilter):
    SEARCH = gettext_lazy("企业名称或代码")

    def find(self, rows: QuerySet, name: str, typed: str) -> QuerySet:
        firms = Enterprise.objects.filter(Q(name__icontains=typed.strip()) | Q(uscc__startswith=typed.strip().upper()))
        return rows.filter(Q(enterprise__in=firms.values("pk")) | Q(said__icontains=typed.strip()))


class FactUploadForm(UploadForm):
    resource = forms.ModelChoiceField(
        label=gettext_lazy("数据资源"),
        queryset=Resource.objects.none(),
        to_field_name="code",
        empty_label=gettext_lazy("请选择"),
        error_messages={"invalid_choice": gettext_lazy("您的条线不报送这个资源")},
    )
    field_order = ["resource", "file"]

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = lines_of(user)
        found = Resource.objects.filter(retired_at=None).filter(Q(line__in=lines) | Q(suppliers__in=lines))
        self.fields["resource"].queryset = found.distinct().select_related("line").order_by("line_id", "pk")
        self.fields["file"].label = _("数据表")


class FactColumnsForm(ColumnsForm):
    """Beside each column the unit its numbers are in; beside all of them the period of rows that name none."""

    period = forms.CharField(label=gettext_lazy("所属期"), required=False, max_length=40)

    def __init__(self, machine: Any, batch: FactImport, *args: Any, **kwargs: Any) -> None:
        super().__init__(machine, batch, *args, **kwargs)
        self.described = Columns(batch.resource)
        if self.described.dated:
            self.fields["period"].help_text = _("整个文件是同一期时填，如 %(example)s；表里有所属期一列的以表为准") % {
                "example": EXAMPLES[batch.resource.per]()
            }
            self.initial.setdefault("period", period_name(batch.period, batch.resource.per))
        else:
            del self.fields["period"]
        self.units = self._units()
        for number in self._numbers():
            label = _("%(column)s的单位") % {"column": self.fields[f"column_{number}"].label}
            self.fields[f"unit_{number}"] = forms.ChoiceField(
                label=label,
                choices=[("", _("默认")), *((unit, unit_name(unit)) for unit in self.units)],
                required=False,
                initial=batch.units.get(number, ""),
                widget=forms.Select(attrs={"class": "sx-in sx-in--pick im-unit", "aria-label": label}),
            )

    def _units(self) -> list[str]:
        """All in which some column of the resource may be written."""
        found = [unit for column in self.described.measures for unit in units_of(column.measure)]
        return list(dict.fromkeys(found)) if any(len(units_of(c.measure)) > 1 for c in self.described.measures) else []

    def _numbers(self) -> list[str]:
        """Of the file's columns those that are, or may be made, a measure: a unit is of no use to names and codes."""
        named = {USCC, NAME, PERIOD, ITEM}
        columns = [name.removeprefix("column_") for name in self.fields if name.startswith("column_")]
        return [number for number in columns if self.batch.columns.get(number) not in named] if self.units else []

    def beside(self, number: int) -> forms.BoundField | None:
        return self[f"unit_{number}"] if f"unit_{number}" in self.fields else None

    @property
    def further(self) -> list[forms.BoundField]:
        return [field for field in super().further if not field.name.startswith("unit_")]

    def chosen_units(self) -> dict[str, str]:
        """The unit of each column that is a number, by its number; others are of no account."""
        found = {}
        for number, name in self.columns().items():
            unit, column = self.cleaned_data.get(f"unit_{number}", ""), self.described.by_name.get(name)
            if unit and column is not None and column.kind == Kind.NUMBER:
                found[number] = unit
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for number, unit in self.chosen_units().items():
            column = self.described.by_name[self.columns()[number]]
            if unit not in units_of(column.measure):
                named = {"column": column, "unit": unit_name(unit)}
                self.add_error(None, _("“%(column)s”不能以%(unit)s计") % named)
        try:
            cleaned["period"] = read_period(cleaned.get("period") or "", self.batch.resource.per)
        except Unreadable:
            self.add_error("period", _("看不懂这个所属期"))
        return cleaned


EXAMPLES = {
    Resource.Per.MONTH: lambda: _("2026年9月"),
    Resource.Per.QUARTER: lambda: _("2026年三季度"),
    Resource.Per.YEAR: lambda: _("2026年"),
    Resource.Per.DAY: lambda: "2026-09-30",
}


class FactPages(ImportPages):
    importing, Filter = FACTS, FactRowFilter
    workbook = staticmethod(workbook)
    app, all, one = "enterprises", "fact-imports", "fact-import"

    def title(self) -> str:
        return _("导入数据")

    def back(self) -> tuple[str, str]:
        return reverse("enterprises:data"), _("我的条线")

    def hint(self) -> str:
        return _("Excel（.xlsx）或 CSV，最多 %(rows)s 行、%(size)s MB；每家企业一行，列名上面可以有标题")

    def about(self) -> str:
        return _("企业按统一社会信用代码或名称（含曾用名）对。空着的格子不改原来的值；别的来源报过的值不会被覆盖。")

    def columns_note(self) -> str:
        return _("列名里写明万元、元的按列名算。下次同样的列名会照这次对。")

    def promise(self) -> str:
        return _("要么全部做成，要么一个数也不动。")

    def finding(self, batch: FactImport) -> str:
        counts = {"new": batch.new, "changed": batch.changed, "conflicting": batch.conflicting}
        if batch.state == batch.State.READY:
            if not any(counts.values()):
                return _("没有要改的数据")
            return _("会新增 %(new)s 行，变更 %(changed)s 行，冲突 %(conflicting)s 行") % counts
        if batch.state == batch.State.APPLIED:
            return _("已新增 %(new)s 行，变更 %(changed)s 行，冲突 %(conflicting)s 行") % counts
        if batch.state == batch.State.UNDONE:
            kept = _("已撤销，%(kept)s 行后来又更新过，保留") % {"kept": batch.kept}
            return kept if batch.kept else _("已撤销，数据恢复到导入以前")
        return batch.get_state_display()

    def button(self, batch: FactImport) -> str:
        count = batch.total - batch.rejected  # what is as it was counts as confirmed, and so as fresh
        named = _("确认 %(count)s 行没有变化") if count == batch.unchanged else _("导入 %(count)s 行")
        return named % {"count": count} if count else ""

    def ask_undo(self, batch: FactImport) -> str:
        return _("撤销后，这一批带来的数据恢复原值，没有处理的冲突一并取消；后来又更新过的保留。")

    def dropped(self) -> str:
        return _("已放弃，数据没有变动")

    def headings(self) -> list[str]:
        return [_("行号"), _("结果"), _("统一社会信用代码"), _("名称"), _("所属期"), _("说明")]

    def cells(self, row: Any) -> list[Any]:
        told = _("；").join(
            _("%(label)s：%(had)s → %(gets)s") % {"label": one.label, "had": one.had or _("空"), "gets": one.gets}
            for one in row.shown
        )
        return [row.number, row.worded, row.code, row.named, row.when, row.said or row.left or told]

    def batches(self, request: HttpRequest) -> QuerySet:
        return super().batches(request).select_related("file", "by", "resource__line", "line")

    def note_of(self, batch: FactImport) -> str:
        when = period_name(batch.period, batch.resource.per)
        return _("%(resource)s %(when)s") % {"resource": batch.resource, "when": when}

    def rows(self, batch: FactImport) -> QuerySet:
        return batch.rows.select_related("enterprise", "batch__resource", "batch__line")

    def show(self, rows: Sequence[Any]) -> None:
        """Six queries at most, however many rows there are."""
        if rows:
            _Shower(rows).show()

    def upload_form(self, request: HttpRequest) -> UploadForm:
        given = (request.POST, request.FILES) if request.method == "POST" else ()
        return FactUploadForm(request.user, *given, initial={"resource": request.GET.get("resource", "")})

    def upload(self, form: UploadForm, request: HttpRequest) -> FactImport:
        """As the owning line where it is his, else as the line by which he supplies."""
        resource = form.cleaned_data["resource"]
        line = line_of(request.user, resource)
        if line is None:
            raise Refused(_("您的条线不报送这个资源"))
        batch: FactImport = FactImporting(resource, line).upload(form.cleaned_data["file"], by=request.user)
        return batch

    def columns_form(self, batch: FactImport, *given: Any) -> ColumnsForm:
        return FactColumnsForm(self.importing_of(batch), batch, *given)

    def further(self, form: Any) -> dict[str, Any]:
        return {"period": form.cleaned_data.get("period"), "units": form.chosen_units()}


class _Shower:
    """What a page of rows says, beside the facts as they are now; once applied, as they were before it."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self.rows, self.batch, self.resource = rows, rows[0].batch, rows[0].batch.resource
        self.columns: list[ResourceColumn] = list(self.resource.columns.all())
        self.labels = Columns(self.resource).labels
        known = Fact.objects.filter(resource=self.resource, enterprise__in={row.enterprise_id for row in rows})
        known = known.filter(Q(period__in={row.period for row in rows}) | Q(period=None))
        self.facts: dict[tuple, Fact | FormerFact] = {(f.enterprise_id, f.period, f.item): f for f in known}
        if self.batch.state == FactImport.State.APPLIED:
            self.facts |= self._before(known)
        worded_ones = [column.place for column in self.columns if column.kind in (Kind.TEXT, Kind.CHOICE)]
        values = [row.values for row in rows] + [fact.values for fact in self.facts.values()]
        self.texts = words_of({one[place - 1] for one in values for place in worded_ones if len(one) >= place})

    def show(self) -> None:
        for row in self.rows:
            firm = row.enterprise
            row.named, row.code = (firm.name, firm.uscc) if firm else (row.said, "")
            row.when = row.item or period_name(row.period, self.resource.per)
            row.coded = " · ".join(filter(None, [row.code, row.when]))
            row.link = (
                reverse("enterprises:facts", args=[firm.uscc]) + f"?resource={self.resource.code}" if firm else ""
            )
            row.shown = list(self._shown(row)) if row.values else []
            row.left = _("后来又更新过，保留") if row.kept else ""
            row.said = faults(row.problems, self.labels)

    def _before(self, known: QuerySet) -> dict[tuple, Fact | FormerFact]:
        """What this import changed, as it stood until then."""
        former = FormerFact.objects.filter(delivery=self.batch.delivery_id, fact__in=known).select_related("fact")
        return {(one.fact.enterprise_id, one.fact.period, one.fact.item): one for one in former}

    def _shown(self, row: Any) -> Any:
        fact = self.facts.get((row.enterprise_id, row.period, row.item))
        differs = row.outcome in (Outcome.CHANGED, Outcome.CONFLICTING)
        for column in self.columns:
            number = row.values[column.place - 1] if len(row.values) >= column.place else None
            had = value_at(fact, column.place) if fact else None
            if number is None or (differs and number == had):
                continue
            gets = "" if number == UNKNOWN else worded(column.measure, number, self.texts)
            before = worded(column.measure, had, self.texts) if differs else ""
            yield Shown(gets, column, before)


PAGES = FactPages()
