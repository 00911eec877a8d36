"""The calendar of a plan, week by week, and moving checks on it: by dragging, by keys, by a list of days (INS-4)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from enterprises.models import Place
from enterprises.models.places import Level
from portal.people.refusal import Refused
from portal.people.trying import attempt
from portal.worktime import clock, words
from portal.worktime.calendar import calendar as working_days
from portal.worktime.words import local_day
from requests.forms.base import keys

from ...models import Agency, JointVisit, Need, Plan
from ...needs import stages as needs
from ...visits import stages as visits
from .. import capacity, flow
from ..moving import Outcome, Trial, trial_of
from .common import found, kept, visits_of
from .plans import narrowed

MANY = 60  # days offered at once; longer plans are gone through week by week


@dataclass(frozen=True)
class Column:
    """One day of the week shown."""

    day: date
    working: bool
    within: bool
    cards: list[JointVisit]

    @property
    def name(self) -> str:
        return words.day(self.day)


@require_safe
@login_required
def calendar(request: HttpRequest, number: str) -> HttpResponse:
    """`?week=` a day of it, `?agency=`, `?place=` narrow."""
    plan = found(request, number)
    seen = _placed(request, narrowed(request, visits_of(plan, request.user)))
    seen = seen.exclude(status__in=(visits.CANCELLED, visits.MISSED))
    counted = Counter(monday(day) for day in seen.order_by().values_list("day", flat=True))
    week = _week(request, plan, counted)
    moves = "move" in capacity.verbs_of(plan, request.user)
    context = {
        "plan": plan,
        "weeks": _weeks(plan, counted, week),
        "columns": _columns(plan, week, seen),
        "week": week,
        "moves": moves,
        "agencies": Agency.objects.filter(visit_parts__visit__plan=plan).distinct().select_related("department"),
        "places": Place.objects.filter(level=Level.CARRIER, enterprises__joint_visits__plan=plan).distinct(),
        "agency": request.GET.get("agency", ""),
        "place": request.GET.get("place", ""),
        "today": local_day(clock.now()),
    }
    return render(request, "planning/calendar.html", context)


def _placed(request: HttpRequest, seen: Any) -> Any:
    place = request.GET.get("place", "")
    if place:
        seen = seen.filter(enterprise__place=int(place)) if place.isdecimal() and len(place) < 10 else seen.none()
    return seen


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _week(request: HttpRequest, plan: Plan, counted: Counter[date]) -> date:
    """The Monday asked for; else the first with a visit, else that of the plan's first day."""
    try:
        asked = monday(date.fromisoformat(request.GET.get("week", "")))
    except (ValueError, OverflowError):
        return min(counted, default=monday(plan.first))
    return min(max(asked, monday(plan.first)), max(monday(plan.last), *counted, monday(plan.first)))


def _weeks(plan: Plan, counted: Counter[date], week: date) -> list[dict[str, Any]]:
    first, last = min([monday(plan.first), *counted]), max([monday(plan.last), *counted])
    mondays = [first + timedelta(days=7 * n) for n in range((last - first).days // 7 + 1)]
    return [{"day": day, "n": counted[day], "here": day == week} for day in mondays]


def _columns(plan: Plan, week: date, seen: Any) -> list[Column]:
    """Monday to Friday, and of the weekend what is worked on or has visits."""
    rows = seen.filter(day__range=(week, week + timedelta(days=6))).select_related("enterprise__place")
    rows = rows.annotate(checks=Count("needs", distinct=True)).order_by("day", "enterprise__place__path", "pk")
    cards: defaultdict[date, list[JointVisit]] = defaultdict(list)
    for row in rows.prefetch_related("parts__agency__department"):
        cards[row.day].append(row)
    known = working_days()
    found_days = [week + timedelta(days=n) for n in range(7)]
    return [
        Column(day, known.is_working(day), plan.first <= day <= plan.last, cards[day])
        for day in found_days
        if day.weekday() < 5 or known.is_working(day) or cards[day]
    ]


# Where to ---------------------------------------------------------------------------------------------------------


@require_safe
@login_required
def where(request: HttpRequest, number: str) -> HttpResponse:
    """What each day holds for the checks of `?visit=`, or for `?needs=` of one firm: as a page, a part, or data."""
    plan = kept(request, number)
    visit, chosen = _chosen(request, plan)
    firm = chosen[0].enterprise
    trial = trial_of(plan, firm.pk, clock.now())
    marked = {need.pk for need in chosen}
    outcomes = [trial.at(marked & trial.world.needs.keys(), day) for day in trial.world.days[:MANY]]
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"needs": sorted(marked), "days": {str(one.day): one.sentences for one in outcomes}})
    now_at = {one.visit_id and one.visit.day for one in chosen if one.visit}
    context = {
        "plan": plan,
        "visit": visit,
        "firm": firm,
        "chosen": _of_visit(trial, visit, chosen),
        "marked": marked,
        "weeks": _by_week([one for one in outcomes if _in_window(one.day, chosen) or one.day in now_at], now_at),
        "window": (max(need.first for need in chosen), min(need.last for need in chosen)),
        "free": sum(one.fits and one.day not in now_at for one in outcomes),
        "moves": "move" in capacity.verbs_of(plan, request.user),
        "more_days": len(trial.world.days) > MANY,
        "back": _back(plan, visit),
        "part": (part := request.headers.get("HX-Request") == "true"),
    }
    return render(request, "planning/days.html" if part else "planning/where.html", context)


def _chosen(request: HttpRequest, plan: Plan) -> tuple[JointVisit | None, list[Need]]:
    """404 where they are not of this plan and of one firm that he may see."""
    seen = Need.objects.visible_to(request.user).filter(plan=plan, status=needs.OPEN)
    rows = seen.select_related("enterprise", "agency__department", "subject", "visit")
    visit = None
    if request.GET.get("visit", "").isdecimal():
        visit = get_object_or_404(visits_of(plan, request.user), pk=int(request.GET["visit"][:18]))
        rows = rows.filter(visit=visit)
    if wanted := keys(request.GET.getlist("needs")):
        rows = rows.filter(pk__in=wanted)
    elif visit is None:
        raise Http404
    chosen = list(rows.order_by("agency", "pk")[:200])
    if not chosen or len({need.enterprise_id for need in chosen}) != 1:
        raise Http404
    return visit, chosen


def _in_window(day: date, chosen: list[Need]) -> bool:
    """Other days need no words: the window says it of all of them at once."""
    return all(need.first <= day <= need.last for need in chosen)


def _of_visit(trial: Trial, visit: JointVisit | None, chosen: list[Need]) -> list[Need]:
    """All checks of the visit, for some of them may be moved alone."""
    if visit is None:
        return chosen
    own = Need.objects.filter(visit=visit, status=needs.OPEN).select_related("agency__department", "subject")
    return list(own.order_by("agency", "pk"))


def _by_week(outcomes: Iterable[Outcome], now_at: set[Any]) -> list[tuple[date, list[dict[str, Any]]]]:
    found_weeks: defaultdict[date, list[dict[str, Any]]] = defaultdict(list)
    for one in outcomes:
        found_weeks[monday(one.day)].append({"outcome": one, "here": one.day in now_at})
    return sorted(found_weeks.items())


def _back(plan: Plan, visit: JointVisit | None) -> str:
    url = reverse("planning:calendar", args=[plan.number])
    return f"{url}?week={visit.day}" if visit else reverse("planning:needs", args=[plan.number])


# Moving -----------------------------------------------------------------------------------------------------------


@require_POST
@login_required
def move(request: Any, number: str) -> HttpResponse:
    """`needs` to `day` (none: out of their visit); both may stand in the address, as the way back does.

    Scripts get 204, or 422 with the sentences; a page goes on to the week.
    """
    plan = kept(request, number)
    given = request.POST if "needs" in request.POST else request.GET
    wanted = keys(given.getlist("needs"))
    script = "application/json" in request.headers.get("Accept", "")
    try:
        day = date.fromisoformat(given["day"]) if given.get("day") else None
        chosen = list(Need.objects.visible_to(request.user).filter(plan=plan, pk__in=wanted).select_related("visit"))
        if not chosen or len(chosen) != len(wanted):
            raise Refused(_("有需求已不在这份计划里，请刷新页面。"))
        former = {need.visit.day if need.visit else None for need in chosen}
        locked = any(need.visit.locked for need in chosen if need.visit)
        outcome = flow.move(plan, wanted, day, by=request.user, lock=given.get("lock") != "0")
    except (ValueError, KeyError):
        return _refused(request, plan, _("日期不对，请重新选择。"), script)
    except Refused as refused:
        return _refused(request, plan, refused.sentence, script)
    messages.success(request, _moved(outcome), extra_tags=_undo(plan, wanted, former, locked))
    if script:
        return HttpResponse(status=204)
    shown = day or next(iter(former)) or plan.first
    return redirect(f"{reverse('planning:calendar', args=[plan.number])}?week={shown}")


def _refused(request: HttpRequest, plan: Plan, sentence: str, script: bool) -> HttpResponse:
    if script:
        return JsonResponse({"error": sentence}, status=422)
    messages.error(request, sentence)
    return redirect(f"{reverse('planning:calendar', args=[plan.number])}?week={request.POST.get('week', '')[:10]}")


def _moved(outcome: Outcome | None) -> str:
    if outcome is None:
        return _("已移出检查\n列在“排不下的需求”里。")
    if outcome.joins is not None:
        return _("已并入 %(day)s的检查\n这次检查已固定，重新计算不会动它。") % {"day": words.day(outcome.day)}
    return _("已移到 %(day)s\n这次检查已固定，重新计算不会动它。") % {"day": words.day(outcome.day)}


def _undo(plan: Plan, moved: Iterable[int], former: set[date | None], locked: bool) -> str:
    """The way back; none where they came from several days."""
    if len(former) != 1:
        return ""
    day = next(iter(former))
    given = [("needs", key) for key in sorted(moved)] + [("day", str(day or "")), ("lock", "1" if locked else "0")]
    return f"undo:{reverse('planning:move', args=[plan.number])}?{urlencode(given)}"


@require_POST
@login_required
def lock(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Fixes a visit; `off` lets it go."""
    plan = kept(request, number)
    visit = get_object_or_404(visits_of(plan, request.user), pk=pk)
    off = "off" in request.POST
    said = _("已取消固定\n重新计算时可以改日期。") if off else _("已固定\n重新计算不会动这次检查。")
    attempt(request, said, flow.unlock if off else flow.lock, plan, visit, by=request.user)
    return redirect(f"{reverse('planning:calendar', args=[plan.number])}?week={visit.day}#v{visit.pk}")
