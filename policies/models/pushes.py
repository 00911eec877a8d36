"""What was pushed to which firm (POL-4): once for a firm and a clause's version; who has muted what."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise
from portal.people.models import User

from .claims import Round
from .policies import ClauseVersion, Support


class Pushed(models.Model):
    """A match that the firm's people and its steward were told of; written set-based, hence with bare foreign keys."""

    clause: Any = models.ForeignKey(ClauseVersion, models.PROTECT, related_name="pushes")
    enterprise: Any = models.ForeignKey(Enterprise, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    read_at = models.DateTimeField(_("阅读时间"), null=True)  # first opened by anybody of the firm
    read_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("政策推送")
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["clause", "enterprise"], name="policies_pushed_once")]
        indexes = [models.Index(fields=["enterprise", "-at"], name="policies_pushed_of_firm")]


class Reminded(models.Model):
    """A firm that fits and has not claimed was told that a round closes soon; once for a round."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="+")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "enterprise"], name="policies_reminded_once")]


class Muted(models.Model):
    """A kind of support of which somebody wants no pushes."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    support = models.CharField(max_length=10, choices=Support)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "support"], name="policies_muted_once")]
