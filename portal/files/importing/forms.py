"""What every import asks: the file, and what each of its columns is."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.files.tables import ACCEPT
from portal.people.refusal import Refused

from .machine import Importing


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("清单"),
        allow_empty_file=True,  # the verb says it better
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )


class ColumnsForm(forms.Form):
    """One field for each column of the file that has a heading or content, named by its number."""

    def __init__(self, importing: Importing, batch: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.importing, self.batch = importing, batch
        choices = [("", _("不导入")), *importing.labels.items()]
        for number, heading in enumerate(batch.headings):
            if heading or any(row[number : number + 1] != [""] for row in batch.samples if len(row) > number):
                self.fields[f"column_{number}"] = forms.ChoiceField(
                    label=heading or _("第 %(number)s 列") % {"number": number + 1},
                    choices=choices,
                    required=False,
                    initial=batch.columns.get(str(number), ""),
                    widget=forms.Select(attrs={"class": "sx-in sx-in--pick"}),
                )

    def columns(self) -> dict[str, str]:
        given = ((name.removeprefix("column_"), chosen) for name, chosen in self.cleaned_data.items())
        return {number: chosen for number, chosen in given if number.isdecimal() and chosen}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        try:
            self.importing.demand_columns(self.columns(), len(self.batch.headings))
        except Refused as refusal:
            self.add_error(None, str(refusal))
        return cleaned

    def beside(self, number: int) -> forms.BoundField | None:
        """A second question about a column, its unit say, asked beside the first."""
        return None

    @property
    def listed(self) -> list[dict[str, Any]]:
        """Each column's field beside its first cells."""
        return [
            {
                "field": self[name],
                "beside": self.beside(n),
                "samples": [row[n] for row in self.batch.samples if len(row) > n and row[n]],
            }
            for name in self.fields
            if name.startswith("column_")
            for n in [int(name.removeprefix("column_"))]
        ]

    @property
    def further(self) -> list[forms.BoundField]:
        """What is asked beside the columns."""
        return [self[name] for name in self.fields if not name.startswith("column_")]
