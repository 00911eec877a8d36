"""The abstract deadline that other apps make concrete, with its pauses, firings and commitments.

A concrete deadline has a foreign key `subject` with `related_name="deadlines"`; its pauses, firings and commitments
have a foreign key `deadline` with `related_name` "pauses", "firings" and "commitments". All times are stored in UTC.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.deadlines.models.tables import SlaRule
from portal.deadlines.obligations import ASIDE, LABELS, SEVERAL, ObligorKind
from portal.worktime.limits import Limit, LimitKind
from portal.worktime.limits import Pause as Stretch

OPEN = Q(met_at__isnull=True, cancelled_at__isnull=True)


class CountedIn(models.TextChoices):
    """How a stored limit is counted (DL-1)."""

    WORKING_DAYS = LimitKind.WORKING_DAYS.value, _("工作日")
    WORKING_MINUTES = LimitKind.WORKING_MINUTES.value, _("工作分钟")
    CALENDAR_DAYS = LimitKind.CALENDAR_DAYS.value, _("自然日")
    UNTIL = LimitKind.UNTIL.value, _("固定时间")
    BEFORE = LimitKind.BEFORE.value, _("另一时限前工作日")
    ON = LimitKind.ON.value, _("某日或其后第一个工作日")


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    """The field's words for sets of deadlines."""

    def open(self) -> Self:
        """Neither met nor cancelled; paused ones too."""
        return self.filter(OPEN)

    def with_units(self) -> Self:
        """As pages show them: the earliest first, with the names of those who owe."""
        return self.select_related("department").order_by("due_at")

    def running(self) -> Self:
        return self.filter(OPEN, paused_at__isnull=True)

    def overdue(self, at: datetime) -> Self:
        """Running and past due: red (DL-3)."""
        return self.running().filter(due_at__lt=at)

    def lapsing(self, at: datetime) -> Self:
        """Overdue, and what then happens by itself has not been done yet (`deadlines.timed`)."""
        return self.overdue(at).filter(lapsed_at__isnull=True)

    def late(self, at: datetime) -> Self:
        """Overdue, and so making the subject late. Of a firm only reminders come (DL-4): its limits never do."""
        return self.overdue(at).exclude(obligor_kind=ObligorKind.ENTERPRISE).exclude(obligation__in=ASIDE)

    def near(self, at: datetime) -> Self:
        """Running, close to due and not past it: yellow (DL-3)."""
        return self.running().filter(near_at__lte=at, due_at__gte=at)

    def met_on_time(self) -> Self:
        return self.filter(met_at__lte=F("due_at"))

    def met_late(self) -> Self:
        return self.filter(met_at__gt=F("due_at"))

    def owed_by(self, department: models.Model | int) -> Self:
        return self.filter(department=department)


class Deadline(models.Model):
    """One obligation of one obligor for one subject, and the time it has.

    The facts are start, limit, extension and pauses; `due_at`, `near_at` and `rung_times` are replayed from them, so
    that they can be computed again and explained. On time is `met_at <= due_at`. Only `flow.py` writes these rows.
    """

    obligation = models.CharField(_("事项"), max_length=30)
    obligor_kind = models.CharField(_("责任方"), max_length=12, choices=ObligorKind)
    department = models.ForeignKey(
        "people.Department", null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("责任单位")
    )
    # Without their own indexes: the sweep writes a new entry into each index of every row that it advances.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        db_index=False,
        verbose_name=_("责任人"),
    )
    started_at = models.DateTimeField(_("起算时间"))
    limit_kind = models.CharField(_("计算方式"), max_length=20, choices=CountedIn)
    limit_amount = models.PositiveSmallIntegerField(_("数值"), null=True, blank=True)  # after hastening
    limit_until = models.DateTimeField(_("固定时间"), null=True, blank=True)
    rule = models.ForeignKey(
        SlaRule, null=True, blank=True, on_delete=models.PROTECT, db_index=False, verbose_name=_("依据")
    )
    hastened = models.PositiveSmallIntegerField(_("紧急除数"), default=1)
    extended_at = models.DateTimeField(_("延期批准时间"), null=True, blank=True)
    extended_to = models.DateTimeField(_("延期至"), null=True, blank=True)
    due_at = models.DateTimeField(_("到期时间"))
    provisional = models.BooleanField(_("暂定"), default=False)
    near_at = models.DateTimeField(_("转黄时间"))
    paused_at = models.DateTimeField(_("暂停时间"), null=True, blank=True)
    met_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("取消时间"), null=True, blank=True)
    cycle = models.PositiveSmallIntegerField(_("轮次"), default=0)  # rises when a verb moves the due time
    rung_times = ArrayField(models.DateTimeField(), verbose_name=_("各级时间"), default=list)
    next_rung = models.PositiveSmallIntegerField(_("下一级"), default=1)  # counted from 1, as PostgreSQL's arrays are
    next_rung_at = models.DateTimeField(_("下一级时间"), null=True, blank=True)
    lapsed_at = models.DateTimeField(_("到期处置时间"), null=True, blank=True)  # its timed verb was done, in this cycle

    objects = DeadlineQuerySet.as_manager()
    FOR_CONDITIONS: tuple[str, ...] = ("subject",)  # what `conditions` needs to be read along
    HANGING: Mapping[str, Collection[str]] = {}  # counted back from which others of the subject (`anchors`)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "obligation", "department"],
                condition=OPEN & ~Q(obligation__in=SEVERAL),
                nulls_distinct=False,
                name="%(class)s_one_open",
            ),
            models.CheckConstraint(
                name="%(class)s_limit",
                condition=Q(limit_kind__in=["until", "on"], limit_until__isnull=False, limit_amount__isnull=True)
                | (
                    Q(limit_kind="before", limit_until__isnull=False)
                    & Q(limit_amount__isnull=False, limit_amount__gte=1)
                )
                | (
                    ~Q(limit_kind__in=["until", "on", "before"])
                    & Q(limit_until__isnull=True, limit_amount__isnull=False, limit_amount__gte=1)
                ),
            ),
            models.CheckConstraint(
                name="%(class)s_met_or_cancelled", condition=Q(met_at__isnull=True) | Q(cancelled_at__isnull=True)
            ),
            models.CheckConstraint(
                name="%(class)s_extension",
                condition=Q(extended_at__isnull=True, extended_to__isnull=True)
                | Q(extended_at__isnull=False, extended_to__isnull=False),
            ),
            models.CheckConstraint(
                name="%(class)s_department_known",
                condition=~Q(obligor_kind="department") | Q(department__isnull=False),
            ),
            # Only a running clock climbs its ladder: the sweep looks at next_rung_at alone.
            models.CheckConstraint(
                name="%(class)s_climbs_while_running",
                condition=Q(next_rung_at__isnull=True) | (OPEN & Q(paused_at__isnull=True)),
            ),
            models.CheckConstraint(name="%(class)s_paused_while_open", condition=Q(paused_at__isnull=True) | OPEN),
        ]
        indexes = [
            models.Index(fields=["next_rung_at"], condition=Q(next_rung_at__isnull=False), name="%(class)s_rung"),
            models.Index(fields=["due_at"], condition=OPEN, name="%(class)s_open"),
            models.Index(fields=["user"], condition=Q(user__isnull=False), name="%(class)s_user"),
            # For the timed verbs: the long overdue ones whose verb was done must not be read again every 20 seconds.
            models.Index(
                fields=["obligation", "due_at"],
                condition=OPEN & Q(lapsed_at__isnull=True),
                name="%(class)s_lapsing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.obligation} {self.due_at:%Y-%m-%d %H:%M}"

    @property
    def limit(self) -> Limit:
        """The limit the clock runs by, urgency counted in."""
        return Limit(LimitKind(self.limit_kind), self.limit_amount, self.limit_until)

    def conditions(self) -> Mapping[str, str]:
        """What decides which SLA rule would hold for it now (`rules.rule_under`); each room tells its own."""
        return {}

    @classmethod
    def anchors(cls, deadlines: Sequence[Any], dues: Mapping[int, datetime]) -> dict[int, datetime]:
        """By key, of each of these which is counted back from another clock, when that one is due by now (SLA-16).

        `dues` are due times by key that are not saved yet. What does not hang on any other clock is left out.
        """
        return {}

    @property
    def is_open(self) -> bool:
        return self.met_at is None and self.cancelled_at is None

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None

    def is_overdue(self, at: datetime) -> bool:
        return self.is_open and not self.is_paused and at > self.due_at

    @property
    def label(self) -> str:
        """The obligation in words."""
        return str(LABELS.get(self.obligation, self.obligation))

    def light(self, at: datetime) -> str:
        """`green`, `yellow`, `red`, `paused` while it is open (DL-3); then `met`, `met_late` or `cancelled`."""
        if self.met_at is not None:
            return "met" if self.met_at <= self.due_at else "met_late"
        if self.cancelled_at is not None:
            return "cancelled"
        if self.is_paused:
            return "paused"
        if at > self.due_at:
            return "red"
        return "yellow" if at >= self.near_at else "green"


class PauseQuerySet(models.QuerySet["Pause"]):
    def open(self) -> Self:
        return self.filter(resumed_at__isnull=True)


class Pause(models.Model):
    """A stretch in which a deadline's clock stands still (APP-2, APP-10). Concrete: FK `deadline`, name "pauses"."""

    paused_at = models.DateTimeField(_("暂停时间"))
    resumed_at = models.DateTimeField(_("恢复时间"), null=True, blank=True)
    reason = models.CharField(_("原因"), max_length=30, blank=True)  # a code; texts live with the verb's own rows

    objects = PauseQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["paused_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["deadline"], condition=Q(resumed_at__isnull=True), name="%(class)s_one_open"
            ),
            models.CheckConstraint(
                name="%(class)s_in_order", condition=Q(resumed_at__isnull=True) | Q(resumed_at__gte=F("paused_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paused_at:%Y-%m-%d %H:%M} – {self.resumed_at or ''}"

    @property
    def stretch(self) -> Stretch:
        return Stretch(self.paused_at, self.resumed_at)


class Firing(models.Model):
    """A rung that was reached: once for one deadline and cycle, whatever crashed or ran twice (DL-4).

    Concrete: FK `deadline`, name "firings". `rung_at` is the true time, `fired_at` when the sweep came by.
    """

    cycle = models.PositiveSmallIntegerField(_("轮次"))
    rung = models.PositiveSmallIntegerField(_("级"))
    rung_at = models.DateTimeField(_("应提醒时间"))
    fired_at = models.DateTimeField(_("提醒时间"))

    class Meta:
        abstract = True
        ordering = ["rung_at"]
        constraints = [models.UniqueConstraint(fields=["deadline", "cycle", "rung"], name="%(class)s_once")]

    def __str__(self) -> str:
        return f"{self.cycle}.{self.rung} {self.rung_at:%Y-%m-%d %H:%M}"


class Commitment(models.Model):
    """The public commitment an overdue item needs (DL-5). Concrete: FK `deadline`, name "commitments".

    Reason, measure and wording show on the board only once approved; before that it can be returned, and a new one
    follows. `kept` is decided by the clock: when the deadline is met, or when `until` has passed. One whose deadline
    was cancelled, or met before the approval, has fallen away: nothing is stored of that.
    """

    reason = models.TextField(_("未按期原因"), max_length=500)
    measure = models.TextField(_("措施"), max_length=500)
    until = models.DateTimeField(_("承诺时间"))
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("单位负责人")
    )
    wording = models.CharField(_("公开内容"), max_length=200)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("提出时间"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(_("批准时间"), null=True, blank=True)
    returned_by = models.ForeignKey(  # None: the clock, because `until` passed before anybody approved it
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    returned_at = models.DateTimeField(_("退回时间"), null=True, blank=True)
    returned_for = models.CharField(_("退回理由"), max_length=500, blank=True)
    kept = models.BooleanField(_("已兑现"), null=True)
    decided_at = models.DateTimeField(_("判定时间"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["deadline"],
                condition=Q(kept__isnull=True, returned_at__isnull=True),
                name="%(class)s_one_running",
            ),
            # Only what was approved can be kept or broken, and what was returned is neither.
            models.CheckConstraint(
                name="%(class)s_approved_or_returned",
                condition=Q(returned_at__isnull=True, kept__isnull=True)
                | Q(returned_at__isnull=False, approved_at__isnull=True, kept__isnull=True)
                | Q(returned_at__isnull=True, approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="%(class)s_approved",
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="%(class)s_decided",
                condition=Q(kept__isnull=True, decided_at__isnull=True)
                | Q(kept__isnull=False, decided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wording} ({self.until:%Y-%m-%d})"
