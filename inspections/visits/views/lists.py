"""Visits as lists: an inspector's day on the phone, all one may see with filters, and the export of that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from enterprises.export import workbook
from enterprises.models import firms_of
from portal.people.doors import only_for
from portal.people.models import User
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.worktime import clock
from portal.worktime.words import local_day
from requests.rows import filtered

from ...models import JointVisit, Plan
from ...models.agencies import OF_AGENCY, OVERSEE_INSPECTIONS, READS_INSPECTIONS
from ...waiting import waiting
from .. import stages
from ..beside import Way, ways_of
from ..capacity import is_named, own_part, why_not
from ..filters import VisitFilter
from ..rows import Row, for_rows, rows_of

PAGE = 25
READS_VISITS = (*READS_INSPECTIONS, Role.STEWARD, Role.PROJECT_ASSISTANT)
COMING = 8  # visits of the days after today, on one's own day
MOST = 60  # visits of one day; nobody has more


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """To what one does with inspections: one's day, the list, the own firm's."""
    rights = rights_of(request.user)
    if rights.has(Role.INSPECTOR) and not rights.is_outside:
        return redirect("inspections:today")
    if rights.has(*READS_VISITS) and not rights.is_outside:
        return redirect("inspections:visits")
    if firms_of(request.user):
        return redirect("inspections:mine")
    raise Http404


# My day ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stop:
    """One visit of the day: `named` if one goes oneself, `bar` is why it cannot begin."""

    row: Row
    named: bool
    bar: str
    ways: list[Way]

    @property
    def visit(self) -> JointVisit:
        return self.row.visit


@require_safe
@only_for(Role.INSPECTOR)
def today(request: HttpRequest) -> HttpResponse:
    """今天的检查: one's own in the order of places, what is still to be recorded, the colleagues', and what comes."""
    now = clock.now()
    user: Any = request.user
    day = local_day(now)
    seen = JointVisit.objects.visible_to(user).filter(Q(parts__agency__department__in=_units(user))).distinct()
    mine = Q(pk__in=seen.filter(parts__inspectors__user=user).order_by().values("pk"))
    here = Q(day=day, status__in=(stages.SCHEDULED, stages.UNDER_WAY, stages.DONE))
    unfinished = Q(day__lt=day, status=stages.UNDER_WAY)
    by_place = ("enterprise__place__path", "enterprise__name", "pk")
    todays = list(for_rows(seen.filter(here | unfinished)).order_by(*by_place)[:MOST])
    coming = seen.filter(mine, day__gt=day, status=stages.SCHEDULED).order_by("day", *by_place)[:COMING]
    on = ways_of(todays, user)
    stops = [_stop(row, user, day, now, on[row.visit.pk]) for row in rows_of(todays, now)]
    context = {
        "now": now,
        "today": day,
        "inspections_waiting": waiting(user, now),
        "stops": [stop for stop in stops if stop.named and stop.visit.day == day],
        "unfinished": [stop for stop in stops if stop.visit.day < day],
        "others": [stop for stop in stops if not stop.named and stop.visit.day == day],
        "coming": rows_of(for_rows(JointVisit.objects.filter(pk__in=[one.pk for one in coming])).order_by("day"), now),
    }
    return render(request, "inspections/today.html", context)


def _units(user: User) -> frozenset[int]:
    return rights_of(user).departments(Role.INSPECTOR)


def _stop(row: Row, user: User, day: date, now: datetime, on: list[Way]) -> Stop:
    visit = row.visit
    named = is_named(visit, user, day)
    bar = why_not("begin", visit, user, now) if named and visit.status == stages.SCHEDULED else None
    part = own_part(visit, user)
    recorded = part is not None and part.recorded_at is not None
    return Stop(row, named, bar or "", [] if recorded else on)


# The list --------------------------------------------------------------------------------------------------------


def listed(request: HttpRequest) -> VisitFilter:
    """The list as it is narrowed; 404 for who reads no inspections but his own firm's. Proposals are the plan's."""
    rights = rights_of(request.user)
    if not rights.has(*READS_VISITS) or rights.is_outside:
        raise Http404
    seen = JointVisit.objects.visible_to(request.user).exclude(status=stages.PROPOSED)
    return VisitFilter(request.GET, seen, request=request)


TABS: tuple[dict[str, str], ...] = ({}, {"coming": "1"}, {"late": "1"}, {"joint": "1"}, {"spot": "1"})


@require_safe
@login_required
def visits(request: HttpRequest) -> HttpResponse:
    """All visits one may see; people of firms go to their own."""
    rights = rights_of(request.user)
    if not rights.has(*READS_VISITS) and firms_of(request.user):
        return redirect("inspections:mine")
    chosen, now = listed(request), clock.now()
    page = Paginator(for_rows(chosen.qs), PAGE).get_page(request.GET.get("page"))
    context = {
        "now": now,
        "filter": chosen,
        "page": page,
        "rows": rows_of(page, now),
        "tabs": _tabs(request),
        "more": chosen.narrows_further or "more" in request.GET,
        "plan": _plan(request),
        "goes": rights.has(Role.INSPECTOR),
        "oversees": rights.has(*OVERSEE_INSPECTIONS),
        "works": rights.has(*OF_AGENCY),
        "reads_reports": rights.has(Role.SUPERVISOR),
    }
    return filtered(request, render(request, "inspections/visits.html", context), "main")


def _plan(request: HttpRequest) -> Plan | None:
    """The plan that the list is narrowed to, to be named above it."""
    number = request.GET.get("plan", "").replace("\0", "")[:20]
    return Plan.objects.visible_to(request.user).filter(number=number).first() if number else None


def _tabs(request: HttpRequest) -> list[dict[str, Any]]:
    names = [_("全部"), _("待检查"), _("记录超期"), _("几家一起查"), _("现场赋码")]
    every = {key for tab in TABS for key in tab}
    kept = {key: value for key, value in request.GET.items() if key not in {*every, "page"} and value}
    found = []
    for name, sets in zip(names, TABS, strict=True):
        query = request.GET.copy()
        query.clear()
        query.update(kept | sets)
        is_here = {key: request.GET[key] for key in every if request.GET.get(key)} == sets
        found.append({"name": name, "url": f"{reverse('inspections:visits')}?{query.urlencode()}", "here": is_here})
    return found


@require_safe
@login_required
def export(request: HttpRequest) -> HttpResponse:
    """The rows, filters and order of the list, all its pages (SEC-6)."""
    chosen = listed(request)
    columns = [_("编号"), _("企业"), _("统一社会信用代码"), _("网格"), _("检查日期"), _("状态"), _("执法部门")]
    columns += [
        _("检查人员"),
        _("检查事项"),
        _("检查类别"),
        _("现场赋码"),
        _("告知企业"),
        _("开始"),
        _("结束"),
        _("说明"),
    ]
    made = {"by": request.user, "at": clock.now(), "of": JointVisit, "filters": chosen.in_force()}
    return workbook(_("涉企检查"), columns, _cells(for_rows(chosen.qs)), **made)


def _cells(found: Any) -> Iterator[list[Any]]:
    for visit in found.iterator(chunk_size=500):
        row = Row(visit, None, None)  # type: ignore[arg-type]
        people = [one.user.name for part in visit.parts.all() for one in part.inspectors.all()]
        yield [
            visit.number,
            visit.enterprise.name,
            visit.enterprise.uscc,
            visit.enterprise.place.name,
            visit.day,
            visit.status_name,
            row.agencies,
            _("、").join(people),
            _("；").join(row.subjects),
            row.kinds,
            _("是") if visit.on_the_spot else "",
            visit.told_at,
            visit.begun_at,
            visit.done_at,
            visit.ended_for,
        ]
