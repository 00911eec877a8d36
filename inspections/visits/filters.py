"""What the list of visits can be narrowed to and sorted by; figures link to it by these names, the export uses it."""

from __future__ import annotations

from datetime import date
from typing import Any

import django_filters
from django.db.models import Count
from django.forms import ModelChoiceField
from django.utils.translation import gettext_lazy as _

from portal.worktime import clock
from requests.filter_fields import choice, day, flag
from requests.firm_filters import OfFirms

from ..models import Agency, Finding, JointVisit, JointVisitDeadline, Plan, VisitPart
from ..models.plans import JointVisitQuerySet
from ..needs import stages as needs
from . import stages

SHOWN = [(s, _(name)) for s, name in stages.STATUSES.items() if s != stages.PROPOSED]
ORDERS = {"old": ("day", "pk"), "place": ("enterprise__place__path", "enterprise", "day", "pk")}


class AgencyChoice(ModelChoiceField):
    def label_from_instance(self, agency: Any) -> str:
        return str(agency)


class AgencyFilter(django_filters.ModelChoiceFilter):
    field_class = AgencyChoice


class VisitFilter(OfFirms):
    """The list's filters; figures and pages link to it by these names."""

    status = choice(SHOWN, _("状态"), _("状态"))
    agency = AgencyFilter(
        queryset=Agency.objects.select_related("department"),
        method="of_agency",
        label=_("执法部门"),
        empty_label=_("执法部门"),
    )
    kind = choice([(k, _(n)) for k, n in needs.KINDS.items()], _("检查类别"), _("检查类别"), method="of_kind")
    day_from = day(_("检查日期从"), "since")
    day_to = day(_("检查日期到"), "until")
    joint = flag(_("几家一起查"), "only_joint")
    spot = flag(_("现场赋码"), "only_spot")
    late = flag(_("记录超期"), "only_late")
    coming = flag(_("待检查"), "only_coming")
    found = flag(_("发现问题"), "only_found")
    plan = django_filters.ModelChoiceFilter(queryset=Plan.objects.all(), to_field_name="number", label=_("检查计划"))
    sort = choice([("old", _("日期早的在前")), ("place", _("按网格"))], _("排序"), _("日期晚的在前"), method="ordered")

    FIRST = ("status", "agency", "kind", "sort")
    FURTHER = ("place", "industry", "day_from", "day_to")
    KEPT = ("joint", "spot", "late", "coming", "found", "firm", "plan")

    class Meta:
        model = JointVisit
        fields: list[str] = []

    @property
    def qs(self) -> JointVisitQuerySet:
        found: JointVisitQuerySet = super().qs
        return found if found.query.order_by else found.order_by("-day", "-pk")

    def of_agency(self, visits: JointVisitQuerySet, name: str, agency: Agency) -> JointVisitQuerySet:
        return visits.filter(pk__in=VisitPart.objects.filter(agency=agency).order_by().values("visit"))

    def of_kind(self, visits: JointVisitQuerySet, name: str, kind: str) -> JointVisitQuerySet:
        return visits.filter(needs__kind=kind).distinct()

    def since(self, visits: JointVisitQuerySet, name: str, on: date) -> JointVisitQuerySet:
        return visits.filter(day__gte=on)

    def until(self, visits: JointVisitQuerySet, name: str, on: date) -> JointVisitQuerySet:
        return visits.filter(day__lte=on)

    def only_joint(self, visits: JointVisitQuerySet, name: str, typed: str) -> JointVisitQuerySet:
        together = VisitPart.objects.order_by().values("visit").annotate(n=Count("pk")).filter(n__gt=1)
        return visits.filter(pk__in=together.values("visit"))

    def only_spot(self, visits: JointVisitQuerySet, name: str, typed: str) -> JointVisitQuerySet:
        return visits.filter(on_the_spot=True)

    def only_late(self, visits: JointVisitQuerySet, name: str, typed: str) -> JointVisitQuerySet:
        overdue = JointVisitDeadline.objects.overdue(clock.now())
        return visits.filter(pk__in=overdue.order_by().values("subject"))

    def only_coming(self, visits: JointVisitQuerySet, name: str, typed: str) -> JointVisitQuerySet:
        return visits.filter(status__in=(stages.SCHEDULED, stages.UNDER_WAY))

    def only_found(self, visits: JointVisitQuerySet, name: str, typed: str) -> JointVisitQuerySet:
        seen = Finding.objects.visible_to(self.request.user).order_by()
        return visits.filter(pk__in=seen.values("record__part__visit"))

    def ordered(self, visits: JointVisitQuerySet, name: str, sort: str) -> JointVisitQuerySet:
        return visits.order_by(*ORDERS[sort])
