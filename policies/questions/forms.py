"""What is typed about questions and answers; the verbs decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.people.models import User
from requests.forms.base import phone_of, prose
from requests.forms.filing import filable_firms

from ..models import Clause, Policy
from .flow import LONGEST


class ClauseChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number} {obj}"


def clause_field(policy: Policy, label: Any) -> ClauseChoice:
    """The clauses in force, by number."""
    clauses = Clause.objects.filter(policy=policy, ended_at=None, current__isnull=False).select_related("current")
    return ClauseChoice(
        label=label, queryset=clauses, to_field_name="number", required=False, empty_label=_("整份政策")
    )


class AskForm(forms.Form):
    """One question for one firm."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    firm = forms.ModelChoiceField(
        label=_("企业"),
        queryset=None,
        to_field_name="uscc",
        empty_label=None,
        error_messages={"required": _("请选企业。"), "invalid_choice": _("您不能替这家企业提问，请换一家。")},
    )
    text = prose(
        _("想问什么"),
        4,
        max_length=LONGEST,
        help_text=_("写清企业的情况，答复会更准"),
        error_messages={"required": _("请写想问什么。")},
    )
    contact_name = forms.CharField(label=_("联系人"), max_length=40, error_messages={"required": _("请写联系人。")})
    contact_phone = forms.CharField(label=_("联系电话"), max_length=20)

    def __init__(self, *args: Any, policy: Policy, user: User, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["firm"].queryset = filable_firms(user)
        self.fields["clause"] = clause_field(policy, _("问哪一条"))

    def clean_contact_phone(self) -> str:
        return phone_of(self.cleaned_data["contact_phone"])


class AnswerForm(forms.Form):
    """A question and its answer as everybody will read them."""

    question = prose(_("问题"), 2, max_length=300, error_messages={"required": _("请写问题。")})
    answer = prose(_("解答"), 8, max_length=2000, error_messages={"required": _("请写解答。")})

    def __init__(self, *args: Any, policy: Policy | None = None, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        if policy is not None:
            self.fields["clause"] = clause_field(policy, _("属于哪一条"))
