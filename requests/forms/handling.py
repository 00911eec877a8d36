"""Forms of 办理: contact, opinion, result and signature (see `requests.forms.base`)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from portal.files.models import StoredFile
from requests import links
from requests.forms.base import VerbForm, choice, missing_parts, prose
from requests.forms.files import FilesField
from requests.models import Result
from requests.models.conversation import Way
from requests.models.ticket import Round, Urgency


class LogContactForm(VerbForm):
    verb, name = "log_contact", _("登记联系企业")
    sub = _("签收后 1 个工作日内联系企业；每次联系都可以登记。")
    fills = ("text",)
    way = choice(_("怎么联系的"), Way.choices, initial=Way.TELEPHONE, required=False)
    text = prose(
        _("联系了谁，谈定了什么"),
        max_length=2000,
        error_messages={"required": _("请写下联系了谁、谈定了什么。")},
    )

    def act(self) -> str:
        """A caller without an account reads nothing here; a confidential complaint only its complainant."""
        if not links.reads_it(self.ticket):
            return pgettext("动作", "登记")
        return gettext("登记，投诉人本人能看到") if self.ticket.confidential else gettext("登记，企业能看到")

    def given(self, files: list[StoredFile]) -> dict[str, Any]:
        return {"text": self.cleaned_data["text"], "way": self.cleaned_data["way"] or Way.TELEPHONE}


class ReportForm(VerbForm):
    verb, name = "report", _("填写办理结果")
    layout = "requests/fields_report.html"
    fills = ("text", "written_reply")
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
        return gettext("同意，送企业 %(due)s确认") % {"due": self.due("confirm", urgency=Urgency.ORDINARY)}


class SendBackForm(VerbForm):
    verb, name = "send_back", _("退回修改")
    sub = _("时限接着走。")
    reason = prose(_("退回的理由"), rows=2, max_length=1000, error_messages={"required": _("请写退回的理由。")})

    def act(self) -> str:
        return gettext("退回承办人修改")


HANDLING = (LogContactForm, ReportForm, SignOffForm, SendBackForm)
