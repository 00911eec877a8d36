"""The forms of 签收 and 指定承办人: who in the lead department handles it, and until when."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from enterprises.models import Member
from portal.people.models import User
from portal.people.roles import Role
from portal.worktime.calendar import OutsideCalendar, calendar
from requests import stages
from requests.capacity import capacities
from requests.forms.base import VerbForm, amount, limit_of


class TakeForm(VerbForm):
    verb, name = "take", _("签收")
    handler = forms.ModelChoiceField(label=_("承办人"), queryset=User.objects.none(), required=False, empty_label=None)
    until = forms.DateField(
        label=_("办结日期"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("这一类由部门定哪一天办结"),
        error_messages={"required": _("请写哪一天办结。")},
    )

    def shape(self) -> None:
        held = capacities(self.ticket, self.user, self.now)
        if held.isdisjoint(stages.HEADS):
            del self.fields["handler"]  # a head names who handles it, a handler takes it himself
        else:
            _people_of(self, "handler")
            self.initial.setdefault("handler", self.ticket.handler_id or self.user.pk)
        self.fields["until"].required = limit_of(self.ticket, self.ticket.work, self.now) is None
        if not self.fields["until"].required:
            del self.fields["until"]
        self.asks = "lead.handler" not in held or "until" in self.fields

    def clean_until(self) -> datetime:
        """The close of that day (DL-1)."""
        try:
            return calendar().close(self.cleaned_data["until"])
        except OutsideCalendar:
            raise forms.ValidationError(gettext("日期超出了日历，请改近一点。")) from None

    def opens(self) -> str:
        return gettext("签收，指定承办人") if "handler" in self.fields else gettext("签收，定办结日期")

    def act(self) -> str:
        limit = limit_of(self.ticket, self.ticket.work, self.now)
        if limit is None:
            return gettext("签收，开始办理")
        return gettext("签收，%(amount)s内办结") % {"amount": amount(limit)}


class NameHandlerForm(VerbForm):
    verb, name = "name_handler", _("指定承办人")
    handler = forms.ModelChoiceField(
        label=_("承办人"),
        queryset=User.objects.none(),
        empty_label=None,
        error_messages={"required": _("请选承办人。")},
    )

    def shape(self) -> None:
        _people_of(self, "handler")
        self.initial.setdefault("handler", self.ticket.handler_id)

    def act(self) -> str:
        return gettext("指定承办人，通知本人")


def _people_of(form: VerbForm, name: str) -> None:
    """The people of the lead department who may handle."""
    roles = (Role.HANDLER, Role.DEPUTY_HEAD, Role.DEPARTMENT_HEAD)
    people = User.objects.none()
    own = Member.objects.current(form.now).filter(enterprise=form.ticket.enterprise_id)  # §1: own case
    for role in roles:
        people = people | User.objects.filter(
            pk__in=User.objects.holding(role, form.ticket.lead_department_id, form.now).values("pk")
        )
    field = form.fields[name]
    people = (people | User.objects.filter(pk=form.user.pk)).exclude(pk__in=own.values("user"))
    field.queryset = people.distinct().order_by("name")
    field.label_from_instance = lambda user: user.name
