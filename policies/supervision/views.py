"""The three-colour map of departments, and where the money went (POL-6): tables, charts, files."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from enterprises.export import workbook
from policies.amounts.words import money as money_words
from policies.matching.views.oversight import SEES_FIRMS
from policies.models import Payment, Policy
from policies.models.policies import READS_MONEY
from portal.people.doors import only_for
from portal.people.models import Department
from portal.people.rights import rights_of
from portal.worktime import clock
from portal.worktime.periods import Period, choices, period_of

from .covering import Covered, by_clause
from .departments import departments_for, figures, is_under_way
from .money import DIMENSIONS, Money, days, listed, money
from .scores import GREEN, RED, YELLOW, Figures, weights

MOST_BARS = 12
TEN_THOUSAND = Decimal(10000)


@require_safe
@only_for(*READS_MONEY)
def departments(request: HttpRequest) -> HttpResponse:
    period, chosen = _asked(request)
    found = figures(request.user, chosen, period, _today())
    rows = sorted(((one, found[one.pk]) for one in chosen), key=lambda row: -(row[1].score or -1))
    context = {
        "period": period,
        "periods": choices(_today(), period),
        "rows": [(one, each, _links(one, period)) for one, each in rows],
        "covers": is_under_way(period, _today()),
        "finding": _finding([each for _one, each in rows]),
        "weights": weights(),
    }
    return render(request, "money/departments.html", context)


@require_safe
@only_for(*READS_MONEY)
def coverage(request: HttpRequest, pk: int) -> HttpResponse:
    """The clauses that a department's coverage is made of, as they stand today; 404 for who does not read it."""
    department = next((one for one in departments_for(request.user) if one.pk == pk), None)
    if department is None:
        raise Http404
    rows = by_clause(department)
    names = ("matched", "claimed", "pushed", "read")
    context = {
        "department": department,
        "rows": [(row, _claims_of(row)) for row in rows],
        "whole": {name: sum(getattr(row, name) for row in rows) for name in names},
        "sees_firms": rights_of(request.user).has(*SEES_FIRMS),
    }
    return render(request, "money/coverage.html", context)


def _claims_of(row: Covered) -> str:
    assert row.clause is not None
    return listed({"clause": row.clause.pk, "standing": 1})


@require_safe
@only_for(*READS_MONEY)
def departments_export(request: HttpRequest) -> HttpResponse:
    """The table as an Excel file (SEC-6)."""
    period, chosen = _asked(request)
    found = figures(request.user, chosen, period, _today())
    cells = [_cells(one, found[one.pk]) for one in chosen]
    filters = {"period": period.key}
    return workbook(_("政策兑现三色图"), _columns(), cells, by=request.user, at=clock.now(), of=Policy, filters=filters)


@require_safe
@only_for(*READS_MONEY)
def spent(request: HttpRequest) -> HttpResponse:
    period, chosen = _asked(request)
    one = money(request.user, chosen, period, _dimension(request), _today())
    context = {
        "money": one,
        "period": period,
        "periods": choices(_today(), period),
        "tabs": [(key, name, f"?{urlencode({'period': period.key, 'by': key})}") for key, name in _dimensions()],
        "words": money_words(one.total.amount),
        "rows": [(row, row.share_of(one.total.amount)) for row in one.rows],
        "charts": {"parts": _chart(one)},
    }
    return render(request, "money/money.html", context)


@require_safe
@only_for(*READS_MONEY)
def export(request: HttpRequest) -> HttpResponse:
    """The table of the money as an Excel file (SEC-6), in 元."""
    period, chosen = _asked(request)
    one = money(request.user, chosen, period, _dimension(request), _today())
    titles = [dict(_dimensions())[one.dimension], _("笔数"), _("金额（元）"), _("上年同期（元）"), _("同比（%）")]
    cells = [(row.name, row.count, row.amount, row.before, row.change) for row in [*one.rows, one.total]]
    filters = {"period": period.key, "by": one.dimension}
    return workbook(_("政策资金"), titles, cells, by=request.user, at=clock.now(), of=Payment, filters=filters)


def _asked(request: HttpRequest) -> tuple[Period, list[Department]]:
    return period_of(request.GET.get("period", ""), _today()), departments_for(request.user)


def _dimension(request: HttpRequest) -> str:
    wanted = request.GET.get("by", "")
    return wanted if wanted in DIMENSIONS else DIMENSIONS[0]


def _dimensions() -> list[tuple[str, str]]:
    names = (_("政策"), _("部门"), _("行业"), _("片区"), _("月份"))
    return list(zip(DIMENSIONS, names, strict=True))


def _today() -> Any:
    return timezone.localdate(clock.now())


def _links(one: Department, period: Period) -> dict[str, str]:
    """The list of claims behind each figure of a department."""
    paid: dict[str, object] = {"department": one.pk} | days(period.first, period.last)
    filed: dict[str, object] = {"department": one.pk, "filed_from": period.first, "filed_to": period.last}
    return {
        "paid": listed(paid),
        "on_time": listed(paid | {"punctual": 1}),
        "filed": listed(filed),
        "without_papers": listed(filed | {"bare": 1}),
        "supplemented": listed(filed | {"supplemented": 1}),
        "coverage": reverse("money:coverage", args=[one.pk]),
    }


def _finding(rows: list[Figures]) -> str:
    """The head of the page: how many are in which colour."""
    count = {colour: sum(one.colour == colour for one in rows) for colour in (GREEN, YELLOW, RED)}
    if not any(count.values()):
        return _("这一期间还没有可评分的部门")
    return _("绿色 %(green)s 个，黄色 %(yellow)s 个，红色 %(red)s 个") % count


def _columns() -> list[str]:
    return [
        _("部门"),
        _("得分"),
        _("颜色"),
        _("兑付件数"),
        _("按时办理率（%）"),
        _("平均办理工作日"),
        _("应享户次"),
        _("已申报户次"),
        _("推送"),
        _("已读"),
        _("申报件数"),
        _("数据核校和免申即享占比（%）"),
        _("件均材料"),
        _("补正件数"),
    ]


def _cells(one: Department, each: Figures) -> list[Any]:
    return [
        one.name,
        each.score,
        colour_words(each.colour),
        each.paid,
        each.percent("on_time", "paid"),
        each.mean_days,
        each.matched,
        each.claimed,
        each.pushed,
        each.read,
        each.filed,
        each.percent("without_papers", "filed"),
        each.mean_materials,
        each.supplemented,
    ]


def colour_words(colour: str) -> str:
    return {GREEN: _("绿"), YELLOW: _("黄"), RED: _("红")}.get(colour, "")


def _chart(one: Money) -> dict[str, Any]:
    """The largest parts, or the months, beside the year before; in 万元."""
    rows = one.rows if one.dimension == "month" else one.rows[:MOST_BARS]
    series = [
        {"name": _("上年同期"), "tone": "edge", "values": [_wan(row.before) for row in rows]},
        {"name": _("本期"), "tone": "lake", "values": [_wan(row.amount) for row in rows]},
    ]
    kind = "columns" if one.dimension == "month" else "bars"
    return {"kind": kind, "apart": True, "names": [row.name for row in rows], "series": series, "unit": _("万元")}


def _wan(amount: Decimal) -> float:
    return float(round(amount / TEN_THOUSAND, 2))
