"""What happened to a claim, in words: the trail's events that its reader may see, the oldest first (APP-19)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from policies.models import Claim
from portal.trail.models import Event

SAID: Mapping[str, str] = {
    "claim.submitted": gettext_noop("提交申报"),
    "claim.listed": gettext_noop("列入免申即享名单"),
    "claim.confirmed": gettext_noop("确认享受"),
    "claim.declined": gettext_noop("不要这笔"),
    "claim.lapsed": gettext_noop("到期没有答复，已失效"),
    "claim.moved_up": gettext_noop("候补转正，进入受理"),
    "claim.checked": gettext_noop("按数据核校"),
    "claim.accepted": gettext_noop("受理"),
    "claim.supplement_asked": gettext_noop("要求补正"),
    "claim.supplemented": gettext_noop("补正材料"),
    "claim.reviewed": gettext_noop("提出审查意见"),
    "claim.approved": gettext_noop("批准"),
    "claim.sent_back": gettext_noop("退回重审"),
    "claim.rejected": gettext_noop("不予通过"),
    "claim.withdrawn": gettext_noop("撤回申报"),
    "claim.published": gettext_noop("公示"),
    "claim.objected": gettext_noop("收到公示异议"),
    "claim.objection_decided": gettext_noop("处理异议"),
    "claim.publicity_ended": gettext_noop("公示期满"),
    "claim.paid": gettext_noop("兑付"),
    "claim.received": gettext_noop("确认收款"),
    "claim.rated": gettext_noop("评价"),
    "deadline.rung": gettext_noop("时限提醒"),
}
STAGES = {"claim.submitted", "claim.accepted", "claim.approved", "claim.published", "claim.paid", "claim.rejected"}


@dataclass(frozen=True)
class Happened:
    """One line of the story."""

    at: datetime
    who: str
    what: str
    stage: bool
    deputy: str = ""
    text: str = ""


def history(claim: Claim, *, firm_side: bool) -> list[Happened]:
    """One query, however many events."""
    events = Event.objects.about(claim).filter(kind__in=SAID)
    if firm_side:
        events = events.for_firm()
    ordered = events.select_related("actor", "principal").order_by("at", "pk")
    return [_told(event, claim, firm_side) for event in ordered]


def _told(event: Event, claim: Claim, firm_side: bool) -> Happened:
    data: Mapping[str, Any] = event.data or {}
    who = _("看到公示的人") if event.kind == "claim.objected" else event.who  # the trail does not say who objected
    return Happened(
        at=event.at,
        who=claim.round.department.short_name if firm_side and event.role else who,
        what=_("提交申报，列入候补") if data.get("waits") else _(SAID[event.kind]),
        stage=event.kind in STAGES,
        deputy="" if firm_side or not event.principal else event.principal.name,
        text=_words(event.kind, data, claim),
    )


def _words(kind: str, data: Mapping[str, Any], claim: Claim) -> str:
    """Texts live in rows, so that they can be anonymised: the trail only says that there were some."""
    supplement = getattr(claim, "supplement", None)
    if kind == "claim.supplement_asked" and supplement:
        return str(supplement.items)
    if kind == "claim.supplemented" and supplement:
        return str(supplement.answer)
    if kind == "claim.rejected":
        return claim.reason
    return claim.comment if kind == "claim.rated" else ""
