"""The form on which a clerk takes down a case from the telephone or the counter, with the keyboard alone (APP-1)."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise
from portal import files
from portal.people.models import User
from requests import drafts, flow, guess
from requests.flow.intake import Matter
from requests.forms.base import prose
from requests.forms.files import FilesField
from requests.forms.proxying import association
from requests.models import Attachment, Category, Draft, Ticket
from requests.models.ticket import Channel, Urgency

# Online is the firm's own way in; here the ones a clerk takes down, the usual first.
CHANNELS = [(c.value, c.label) for c in Channel if c != Channel.ONLINE]


class RegistrationForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput)  # the same page sent twice is one ticket
    contact_phone = forms.CharField(
        label=_("来电号码"), max_length=20, error_messages={"required": _("请写联系电话，办理人要打给他。")}
    )
    enterprise = forms.CharField(label=_("企业"), required=False, max_length=18)  # the code of the firm picked
    business_name = forms.CharField(
        label=_("企业名称"), max_length=100, required=False, help_text=_("名录里没有的，写下名称就按它登记")
    )
    contact_name = forms.CharField(label=_("联系人"), max_length=40, error_messages={"required": _("请写联系人姓名。")})
    channel = forms.ChoiceField(label=_("渠道"), choices=CHANNELS, initial=Channel.PHONE)
    hotline_number = forms.CharField(label=_("热线工单号"), max_length=40, required=False)
    outer_due_at = forms.DateTimeField(
        label=_("热线要求办结时间"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    description = prose(_("说了什么事"), rows=4, error_messages={"required": _("请写下说了什么事。")})
    title = forms.CharField(label=_("标题"), max_length=60, required=False, help_text=_("不写就用第一句话"))
    category = forms.ModelChoiceField(
        label=_("类别"), queryset=Category.objects.filter(active=True), required=False, empty_label=_("留给研判员定")
    )
    urgency = forms.ChoiceField(
        label=_("紧急程度"), choices=Urgency.choices, initial=Urgency.ORDINARY, widget=forms.RadioSelect
    )
    proxy_for = forms.CharField(label=_("商会或协会代反映"), max_length=100, required=False)
    public = forms.BooleanField(
        label=_("来人同意公开这件事"),
        required=False,
        help_text=_("先问来人。只公开标题、类别、进展，不含企业名称、联系方式和上面写的内容"),
    )
    files = FilesField()

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.user = user

    def clean_contact_phone(self) -> str:
        phone = self.cleaned_data["contact_phone"].strip()
        if sum(char.isdecimal() for char in phone) < 7:
            raise forms.ValidationError(_("电话至少 7 位数字，请核对。"))
        return phone

    def clean_enterprise(self) -> Enterprise | None:
        code = self.cleaned_data["enterprise"].strip()
        if not code:
            return None
        firm = Enterprise.objects.visible_to(self.user).filter(uscc=code).first()
        if firm is None:
            raise forms.ValidationError(_("没有这家企业，请重新选。"))
        return firm

    def clean(self) -> dict[str, Any]:
        """A hotline case must be written back by its own number and in its own time (APP-1)."""
        data = super().clean() or {}
        if "enterprise" in data and not data["enterprise"] and not data.get("business_name", "").strip():
            self.add_error("business_name", _("请选一家企业，或写下来人所在单位的名称。"))
        if data.get("channel") == Channel.HOTLINE:
            self.ask_of_hotline(data)
        return data

    def ask_of_hotline(self, data: dict[str, Any]) -> None:
        if not data.get("hotline_number"):
            self.add_error("hotline_number", _("请写热线工单号，办完要按它回写。"))
        if "outer_due_at" not in self.errors and not data.get("outer_due_at"):
            self.add_error("outer_due_at", _("请写热线要求办结的时间。"))

    def matter(self) -> Matter:
        data = self.cleaned_data
        hotline = data["channel"] == Channel.HOTLINE
        return Matter(
            enterprise=data["enterprise"],
            business_name="" if data["enterprise"] else data["business_name"],
            contact_name=data["contact_name"],
            contact_phone=data["contact_phone"],
            title=data["title"] or guess.title_of(data["description"]),
            description=data["description"],
            channel=data["channel"],
            category=data["category"],
            urgency=data["urgency"],
            proxy=association(data["proxy_for"]),
            proxy_for=data["proxy_for"],
            public=data["public"],
            hotline_number=data["hotline_number"] if hotline else "",
            outer_due_at=data["outer_due_at"] if hotline else None,
        )

    def do(self) -> Ticket | None:
        """Registers the matter with its files; None, with the sentence in the form, where it is refused."""
        if not self.is_valid():
            return None
        key: uuid.UUID = self.cleaned_data["key"]
        try:
            with transaction.atomic():
                drafts.alone(key)  # the same page sent twice: the second finds the ticket of the first
                return drafts.filed(key, self.user) or self._register(key)
        except flow.Refused as refused:
            refused.put_on(self)
        return None

    def _register(self, key: uuid.UUID) -> Ticket:
        return flow.register(self.matter(), by=self.user, key=key, draft=self.uploaded(key))

    def uploaded(self, key: uuid.UUID) -> Draft | None:
        """The uploads are a draft's attachments, which the verb takes over with the ticket."""
        uploads = self.cleaned_data["files"]
        files.check_count(0, len(uploads))
        draft = Draft.objects.create(key=key, user=self.user) if uploads else None
        for upload in uploads:
            Attachment.objects.create(draft=draft, file=files.store(upload, by=self.user))
        return draft
