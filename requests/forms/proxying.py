"""Whom an association speaks for: its member, by credit code or by whole name, on file or not (APP-2)."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from enterprises import uscc
from enterprises.models import Enterprise


class MemberFields(forms.Form):
    """Asked of an association's people only; left empty they file for the association itself."""

    member_name = forms.CharField(
        label=_("会员企业名称"),
        max_length=100,
        required=False,
        help_text=_("写全称；会员企业的人能看到，由他们确认结果"),
    )
    member_uscc = forms.CharField(label=_("会员企业信用代码"), max_length=30, required=False)

    def clean_member_uscc(self) -> str:
        code = uscc.normal(self.cleaned_data["member_uscc"])
        if code:
            uscc.validate_uscc(code)
        return code


def member(name: str, code: str) -> tuple[Enterprise | None, str]:
    """The member firm where it is on file, and its name where it is not. Raises ValidationError where neither is."""
    found = Enterprise.objects.filter(uscc=code).first() if code else named(name)
    if found is None and not name.strip():
        raise ValidationError(_("名录里没有这个信用代码，请再写会员企业的名称。"))
    return found, "" if found else name.strip()


def named(name: str) -> Enterprise | None:
    """The firm with just this name, where only one has it."""
    found = Enterprise.objects.filter(name=name.strip())[:2]
    return found[0] if len(found) == 1 else None


def association(name: str) -> Enterprise | None:
    """The chamber or association on file under this name, so that its people see what a clerk took down for it."""
    found = named(name) if name.strip() else None
    return found if found is not None and found.is_association else None
