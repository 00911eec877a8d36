"""What supervision asks of departments: instructions, monthly progress, and the agenda of the supervision meeting."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy, pgettext_lazy

from enterprises.models import firms_of
from portal.people.models import Department, User
from portal.people.rights import rights_of, standing_in
from requests.models.conversation import Audience
from requests.models.limits import TicketDeadline
from requests.models.ticket import Ticket


class InstructionQuerySet(models.QuerySet["Instruction"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> InstructionQuerySet:
        """Those of tickets he may read, for officials only and never in his own case (APP-21: office only)."""
        if not rights_of(user, at).is_official:
            return self.none()
        seen = self.filter(ticket__in=Ticket.objects.visible_to(user, at).values("pk"))
        own = firms_of(user, at)
        return seen.exclude(ticket__enterprise__in=own) if own else seen

    def given_by(self, user: User) -> InstructionQuerySet:
        return self.filter(given_by__in=standing_in(user))

    def open(self) -> InstructionQuerySet:
        """Owed still: neither answered nor fallen away with the ticket."""
        return self.filter(deadline__met_at=None, deadline__cancelled_at=None)

    def answered(self) -> InstructionQuerySet:
        return self.filter(answered_at__isnull=False)


class Instruction(models.Model):
    """A leader's instruction (批示) on a ticket, with addressee and limit: its clock is `deadline` (APP-21)."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="instructions")
    deadline = models.OneToOneField(TicketDeadline, on_delete=models.PROTECT, related_name="instruction")
    text = models.TextField(max_length=1000)
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    answer = models.TextField(max_length=2000, blank=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)

    objects = InstructionQuerySet.as_manager()

    class Meta:
        ordering = ["-given_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="instruction_answered",
                condition=Q(answered_by__isnull=True, answered_at__isnull=True)
                | Q(answered_by__isnull=False, answered_at__isnull=False),
            ),
        ]

    @property
    def addressee(self) -> str:
        """The person by name, else the department."""
        if self.deadline.user:
            return self.deadline.user.name
        department: Department | None = self.deadline.department
        return department.short_name if department else ""


class ProgressReport(models.Model):
    """What the department told in a month of being overdue (SLA-9); the firm reads it where the department says so."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="progress")
    deadline = models.OneToOneField(TicketDeadline, on_delete=models.PROTECT, related_name="progress_report")
    text = models.TextField(max_length=2000)
    audience = models.CharField(max_length=8, choices=Audience, default=Audience.OFFICE)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]


class AgendaNote(models.Model):
    """What a supervisor noted to an item of the agenda: a remark, why it was taken off, why it is on again (SUP-5)."""

    class Kind(models.TextChoices):
        REMARK = "remark", gettext_lazy("备注")
        REMOVED = "removed", pgettext_lazy("经过", "移出议程")
        RESTORED = "restored", pgettext_lazy("经过", "重新列入议程")

    deadline = models.ForeignKey(TicketDeadline, on_delete=models.PROTECT, related_name="agenda_notes")
    kind = models.CharField(max_length=8, choices=Kind)
    text = models.CharField(max_length=500)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
