"""Common problems (共性问题, APP-16): several firms' tickets with one cause, an owner, a measure told to all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Count, Q, Value
from django.db.models.functions import Concat, Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises.search import Bigrams, Normal, pairs, words
from portal.people.models import Department, User
from portal.people.rights import rights_of, standing_in
from portal.people.roles import Role
from requests import commons
from requests.models.catalogue import Category
from requests.models.ticket import Ticket

READS_ALL = (Role.TRIAGER, Role.SUPERVISOR, Role.LEADER)
_LINE = Value("\n")
SEARCHED = Lower(Normal(Concat("title", _LINE, "statement", _LINE, "measure", output_field=models.TextField())))


class ProblemQuerySet(models.QuerySet["CommonProblem"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> ProblemQuerySet:
        """Centre and leaders read all of them, the owner and his department their own; no firm reads any (SEC-1)."""
        rights = rights_of(user, at)
        if not rights.is_official or rights.is_outside:
            return self.none()
        if rights.has(*READS_ALL):
            return self
        return self.filter(Q(department__in=rights.workplaces) | Q(owner__in=standing_in(user, at)))

    def open(self) -> ProblemQuerySet:
        return self.filter(status__in=commons.PROBLEM_OPEN)

    def overdue(self, at: datetime) -> ProblemQuerySet:
        """No measure yet, and the time for it has passed."""
        return self.filter(status=commons.GATHERING, due_at__lt=at)

    def search(self, query: str) -> ProblemQuerySet:
        found = self
        for word in words(query):
            hits = CommonProblem.objects.order_by().alias(text=SEARCHED).filter(text__contains=word)
            if len(word) > 1:
                hits = hits.alias(pairs=Bigrams(SEARCHED)).filter(pairs__contains=pairs(word))
            found = found.filter(pk__in=hits.values("pk"))
        return found

    def with_counts(self) -> ProblemQuerySet:
        """Adds how many tickets and firms it gathers: never a confidential one, whoever asks."""
        linked = Q(links__removed_at=None, links__ticket__confidential=False)
        return self.annotate(
            ticket_count=Count("links", filter=linked),
            firm_count=Count("links__ticket__enterprise", filter=linked, distinct=True)
            + Count("links__ticket", filter=linked & Q(links__ticket__enterprise=None)),
        )


class CommonProblem(models.Model):
    """One cause behind several tickets; moved only by the verbs of `requests.flow.problems`."""

    class Measure(models.TextChoices):
        POLICY = "policy", gettext_lazy("出台政策")
        GUIDE = "guide", gettext_lazy("编办事指南")
        PROCESS = "process", gettext_lazy("改办理流程")

    title = models.CharField(max_length=80)
    statement = models.TextField(max_length=2000)
    category = models.ForeignKey(Category, null=True, on_delete=models.PROTECT, related_name="problems")
    status = models.CharField(
        max_length=10, choices=[(s, gettext_lazy(n)) for s, n in commons.PROBLEM_STATUSES.items()]
    )
    department = models.ForeignKey(Department, null=True, on_delete=models.PROTECT, related_name="problems")
    owner = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField(null=True)  # by when the measure is to be decided
    reminded_at = models.DateTimeField(null=True)  # when the clock said that this time had passed, for this due time
    measure_kind = models.CharField(max_length=8, choices=Measure, blank=True)
    measure = models.TextField(max_length=4000, blank=True)  # for officials
    public_words = models.TextField(max_length=1000, blank=True)  # what the firms are told: names no firm
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=500, blank=True)  # why it was dropped
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    objects = ProblemQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-id"]
        indexes = [
            GinIndex(Bigrams(SEARCHED), name="problem_bigrams"),
            models.Index(fields=["due_at"], condition=Q(status="gathering", reminded_at=None), name="problem_due"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=list(commons.PROBLEM_STATUSES)), name="problem_status_known"),
            models.CheckConstraint(
                condition=~Q(status__in=[commons.DECIDED, commons.CLOSED])
                | (~Q(measure_kind="") & ~Q(measure="") & ~Q(public_words="") & Q(decided_at__isnull=False)),
                name="problem_decided_has_a_measure",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) ^ ~Q(status__in=commons.PROBLEM_OPEN), name="problem_ended_has_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def status_name(self) -> str:
        return _(commons.PROBLEM_STATUSES[self.status])

    @property
    def is_open(self) -> bool:
        return self.status in commons.PROBLEM_OPEN

    # What a due badge asks of a deadline (`portal.desk.parts.due`); the clock itself is `due_at`.
    @property
    def met_at(self) -> datetime | None:
        return self.decided_at

    @property
    def paused_at(self) -> None:
        return None

    @cached_property
    def provisional(self) -> bool:
        return False

    def light(self, at: datetime) -> str:
        """As of a deadline, of the time by which the measure is due; none once it was dropped."""
        if self.due_at is None or self.status == commons.DROPPED:
            return "cancelled"
        if self.decided_at is not None:
            return "met" if self.decided_at <= self.due_at else "met_late"
        return "red" if at > self.due_at else "yellow" if at.date() >= self.due_at.date() else "green"


class ProblemTicket(models.Model):
    """A ticket's place in a common problem. `active` ends with the removal and with the problem."""

    problem = models.ForeignKey(CommonProblem, on_delete=models.PROTECT, related_name="links")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="problems")
    active = models.BooleanField(default=True)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removed_for = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["added_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["ticket"], condition=Q(active=True), name="one_open_problem_per_ticket"),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True) | Q(active=False), name="problem_ticket_removed_is_over"
            ),
        ]


class SuggestedCluster(models.Model):
    """Tickets of several firms that say the same, as they were found at night or when somebody asked.

    Computed, so an undecided one is replaced by the next search. A dismissed one stays, to be remembered.
    """

    tickets = models.ManyToManyField(Ticket, related_name="+")
    shared = ArrayField(models.CharField(max_length=40), default=list)  # the words that most of them have
    found_at = models.DateTimeField()
    problem = models.ForeignKey(CommonProblem, null=True, on_delete=models.PROTECT, related_name="clusters")
    dismissed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    dismissed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-found_at", "id"]
