"""The forms of 协办、升级、工作组 (APP-4, ORG-2, SEC-2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from enterprises.models import Member
from portal.files.models import StoredFile
from portal.people.models import Department, Membership, TaskGroup, User
from portal.people.roles import Role
from requests.asked import higher
from requests.capacity import co_parts
from requests.forms.base import VerbForm, choice, prose
from requests.forms.files import FilesField
from requests.forms.units import Groups, InGroups, UnitsForm, people_by_unit, picks, unit
from requests.models import Assignment
from requests.models.ticket import Complexity

IN_FORCE = (Role.DEPARTMENT_HEAD, Role.DEPUTY_HEAD, Role.SUPERVISOR, Role.LEADER)  # who is named to a task force


class TakePartForm(VerbForm):
    verb, name, asks = "take_part", _("签收协办"), False

    def act(self) -> str:
        return gettext("签收协办部分")


class GiveOpinionForm(VerbForm):
    verb, name = "give_opinion", _("提交协办意见")
    sub = _("主办部门能看到，企业看不到。")
    outcome = choice(_("协办结果"), Assignment.Outcome.choices, initial=Assignment.Outcome.ADVICE, required=False)
    text = prose(_("协办意见"), error_messages={"required": _("请写协办意见。")})
    files = FilesField()

    def opens(self) -> str:
        return self.act()

    def act(self) -> str:
        lead = self.ticket.lead_department
        return gettext("提交，交%(name)s汇总") % {"name": lead.short_name if lead else ""}

    def given(self, files: list[StoredFile]) -> dict[str, Any]:
        data = self.cleaned_data
        return {"text": data["text"], "outcome": data["outcome"] or Assignment.Outcome.ADVICE, "files": files}


class AddPartForm(UnitsForm):
    verb, name = "add_part", _("请部门协办")
    sub = _("一般事项会改成多跨。协办部门看得到这件，意见交主办部门。")
    department = unit(_("哪个部门"))
    instruction = prose(_("请它办什么"), rows=2, max_length=1000, error_messages={"required": _("请写要办什么。")})

    def shape(self) -> None:
        super().shape()
        there = self.ticket.assignments.filter(ended_at=None).values("department")
        self.fields["department"].queryset = self.fields["department"].queryset.exclude(pk__in=there)

    def act(self) -> str:
        return gettext("请它协办，%(due)s签收") % {"due": self.due("accept")}


class EndPartForm(UnitsForm):
    verb, name = "end_part", _("结束协办")
    sub = _("协办部门马上看不到这件，自己的意见还看得到。")
    department = unit(_("哪个部门"))
    reason = prose(_("为什么结束"), rows=2, max_length=1000, error_messages={"required": _("请写为什么结束。")})

    def shape(self) -> None:
        there = [part.department_id for part in co_parts(self.ticket)]
        self.fields["department"].queryset = Department.objects.filter(pk__in=there)
        if len(there) == 1:
            self.initial.setdefault("department", there[0])

    def act(self) -> str:
        return gettext("结束协办，通知部门")


class RaiseLevelForm(UnitsForm):
    verb, name = "raise_level", pgettext_lazy("动作", "升级")
    sub = _("多跨由主办和协办一起办，疑难可以交专项小组，重大要成立专班。在走的时限不变。")
    complexity = choice(_("升到"), Complexity.choices, error_messages={"required": _("请选升到哪一级。")})
    co = picks(_("一起办的部门"))
    reason = prose(_("为什么升级"), rows=2, max_length=1000, error_messages={"required": _("请写为什么升级。")})

    def shape(self) -> None:
        super().shape()
        there = self.ticket.assignments.filter(ended_at=None).values("department")
        self.fields["co"].queryset = self.fields["co"].queryset.exclude(pk__in=there)
        above = higher(self.ticket)
        self.fields["complexity"].choices = [one for one in Complexity.choices if one[0] in above]
        self.initial.setdefault("complexity", above[0] if above else "")

    def act(self) -> str:
        return gettext("升级，通知承办人")


class PersonField(forms.ModelChoiceField):
    """Somebody who may be named to a task force, under his department."""

    iterator = InGroups

    def grouping(self, found: Iterable[User]) -> Groups:
        return people_by_unit(found, IN_FORCE)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} {obj.position}".strip()


class PersonPicks(forms.ModelMultipleChoiceField):
    iterator = InGroups
    grouping = PersonField.grouping
    label_from_instance = PersonField.label_from_instance


class GiveToGroupForm(VerbForm):
    verb, name = "give_to_group", _("交工作组")
    sub = _("选现有的工作组，或者选组长和成员新设专班。工作组在办期间，成员看得到这件。")
    layout = "requests/fields_group.html"
    group = forms.ModelChoiceField(
        label=_("工作组"), queryset=TaskGroup.objects.none(), required=False, empty_label=_("为这件新设专班")
    )
    convener = PersonField(label=_("专班组长"), queryset=User.objects.none(), required=False, empty_label=_("请选组长"))
    members = PersonPicks(
        label=_("专班成员"), queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = prose(_("要工作组办什么"), rows=2, max_length=1000, error_messages={"required": _("请写要办什么。")})

    def shape(self) -> None:
        groups = TaskGroup.objects.filter(active=True).exclude(kind=TaskGroup.Kind.CHIEFS)
        groups = groups.exclude(works__made_for_it=True)  # those were made for another item
        if self.ticket.complexity == Complexity.MAJOR:
            groups = groups.filter(kind=TaskGroup.Kind.TASK_FORCE)
        self.fields["group"].queryset = groups.order_by("kind", "name")
        held = Membership.objects.current(self.now).filter(role__in=IN_FORCE)
        held = held.filter(Q(department=None) | ~Q(department__kind=Department.Kind.THIRD_PARTY))
        own = Member.objects.current(self.now).filter(enterprise=self.ticket.enterprise_id)  # §1: own case
        people = User.objects.active().filter(pk__in=held.values("user")).exclude(pk__in=own.values("user"))
        for name in ("convener", "members"):
            self.fields[name].queryset = people

    def act(self) -> str:
        return gettext("交工作组，通知成员")


class ContributeForm(VerbForm):
    verb, name = "contribute", _("工作组意见")
    sub = _("承办人和组长会收到，企业看不到。")
    text = prose(_("办了什么，有什么意见"), error_messages={"required": _("请写办了什么、有什么意见。")})

    def act(self) -> str:
        return gettext("提交工作组意见")


class EndGroupForm(VerbForm):
    verb, name = "end_group", _("结束工作组")
    sub = _("成员不再看得到这件，提交过的意见留着；为这件新设的专班同时撤销。")
    reason = prose(_("为什么结束"), rows=2, max_length=1000, error_messages={"required": _("请写为什么结束。")})

    def act(self) -> str:
        return gettext("结束工作组的工作")


PARTS = (
    TakePartForm,
    GiveOpinionForm,
    AddPartForm,
    EndPartForm,
    RaiseLevelForm,
    GiveToGroupForm,
    ContributeForm,
    EndGroupForm,
)
