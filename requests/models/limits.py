"""The ticket's deadlines, made concrete from `portal.deadlines` with real foreign keys."""

from django.db import models

from portal.deadlines.models import Deadline, Firing, Pause


class TicketDeadline(Deadline):
    subject = models.ForeignKey("requests.Ticket", on_delete=models.PROTECT, related_name="deadlines")

    class Meta(Deadline.Meta):
        abstract = False


class DeadlineFiring(Firing):
    deadline = models.ForeignKey(TicketDeadline, on_delete=models.PROTECT, related_name="firings")

    class Meta(Firing.Meta):
        abstract = False


class DeadlinePause(Pause):
    deadline = models.ForeignKey(TicketDeadline, on_delete=models.PROTECT, related_name="pauses")

    class Meta(Pause.Meta):
        abstract = False
