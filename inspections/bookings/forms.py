"""What is typed about bookings; the verbs decide."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from requests.forms.base import phone_of, prose

from ..models import Booking, Subject


def _day(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


class SubjectField(forms.ModelChoiceField):
    """Subjects under the agencies that check them."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.agency} · {obj}"


class BookingForm(forms.Form):
    """预约检查."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    subject = SubjectField(
        label=_("约什么检查"),
        queryset=Subject.objects.none(),
        empty_label=_("请选"),
        error_messages={"required": _("请选检查事项。")},
    )
    milestone = forms.CharField(
        label=_("为了什么节点"),
        max_length=100,
        help_text=_("例如：出口装运、竣工验收、新线投产"),
        error_messages={"required": _("请写为了什么节点预约，例如装运、竣工验收。")},
    )
    first = _day(_("希望从"), error_messages={"required": _("请选希望从哪一天。")})
    last = _day(_("希望到"), error_messages={"required": _("请选希望到哪一天。")})
    text = prose(_("说明"), 3, max_length=1000, required=False, help_text=_("现场在哪里、要注意什么"))
    contact_name = forms.CharField(label=_("联系人"), max_length=40, error_messages={"required": _("请写联系人。")})
    contact_phone = forms.CharField(
        label=_("联系电话"), max_length=40, error_messages={"required": _("请写联系电话。")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        offered = Subject.objects.filter(active=True, agency__active=True).select_related("agency__department")
        field: Any = self.fields["subject"]
        field.queryset = offered.order_by("agency", "code")

    def clean_contact_phone(self) -> str:
        return phone_of(self.cleaned_data["contact_phone"])


class Act(forms.Form):
    """One act on a booking: its name, what its button says, and its fields by the names the verb takes."""

    name: ClassVar[Any] = ""
    act: ClassVar[Any] = ""
    done: ClassVar[Any] = ""

    def prefill(self, booking: Booking) -> None:
        """What the act's fields hold at first."""


class Accept(Act):
    name, act, done = _("接受"), _("接受，告诉企业"), _("已接受\n已生成检查需求，排定日期后再告诉企业。")
    first = _day(_("检查安排在"), error_messages={"required": _("请选检查从哪一天起安排。")})
    last = _day(_("至"), error_messages={"required": _("请选检查最晚到哪一天。")})
    answer = prose(_("给企业的话"), 2, max_length=500, required=False, help_text=_("例如请准备好哪些材料"))

    def prefill(self, booking: Booking) -> None:
        self.initial |= {"first": booking.first, "last": booking.last}


class Decline(Act):
    name, act, done = _("不接受"), _("不接受，告诉企业原因"), _("已回复\n企业会收到原因。")
    answer = prose(
        _("为什么不能接受"),
        2,
        max_length=500,
        help_text=_("企业会看到"),
        error_messages={"required": _("请写为什么不能接受，企业会看到。")},
    )


class Withdraw(Act):
    name, act, done = _("取消预约"), _("取消预约"), _("已取消\n执法部门会收到通知。")
    reason = prose(_("取消的原因"), 2, max_length=300, error_messages={"required": _("请写取消的原因。")})


class CallOff(Act):
    name, act, done = _("取消安排"), _("取消安排，告诉企业"), _("已取消\n企业会收到通知。")
    reason = prose(
        _("取消的原因"),
        2,
        max_length=300,
        error_messages={"required": _("请写取消的原因。")},
        help_text=_("企业会看到"),
    )


FORMS: dict[str, type[Act]] = {"accept": Accept, "decline": Decline, "withdraw": Withdraw, "call_off": CallOff}
