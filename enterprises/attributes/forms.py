"""What a firm declares of itself: a field for each missing fact, in the unit in which it is shown (POL-2)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.people.numerals import plain

from ..measures import Kind, Measure, Plain, unit_name
from .catalogue import Attribute

YES_OR_NO = [("yes", gettext_lazy("是")), ("no", gettext_lazy("否"))]
LONGEST = 30  # characters of a typed number


class DeclareForm(forms.Form):
    """`values()` are those that were filled in, as the catalogue keeps them; what is left empty stays unknown."""

    def __init__(self, attributes: Sequence[Attribute], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.attributes = attributes
        for attribute in attributes:
            self.fields[attribute.code] = field_for(attribute)

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or {}
        for attribute in self.attributes:
            value = typed.get(attribute.code)
            if attribute.kind == Kind.NUMBER and value:
                number = number_of(attribute, value)
                if number is None:
                    self.add_error(attribute.code, _("“%(name)s”请填写数值") % {"name": attribute})
                typed[attribute.code] = number
        if not self.errors and not any(value not in (None, "") for value in typed.values()):
            self.add_error(None, _("请至少填写一项"))
        return typed

    def values(self) -> dict[str, Plain]:
        found = {}
        for attribute in self.attributes:
            value = self.cleaned_data.get(attribute.code)
            if value not in (None, ""):
                found[attribute.code] = value == "yes" if attribute.kind == Kind.BOOL else value
        return found


def field_for(attribute: Attribute) -> forms.Field:
    label = str(attribute)
    if attribute.kind == Kind.BOOL:
        return forms.ChoiceField(label=label, choices=YES_OR_NO, required=False, widget=forms.RadioSelect)
    if attribute.kind == Kind.CHOICE:
        choices = [("", "—"), *((choice.code, str(choice)) for choice in attribute.choices)]
        return forms.ChoiceField(label=label, choices=choices, required=False)
    if attribute.kind == Kind.DATE:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        return forms.DateField(label=label, required=False, widget=widget, validators=[_is_a_day])
    unit = unit_name(attribute.display)
    label = _("%(what)s(%(unit)s)") % {"what": label, "unit": unit} if unit else label
    widget = forms.TextInput(attrs={"inputmode": "decimal"})
    return forms.CharField(label=label, required=False, max_length=LONGEST, widget=widget)


def _is_a_day(value: date) -> None:
    if not 1900 <= value.year <= 2200:
        raise forms.ValidationError(_("请填写日期"))


def number_of(measure: Measure, typed: str) -> Decimal | None:
    """What was typed in the display unit, in the unit kept; None where it is no number."""
    text = plain(typed).removesuffix("%").strip()
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    if not value.is_finite() or not text.isascii() or "e" in text.lower() or abs(value.adjusted()) > LONGEST:
        return None
    return value.scaleb(measure.factor.adjusted())
