"""Risk-weighted random draws 双随机, and what data comparison 智联查 settled without a visit (INS-5)."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises.criteria.naming import named
from enterprises.models import CriterionVersion, Enterprise, Industry, Place, firms_of
from portal.people.models import User
from portal.people.rights import rights_of
from portal.worktime.words import local_day

from ..draws import stages
from ..needs import stages as needs
from .agencies import OVERSEE_INSPECTIONS, Agency, Inspector, departments_of
from .needs import Need, own_agencies
from .subjects import Subject


def reads_lists_of(user: Any, at: datetime | None = None) -> Q | None:
    """The draws whose lists he reads by his office, those left out in which a firm is that he belongs to; or None."""
    if not getattr(user, "is_authenticated", False):
        return None
    rights = rights_of(user, at)
    if rights.is_outside or not (rights.has(*OVERSEE_INSPECTIONS) or departments_of(rights)):
        return None
    own = DrawRow.objects.filter(enterprise__in=firms_of(user, at)).order_by().values("draw")
    elsewhere = ~Q(pk__in=own)
    return elsewhere if rights.has(*OVERSEE_INSPECTIONS) else elsewhere & own_agencies(user, at)


class DrawQuerySet(models.QuerySet["Draw"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """Draws are public (双随机一公开), without their lists; one for unannounced checks once these are over, for
        who reads it before is the agency, the agency that keeps plans, or oversees the town.
        """
        public = Q(unannounced=False) | Q(pk__in=Draw.objects.over().order_by().values("pk"))
        more = reads_lists_of(user, at)
        return self.filter(public) if more is None else self.filter(public | more)

    def with_names_for(self, user: Any, at: datetime | None = None) -> Self:
        """Those of which he reads which firms are in them; never where a firm of his own is."""
        more = reads_lists_of(user, at)
        return self.none() if more is None else self.filter(more)

    def over(self) -> Self:
        """Ended, and no check that came of it is still to be made: from now on its list is public, without names."""
        waiting = DrawRow.needs.through.objects.filter(drawrow__draw=OuterRef("pk"), need__status__in=needs.WAITING)
        return self.filter(~Exists(waiting), status__in=stages.ENDED)


class Draw(models.Model):
    """One draw of firms and inspectors; moved by `inspections.draws.flow` alone, its list never changes."""

    number = models.CharField(gettext_lazy("编号"), max_length=20, unique=True)  # CQ-20261121-0007
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # of the form: sent twice it is one draw
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="draws", verbose_name=gettext_lazy("执法部门"))
    title = models.CharField(gettext_lazy("名称"), max_length=80)
    subjects = models.ManyToManyField(Subject, related_name="draws", verbose_name=gettext_lazy("检查事项"))
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+", verbose_name=gettext_lazy("范围"))
    industry = models.ForeignKey(Industry, models.PROTECT, null=True, related_name="+")
    basis = models.CharField(gettext_lazy("依据"), max_length=500)
    ordered_by = models.CharField(gettext_lazy("上级部署文件"), max_length=200, blank=True)
    first = models.DateField(gettext_lazy("最早日期"))
    last = models.DateField(gettext_lazy("最晚日期"))
    take = models.PositiveIntegerField(gettext_lazy("抽取户数"))
    unannounced = models.BooleanField(default=False)  # of any of its subjects
    formula = models.CharField(gettext_lazy("权重公式"), max_length=20)  # its version, `draws.formula`
    source = models.CharField(gettext_lazy("公共随机数的来源"), max_length=200)  # announced while nobody knows it
    known_on = models.DateField(gettext_lazy("公共随机数产生日期"), null=True)  # null: fixed before this was asked for
    population = models.PositiveIntegerField(gettext_lazy("名单户数"))
    # SHA-256 of the secret, and of the list: both stand before `text` is known. See docs/guide/draws.md.
    secret = models.CharField(max_length=64)
    commitment = models.CharField(gettext_lazy("平台随机数的摘要"), max_length=64)
    digest = models.CharField(gettext_lazy("名单的摘要"), max_length=64)
    text = models.CharField(gettext_lazy("公共随机数"), max_length=200, blank=True)
    seed = models.CharField(gettext_lazy("种子"), max_length=64, blank=True)
    status = models.CharField(max_length=10, choices=[(s, gettext_lazy(n)) for s, n in stages.STATUSES.items()])
    frozen_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    frozen_at = models.DateTimeField()
    drawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    drawn_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    dropped_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    dropped_at = models.DateTimeField(null=True)
    dropped_for = models.CharField(gettext_lazy("作废原因"), max_length=300, blank=True)

    objects = DrawQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("随机抽查")
        ordering = ["-frozen_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=list(stages.STATUSES)), name="inspections_draw_status_known"),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="inspections_draw_window_is_a_span"),
            models.CheckConstraint(
                condition=Q(take__gte=1, take__lte=F("population")), name="inspections_draw_takes_some_of_its_list"
            ),
            models.CheckConstraint(
                condition=Q(status=stages.FROZEN, seed="")
                | (Q(status__in=list(stages.WITH_RESULT)) & ~Q(seed="") & ~Q(text=""))
                | Q(status=stages.DROPPED),
                name="inspections_draw_drawn_has_a_seed",
            ),
            models.CheckConstraint(
                condition=~Q(status=stages.DROPPED) | ~Q(dropped_for=""), name="inspections_draw_dropped_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("draws:draw", args=[self.number])

    @property
    def status_name(self) -> str:
        return _(stages.STATUSES[self.status])

    @property
    def opens_on(self) -> date | None:
        """The first day on which it may be drawn: the announced one is over, so the number is in the world."""
        return self.known_on + timedelta(days=1) if self.known_on else None

    def waits_for_its_number(self, at: datetime) -> bool:
        return self.opens_on is not None and local_day(at) < self.opens_on


class DrawRow(models.Model):
    """One firm of a draw's list, with the weight it had when the list was fixed, and what came of it."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="rows")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+")
    handle = models.CharField(max_length=64)  # SHA-256 of salt and code: names nobody, and binds the row to the firm
    salt = models.CharField(max_length=32)
    weight = models.PositiveSmallIntegerField(gettext_lazy("权重"))
    points = models.JSONField(default=dict)  # by rule of the formula
    subjects = ArrayField(models.PositiveBigIntegerField())  # those of the draw's that concern it
    lot = models.CharField(max_length=64, blank=True)  # its smallest, as hexadecimal digits
    rank = models.PositiveIntegerField(gettext_lazy("名次"), null=True)  # 1 … `take` are drawn
    team = models.PositiveSmallIntegerField(gettext_lazy("检查组"), null=True)
    needs = models.ManyToManyField(Need, related_name="drawn_in")
    skipped = models.CharField(max_length=300, blank=True)  # why confirming made no need of it

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("抽查名单")
        ordering = ["draw", "handle"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "enterprise"], name="inspections_drawrow_firm_once"),
            models.UniqueConstraint(fields=["draw", "handle"], name="inspections_drawrow_handle_once"),
            models.UniqueConstraint(fields=["draw", "rank"], name="inspections_drawrow_rank_once"),
            models.CheckConstraint(condition=Q(weight__gte=1), name="inspections_drawrow_weighs_something"),
        ]


class DrawExclusion(models.Model):
    """A firm that the subjects concern and the draw left out, with the reason (INS-2)."""

    class Why(models.TextChoices):
        WHITELIST = "whitelist", gettext_lazy("白名单企业")
        CAP = "cap", gettext_lazy("已到年度检查上限")
        MULTI_HEAD = "multi_head", gettext_lazy("多头检查")
        WAITING = "waiting", gettext_lazy("同一事项已有待办的检查需求")

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="exclusions")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+")
    why = models.CharField(gettext_lazy("原因"), max_length=10, choices=Why)

    class Meta:
        ordering = ["draw", "why", "pk"]
        constraints = [models.UniqueConstraint(fields=["draw", "enterprise"], name="inspections_exclusion_once")]


class DrawInspector(models.Model):
    """One inspector of a draw's list; two or more make a team."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="inspectors")
    inspector = models.ForeignKey(Inspector, models.PROTECT, related_name="+")
    handle = models.CharField(max_length=64)  # SHA-256 of salt and certificate number
    salt = models.CharField(max_length=32)
    skills = ArrayField(models.CharField(max_length=30))
    lot = models.CharField(max_length=64, blank=True)
    team = models.PositiveSmallIntegerField(gettext_lazy("检查组"), null=True)

    class Meta:
        ordering = ["draw", "team", "lot"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "inspector"], name="inspections_drawinspector_once"),
        ]


class SettlementQuerySet(models.QuerySet["Settlement"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """Who reads the need, and the firm what it was told of."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        seen = Need.objects.visible_to(user, at).order_by().values("pk")
        return self.filter(Q(need__in=seen) | Q(told=True, need__enterprise__in=firms_of(user, at)))


class Settlement(models.Model):
    """Why a need was settled by comparing data, without a visit: the criterion's lines with what was seen."""

    need = models.OneToOneField(Need, models.PROTECT, related_name="settlement")
    criterion = models.ForeignKey(CriterionVersion, models.PROTECT, related_name="+")
    lines = models.JSONField(default=list)  # [depth, words]
    told = models.BooleanField(default=True)  # of an unannounced check the firm isn't told
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    objects = SettlementQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("非现场办结")
        ordering = ["-at", "-pk"]

    def get_absolute_url(self) -> str:
        return reverse("draws:settled", args=[self.need.number])

    @property
    def said(self) -> str:
        """In the reader's language, with the condition's name."""
        [condition] = named([self.criterion.criterion])
        return _("数据比对符合“%(name)s”，不再上门检查。") % {"name": condition.called}
