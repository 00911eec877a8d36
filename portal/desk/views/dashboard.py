"""The dashboard: every measure of a period, by department, category, place and channel, with its list (SUP-2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from enterprises.export import workbook
from portal.desk import figures
from portal.desk.figures.board import COLUMNS, Board
from portal.people.models import Department
from portal.worktime import clock
from requests.models import Ticket

PERIODS = (
    ("month", gettext_lazy("本月")),
    ("last", gettext_lazy("上月")),
    ("quarter", gettext_lazy("本季度")),
    ("year", gettext_lazy("今年")),
    ("custom", gettext_lazy("自选日期")),
)
SELECTED = mark_safe(" selected")
DAYS = [MinValueValidator(figures.EARLIEST), MaxValueValidator(date(2049, 12, 31))]


def day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, validators=DAYS)


class Choice(forms.Form):
    """Which period, and whose figures; a department one does not read is 404, as if it weren't there."""

    period = forms.ChoiceField(choices=PERIODS, required=False)
    first = day(gettext_lazy("从"))
    last = day(gettext_lazy("到"))


@require_safe
@login_required
def figures_page(request: HttpRequest) -> HttpResponse:
    """The figures of `?period=` (with `first` and `last`) and of the department `?under=` and those below it."""
    board, department, choice = _board(request)
    context = {
        "now": board.now,
        "board": board,
        "department": department,
        "departments": board.reader.departments,
        "options": _options(board.reader.departments, department),
        "choice": choice,
        "periods": [(key, name, _query(key, department)) for key, name in PERIODS if key != "custom"],
        "columns": COLUMNS,
        "ages": figures_ages(board),
        "lists": bool(board.reader.opens),
    }
    return render(request, "desk/dashboard.html", context)


@require_safe
@login_required
def export(request: HttpRequest) -> HttpResponse:
    """The same figures as an Excel file, each rate with numerator and denominator (SEC-6)."""
    board, department, _choice = _board(request)
    filters = {"figures": board.period.key, "first": str(board.period.first), "last": str(board.period.last)}
    filters |= {"under": str(department.pk)} if department else {}
    title = _("诉求统计")
    return workbook(title, board.columns(), board.cells(), by=request.user, at=board.now, of=Ticket, filters=filters)


def _board(request: HttpRequest) -> tuple[Board, Department | None, Choice]:
    reader = figures.reader_of(request.user)
    if reader is None:
        raise Http404
    now, choice = clock.now(), Choice(request.GET)
    given = choice.cleaned_data if choice.is_valid() else {}
    period = figures.period_of(given.get("period", ""), now, given.get("first"), given.get("last"))
    department = department_of(request, reader)
    return Board(reader, department, period, now), department, choice


def department_of(request: HttpRequest, reader: figures.Reader) -> Department | None:
    wanted = request.GET.get("under", "")
    for department in reader.departments:
        if str(department.pk) == wanted:
            return department
    if wanted:
        raise Http404
    if reader.whole:
        return None
    own = [department for department in reader.departments if department.pk in reader.own]
    return (own or list(reader.departments))[0]


def _options(departments: Sequence[Department], chosen: Department | None) -> SafeString:
    """Joined here, because a template takes ten times as long over some sixty of them."""
    one = '<option value="{}"{}>{}</option>'
    return format_html_join("", one, ((d.pk, SELECTED if d == chosen else "", d.short_name) for d in departments))


def _query(period: str, department: Department | None) -> str:
    return f"period={period}" + (f"&under={department.pk}" if department else "")


def figures_ages(board: Board) -> list[dict[str, Any]]:
    """The ageing bar; the younger half is its subject."""
    opens = "open" in board.reader.opens
    ages = board.picture.ageing()
    return [
        {"label": f.name, "value": f.count, "url": f.url if opens else "", "subject": n < len(ages) // 2}
        for n, f in enumerate(ages)
    ]
