"""Supervision orders (督办单), what the congress observer found out himself, and what is noted during a call."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from enterprises.models import firms_of
from portal.people.models import Department, User
from portal.people.rights import rights_of
from portal.people.roles import Role
from requests.models.handling import Result
from requests.models.limits import TicketDeadline
from requests.models.ticket import Ticket

FINDINGS_FOR = (Role.SUPERVISOR, Role.LEADER, Role.CONGRESS_OBSERVER)  # who reads what the congress observer found


class OrderQuerySet(models.QuerySet["SupervisionOrder"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> OrderQuerySet:
        """Those of tickets he may read, for officials only and never in his own case."""
        if not rights_of(user, at).is_official:
            return self.none()
        seen = self.filter(ticket__in=Ticket.objects.visible_to(user, at).order_by().values("pk"))
        own = firms_of(user, at)
        return seen.exclude(ticket__enterprise__in=own) if own else seen

    def running(self) -> OrderQuerySet:
        """The department owes its answer."""
        return self.filter(answered_at=None, deadline__cancelled_at=None, judged_at=None)

    def to_judge(self) -> OrderQuerySet:
        """Answered, the supervisor has not said whether that is enough."""
        return self.filter(answered_at__isnull=False, judged_at=None)

    def over(self) -> OrderQuerySet:
        """Judged, or fallen away with the ticket."""
        return self.filter(Q(judged_at__isnull=False) | Q(answered_at=None, deadline__cancelled_at__isnull=False))


class SupervisionOrder(models.Model):
    """An order to a department to put a matter right, with number, demand, limit, result and judgement (SLA-13)."""

    class Cause(models.TextChoices):
        DISSATISFIED = "dissatisfied", gettext_lazy("企业两次不满意")
        OVERDUE = "overdue", gettext_lazy("超期未办结")

    class Judgement(models.TextChoices):
        MET = "met", gettext_lazy("整改到位")
        UNMET = "unmet", gettext_lazy("整改不到位")

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="orders")
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField(null=True)  # none for a confidential matter: a gap would betray it (APP-18)
    cause = models.CharField(max_length=12, choices=Cause)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    deadline = models.OneToOneField(TicketDeadline, on_delete=models.PROTECT, related_name="supervision_order")
    demand = models.TextField(max_length=2000)
    issued_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")  # None: by the rule
    issued_at = models.DateTimeField()
    answer = models.TextField(max_length=4000, blank=True)
    result = models.ForeignKey(Result, null=True, on_delete=models.PROTECT, related_name="orders")
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    judgement = models.CharField(max_length=8, choices=Judgement, blank=True)
    judgement_text = models.TextField(max_length=1000, blank=True)
    judged_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    judged_at = models.DateTimeField(null=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="order_number_once"),
            models.CheckConstraint(
                name="order_judged_with_words",
                condition=Q(judged_at__isnull=True, judgement="") | Q(judged_at__isnull=False) & ~Q(judgement=""),
            ),
            models.CheckConstraint(
                name="order_answered_before_judged",
                condition=Q(judged_at__isnull=True) | Q(answered_at__isnull=False),
            ),
        ]

    @property
    def number(self) -> str:
        """“沙督〔2026〕3号”; empty for a confidential matter."""
        return f"沙督〔{self.year}〕{self.serial}号" if self.serial else ""

    @property
    def by_hand(self) -> bool:
        return self.issued_by_id is not None

    @property
    def state(self) -> str:
        """`running`, `answered` (to be judged), `met` or `unmet`, `fallen` (its work ended before)."""
        if self.judged_at is not None:
            return str(self.judgement)
        if self.answered_at is not None:
            return "answered"
        return "fallen" if self.deadline.cancelled_at else "running"

    @property
    def state_name(self) -> str:
        return str(STATES[self.state])


STATES = {
    "running": gettext_lazy("整改中"),
    "answered": gettext_lazy("待评定"),
    "met": gettext_lazy("整改到位"),
    "unmet": gettext_lazy("整改不到位"),
    "fallen": gettext_lazy("不再需要"),
}


class VerificationQuerySet(models.QuerySet["Verification"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> VerificationQuerySet:
        """For supervision alone: departments learn of it by an order or at the meeting, not from here."""
        if not rights_of(user, at).has(*FINDINGS_FOR):
            return self.none()
        seen = self.filter(ticket__in=Ticket.objects.visible_to(user, at).order_by().values("pk"))
        own = firms_of(user, at)
        return seen.exclude(ticket__enterprise__in=own) if own else seen


class Verification(models.Model):
    """The congress observer asked the firm himself whether a result is real (handbook §1); it changes no ticket."""

    class Satisfied(models.TextChoices):
        YES = "yes", gettext_lazy("满意")
        NO = "no", gettext_lazy("不满意")
        UNSAID = "unsaid", gettext_lazy("没有表示")

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="verifications")
    real = models.BooleanField()  # what the portal says is what the firm says
    satisfied = models.CharField(max_length=6, choices=Satisfied)
    text = models.TextField(max_length=2000)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = VerificationQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]


class CallDraft(models.Model):
    """What a revisitor has noted during a call and not recorded yet; it goes with the record."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    data = models.JSONField(default=dict)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="one_draft_of_a_call")]
