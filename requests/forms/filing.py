"""The form on which a firm files a matter: one text is enough, the rest is prefilled or guessed (APP-2)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise, firms_of
from portal.people.models import User
from portal.worktime import words
from portal.worktime.calendar import calendar
from requests import guess
from requests.flow.intake import Matter
from requests.forms.base import Prose, amount, limit_of
from requests.forms.files import FilesField
from requests.forms.proxying import MemberFields, member
from requests.models import Category, Ticket
from requests.models.ticket import Channel, Urgency


def own_firms(user: User) -> QuerySet[Enterprise]:
    """The firms the person acts for now, by name."""
    return Enterprise.objects.filter(pk__in=firms_of(user)).order_by("name")


def filable_firms(user: User) -> QuerySet[Enterprise]:
    """The firms a person may file for now: his own, and those whose steward or project assistant he is (SEC-1)."""
    own = Enterprise.objects.filter(pk__in=firms_of(user))
    return (own | Enterprise.objects.stewarded_by(user)).order_by("name")


def filable_firm(user: User, code: str) -> Enterprise | None:
    """The firm with this credit code, if the person may file for it now."""
    return filable_firms(user).filter(uscc=code).first() if code.isalnum() else None


def contact_of(firm: Enterprise, user: User) -> User | None:
    """Who is called about it: the person himself, or the firm's first contact where an official files for it."""
    if firm.pk in firms_of(user):
        return user
    members = firm.members.current().filter(user__is_active=True).select_related("user")
    member = members.order_by("-is_primary", "since", "pk").first()
    return member.user if member else None


class FilingForm(MemberFields):
    """What is sent. Firms and categories go by their codes, so that nothing typed is ever taken for a number."""

    enterprise = forms.ModelChoiceField(
        label=_("企业"),
        queryset=Enterprise.objects.none(),
        to_field_name="uscc",
        error_messages={
            "required": _("请选企业。"),
            "invalid_choice": _("您已不是这家企业的联系人，请换一家，或联系中心。"),
        },
    )
    contact_name = forms.CharField(label=_("联系人"), max_length=40, error_messages={"required": _("请写联系人姓名。")})
    contact_phone = forms.CharField(
        label=_("联系电话"), max_length=20, error_messages={"required": _("请写联系电话，接诉员要打给您。")}
    )
    description = Prose(
        label=_("遇到了什么事"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("请写下遇到了什么事。"), "max_length": _("最多 4000 字，长的材料请用附件。")},
    )
    title = forms.CharField(
        label=_("标题"),
        max_length=60,
        required=False,
        help_text=_("不写就用第一句话"),
        error_messages={"max_length": _("标题最多 60 字。")},
    )
    category = forms.ModelChoiceField(
        label=_("类别"),
        queryset=Category.objects.filter(active=True),
        to_field_name="code",
        required=False,
        empty_label=_("由中心判断"),
    )
    urgency = forms.ChoiceField(label=_("紧急程度"), choices=Urgency.choices, initial=Urgency.ORDINARY, required=False)
    public = forms.BooleanField(
        label=_("同意公开这件事"),
        required=False,
        help_text=_("只公开标题、类别、进展，不含企业名称、联系方式和上面写的内容"),
    )
    files = FilesField()

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.user = user
        self.fields["enterprise"].queryset = filable_firms(user)

    def clean_contact_phone(self) -> str:
        phone = self.cleaned_data["contact_phone"].strip()
        if sum(char.isdecimal() for char in phone) < 7:
            raise forms.ValidationError(gettext("电话至少 7 位数字，请核对。"))
        if not re.fullmatch(r"[\d\s+()（）#*转-]+", phone):
            raise forms.ValidationError(gettext("电话里只写数字，分机前写“转”。"))
        return phone

    def clean(self) -> dict[str, Any]:
        """An association that names a member files for it; whoever else files does so for the firm he chose."""
        data = super().clean() or {}
        firm = data.get("enterprise")
        self.member: tuple[Enterprise | None, str] | None = None
        name, code = data.get("member_name", ""), data.get("member_uscc", "")
        if firm is not None and firm.is_association and (name or code):
            try:
                self.member = member(name, code)
            except forms.ValidationError as error:
                self.add_error("member_name", error)
        return data

    def matter(self) -> Matter:
        """What is filed; the title is the text's first sentence where none was written."""
        data = self.cleaned_data
        firm, name = self.member or (data["enterprise"], "")
        return Matter(
            enterprise=firm,
            business_name=name,
            proxy=data["enterprise"] if self.member else None,
            contact_name=data["contact_name"],
            contact_phone=data["contact_phone"],
            title=data["title"] or guess.title_of(data["description"]),
            description=data["description"],
            category=data["category"],
            urgency=data["urgency"] or Urgency.ORDINARY,
            channel=Channel.ONLINE,
            public=data["public"],
        )

    def typed(self, name: str) -> str:
        """What the field shows now, checked or not."""
        return str(self[name].value() or "")

    def firm(self) -> Enterprise | None:
        return filable_firm(self.user, self.typed("enterprise"))

    def offer(self, own: list[Enterprise], firm: Enterprise | None) -> bool:
        """Whether there is a firm to choose; sets the choices: one's own, and none yet where the draft's has ended."""
        if firm is not None and firm not in own:
            return False  # filed on behalf of this one firm
        empty = [] if firm in own else [("", gettext("请选企业"))]
        self.fields["enterprise"].choices = empty + [(one.uscc, one.name) for one in own]
        return len(own) > 1 or firm is None

    def act(self, now: datetime) -> str:
        """What the button says: by when somebody calls, if it were sent now (SLA-10)."""
        urgency = self.typed("urgency")
        limit = limit_of(
            Ticket(), "first_response", now, urgency=urgency if urgency in Urgency.values else Urgency.ORDINARY
        )
        if limit is None:
            return gettext("提交")
        due = calendar().due(now, limit).at
        if calendar().is_open(now) and due - now < timedelta(minutes=(limit.amount or 0) + 1):
            return gettext("提交，%(span)s内有人联系您") % {"span": amount(limit)}
        return gettext("提交，%(when)s有人联系您") % {"when": words.by_when(due)}
