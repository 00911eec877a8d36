"""The forms of more time: extension, suspension, their approval and end (APP-10), the second look (APP-15)."""

from __future__ import annotations

from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.worktime.words import by_when, day
from requests import limits_respite, respite, stages
from requests.forms.base import VerbForm, choice, prose
from requests.forms.supervising import on_day
from requests.models import HandlingRequest, SecondLook
from requests.respite_words import asked_for, until_words


class Asking(VerbForm):
    def to_whom(self) -> str:
        return gettext("部门负责人") if self._head_first() else gettext("服务中心")

    def _head_first(self) -> bool:
        """Else the centre decides alone: the head asks himself, or there is none who sees the matter."""
        return respite.asks_head(self.ticket, self.now) and not self._is_head()

    def _is_head(self) -> bool:
        from requests.capacity import capacities

        return respite.HEAD in capacities(self.ticket, self.user, self.now)


class AskExtensionForm(Asking):
    verb, name = "ask_extension", _("申请延期")
    until = on_day(_("延到哪一天"), error_messages={"required": _("请选新的办结日期。")})
    reason = prose(
        _("为什么要延期"),
        rows=3,
        max_length=1000,
        help_text=_("同意后企业会看到"),
        error_messages={"required": _("请写理由，同意后企业会看到。")},
    )

    def shape(self) -> None:
        work = respite.work_of(self.ticket)
        given = {
            "due": by_when(work.due_at) if work else "",
            "n": limits_respite.extensions_allowed(self.ticket, self.now),
        }
        self.sub = gettext("现在 %(due)s到期。一个时限最多延 %(n)s 次。") % given
        if self._head_first():
            self.sub += gettext("部门负责人、服务中心各有 1 个工作日审批，批下来以前时限照走。")
        else:
            self.sub += gettext("服务中心有 1 个工作日审批，批下来以前时限照走。")

    def act(self) -> str:
        return gettext("申请延期，送%(who)s批") % {"who": self.to_whom().lower()}


class AskSuspensionForm(Asking):
    verb, name = "ask_suspension", _("申请挂起")
    sub = _(
        "同意后没有超期的时限都暂停，已超期的协办不停；到复核日自动恢复办理，还要等的再申请。"
        "批下来以前时限照走，主办超期的不能挂起。"
    )
    cause = choice(
        _("等什么"),
        [(cause, capfirst(name)) for cause, name in HandlingRequest.Cause.choices],
        error_messages={"required": _("请选等什么。")},
    )
    until = on_day(_("复核日"), help_text=_("这一天早上自动恢复办理"), error_messages={"required": _("请选复核日。")})
    reason = prose(
        _("为什么要挂起"),
        rows=3,
        max_length=1000,
        help_text=_("同意后企业会看到"),
        error_messages={"required": _("请写理由，同意后企业会看到。")},
    )

    def act(self) -> str:
        return gettext("申请挂起，送%(who)s批") % {"who": self.to_whom().lower()}


class ApproveRequestForm(VerbForm):
    verb, name, asks = "approve_request", _("同意申请"), False

    def shape(self) -> None:
        self.request = respite.request_of(self.ticket)
        self.sub = asked_for(self.request) if self.request else ""

    def act(self) -> str:
        if self.request is None:
            return str(self.name)
        if self.request.head_at is None:
            return gettext("同意，送服务中心批")
        if self.request.is_suspension:
            return gettext("同意挂起，%(day)s复核") % {"day": day(self.request.until)}
        return gettext("同意延期，%(due)s办结") % {"due": by_when(self.request.until)}


class RefuseRequestForm(VerbForm):
    verb, name = "refuse_request", _("不同意申请")
    reason = prose(_("不同意的理由"), rows=2, max_length=500, error_messages={"required": _("请写不同意的理由。")})

    def shape(self) -> None:
        request = respite.request_of(self.ticket)
        self.sub = asked_for(request) if request else ""

    def act(self) -> str:
        return gettext("不同意，时限照走")


class WithdrawRequestForm(VerbForm):
    verb, name, asks = "withdraw_request", _("撤回申请"), False

    def act(self) -> str:
        return gettext("撤回申请，时限照走")


class EndSuspensionForm(VerbForm):
    verb, name = "end_suspension", _("恢复办理")
    text = prose(_("为什么现在恢复"), rows=2, required=False, max_length=500, help_text=_("企业会看到"))

    def shape(self) -> None:
        request = respite.suspension_of(self.ticket)
        self.sub = until_words(request) if request else ""

    def act(self) -> str:
        return gettext("恢复办理，时限接着走")


class LookAgainForm(VerbForm):
    verb, name = "look_again", _("再看一次")
    found = choice(_("现在的条件"), SecondLook.Found.choices, error_messages={"required": _("请选条件有没有变化。")})
    text = prose(_("现在的情况"), rows=3, max_length=1000, error_messages={"required": _("请写现在的情况。")})

    def shape(self) -> None:
        if self.ticket.status == stages.SUSPENDED:
            self.sub = gettext("没有变化，一个季度后再看；有变化，这件恢复办理。")
        else:
            self.sub = gettext("没有变化，一个季度后再看；有变化，另开一件接着办，告诉企业。原来的一件不改。")

    def opens(self) -> str:
        return gettext("再看一次这件历史疑难件")

    def act(self) -> str:
        return gettext("记下")


RESPITE: tuple[type[VerbForm], ...] = (
    AskExtensionForm,
    AskSuspensionForm,
    ApproveRequestForm,
    RefuseRequestForm,
    WithdrawRequestForm,
    EndSuspensionForm,
    LookAgainForm,
)
