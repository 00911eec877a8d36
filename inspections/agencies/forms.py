"""What is typed about agencies; the verbs decide."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enterprises.models import Criterion
from portal.people.models import User
from portal.people.roles import Role
from requests.forms.base import prose

from ..models import Agency, Inspector, Parts, Rules, Skill, Subject
from ..needs.forms import day_field

POINTS = 12  # lines for points offered at least


class Plain(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, person: Any) -> str:
        return str(person.name)


class InspectorForm(Plain):
    certificate = forms.CharField(label=_("执法证号"), max_length=30, error_messages={"required": _("请写执法证号。")})
    valid_until = day_field(_("有效期至"), error_messages={"required": _("请选执法证有效期到哪一天。")})
    skills = forms.ModelMultipleChoiceField(
        label=_("检查资质"), queryset=Skill.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )


class NewInspectorForm(InspectorForm):
    user = PersonChoice(label=_("执法人员"), queryset=User.objects.none(), empty_label=_("请选"))
    field_order = ("user",)

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = agency.inspectors.filter(active=True).values("user")
        people = User.objects.holding(Role.INSPECTOR, agency.department).exclude(pk__in=known)
        self.fields["user"].queryset = people.order_by("name", "pk")


class EditInspectorForm(InspectorForm):
    active = forms.BooleanField(label=_("在用"), required=False, help_text=_("不再执法的去掉，名下的检查组要另配人"))


class MemberChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, inspector: Any) -> str:
        skills = "、".join(str(skill) for skill in inspector.skills.all())
        return f"{inspector.user.name}（{skills}）" if skills else str(inspector.user.name)


class TeamForm(Plain):
    name = forms.CharField(
        label=_("名称"), max_length=40, help_text=_("如“一组”"), error_messages={"required": _("请写检查组的名称。")}
    )
    members = MemberChoice(
        label=_("成员，至少两人"), queryset=Inspector.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = agency.inspectors.filter(active=True).select_related("user").prefetch_related("skills")
        self.fields["members"].queryset = offered.order_by("user__name", "pk")


class EditTeamForm(TeamForm):
    active = forms.BooleanField(label=_("在用"), required=False, help_text=_("解散的去掉，以后的计划不再派"))


class SpanForm(Plain):
    """Days, both included."""

    first = day_field(_("从"), error_messages={"required": _("请选从哪一天。")})
    last = day_field(_("到"), error_messages={"required": _("请选到哪一天。")})
    reason = forms.CharField(label=_("事由"), max_length=100, required=False)


class SubjectForm(Plain):
    name = forms.CharField(label=_("检查事项"), max_length=120, error_messages={"required": _("请写检查事项的名称。")})
    item = forms.CharField(label=_("检查子项"), max_length=120, required=False)
    basis = prose(
        _("检查依据"),
        3,
        max_length=2000,
        help_text=_("检查通知书和检查码页照这里写"),
        error_messages={"required": _("请写检查的依据。")},
    )
    object = forms.CharField(label=_("检查对象"), max_length=300, required=False)
    concerns = forms.ModelChoiceField(
        label=_("涉及的企业"),
        queryset=Criterion.objects.none(),
        required=False,
        empty_label=_("不限，由检查人选"),
        help_text=_("按条件生成需求、随机抽取都用它"),
    )
    settled_by = forms.ModelChoiceField(
        label=_("数据满足什么就不上门"), queryset=Criterion.objects.none(), required=False, empty_label=_("都要检查")
    )
    method = forms.ChoiceField(label=_("检查方式"), choices=Subject.Method.choices)
    frequency = forms.CharField(label=_("检查频次（原文）"), max_length=200, required=False)
    per_year = forms.IntegerField(label=_("每户每年（次）"), min_value=1, max_value=12, required=False)
    share = forms.DecimalField(
        label=_("抽查比例（%）"),
        min_value=Decimal("0.01"),
        max_value=Decimal(100),
        max_digits=5,
        decimal_places=2,
        required=False,
    )
    parts = forms.TypedChoiceField(label=_("用时"), choices=Parts.choices, coerce=int)
    skill = forms.ModelChoiceField(
        label=_("需要的资质"), queryset=Skill.objects.all(), required=False, empty_label=_("不要求")
    )
    unannounced = forms.BooleanField(label=_("不事先告知企业"), required=False)
    active = forms.BooleanField(label=_("在用"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("concerns", "settled_by"):
            self.fields[name].queryset = Criterion.objects.filter(retired_at=None).order_by("name", "pk")

    def fields_of(self) -> dict[str, Any]:
        """As the row keeps them: the share as a part of one."""
        data = dict(self.cleaned_data)
        data.pop("code", None)
        share = data["share"]
        return data | {"share": share / 100 if share is not None else None}


class NewSubjectForm(SubjectForm):
    code = forms.SlugField(
        label=_("编号"),
        max_length=30,
        help_text=_("字母、数字和连字符，如 fire-03"),
        error_messages={"required": _("请写编号，如 fire-03。")},
    )
    field_order = ("code",)


class PointForm(Plain):
    """One line of a checklist; an empty text is no point."""

    text = forms.CharField(label=_("检查内容"), max_length=300, required=False)
    basis = forms.CharField(label=_("依据条款"), max_length=200, required=False)
    points = forms.IntegerField(label=_("扣分"), min_value=0, max_value=12, required=False, initial=0)
    minor = forms.BooleanField(label=_("适用首违不罚"), required=False)


PointsForm = forms.formset_factory(PointForm, extra=3, max_num=30, validate_max=True)


class RulesForm(forms.ModelForm):
    """⚙ of the town."""

    class Meta:
        model = Rules
        fields = ("yearly_cap", "gap", "term_months", "code_hours", "points_start")

    LIMITS = {
        "yearly_cap": (1, 52),
        "gap": (1, 60),
        "term_months": (1, 60),
        "code_hours": (1, 72),
        "points_start": (1, 100),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        for name, (least, most) in self.LIMITS.items():
            model_field = Rules._meta.get_field(name)
            label, initial = model_field.verbose_name, model_field.default
            self.fields[name] = forms.IntegerField(
                label=label,
                min_value=least,
                max_value=most,
                initial=initial,
                error_messages={"required": _("请写一个整数。")},
            )
