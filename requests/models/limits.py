"""The ticket's deadlines, made concrete from `portal.deadlines` with real foreign keys."""

from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.deadlines.models import Commitment, Deadline, Firing, Pause
from portal.trail.aside import aside
from requests.models.ticket import WORKS


class TicketDeadline(Deadline):
    subject = models.ForeignKey("requests.Ticket", on_delete=models.PROTECT, related_name="deadlines")

    FOR_CONDITIONS = ("subject__category",)
    HANGING = {"co_handle": WORKS}

    class Meta(Deadline.Meta):
        abstract = False

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Its key stands in addresses: a confidential matter's takes none of the series (APP-18)."""
        if self.pk is None and self.subject.confidential:
            self.pk = aside()
        super().save(*args, **kwargs)

    def conditions(self) -> dict[str, str]:
        from requests import limits

        return limits.conditions(self.subject)

    @classmethod
    def anchors(cls, deadlines: Any, dues: Any) -> dict[int, datetime]:
        from requests import limits

        return limits.anchors(deadlines, dues)


class DeadlineFiring(Firing):
    deadline = models.ForeignKey(TicketDeadline, on_delete=models.PROTECT, related_name="firings")

    class Meta(Firing.Meta):
        abstract = False


class DeadlinePause(Pause):
    deadline = models.ForeignKey(TicketDeadline, on_delete=models.PROTECT, related_name="pauses")

    class Meta(Pause.Meta):
        abstract = False


class CommitmentQuerySet(models.QuerySet["DeadlineCommitment"]):
    def to_approve(self) -> "CommitmentQuerySet":
        """Proposed by the department, its item still open (待审承诺)."""
        return self.filter(approved_at=None, returned_at=None, deadline__met_at=None, deadline__cancelled_at=None)

    def approved(self) -> "CommitmentQuerySet":
        """What may be shown in public: running, kept and broken ones (DL-5)."""
        return self.filter(approved_at__isnull=False)

    def running(self) -> "CommitmentQuerySet":
        """Approved and not decided yet, of an item that is open or was met in this moment."""
        return self.approved().filter(kept=None, deadline__cancelled_at=None)

    def broken(self) -> "CommitmentQuerySet":
        """Counted double in the assessment."""
        return self.filter(kept=False)


STATES = {
    "proposed": _("待审核"),
    "returned": _("已退回"),
    "approved": _("承诺期内"),
    "kept": _("已兑现"),
    "broken": _("没有兑现"),
    "fallen": _("不再需要"),
}


class DeadlineCommitment(Commitment):
    deadline = models.ForeignKey(TicketDeadline, on_delete=models.PROTECT, related_name="commitments")
    proposed = models.JSONField(default=dict)  # the department's own words, where the approval changed them
    raised_to = models.PositiveSmallIntegerField(null=True)  # the rung a broken one brought forward, if one was left

    objects = CommitmentQuerySet.as_manager()

    class Meta(Commitment.Meta):
        abstract = False

    @property
    def state(self) -> str:
        """`proposed`, `returned`, `approved` (it runs), `kept`, `broken`, `fallen` (its work ended before)."""
        if self.kept is not None:
            return "kept" if self.kept else "broken"
        if self.returned_at is not None:
            return "returned"
        over = self.deadline.cancelled_at or (self.deadline.met_at and not self.approved_at)
        return "fallen" if over else "approved" if self.approved_at else "proposed"

    @property
    def state_name(self) -> str:
        return str(STATES[self.state])
