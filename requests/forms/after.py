"""Forms of what may follow an answer: 申请复核 and its ruling (APP-6), 写回热线 (APP-1)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.files.models import StoredFile
from requests import owed_intake
from requests.forms.base import VerbForm, amount, choice, limit_of, prose


class AskReviewForm(VerbForm):
    verb, name = "ask_review", _("申请复核")
    sub = _("由督查员复核，只有一次。企业看得到裁定和理由。")
    reasons = prose(_("为什么应当受理"), max_length=2000, error_messages={"required": _("请写明为什么应当受理。")})

    def act(self) -> str:
        limit = limit_of(self.ticket, "review", self.now)
        if limit is None:
            return gettext("申请复核，由督查员裁定")
        return gettext("申请复核，督查员 %(amount)s内裁定") % {"amount": amount(limit)}


UPHELD, OVERTURNED = "upheld", "overturned"


class RuleReviewForm(VerbForm):
    verb, name = "rule_review", _("裁定复核")
    sub = _("企业看得到裁定和理由。维持的不能再申请；受理的转回研判，时限重新算。")
    decision = choice(
        _("裁定"),
        [(OVERTURNED, _("应当受理，转回研判")), (UPHELD, _("维持不予受理"))],
        error_messages={"required": _("请选维持还是受理。")},
    )
    ruling = prose(_("理由"), max_length=2000, error_messages={"required": _("请写裁定的理由，企业看得到。")})

    def opens(self) -> str:
        return gettext("裁定复核")

    def act(self) -> str:
        return gettext("作出裁定，告知企业")

    def given(self, files: list[StoredFile]) -> dict[str, Any]:
        return {"upheld": self.cleaned_data["decision"] == UPHELD, "ruling": self.cleaned_data["ruling"]}


class WriteBackForm(VerbForm):
    verb, name = "write_back", _("写回热线")
    text = prose(_("写回的内容"), rows=5, max_length=4000, error_messages={"required": _("请写明写回热线的内容。")})

    def shape(self) -> None:
        self.initial.setdefault("text", owed_intake.answer_to_hotline(self.ticket))
        number = self.ticket.hotline_number
        if self.ticket.line_system_id:
            self.sub = _("这件由接入系统转来，登记后系统会收到推送。")
        elif number:
            self.sub = gettext("先在热线系统按编号 %(number)s 写回，再在这里登记写回的内容。") % {"number": number}

    def opens(self) -> str:
        return gettext("写回热线，登记内容")

    def act(self) -> str:
        return gettext("已写回，登记")


AFTER = (AskReviewForm, RuleReviewForm, WriteBackForm)
