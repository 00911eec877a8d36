"""What is overdue beside tickets: claims, services, visits, inspections: picture, lists, file (SUP-2, DL-6)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from enterprises.export import workbook
from portal.deadlines.models import Move
from portal.desk import figures
from portal.desk.figures.beside import DIMENSIONS, Beside
from portal.desk.views.dashboard import department_of
from portal.people.models import Department, User
from portal.worktime import clock, words
from portal.worktime.calendar import calendar
from requests import facts

WORST, PAGE = 10, 50


def beside_of(user: User, department: Department | None) -> Beside:
    """What is late in the town, or of what the department and those below it answer for."""
    units = list(facts.departments_below(department)) if department else None
    return Beside(user, clock.now(), units, {"under": department.pk} if department else {})


def reads(reader: figures.Reader | None) -> bool:
    """Leaders, supervisors and heads; a congress observer verifies tickets alone."""
    return reader is not None and "open" in reader.opens


@require_safe
@login_required
def page(request: HttpRequest) -> HttpResponse:
    beside, department, reader = _asked(request)
    context = {
        "now": beside.now,
        "beside": beside,
        "department": department,
        "reader": reader,
        "tickets_total": figures.under(reader.tickets, department).overdue(beside.now).count(),
        "finding": _finding(beside),
        "worst": beside.rows(beside.all[:WORST]),
        "tiles": _tiles(beside) if beside.total else [],
    }
    return render(request, "desk/beside.html", context)


@require_safe
@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """What one figure counts: `?what=`, `?who=`, `?late=`, `?rung=`, the longest overdue first."""
    beside, department, _reader = _asked(request)
    chosen = beside.chosen(request.GET)
    shown = Paginator(chosen, PAGE).get_page(request.GET.get("page"))
    given = {name: request.GET[name] for name in DIMENSIONS if request.GET.get(name)}
    context = {
        "now": beside.now,
        "page": shown,
        "items": beside.rows(list(shown.object_list)),
        "department": department,
        "chips": [(beside.name(name, value), _without(beside, given, name)) for name, value in given.items()],
    }
    return render(request, "desk/beside_list.html", context)


@require_safe
@login_required
def export(request: HttpRequest) -> HttpResponse:
    """The rows of the list as an Excel file (SEC-6)."""
    beside, department, _reader = _asked(request)
    chosen, known = beside.chosen(request.GET), calendar()
    columns = [_("事项"), _("编号"), _("内容"), _("企业"), _("责任方"), _("应于"), _("超期工作日"), _("提醒到")]
    rows = (
        [
            item.deadline.label,
            item.row.number,
            item.row.title,
            item.row.firm,
            item.who,
            item.deadline.due_at,
            known.remaining(beside.now, item.deadline.due_at).days,
            item.told,
        ]
        for start in range(0, len(chosen), 500)
        for item in beside.rows(chosen[start : start + 500])
    )
    filters = {name: request.GET[name] for name in DIMENSIONS if request.GET.get(name)}
    filters |= {"under": str(department.pk)} if department else {}
    return workbook(_("其他事项超期"), columns, rows, by=request.user, at=beside.now, of=Move, filters=filters)


def _asked(request: HttpRequest) -> tuple[Beside, Department | None, figures.Reader]:
    reader = figures.reader_of(request.user)
    if reader is None or not reads(reader):
        raise Http404
    department = department_of(request, reader)
    return beside_of(request.user, department), department, reader


def _without(beside: Beside, given: dict[str, str], name: str) -> str:
    return beside.url(**{key: value for key, value in given.items() if key != name})


def _finding(beside: Beside) -> str:
    """“7 件超期，最多的是“受理申报”，3 件；最久的已超期 6 个工作日。”"""
    if not beside.total:
        return _("申报、服务、走访和检查都没有超期。")
    longest = words.left(calendar().remaining(beside.now, beside.all[0].due_at))
    most = beside.by_what()[0]
    given: dict[str, Any] = {"n": beside.total, "what": most.name, "most": most.count, "longest": longest}
    if most.count == beside.total:
        return _("%(n)s 件超期，都是“%(what)s”；最久的已%(longest)s。") % given
    return _("%(n)s 件超期，最多的是“%(what)s”，%(most)s 件；最久的已%(longest)s。") % given


def _tiles(beside: Beside) -> list[dict[str, Any]]:
    """Of each its note and its bars; the longest bar is what the tile is about."""
    found = (
        (_("按事项"), beside.by_what()),
        (_("按谁超期"), beside.by_who()),
        (_("超期多久"), beside.by_band()),
        (_("提醒到哪一级"), beside.by_rung()),
    )
    return [{"note": note, "finding": _most(some), "bars": _bars(some)} for note, some in found]


def _most(found: list[figures.Figure]) -> str:
    top = max(found, key=lambda figure: figure.count)
    return _("%(name)s最多，%(n)s 件") % {"name": top.name, "n": top.count}


def _bars(found: list[figures.Figure]) -> list[dict[str, Any]]:
    top = max(figure.count for figure in found)
    return [{"label": capfirst(f.name), "value": f.count, "url": f.url, "subject": f.count == top} for f in found]
