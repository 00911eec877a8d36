"""Changes that running deadlines must follow (DL-2): what is still to be done of each, and what it moved."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.deadlines.obligations import Obligation
from portal.people.models import Department
from portal.worktime import words

DAYS = ("day", "last")  # of what stands in a note


class Following(models.Model):
    """One change and how far the open deadlines have followed it: worked off in steps, so no kill loses any of it.

    `cause` says how they follow: a calendar's day and a ladder leave rule and cycle as they are, `rule` gives each
    clock the rule that would hold for it now, on purpose. `former` are the keys of a changed ladder's former rungs.
    """

    class Cause(models.TextChoices):
        CALENDAR = "calendar", _("日历调整")
        LADDER = "ladder", _("升级阶梯调整")
        RULE = "rule", _("按新时限重算")

    cause = models.CharField(max_length=8, choices=Cause)
    note = models.CharField(max_length=200, blank=True)  # what was changed: a message of the catalogue, not translated
    given = models.JSONField(default=dict, blank=True)  # what stands in it
    obligation = models.CharField(max_length=30, blank=True)  # only these, for a rule
    obligor_kind = models.CharField(max_length=12, blank=True)  # only these, for a ladder
    former = models.JSONField(default=list, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    total = models.PositiveIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    at_model = models.CharField(max_length=80, blank=True)  # where the next step goes on
    at_pk = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)  # of a calendar: gone through once more, after its change

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["id"], condition=Q(finished_at=None), name="following_waiting")]

    def __str__(self) -> str:
        return f"{self.cause} {self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def about(self) -> str:
        """What was changed, in one line and the reader's language: the days or hours, or whose limit."""
        if self.note:
            return gettext(self.note) % self._given_in_words() if self.given else self.note
        if self.obligation not in Obligation.values:
            return self.get_cause_display()
        about = {"cause": self.get_cause_display(), "what": Obligation(self.obligation).label}
        return str(_("%(cause)s：%(what)s") % about)

    def _given_in_words(self) -> dict[str, object]:
        """Days are kept as `2026-11-26` and told as `11月26日(周四)`."""
        return {key: words.day(date.fromisoformat(said)) if key in DAYS else said for key, said in self.given.items()}

    @property
    def percent(self) -> int:
        return 100 if self.finished_at else min(99, self.seen * 100 // max(self.total, 1))


class Move(models.Model):
    """One deadline that came out different. The deadline is named by table and key: each room has its own."""

    following = models.ForeignKey(Following, models.CASCADE, related_name="moves")
    model = models.CharField(max_length=80)
    deadline_id = models.BigIntegerField()
    subject_id = models.BigIntegerField()
    obligation = models.CharField(max_length=30)
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    former = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [models.UniqueConstraint(fields=["following", "model", "deadline_id"], name="move_once")]

    def __str__(self) -> str:
        return f"{self.model} {self.deadline_id}: {self.former:%Y-%m-%d %H:%M} → {self.due_at:%Y-%m-%d %H:%M}"
