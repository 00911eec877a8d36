"""The SLA tables and the ladders: data that an administrator edits, versioned by the day they begin to hold."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.deadlines.obligations import ObligorKind
from portal.worktime.limits import Limit, LimitKind


class RuleKind(models.TextChoices):
    """What a rule of the SLA table says: an amount, or where the limit comes from."""

    WORKING_DAYS = LimitKind.WORKING_DAYS.value, _("工作日")
    WORKING_MINUTES = LimitKind.WORKING_MINUTES.value, _("工作分钟")
    CALENDAR_DAYS = LimitKind.CALENDAR_DAYS.value, _("自然日")
    STATUTORY = "statutory", _("法定时限")  # the service item's own; `amount` working days where it names none
    BY_DATE = "by_date", _("指定日期")  # whoever decides the matter names the day
    BEFORE_LEAD = "before_lead", _("主办到期前工作日")  # `amount` working days before the lead's due time
    MONTHLY = "monthly", _("每月第一个工作日")  # the first working day of every following month
    TIMES = "times", _("次")  # how often something may be done; no time at all


class SlaTable(models.Model):
    """One procedure's time limits; exactly one is the default, others are chosen by `SlaChoice`."""

    code = models.SlugField(_("代码"), max_length=20, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    source = models.CharField(_("依据"), max_length=200, blank=True)
    is_default = models.BooleanField(_("默认"), default=False)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="one_default_sla_table")
        ]

    def __str__(self) -> str:
        return self.name


class SlaChoice(models.Model):
    """Which table holds for a category or complexity from a day on; blank fits any."""

    table = models.ForeignKey(SlaTable, on_delete=models.PROTECT, related_name="choices")
    category = models.CharField(_("类别"), max_length=40, blank=True)
    complexity = models.CharField(_("复杂程度"), max_length=20, blank=True)
    valid_from = models.DateField(_("生效日期"))

    class Meta:
        ordering = ["-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["category", "complexity", "valid_from"], name="sla_choice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.category}/{self.complexity} → {self.table}"


class SlaRule(models.Model):
    """One limit of a table, from `valid_from` on; a later row replaces it for clocks that start later.

    Blank `kind` and `complexity` fit any; the more specific rule wins, kind before complexity.
    """

    table = models.ForeignKey(SlaTable, on_delete=models.PROTECT, related_name="rules")
    reference = models.CharField(_("条款"), max_length=20)
    obligation = models.CharField(_("事项"), max_length=30)
    kind = models.CharField(_("诉求类型"), max_length=20, blank=True)
    complexity = models.CharField(_("复杂程度"), max_length=20, blank=True)
    limit_kind = models.CharField(_("计算方式"), max_length=20, choices=RuleKind)
    amount = models.PositiveSmallIntegerField(_("数值"), null=True, blank=True)
    valid_from = models.DateField(_("生效日期"))
    source = models.CharField(_("依据"), max_length=200, blank=True)

    class Meta:
        ordering = ["table", "obligation", "kind", "complexity", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["table", "obligation", "kind", "complexity", "valid_from"], name="sla_rule_once"
            ),
            models.CheckConstraint(
                name="sla_rule_amount",
                condition=Q(limit_kind__in=[RuleKind.BY_DATE, RuleKind.MONTHLY], amount__isnull=True)
                | Q(
                    limit_kind__in=[
                        RuleKind.WORKING_DAYS,
                        RuleKind.WORKING_MINUTES,
                        RuleKind.CALENDAR_DAYS,
                        RuleKind.STATUTORY,
                        RuleKind.BEFORE_LEAD,
                        RuleKind.TIMES,
                    ],
                    amount__isnull=False,  # a comparison with null would let the row pass
                    amount__gte=1,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.obligation} {self.amount or ''} {self.get_limit_kind_display()}"

    @property
    def limit(self) -> Limit | None:
        """The limit, where the rule alone determines it."""
        match self.limit_kind:
            case RuleKind.WORKING_DAYS | RuleKind.WORKING_MINUTES | RuleKind.CALENDAR_DAYS:
                return Limit(LimitKind(self.limit_kind), self.amount)
            case RuleKind.STATUTORY:
                return Limit(LimitKind.WORKING_DAYS, self.amount)
        return None


class LadderRung(models.Model):
    """One step of a ladder (DL-4): when it is reached, and who hears of it."""

    class Anchor(models.TextChoices):
        NEAR = "near", _("临期")
        DUE = "due", _("到期")
        AFTER = "after", _("超期后")

    obligor_kind = models.CharField(_("责任方"), max_length=12, choices=ObligorKind)
    number = models.PositiveSmallIntegerField(_("级"))
    anchor = models.CharField(_("时点"), max_length=5, choices=Anchor)
    working_days = models.PositiveSmallIntegerField(_("超期工作日"), default=0)
    tells = ArrayField(models.CharField(max_length=20), verbose_name=_("提醒对象"))

    class Meta:
        ordering = ["obligor_kind", "number"]
        constraints = [
            models.UniqueConstraint(fields=["obligor_kind", "number"], name="ladder_rung_once"),
            models.CheckConstraint(name="ladder_rung_begins_at_one", condition=Q(number__gte=1)),
            models.CheckConstraint(
                name="ladder_rung_days",
                condition=Q(anchor="after", working_days__gte=1) | Q(anchor__in=["near", "due"], working_days=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.obligor_kind} {self.number}: {self.anchor} +{self.working_days}"


class TablesVersion(models.Model):
    """One row whose token a trigger changes with every change of the tables above, whoever makes it and however.

    Processes compare it with what they hold (`deadlines.held`).
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    token = models.UUIDField(default=uuid.uuid4)

    class Meta:
        constraints = [models.CheckConstraint(name="tables_version_is_one_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self.token)
