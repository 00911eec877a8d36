"""What is asked on the pages of an import: the file, the columns, and how the preview is narrowed."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.files.tables import ACCEPT

from ..filters import PlaceChoice
from ..models import Place
from ..models.imports import FirmImport, FirmImportRow
from . import flow
from .columns import COLUMNS


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("企业名单"),
        allow_empty_file=True,  # flow says it better
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )


class ColumnsForm(forms.Form):
    """One field for each column of the file that has a heading or content, named by its number."""

    fallback = PlaceChoice(
        label=gettext_lazy("没写网格的新企业放在"),
        queryset=Place.objects.all(),
        required=False,
        empty_label=gettext_lazy("不收，列为差错"),
    )

    def __init__(self, batch: FirmImport, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.batch = batch
        choices = [("", _("不导入")), *((column.name, column.label) for column in COLUMNS)]
        for number, heading in enumerate(batch.headings):
            if heading or any(row[number : number + 1] != [""] for row in batch.samples if len(row) > number):
                self.fields[f"column_{number}"] = forms.ChoiceField(
                    label=heading or _("第 %(number)s 列") % {"number": number + 1},
                    choices=choices,
                    required=False,
                    initial=batch.columns.get(str(number), ""),
                    widget=forms.Select(attrs={"class": "sx-in sx-in--pick"}),
                )
        self.initial.setdefault("fallback", batch.fallback_place)

    def columns(self) -> dict[str, str]:
        given = ((name.removeprefix("column_"), chosen) for name, chosen in self.cleaned_data.items())
        return {number: chosen for number, chosen in given if number != "fallback" and chosen}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        try:
            flow.demand_columns(self.columns(), len(self.batch.headings))
        except flow.Refused as refusal:
            self.add_error(None, str(refusal))
        return cleaned

    @property
    def listed(self) -> list[dict[str, Any]]:
        """Each column's field beside its first cells."""
        return [
            {"field": self[name], "samples": [row[n] for row in self.batch.samples if len(row) > n and row[n]]}
            for name in self.fields
            if name != "fallback"
            for n in [int(name.removeprefix("column_"))]
        ]


class RowFilter(django_filters.FilterSet):
    outcome = django_filters.ChoiceFilter(choices=FirmImportRow.Outcome.choices, label=gettext_lazy("结果"))
    kept = django_filters.ChoiceFilter(method="left", choices=[("1", gettext_lazy("撤销后保留"))])
    q = django_filters.CharFilter(method="find", label=gettext_lazy("名称或代码"), max_length=100)

    class Meta:
        model = FirmImportRow
        fields = ["outcome", "kept", "q"]

    @property
    def qs(self) -> QuerySet[FirmImportRow]:
        return super().qs if self.is_valid() else self.queryset.none()

    def in_force(self) -> dict[str, str]:
        """For the event of an export: what was typed stays out of it."""
        given = {name: self.data.get(name, "") for name in ("outcome", "kept")}
        return {name: value for name, value in given.items() if value} | ({"q": "…"} if self.data.get("q") else {})

    def find(self, rows: QuerySet, name: str, typed: str) -> QuerySet:
        return rows.filter(Q(name__icontains=typed.strip()) | Q(uscc__icontains=typed.strip()))

    def left(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.exclude(kept=[])
