"""Who opened what of a firm that not all officials may see: the auditor's list, never with a value (SEC-3, SEC-10).

Of a report of a check without a code it has the number alone: the firm's name would tell who complained (APP-18).
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

import django_filters
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from enterprises.export import workbook
from enterprises.models import Enterprise, JoinRequest, Member, Resource
from inspections.models import CodelessReport
from portal.people.doors import only_for
from portal.people.roles import Role
from portal.trail.models import Read, subject_type
from portal.worktime import clock
from requests.filter_fields import choice, day, midnight

PAGE = 50
AT_ONCE = 1000  # readings of the file that are worded together

# What is read of a firm, and where its name and code stand; whose right it is to join may be no firm of the town yet.
FIRM_OF: dict[str, tuple[Any, str, str]] = {
    subject_type(Enterprise): (Enterprise, "name", "uscc"),
    subject_type(Member): (Member, "enterprise__name", "enterprise__uscc"),
    subject_type(JoinRequest): (JoinRequest, "enterprise__name", "uscc"),
}
REPORT = subject_type(CodelessReport)
# Where it was opened, which is what for, by what `portal.trail.read` was told; after `facts:` stand resources.
VISIT = "facts:visit"
PLACES = {
    "portrait": gettext_lazy("企业画像"),
    "facts": gettext_lazy("企业数据"),
    VISIT: gettext_lazy("走访记录"),
    "policy": gettext_lazy("政策匹配"),
    "calculator": gettext_lazy("政策测算"),
    "claim": gettext_lazy("政策申报"),
    "package": gettext_lazy("服务包"),
    "whitelist": gettext_lazy("白名单审核"),
    "codeless": gettext_lazy("无码检查反映"),
    "phone": gettext_lazy("手机号码"),
}


class ReadingFilter(django_filters.FilterSet):
    who = django_filters.CharFilter(method="by_person", label=gettext_lazy("查阅人姓名"), max_length=60)
    firm = django_filters.CharFilter(method="of_firm", label=gettext_lazy("企业名称或代码"), max_length=120)
    place = choice(list(PLACES.items()), gettext_lazy("在哪里看的"), gettext_lazy("在哪里看的"), method="at_place")
    since = day(gettext_lazy("从"), "from_day")
    until = day(gettext_lazy("至"), "to_day")

    class Meta:
        model = Read
        fields: list[str] = []

    @property
    def qs(self) -> QuerySet[Read]:
        """Nothing where the address holds what does not exist, rather than everything."""
        return super().qs if self.is_valid() else self.queryset.none()

    def by_person(self, found: QuerySet[Read], name: str, typed: str) -> QuerySet[Read]:
        return found.filter(Q(reader__name__icontains=typed) | Q(principal__name__icontains=typed))

    def of_firm(self, found: QuerySet[Read], name: str, typed: str) -> QuerySet[Read]:
        wanted = Q()
        for kind, (model, called, code) in FIRM_OF.items():
            rows = model.objects.filter(Q(**{f"{called}__icontains": typed}) | Q(**{f"{code}__icontains": typed}))
            wanted |= Q(subject_type=kind, subject_id__in=rows.order_by().values("pk"))
        return found.filter(wanted)

    def at_place(self, found: QuerySet[Read], name: str, place: str) -> QuerySet[Read]:
        return (
            found.filter(what__startswith="facts:").exclude(what=VISIT)
            if place == "facts"
            else found.filter(what=place)
        )

    def from_day(self, found: QuerySet[Read], name: str, first: date) -> QuerySet[Read]:
        return found.filter(at__gte=midnight(first))

    def to_day(self, found: QuerySet[Read], name: str, last: date) -> QuerySet[Read]:
        return found.filter(at__lt=midnight(last + timedelta(days=1)))


def listed(request: HttpRequest) -> ReadingFilter:
    """The latest first: they are written one after the other."""
    about = Read.objects.filter(subject_type__in=[*FIRM_OF, REPORT])
    found = about.select_related("reader", "principal").order_by("-pk")
    return ReadingFilter(request.GET, found, request=request)


@require_safe
@only_for(Role.AUDITOR)
def page(request: HttpRequest) -> HttpResponse:
    chosen = listed(request)
    shown = Paginator(chosen.qs, PAGE).get_page(request.GET.get("page"))
    narrowed = any(request.GET.get(name) for name in chosen.filters)
    context = {"filter": chosen, "page": shown, "readings": _worded(shown.object_list), "narrowed": narrowed}
    return render(request, "desk/readings.html", context)


@require_safe
@only_for(Role.AUDITOR)
def export(request: HttpRequest) -> HttpResponse:
    """The list as it is narrowed, all its pages (SEC-6)."""
    chosen = listed(request)
    columns = [_("时间"), _("查阅人"), _("代谁"), _("企业"), _("统一社会信用代码"), _("在哪里看的"), _("看了什么")]
    given = {name: request.GET[name] for name in chosen.filters if request.GET.get(name)}
    filters = given | {name: "…" for name in ("who", "firm") if name in given}
    return workbook(
        _("企业数据查阅"), columns, _rows(chosen.qs), by=request.user, at=clock.now(), of=Read, filters=filters
    )


def _rows(found: QuerySet[Read]) -> Iterator[list[Any]]:
    pages = Paginator(found, AT_ONCE)
    for number in pages.page_range:
        for one in _worded(pages.page(number).object_list):
            behalf = one["principal"].name if one["principal"] else ""
            yield [one["at"], one["reader"].name, behalf, one["firm"], one["uscc"], one["place"], one["what"]]


def _worded(found: Iterable[Read]) -> list[dict[str, Any]]:
    """Readings in words: who, when, whose and what; six queries for any number of them."""
    found = list(found)
    firms: dict[tuple[str, int], tuple[str, str]] = {}
    for kind, (model, name, code) in FIRM_OF.items():
        keys = {one.subject_id for one in found if one.subject_type == kind}
        for pk, called, uscc in model.objects.filter(pk__in=keys).values_list("pk", name, code):
            firms[kind, pk] = called or "", uscc
    reports = {one.subject_id for one in found if one.subject_type == REPORT}
    numbers = dict(CodelessReport.objects.filter(pk__in=reports).order_by().values_list("pk", "number"))
    resources = {one.code: one for one in Resource.objects.select_related("line")}
    told = []
    for one in found:
        firm, uscc = firms.get((one.subject_type, one.subject_id), ("", ""))
        place, what = _said(one.what, resources)
        if one.subject_type == REPORT:
            what = numbers.get(one.subject_id, "")
        told.append(
            {
                "at": one.at,
                "reader": one.reader,
                "principal": one.principal,
                "firm": firm,
                "uscc": uscc,
                "place": place,
                "what": what,
            }
        )
    return told


def _said(noted: str, resources: dict[str, Resource]) -> tuple[str, str]:
    """`facts:tax_paid,patents` as 企业数据 and “税务：入库税收；科技：专利”; what had no room there ends with 等."""
    place, _colon, codes = noted.partition(":")
    if noted in PLACES or not codes:
        return str(PLACES.get(noted, "")), ""
    by_line: dict[str, list[str]] = {}
    for code in codes.split(","):
        if resource := resources.get(code):
            by_line.setdefault(str(resource.line), []).append(str(resource))
    given = [{"line": line, "what": _("、").join(names)} for line, names in by_line.items()]
    what = _("；").join(_("%(line)s：%(what)s") % one for one in given)
    return str(PLACES.get(place, "")), _("%(what)s等") % {"what": what} if codes.endswith("…") else what
