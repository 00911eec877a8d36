"""The forms of 退回、裁定、改派、兜底 (APP-9, NET-6)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.files.models import StoredFile
from requests.asked import open_referral, open_return
from requests.flow.returns import missing_views
from requests.forms.base import VerbForm, choice, prose
from requests.forms.units import UnitsForm, picks, unit
from requests.models import Referral
from requests.models.dispatch import chiefs


class AskReturnForm(UnitsForm):
    verb, name = "ask_return", _("申请退回")
    sub = _("不是您部门的事，可以申请退回。中心裁定前，您部门的时限接着走。")
    beside_lead = ("proposed",)
    reason = prose(_("为什么不是您部门的事"), max_length=1000, error_messages={"required": _("请写退回的理由。")})
    proposed = unit(_("建议哪个部门办"), required=False, empty=_("不建议"))

    def act(self) -> str:
        return gettext("申请退回，%(due)s裁定") % {"due": self.due("return")}


YES, NO = "yes", "no"


class RuleReturnForm(UnitsForm):
    verb, name = "rule_return", pgettext_lazy("动作", "裁定退回")
    layout = "requests/fields_ruling.html"
    beside_lead = ("lead", "co")
    granted = choice(
        _("裁定"),
        [(NO, _("不同意，接着办")), (YES, _("同意，改由别的部门办"))],
        error_messages={"required": _("请选同意还是不同意。")},
    )
    reason = prose(_("裁定的理由"), rows=2, max_length=1000, error_messages={"required": _("请写裁定的理由。")})
    lead = unit(_("改由哪个部门主办"), required=False)
    co = picks(_("协办部门"))
    instruction = prose(_("交办说明"), rows=1, required=False, max_length=1000)

    def shape(self) -> None:
        super().shape()
        self.request = open_return(self.ticket)
        if self.request is None:
            return
        self.initial.setdefault("lead", self.request.proposed_id)
        parts = self.ticket.assignments.filter(part="co", ended_at=None)
        self.initial.setdefault("co", list(parts.values_list("department", flat=True)))
        if self.request.number > 1:
            self.sub = _("第二次退回，已列为疑难，由督查员裁定；也可以报总召集人。")

    def opens(self) -> str:
        return pgettext("动作", "裁定退回")

    def act(self) -> str:
        return gettext("裁定，通知部门")

    def given(self, files: list[StoredFile]) -> dict[str, Any]:
        return {**self.cleaned_data, "granted": self.cleaned_data["granted"] == YES}


class ReassignForm(UnitsForm):
    verb, name = "reassign", pgettext_lazy("动作", "改派")
    sub = _("改由另一个部门主办，重新签收；原部门马上看不到这件，协办部门不变。")
    beside_lead = ("lead",)
    lead = unit(_("改由哪个部门主办"))
    reason = prose(_("为什么改派"), rows=2, max_length=1000, error_messages={"required": _("请写为什么改派。")})

    def act(self) -> str:
        return gettext("改派，通知两个部门和企业")


class ReferForm(VerbForm):
    verb, name = "refer_to_chiefs", _("报总召集人")
    reason = prose(_("各部门为什么都没有接"), max_length=1000, error_messages={"required": _("请写原因。")})

    def shape(self) -> None:
        names = gettext("、").join(chief.user.name for chief in chiefs(self.now).values())
        self.sub = gettext("由%(names)s一起定，定下的部门不能再退回。") % {"names": names} if names else ""

    def opens(self) -> str:
        return gettext("报总召集人定")

    def act(self) -> str:
        return gettext("报总召集人，%(due)s定") % {"due": self.due("return")}


class GiveViewForm(UnitsForm):
    verb, name = "give_view", _("总召集人意见")
    sub = _("三位总召集人各自给意见，由总召集人定；再给一次，以后一次为准。")
    taker = unit(_("由哪个部门办"))
    text = prose(_("理由"), rows=2, required=False, max_length=1000)

    def opens(self) -> str:
        return gettext("给意见，由哪个部门办")

    def act(self) -> str:
        return gettext("给意见")


def latest_views(referral: Referral) -> list[dict[str, str]]:
    """Who of the chiefs would give it to whom, as each said last."""
    rows = referral.views.select_related("chief", "taker").order_by("pk")
    latest = {view.chief_id: {"name": view.chief.name, "unit": view.taker.short_name} for view in rows}
    return list(latest.values())


class DecideRaisedForm(UnitsForm):
    verb, name = "decide_raised", _("定承办部门")
    sub = _("定下的部门不能再退回。")
    lead = unit(_("由哪个部门办"))
    text = prose(_("决定的理由"), rows=2, max_length=1000, error_messages={"required": _("请写决定的理由。")})
    without = forms.CharField(label=_("不等齐意见的原因"), required=False, max_length=200)

    def shape(self) -> None:
        super().shape()
        referral = open_referral(self.ticket)
        missing = missing_views(referral, self.now) if referral else []
        said = [gettext("%(name)s：%(unit)s") % v for v in latest_views(referral)] if referral else []
        if said:
            self.sub = gettext("意见：%(said)s。定下的部门不能再退回。") % {"said": gettext("；").join(said)}
        if missing:
            names = gettext("、").join(user.name for user in missing)
            self.fields["without"].help_text = gettext("%(names)s还没有给意见") % {"names": names}
        else:
            del self.fields["without"]

    def opens(self) -> str:
        return gettext("看意见，定承办部门")

    def act(self) -> str:
        due = self.due("accept")
        return gettext("定下，%(due)s签收") % {"due": due} if due else gettext("定下")

    def given(self, files: list[StoredFile]) -> dict[str, Any]:
        return {"without": "", **self.cleaned_data}


RETURNS = (AskReturnForm, RuleReturnForm, ReassignForm, ReferForm, GiveViewForm, DecideRaisedForm)
