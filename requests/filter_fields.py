"""The fields of the lists' filters: choices that are kept for a minute, people, days of this century."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import django_filters
import django_filters.fields
from django.conf import settings
from django.core.cache import cache
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import connection
from django.db.models import Model, Q, QuerySet
from django.forms import DateInput, ModelChoiceField
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.people.models import User
from portal.people.roles import Role
from portal.worktime.calendar import SHANGHAI

YES = [("1", _("是"))]


def midnight(day: date) -> datetime:
    """The first instant of a day in the town's time zone."""
    return datetime.combine(day, time.min, SHANGHAI)


def choice(choices: Any, label: Any, empty: Any, **kwargs: Any) -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(choices=choices, label=label, empty_label=empty, **kwargs)


def day(label: Any, method: str) -> django_filters.DateFilter:
    """A calendar day of this century: what lies beyond is a slip of the finger, and has no midnight to compare with."""
    return django_filters.DateFilter(
        label=label,
        method=method,
        widget=DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2099, 12, 31))],
    )


def flag(label: Any, method: str) -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(choices=YES, label=label, method=method)


class PersonChoice(ModelChoiceField):
    def label_from_instance(self, person: Any) -> str:
        return str(person.name)


class PersonFilter(django_filters.ModelChoiceFilter):
    """Who handles a ticket of the list that is filtered, or could."""

    field_class = PersonChoice

    def get_queryset(self, request: Any) -> QuerySet[User]:
        handles = self.parent.queryset.order_by().values("handler")
        may = User.objects.holding(Role.HANDLER).order_by().values("pk")
        return User.objects.filter(Q(pk__in=handles) | Q(pk__in=may)).order_by("name", "pk")


class KeptIterator(django_filters.fields.ModelChoiceIterator):
    """Choices that seldom change and stand on every page of the list: read once a minute, and when one is saved.

    What is chosen is still looked up. Nothing in them depends on who asks.
    """

    SECONDS = 60

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        field = self.field
        if field.empty_label is not None:
            yield "", field.empty_label
        if field.null_label is not None:
            yield field.null_value, field.null_label
        key = kept_key(self.queryset.model, get_language())
        kept: list[tuple[Any, str]] | None = cache.get(key)
        if kept is None:
            kept = [(row.pk, field.label_from_instance(row)) for row in self.queryset.all()]
            cache.set(key, kept, self.SECONDS)
        yield from kept


def kept_key(model: type[Model], language: str | None) -> str:
    town = connection.settings_dict["NAME"]  # two may share one Valkey
    return f"list.choices.{town}.{model._meta.label_lower}.{language}"


def forget_choices(sender: type[Model], **kwargs: Any) -> None:
    """Called when a department or a category is saved or deleted."""
    cache.delete_many([kept_key(sender, code) for code, _name in settings.LANGUAGES])


class CategoryChoice(django_filters.fields.ModelChoiceField):
    iterator = KeptIterator


class CategoryFilter(django_filters.ModelChoiceFilter):
    field_class = CategoryChoice


class DepartmentChoice(django_filters.fields.ModelChoiceField):
    iterator = KeptIterator

    def label_from_instance(self, department: Any) -> str:
        return str(department.short_name)


class DepartmentFilter(django_filters.ModelChoiceFilter):
    field_class = DepartmentChoice
