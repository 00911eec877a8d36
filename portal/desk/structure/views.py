"""Decision support: the town's economy by parts that one goes down, and two parts compared (ENT-13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from enterprises.export import workbook
from enterprises.models import READS_EVERY_FIRM, Enterprise
from portal.desk.structure.dimensions import DIMENSIONS, LEVEL, TAG, Names
from portal.desk.structure.measures import MEASURE, READS_ALL, period_of, periods
from portal.desk.structure.selecting import NoSuch, Selection, read
from portal.people.doors import only_for
from portal.people.rights import rights_of
from portal.worktime import clock

if TYPE_CHECKING:
    from portal.desk.structure.picture import Picture

PAGE = 50
NARROWING = ("section", "district", "village", "carrier", "scale", "capital", "age")


class Narrowing(forms.Form):
    """The parts one chooses from a list; what lies below them is reached by going down."""

    def __init__(self, data: Any, names: Names, prefix: str = "") -> None:
        super().__init__(data)
        for level in (*NARROWING, TAG):
            label = DIMENSIONS[TAG][0] if level == TAG else LEVEL[level].name
            choices = [("", gettext_lazy("全部")), *names.all(level).items()]
            self.fields[prefix + level] = forms.ChoiceField(label=label, choices=choices, required=False)


@require_safe
@only_for(*READS_EVERY_FIRM)
def picture(request: HttpRequest) -> HttpResponse:
    one, names = _picture(request)
    context = {
        "picture": one,
        "now": one.now,
        "periods": periods(one.today),
        "narrowing": Narrowing(one.selection.query, names),
        "reads_all": rights_of(request.user).has(*READS_ALL),
        "firms_url_query": one.selection.address(),
        "charts": one.charts,
    }
    return render(request, "structure/picture.html", context)


@require_safe
@only_for(*READS_EVERY_FIRM)
def export(request: HttpRequest) -> HttpResponse:
    """The table as an Excel file (SEC-6), with the same numbers left out (SEC-11)."""
    one, _names = _picture(request)
    filters = {**one.selection.query, "measure": one.source.code, "by": one.dimension, "period": one.period.code}
    title = _("经济结构")
    return workbook(title, one.columns(), one.cells(), by=request.user, at=one.now, of=Enterprise, filters=filters)


@require_safe
@only_for(*READS_EVERY_FIRM)
def firms(request: HttpRequest) -> HttpResponse:
    """Who is in a part: names that are open to every official, no figures; these stand in each firm's portrait."""
    found, selection, names = _firms(request)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "parts": selection.parts(names), "query": selection.address()}
    return render(request, "structure/firms.html", context)


@require_safe
@only_for(*READS_EVERY_FIRM)
def firms_export(request: HttpRequest) -> HttpResponse:
    """The same firms, all pages (SEC-6)."""
    found, selection, _names = _firms(request)
    columns = [_("名称"), _("统一社会信用代码"), _("行业"), _("网格"), _("成立日期")]
    rows = (
        [firm.name, firm.uscc, firm.industry.name if firm.industry else "", firm.place.name, firm.established_on]
        for firm in found.iterator(chunk_size=2000)
    )
    given = {"by": request.user, "at": clock.now(), "of": Enterprise, "filters": selection.query}
    return workbook(_("经济结构：企业名单"), columns, rows, **given)


def _firms(request: HttpRequest) -> tuple[QuerySet[Enterprise], Selection, Names]:
    from portal.desk.structure.town import Town  # NumPy is loaded where it is used

    names = Names()
    selection = _selection(request.GET, names)
    town = Town(names, timezone.localdate(clock.now()))
    there = town.firms[town.chosen(selection) & town.active].tolist()
    found = Enterprise.objects.visible_to(request.user).filter(pk__in=there).select_related("industry", "place")
    return found.order_by("name", "pk"), selection, names


@require_safe
@only_for(*READS_EVERY_FIRM)
def compare(request: HttpRequest) -> HttpResponse:
    from portal.desk.structure import comparing

    first, second, names = _both(request)
    context = {
        "pictures": [first, second],
        "lines": comparing.compared(first, second),
        "now": first.now,
        "period": first.period,
        "periods": periods(first.today),
        "forms": [_form(first, names, "a-"), _form(second, names, "b-")],
        "reads_all": rights_of(request.user).has(*READS_ALL),
    }
    return render(request, "structure/compare.html", context)


@require_safe
@only_for(*READS_EVERY_FIRM)
def compare_export(request: HttpRequest) -> HttpResponse:
    from portal.desk.structure import comparing

    first, second, _names = _both(request)
    columns = [_("指标"), _("单位"), _("期间")]
    for one in (first, second):
        columns += [one.scope, _("%(scope)s同比") % {"scope": one.scope}]
    columns.append(_("倍数"))
    filters = {
        f"{side}-{level}": key for side, p in (("a", first), ("b", second)) for level, key in p.selection.query.items()
    }
    rows = comparing.cells(comparing.compared(first, second))
    filters["period"] = first.period.code
    return workbook(_("两个范围比较"), columns, rows, by=request.user, at=first.now, of=Enterprise, filters=filters)


# What an address asks for -------------------------------------------------------------------------------------------


def _picture(request: HttpRequest, prefix: str = "", names: Names | None = None) -> tuple[Picture, Names]:
    from portal.desk.structure.picture import Picture

    names, now = names or Names(), clock.now()
    period = period_of(request.GET.get("period", ""), timezone.localdate(now))
    measure, by = request.GET.get("measure", "firms"), request.GET.get("by", "industry")
    if period is None or measure not in MEASURE or by not in DIMENSIONS:
        raise Http404
    selection = _selection(request.GET, names, prefix)
    one = Picture(request.user, selection, period, measure, by, names, now)
    if one.source.code != measure:
        raise Http404  # not one he may open
    return one, names


def _selection(given: QueryDict, names: Names, prefix: str = "") -> Selection:
    try:
        return read(given, names, prefix)
    except NoSuch as none:
        raise Http404 from none


def _both(request: HttpRequest) -> tuple[Picture, Picture, Names]:
    first, names = _picture(request, "a-")
    second, _names = _picture(request, "b-", names)
    second.town, second.spans = first.town, first.spans  # the same firms and months, read once
    second.sums = first.sums
    return first, second, names


def _form(one: Picture, names: Names, prefix: str) -> Narrowing:
    return Narrowing({prefix + level: key for level, key in one.selection.query.items()}, names, prefix)
