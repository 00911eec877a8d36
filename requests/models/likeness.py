"""What the engine suggested at triage, beside what was decided: so that its worth can be told (APP-16)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from portal.people.models import Department, User
from requests.models.catalogue import Category
from requests.models.ticket import Ticket


class Suggestion(models.Model):
    """What was shown to the triager of one ticket, once for each; null where the engine kept silent.

    `chosen_…` is the first dispatch's, the final decision stands on the ticket when it is closed.
    """

    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="suggestion")
    category = models.ForeignKey(Category, null=True, on_delete=models.PROTECT, related_name="+")
    category_votes = models.PositiveSmallIntegerField(default=0)  # of the near matters that had it
    department = models.ForeignKey(Department, null=True, on_delete=models.PROTECT, related_name="+")
    department_votes = models.PositiveSmallIntegerField(default=0)
    near = ArrayField(models.BigIntegerField(), default=list)  # ids of what it was taken from, the nearest first
    shown_to = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    shown_at = models.DateTimeField()
    chosen_category = models.ForeignKey(Category, null=True, on_delete=models.PROTECT, related_name="+")
    chosen_department = models.ForeignKey(Department, null=True, on_delete=models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["shown_at"], name="suggestion_shown")]
