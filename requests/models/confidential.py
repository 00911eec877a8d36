"""What a confidential complaint has beside the loop (APP-18): against whom, who may read it, what was confirmed."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.outbox.onetime import OneTime
from portal.people.models import Department, User
from portal.people.rights import HEADS, rights_of
from portal.trail.aside import aside
from requests.models.ticket import Ticket


class Complaint(models.Model):
    """Against whom it is. What it says stands in the ticket's description; its title says nothing."""

    class About(models.TextChoices):
        DEPARTMENT = "department", gettext_lazy("部门办事")
        INSPECTION = "inspection", gettext_lazy("检查、执法")

    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="complaint")
    about = models.CharField(max_length=10, choices=About)
    accused = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    unit_name = models.CharField(max_length=80, blank=True)  # as the complainant calls it, where he found it in no list
    persons = models.CharField(max_length=200, blank=True)  # who, as far as he knows
    # The designated leader, where every supervisor is excluded.
    keeper = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(accused__isnull=False) | ~Q(unit_name=""), name="complaint_against_somebody"
            ),
        ]

    @property
    def unit(self) -> str:
        return self.accused.name if self.accused else self.unit_name


class ComplaintSubject(models.Model):
    """An official whom the complaint is about: he never reads it, whatever he holds."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="complained_about")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    named_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")  # None: its own words
    named_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="complaint_subject_once")]


class NamedHandler(models.Model):
    """Who handles it by name, alone or with others; his department and its heads read nothing of it."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="named_handlers")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    named_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "user"], condition=Q(ended_at=None), name="named_handler_once")
        ]


class Confirmation(models.Model):
    """One of the three confirmations (三确认): both sides heard, on site seen, an expert where needed."""

    class What(models.TextChoices):
        COMPLAINANT = "complainant", gettext_lazy("听取投诉人")
        UNIT = "unit", gettext_lazy("听取被投诉单位")
        SITE = "site", gettext_lazy("现场核实")
        EXPERT = "expert", gettext_lazy("专家意见")

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="confirmations")
    what = models.CharField(max_length=12, choices=What)
    waived = models.BooleanField(default=False)  # no expert needed, because …
    text = models.TextField(max_length=2000)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(waived=False) | Q(what="expert"), name="confirmation_only_expert_is_waived"
            ),
        ]


class Finding(models.Model):
    """认定: whether the complaint is founded; before it the three confirmations, after it the result to the firm."""

    class Outcome(models.TextChoices):
        FOUNDED = "founded", pgettext_lazy("认定", "属实")
        PARTLY = "partly", gettext_lazy("部分属实")
        UNFOUNDED = "unfounded", pgettext_lazy("认定", "不属实")

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="findings")
    outcome = models.CharField(max_length=10, choices=Outcome)
    text = models.TextField(max_length=4000)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


class UnitQuestionQuerySet(models.QuerySet["UnitQuestion"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> UnitQuestionQuerySet:
        """Those to the units that he heads; of the complaint behind it nobody learns from here."""
        return self.filter(department__in=rights_of(user, at).subtree(*HEADS))

    def open(self) -> UnitQuestionQuerySet:
        """Those that still wait for the unit's answer."""
        return self.filter(answered_at=None)


class UnitQuestion(models.Model):
    """What the supervisor asks the unit in his own words: all that it gets to see, at an address of its own."""

    id = models.BigIntegerField(primary_key=True, default=aside, editable=False)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="unit_questions")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=2000)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(max_length=4000, blank=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)

    objects = UnitQuestionQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]


class ComplaintLink(OneTime):
    """The receipt of a complaint that came by telephone: a link to the caller, since the clerk sees no more of it."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+")
    phone = models.CharField(max_length=20)
    sent_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)
