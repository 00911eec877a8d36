"""The forms of supervision: 批示 and its answer, 公开承诺 and its approval, 报告进展 (APP-21, DL-5, SLA-9)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.files.models import StoredFile
from portal.people.models import Department, User
from portal.worktime import words
from requests import lateness, owed
from requests.flow.commitments import heads_of
from requests.flow.instructions import MOST_DAYS, addressees, departments
from requests.forms.base import VerbForm, choice, prose
from requests.models import Instruction
from requests.models.conversation import Audience


def on_day(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


class InstructForm(VerbForm):
    verb, name = "instruct", pgettext_lazy("动作", "批示")
    sub = _("只有办这件的机关人员看得到，企业看不到。到期没答复，按时限逐级提醒。")
    layout = "requests/fields_instruct.html"
    text = prose(_("批示内容"), max_length=1000, error_messages={"required": _("请写批示内容。")})
    department = forms.ModelChoiceField(
        label=_("交给部门"), queryset=Department.objects.none(), required=False, empty_label=_("不交部门")
    )
    person = forms.ModelChoiceField(
        label=_("或者交给个人"), queryset=User.objects.none(), required=False, empty_label=_("不指定个人")
    )
    days = forms.IntegerField(label=_("几个工作日内答复"), min_value=1, max_value=MOST_DAYS, initial=3, required=False)
    until = on_day(_("或者写日期"), required=False, help_text=_("写了日期就按日期，到当天下班"))

    def shape(self) -> None:
        lead = self.ticket.lead_department_id
        asked = [department.pk for department in departments(self.ticket)]
        self.fields["department"].queryset = Department.objects.filter(pk__in=asked)
        self.fields["department"].label_from_instance = lambda department: department.short_name
        self.fields["person"].queryset = User.objects.filter(pk__in=addressees(self.ticket, self.now)).order_by("name")
        self.fields["person"].label_from_instance = _with_position
        if lead:
            late = lateness.clock_of(self.ticket, self.now)  # whose delay it is comes first
            owes = late.department_id if late is not None and late.department_id in asked else lead
            self.initial.setdefault("department", owes)
        else:
            del self.fields["department"]
            self.fields["person"].label = _("交给")
            self.initial.setdefault("person", self.ticket.first_responder_id)

    def opens(self) -> str:
        return gettext("批示，交部门落实")

    def act(self) -> str:
        return gettext("批示，通知落实的人")

    def given(self, files: list[StoredFile]) -> dict[str, Any]:
        return {"department": None, **self.cleaned_data}


def _with_position(user: User) -> str:
    return f"{user.name} {user.position}".strip()


class AnswerInstructionForm(VerbForm):
    verb, name = "answer_instruction", _("答复批示")
    sub = _("批示的领导会收到答复，企业看不到。")
    instruction = forms.ModelChoiceField(
        label=_("答复哪一条"), queryset=Instruction.objects.none(), required=False, empty_label=None
    )
    text = prose(_("怎么落实的"), max_length=2000, error_messages={"required": _("请写怎么落实的。")})

    def shape(self) -> None:
        mine = [deadline.pk for deadline in owed.instructions_to(self.ticket, self.user, self.now)]
        asked = Instruction.objects.filter(deadline__in=mine).select_related("given_by", "deadline")
        self.asked = list(asked.order_by("deadline__due_at", "pk"))
        if len(self.asked) < 2:
            del self.fields["instruction"]
            return
        self.fields["instruction"].queryset = asked.order_by("deadline__due_at", "pk")
        self.fields["instruction"].label_from_instance = _excerpt
        self.initial.setdefault("instruction", self.asked[0].pk)

    def opens(self) -> str:
        return gettext("答复领导批示")

    def act(self) -> str:
        return gettext("答复，送批示的领导")


def _excerpt(instruction: Instruction) -> str:
    text = instruction.text if len(instruction.text) <= 30 else f"{instruction.text[:30]}…"
    return gettext("%(name)s：%(text)s") % {"name": instruction.given_by.name, "text": text}


class Promise(VerbForm):
    """What is shown in public once it is approved: why, what will be done, and the promise in a sentence."""

    reason = prose(
        _("为什么没按期办成"),
        max_length=500,
        rows=2,
        help_text=_("督效屏上放得下约一百字"),
        error_messages={"required": _("请写为什么没按期办成。")},
    )
    measure = prose(
        _("接下来怎么办"),
        max_length=500,
        rows=2,
        help_text=_("督效屏上放得下约三十字，承诺短时约一百字"),
        error_messages={"required": _("请写接下来怎么办。")},
    )
    wording = forms.CharField(
        label=_("公开的一句承诺"),
        max_length=200,
        help_text=_("批准后上督效屏，企业也看得到，例如：修好广漠路雨污管网，恢复排水"),
        error_messages={"required": _("请写公开的一句承诺。")},
    )


class MakeCommitmentForm(Promise):
    verb, name = "make_commitment", _("作公开承诺")
    sub = _("超期件要公开承诺。督查员批准后才公开；到时没办成，考核按两倍计，提前到下一级督办。")
    until = on_day(_("承诺哪一天办结"), error_messages={"required": _("请选承诺办结的日期。")})
    leader = forms.ModelChoiceField(label=_("部门负责人"), queryset=User.objects.none(), empty_label=None)

    def shape(self) -> None:
        heads = heads_of(self.ticket, self.now)
        self.fields["leader"].queryset = User.objects.filter(pk__in=[head.pk for head in heads])
        self.fields["leader"].label_from_instance = _with_position
        if heads:
            self.initial.setdefault("leader", heads[0].pk)

    def opens(self) -> str:
        return gettext("作公开承诺，送审")

    def act(self) -> str:
        return gettext("作出承诺，送督查员审核")


class ApproveCommitmentForm(Promise):
    verb, name = "approve_commitment", _("审核承诺")
    sub = _("可以改字句再批准。批准后上督效屏，企业也看得到；原话留着。")

    def shape(self) -> None:
        self.asked = owed.commitment_asked(self.ticket)
        for field in self.fields:
            self.initial.setdefault(field, getattr(self.asked, field, ""))
        if self.asked:
            given = {"due": words.by_when(self.asked.until), "name": self.asked.leader.name}
            self.sub = gettext("承诺 %(due)s办结，负责人%(name)s。可以改字句再批准，原话留着。") % given

    def opens(self) -> str:
        return gettext("审核公开承诺")

    def act(self) -> str:
        return gettext("批准并公开")


class ReturnCommitmentForm(VerbForm):
    verb, name = "return_commitment", _("退回承诺")
    sub = _("部门重写后再送审。")
    reason = prose(_("退回的理由"), rows=2, max_length=500, error_messages={"required": _("请写退回的理由。")})

    def act(self) -> str:
        return gettext("退回，请部门重写")


class ReportProgressForm(VerbForm):
    verb, name = "report_progress", pgettext_lazy("动作", "报告进展")
    sub = _("超期期间每月第一个工作日报一次，办结就不用再报。")
    text = prose(
        _("办到哪一步，还差什么"), max_length=2000, error_messages={"required": _("请写办到哪一步了，还差什么。")}
    )
    audience = choice(
        _("给谁看"),
        [(Audience.OFFICE, _("只给机关")), (Audience.FIRM, _("也给企业"))],
        required=False,
        initial=Audience.OFFICE,
    )

    def act(self) -> str:
        return gettext("报告这个月的进展")

    def given(self, files: list[StoredFile]) -> dict[str, Any]:
        data = self.cleaned_data
        return {"text": data["text"], "audience": data["audience"] or Audience.OFFICE}


SUPERVISING = (
    InstructForm,
    AnswerInstructionForm,
    MakeCommitmentForm,
    ApproveCommitmentForm,
    ReturnCommitmentForm,
    ReportProgressForm,
)
