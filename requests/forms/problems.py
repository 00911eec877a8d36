"""The forms of common problems (APP-16)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.people.models import Department, Membership, User
from portal.worktime.words import local_day
from requests import commons
from requests.flow.problems import IN_OWNER
from requests.forms.base import choice, prose
from requests.forms.subject import SubjectForm
from requests.forms.supervising import on_day
from requests.forms.units import UnitField
from requests.models import Category, CommonProblem, Ticket


class OwnerChoice(forms.ModelChoiceField):
    def label_from_instance(self, person: Any) -> str:
        return f"{person.department} {person.name}" if person.department else str(person.name)


class OpenProblemForm(SubjectForm):
    """From the tickets in `t`: the list's batch bar, a ticket's page or a cluster brings them."""

    verb, name = "open_problem", _("列为共性问题")
    sub = _("列入后每件的经过里会写明，企业看不到；定了措施再一并告知。")
    title = forms.CharField(
        label=_("标题"),
        max_length=80,
        help_text=_("会出现在每一件里，不写企业和人名"),
        error_messages={"required": _("请写一个标题。")},
    )
    statement = prose(
        _("是什么问题"),
        rows=4,
        max_length=2000,
        help_text=_("几家企业共同的原因和表现"),
        error_messages={"required": _("请写是什么问题、有哪些表现。")},
    )
    category = forms.ModelChoiceField(
        label=_("类别"),
        queryset=Category.objects.filter(active=True),
        required=False,
        empty_label=_("按多数诉求的类别"),
    )


class EditProblemForm(OpenProblemForm):
    verb, name, sub = "edit_problem", _("改标题和说明"), ""

    def shape(self) -> None:
        self.fields["category"].empty_label = gettext("不分类")
        for field in ("title", "statement", "category"):
            self.initial.setdefault(field, getattr(self.subject, field))


class OwnerForm(SubjectForm):
    verb, name = "name_owner", _("指定牵头")
    sub = _("牵头部门能看到这个共性问题，到期没定措施会提醒牵头人、主要负责人和督查员。")
    department = UnitField(
        label=_("牵头部门"),
        queryset=Department.objects.none(),
        empty_label=_("请选部门"),
        error_messages={"required": _("请选牵头部门。")},
    )
    owner = OwnerChoice(label=_("牵头人"), queryset=User.objects.none(), required=False, empty_label=_("由部门定"))
    until = on_day(_("哪天前定下措施"), required=False, help_text=_("到当天下班；遇放假顺延到下一个工作日"))

    def shape(self) -> None:
        active = Department.objects.active().exclude(kind=Department.Kind.THIRD_PARTY)
        self.fields["department"].queryset = active
        held = Membership.objects.current().filter(role__in=IN_OWNER, department__in=active.order_by()).order_by("pk")
        where = held.filter(user=OuterRef("pk")).values("department__short_name")[:1]
        people = (
            User.objects.active().filter(pk__in=held.order_by().values("user")).annotate(department=Subquery(where))
        )
        self.fields["owner"].queryset = people.order_by("department", "name")
        problem: CommonProblem = self.subject
        self.initial.setdefault("department", problem.department_id)
        self.initial.setdefault("owner", problem.owner_id)
        if problem.due_at:
            self.initial.setdefault("until", local_day(problem.due_at))
        if problem.status != commons.GATHERING:
            del self.fields["until"]


class MeasureForm(SubjectForm):
    verb, name = "decide_measure", _("定措施")
    kind = choice(_("种类"), CommonProblem.Measure.choices, error_messages={"required": _("请选措施的种类。")})
    measure = prose(
        _("措施"),
        rows=4,
        help_text=_("机关人员看到：定了什么、从哪天起、谁落实"),
        error_messages={"required": _("请写定了什么措施、从什么时候起。")},
    )
    public_words = prose(
        _("告知企业的话"),
        rows=3,
        max_length=1000,
        help_text=_("原样发给所有关联的企业，不能写任何一家企业的名字"),
        error_messages={"required": _("请写告知企业的话。")},
    )

    def shape(self) -> None:
        again = {"kind": "measure_kind", "measure": "measure", "public_words": "public_words"}
        for field, column in again.items():
            self.initial.setdefault(field, getattr(self.subject, column))


class CloseProblemForm(SubjectForm):
    verb, name = "close_problem", _("告知企业并办结")
    sub = _("措施记入每一件的经过；每家企业收到一条消息，承办人和首问负责人也会收到。")

    def act(self) -> str:
        return gettext("告知全部企业，办结")


class DropProblemForm(SubjectForm):
    verb, name = "drop_problem", pgettext_lazy("共性问题", "撤销")
    sub = _("不是共性问题的，撤销后里面的诉求可以另外列入；企业不会收到消息。")
    reason = prose(_("撤销的理由"), rows=2, max_length=500, error_messages={"required": _("请写撤销的理由。")})


class LinkForm(SubjectForm):
    """More tickets by their numbers; the batch bar of the list is the other way."""

    verb, name = "link_tickets", _("加入诉求")
    numbers = prose(
        _("诉求编号"),
        rows=2,
        max_length=2500,
        help_text=_("可以写几个，用空格或换行分开"),
        error_messages={"required": _("请写诉求编号。")},
    )

    def clean_numbers(self) -> list[Ticket]:
        wanted = {
            number.upper() for number in self.cleaned_data["numbers"].replace("，", " ").replace("、", " ").split()
        }
        found = list(Ticket.objects.visible_to(self.user).filter(number__in=wanted, confidential=False))
        missing = sorted(wanted - {ticket.number for ticket in found})
        if missing:
            told = gettext("没有找到：%(numbers)s") % {"numbers": gettext("、").join(n[:24] for n in missing[:5])}
            raise forms.ValidationError(told)
        return found

    def given(self) -> dict[str, Any]:
        return {"tickets": self.cleaned_data["numbers"]}


PROBLEM_FORMS: dict[str, type[SubjectForm]] = {
    form.verb: form for form in (OwnerForm, MeasureForm, CloseProblemForm, LinkForm, EditProblemForm, DropProblemForm)
}
