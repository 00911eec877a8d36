"""What the list of rectifications can be narrowed to and sorted by; figures link to it by these names (SUP)."""

from __future__ import annotations

from datetime import date, timedelta

import django_filters
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from portal.worktime import clock
from requests.filter_fields import choice, day, flag, midnight
from requests.firm_filters import OfFirms

from ..models import Agency, MoreTime, Rectification
from ..models.rectifications import RectificationQuerySet
from ..recording import stages as findings
from . import stages
from .rows import with_due

ORDERS = {"due": (F("due_at").asc(nulls_last=True), "-pk"), "old": ("ordered_at", "pk")}


class RectificationFilter(OfFirms):
    SEARCHED = ("number", "finding__text")

    q = django_filters.CharFilter(method="find", label=_("编号、企业或问题"), max_length=100)
    status = choice([(s, _(name)) for s, name in stages.STATUSES.items()], _("状态"), _("状态"))
    agency = django_filters.ModelChoiceFilter(
        queryset=Agency.objects.select_related("department"), label=_("执法部门"), empty_label=_("执法部门")
    )
    severity = choice(
        [(s, _(name)) for s, name in findings.SEVERITIES.items()],
        _("问题程度"),
        _("问题程度"),
        field_name="finding__severity",
    )
    ordered_from = day(_("责令日期从"), "since")
    ordered_to = day(_("责令日期到"), "until")
    running = flag(_("整改中"), "only_running")
    late = flag(_("企业逾期"), "only_late")
    asks = flag(_("申请延期"), "only_asking")
    sort = choice([("due", _("先到期在前")), ("old", _("先责令在前"))], _("排序"), _("新的在前"), method="ordered")

    FIRST = ("status", "agency", "severity", "sort")
    FURTHER = ("ordered_from", "ordered_to")
    KEPT = ("firm", "place", "industry", "running", "late", "asks")

    class Meta:
        model = Rectification
        fields: tuple[str, ...] = ()

    def since(self, found: RectificationQuerySet, name: str, on: date) -> RectificationQuerySet:
        return found.filter(ordered_at__gte=midnight(on))

    def until(self, found: RectificationQuerySet, name: str, on: date) -> RectificationQuerySet:
        return found.filter(ordered_at__lt=midnight(on + timedelta(days=1)))

    def only_running(self, found: RectificationQuerySet, name: str, typed: object) -> RectificationQuerySet:
        return found.running()

    def only_late(self, found: RectificationQuerySet, name: str, typed: object) -> RectificationQuerySet:
        return found.overdue(clock.now())

    def only_asking(self, found: RectificationQuerySet, name: str, typed: object) -> RectificationQuerySet:
        return found.filter(pk__in=MoreTime.objects.filter(granted=None).order_by().values("rectification"))

    def ordered(self, found: RectificationQuerySet, name: str, sort: str) -> RectificationQuerySet:
        return with_due(found).order_by(*ORDERS[sort])
