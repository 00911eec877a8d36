"""What an agency wants to check at a firm (INS-3), and what the gate refused (INS-2)."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from enterprises.models import Enterprise, firms_of
from portal.api.tokens import line_of
from portal.people.models import User
from portal.people.rights import rights_of

from ..needs import stages
from .agencies import OVERSEE_INSPECTIONS, Agency, Skill, departments_of, keeps_plans
from .subjects import Parts, Subject


def own_agencies(user: Any, at: datetime | None = None) -> Q:
    """Rows with an `agency` for which he works; of the agency that keeps plans all are his to read."""
    rights = rights_of(user, at)
    return Q() if keeps_plans(rights) else Q(agency__department__in=departments_of(rights))


class NeedQuerySet(models.QuerySet["Need"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """SEC-1: the agency its own, the agency that keeps plans and who oversees the town all; never the firm (a
        check may be unannounced), nor an official who belongs to it. An agency's own system reads its needs.
        """
        if (line := line_of(user)) is not None:
            return self.filter(agency__systems=line)
        rights = rights_of(user, at)
        if not rights.is_official or rights.is_outside:
            return self.none()
        elsewhere = self.exclude(enterprise__in=firms_of(user, at))
        if rights.has(*OVERSEE_INSPECTIONS):
            return elsewhere
        if not departments_of(rights):
            return self.none()
        return elsewhere.filter(own_agencies(user, at))

    def waiting(self, first: date, last: date) -> Self:
        """Open, in no plan, and with a day of its window in the span."""
        return self.filter(status=stages.OPEN, plan=None, first__lte=last, last__gte=first)


class Need(models.Model):
    """One agency's wish to check one firm on one subject, on a working day from `first` to `last`, both included."""

    number = models.CharField(gettext_lazy("编号"), max_length=20, unique=True)  # JX-20261121-0007
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # of the form or API: sent twice is one
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="needs", verbose_name=gettext_lazy("执法部门"))
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="inspection_needs", verbose_name=gettext_lazy("企业")
    )
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="needs", verbose_name=gettext_lazy("检查事项"))
    kind = models.CharField(
        gettext_lazy("检查类别"), max_length=12, choices=[(k, gettext_lazy(n)) for k, n in stages.KINDS.items()]
    )
    basis = models.CharField(gettext_lazy("依据"), max_length=500)  # law, campaign notice, number of the complaint …
    ordered_by = models.CharField(gettext_lazy("上级部署文件"), max_length=200, blank=True)  # opens random checks
    first = models.DateField(gettext_lazy("最早日期"))
    last = models.DateField(gettext_lazy("最晚日期"))
    parts = models.PositiveSmallIntegerField(gettext_lazy("用时"), choices=Parts, default=Parts.QUARTER)
    skill = models.ForeignKey(Skill, models.PROTECT, null=True, blank=True, verbose_name=gettext_lazy("需要的资质"))
    unannounced = models.BooleanField(gettext_lazy("不事先告知"), default=False)
    status = models.CharField(max_length=10, choices=[(s, gettext_lazy(n)) for s, n in stages.STATUSES.items()])
    plan = models.ForeignKey("Plan", models.PROTECT, null=True, blank=True, related_name="needs")
    visit = models.ForeignKey("JointVisit", models.PROTECT, null=True, blank=True, related_name="needs")
    unplaced = models.JSONField(
        default=dict
    )  # why the last computing found no place: {"reason": code, …}; words elsewhere
    came_by = models.CharField(max_length=12, default="page")  # page, import, api, generated, draw, recheck, booking
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_for = models.CharField(gettext_lazy("说明"), max_length=500, blank=True)

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("检查需求")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["enterprise", "-first"], name="inspections_need_of_firm"),
            models.Index(fields=["agency", "status"], name="inspections_need_of_agency"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=list(stages.STATUSES)), name="inspections_need_status_known"),
            models.CheckConstraint(condition=Q(kind__in=list(stages.KINDS)), name="inspections_need_kind_known"),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="inspections_need_window_is_a_span"),
            models.CheckConstraint(condition=Q(basis__regex=r"\S"), name="inspections_need_has_a_basis"),
            models.CheckConstraint(condition=Q(parts__in=[1, 2, 4]), name="inspections_need_parts_pack"),
            models.CheckConstraint(
                condition=~Q(status=stages.PLANNED) | Q(visit__isnull=False),
                name="inspections_need_planned_has_a_visit",
            ),
            models.CheckConstraint(
                condition=Q(status__in=list(stages.ENDED), ended_at__isnull=False)
                | (~Q(status__in=list(stages.ENDED)) & Q(ended_at=None)),
                name="inspections_need_ended_has_a_time",
            ),
            models.UniqueConstraint(  # the same wish twice is one
                fields=["enterprise", "subject", "kind", "first", "last"],
                condition=Q(status__in=list(stages.WAITING)),
                name="inspections_need_waits_once",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("needs:need", args=[self.number])

    @property
    def status_name(self) -> str:
        return _(stages.STATUSES[self.status])

    @property
    def kind_name(self) -> str:
        return _(stages.KINDS[self.kind])

    @property
    def capped(self) -> bool:
        """Whether it counts against the firm's yearly cap."""
        return self.kind in stages.CAPPED


class BlockedAttemptQuerySet(models.QuerySet["BlockedAttempt"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """The agency its own, the agency that keeps plans and who oversees the town all."""
        rights = rights_of(user, at)
        if not rights.is_official or rights.is_outside:
            return self.none()
        elsewhere = self.exclude(enterprise__in=firms_of(user, at))
        if rights.has(*OVERSEE_INSPECTIONS):
            return elsewhere
        if not departments_of(rights):
            return self.none()
        return elsewhere.filter(own_agencies(user, at))


class BlockedAttempt(models.Model):
    """A check that the gate refused: who wanted what, which way, and why not (INS-2)."""

    class Why(models.TextChoices):
        WHITELIST = "whitelist", gettext_lazy("白名单企业")
        CAP = "cap", gettext_lazy("已到年度检查上限")
        MULTI_HEAD = "multi_head", gettext_lazy("多头检查")  # another agency's visit is near: join it

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # of what was sent: once
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="blocked", verbose_name=gettext_lazy("执法部门"))
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name=gettext_lazy("企业"))
    subject = models.ForeignKey(
        Subject, models.PROTECT, null=True, related_name="+", verbose_name=gettext_lazy("检查事项")
    )
    kind = models.CharField(
        gettext_lazy("检查类别"), max_length=12, choices=[(k, gettext_lazy(n)) for k, n in stages.KINDS.items()]
    )
    first = models.DateField()
    last = models.DateField()
    why = models.CharField(gettext_lazy("原因"), max_length=10, choices=Why)
    way = models.CharField(gettext_lazy("途径"), max_length=12)  # as Need.came_by, and edit, visit
    words = models.CharField(max_length=300)  # the sentence that was shown, in the site's language
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(db_index=True)

    objects = BlockedAttemptQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("被拦下的检查")
        ordering = ["-at", "-pk"]

    @property
    def said(self) -> str:
        """In the reader's language; in another than the site's without the visit or the number that `words` name."""
        if get_language() == settings.LANGUAGE_CODE:
            return self.words
        if self.why == self.Why.WHITELIST:
            return _(stages.SPARED.get(self.kind, self.words))
        if self.why == self.Why.CAP:
            return _("企业当年的检查已到上限，不能再安排自选检查和随机抽查。")
        return _("企业在白名单内，其他部门近期已安排检查，请与统筹部门联系并入，不另行上门。")

    @property
    def kind_name(self) -> str:
        return _(stages.KINDS[self.kind])
