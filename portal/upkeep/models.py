"""What the administrator sets about the upkeep of the portal."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class RetentionPeriod(models.Model):
    """For how many days a rule of `retention.rules` keeps what it is about, where that is not what the rule says."""

    code = models.SlugField(_("编号"), max_length=30, unique=True)
    days = models.PositiveIntegerField(_("保留天数"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("修改人"))
    at = models.DateTimeField(_("修改时间"), db_default=Now())

    class Meta:
        verbose_name = verbose_name_plural = _("保留期限")
        constraints = [models.CheckConstraint(condition=models.Q(days__gte=1), name="upkeep_retention_a_day_at_least")]

    def __str__(self) -> str:
        return self.code
