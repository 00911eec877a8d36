"""What the lines deliver about firms (ENT-2, ENT-3): resources described as data, facts, and where each came from.

A fact is one row of a resource about one firm: for a month, quarter or year (`period` its first day), as at a day
(`period` that day), or one item of a register (`period` null, told apart by `item`). Its values lie in one array by
the places of the resource's columns, kept as `enterprises.measures` says, null where nothing was said; beside it, by
the same places, the deliveries they came with. So every single value knows who said it, how and when.
"""

from decimal import Decimal
from functools import cached_property

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.api.models import LineSystem
from portal.people.models import Department

from ..measures import Kind, Measure, choices_of, in_english
from .firms import Enterprise


class Line(models.Model):
    """A line 条线: an agency that delivers facts; the data officers of its department act for it."""

    code = models.SlugField(_("编号"), max_length=30, unique=True)
    name = models.CharField(_("名称"), max_length=30, unique=True)
    name_en = models.CharField(_("英文名称"), max_length=60, blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="lines", verbose_name=_("所在部门")
    )
    systems = models.ManyToManyField(LineSystem, blank=True, related_name="data_lines", verbose_name=_("接入系统"))

    class Meta:
        verbose_name = verbose_name_plural = _("条线")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name_en if self.name_en and in_english() else self.name


class Resource(models.Model):
    """What one line delivers, described once (ENT-2).

    `complete`: a register of all firms concerned, so that absence is a no. `due_days`: how long after the end of a
    period, or after the last delivery, the next one may take before what is known counts as stale.
    """

    class Per(models.TextChoices):
        MONTH = "month", _("按月")
        QUARTER = "quarter", _("按季")
        YEAR = "year", _("按年")
        DAY = "day", _("截至某日")
        REGISTER = "register", _("登记册")

    code = models.SlugField(_("编号"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=40, unique=True)
    name_en = models.CharField(_("英文名称"), max_length=60, blank=True)
    line = models.ForeignKey(Line, models.PROTECT, related_name="resources", verbose_name=_("主管条线"))
    suppliers = models.ManyToManyField(Line, blank=True, related_name="supplied", verbose_name=_("其他来源条线"))
    per = models.CharField(_("周期"), max_length=10, choices=Per.choices)
    item = models.CharField(_("每条记录以此区分"), max_length=30, blank=True)
    item_en = models.CharField(_("区分项英文名称"), max_length=60, blank=True)
    sensitivity = models.CharField(
        _("敏感程度"),
        max_length=10,
        choices=[("open", _("公开")), ("line", _("条线")), ("closed", _("不公开"))],  # enterprises.measures.Sensitivity
    )
    complete = models.BooleanField(_("登记完整"), default=False)
    due_days = models.PositiveSmallIntegerField(_("更新期限(天)"))
    retired_at = models.DateTimeField(_("停用时间"), null=True, blank=True)
    revision = models.BigIntegerField(default=0)  # rises whenever its facts may change: previews know they are old

    class Meta:
        verbose_name = verbose_name_plural = _("数据资源")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(per="register") | ~Q(item=""), name="enterprises_resource_register_has_items"
            )
        ]

    def __str__(self) -> str:
        return self.name_en if self.name_en and in_english() else self.name

    @property
    def item_name(self) -> str:
        return self.item_en if self.item_en and in_english() else self.item


class ResourceColumn(models.Model):
    """One measure of a resource; `place` (from 1) is where facts keep it and is never changed or reused."""

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="columns", verbose_name=_("数据资源"))
    place = models.PositiveSmallIntegerField()
    code = models.SlugField(_("编号"), max_length=40)
    name = models.CharField(_("名称"), max_length=40)
    name_en = models.CharField(_("英文名称"), max_length=60, blank=True)
    kind = models.CharField(_("类型"), max_length=10, choices=[(kind.value, kind.value) for kind in Kind])
    unit = models.CharField(_("单位"), max_length=20, blank=True)
    scale = models.PositiveSmallIntegerField(_("保留小数"), default=0)
    display = models.CharField(_("显示单位"), max_length=20, blank=True)
    factor = models.DecimalField(_("显示单位折合"), max_digits=16, decimal_places=6, default=1)
    decimals = models.PositiveSmallIntegerField(_("显示小数"), default=0)
    minimum = models.DecimalField(_("最小值"), max_digits=20, decimal_places=6, null=True, blank=True)
    required = models.BooleanField(_("必填"), default=False)
    choices = models.TextField(_("选项"), blank=True)  # code:name:English|…, in rising order

    class Meta:
        verbose_name = verbose_name_plural = _("数据项")
        ordering = ["resource", "place"]
        constraints = [
            models.UniqueConstraint(fields=["resource", "place"], name="enterprises_resourcecolumn_place_once"),
            models.UniqueConstraint(fields=["resource", "code"], name="enterprises_resourcecolumn_code_once"),
            models.CheckConstraint(condition=Q(place__gte=1), name="enterprises_resourcecolumn_place_from_one"),
        ]

    def __str__(self) -> str:
        return str(self.measure)

    @cached_property
    def measure(self) -> Measure:
        return Measure(
            code=self.code,
            name=self.name,
            name_en=self.name_en,
            kind=Kind(self.kind),
            unit=self.unit,
            scale=self.scale,
            display=self.display,
            factor=Decimal(self.factor).normalize(),
            decimals=self.decimals,
            minimum=None if self.minimum is None else Decimal(self.minimum),
            choices=choices_of(self.choices),
        )


class Delivery(models.Model):
    """One act by which facts came in or changed; `line` is whose word it is, empty for the firm's own."""

    class Way(models.TextChoices):
        FILE = "file", _("文件导入")
        API = "api", _("接口推送")
        VISIT = "visit", _("走访更正")
        RULING = "ruling", _("冲突裁定")
        FIRM = "firm", _("企业申报")
        CHECK = "check", _("检查记录")

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="deliveries", verbose_name=_("数据资源"))
    line = models.ForeignKey(
        Line, models.PROTECT, null=True, blank=True, related_name="deliveries", verbose_name=_("来源条线")
    )
    way = models.CharField(_("方式"), max_length=10, choices=Way.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("经办人"))
    at = models.DateTimeField(_("时间"), db_default=Now())
    undone_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    new = models.PositiveIntegerField(_("新增"), default=0)
    changed = models.PositiveIntegerField(_("变更"), default=0)
    unchanged = models.PositiveIntegerField(_("不变"), default=0)
    conflicting = models.PositiveIntegerField(_("冲突"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("数据批次")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["resource", "-at"], name="enterprises_delivery_latest")]


class Fact(models.Model):
    """One row about one firm; see the module's text for `period`, `item`, `values` and `deliveries`.

    `delivery` is the one that brought the row, which may say nothing more than that there is one.
    The database does not check the foreign keys row by row, which costs as much as writing the rows: `facts.writing`
    locks the resource and the firms of a delivery first, so that neither can go meanwhile.
    """

    resource = models.ForeignKey(
        Resource, models.PROTECT, related_name="facts", verbose_name=_("数据资源"), db_index=False, db_constraint=False
    )
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="facts", verbose_name=_("企业"), db_index=False, db_constraint=False
    )
    delivery = models.BigIntegerField(default=0)
    period = models.DateField(_("所属期"), null=True, blank=True)
    item = models.CharField(_("区分项"), max_length=80, blank=True)
    values = ArrayField(models.BigIntegerField(null=True))
    deliveries = ArrayField(models.BigIntegerField(null=True))

    class Meta:
        verbose_name = verbose_name_plural = _("数据")
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "resource", "period", "item"], name="enterprises_fact_once", nulls_distinct=False
            )
        ]
        indexes = [models.Index(fields=["resource", "period"], name="enterprises_fact_of_period")]


class FormerFact(models.Model):
    """What a fact said before `delivery` changed it: its history, and the way back."""

    fact = models.ForeignKey(Fact, models.CASCADE, related_name="former", verbose_name=_("数据"), db_index=False)
    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="replaced", verbose_name=_("被此批次更新"))
    values = ArrayField(models.BigIntegerField(null=True))
    deliveries = ArrayField(models.BigIntegerField(null=True))

    class Meta:
        verbose_name = verbose_name_plural = _("数据旧值")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["fact", "delivery"], name="enterprises_formerfact_once")]
