"""The form behind the API and Open311: what the clerk's page asks for, from whoever may bring a matter in."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise, Place
from portal.api.models import LineSystem
from portal.people.models import User
from portal.people.rights import rights_of
from portal.people.roles import Role
from requests import flow
from requests.flow.intake import Matter
from requests.forms.filing import filable_firm
from requests.forms.proxying import association
from requests.forms.registration import RegistrationForm
from requests.models import Category, Ticket
from requests.models.ticket import Channel, Urgency


class LodgingForm(RegistrationForm):
    """A matter that comes in: from a line system for a firm, from a firm's own people, or taken down by a clerk."""

    key = None  # type: ignore[assignment]  # the header Idempotency-Key takes its place
    channel = forms.ChoiceField(
        label=_("渠道：接诉员要写，其他人由系统定"), choices=[("", ""), *Channel.choices], required=False
    )
    category = forms.ModelChoiceField(
        label=_("类别的代码"),
        queryset=Category.objects.filter(active=True),
        to_field_name="code",
        required=False,
        error_messages={"invalid_choice": _("没有这个类别。")},
    )
    place = forms.ModelChoiceField(
        label=_("网格的编码"),
        queryset=Place.objects.all(),
        to_field_name="code",
        required=False,
        error_messages={"invalid_choice": _("没有这个网格。")},
    )
    urgency = forms.ChoiceField(label=_("紧急程度"), choices=Urgency.choices, required=False)
    public = forms.BooleanField(label=_("同意公开（不含企业名称和联系方式）"), required=False)

    def __init__(self, *args: Any, user: User, line: LineSystem | None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.line, self.clerk = line, line is None and rights_of(user).has(Role.INTAKE_CLERK)

    def clean_enterprise(self) -> Enterprise | None:
        """A line system may name any firm on file, everybody else those that he may file for or sees."""
        if self.clerk:
            return super().clean_enterprise()
        code = self.cleaned_data["enterprise"].strip()
        if not code:
            return None
        firm = Enterprise.objects.filter(uscc=code).first() if self.line else filable_firm(self.user, code)
        if firm is None:
            raise forms.ValidationError(gettext("没有这家企业，请核对统一社会信用代码。"))
        return firm

    def clean_channel(self) -> str:
        if self.line:
            return str(self.line.channel)
        channel: str = self.cleaned_data["channel"]
        if not self.clerk:
            return Channel.ONLINE
        if channel in ("", Channel.ONLINE):
            raise forms.ValidationError(gettext("请写从哪个渠道来。"))
        return channel

    def ask_of_hotline(self, data: dict[str, Any]) -> None:
        """The hotline's own number and time are asked of a clerk; a hotline's own system knows ours by the answer."""
        if self.clerk:
            super().ask_of_hotline(data)

    def matter(self) -> Matter:
        data = self.cleaned_data
        given = {
            "proxy": association(data["proxy_for"]) if self.clerk else None,  # others name it only
            "place": data["place"],
            "urgency": data["urgency"] or Urgency.ORDINARY,
            "hotline_number": data.get("hotline_number") or "",
            "outer_due_at": data.get("outer_due_at"),
        }
        return replace(super().matter(), **given)

    def lodge(self) -> Ticket | None:
        """Brings it in by the verb that fits who asks; None, with the sentences in the form, where it is refused."""
        if not self.is_valid():
            return None
        verb = flow.relay if self.line else flow.register if self.clerk else flow.file
        try:
            with transaction.atomic():
                return self._lodge(verb)
        except flow.Refused as refused:
            refused.put_on(self)
        return None

    def _lodge(self, verb: Callable[..., Ticket]) -> Ticket:
        key = uuid.uuid4()
        return verb(self.matter(), by=self.user, key=key, draft=self.uploaded(key))
