"""What is typed about orders and providers; the verbs decide."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.people.models import Department
from requests.forms.base import choice, phone_of, prose

from ..models import Provider, ServiceKind
from . import flow

STARS = [(5, _("5 很满意")), (4, _("4 满意")), (3, _("3 一般")), (2, _("2 不满意")), (1, _("1 很不满意"))]


class OrderForm(forms.Form):
    """点单, 送单."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    kind = choice(_("服务类别"), (), error_messages={"required": _("请选哪一类服务。")})
    need = prose(
        _("需要什么"),
        4,
        max_length=1000,
        help_text=_("机构会看到这段话，写清情况和希望的时间"),
        error_messages={"required": _("请写需要什么服务。")},
    )
    contact_name = forms.CharField(label=_("联系人"), max_length=40, error_messages={"required": _("请写联系人。")})
    contact_phone = forms.CharField(
        label=_("联系电话"), max_length=40, error_messages={"required": _("请写联系电话，机构要打给您。")}
    )

    def __init__(self, *args: Any, provider: Provider, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["kind"].choices = flow.kinds_of(provider)

    def clean_contact_phone(self) -> str:
        return phone_of(self.cleaned_data["contact_phone"])


class Act(forms.Form):
    """One act on an order: its name, what its button says, and its fields by the names the verb takes."""

    name: ClassVar[Any] = ""
    act: ClassVar[Any] = ""
    done: ClassVar[Any] = ""


class Take(Act):
    name, act, done = _("接单"), _("接单，告诉企业"), _("已接单\n请尽快与企业联系。")


class Decline(Act):
    name, act, done = _("不接"), _("不接，告诉企业原因"), _("已回复不接\n企业会收到原因。")
    reason = prose(_("为什么不接"), 2, max_length=300, help_text=_("企业会看到"))


class Finish(Act):
    name, act, done = (
        pgettext_lazy("动作", "完成"),
        _("服务完成，请企业评价"),
        _("已记为完成\n企业会收到通知，可以评价。"),
    )
    result = prose(_("做了什么、结果怎样"), 4, max_length=1000, help_text=_("企业会看到"))


class Cancel(Act):
    name, act, done = _("取消这张服务单"), _("取消这张服务单"), _("已取消\n对方会收到通知。")
    reason = prose(_("取消的原因"), 2, max_length=300)


class Rate(Act):
    name, act, done = pgettext_lazy("动作", "评价"), _("提交评价，只能评一次"), _("已评价\n谢谢。")
    stars = forms.TypedChoiceField(
        label=_("满意吗"),
        choices=STARS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一到五星。")},
    )
    comment = prose(_("说明"), 2, max_length=300, required=False, help_text=_("不满意时请写原因"))


FORMS: dict[str, type[Act]] = {"take": Take, "decline": Decline, "finish": Finish, "cancel": Cancel, "rate": Rate}


class ProviderForm(forms.Form):
    """One provider as the centre keeps it."""

    name = forms.CharField(label=_("机构名称"), max_length=80)
    kinds = forms.MultipleChoiceField(
        label=_("服务类别"), choices=ServiceKind.choices, widget=forms.CheckboxSelectMultiple
    )
    offers = prose(_("服务内容"), 5, max_length=1000, help_text=_("公开显示，写企业能得到什么"))
    price = forms.CharField(label=_("收费"), max_length=120, required=False, help_text=_("如“首次咨询免费”"))
    contact_name = forms.CharField(label=_("联系人"), max_length=40)
    contact_phone = forms.CharField(label=_("联系电话"), max_length=40)
    department = forms.ModelChoiceField(
        label=_("平台单位"),
        queryset=Department.objects.none(),
        required=False,
        empty_label=_("没有账号，由中心代记"),
        help_text=_("机构自己登录接单时选"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        units = Department.objects.filter(kind=Department.Kind.THIRD_PARTY, active=True)
        self.fields["department"].queryset = units

    def clean_contact_phone(self) -> str:
        return phone_of(self.cleaned_data["contact_phone"])


class EndForm(forms.Form):
    reason = prose(_("下架的原因"), 2, max_length=300, help_text=_("机构会收到"))
