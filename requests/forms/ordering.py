"""The forms of orders, sealed replies, special reports, the congress observer's question (SLA-13, APP-11, APP-4)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.files.models import StoredFile
from portal.people.models import User
from portal.worktime import words
from requests import overseen
from requests.flow.papers import leaders
from requests.forms.base import VerbForm, choice, prose
from requests.forms.files import FilesField
from requests.models import SupervisionOrder, Verification
from requests.papers.letters import problem_known

NO_DEMAND = _("请写要求部门做什么。")


class IssueOrderForm(VerbForm):
    verb, name = "issue_order", _("下督办单")
    sub = _("超期的件可以督办。部门另有一个答复时限，答复后由您评定；企业看不到。")
    demand = prose(_("要求部门做什么"), max_length=2000, error_messages={"required": NO_DEMAND})

    def opens(self) -> str:
        return gettext("下督办单")

    def act(self) -> str:
        lead = self.ticket.lead_department
        given = {"name": lead.short_name if lead else "", "due": self.due("order")}
        return gettext("下督办单，%(name)s %(due)s答复") % given


class AnswerOrderForm(VerbForm):
    verb, name = "answer_order", _("答复督办单")
    sub = _("督查员看了评定整改到位没有，企业看不到。")
    text = prose(_("怎么整改的"), error_messages={"required": _("请写怎么整改的。")})

    def shape(self) -> None:
        order = overseen.order_running(self.ticket)
        if order is not None:
            given = {"number": order.number, "demand": order.demand, "due": words.by_when(order.deadline.due_at)}
            self.sub = gettext("%(number)s：%(demand)s %(due)s答复。") % given

    def act(self) -> str:
        return gettext("答复，送督查员评定")


class AmendOrderForm(VerbForm):
    verb, name = "amend_order", _("修改督办要求")
    sub = _("部门会收到通知，时限不变，原来的话留在留痕里。")
    demand = prose(_("要求部门做什么"), max_length=2000, error_messages={"required": NO_DEMAND})

    def shape(self) -> None:
        order = overseen.order_running(self.ticket)
        self.initial.setdefault("demand", order.demand if order else "")

    def act(self) -> str:
        return gettext("修改，通知部门")


class JudgeOrderForm(VerbForm):
    verb, name = "judge_order", _("评定督办单")
    layout = "requests/fields_judge.html"
    judgement = choice(
        _("整改到位没有"),
        SupervisionOrder.Judgement.choices,
        error_messages={"required": _("请选整改到位没有。")},
    )
    text = prose(_("理由"), rows=2, max_length=1000, error_messages={"required": _("请写评定的理由。")})

    def shape(self) -> None:
        self.order = overseen.order_to_judge(self.ticket)

    def opens(self) -> str:
        return gettext("评定督办单")

    def act(self) -> str:
        return gettext("评定，督办单办结")


class DeliverScanForm(VerbForm):
    verb, name = "deliver_scan", _("送达盖章答复")
    files_needed = True  # here or sent ahead: the verb asks for it
    files = FilesField(label=_("盖章答复的扫描件"))

    def shape(self) -> None:
        reply = overseen.reply_to_deliver(self.ticket)
        self.again = reply is not None and reply.scan is not None
        if self.again:
            self.sub = gettext("已经送达过。再传一份，企业看新的，原来的留在机关。")
        else:
            self.sub = gettext("先打印书面答复并盖章，再传扫描件，一个 PDF 或一张图片。企业会收到通知，可以下载。")
        if reply is not None and reply.number:
            self.fields["files"].label = gettext("%(number)s 盖章后的扫描件") % {"number": reply.number}

    def opens(self) -> str:
        return gettext("送达盖章答复")

    def act(self) -> str:
        return gettext("换一份，通知企业") if self.again else gettext("送达企业")

    def given(self, files: list[StoredFile]) -> dict[str, Any]:
        return {"files": files}


class VerifyForm(VerbForm):
    verb, name = "verify", _("核实")
    sub = _("您自己向企业核实。记下的话督查员、镇领导和人大看得到，部门看不到；企业知道人大来问过。")
    layout = "requests/fields_verify.html"
    real = choice(
        _("情况属实吗"),
        [("yes", _("属实")), ("no", _("不属实"))],
        error_messages={"required": _("请选情况属实不属实。")},
    )
    satisfied = choice(
        _("企业满意吗"), Verification.Satisfied.choices, error_messages={"required": _("请选企业满意不满意。")}
    )
    text = prose(
        _("向谁核实、企业怎么说"),
        max_length=2000,
        error_messages={"required": _("请写向谁核实、企业怎么说。")},
    )

    def opens(self) -> str:
        return gettext("向企业核实，记下结果")

    def act(self) -> str:
        return gettext("记下核实结果")

    def given(self, files: list[StoredFile]) -> dict[str, Any]:
        data = self.cleaned_data
        return {"real": data["real"] == "yes", "satisfied": data["satisfied"], "text": data["text"]}


class ReportUpForm(VerbForm):
    verb, name = "report_up", _("写专报")
    sub = _(
        "基本情况、企业诉求和办理经过由系统写好，您写问题和建议。报送后有文号，不能再改，情况变了另写一期。企业看不到。"
    )
    leader = forms.ModelChoiceField(
        label=_("报送谁"),
        queryset=User.objects.none(),
        empty_label=None,
        error_messages={"required": _("请选报送哪位镇领导。")},
    )
    problem = prose(_("存在问题"), rows=4, max_length=2000, error_messages={"required": _("请写存在问题。")})
    proposal = prose(_("工作建议"), rows=4, max_length=2000, error_messages={"required": _("请写工作建议。")})

    def shape(self) -> None:
        to = leaders(self.ticket, self.now)
        self.fields["leader"].queryset = User.objects.filter(pk__in=[leader.pk for leader in to]).order_by("name", "pk")
        self.fields["leader"].label_from_instance = lambda user: f"{user.name} {user.position}".strip()
        lead = self.ticket.lead_department
        self.initial.setdefault("leader", lead.leader_in_charge_id if lead else None)
        self.initial.setdefault("problem", problem_known(self.ticket, self.now))

    def opens(self) -> str:
        return gettext("写专报，报镇领导")

    def act(self) -> str:
        return gettext("报送专报，通知镇领导")


ORDERING = (
    IssueOrderForm,
    AnswerOrderForm,
    AmendOrderForm,
    JudgeOrderForm,
    DeliverScanForm,
    ReportUpForm,
    VerifyForm,
)
