"""The calendar's rows: days that differ from the week (DL-2), office hours (DL-1), and which state this is."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Origin(models.TextChoices):
    NOTICE = "notice", _("国务院通知")
    LOCAL = "local", _("本地调整")


class CalendarDay(models.Model):
    """A day that is off, or worked, against its weekday.

    For the same date a local day outranks the notices, and a later year's notice an earlier one's: it may reach back
    over the turn of the year.
    """

    date = models.DateField(_("日期"))
    working = models.BooleanField(_("是否上班"))
    name = models.CharField(_("名称"), max_length=40)
    origin = models.CharField(_("依据"), max_length=6, choices=Origin)
    year = models.PositiveSmallIntegerField(_("通知年度"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=300, blank=True)
    reason = models.CharField(_("原因"), max_length=200, blank=True)

    class Meta:
        ordering = ["date", "year"]
        constraints = [
            models.UniqueConstraint(fields=["date", "year"], nulls_distinct=False, name="calendar_day_once"),
            models.CheckConstraint(
                name="calendar_day_has_ground",
                condition=Q(origin=Origin.NOTICE, year__isnull=False)
                | (Q(origin=Origin.LOCAL, year__isnull=True) & ~Q(reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.name}"


class OfficeHours(models.Model):
    """The hours of every working day from `valid_from` on: `[["08:30", "11:30"], ["13:00", "17:00"]]`, half-open."""

    valid_from = models.DateField(_("生效日期"), unique=True)
    spans = models.JSONField(_("办公时段"))

    class Meta:
        ordering = ["valid_from"]

    def __str__(self) -> str:
        return f"{self.valid_from:%Y-%m-%d} {self.spans}"


class CalendarVersion(models.Model):
    """One row whose token changes with every change of the calendar; processes compare it with what they hold."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    token = models.UUIDField(default=uuid.uuid4)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.CheckConstraint(name="calendar_version_is_one_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self.token)
