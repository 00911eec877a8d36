"""Choosing departments and people: in groups, by the short name, those that are mostly meant before the others (ORG-1).

A long list is drawn by `{% picks %}` or as a select with groups; `static/js/sift.js` narrows it while one types.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.people.models import Department, Membership, User
from portal.people.roles import Role
from requests.forms.base import VerbForm
from requests.models import Assignment

Groups = Iterable[tuple[str, list[Any]]]
FEW = 8  # so many are overlooked at a glance: no groups
LATELY, USUAL = 500, 6  # of the matters given last, the departments that got most
ORDER = list(Department.Kind.values)
ORDER.insert(2, ORDER.pop(ORDER.index(Department.Kind.COUNTY)))  # before companies and villages


@cache
def sounding(name: str) -> tuple[str, ...]:
    """By which a list of names is put in order."""
    from pypinyin import lazy_pinyin  # a large dictionary: neither beat nor a worker needs it

    return tuple(lazy_pinyin(name))


def by_kind(found: Iterable[Department]) -> Groups:
    """市级部门 together, 村（社区） together, each in the order of their names' sound; few stay as they are."""
    rows = sorted(found, key=lambda one: (ORDER.index(one.kind), sounding(one.short_name)))
    if len(rows) <= FEW:
        return [("", rows)]
    kinds = sorted({one.kind for one in rows}, key=ORDER.index)
    return [(str(Department.Kind(kind).label), [one for one in rows if one.kind == kind]) for kind in kinds]


def usual_first(found: Iterable[Department]) -> Groups:
    """The same after the few to which most was given lately."""
    rows = list(found)
    if len(rows) <= FEW:
        return by_kind(rows)
    last = Assignment.objects.filter(part=Assignment.Part.LEAD).order_by("-pk").values_list("department")[:LATELY]
    often = [key for (key,), _times in Counter(last).most_common(USUAL)]
    there = {one.pk: one for one in rows}
    usual = [there[key] for key in often if key in there]
    rest = list(by_kind(one for one in rows if one not in usual))
    return [(gettext("常用"), usual), *rest] if usual else rest


def people_by_unit(found: Iterable[User], roles: Iterable[str]) -> Groups:
    """People under their department, the town's leaders first; who holds several offices stands under the first."""
    people = {user.pk: user for user in found}
    held = Membership.objects.current().filter(user__in=people, role__in=roles).select_related("department")
    where: dict[tuple[Any, ...], list[User]] = {}
    for one in held.order_by("pk"):
        if user := people.pop(one.user_id, None):
            where.setdefault(_office(one), []).append(user)
    return [(place[-1], sorted(where[place], key=lambda user: sounding(user.name))) for place in sorted(where)]


def _office(one: Membership) -> tuple[Any, ...]:
    """The place in the list, and what stands above it."""
    if one.department is None:
        return (-1 if one.role == Role.LEADER else 0, (), str(Role(one.role).label))
    return (1 + ORDER.index(one.department.kind), sounding(one.department.short_name), one.department.short_name)


# Fields --------------------------------------------------------------------------------------------------------


class InGroups(ModelChoiceIterator):
    """The choices under the headings that the field's `grouping` gives them; what it leaves out is no choice."""

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        field: Any = self.field
        for name, rows in field.grouping(self.queryset):
            choices = [self.choice(row) for row in rows]
            if name:
                yield name, choices
            else:
                yield from choices


class UnitField(forms.ModelChoiceField):
    iterator = InGroups
    grouping: Callable[[Iterable[Any]], Groups] = staticmethod(usual_first)

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.short_name)


class UnitPicks(forms.ModelMultipleChoiceField):
    iterator = InGroups
    grouping: Callable[[Iterable[Any]], Groups] = staticmethod(usual_first)

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.short_name)


class FullUnitField(UnitField):
    """By the full name, for who does not know the short ones; nothing is usual."""

    grouping = staticmethod(by_kind)

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


def units() -> Any:
    """The departments that can be given a matter: in use, and not the centre."""
    return Department.objects.active().exclude(kind=Department.Kind.CENTRE)


def unit(label: Any, *, required: bool = True, empty: Any = None, sentence: Any = None) -> UnitField:
    return UnitField(
        label=label,
        queryset=Department.objects.none(),
        required=required,
        empty_label=empty or _("请选部门"),
        error_messages={"required": sentence or _("请选部门。")},
    )


def picks(label: Any) -> UnitPicks:
    return UnitPicks(
        label=label, queryset=Department.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )


class UnitsForm(VerbForm):
    """A form that names departments: all that can be given the matter, less its lead where that makes no sense."""

    layout = "requests/fields_units.html"
    beside_lead: tuple[str, ...] = ()  # fields in which the present lead is no choice

    def shape(self) -> None:
        for name, field in self.fields.items():
            if isinstance(field, (UnitField, UnitPicks)):
                offered = units()
                if name in self.beside_lead:
                    offered = offered.exclude(pk=self.ticket.lead_department_id)
                field.queryset = offered
