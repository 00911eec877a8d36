"""One form for each verb: its fields, what its button says, and the call. The verb itself checks the rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.files.models import StoredFile
from portal.people.rights import rights_of
from portal.worktime import words
from requests import stages
from requests.capacity import capacities
from requests.flow.feedback import Scores
from requests.forms.base import VerbForm, amount, choice, limit_of, prose, score
from requests.forms.dispatching import DispatchForm
from requests.forms.files import FilesField
from requests.forms.supervising import SUPERVISING
from requests.forms.taking import NameHandlerForm, TakeForm
from requests.models import Assignment, ListItem, Result, Revisit
from requests.models.conversation import Audience
from requests.models.ticket import Round, Urgency

__all__ = ["FORMS", "VerbForm", "amount", "forward", "limit_of", "missing_parts"]

# 接诉 ---------------------------------------------------------------------------------------------------------


class AcceptForm(VerbForm):
    verb, name, asks = "accept", pgettext_lazy("动作", "受理"), False

    def act(self) -> str:
        due = [d for d in self.ticket.open_deadlines if d.obligation == "dispatch"]
        if not due:
            return gettext("受理，交研判")
        return gettext("受理，%(due)s定下由谁办") % {"due": words.by_when(due[0].due_at)}


class AskSupplementForm(VerbForm):
    verb, name = "ask_supplement", _("退回补正")
    sub = _("只能要求一次，请一次写全。企业有 10 个工作日，中心的时限暂停。")
    items = prose(_("要企业补什么"), max_length=1000, error_messages={"required": _("请一次写全要补的材料。")})

    def act(self) -> str:
        return gettext("请企业%(due)s补齐") % {"due": self.due("supplement", urgency=Urgency.ORDINARY)}


class SupplementForm(VerbForm):
    verb, name = "supplement", _("补充材料")
    answer = prose(_("补充说明"), required=False, help_text=_("说明和材料至少有一样"))
    files = FilesField()

    def opens(self) -> str:
        return gettext("补充材料，继续办理")

    def act(self) -> str:
        return gettext("提交补充，继续办理")

    def given(self, files: list[StoredFile]) -> dict[str, Any]:
        return {"answer": self.cleaned_data["answer"], "files": files}


class RejectForm(VerbForm):
    verb, name = "reject", pgettext_lazy("动作", "不予受理")
    sub = _("企业会看到依据和可以去哪里办。")
    layout = "requests/fields_reject.html"
    item = forms.ModelChoiceField(
        label=_("依据哪一项"),
        queryset=ListItem.objects.filter(accepted=False, active=True),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选不予受理清单里的一项。")},
    )
    go_to = prose(
        _("企业可以去哪里办"), rows=2, required=False, max_length=1000, help_text=_("不写，就用所选一项括号里的话")
    )

    def shape(self) -> None:
        self.fields["item"].label_from_instance = lambda item: f"{item}（{item.go_to}）" if item.go_to else str(item)

    def act(self) -> str:
        return gettext("不予受理，告知企业")

    def given(self, files: list[StoredFile]) -> dict[str, Any]:
        item = self.cleaned_data["item"]
        return {"item": item, "go_to": self.cleaned_data["go_to"] or item.go_to}


class WithdrawForm(VerbForm):
    verb, name = "withdraw", _("撤回诉求")
    sub = _("撤回后各部门停止办理，不能恢复；经过留着，还可以另提一件。")
    reason = prose(_("为什么撤回"), rows=2, required=False, max_length=1000)

    def act(self) -> str:
        return gettext("撤回这件诉求，停止办理")


# 办理 ---------------------------------------------------------------------------------------------------------


class LogContactForm(VerbForm):
    verb, name = "log_contact", _("登记联系企业")
    sub = _("签收后 1 个工作日内联系企业；企业能看到这条记录。")
    text = prose(
        _("联系了谁，谈定了什么"),
        max_length=2000,
        error_messages={"required": _("请写下联系了谁、谈定了什么。")},
    )

    def act(self) -> str:
        return gettext("登记，企业能看到")


class GiveOpinionForm(VerbForm):
    verb, name = "give_opinion", _("提交协办意见")
    sub = _("主办部门能看到，企业看不到。")
    text = prose(_("协办意见"), error_messages={"required": _("请写协办意见。")})
    files = FilesField()

    def opens(self) -> str:
        return self.act()

    def act(self) -> str:
        lead = self.ticket.lead_department
        return gettext("提交，交%(name)s汇总") % {"name": lead.short_name if lead else ""}

    def given(self, files: list[StoredFile]) -> dict[str, Any]:
        return {"text": self.cleaned_data["text"], "files": files}


class ReportForm(VerbForm):
    verb, name = "report", _("填写办理结果")
    layout = "requests/fields_report.html"
    kind = choice(_("结果"), Result.Kind.choices, error_messages={"required": _("请选办理结果。")})
    text = prose(
        _("答复企业的话"),
        rows=4,
        help_text=_("签批后企业看到这段话"),
        error_messages={"required": _("请写办理结果，企业会看到这段话。")},
    )
    written_reply = prose(_("书面答复"), rows=4, required=False, max_length=8000)
    files = FilesField()

    def shape(self) -> None:
        self.always_written = self.ticket.round in (Round.SECOND, Round.ORDER)
        help_text = _("二次交办和督办件要有书面答复") if self.always_written else _("不能办理的要有书面答复")
        self.fields["written_reply"].required = self.always_written
        self.fields["written_reply"].error_messages["required"] = help_text
        self.fields["written_reply"].help_text = help_text
        self.fields["written_reply"].widget.attrs["placeholder"] = " "  # lets the style sheet see that it is empty
        missing = missing_parts(self.ticket)
        if missing:
            self.sub = gettext("还缺%(names)s的协办意见，意见到了才能报结果。") % {"names": gettext("、").join(missing)}

    def opens(self) -> str:
        return gettext("填写办理结果，送签批")

    def act(self) -> str:
        return gettext("报结果，送签批")

    def given(self, files: list[StoredFile]) -> dict[str, Any]:
        data = self.cleaned_data
        return {"kind": data["kind"], "text": data["text"], "written_reply": data["written_reply"], "files": files}


class SignOffForm(VerbForm):
    verb, name, asks = "sign_off", _("签批"), False

    def act(self) -> str:
        return gettext("同意，送企业%(due)s确认") % {"due": self.due("confirm", urgency=Urgency.ORDINARY)}


class SendBackForm(VerbForm):
    verb, name = "send_back", _("退回修改")
    sub = _("时限接着走。")
    reason = prose(_("退回的理由"), rows=2, max_length=1000, error_messages={"required": _("请写退回的理由。")})

    def act(self) -> str:
        return gettext("退回承办人修改")


# 反馈、回访 ----------------------------------------------------------------------------------------------------


class ConfirmForm(VerbForm):
    verb, name = "confirm", _("确认办好了")
    layout = "requests/fields_rating.html"
    overall = score(_("总体满意吗"))
    attitude = score(_("态度"))
    timeliness = score(_("快慢"))
    text = prose(_("还想说的"), rows=2, required=False, max_length=2000)

    def shape(self) -> None:
        if capacities(self.ticket, self.user, self.now) & {stages.MEMBER, stages.LINK}:
            self.sub = _("可以顺便打分。1、2 分按不满意处理，部门要重新办理。")
        else:
            self.sub = _("企业在电话里说办好了，由您代为登记。企业能看到是电话确认。")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("overall") is None and (data.get("attitude") or data.get("timeliness") or data.get("text")):
            self.add_error("overall", gettext("请先选总体满意吗，再评其他。"))
        return data

    def given(self, files: list[StoredFile]) -> dict[str, Any]:
        data = self.cleaned_data
        return {"scores": Scores(**data) if data["overall"] is not None else None}


class DisputeForm(VerbForm):
    verb, name = "dispute", _("没办好")
    reason = prose(
        _("哪里没办好"),
        max_length=2000,
        help_text=_("原部门接着办，能看到这段话"),
        error_messages={"required": _("请写下哪里没办好，部门照着接着办。")},
    )

    def act(self) -> str:
        limit = limit_of(self.ticket, self._next_round(), self.now)
        if limit is None:
            return gettext("没办好，转回访")
        return gettext("没办好，请部门%(amount)s内再办") % {"amount": amount(limit)}

    def _next_round(self) -> str:
        """Which clock starts: the first dispute is rework, a second one counts as dissatisfied (APP-12, APP-13)."""
        if self.ticket.round == Round.ORDER:
            return ""
        if not self.ticket.disputes and self.ticket.round == Round.FIRST:
            return "rework"
        return "order" if self.ticket.dissatisfied else "second"


class RecordRevisitForm(VerbForm):
    verb, name = "record_revisit", _("记录回访")
    layout = "requests/fields_call.html"
    reached = choice(_("联系上了吗"), [("yes", _("联系上了")), ("no", _("没联系上"))], initial="yes")
    real = choice(_("结果属实吗"), [("yes", _("属实")), ("no", _("不属实"))], required=False)
    overall = score(_("总体满意吗"))
    attitude = score(_("态度"))
    timeliness = score(_("快慢"))
    text = prose(_("企业的原话"), rows=2, required=False, max_length=2000)

    def shape(self) -> None:
        result = self.ticket.result
        self.attempt = self.ticket.revisits.filter(result=result).count() + 1 if result else 1
        given = {"n": self.attempt, "most": Revisit.ATTEMPTS}
        self.sub = gettext("第 %(n)s 次，共 %(most)s 次；都联系不上，按“未联系上”办结。") % given

    def opens(self) -> str:
        return gettext("打电话回访，记下结果")

    def act(self) -> str:
        return gettext("记下第 %(n)s 次回访") % {"n": self.attempt}

    def given(self, files: list[StoredFile]) -> dict[str, Any]:
        data = self.cleaned_data
        scores = None
        if data["overall"] is not None:
            scores = Scores(data["overall"], data["attitude"], data["timeliness"], data["text"])
        real = {"yes": True, "no": False}.get(data["real"])
        return {"reached": data["reached"] == "yes", "real": real, "scores": scores, "text": data["text"]}


# 往来 ---------------------------------------------------------------------------------------------------------


class UrgeForm(VerbForm):
    verb, name = "urge", _("催办")
    sub = _("记一次催办，经办的人和他的负责人都会收到提醒。")
    text = prose(_("想说的"), rows=2, required=False, max_length=1000)

    def act(self) -> str:
        return gettext("催办，提醒经办人和负责人")


class WriteForm(VerbForm):
    verb, name = "write", _("留言")
    audience = choice(
        _("写给谁"),
        [(Audience.FIRM, _("回复企业")), (Audience.OFFICE, _("内部意见"))],
        required=False,
        initial=Audience.FIRM,
    )
    text = prose(_("内容"), rows=2, error_messages={"required": _("请写下要说的话。")})
    files = FilesField()

    def shape(self) -> None:
        if not rights_of(self.user, self.now).is_official or stages.MEMBER in capacities(
            self.ticket, self.user, self.now
        ):
            del self.fields["audience"]

    def act(self) -> str:
        return gettext("发送")

    def given(self, files: list[StoredFile]) -> dict[str, Any]:
        data = self.cleaned_data
        return {"text": data["text"], "audience": data.get("audience") or Audience.FIRM, "files": files}


FORMS: dict[str, type[VerbForm]] = {
    form.verb: form
    for form in (
        AcceptForm,
        AskSupplementForm,
        SupplementForm,
        RejectForm,
        WithdrawForm,
        DispatchForm,
        TakeForm,
        NameHandlerForm,
        LogContactForm,
        GiveOpinionForm,
        ReportForm,
        SignOffForm,
        SendBackForm,
        ConfirmForm,
        DisputeForm,
        RecordRevisitForm,
        UrgeForm,
        *SUPERVISING,
        WriteForm,
    )
}


def forward(verbs: list[str]) -> str | None:
    """The one verb a page puts forward as its filled button (look, decision 6)."""
    return next((verb for verb in stages.FORWARD if verb in verbs), None)


def missing_parts(ticket: Any) -> list[str]:
    """The co-handling departments whose opinion the result waits for (APP-4)."""
    if ticket.status not in stages.IN_DEPARTMENT:
        return []
    return [
        part.department.short_name
        for part in ticket.assignments.all()
        if part.part == Assignment.Part.CO and part.ended_at is None and part.opinion_at is None
    ]
