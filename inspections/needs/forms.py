"""What is typed about needs; the verbs decide."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.models import Enterprise
from portal.people.models import User
from requests.forms.base import prose

from ..models import Need, Parts, Skill, Subject
from . import stages
from .capacity import own_agencies
from .flow import Wish

KINDS = [(kind, _(name)) for kind, name in stages.KINDS.items() if kind not in (stages.EMERGENCY, stages.BOOKED)]
WINDOW = timedelta(days=30)  # offered to whoever names no days


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **kwargs)


class SubjectChoice(forms.ModelChoiceField):
    """Subjects by their code, in the groups of their agencies where there are several."""

    def label_from_instance(self, subject: Any) -> str:
        return str(subject)


class WindowForm(forms.Form):
    """What need and edit have in common."""

    kind = forms.ChoiceField(label=_("检查类别"), choices=KINDS, initial=stages.SELF_CHOSEN)
    basis = prose(
        _("依据"),
        2,
        max_length=500,
        help_text=_("法律条款、专项部署文件或投诉举报编号，检查时出示给企业"),
        error_messages={"required": _("请写检查的依据。")},
    )
    ordered_by = forms.CharField(
        label=_("上级部署文件"), max_length=200, required=False, help_text=_("随机抽查白名单企业必须有，写文号")
    )
    first = day_field(_("最早日期"), error_messages={"required": _("请写最早日期。")})
    last = day_field(_("最晚日期"), error_messages={"required": _("请写最晚日期。")})
    parts = forms.TypedChoiceField(label=_("用时"), choices=Parts.choices, coerce=int, initial=Parts.QUARTER)
    skill = forms.ModelChoiceField(
        label=_("需要的资质"), queryset=Skill.objects.all(), required=False, empty_label=_("不要求")
    )
    unannounced = forms.BooleanField(label=_("不事先告知企业"), required=False, help_text=_("到现场亮码时企业才看到"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", _("最晚日期不能早于最早日期。"))
        return data


class NeedForm(WindowForm):
    """提出检查需求."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    enterprise = forms.CharField(label=_("企业"), max_length=18, error_messages={"required": _("请选企业。")})
    subject = SubjectChoice(
        label=_("检查事项"),
        queryset=Subject.objects.none(),
        to_field_name="code",
        empty_label=_("请选"),
        error_messages={"required": _("请选检查事项。")},
    )

    field_order: ClassVar[list[str]] = ["enterprise", "subject"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["subject"].queryset = own_subjects(user)

    def clean_enterprise(self) -> Enterprise:
        code = self.cleaned_data["enterprise"].strip().replace("\0", "")
        firm = Enterprise.objects.visible_to(self.user).filter(uscc=code).first()
        if firm is None:
            raise forms.ValidationError(_("没有这家企业，请重新选。"))
        return firm

    def wish(self) -> Wish:
        data = {name: value for name, value in self.cleaned_data.items() if name not in ("key", "enterprise")}
        return Wish(agency=data["subject"].agency, firm=self.cleaned_data["enterprise"], **data)


def own_subjects(user: User) -> Any:
    """What his agencies check, in use."""
    subjects = Subject.objects.filter(active=True, agency__in=own_agencies(user))
    return subjects.select_related("agency__department", "skill", "concerns")


def of_subject(subject: Subject) -> dict[str, Any]:
    """What the subject prefills."""
    return {
        "basis": subject.basis[:500],
        "parts": subject.parts,
        "skill": subject.skill_id,
        "unannounced": subject.unannounced,
    }


def of_need(need: Need) -> dict[str, Any]:
    names = ("kind", "basis", "ordered_by", "first", "last", "parts", "unannounced")
    return {name: getattr(need, name) for name in names} | {"skill": need.skill_id}


def usual_window(today: date) -> dict[str, date]:
    return {"first": today + timedelta(days=1), "last": today + WINDOW}


class Withdraw(forms.Form):
    name, act = _("撤回检查需求"), pgettext_lazy("动作", "撤回")
    reason = prose(_("撤回的原因"), 2, max_length=300, error_messages={"required": _("请写撤回的原因。")})


class GenerateForm(forms.Form):
    """按事项生成: one subject, one window."""

    subject = SubjectChoice(
        label=_("检查事项"), queryset=Subject.objects.none(), to_field_name="code", empty_label=None
    )
    kind = forms.ChoiceField(
        label=_("检查类别"),
        choices=[(kind, _(stages.KINDS[kind])) for kind in (stages.SELF_CHOSEN, stages.STATUTORY, stages.CAMPAIGN)],
        help_text=_("法律规定频次的选法定检查；白名单企业不作自选检查"),
    )
    basis = forms.CharField(
        label=_("依据"), max_length=500, required=False, help_text=_("不写就用检查事项的依据；专项检查写部署文件")
    )
    first = day_field(_("最早日期"), error_messages={"required": _("请写最早日期。")})
    last = day_field(_("最晚日期"), error_messages={"required": _("请写最晚日期。")})

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["subject"].queryset = own_subjects(user).exclude(concerns=None)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") == stages.CAMPAIGN and not (data.get("basis") or "").strip():
            self.add_error("basis", _("请写专项检查的部署文件。"))
        return data
