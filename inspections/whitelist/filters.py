"""What the list of entries can be narrowed to and sorted by; figures link to it by these names, the export uses it."""

from __future__ import annotations

from datetime import timedelta

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.worktime import clock
from portal.worktime.words import local_day
from requests.filter_fields import choice, flag
from requests.firm_filters import OfFirms

from ..models import Agency, Entry, EntryReview, WhitelistRound
from ..models.whitelist import EntryQuerySet
from . import stages

ORDERS = {"term": ("term_until", "pk"), "name": ("enterprise__name", "pk"), "old": ("proposed_at", "pk")}


class AgencyFilter(django_filters.ModelChoiceFilter):
    """An agency that was asked and has not answered."""


class EntryFilter(OfFirms):
    status = choice([(s, _(name)) for s, name in stages.STATUSES.items()], _("状态"), _("状态"))
    round = django_filters.ModelChoiceFilter(
        queryset=WhitelistRound.objects.all(),
        label=pgettext_lazy("白名单的一批", "批次"),
        empty_label=pgettext_lazy("白名单的一批", "批次"),
    )
    waits = AgencyFilter(
        queryset=Agency.objects.filter(approves_plans=False).select_related("department"),
        method="owed_by",
        label=_("还没有审查的部门"),
        empty_label=_("还没有审查的部门"),
    )
    objected = flag(_("有部门提出异议"), "only_objected")
    ending = flag(_("60 天内到期"), "only_ending")
    standing = flag(_("今天在册"), "only_standing")
    sort = choice(
        [("term", _("先到期在前")), ("name", _("按企业名称")), ("old", _("先推荐在前"))],
        _("排序"),
        _("新的在前"),
        method="ordered",
    )

    FIRST = ("status", "round", "place", "waits", "sort")
    FURTHER = ("industry",)
    KEPT = ("objected", "ending", "standing", "firm")  # tabs and pages set them

    class Meta:
        model = Entry
        fields: list[str] = []

    @property
    def qs(self) -> EntryQuerySet:
        found: EntryQuerySet = super().qs
        return found if found.query.order_by else found.order_by("-proposed_at", "-pk")

    def owed_by(self, entries: EntryQuerySet, name: str, agency: Agency) -> EntryQuerySet:
        return entries.filter(pk__in=EntryReview.objects.due().filter(agency=agency).order_by().values("entry"))

    def only_objected(self, entries: EntryQuerySet, name: str, typed: str) -> EntryQuerySet:
        objections = EntryReview.objects.filter(says=EntryReview.Says.OBJECTS)
        return entries.filter(pk__in=objections.order_by().values("entry"))

    def only_ending(self, entries: EntryQuerySet, name: str, typed: str) -> EntryQuerySet:
        day = local_day(clock.now())
        return entries.ending(day, day + timedelta(days=stages.RENEWAL_DAYS))

    def only_standing(self, entries: EntryQuerySet, name: str, typed: str) -> EntryQuerySet:
        return entries.standing(local_day(clock.now()))

    def ordered(self, entries: EntryQuerySet, name: str, sort: str) -> EntryQuerySet:
        return entries.order_by(*ORDERS[sort])
