"""What is left empty is named where it stands: no form of the room says only that something is missing."""

from importlib import import_module

import pytest
from django import forms

from inspections.agencies.forms import RulesForm

ROOMS = ("agencies", "bookings", "draws", "needs", "planning", "recording", "rectification", "visits", "whitelist")
PLAIN = forms.Field.default_error_messages["required"]


def plain(form, fields):
    """The required fields that only say what all say."""
    asked = {name: one for name, one in fields.items() if one.required and not one.widget.is_hidden}
    return [f"{form.__name__}.{name}" for name, one in asked.items() if one.error_messages["required"] is PLAIN]


@pytest.mark.parametrize("room", ROOMS)
def test_each_required_field_has_a_sentence_of_its_own(room):
    found = [one for one in vars(import_module(f"inspections.{room}.forms")).values() if isinstance(one, type)]
    asking = [one for one in found if issubclass(one, forms.BaseForm) and one is not RulesForm]
    assert asking
    assert [where for form in asking for where in plain(form, form.base_fields)] == []


@pytest.mark.django_db
def test_the_towns_numbers_too():
    assert plain(RulesForm, RulesForm().fields) == []
