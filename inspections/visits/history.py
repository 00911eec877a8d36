"""What happened to a visit or a report, in words: the trail's events that its reader may see (APP-19)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal.trail.models import Event
from portal.worktime import words

from ..models import JointVisit

SAID = {
    "joint_visit.scheduled": gettext_noop("列入检查计划"),
    "joint_visit.put_off": gettext_noop("改期"),
    "joint_visit.joined": gettext_noop("并入一项检查"),
    "joint_visit.people_named": gettext_noop("换了检查人员"),
    "joint_visit.code_issued": gettext_noop("亮码"),
    "joint_visit.arrival_confirmed": gettext_noop("企业确认到场"),
    "joint_visit.begun": gettext_noop("开始检查"),
    "joint_visit.recorded": gettext_noop("完成检查记录"),
    "joint_visit.amended": gettext_noop("更正检查记录"),
    "joint_visit.done": gettext_noop("检查结束"),
    "joint_visit.case_concluded": gettext_noop("登记处理结果"),
    "joint_visit.case_corrected": gettext_noop("更正处理结果"),
    "joint_visit.rated": gettext_noop("企业评价"),
    "joint_visit.cancelled": gettext_noop("取消"),
    "joint_visit.missed": gettext_noop("当天没有实施"),
}
RATED = "joint_visit.rated"
REPORT = {"codeless.reported": gettext_noop("提交反映"), "codeless.answered": gettext_noop("答复")}
STAGES = {f"joint_visit.{verb}" for verb in ("scheduled", "begun", "done", "cancelled", "missed")}


@dataclass(frozen=True)
class Happened:
    """One line of the story; a line of `stage` stands out."""

    at: datetime
    who: str
    what: str
    stage: bool
    deputy: str = ""
    text: str = ""


def history(visit: JointVisit, *, firm_side: bool, rated: bool = False) -> list[Happened]:
    """The oldest first; one query. The firm reads offices, not names, and nothing from before it was told.

    That there is a rating is told to whom it is (`rated`), and beyond the firm never who gave it (INS-8).
    """
    events = Event.objects.about(visit).filter(kind__in=SAID)
    if firm_side:
        events = events.for_firm()
    if not rated:
        events = events.exclude(kind=RATED)
    ordered = events.select_related("actor", "principal").order_by("at", "pk")
    return [_told(event, firm_side) for event in ordered]


def _told(event: Event, firm_side: bool) -> Happened:
    return Happened(
        at=event.at,
        who=_who(event, firm_side),
        what=_(SAID[event.kind]),
        stage=event.kind in STAGES,
        deputy="" if firm_side or not event.principal else event.principal.name,
        text=_words(event.kind, event.data or {}),
    )


def _who(event: Event, firm_side: bool) -> str:
    if firm_side:
        return _("执法部门") if event.role else event.who
    return _("企业") if event.kind == RATED else event.who


def _words(kind: str, data: dict[str, Any]) -> str:
    if kind == "joint_visit.put_off":
        days = {name: words.day(date.fromisoformat(data[name])) for name in ("former", "day")}
        return _("从%(former)s改到%(day)s") % days
    if kind == "joint_visit.begun" and data.get("on_the_spot"):
        return _("现场赋码")
    return ""
