"""The one-time link by which a caller without an account answers to a result (APP-12)."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from portal.outbox.onetime import OneTime
from requests import stages
from requests.models.handling import Result
from requests.models.ticket import Ticket


class ResultLink(OneTime):
    """One for each result that is brought to somebody without an account; good until the result has its answer."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="links")
    result = models.OneToOneField(Result, on_delete=models.PROTECT, related_name="link")
    phone = models.CharField(max_length=20)
    sent_at = models.DateTimeField()  # the latest time
    times = models.PositiveSmallIntegerField(default=1)
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return str(self.pk)

    def opens(self, ticket: Ticket) -> bool:
        """Whether its holder may answer now: the confirmation runs, and nobody has answered to this result."""
        if self.ticket_id != ticket.pk or ticket.status != stages.CONFIRMING:
            return False
        return Result.objects.filter(pk=self.result_id, answer="").exists()

    def use(self, at: datetime) -> None:
        self.used_at = at
        self.save(update_fields=["used_at"])
