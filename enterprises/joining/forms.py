"""What is typed on the way to acting for a firm; the verbs decide."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.files.fields import FilesField
from portal.people.forms import password_rules
from portal.people.models import User, plain_mobile

from .. import phones
from ..models import Enterprise, Place
from ..uscc import normal, validate_uscc


class PlainForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)


class MobileForm(PlainForm):
    mobile = forms.CharField(
        label=gettext_lazy("手机号"),
        max_length=20,
        help_text=gettext_lazy("我们发一个验证码过去；以后用它登录、收通知"),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        error_messages={"required": gettext_lazy("请填手机号。")},
    )

    def clean_mobile(self) -> str:
        mobile = plain_mobile(self.cleaned_data["mobile"])
        if not (phones.is_mobile(mobile) and mobile.isascii()):
            raise ValidationError(_("手机号应为 11 位，以 1 开头。"))
        return mobile


class CodeForm(PlainForm):
    code = forms.CharField(
        label=gettext_lazy("短信里的 6 位数字"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"required": gettext_lazy("请填短信里的验证码。")},
    )

    def clean_code(self) -> str:
        return "".join(self.cleaned_data["code"].split())


class AccountForm(PlainForm):
    """A new account; its number or address has been proven before."""

    name = forms.CharField(
        label=gettext_lazy("您的姓名"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("请写您的姓名。")},
    )
    username = forms.CharField(
        label=gettext_lazy("用户名"),
        help_text=gettext_lazy("登录时用；不能全是数字，不要有空格"),
        max_length=60,
        validators=User._meta.get_field("username").validators,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
        error_messages={"required": gettext_lazy("请起一个用户名。")},
    )
    password1 = forms.CharField(
        label=gettext_lazy("设密码"),
        strip=False,
        help_text=password_rules(),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": gettext_lazy("请设密码。")},
    )
    password2 = forms.CharField(
        label=gettext_lazy("再输一次密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": gettext_lazy("请再输一次密码。")},
    )

    def __init__(self, *args: Any, mobile: str = "", email: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reached = {"mobile": mobile, "email": email}
        if mobile:  # which is what he signs in with
            del self.fields["username"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, second = data.get("password1"), data.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("两次输入的密码不一样。"))
        elif first:
            about = {"name": data.get("name", ""), "username": data.get("username", ""), **self.reached}
            try:
                validate_password(first, User(**about))
            except ValidationError as error:
                self.add_error("password1", error)
        return data

    def account(self) -> dict[str, str]:
        """The arguments of `open_account`."""
        data = self.cleaned_data
        return {
            "name": data["name"],
            "password": data["password1"],
            "username": data.get("username", ""),
            **self.reached,
        }


class FirmForm(PlainForm):
    """Which firm, and the proof. Name and address are asked where the firm is not on file."""

    uscc = forms.CharField(
        label=gettext_lazy("统一社会信用代码"),
        max_length=30,
        help_text=gettext_lazy("营业执照上的 18 位"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("请写统一社会信用代码，在营业执照上。")},
    )
    firm_name = forms.CharField(label=gettext_lazy("企业名称"), max_length=120, required=False)
    address = forms.CharField(label=gettext_lazy("住所"), max_length=200, required=False)
    title = forms.CharField(label=gettext_lazy("您的职务"), max_length=30, required=False)
    papers = FilesField(
        label=gettext_lazy("证明材料"),
        required=True,
        help_text=gettext_lazy("营业执照照片；您不是法定代表人的，再加盖章的授权书"),
        error_messages={"required": gettext_lazy("请上传营业执照，代办的还要授权书。")},
    )
    consent = forms.BooleanField(
        label=gettext_lazy("同意个人信息告知书"),
        error_messages={"required": gettext_lazy("请先看一看，同意个人信息告知书才能受理。")},
    )

    def clean_uscc(self) -> str:
        code = normal(self.cleaned_data["uscc"])
        validate_uscc(code)
        return code

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        code = data.get("uscc")
        if code and not Enterprise.objects.filter(uscc=code).exists():
            for name in ("firm_name", "address"):
                if not data.get(name):
                    self.add_error(name, _("名录里没有这家企业，请写名称和住所。"))
        return data

    def request(self) -> dict[str, str]:
        """The arguments of `ask`, the papers aside."""
        data = self.cleaned_data
        return {
            "uscc": data["uscc"],
            "name": data["firm_name"],
            "address": data["address"],
            "title": data["title"],
        }


class PlaceChoice(forms.ModelChoiceField):
    def label_from_instance(self, place: Any) -> str:
        return "　" * (place.level - 1) + place.name


class ApproveForm(PlainForm):
    place = PlaceChoice(
        label=gettext_lazy("所在网格"),
        queryset=Place.objects.all(),
        empty_label=gettext_lazy("请选择"),
        error_messages={"required": gettext_lazy("请选这家企业所在的网格。")},
    )
    primary = forms.BooleanField(label=gettext_lazy("作为主要联系人"), required=False)

    def __init__(self, *args: Any, on_file: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if on_file:
            del self.fields["place"]


class RefuseForm(PlainForm):
    reason = forms.CharField(
        label=gettext_lazy("为什么不通过"),
        max_length=500,
        help_text=gettext_lazy("申请人会看到，照着补"),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("请写明为什么，申请人照着补。")},
    )


class InviteForm(PlainForm):
    to = forms.CharField(
        label=gettext_lazy("手机号或邮箱"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("请写手机号或邮箱。")},
    )
    title = forms.CharField(label=gettext_lazy("职务"), max_length=30, required=False)

    def clean_to(self) -> dict[str, str]:
        typed = self.cleaned_data["to"].strip()
        if "@" in typed:
            return {"email": forms.EmailField(error_messages={"invalid": _("邮箱写得不对，请核对。")}).clean(typed)}
        mobile = plain_mobile(typed)
        if not (phones.is_mobile(mobile) and mobile.isascii()):
            raise ValidationError(_("请写 11 位手机号，或邮箱。"))
        return {"mobile": mobile}
