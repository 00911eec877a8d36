"""The overdue dashboard: what is late, where, since when, how far it was raised and what was promised (SUP-2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from enterprises.export import workbook
from portal.desk import figures
from portal.desk.figures.lateness import WORST, Overdue
from portal.desk.views.beside import beside_of, reads
from portal.desk.views.dashboard import department_of
from portal.desk.views.leader import finding
from portal.people.models import Department
from portal.worktime import clock
from portal.worktime.calendar import calendar
from requests import lateness
from requests.journey import journey
from requests.models import Ticket


@require_safe
@login_required
def overdue_page(request: HttpRequest) -> HttpResponse:
    """What is late now of the department `?under=` and those below it, or of all one reads."""
    overdue, department, reader = _overdue(request)
    for late in overdue.worst:
        late.ticket.line = journey(late.ticket, overdue.now, due=late.deadline)
    context = {
        "now": overdue.now,
        "overdue": overdue,
        "department": department,
        "reader": reader,
        "finding": finding(overdue.total, [], overdue.worst, overdue.now),
        "shown": WORST,
        "beside_total": beside_of(request.user, department).count if reads(reader) else None,
        **(_tiles(overdue) if overdue.total else {}),
    }
    return render(request, "desk/overdue.html", context)


def _tiles(overdue: Overdue) -> dict[str, Any]:
    """Of each tile its finding, what it is by, and its bars; those the finding is about are the subject."""
    return {
        "how_late": [
            _tile(_("超期多久，按最久的一个时限"), overdue.by_band(), *_band_finding(overdue)),
            _tile(_("提醒到哪一级"), overdue.by_rung(), *_rung_finding(overdue)),
            _tile(_("部门的公开承诺"), overdue.by_promise(), *_promise_finding(overdue)),
        ],
        "where": [
            _tile(note, found, *_most(found))
            for note, found in (
                (_("按超期的部门，主办协办都算"), overdue.by("department")),
                (_("按类别"), overdue.by("category")),
                (_("按服务片区"), overdue.by("area")),
            )
        ],
    }


def _tile(note: str, found: list[figures.Figure], finding: str, subjects: set[Any]) -> dict[str, Any]:
    bars = [{"label": capfirst(f.name), "value": f.count, "url": f.url, "subject": f.key in subjects} for f in found]
    return {"finding": finding, "note": note, "bars": bars}


# Sentences: the finding before the figure (look, decision 9), and which bars it is about -----------------------------


def _band_finding(overdue: Overdue) -> tuple[str, set[Any]]:
    """“7 件超期 5 个工作日以上”: from the longest band that has any."""
    longest = next(figure.key for figure in overdue.by_band() if figure.count)
    if longest == "0":
        return _("都不到 1 个工作日"), {"0"}
    n = next(figure.count for figure in overdue.by_band() if figure.key == longest)
    said = ngettext("%(n)s 件超期 %(days)s 个工作日以上", "%(n)s 件超期 %(days)s 个工作日以上", n)
    return said % {"n": n, "days": longest}, {longest}


def _rung_finding(overdue: Overdue) -> tuple[str, set[Any]]:
    top = overdue.by_rung()[0]
    said = ngettext("%(n)s 件已提醒到%(told)s", "%(n)s 件已提醒到%(told)s", top.count)
    return said % {"n": top.count, "told": top.name}, {top.key}


def _promise_finding(overdue: Overdue) -> tuple[str, set[Any]]:
    counts = {figure.key: figure.count for figure in overdue.by_promise()}
    broken, missing = counts[lateness.BROKEN], counts[lateness.MISSING]
    if broken:
        said = ngettext("%(n)s 件承诺没有兑现", "%(n)s 件承诺没有兑现", broken)
        return said % {"n": broken}, {lateness.BROKEN}
    if missing:
        said = ngettext("%(n)s 件还没有公开承诺", "%(n)s 件还没有公开承诺", missing)
        return said % {"n": missing}, {lateness.MISSING}
    return _("部门超期的都有承诺") if overdue.promised else _("没有部门超期"), {lateness.RUNNING}


def _most(found: list[figures.Figure]) -> tuple[str, set[Any]]:
    top = [figure for figure in found if figure.count == found[0].count]
    if len(top) == 1:
        return _("%(name)s最多，%(n)s 件") % {"name": top[0].name, "n": top[0].count}, {top[0].key}
    return _("%(units)s 个并列最多，各 %(n)s 件") % {"units": len(top), "n": top[0].count}, {f.key for f in top}


@require_safe
@login_required
def export(request: HttpRequest) -> HttpResponse:
    """All late items, the longest overdue first, as an Excel file (SEC-6)."""
    overdue, department, _reader = _overdue(request)
    columns = [_("编号"), _("企业"), _("诉求"), _("主办部门"), _("类别"), _("网格")]
    columns += [_("谁超期"), _("超期事项"), _("应于"), _("超期工作日"), _("提醒到"), _("公开承诺")]
    filters = {"overdue": "1"} | ({"under": str(department.pk)} if department else {})
    given = {"by": request.user, "at": overdue.now, "of": Ticket, "filters": filters}
    return workbook(_("超期诉求"), columns, _rows(overdue), **given)


def _rows(overdue: Overdue) -> Iterator[list[Any]]:
    known = calendar()
    for late in overdue.items():
        ticket, deadline = late.ticket, late.deadline
        yield [
            ticket.number,
            ticket.firm_name,
            ticket.title,
            ticket.lead_department.short_name if ticket.lead_department else "",
            str(ticket.category or ""),
            ticket.place.name if ticket.place else "",
            late.owner,
            deadline.label,
            deadline.due_at,
            known.remaining(overdue.now, deadline.due_at).days,
            late.rung,
            late.promise,
        ]


def _overdue(request: HttpRequest) -> tuple[Overdue, Department | None, figures.Reader]:
    """404 for who may not list what is late: the items are named here."""
    reader = figures.reader_of(request.user)
    if reader is None or "late" not in reader.opens:
        raise Http404
    department = department_of(request, reader)
    scope = {"under": department.pk} if department else {}
    return Overdue(figures.under(reader.tickets, department), clock.now(), scope), department, reader
