"""What is typed about a firm's people, stewards and name; the verbs of flow.py decide."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.people.models import Membership, User
from portal.people.roles import Role

from .models import Enterprise, Stewardship


class MemberForm(forms.Form):
    account = forms.CharField(
        label=gettext_lazy("用户名或手机号"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    title = forms.CharField(label=gettext_lazy("职务"), max_length=30, required=False)
    primary = forms.BooleanField(label=gettext_lazy("作为主要联系人"), required=False)

    def clean_account(self) -> User:
        user = User.objects.active().signing_in_as(self.cleaned_data["account"]).first()
        if user is None:
            raise ValidationError(_("没有这个账号，请核对，或请管理员先建账号"), code="unknown")
        return user


class OfficialChoice(forms.ModelChoiceField):
    def label_from_instance(self, user: Any) -> str:
        return f"{user.name} {user.position}".strip()


class StewardForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=Stewardship.Kind.choices)
    user = OfficialChoice(label=gettext_lazy("人员"), queryset=User.objects.none(), empty_label=gettext_lazy("请选择"))
    project = forms.CharField(label=gettext_lazy("项目"), max_length=60, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = (Role.STEWARD, Role.PROJECT_ASSISTANT)
        held = Membership.objects.current().filter(role__in=roles)
        officials = User.objects.active().filter(pk__in=held.values("user"))
        self.fields["user"].queryset = officials.only("name", "position")  # all are drawn, one is chosen

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") == Stewardship.Kind.STEWARD and cleaned.get("project"):
            self.add_error("project", _("服务管家管整家企业，不填项目"))
        return cleaned


class NameForm(forms.ModelForm):
    class Meta:
        model = Enterprise
        fields = ["name"]
        labels = {"name": gettext_lazy("新名称")}
