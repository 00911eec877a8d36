"""Criteria over attributes (ENT-5), their versions, and which firms they hold for."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.people.models import User
from portal.people.rights import rights_of
from portal.people.roles import Role

from .firms import Enterprise

WRITES_CRITERIA = (Role.POLICY_OFFICER, Role.DATA_OFFICER, Role.TRIAGER)
READS_CRITERIA = (*WRITES_CRITERIA, Role.SUPERVISOR, Role.LEADER)


class CriterionQuerySet(models.QuerySet):
    def visible_to(self, user: User | AnonymousUser, at: datetime | None = None) -> Self:
        """SEC-1: who writes criteria or oversees the town reads them all; others meet them where they are used."""
        if user.is_authenticated and rights_of(user, at).has(*READS_CRITERIA):
            return self.all()
        return self.none()

    def standing(self) -> Self:
        return self.filter(retired_at=None)


class Criterion(models.Model):
    """A condition with a name; what it says is its current version."""

    english = ""  # what it is called in English, where `criteria.naming` was asked

    code = models.SlugField(_("编号"), max_length=60, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    source = models.CharField(_("依据"), max_length=200, blank=True)
    keeps_almost = models.BooleanField(_("同时保存差一点的企业"), default=True)
    current = models.OneToOneField(
        "CriterionVersion", models.PROTECT, null=True, related_name="+", verbose_name=_("现行版本")
    )
    # The first day on which an outcome may change though nothing but time has passed; null: never.
    flips_on = models.DateField(_("随时间变化的日期"), null=True, blank=True, db_index=True)
    evaluated_at = models.DateTimeField(_("上次计算"), null=True, blank=True)
    retired_at = models.DateTimeField(_("停用时间"), null=True, blank=True)

    objects = CriterionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("条件")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def called(self) -> str:
        return self.english or self.name


class CriterionVersion(models.Model):
    """What a criterion said from `at` until the next version; never changed."""

    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="versions", verbose_name=_("条件"))
    number = models.PositiveIntegerField(_("版本"))
    tree = models.JSONField(_("内容"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("修改人")
    )
    at = models.DateTimeField(_("修改时间"))
    note = models.CharField(_("修改说明"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("条件版本")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["criterion", "number"], name="enterprises_criterionversion_once")
        ]


class Outcome(models.Model):
    """One firm's outcome of one criterion; a firm without a row is a plain no.

    Computed, therefore without foreign keys in the database (each would be asked again for millions of rows that were
    made out of the very table); firms and criteria are never deleted.
    """

    class Is(models.IntegerChoices):
        YES = 1, _("符合")
        ALMOST = 2, _("差一点")
        UNKNOWN = 3, _("待补充")

    pk = models.CompositePrimaryKey("criterion_id", "enterprise_id")
    criterion: Any = models.ForeignKey(
        Criterion, models.DO_NOTHING, related_name="outcomes", db_constraint=False, db_index=False
    )
    enterprise: Any = models.ForeignKey(
        Enterprise, models.DO_NOTHING, related_name="outcomes", db_constraint=False, db_index=False
    )
    outcome = models.PositiveSmallIntegerField(choices=Is.choices)
    flips_on = models.DateField(null=True)  # the next day on which it may change by the passing of time
    # What would have to change: the attribute's slot and its new value as it is kept; slot 0: waiting until that day.
    slot = models.PositiveSmallIntegerField(null=True)
    target = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("条件结果")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome=2, slot__isnull=False, target__isnull=False) | Q(slot=None, target=None),
                name="enterprises_outcome_almost_names_change",
            )
        ]
