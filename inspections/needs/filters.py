"""What the lists of needs and of refused checks can be narrowed to; figures link to them by these names."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from requests.filter_fields import choice, day, midnight
from requests.firm_filters import OfFirms

from ..models import Agency, BlockedAttempt, Entry, Need, Subject
from ..visits import stages as visits
from ..whitelist.stages import LISTED
from . import stages

KINDS = [(kind, _(name)) for kind, name in stages.KINDS.items()]
WAYS = {
    "page": _("填报"),
    "import": _("导入"),
    "api": _("系统对接"),
    "generated": _("按事项生成"),
    "draw": _("随机抽取"),
    "recheck": _("整改复查"),
    "booking": _("企业预约"),
    "visit": _("现场检查"),
    "edit": _("修改"),
}
CARRIED_OUT = Q(status=stages.DONE, visit__status=visits.DONE)  # and the visit is over, too
ORDERS = {"window": ("last", "first", "pk"), "old": ("created_at", "pk")}


class NeedFilter(OfFirms):
    """The list's filters; `status` without a choice is all."""

    agency = django_filters.ModelChoiceFilter(
        queryset=Agency.objects.select_related("department"), label=_("执法部门"), empty_label=_("执法部门")
    )
    kind = choice(KINDS, _("检查类别"), _("检查类别"))
    status = choice([(s, _(name)) for s, name in stages.STATUSES.items()], _("状态"), _("状态"))
    subject = django_filters.ModelChoiceFilter(
        queryset=Subject.objects.all(), to_field_name="code", label=_("检查事项"), empty_label=_("检查事项")
    )
    since = day(_("日期从"), "not_before")
    until = day(_("日期到"), "not_after")
    way = choice(list(WAYS.items())[:-2], _("途径"), _("途径"), field_name="came_by")
    done_from = day(_("查完日期从"), "done_since")
    done_to = day(_("查完日期到"), "done_until")
    ended_from = day(_("结束日期从"), "ended_since")
    ended_to = day(_("结束日期到"), "ended_until")
    plan = django_filters.NumberFilter(field_name="plan", label=_("检查计划"), min_value=1, max_value=2**31)
    listed = choice([("1", _("白名单企业"))], _("白名单"), _("白名单"), method="of_listed")
    sort = choice([("window", _("先到期在前")), ("old", _("先提出在前"))], _("排序"), _("新的在前"), method="ordered")

    FIRST = ("status", "kind", "agency", "sort")
    FURTHER = ("subject", "place", "since", "until", "way", "listed")
    KEPT = ("firm", "plan", "industry", "done_from", "done_to", "ended_from", "ended_to")

    class Meta:
        model = Need
        fields: list[str] = []

    def not_before(self, needs: QuerySet[Need], name: str, on: date) -> QuerySet[Need]:
        return needs.filter(last__gte=on)

    def not_after(self, needs: QuerySet[Need], name: str, on: date) -> QuerySet[Need]:
        return needs.filter(first__lte=on)

    def done_since(self, needs: QuerySet[Need], name: str, on: date) -> QuerySet[Need]:
        return needs.filter(CARRIED_OUT, visit__day__gte=on)

    def done_until(self, needs: QuerySet[Need], name: str, on: date) -> QuerySet[Need]:
        return needs.filter(CARRIED_OUT, visit__day__lte=on)

    def ended_since(self, needs: QuerySet[Need], name: str, on: date) -> QuerySet[Need]:
        return needs.filter(ended_at__gte=midnight(on))

    def ended_until(self, needs: QuerySet[Need], name: str, on: date) -> QuerySet[Need]:
        return needs.filter(ended_at__lt=midnight(on + timedelta(days=1)))

    def of_listed(self, needs: QuerySet[Need], name: str, typed: str) -> QuerySet[Need]:
        """Checks at whitelisted firms: the lawful exceptions, each with its basis (INS-2)."""
        return needs.filter(enterprise__in=Entry.objects.filter(status=LISTED).order_by().values("enterprise"))

    def ordered(self, needs: QuerySet[Need], name: str, sort: str) -> QuerySet[Need]:
        return needs.order_by(*ORDERS[sort])


class BlockedFilter(OfFirms):
    """The list of what the gate refused."""

    SEARCHED = ()

    q = django_filters.CharFilter(method="find", label=_("企业"), max_length=100)
    agency = django_filters.ModelChoiceFilter(
        queryset=Agency.objects.select_related("department"), label=_("执法部门"), empty_label=_("执法部门")
    )
    why = choice(BlockedAttempt.Why.choices, _("原因"), _("原因"))
    kind = choice(KINDS, _("检查类别"), _("检查类别"))
    way = choice(list(WAYS.items()), _("途径"), _("途径"))
    since = day(_("从"), "not_before")
    until = day(_("到"), "not_after")

    FIRST = ("agency", "why", "kind", "way")
    FURTHER = ("since", "until")
    KEPT = ("firm", "place", "industry")

    class Meta:
        model = BlockedAttempt
        fields: list[str] = []

    def not_before(self, attempts: QuerySet[Any], name: str, on: date) -> QuerySet[Any]:
        return attempts.filter(at__gte=midnight(on))

    def not_after(self, attempts: QuerySet[Any], name: str, on: date) -> QuerySet[Any]:
        return attempts.filter(at__lt=midnight(on + timedelta(days=1)))
