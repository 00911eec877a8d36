"""Forms of 反馈 and 回访: the firm's answer and the call before closing (see `requests.forms.base`)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.files.models import StoredFile
from portal.worktime import words
from portal.worktime.calendar import calendar
from requests import stages
from requests.calls import counts
from requests.capacity import capacities
from requests.flow.feedback import Scores
from requests.forms.base import VerbForm, amount, choice, limit_of, prose, score
from requests.models import CallDraft, Revisit
from requests.models.handling import is_said_done
from requests.models.ticket import Round

ANSWERS = ("confirm", "dispute")  # the firm's, called by whether the result says that it is done (APP-11)


class ConfirmForm(VerbForm):
    verb, name, unmet = "confirm", _("确认办好了"), _("知道了，没有异议")
    layout = "requests/fields_rating.html"
    overall = score(_("总体满意吗"))
    attitude = score(_("态度"))
    timeliness = score(_("快慢"))
    text = prose(_("还想说的"), rows=2, required=False, max_length=2000)

    def shape(self) -> None:
        done = is_said_done(self.ticket)
        if not done:
            self.name = self.unmet
        if capacities(self.ticket, self.user, self.now) & {stages.MEMBER, stages.LINK}:
            self.sub = _("可以顺便打分。1、2 分按不满意处理，部门要重新办理。")
        elif not done:
            self.sub = _("企业在电话里说没有异议，由您代为登记。企业能看到是电话确认。")
        else:
            self.sub = _("企业在电话里说办好了，由您代为登记。企业能看到是电话确认。")

    def otherwise(self) -> str:
        """What the other answer is called."""
        return gettext("没办好") if is_said_done(self.ticket) else gettext("提出异议")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("overall") is None and (data.get("attitude") or data.get("timeliness") or data.get("text")):
            self.add_error("overall", gettext("请先选总体满意吗，再评其他。"))
        return data

    def given(self, files: list[StoredFile]) -> dict[str, Any]:
        data = self.cleaned_data
        return {"scores": Scores(**data) if data["overall"] is not None else None}


class DisputeForm(VerbForm):
    verb, name, unmet = "dispute", _("没办好"), _("提出异议")
    disagrees = _("不同意什么")
    reason = prose(
        _("哪里没办好"),
        max_length=2000,
        help_text=_("原部门接着办，能看到这段话"),
        error_messages={"required": _("请写下哪里没办好，部门照着接着办。")},
    )

    def shape(self) -> None:
        if not is_said_done(self.ticket):
            self.name = self.unmet
            self.fields["reason"].label = self.disagrees
            self.fields["reason"].error_messages["required"] = _("请写下不同意什么，部门照着接着办。")

    def act(self) -> str:
        limit = limit_of(self.ticket, self._next_round(), self.now)
        if limit is None:
            return gettext("%(name)s，转回访") % {"name": self.name}
        return gettext("%(name)s，请部门 %(amount)s内再办") % {"name": self.name, "amount": amount(limit)}

    def _next_round(self) -> str:
        """Which clock starts: the first dispute is rework, a second one counts as dissatisfied (APP-12, APP-13)."""
        if self.ticket.round == Round.ORDER:
            return ""
        if not self.ticket.disputes and self.ticket.round == Round.FIRST:
            return "rework"
        return "order" if self.ticket.dissatisfied else "second"


class OnKeys(forms.RadioSelect):
    """Choices that the digit of their value presses (static/js/keys.js): on the telephone one hand is busy."""

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, label, *args, **kwargs)
        option["attrs"] |= {"data-key": str(value), "data-go-name": str(label)}
        return option


class RecordRevisitForm(VerbForm):
    verb, name = "record_revisit", _("记录回访")
    layout = "requests/fields_call.html"
    reached = choice(_("联系上了吗"), [("yes", _("联系上了")), ("no", _("没联系上"))], initial="yes")
    real = choice(_("结果属实吗"), [("yes", _("属实")), ("no", _("不属实"))], required=False)
    overall = score(_("总体满意吗"))
    attitude = score(_("态度"))
    timeliness = score(_("快慢"))
    text = prose(_("企业的原话，没联系上的写情况"), rows=3, required=False, max_length=2000)

    def shape(self) -> None:
        result = self.ticket.result
        calls = list(self.ticket.revisits.filter(result=result).order_by("attempt")) if result else []
        self.attempt = len(calls) + 1
        given = {"n": self.attempt, "most": Revisit.ATTEMPTS}
        self.sub = gettext("第 %(n)s 次，共 %(most)s 次；都联系不上，按“未联系上”办结。") % given
        self.wait = self._too_soon(calls[-1]) if calls else ""
        self.wait = self.wait or self._out_of_hours()
        self.fields["overall"].widget = OnKeys(choices=self.fields["overall"].choices)
        self._take_up()

    def _too_soon(self, last: Revisit) -> str:
        """That this half-day's attempt is made; whoever rings up himself can be recorded all the same."""
        if self.now >= last.half_day_ends:
            return ""
        return gettext("这半天已经打过，%(when)s 起再打，另算一次。") % {"when": words.moment(last.next_at)}

    def _out_of_hours(self) -> str:
        if counts(self.now):
            return ""
        when = words.moment(calendar().opens_at(self.now))
        return gettext("现在不是上班时间，没联系上不算一次，%(when)s 起再打。") % {"when": when}

    def _take_up(self) -> None:
        """What was noted in a call that broke off."""
        draft = CallDraft.objects.filter(ticket=self.ticket, user=self.user).first()
        self.restored = draft is not None and not self.is_bound
        for name, value in (draft.data if draft else {}).items():
            self.initial[name] = value

    @property
    def autosave(self) -> str:
        return reverse("requests:call-draft", args=[self.ticket.number])

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


FEEDBACK = (ConfirmForm, DisputeForm, RecordRevisitForm)
