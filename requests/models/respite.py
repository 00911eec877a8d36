"""More time for a matter: extension and suspension with their approvals (APP-10), and the second look (APP-15)."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from portal.people.models import User
from requests.models.limits import TicketDeadline
from requests.models.ticket import Ticket

OPEN = Q(centre_at__isnull=True, refused_at__isnull=True, withdrawn_at__isnull=True)
PLANNED = Q(looked_at__isnull=True, dropped_at__isnull=True)


class HandlingRequestQuerySet(models.QuerySet["HandlingRequest"]):
    def open(self) -> HandlingRequestQuerySet:
        """Neither decided nor withdrawn: its head or the centre has to decide (SLA-14)."""
        return self.filter(OPEN)

    def with_head(self) -> HandlingRequestQuerySet:
        return self.open().filter(head_at=None)

    def with_centre(self) -> HandlingRequestQuerySet:
        return self.open().filter(head_at__isnull=False)

    def suspending(self) -> HandlingRequestQuerySet:
        """Approved suspensions that have not ended."""
        return self.filter(kind=HandlingRequest.Kind.SUSPENSION, centre_at__isnull=False, ended_at=None)


class HandlingRequest(models.Model):
    """A department asks for more time or for its clocks to wait; `until` is the new due time, or the review date."""

    class Kind(models.TextChoices):
        EXTENSION = "extension", gettext_lazy("延期")
        SUSPENSION = "suspension", gettext_lazy("挂起")

    class Cause(models.TextChoices):
        """What is waited for; the codes are the pauses' `reason`, too."""

        ENTERPRISE = "enterprise", gettext_lazy("等企业")
        COURT = "court", gettext_lazy("等法院判决或行政复议")
        AUTHORITY = "authority", gettext_lazy("等上级部门")

    class End(models.TextChoices):
        DATE = "date", gettext_lazy("复核日到")
        EARLY = "early", gettext_lazy("提前恢复")
        ANSWERED = "answered", gettext_lazy("企业已回应")
        MOVED = "moved", gettext_lazy("诉求已转出")

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="handling_requests")
    kind = models.CharField(max_length=10, choices=Kind)
    deadline = models.ForeignKey(TicketDeadline, on_delete=models.PROTECT, related_name="+")  # the work it is about
    former_due_at = models.DateTimeField()  # when that was due as it was asked
    cause = models.CharField(max_length=10, choices=Cause, blank=True)
    reason = models.TextField(max_length=1000)  # the firm reads it once it is approved
    until = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    head_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")  # None: there is no head
    head_at = models.DateTimeField(null=True)
    centre_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    centre_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    refused_at = models.DateTimeField(null=True)
    refused_for = models.CharField(max_length=500, blank=True)
    withdrawn_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")  # None: it fell away
    withdrawn_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # of a suspension
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")  # None: the clock
    ended_how = models.CharField(max_length=10, choices=End, blank=True)
    ended_note = models.CharField(max_length=500, blank=True)

    objects = HandlingRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        indexes = [
            models.Index(
                fields=["until"],
                condition=Q(kind="suspension", centre_at__isnull=False, ended_at__isnull=True),
                name="suspension_ends",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["ticket"], condition=OPEN, name="one_request_open"),
            models.UniqueConstraint(
                fields=["ticket"],
                condition=Q(kind="suspension", centre_at__isnull=False, ended_at__isnull=True),
                name="one_suspension_running",
            ),
            models.CheckConstraint(
                name="request_cause_of_suspension", condition=Q(kind="extension", cause="") | ~Q(cause="")
            ),
            models.CheckConstraint(
                name="request_head_before_centre", condition=Q(centre_at__isnull=True) | Q(head_at__isnull=False)
            ),
            models.CheckConstraint(
                name="request_one_outcome",
                condition=Q(refused_at__isnull=True, withdrawn_at__isnull=True)
                | Q(centre_at__isnull=True, refused_at__isnull=True)
                | Q(centre_at__isnull=True, withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                name="request_ends_after_approval",
                condition=Q(ended_at__isnull=True, ended_how="")
                | Q(kind="suspension", centre_at__isnull=False, ended_at__isnull=False) & ~Q(ended_how=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.until:%Y-%m-%d}"

    @property
    def is_suspension(self) -> bool:
        return self.kind == self.Kind.SUSPENSION

    @property
    def state(self) -> str:
        """`head` or `centre` (who decides), `approved`, `running` and `ended` suspensions, `refused`, `withdrawn`."""
        if self.refused_at is not None:
            return "refused"
        if self.withdrawn_at is not None:
            return "withdrawn" if self.withdrawn_by_id else "fallen"
        if self.centre_at is None:
            return "centre" if self.head_at else "head"
        if not self.is_suspension:
            return "approved"
        return "ended" if self.ended_at else "running"

    @property
    def state_name(self) -> str:
        return str(STATES[self.state])

    @property
    def refused_by_head(self) -> bool:
        return self.refused_at is not None and self.head_at is None


STATES = {
    "head": gettext_lazy("待部门负责人批"),
    "centre": gettext_lazy("待中心批"),
    "approved": gettext_lazy("已同意"),
    "running": gettext_lazy("挂起中"),
    "ended": gettext_lazy("已恢复办理"),
    "refused": gettext_lazy("未同意"),
    "withdrawn": gettext_lazy("已撤回"),
    "fallen": gettext_lazy("不再需要"),
}


class SecondLookQuerySet(models.QuerySet["SecondLook"]):
    def planned(self) -> SecondLookQuerySet:
        """Not looked at yet, whether its time has come or not."""
        return self.filter(PLANNED)

    def waiting(self) -> SecondLookQuerySet:
        """Come up: the centre has to look."""
        return self.filter(PLANNED, came_up_at__isnull=False)

    def due(self, at: datetime) -> SecondLookQuerySet:
        """Their time has come, and the clock has not brought them up yet."""
        return self.filter(PLANNED, came_up_at=None, due_at__lte=at)


class SecondLook(models.Model):
    """历史疑难件 (APP-15): what could not be met, or waits long, comes up again; when, and what was found."""

    class Found(models.TextChoices):
        UNCHANGED = "unchanged", gettext_lazy("条件没有变化")
        CHANGED = "changed", gettext_lazy("条件有变化，可以办")

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="looks")
    due_at = models.DateTimeField()
    came_up_at = models.DateTimeField(null=True)
    found = models.CharField(max_length=10, choices=Found, blank=True)
    text = models.TextField(max_length=1000, blank=True)
    looked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    looked_at = models.DateTimeField(null=True)
    follow_up = models.OneToOneField(Ticket, null=True, on_delete=models.PROTECT, related_name="came_of")
    dropped_at = models.DateTimeField(null=True)  # the suspension ended before

    objects = SecondLookQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["due_at"], condition=PLANNED, name="look_planned")]
        constraints = [
            models.UniqueConstraint(fields=["ticket"], condition=PLANNED, name="one_look_planned"),
            models.CheckConstraint(
                name="look_has_a_finding",
                condition=Q(looked_at__isnull=True, found="") | Q(looked_at__isnull=False) & ~Q(found=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.due_at:%Y-%m-%d} {self.found}"
