"""Rules and reasons in the words of the office: what a move would break, why a need found no place, what would help."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext, pgettext_lazy

from portal.worktime import words

from .. import planner
from ..models import Agency, Need
from .reading import World

STEPS = {
    "start": gettext_lazy("已排出第一版，正在改进"),
    "unserved": gettext_lazy("正在给排不下的需求找位置"),
    "visits": gettext_lazy("正在减少上门次数"),
    "journeys": gettext_lazy("正在把同一园区的检查排到同一天"),
    "load": gettext_lazy("正在把每天的工作量排均匀"),
    "done": gettext_lazy("正在保存结果"),
}
PARTS = {1: pgettext_lazy("句中", "四分之一天"), 2: pgettext_lazy("句中", "半天"), 4: pgettext_lazy("句中", "一天")}


def said(breach: planner.Broken, world: World) -> str:
    """One breach as a sentence; of what we cannot name, that it does not fit."""
    day = world.days[breach.day] if breach.day is not None and 0 <= breach.day < len(world.days) else None
    need = world.needs.get(breach.need) if breach.need is not None else None
    if breach.rule == planner.Rule.WINDOW and need is not None:
        return window(need)
    if breach.rule == planner.Rule.SHUT and breach.firm is not None and breach.day is not None and day:
        return _shut(world, breach.firm, breach.day)
    if breach.rule == planner.Rule.SKILL and need is not None:
        return nobody(world, need)
    if breach.rule == planner.Rule.GAP:
        return _("和本计划里另一次检查隔得太近，两次之间至少 %(n)s 个工作日。") % {"n": breach.limit}
    if breach.rule == planner.Rule.CAP:
        return _cap(breach.limit or 0)
    if breach.rule == planner.Rule.CAPACITY and breach.agency is not None and day:
        given = {"agency": _agency(world, breach.agency), "day": words.day(day)}
        if not breach.limit:
            return _("%(agency)s %(day)s没有原定的检查组可派。") % given
        return _("%(agency)s的检查组 %(day)s排满了。") % given
    return _(OTHERWISE.get(breach.rule, OTHERWISE[planner.Rule.UNKNOWN]))


OTHERWISE = {
    planner.Rule.UNKNOWN: gettext_noop("检查需求和企业对不上，请重新计算。"),
    planner.Rule.HORIZON: gettext_noop("这天不是计划里的工作日，或者已经过去。"),
    planner.Rule.EMPTY: gettext_noop("检查里没有需求了。"),
    planner.Rule.LOCK: gettext_noop("固定的检查会被改动。"),
    planner.Rule.TWICE: gettext_noop("企业这天已有一次检查。"),
}


def no_day() -> str:
    return _(OTHERWISE[planner.Rule.HORIZON])


def empty() -> str:
    return _(OTHERWISE[planner.Rule.EMPTY])


def window(need: Need) -> str:
    given = {"agency": need.agency, "first": words.day(need.first, weekday=False)}
    given["last"] = words.day(need.last, weekday=False)
    return _("%(agency)s的这项检查要在 %(first)s到 %(last)s之间。") % given


def nobody(world: World, need: Need) -> str:
    if need.pk in world.drawn:
        return _("随机抽取的检查组这天派不出两个人。")
    if need.skill is None:
        return _("%(agency)s这天没有检查组可派。") % {"agency": need.agency}
    return _("%(agency)s这天没有具备“%(skill)s”资质、还有时间的检查组。") % {"agency": need.agency, "skill": need.skill}


def full(need: Need) -> str:
    if need.parts == 1:
        return _("%(agency)s的检查组这天都排满了。") % {"agency": need.agency}
    return _("%(agency)s这天没有一个检查组还有%(parts)s时间。") % {"agency": need.agency, "parts": PARTS[need.parts]}


def _cap(left: int) -> str:
    return ngettext("企业今年只还能有 %(n)s 次自选或随机检查。", "企业今年只还能有 %(n)s 次自选或随机检查。", left) % {
        "n": left
    }


def _shut(world: World, firm: int, day: int) -> str:
    other = world.near.get(firm, {}).get(day)
    if other == world.days[day]:
        return _("企业这天已有一次检查。")
    if other is not None:
        given = {"day": words.day(other, weekday=False), "n": world.gap}
        return _("企业 %(day)s有一次检查，两次之间至少 %(n)s 个工作日。") % given
    why = world.shut.get(firm, {}).get(day, "")
    return _("企业这天停产放假：%(why)s。") % {"why": why.rstrip("。")} if why else _("企业这天停产放假。")


def _agency(world: World, agency: int) -> Agency:
    return next(need.agency for need in world.needs.values() if need.agency_id == agency)


# Why a need found no place ---------------------------------------------------------------------------------------


def noted(reason: planner.Reason, world: World) -> dict[str, Any]:
    """A reason as it is kept with the need: codes and days, words are made where it is read."""
    why = str(reason.why)
    need = world.needs[reason.need]
    near = world.near.get(need.enterprise_id, {})
    if reason.why == planner.Why.NO_SKILL and need.pk in world.drawn:
        why = "drawn"
    if reason.why == planner.Why.SHUT and sum(day in near for day in reason.days) * 2 >= len(reason.days):
        why = "near"
    found: dict[str, Any] = {"why": why, "days": len(reason.days)}
    if reason.limit is not None:
        found["limit"] = world.gap if why == "near" else reason.limit
    if reason.visits:
        found["visits"] = [world.days[day].isoformat() for day in reason.visits]
    if why == "near":
        found |= {"limit": world.gap, "visits": sorted({near[day].isoformat() for day in reason.days if day in near})}
    return found


@dataclass(frozen=True)
class Unplaced:
    """Why a need found no place, and what would help."""

    why: str
    help: str


def unplaced(need: Need) -> Unplaced:
    """The reason that closes most of its days; nothing where it was never tried."""
    reasons = need.unplaced.get("reasons") or []
    if not reasons:
        return Unplaced(_("还没有计算过。"), "")
    first = reasons[0]
    return Unplaced(_why(need, first), _(HELP.get(first["why"], "")) if HELP.get(first["why"]) else "")


def _why(need: Need, reason: Mapping[str, Any]) -> str:
    given = {
        "agency": need.agency,
        "skill": need.skill or "",
        "parts": PARTS[need.parts],
        "n": reason.get("limit") or 0,
        "days": _days(reason.get("visits", ())),
        "first": words.day(need.first, weekday=False),
        "last": words.day(need.last, weekday=False),
    }
    return _(WHY.get(reason["why"], WHY["free"])) % given


def _days(days: Iterable[str]) -> str:
    return _("、").join(words.day(date.fromisoformat(day), weekday=False) for day in days)


WHY = {
    "horizon": gettext_noop("%(first)s到 %(last)s没有一天是本计划还没过去的工作日。"),
    "shut": gettext_noop("%(first)s到 %(last)s企业停产放假。"),
    "near": gettext_noop("企业 %(days)s有检查，两次之间至少 %(n)s 个工作日。"),
    "former": gettext_noop("离企业上一次检查太近，两次之间至少 %(n)s 个工作日。"),
    "no_team": gettext_noop("%(agency)s那几天没有检查组可派。"),
    "no_skill": gettext_noop("%(agency)s那几天没有具备“%(skill)s”资质的检查组。"),
    "drawn": gettext_noop("随机抽取的检查组那几天派不出两个人。"),
    "full": gettext_noop("%(agency)s那几天没有一个检查组还有%(parts)s时间。"),
    "cap": gettext_noop("企业今年的自选、随机检查次数已用完。"),
    "gap": gettext_noop("和本计划里 %(days)s的检查隔得太近，两次之间至少 %(n)s 个工作日。"),
    "free": gettext_noop("现在有位置，可以手工安排。"),
    "by_hand": gettext_noop("已手工移出检查。"),
}
HELP = {
    "horizon": gettext_noop("请延长检查窗口，或把它放进别的计划。"),
    "shut": gettext_noop("请延长检查窗口到复工以后。"),
    "near": gettext_noop("请延长检查窗口，或并入那一次检查。"),
    "former": gettext_noop("请延长检查窗口。"),
    "no_team": gettext_noop("请核对检查组的离岗日期和证件有效期，或增加检查组。"),
    "no_skill": gettext_noop("请给检查组补上有这项资质的人员。"),
    "drawn": gettext_noop("请延长检查窗口，核对人员的证件和离岗日期，或撤回后重新抽取。"),
    "full": gettext_noop("请延长检查窗口，或增加检查组。"),
    "cap": gettext_noop("请等明年，或核对它是不是法定检查、专项检查。"),
    "gap": gettext_noop("请延长检查窗口，或手工并入那一次检查。"),
    "free": gettext_noop("请点“安排”选日期。"),
    "by_hand": gettext_noop("可以重新安排，或移出计划。"),
}
