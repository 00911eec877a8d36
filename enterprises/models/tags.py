"""Tags 标签 of firms (ENT-6): a criterion that has a place in one of five dimensions."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..measures import in_english
from .criteria import Criterion


class TagQuerySet(models.QuerySet):
    def standing(self) -> Self:
        return self.filter(ended_at=None).select_related("criterion")


class Tag(models.Model):
    """What the criterion decides is shown on every firm it holds for; its name is the criterion's."""

    class Dimension(models.TextChoices):
        OPERATION = "operation", _("经营")
        INNOVATION = "innovation", _("创新")
        STRUCTURE = "structure", _("结构")
        QUALITY = "quality", _("质效")
        RISK = "risk", _("风险")

    criterion = models.OneToOneField(Criterion, models.PROTECT, related_name="tag", verbose_name=_("条件"))
    dimension = models.CharField(_("维度"), max_length=10, choices=Dimension.choices)
    position = models.PositiveSmallIntegerField(_("次序"), default=0)
    name_en = models.CharField(_("英文名称"), max_length=60, blank=True)
    ended_at = models.DateTimeField(_("停用时间"), null=True, blank=True)

    objects = TagQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("标签")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name_en if self.name_en and in_english() else self.criterion.name
