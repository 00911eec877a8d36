"""What the sweep remembers of itself: when it last ran, and which rows it had to put aside."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

RUNGS = "rungs"  # in the place of a verb: the firing of a deadline's rungs failed


class Heartbeat(models.Model):
    """One row: when a sweep last came to its end. It begins with the first migration, so that silence is noticed."""

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    swept_at = models.DateTimeField(_("上次巡检"))

    def __str__(self) -> str:
        return f"{self.swept_at:%Y-%m-%d %H:%M:%S}"


class TimedFailureQuerySet(models.QuerySet["TimedFailure"]):
    def resting(self, at: datetime) -> Self:
        """Those whose rows the sweep leaves alone at `at`."""
        return self.filter(retry_at__gt=at)


class TimedFailure(models.Model):
    """A row whose rungs or timed verb failed: put aside so that it delays nobody, and tried again later.

    It ends when a try succeeds, or when the row is no longer due. `error` is the error's name and place: its text
    could quote what an administrator must not read (SEC-1).
    """

    verb = models.CharField(_("动作"), max_length=100)
    row_type = models.CharField(_("对象"), max_length=80)
    row_id = models.BigIntegerField()
    error = models.CharField(_("错误"), max_length=200)
    tries = models.PositiveSmallIntegerField(_("已试次数"), default=1)
    parked_at = models.DateTimeField(_("搁置时间"))
    retry_at = models.DateTimeField(_("下次尝试"))

    objects = TimedFailureQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("搁置")
        ordering = ["parked_at", "id"]
        constraints = [models.UniqueConstraint(fields=["verb", "row_type", "row_id"], name="timed_failure_once")]

    def __str__(self) -> str:
        return f"{self.verb} {self.row_type}:{self.row_id}"
