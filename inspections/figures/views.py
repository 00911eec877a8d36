"""涉企检查统计: the page for who oversees and who heads, its file, and the page for everybody (INS-9)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from enterprises.export import workbook
from portal.worktime import clock
from portal.worktime.periods import Period, choices, period_of
from portal.worktime.words import local_day

from ..models import BlockedAttempt, JointVisit
from .counting import DIMENSIONS, Figures, whole
from .frequency import frequency, refused
from .measures import MEASURES, Measure
from .parts import Part, parts
from .publishing import published, years
from .readers import Reader, reader_of

NAMES = {
    "agency": gettext_lazy("执法部门"),
    "place": gettext_lazy("片区"),
    "industry": gettext_lazy("行业"),
    "month": pgettext_lazy("期间", "月"),
}
MOST_BARS = 12
JOINED = ("per_visit", "saved")


def _asked(request: HttpRequest, now: datetime) -> tuple[Reader, Period, str]:
    """Raises Http404 for whom the figures do not concern (SEC-1)."""
    reader = reader_of(request.user)
    if reader is None:
        raise Http404
    by = request.GET.get("by", "")
    period = period_of(request.GET.get("period", ""), local_day(now))
    return reader, period, by if by in DIMENSIONS else DIMENSIONS[0]


def _told(reader: Reader, *, joined: bool = True) -> list[Measure]:
    """What one visit of several agencies saves is no single agency's (`joined`)."""
    found = [measure for measure in MEASURES if reader.oversees or not measure.told_to_overseers]
    return [measure for measure in found if joined or measure.key not in JOINED]


@require_safe
@login_required
def figures(request: HttpRequest) -> HttpResponse:
    """`?period=` and `?by=`: a finding, the figures, their parts, how often firms are visited, what was refused."""
    now = clock.now()
    reader, period, by = _asked(request, now)
    one, before = whole(reader, period, now)
    rows, told = parts(reader, period, now, by), _told(reader, joined=reader.whole and by != "agency")
    context = {
        "reader": reader,
        "period": period,
        "periods": choices(local_day(now), period),
        "by": by,
        "tabs": [(key, name, f"?{urlencode({'period': period.key, 'by': key})}") for key, name in NAMES.items()],
        "by_name": NAMES[by],
        "finding": finding(one),
        "headline": [_headline(measure, one, before, period, reader) for measure in _told(reader, joined=reader.whole)],
        "measures": told,
        "explained": _told(reader),
        "rows": [(part, [_cell(measure, part) for measure in told]) for part in rows],
        "frequency": frequency(reader, period),
        "refused": refused(reader, period),
        "whys": [name for _why, name in BlockedAttempt.Why.choices],
        "charts": {"parts": _chart(rows, by)},
    }
    return render(request, "inspection_figures/figures.html", context)


def finding(one: Figures) -> str:
    """The sentence above the page."""
    if not one.visits:
        return _("这一期间没有上门检查")
    said = {"visits": one.visits, "needs": one.needs, "saved": one.saved}
    if one.saved:
        return _("上门 %(visits)s 次查完 %(needs)s 项，少上门 %(saved)s 次") % said
    return _("上门 %(visits)s 次查完 %(needs)s 项") % said


def _headline(measure: Measure, one: Figures, before: Figures, period: Period, reader: Reader) -> dict[str, Any]:
    value = measure.value(one)
    return {
        "measure": measure,
        "text": measure.text(one),
        "unit": "" if measure.part or value is None else measure.unit,
        "note": measure.note(one),
        "before": measure.text(before),
        "url": measure.url(period, reader.filters),
    }


def _cell(measure: Measure, part: Part) -> tuple[str, str, str]:
    """What it says, the two numbers of a share, and its list where one can be narrowed so far."""
    url = "" if part.filters is None or not measure.value(part.now) else measure.url(part.period, part.filters)
    return measure.text(part.now), measure.note(part.now), url


def _chart(rows: list[Part], by: str) -> dict[str, Any]:
    shown = rows if by == "month" else [part for part in rows if part.now.visits][:MOST_BARS]
    joint = [part.now.joint for part in shown]
    alone = [part.now.visits - part.now.joint for part in shown]
    return {
        "kind": "bars",
        "unit": "",
        "names": [part.name for part in shown],
        "series": [
            {"name": _("综合查一次"), "tone": "lake", "values": joint},
            {"name": _("一家单独查"), "tone": "edge", "values": alone},
        ],
    }


@require_safe
@login_required
def export(request: HttpRequest) -> HttpResponse:
    """The table of the parts with the year before beside each number, as an Excel file (SEC-6)."""
    now = clock.now()
    reader, period, by = _asked(request, now)
    told = _told(reader, joined=reader.whole)
    columns = [str(NAMES[by])]
    for measure in told:
        unit = "%" if measure.part else measure.unit
        columns += [f"{measure.title}（{unit}）", _("%(name)s，上年同期") % {"name": measure.title}]
    cells = _cells(reader, period, by, now, told)
    made: dict[str, Any] = {
        "by": request.user,
        "at": now,
        "of": JointVisit,
        "filters": {"period": period.key, "by": by},
    }
    return workbook(_("涉企检查统计"), columns, cells, **made)


def _cells(reader: Reader, period: Period, by: str, now: datetime, told: list[Measure]) -> Iterator[list[Any]]:
    one, before = whole(reader, period, now)
    rows = [(part.name, part.now, part.before) for part in parts(reader, period, now, by)]
    for name, figures, earlier in [*rows, (_("合计"), one, before)]:
        yield [name, *(measure.value(each) for measure in told for each in (figures, earlier))]


@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """检查公示, for everybody: `?year=`."""
    now = clock.now()
    offered = years(local_day(now))
    year = next((one for one in offered if one.key == request.GET.get("year")), offered[0])
    context = {"years": offered, "one": published(year, now), "now": now}
    return render(request, "inspection_figures/public.html", context)
