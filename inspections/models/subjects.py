"""What is checked: subjects 检查事项 with basis and frequency, and the checklist of each (INS-3, INS-6)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from enterprises.models import Criterion

from .agencies import Agency, Skill


class Parts(models.IntegerChoices):
    """How much of a team's day a check takes, in quarters; these sizes fill days without gaps."""

    QUARTER = 1, gettext_lazy("四分之一天")
    HALF = 2, gettext_lazy("半天")
    WHOLE = 4, gettext_lazy("一天")


class Subject(models.Model):
    """One subject of inspection of one agency: what it is founded on, whom it concerns, how often."""

    class Method(models.TextChoices):
        ON_SITE = "on_site", gettext_lazy("现场检查")
        ON_PAPER = "on_paper", gettext_lazy("书面检查")  # papers are asked for; nobody goes there
        BY_DATA = "by_data", gettext_lazy("数据比对")  # settled by comparison where the data suffice (INS-5)

    code = models.SlugField(gettext_lazy("编号"), max_length=30, unique=True)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="subjects", verbose_name=gettext_lazy("执法部门"))
    name = models.CharField(gettext_lazy("检查事项"), max_length=120)
    item = models.CharField(gettext_lazy("检查子项"), max_length=120, blank=True)
    basis = models.TextField(gettext_lazy("检查依据"), max_length=2000)
    object = models.CharField(gettext_lazy("检查对象"), max_length=300, blank=True)
    method = models.CharField(gettext_lazy("检查方式"), max_length=10, choices=Method, default=Method.ON_SITE)
    frequency = models.CharField(gettext_lazy("检查频次"), max_length=200, blank=True)  # in the source's words
    per_year = models.PositiveSmallIntegerField(gettext_lazy("每户每年（次）"), null=True, blank=True)
    share = models.DecimalField(gettext_lazy("抽查比例"), max_digits=5, decimal_places=4, null=True, blank=True)
    parts = models.PositiveSmallIntegerField(gettext_lazy("用时"), choices=Parts, default=Parts.QUARTER)
    skill = models.ForeignKey(Skill, models.PROTECT, null=True, blank=True, verbose_name=gettext_lazy("需要的资质"))
    # Whom it concerns; none: the officer chooses. What settles it without a visit; none: nothing does.
    concerns = models.ForeignKey(Criterion, models.PROTECT, null=True, blank=True, related_name="+")
    settled_by = models.ForeignKey(Criterion, models.PROTECT, null=True, blank=True, related_name="+")
    unannounced = models.BooleanField(gettext_lazy("不事先告知"), default=False)  # e.g. 飞行检查
    source = models.CharField(gettext_lazy("出处"), max_length=200, blank=True)
    active = models.BooleanField(gettext_lazy("在用"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("检查事项")
        ordering = ["agency", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(parts__in=[1, 2, 4]), name="inspections_subject_parts_pack"),
            models.CheckConstraint(
                condition=Q(share=None) | Q(share__gt=0, share__lte=1), name="inspections_subject_share_is_a_share"
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="inspections_subject_has_a_basis"),
        ]

    def __str__(self) -> str:
        return self.item or self.name


class ChecklistItem(models.Model):
    """One point of a subject's checklist; a point that is changed is a new row, so that old records keep theirs."""

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="checklist")
    number = models.PositiveSmallIntegerField()
    text = models.CharField(gettext_lazy("检查内容"), max_length=300)
    basis = models.CharField(gettext_lazy("依据条款"), max_length=200, blank=True)
    minor = models.BooleanField(gettext_lazy("适用首违不罚"), default=False)  # a first minor offence may be warned
    points = models.PositiveSmallIntegerField(gettext_lazy("扣分"), default=0)  # inclusive-enforcement points
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("检查清单")
        ordering = ["subject", "number", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "number"], condition=Q(ended_at=None), name="inspections_checklist_number_once"
            )
        ]

    def __str__(self) -> str:
        return self.text
