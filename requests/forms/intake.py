"""Forms of 接诉: accept, ask for what is missing, supply it, reject, withdraw (see `requests.forms.base`)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.files.models import StoredFile
from portal.worktime import words
from requests.forms.base import VerbForm, prose
from requests.forms.files import FilesField
from requests.models import ListItem
from requests.models.ticket import Urgency


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
        return gettext("请企业 %(due)s补齐") % {"due": self.due("supplement", urgency=Urgency.ORDINARY)}


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
        self.fields["item"].label_from_instance = lambda item: (
            gettext("%(item)s（%(where)s）") % {"item": item, "where": item.instead} if item.go_to else str(item)
        )

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


INTAKE = (AcceptForm, AskSupplementForm, SupplementForm, RejectForm, WithdrawForm)
