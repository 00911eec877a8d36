"""What is typed about draws; the verbs decide."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from enterprises.models import Industry, Place
from requests.forms.base import choice, prose

from ..models import Agency, Subject
from .flow import Asked

NUMBER, SHARE = "number", "share"


def _day(label: Any, sentence: Any, hint: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, help_text=hint, error_messages={"required": sentence})


class DrawForm(forms.Form):
    """固定名单: whom it may reach, how many are taken, where the public number comes from."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("名称"), max_length=80, error_messages={"required": _("请写抽查的名称。")})
    subjects = forms.ModelMultipleChoiceField(
        label=_("检查事项"),
        queryset=Subject.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请选检查事项。")},
    )
    place = forms.ModelChoiceField(
        label=_("范围"), queryset=Place.objects.none(), required=False, empty_label=_("全镇")
    )
    industry = forms.ModelChoiceField(
        label=_("行业"), queryset=Industry.objects.none(), required=False, empty_label=_("全部行业")
    )
    first = _day(_("最早日期"), _("请写最早日期。"))
    last = _day(_("最晚日期"), _("请写最晚日期。"))
    how = choice(_("抽多少"), [(NUMBER, _("按户数")), (SHARE, _("按比例"))])
    amount = forms.DecimalField(
        label=_("户数或百分比"),
        min_value=Decimal("0.01"),
        max_digits=8,
        decimal_places=2,
        error_messages={"required": _("请写抽多少。")},
    )
    basis = forms.CharField(label=_("依据"), max_length=470, error_messages={"required": _("请写依据。")})
    ordered_by = forms.CharField(
        label=_("上级部署文件"),
        max_length=200,
        required=False,
        help_text=_("有上级部署才填；填了，白名单企业也列入名单"),
    )
    source = forms.CharField(
        label=_("公共随机数的来源"),
        max_length=200,
        help_text=_("名单固定之后才产生、谁都能查到的数，例如某期彩票的开奖号码"),
        error_messages={"required": _("请写公共随机数从哪里来。")},
    )
    known_on = _day(_("公共随机数产生日期"), _("请选公共随机数哪一天产生。"), _("要在今天之后；这一天过完才能抽取"))

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        fields: Any = self.fields
        fields["subjects"].queryset = agency.subjects.filter(active=True).order_by("code")
        fields["place"].queryset = Place.objects.order_by("path")
        fields["industry"].queryset = Industry.objects.filter(level=1).order_by("code")

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        amount = given.get("amount")
        if amount is not None and given.get("how") == NUMBER and amount != int(amount):
            self.add_error("amount", gettext("户数要是整数。"))
        if amount is not None and given.get("how") == SHARE and amount > 100:
            self.add_error("amount", gettext("比例最多 100%。"))
        return given

    def asked(self) -> Asked:
        names = ("title", "place", "industry", "first", "last", "basis", "ordered_by", "source", "known_on")
        given = {name: self.cleaned_data[name] for name in names}
        amount: Decimal = self.cleaned_data["amount"]
        much: dict[str, Any] = {"take": int(amount)} if self.cleaned_data["how"] == NUMBER else {"share": amount / 100}
        return Asked(subjects=list(self.cleaned_data["subjects"]), **given, **much)


class Act(forms.Form):
    """One act on a draw: its name, what its button says, and its fields by the names the verb takes."""

    name: ClassVar[Any] = ""
    act: ClassVar[Any] = ""
    done: ClassVar[Any] = ""
    sub: ClassVar[Any] = ""


class DrawAct(Act):
    name, act, done = _("抽取"), _("抽取，只能抽一次"), _("已抽取\n确认后生成检查需求。")
    sub = _("按公布的来源照抄公共随机数。抽出的结果不能重来，作废要公开原因。")
    text = forms.CharField(
        label=_("公共随机数"), max_length=200, error_messages={"required": _("请写公共随机数，按公布的来源照抄。")}
    )


class Confirm(Act):
    name, act, done = _("确认"), _("确认，生成检查需求"), _("已生成检查需求")
    sub = _("抽中的每户企业按事项各生成一项检查需求。")


class Drop(Act):
    name, act, done = _("作废"), _("作废，公开原因"), _("已作废\n原因已经公开。")
    reason = prose(
        _("作废的原因"),
        2,
        max_length=300,
        help_text=_("会公开；已抽取的作废还会告诉督查员"),
        error_messages={"required": _("请写作废的原因，会公开。")},
    )


FORMS: dict[str, type[Act]] = {"draw": DrawAct, "confirm": Confirm, "drop": Drop}
