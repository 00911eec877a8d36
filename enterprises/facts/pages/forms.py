"""What is asked about a resource, a ruling and a correction; the verbs decide."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.files.tables import Unreadable, as_day, as_number
from portal.people.refusal import Refused

from ...measures import Kind, Plain, unit_name
from ...models import Line, Resource, ResourceColumn
from ..periods import read_period

SENSITIVITY = [
    ("open", gettext_lazy("公开：所有工作人员可见")),
    ("line", gettext_lazy("条线：本条线、服务管家、镇领导可见")),
    ("closed", gettext_lazy("不公开：本条线可见，其他人见区间")),
]
KINDS = [
    ("number", gettext_lazy("数字")),
    ("text", gettext_lazy("文字")),
    ("date", gettext_lazy("日期")),
    ("bool", gettext_lazy("是或否")),
    ("choice", gettext_lazy("选项")),
]


class ResourceForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("名称"), max_length=40)
    name_en = forms.CharField(label=gettext_lazy("英文名称"), max_length=60, required=False)
    due_days = forms.IntegerField(label=gettext_lazy("更新期限(天)"), min_value=1, max_value=1500)
    sensitivity = forms.ChoiceField(label=gettext_lazy("敏感程度"), choices=SENSITIVITY, widget=forms.Select)
    suppliers = forms.ModelMultipleChoiceField(
        label=gettext_lazy("其他来源条线"),
        queryset=Line.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, resource: Resource, *args: Any, **kwargs: Any) -> None:
        given = {name: getattr(resource, name) for name in ("name", "name_en", "due_days", "sensitivity")}
        given["suppliers"] = resource.suppliers.all()
        super().__init__(*args, initial=given, **kwargs)
        self.fields["suppliers"].queryset = Line.objects.exclude(pk=resource.line_id)


class MeasureChoice(forms.ModelChoiceField):
    def label_from_instance(self, column: Any) -> str:
        unit = unit_name(column.display) or _("无单位")
        return _("%(unit)s，小数 %(decimals)s 位") % {"unit": unit, "decimals": column.decimals}


class ColumnForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("名称"), max_length=40)
    name_en = forms.CharField(label=gettext_lazy("英文名称"), max_length=60, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("类型"), choices=KINDS, widget=forms.Select)
    like = MeasureChoice(
        label=gettext_lazy("数字的单位"), queryset=ResourceColumn.objects.none(), required=False, empty_label="—"
    )
    choices = forms.CharField(
        label=gettext_lazy("选项，一行一个，由低到高"), required=False, max_length=600, widget=forms.Textarea
    )

    def __init__(self, resource: Resource, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="column", **kwargs)
        measured = ("unit", "scale", "display", "factor", "decimals")
        first = ResourceColumn.objects.filter(kind=Kind.NUMBER).order_by(*measured, "pk").distinct(*measured)
        self.fields["like"].queryset = ResourceColumn.objects.filter(pk__in=first.values("pk")).order_by("display")

    def clean_choices(self) -> list[str]:
        return self.cleaned_data["choices"].splitlines()


class RulingForm(forms.Form):
    """Keep or take, with the reason; `seen` is what stood when the page was made."""

    act = forms.ChoiceField(choices=[("keep", ""), ("take", "")], widget=forms.HiddenInput)
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=200)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


class AnswerForm(forms.Form):
    act = forms.ChoiceField(choices=[("confirm", ""), ("reject", "")], widget=forms.HiddenInput)
    answer = forms.CharField(label=gettext_lazy("答复"), max_length=200, required=False)


class CorrectionForm(forms.Form):
    """The right value as the column shows it, or that it should say nothing, and what that rests on.

    Where the address names no row, `period` and `item` are asked for, too: a row may be missing altogether.
    """

    period = forms.CharField(label=gettext_lazy("所属期"), max_length=40, help_text=gettext_lazy("如 2026年9月"))
    item = forms.CharField(max_length=80)

    value = forms.CharField(label=gettext_lazy("应为"), required=False, max_length=200)
    empty = forms.BooleanField(label=gettext_lazy("应为空，没有这回事"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("依据"),
        max_length=200,
        widget=forms.Textarea,
        help_text=gettext_lazy("看到的情况，或者依据的报表、证照"),
    )

    def __init__(self, column: ResourceColumn, *args: Any, asks_row: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.column, measure = column, column.measure
        self.fields["item"].label = column.resource.item_name
        if not asks_row or column.resource.per == Resource.Per.REGISTER:
            del self.fields["period"]
        if not asks_row or not column.resource.item:
            del self.fields["item"]
        unit = unit_name(measure.display) if measure.kind == Kind.NUMBER else ""
        if unit:
            self.fields["value"].label = _("应为(%(unit)s)") % {"unit": unit}
        if measure.kind == Kind.CHOICE:
            named = [(choice.code, str(choice)) for choice in measure.choices]
            self.fields["value"] = self._choice(named)
        elif measure.kind == Kind.BOOL:
            self.fields["value"] = self._choice([("yes", _("是")), ("no", _("否"))])
        elif measure.kind == Kind.DATE:
            self.fields["value"].widget = forms.DateInput(attrs={"type": "date"})

    def _choice(self, named: list[tuple[str, str]]) -> forms.ChoiceField:
        return forms.ChoiceField(label=_("应为"), choices=[("", "—"), *named], required=False, widget=forms.Select)

    def clean_period(self) -> date | None:
        try:
            return read_period(self.cleaned_data["period"], self.column.resource.per)
        except Unreadable as error:
            raise ValidationError(_("看不懂这个所属期")) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        typed = cleaned.get("value", "")
        if cleaned.get("empty"):
            cleaned["plain"] = None
        elif not typed:
            self.add_error("value", _("请填写正确的值"))
        else:
            try:
                cleaned["plain"] = plain_of(self.column, typed)
            except (Unreadable, Refused):
                is_day = self.column.kind == Kind.DATE
                self.add_error("value", _("请填写日期") if is_day else _("请填写数值"))
        return cleaned


def plain_of(column: ResourceColumn, typed: str) -> Plain:
    """What was typed in display units. Raises Unreadable."""
    measure = column.measure
    if measure.kind == Kind.NUMBER:
        number = as_number(typed.removesuffix("%") if measure.display == "%" else typed)
        if number is None:
            raise Unreadable(typed)
        return Decimal(number) * measure.factor
    if measure.kind == Kind.DATE:
        day = as_day(typed)
        if day is None:
            raise Unreadable(typed)
        return day
    return typed == "yes" if measure.kind == Kind.BOOL else typed.strip()
