"""The forms of confidential complaints: filing, naming handlers, the three confirmations, the finding (APP-18)."""

from __future__ import annotations

import uuid
from itertools import zip_longest
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise
from portal import files
from portal.files.models import StoredFile
from portal.people.models import Department, Membership, User
from portal.people.roles import Role
from requests import confiding, flow
from requests.flow.confidential import Grievance
from requests.flow.finding import still_missing
from requests.forms.base import VerbForm, choice, prose
from requests.forms.files import FilesField
from requests.forms.filing import own_firms
from requests.forms.units import FullUnitField
from requests.models import Complaint, Confirmation, Finding, Ticket
from requests.models.ticket import Urgency


def units(label: Any, **kwargs: Any) -> forms.ModelChoiceField:
    return FullUnitField(label=label, queryset=Department.objects.active().exclude(kind="third_party"), **kwargs)


# Filing ---------------------------------------------------------------------------------------------------------


class GrievanceForm(forms.Form):
    """What both ways in ask: which unit, who if known, what happened."""

    key = forms.UUIDField(widget=forms.HiddenInput)  # the same page sent twice is one complaint
    about = choice(
        _("投诉什么"),
        Complaint.About.choices,
        initial=Complaint.About.DEPARTMENT,
        error_messages={"required": _("请选投诉的是部门办事还是检查、执法。")},
    )
    accused = units(_("哪个单位"), required=False, empty_label=_("不在名单里，我自己写"))
    unit_name = forms.CharField(label=_("单位名称"), max_length=80, required=False, help_text=_("名单里没有的写在这里"))
    persons = forms.CharField(
        label=_("涉及的人"), max_length=200, required=False, help_text=_("知道就写，不知道可以不写")
    )
    description = prose(
        _("发生了什么事"), rows=6, error_messages={"required": _("请写下发生了什么事：什么时候、在哪里、怎么回事。")}
    )
    contact_name = forms.CharField(label=_("联系人"), max_length=40, error_messages={"required": _("请写联系人姓名。")})
    contact_phone = forms.CharField(label=_("电话"), max_length=20, error_messages={"required": _("请写联系电话。")})
    files = FilesField()

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.user = user

    def clean_contact_phone(self) -> str:
        phone: str = self.cleaned_data["contact_phone"].strip()
        if sum(char.isdecimal() for char in phone) < 7:
            raise forms.ValidationError(_("电话至少 7 位数字，请核对。"))
        return phone

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("accused") and not data.get("unit_name", "").strip() and "accused" not in self.errors:
            self.add_error("accused", gettext("请选或写下投诉的是哪个单位。"))
        return data

    def grievance(self) -> Grievance:
        kept = ("about", "accused", "unit_name", "persons", "description", "contact_name", "contact_phone")
        return Grievance(**{name: self.cleaned_data[name] for name in kept}, **self.whose())

    def whose(self) -> dict[str, Any]:
        raise NotImplementedError

    def file(self, grievance: Grievance, key: uuid.UUID, stored: list[StoredFile]) -> Ticket:
        raise NotImplementedError

    def do(self) -> Ticket | None:
        """Files it with its files; None, with the sentence in the form, where it is refused."""
        if not self.is_valid():
            return None
        key = self.cleaned_data["key"]
        made = Ticket.objects.filter(filed_key=key, filed_by=self.user, confidential=True).first()
        if made is not None:
            return made
        try:
            with transaction.atomic():
                uploads = self.cleaned_data["files"]
                files.check_count(0, len(uploads))
                stored = [files.store(upload, by=self.user) for upload in uploads]
                return self.file(self.grievance(), key, stored)
        except flow.Refused as refused:
            refused.put_on(self)
        return None


class ComplainForm(GrievanceForm):
    """A firm's member complains."""

    enterprise = forms.ModelChoiceField(label=_("哪家企业"), queryset=Enterprise.objects.none(), empty_label=None)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["enterprise"].queryset = own_firms(user)
        self.fields["enterprise"].label_from_instance = lambda firm: firm.called

    def clean_description(self) -> str:
        """Words of one's own: those that the page before put there only say which inspection it is about."""
        field, typed = self.fields["description"], str(self.cleaned_data["description"])
        if not field.has_changed(self.initial.get("description"), typed):
            raise forms.ValidationError(field.error_messages["required"])
        return typed

    def whose(self) -> dict[str, Any]:
        return {"enterprise": self.cleaned_data["enterprise"]}

    def file(self, grievance: Grievance, key: uuid.UUID, stored: list[StoredFile]) -> Ticket:
        return flow.complain(grievance, by=self.user, key=key, files=stored)


class TakeDownForm(GrievanceForm):
    """A clerk takes one down at the telephone."""

    business_name = forms.CharField(
        label=_("来人所在单位"), max_length=100, error_messages={"required": _("请写下来人所在单位的名称。")}
    )

    def whose(self) -> dict[str, Any]:
        """The firm of exactly this name, else the name alone."""
        name = self.cleaned_data["business_name"].strip()
        firm = Enterprise.objects.visible_to(self.user).filter(name=name).first()
        return {"enterprise": firm, "business_name": "" if firm else name}

    def file(self, grievance: Grievance, key: uuid.UUID, stored: list[StoredFile]) -> Ticket:
        return flow.take_down(grievance, by=self.user, key=key, files=stored)


# The verbs ------------------------------------------------------------------------------------------------------


def named_by(label: Any, **kwargs: Any) -> forms.ModelChoiceField:
    kwargs.setdefault("empty_label", _("请选"))
    return forms.ModelChoiceField(label=label, queryset=User.objects.none(), **kwargs)


def _with_units(people: list[User]) -> dict[int, str]:
    """“住建局 计然” for each: a list is gone through by unit, and names alone say little in a town of many."""
    held = Membership.objects.current().filter(user__in=people, department__isnull=False).select_related("department")
    where: dict[int, list[str]] = {}
    for one in held.order_by("pk"):
        names = where.setdefault(one.user_id, [])
        if one.department.short_name not in names:
            names.append(one.department.short_name)
    units_of = {user.pk: gettext("、").join(where.get(user.pk, [user.position])) for user in people}
    return {user.pk: f"{units_of[user.pk]} {user.name}".strip() for user in people}


def _in_order(said: dict[int, str]) -> QuerySet[User]:
    places = [When(pk=pk, then=Value(place)) for place, pk in enumerate(sorted(said, key=said.__getitem__))]
    ordered = User.objects.filter(pk__in=said)
    return ordered.order_by(Case(*places, output_field=IntegerField())) if places else ordered


class EntrustForm(VerbForm):
    verb, name = "entrust", _("点名交办")
    sub = _("只有点到名的人看得到，他们的单位和负责人都看不到。被投诉的单位和下属单位不能办。")
    handler = named_by(_("由谁办"), error_messages={"required": _("请点名由谁办。")})
    second = named_by(_("还有谁"), required=False, empty_label=_("没有"))
    third = named_by(_("还有第三个人"), required=False, empty_label=_("没有"))
    urgency = choice(_("紧急程度"), Urgency.choices, initial=Urgency.ORDINARY)
    instruction = prose(_("交办说明"), rows=2, required=False, max_length=1000)

    def shape(self) -> None:
        said = _with_units(list(confiding.candidates(self.ticket, self.now)))
        offered = _in_order(said)
        for name, user in zip_longest(("handler", "second", "third"), confiding.named(self.ticket)[:3]):
            self.fields[name].queryset = offered
            self.fields[name].label_from_instance = lambda user: said[user.pk]
            self.initial.setdefault(name, user.pk if user else None)
        self.fields["handler"].help_text = _("知道的人越少越好")
        self.initial.setdefault("urgency", self.ticket.urgency)

    def opens(self) -> str:
        return gettext("点名，交他们办")

    def act(self) -> str:
        return gettext("交办，%(due)s签收") % {"due": self.due("accept", kind="complaint")}

    def given(self, files: list[StoredFile]) -> dict[str, Any]:
        data = self.cleaned_data
        handlers = [data[name] for name in ("handler", "second", "third") if data[name]]
        return {"handlers": handlers, "urgency": data["urgency"], "instruction": data["instruction"]}


class IdentifyForm(VerbForm):
    verb, name = "identify", _("认定投诉对象")
    sub = _("投诉所指的人从此看不到这件，督查员也一样。下面只列出这个单位的人、督查员和镇领导。")
    accused = units(_("哪个单位"), required=False, empty_label=_("还不清楚"))
    people = forms.ModelMultipleChoiceField(
        label=_("涉及的人"), queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def shape(self) -> None:
        self.initial.setdefault("accused", self.ticket.complaint.accused_id)
        unit = confiding.below(self.ticket.complaint.accused_id)
        of_unit = Membership.objects.current().filter(department__in=unit).values("user")
        might_keep = User.objects.serving(Role.SUPERVISOR, Role.LEADER).values("pk")
        able = User.objects.active().filter(Q(pk__in=of_unit) | Q(pk__in=might_keep))
        said = _with_units(list(able.exclude(pk=self.user.pk)))
        self.fields["people"].queryset = _in_order(said)
        self.fields["people"].label_from_instance = lambda user: said[user.pk]

    def act(self) -> str:
        return gettext("认定，他们从此看不到")

    def given(self, files: list[StoredFile]) -> dict[str, Any]:
        return {"accused": self.cleaned_data["accused"], "people": list(self.cleaned_data["people"])}


class AskUnitForm(VerbForm):
    verb, name = "ask_unit", _("请单位说明")
    sub = _("单位负责人只看得到下面这段话。不要写企业、姓名、时间地点等能看出是谁投诉的内容。")
    text = prose(_("请它说明什么"), max_length=2000, error_messages={"required": _("请写要单位说明什么。")})

    def act(self) -> str:
        return gettext("发给%(name)s负责人") % {"name": self.ticket.complaint.unit}


class ConfirmationForm(VerbForm):
    verb, name = "record_confirmation", _("记三确认")
    sub = _("认定之前，双方都要听取，现场要核实，需要的请专家。")
    what = choice(_("确认什么"), Confirmation.What.choices, error_messages={"required": _("请选确认了什么。")})
    text = prose(_("经过和结果"), max_length=2000, error_messages={"required": _("请写确认的经过和结果。")})
    waived = forms.BooleanField(
        label=_("不需要专家"), required=False, help_text=_("只用于专家意见，上面写为什么不需要")
    )

    def shape(self) -> None:
        missing = still_missing(self.ticket)
        if missing:
            self.sub = gettext("还缺%(names)s。三确认齐了才能认定。") % {"names": gettext("、").join(missing)}

    def act(self) -> str:
        return gettext("记下这一项")


class FindForm(VerbForm):
    verb, name = "find", _("作认定")
    sub = _("认定后再报结果。答复企业的话里不要写办理人和被投诉人的姓名。")
    outcome = choice(_("结论"), Finding.Outcome.choices, error_messages={"required": _("请选认定结论。")})
    text = prose(_("事实和依据"), rows=5, error_messages={"required": _("请写认定的事实和依据。")})

    def opens(self) -> str:
        return gettext("作认定")

    def act(self) -> str:
        return gettext("作出认定")


CONFIDENTIAL = (EntrustForm, IdentifyForm, AskUnitForm, ConfirmationForm, FindForm)


class UnitAnswerForm(forms.Form):
    text = prose(_("单位的说明"), rows=6, error_messages={"required": _("请写答复。")})
