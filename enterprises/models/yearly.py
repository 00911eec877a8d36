"""What one firm had in a year, month by month, of the few measures that the town is pictured by (ENT-13).

Taken from facts by `enterprises.yearly`, so that sums over all firms need not read a million of them.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .facts import ResourceColumn
from .firms import Enterprise


def _month() -> models.BigIntegerField:
    return models.BigIntegerField(null=True)


class FirmYear(models.Model):
    """`m1` to `m12`: the months as kept, null where nothing was said; of a yearly resource `m1` alone."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="+", db_constraint=False)
    column = models.ForeignKey(ResourceColumn, models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveSmallIntegerField()  # the last month of which something was said
    m1 = _month()
    m2 = _month()
    m3 = _month()
    m4 = _month()
    m5 = _month()
    m6 = _month()
    m7 = _month()
    m8 = _month()
    m9 = _month()
    m10 = _month()
    m11 = _month()
    m12 = _month()

    class Meta:
        verbose_name = verbose_name_plural = _("企业年度数据")
        constraints = [
            models.UniqueConstraint(fields=["column", "year", "enterprise"], name="enterprises_firmyear_once")
        ]
