"""What the list of claims can be narrowed to and sorted by; figures link to it by these names, the export uses it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import django_filters
from django.db.models import F
from django.forms import ModelChoiceField
from django.utils.translation import gettext_lazy as _

from policies.claims import limits, stages
from policies.claims.flow.core import GIVEN_UP
from policies.claims.rows import with_due
from policies.models import Claim, ClaimDeadline, Clause, Policy, Round, Way
from policies.models.claims import ClaimQuerySet
from portal.people.models import Department
from portal.worktime import clock
from requests.filter_fields import DepartmentFilter, choice, day, flag, midnight
from requests.firm_filters import OfFirms

CLAIMED_WAYS = [(way.value, way.label) for way in (Way.BY_DATA, Way.BY_REVIEW, Way.CLAIM_FREE)]
ORDERS = {
    "due": (F("due_at").asc(nulls_last=True), "-created_at", "-pk"),
    "amount": (F("amount").desc(nulls_last=True), "-pk"),
    "old": ("created_at", "pk"),
}


class TitleChoice(ModelChoiceField):
    def label_from_instance(self, row: Any) -> str:
        return str(row)


class PolicyFilter(django_filters.ModelChoiceFilter):
    """By the policy's code, which stands in addresses."""

    field_class = TitleChoice


class ClaimFilter(OfFirms):
    """The list's filters; figures and pages link to it by these names."""

    status = choice([(s, _(name)) for s, name in stages.STATUSES.items()], _("状态"), _("状态"))
    policy = PolicyFilter(
        queryset=Policy.objects.public().select_related("current"),
        to_field_name="code",
        field_name="round__clause__version__policy",
        label=_("政策"),
        empty_label=_("政策"),
    )
    way = choice(CLAIMED_WAYS, _("兑现方式"), _("兑现方式"), field_name="round__way")
    department = DepartmentFilter(
        queryset=Department.objects.order_by("short_name"),
        field_name="round__department",
        label=_("受理单位"),
        empty_label=_("受理单位"),
    )
    round = django_filters.ModelChoiceFilter(queryset=Round.objects.all(), label=_("申报批次"))
    clause = django_filters.ModelChoiceFilter(
        queryset=Clause.objects.all(), field_name="round__clause__clause", label=_("条款")
    )
    filed_from = day(_("提交日期从"), "filed_since")
    filed_to = day(_("提交日期到"), "filed_until")
    paid_from = day(_("兑付日期从"), "paid_since")
    paid_to = day(_("兑付日期到"), "paid_until")
    open = flag(_("在办"), "only_open")
    late = flag(_("超期"), "only_late")
    deviating = flag(_("核校有差异"), "only_deviating")
    punctual = flag(_("各环节都按时"), "only_punctual")
    bare = flag(_("免材料"), "only_bare")
    supplemented = flag(_("要求过补正"), "only_supplemented")
    standing = flag(_("没有退出"), "only_standing")
    sort = choice(
        [("due", _("先到期在前")), ("amount", _("金额大的在前")), ("old", _("先提交在前"))],
        _("排序"),
        _("新的在前"),
        method="ordered",
    )

    OF_FIGURES = ("punctual", "bare", "supplemented", "standing")
    FIRST = ("status", "policy", "way", "department", "sort")
    FURTHER = ("place", "industry", "filed_from", "filed_to", "paid_from", "paid_to")
    KEPT = ("round", "clause", "firm", "open", "late", "deviating", *OF_FIGURES)

    class Meta:
        model = Claim
        fields: list[str] = []

    @property
    def qs(self) -> ClaimQuerySet:
        found: ClaimQuerySet = super().qs
        return found if found.query.order_by else found.order_by("-created_at", "-pk")

    def filed_since(self, claims: ClaimQuerySet, name: str, on: date) -> ClaimQuerySet:
        return claims.filter(filed_at__gte=midnight(on))

    def filed_until(self, claims: ClaimQuerySet, name: str, on: date) -> ClaimQuerySet:
        return claims.filter(filed_at__lt=midnight(on + timedelta(days=1)))

    def paid_since(self, claims: ClaimQuerySet, name: str, on: date) -> ClaimQuerySet:
        return claims.filter(payment__paid_on__gte=on)

    def paid_until(self, claims: ClaimQuerySet, name: str, on: date) -> ClaimQuerySet:
        return claims.filter(payment__paid_on__lte=on)

    def only_open(self, claims: ClaimQuerySet, name: str, typed: str) -> ClaimQuerySet:
        return claims.open()

    def only_late(self, claims: ClaimQuerySet, name: str, typed: str) -> ClaimQuerySet:
        return claims.open().filter(pk__in=ClaimDeadline.objects.late(clock.now()).order_by().values("subject"))

    def only_deviating(self, claims: ClaimQuerySet, name: str, typed: str) -> ClaimQuerySet:
        return claims.exclude(deviations=[])

    def only_punctual(self, claims: ClaimQuerySet, name: str, typed: str) -> ClaimQuerySet:
        return claims.exclude(pk__in=limits.late_in_offices().values("subject"))

    def only_bare(self, claims: ClaimQuerySet, name: str, typed: str) -> ClaimQuerySet:
        return claims.filter(round__way__in=(Way.BY_DATA, Way.CLAIM_FREE))

    def only_supplemented(self, claims: ClaimQuerySet, name: str, typed: str) -> ClaimQuerySet:
        return claims.filter(supplement__isnull=False)

    def only_standing(self, claims: ClaimQuerySet, name: str, typed: str) -> ClaimQuerySet:
        return claims.exclude(status__in=(*GIVEN_UP, stages.LISTED))

    def ordered(self, claims: ClaimQuerySet, name: str, sort: str) -> ClaimQuerySet:
        return with_due(claims).order_by(*ORDERS[sort])
