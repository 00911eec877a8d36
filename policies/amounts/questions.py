"""One question as a form: the field that fits the attribute's kind."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from enterprises.attributes.catalogue import Attribute, Kind
from enterprises.measures import unit_name
from portal.people.refusal import Refused

from .answers import SECTION, listed, read_value


class QuestionForm(forms.Form):
    """`v` as it is typed; the value itself is read by `answers.read_value`."""

    def __init__(self, attribute: Attribute, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.attribute = attribute
        self.fields["v"] = _field(attribute)

    def clean_v(self) -> str:
        typed = str(self.cleaned_data["v"]).strip()
        try:
            read_value(self.attribute, typed)
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from None
        return typed


def _field(attribute: Attribute) -> forms.Field:
    label = _("%(name)s（%(unit)s）") % {"name": attribute, "unit": unit_name(attribute.display)}
    match attribute.kind:
        case Kind.NUMBER:
            widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
            return forms.CharField(label=label, max_length=30, widget=widget)
        case Kind.BOOL:
            return _chosen(attribute, [("yes", _("是")), ("no", _("否"))])
        case Kind.DATE:
            widget = forms.DateInput(attrs={"type": "date"})
            return forms.CharField(label=str(attribute), max_length=10, widget=widget)
        case Kind.CHOICE:
            return _chosen(attribute, [(one.code, str(one)) for one in attribute.choices])
    named = [
        (code, f"{code} {name}" if attribute.code == SECTION else name) for code, name in listed(attribute).items()
    ]
    return forms.ChoiceField(label=str(attribute), choices=[("", _("请选择")), *named])


def _chosen(attribute: Attribute, choices: list[tuple[str, str]]) -> forms.Field:
    return forms.ChoiceField(label=str(attribute), choices=choices, widget=forms.RadioSelect)
