"""What lists of firms' matters have in common: each row has an `enterprise`, and mostly a `number`."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from enterprises.filters import IndustryFilter, PlaceFilter
from enterprises.models import Enterprise, Industry, Place

from .narrowing import Narrowing


class OfFirms(Narrowing):
    """By number or firm, place, industry, and one firm by its code; `SEARCHED`: what else the typed words may be in."""

    SEARCHED: ClassVar[tuple[str, ...]] = ("number",)

    q = django_filters.CharFilter(method="find", label=_("编号或企业"), max_length=100)
    place = PlaceFilter(queryset=Place.objects.all(), method="placed", label=_("网格"), empty_label=_("网格"))
    industry = IndustryFilter(
        queryset=Industry.objects.filter(level__lte=2), method="classed", label=_("行业"), empty_label=_("行业")
    )
    firm = django_filters.ModelChoiceFilter(
        queryset=Enterprise.objects.all(), to_field_name="uscc", field_name="enterprise", label=_("企业")
    )

    def find(self, rows: QuerySet[Any], name: str, typed: str) -> QuerySet[Any]:
        typed = typed.strip().replace("\0", "")
        if not typed:
            return rows
        wanted = Q(enterprise__in=Enterprise.objects.search(typed, broad=False).order_by().values("pk"))
        for field in self.SEARCHED:
            wanted |= Q(**{f"{field}__icontains": typed})
        return rows.filter(wanted)

    @extend_schema_field(str)
    def placed(self, rows: QuerySet[Any], name: str, place: Place) -> QuerySet[Any]:
        return rows.filter(enterprise__place__path__startswith=place.path)

    @extend_schema_field(str)
    def classed(self, rows: QuerySet[Any], name: str, industry: Industry) -> QuerySet[Any]:
        return rows.filter(enterprise__in=Enterprise.objects.in_industry(industry).order_by().values("pk"))
