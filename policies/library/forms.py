"""The forms in which a policy is written: the document, one clause after the other, and the acts (POL-1)."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.forms.models import fields_for_model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises.attributes.catalogue import TOWN
from enterprises.criteria.form import by_source
from enterprises.models import Industry
from portal.files.fields import FilesField
from portal.people.models import Department
from portal.people.rights import rights_of
from requests.forms.base import Prose
from requests.forms.units import UnitField, UnitPicks, by_kind

from ..models import ClauseVersion, Policy, PolicyVersion
from ..models.policies import WRITES_POLICIES
from .content import CLAUSE, POLICY

ROWS = {"object": 3, "basis": 2, "interpretation": 8, "conditions": 4, "benefit": 3, "procedure": 3}
SPARE_MATERIALS = 3
LINKS = ("source_url", "claim_url")
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
HINTS = {
    "document_number": gettext_lazy("例如：沙示政〔2026〕12号"),
    "summary": gettext_lazy("企业一看就懂的一句话：谁、做到什么、能得什么"),
    "object": gettext_lazy("原文写的支持对象"),
    "area": gettext_lazy("不填就是全镇"),
    "basis": gettext_lazy("依据哪些文件制定"),
    "interpretation": gettext_lazy("原文读不懂的地方，用大白话说清；可以分段"),
    "valid_to": gettext_lazy("不填就是长期有效"),
    "effective_on": gettext_lazy("审核通过后，到这一天自动生效"),
    "note": gettext_lazy("这一版改了什么、为什么"),
    "office": gettext_lazy("线下去哪里办"),
    "conditions": gettext_lazy("照抄文件原文"),
    "benefit": gettext_lazy("照抄文件原文，例如：按研发费用的 10% 给予补助，最高 100 万元"),
    "window": gettext_lazy("例如：每年 3 月；具体批次另外开"),
    "publicity_days": gettext_lazy("0 表示不公示"),
    "claim_url": gettext_lazy("向上级平台申报的，写申报网址"),
}


def _one(row: Any, **given: Any) -> forms.Field | None:
    """A field of the form; an address without a scheme is meant for https."""
    field: forms.Field | None = row.formfield(**given, **({"assume_scheme": "https"} if row.name in LINKS else {}))
    return field


def _fields(model: Any, names: tuple[str, ...], leave: tuple[str, ...]) -> dict[str, forms.Field]:
    """As the model says, with texts that are never cut off and days that a browser can pick."""
    shown = [one for one in names if one not in leave]
    found: dict[str, Any] = dict(fields_for_model(model, fields=shown, formfield_callback=_one))
    for name, one in found.items():
        one.help_text = HINTS.get(name, "")
        own = {"label": one.label, "required": one.required, "help_text": one.help_text}
        if isinstance(one.widget, forms.Textarea):
            rows = forms.Textarea(attrs={"rows": ROWS.get(name, 3)})
            found[name] = Prose(widget=rows, max_length=model._meta.get_field(name).max_length, **own)
        elif isinstance(one, forms.DateField):
            one.widget = DAY
        elif isinstance(one, forms.TypedChoiceField) and one.choices and not one.choices[0][0]:
            one.choices = [("", gettext_lazy("请选择")), *one.choices[1:]]
    return found


class DocumentForm(forms.Form):
    """The elements of the whole policy; for a new one also its department and what it follows."""

    keywords = forms.CharField(
        label=gettext_lazy("关键词"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("企业会用的说法，用空格分开，最多 10 个"),
    )
    industries = forms.MultipleChoiceField(
        label=gettext_lazy("适用行业"), required=False, widget=forms.CheckboxSelectMultiple
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Any, version: PolicyVersion | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)
        for name, one in _fields(PolicyVersion, POLICY, ("keywords", "industries")).items():
            self.fields[name] = one
        industries: Any = self.fields["industries"]
        industries.choices = _industry_choices()
        self.fields["level"].choices = [one for one in self.fields["level"].choices if one[0]]  # type: ignore[attr-defined]
        self.fields["level"].widget = forms.RadioSelect(choices=self.fields["level"].choices)  # type: ignore[attr-defined]
        if version is not None:
            self.initial.update({name: getattr(version, name) for name in POLICY}, seen=version.revision)
            self.initial["keywords"] = " ".join(version.keywords)
        else:
            self._choose_department(user)

    def _choose_department(self, user: Any) -> None:
        own = Department.objects.filter(pk__in=rights_of(user).departments(WRITES_POLICIES))
        self.fields["department"] = UnitField(queryset=own, label=_("责任单位"), empty_label=None)
        self.fields["follows"] = FollowsField(
            queryset=Policy.objects.public().select_related("current").order_by("current__title"),
            label=_("承接政策"),
            required=False,
            empty_label=_("不承接"),
            help_text=_("接替哪一件到期或废止的政策"),
        )

    def clean_keywords(self) -> list[str]:
        words = list(dict.fromkeys(re.split(r"[\s,，、;；]+", self.cleaned_data["keywords"].strip())))
        words = [word for word in words if word]
        if len(words) > 10 or any(len(word) > 20 for word in words):
            raise forms.ValidationError(_("关键词最多 10 个，每个最多 20 字。"))
        return words

    def elements(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in POLICY}


class FollowsField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.current.title)


def _industry_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Divisions under their section, the section itself first."""
    found: dict[str, tuple[str, list[tuple[str, str]]]] = {}
    for one in Industry.objects.filter(level__lte=2).order_by("section", "level", "code"):
        if one.level == 1:
            whole = _("%(name)s（全部）") % {"name": one.name}
            found[one.code] = (one.name, [(one.code, whole)])
        else:
            found[one.section][1].append((one.code, one.name))
    return list(found.values())


class ClauseForm(forms.Form):
    """One clause but for its condition, its amount and its materials, which have forms of their own."""

    judged = forms.BooleanField(
        label=gettext_lazy("条件能由企业数据判断"),
        required=False,
        help_text=gettext_lazy("选了就按下面的条件自动匹配企业；不选，企业请对照原文自己判断"),
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, row: dict[str, Any] | None = None, seen: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)
        leave = ("tree", "formula", "materials", "responsible", "reviewers", "universal")
        for name, one in _fields(ClauseVersion, CLAUSE, leave).items():
            self.fields[name] = one
        kinds = [("1", _("普惠")), ("", _("择优"))]
        self.fields["universal"] = forms.TypedChoiceField(
            label=_("普惠或择优"),
            choices=kinds,
            coerce=bool,
            empty_value=False,  # type: ignore[arg-type]
            required=False,
            widget=forms.RadioSelect,
            help_text=_("普惠：符合就有；择优：在申报的企业里选"),
        )
        units = Department.objects.active()
        self.fields["responsible"] = UnitField(
            queryset=units, required=False, label=_("受理单位"), empty_label=_("本部门")
        )
        self.fields["reviewers"] = UnitPicks(
            queryset=units, required=False, label=_("联审单位"), widget=forms.CheckboxSelectMultiple
        )
        self.fields["reviewers"].grouping = by_kind  # type: ignore[attr-defined]
        self.initial.setdefault("judged", True)
        self.initial.update(seen=seen)
        if row is not None:
            self.initial.update(row, judged=row["tree"] is not None, universal="1" if row["universal"] else "")
        else:
            self.initial.update(universal="1", publicity_days=5)

    def said(self) -> dict[str, Any]:
        own = {name: self.cleaned_data[name] for name in CLAUSE if name in self.cleaned_data}
        return own | {"reviewers": list(self.cleaned_data["reviewers"])}


def materials_typed(data: Any) -> list[dict[str, Any]]:
    """The lines of materials as they were typed; empty lines are left out."""
    found = []
    names, attributes = data.getlist("material"), data.getlist("material_attribute")
    notes, needed = data.getlist("material_note"), data.getlist("material_required")
    for place, name in enumerate(names[:40]):
        if name.strip():
            found.append(
                {
                    "name": name.strip()[:200],
                    "attribute": attributes[place][:60] if place < len(attributes) else "",
                    "required": place < len(needed) and needed[place] == "1",
                    "note": notes[place].strip()[:200] if place < len(notes) else "",
                }
            )
    return found


def material_lines(materials: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the form draws: the materials and some empty lines."""
    blank = {"name": "", "attribute": "", "required": True, "note": ""}
    return [*materials, *[dict(blank) for _n in range(SPARE_MATERIALS)]]


def material_choices() -> list[tuple[str, list[Any]]]:
    return by_source(list(TOWN))


class ReasonForm(forms.Form):
    reason = Prose(label=gettext_lazy("理由"), widget=forms.Textarea(attrs={"rows": 3}), max_length=300)


class PlainForm(forms.Form):
    """Nothing to fill in."""


class FileForm(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("名称"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("例如：文件原文、申报表；不填就用文件名"),
    )
    files = FilesField(label=gettext_lazy("文件"), required=True)  # type: ignore[assignment]
