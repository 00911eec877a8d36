"""The keys of the screens that show the board (SUP-1)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class DisplayKeyQuerySet(models.QuerySet["DisplayKey"]):
    def valid(self) -> DisplayKeyQuerySet:
        return self.filter(revoked_at=None)


class DisplayKey(models.Model):
    """What a screen in the lobby brings instead of a sign-in. Only a digest is kept of the key; it is never deleted."""

    name = models.CharField(_("屏幕名称"), max_length=40)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("生成于"), db_default=Now())
    revoked_at = models.DateTimeField(_("停用于"), null=True)
    last_seen_at = models.DateTimeField(_("上次连接"), null=True)

    objects = DisplayKeyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("督效屏")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(revoked_at=None),
                name="display_named_once",
                violation_error_message=_("已有同名的屏幕在用。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name
