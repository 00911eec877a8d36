"""Forms of signing in and of one's own account."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import forms as auth
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from kombu.exceptions import OperationalError

from portal.people import tasks
from portal.people.lockout import knows_password, tries_left
from portal.people.models import User, plain_mobile


def _rules() -> str:
    """One sentence after the other, set apart as the reader's language does: Chinese not at all, English by a blank."""
    text, *others = password_validators_help_texts()
    for sentence in others:
        text = _("%(sentences)s%(next)s") % {"sentences": text, "next": sentence}
    return text


password_rules = lazy(_rules, str)


class SignInForm(auth.AuthenticationForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("用户名或手机号")
        self.fields["password"].label = _("密码")

    def clean_username(self) -> str:
        """The account's own user name, so that wrong passwords count together however the account is named."""
        typed = self.cleaned_data["username"]
        user = User.objects.signing_in_as(typed).only("username").first()
        return user.username if user else typed.lower()

    def get_invalid_login_error(self) -> ValidationError:
        left = tries_left(self.request)
        message = _("用户名、手机号或密码不对。")
        if left is not None:
            message = _("用户名、手机号或密码不对。还可以试 %(left)s 次。") % {"left": left}
        return ValidationError(message, code="invalid_login")


class NewPasswordForm(auth.SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label = _("新密码")
        self.fields["new_password1"].help_text = password_rules()
        self.fields["new_password2"].label = _("再输一次新密码")
        self.fields["new_password2"].help_text = ""
        self.error_messages = self.error_messages | {"password_mismatch": _("两次输入的新密码不一样。")}


class ChangePasswordForm(NewPasswordForm, auth.PasswordChangeForm):
    field_order = ["old_password", "new_password1", "new_password2"]

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.fields["old_password"].label = _("现在的密码")

    def clean_old_password(self) -> str:
        old: str = self.cleaned_data["old_password"]
        if not knows_password(self.request, self.user, old):
            raise ValidationError(_("现在的密码不对。"), code="password_incorrect")
        return old

    def clean_new_password1(self) -> str:
        new = self.cleaned_data["new_password1"]
        if self.user.check_password(new):
            raise ValidationError(_("新密码不能和现在的一样。"), code="password_same")
        return new


class ForgottenForm(forms.Form):
    email = forms.EmailField(label=gettext_lazy("登记的邮箱"), max_length=254)

    def save(self, **options: Any) -> None:
        """Always the same work here, so that neither words nor time tell whether the address is known."""
        email = self.cleaned_data["email"]
        try:
            tasks.send_reset_links.delay(email)
        except OperationalError:  # without a broker the page itself does it
            tasks.send_reset_links(email)


class ProfileForm(forms.ModelForm):
    """What a person may change about himself; how he signs in and is reached only with his password."""

    password = forms.CharField(
        label=gettext_lazy("现在的密码"),
        help_text=gettext_lazy("改手机号或邮箱时要填"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    class Meta:
        model = User
        fields = ["mobile", "email", "phone", "language", "theme"]

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, instance=User.objects.get(pk=request.user.pk), **kwargs)
        self.request = request
        self.reached_by = {"mobile": self.instance.mobile, "email": self.instance.email}

    def clean_mobile(self) -> str | None:
        return plain_mobile(self.cleaned_data["mobile"] or "") or None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        moved = any(cleaned.get(name, known) != known for name, known in self.reached_by.items())
        password = cleaned.pop("password", "")
        if moved and not (password and knows_password(self.request, self.instance, password)):
            self.add_error("password", _("改手机号或邮箱，请填现在的密码。"))
        return cleaned


class SecondFactorForm(forms.Form):
    """The code asked for after the password."""

    code = forms.CharField(
        label=gettext_lazy("验证码"),
        max_length=40,
        help_text=gettext_lazy("手机验证器里的 6 位数字；手机不在身边，填一个恢复码"),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": gettext_lazy("请填验证码。")},
    )
    remember = forms.BooleanField(label="", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        if settings.SECOND_FACTOR_DAYS:
            days = {"days": settings.SECOND_FACTOR_DAYS}
            self.fields["remember"].label = _("这台设备是我自己的，%(days)s 天内不再问") % days
        else:
            del self.fields["remember"]
