"""What may follow a rejection (APP-6), what a hotline is told (APP-1), the links by which a caller answers (APP-2)."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from portal.outbox.onetime import OneTime
from portal.people.models import User
from requests import stages
from requests.models.catalogue import ListItem
from requests.models.handling import Result
from requests.models.ticket import Ticket


class Review(models.Model):
    """复核: asked for once against a rejection, ruled by a supervisor (APP-6). Keeps what was rejected and why."""

    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="review")
    item = models.ForeignKey(ListItem, on_delete=models.PROTECT, related_name="+")
    go_to = models.TextField(max_length=1000)
    reasons = models.TextField(max_length=2000)
    asked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")  # null: by link
    asked_at = models.DateTimeField()
    upheld = models.BooleanField(null=True)
    ruling = models.TextField(max_length=2000, blank=True)
    ruled_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ruled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(upheld__isnull=True, ruled_at__isnull=True)
                | Q(upheld__isnull=False, ruled_at__isnull=False) & ~Q(ruling=""),
                name="review_ruled_with_reasons",
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.upheld is None

    @property
    def instead(self) -> str:
        """Where the firm was told to go, in the reader's language."""
        return self.item.instead_of(self.go_to)


class WriteBack(models.Model):
    """写回热线: what the hotline was told, by whom and when (APP-1); once for each result, or for how it ended."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="write_backs")
    result = models.ForeignKey(Result, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=4000)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


class CallerLink(OneTime):
    """By which a caller without an account supplies what is missing (APP-2) or asks for a review (APP-6)."""

    class For(models.TextChoices):
        SUPPLEMENT = "supplement", gettext_lazy("补正")
        REVIEW = "ask_review", gettext_lazy("申请复核")

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="caller_links")
    verb = models.CharField(max_length=12, choices=For)
    phone = models.CharField(max_length=20)
    sent_at = models.DateTimeField()  # the latest time
    times = models.PositiveSmallIntegerField(default=1)
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["ticket", "verb"], name="one_link_for_each_answer")]

    def __str__(self) -> str:
        return str(self.pk)

    def use(self, at: datetime) -> None:
        self.used_at = at
        self.save(update_fields=["used_at"])

    def opens(self, ticket: Ticket) -> bool:
        """Whether its holder may answer now: what it is for is still waited for, and nobody has done it."""
        if self.ticket_id != ticket.pk or ticket.confidential:
            return False
        if self.verb == self.For.SUPPLEMENT:
            return ticket.status == stages.INCOMPLETE
        return ticket.status == stages.REJECTED and not Review.objects.filter(ticket=ticket).exists()
