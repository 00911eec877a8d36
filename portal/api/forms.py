"""Django's forms as the API speaks them: their fields described for the schema, JSON and uploads given to them.

The forms of the pages stay the one place where a field, its limits and its sentences are written.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request

from .problems import GENERAL, Problem

Field = serializers.Field


class Moment(serializers.DateTimeField):
    """An instant of this century: what lies beyond is a slip, and may have no counterpart in another time zone."""

    def to_internal_value(self, value: Any) -> Any:
        try:
            moment = super().to_internal_value(value)
        except OverflowError:
            self.fail("overflow")
        if not 2000 <= moment.year < 2100:
            self.fail("overflow")
        return moment


def serializer_of(form: type[forms.Form], name: str, **extra: Field) -> type[serializers.Serializer]:
    """A serializer that describes the form's fields; it checks types, the form checks everything else."""
    fields = {key: _described(field) for key, field in form.base_fields.items()}
    doc = (form.__doc__ or "").partition("\n")[0]
    return type(name, (serializers.Serializer,), {**fields, **extra, "__doc__": doc})


def _described(field: forms.Field) -> Field:
    said = {"required": field.required, "help_text": field.label}
    if isinstance(field, forms.FileField):
        return serializers.ListField(child=serializers.FileField(), **said)
    if isinstance(field, forms.ModelMultipleChoiceField):
        return serializers.ListField(child=serializers.IntegerField(min_value=1), **said)
    if isinstance(field, forms.ModelChoiceField):
        if getattr(field, "to_field_name", None):
            return serializers.CharField(allow_blank=True, allow_null=not field.required, **said)
        return serializers.IntegerField(min_value=1, allow_null=not field.required, **said)
    if isinstance(field, forms.ChoiceField):
        # What a form leaves open until it knows the person and the ticket is open here, too.
        choices = [(value, label) for value, label in field.choices if value != ""]
        return serializers.ChoiceField(choices, allow_null=not field.required, allow_blank=not field.required, **said)
    if isinstance(field, forms.DateTimeField):
        return Moment(allow_null=not field.required, **said)
    if isinstance(field, forms.BooleanField):
        return serializers.BooleanField(**said)
    return serializers.CharField(
        allow_blank=True, allow_null=not field.required, max_length=getattr(field, "max_length", None), **said
    )


def typed(request: Request, serializer: type[serializers.Serializer]) -> tuple[QueryDict, MultiValueDict]:
    """What was sent, as a form takes it: (fields, files). Raises ValidationError (422) for what has another type."""
    if not isinstance(request.data, Mapping):
        raise Problem(422, _("内容要是一个 JSON 对象。"))
    checked = serializer(data=request.data, partial=True)  # what is missing is said by the form, in its own words
    checked.is_valid(raise_exception=True)
    fields, files = QueryDict(mutable=True), MultiValueDict()
    for name, value in checked.validated_data.items():
        if isinstance(checked.fields[name], serializers.ListField) and _of_files(checked.fields[name]):
            files.setlist(name, value)
        elif isinstance(value, list):
            fields.setlist(name, [str(one) for one in value])
        elif value is not None and value is not False:
            fields[name] = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return fields, files


def _of_files(field: Any) -> bool:
    return isinstance(field.child, serializers.FileField)


def refused(form: forms.Form) -> Problem:
    """The form's sentences as a problem (422)."""
    errors = {
        GENERAL if name == forms.forms.NON_FIELD_ERRORS else name: [str(sentence) for sentence in sentences]
        for name, sentences in form.errors.items()
    }
    return Problem(422, next(iter(errors.values()))[0], errors=errors)
