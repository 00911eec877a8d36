"""What happened to a rectification, in words: the trail's events that its reader may see, the oldest first (APP-19)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal.deadlines.held import tables
from portal.deadlines.obligations import ObligorKind
from portal.trail.models import Event
from requests.notices.alerts import RUNG

from ..models import Rectification
from . import limits

SAID = {
    "rectification.ordered": gettext_noop("责令限期整改"),
    "rectification.submitted": gettext_noop("提交整改"),
    "rectification.accepted": gettext_noop("审核通过"),
    "rectification.sent_back": gettext_noop("退回重改"),
    "rectification.recheck_called": gettext_noop("安排现场复查"),
    "rectification.recheck_passed": gettext_noop("现场复查通过"),
    "rectification.recheck_failed": gettext_noop("现场复查没有通过"),
    "rectification.time_asked": gettext_noop("申请延期"),
    "rectification.time_given": gettext_noop("同意延期"),
    "rectification.time_refused": gettext_noop("不同意延期"),
    "rectification.withdrawn": gettext_noop("撤销责令"),
    RUNG: gettext_noop("时限提醒"),
}
STAGES = {f"rectification.{verb}" for verb in ("ordered", "submitted", "accepted", "recheck_passed", "withdrawn")}


TOLD = {
    "enterprise": gettext_noop("企业"),
    "inspector": gettext_noop("执法人员"),
    "handler": gettext_noop("执法人员"),
    "department_head": gettext_noop("部门主要负责人"),
    "supervisor": gettext_noop("中心督查员"),
    "leader_in_charge": gettext_noop("分管镇领导"),
    "leader": gettext_noop("镇领导"),
}
OBLIGORS = {limits.RECTIFY: ObligorKind.INSPECTED, limits.RECHECK: ObligorKind.DEPARTMENT}


@dataclass(frozen=True)
class Happened:
    """One line of the story; a line of `stage` stands out."""

    at: datetime
    who: str
    what: str
    stage: bool
    deputy: str = ""


def history(rectification: Rectification, *, firm_side: bool) -> list[Happened]:
    """One query. The firm reads its own people's names and the agency's office."""
    events = Event.objects.about(rectification).filter(kind__in=SAID)
    if firm_side:
        events = events.for_firm()
    ordered = events.select_related("actor", "principal").order_by("at", "pk")
    return [_told(event, rectification, firm_side) for event in ordered]


def _told(event: Event, rectification: Rectification, firm_side: bool) -> Happened:
    office = firm_side and (event.role or event.kind.startswith("rectification.recheck_"))
    return Happened(
        at=event.at,
        who=str(rectification.agency) if office else event.who,
        what=_reminded(event) if event.kind == RUNG else _(SAID[event.kind]),
        stage=event.kind in STAGES,
        deputy="" if firm_side or not event.principal else event.principal.name,
    )


def _reminded(event: Event) -> str:
    """How far up the ladder it went, as the ladder stood then (DL-4)."""
    data = event.data or {}
    kind = OBLIGORS.get(data.get("obligation", ""))
    step = tables().rung(kind, data["rung"], event.at) if kind and "rung" in data else None
    told = _("、").join(dict.fromkeys(_(TOLD[one]) for one in step.tells if one in TOLD)) if step else ""
    return _("时限提醒，告知%(who)s") % {"who": told} if told else _(SAID[RUNG])
