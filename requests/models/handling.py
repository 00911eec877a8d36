"""What departments, the firm and the centre do to a ticket, one row for each act that has content of its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from enterprises.models import firms_of
from portal.people.models import Department, User
from portal.people.rights import rights_of
from portal.worktime.calendar import SHANGHAI, calendar
from requests.models.ticket import Round, Ticket

HALF_DAY = timedelta(hours=12)
DISSATISFIED = 2  # overall scores up to this one count as dissatisfied (APP-13)


def score() -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )


def score_between(field: str, name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__range": (1, 5)}), name=name
    )


class Supplement(models.Model):
    """What was missing, asked once for everything (一次性补正, APP-2)."""

    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="supplement")
    items = models.TextField(max_length=1000)
    asked_from = models.CharField(max_length=12)  # the status it goes back to
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(max_length=4000, blank=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    lapsed_at = models.DateTimeField(null=True)  # the end of the limit within which nothing came


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> AssignmentQuerySet:
        """The parts of his own departments, also when the ticket is closed to them: their own part stays (SEC-2)."""
        mine = self.filter(department__in=rights_of(user, at).workplaces, ticket__confidential=False)
        own = firms_of(user, at)
        return mine.exclude(ticket__enterprise__in=own) if own else mine

    def kept(self) -> AssignmentQuerySet:
        """What stays a department's own when the ticket is closed to it: what it co-handled, or led before another."""
        return self.filter(Q(part=Assignment.Part.CO) | Q(part=Assignment.Part.LEAD, ended_by__isnull=False))


class Assignment(models.Model):
    """A department's part in a ticket: lead (主办) or co-handling (协办)."""

    class Part(models.TextChoices):
        LEAD = "lead", gettext_lazy("主办")
        CO = "co", gettext_lazy("协办")

    class Outcome(models.TextChoices):
        DONE = "done", gettext_lazy("本部门部分已办好")
        ADVICE = "advice", gettext_lazy("提供意见")
        CANNOT = "cannot", gettext_lazy("本部门办不了")

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="assignments")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="assignments")
    part = models.CharField(max_length=4, choices=Part)
    instruction = models.TextField(max_length=1000, blank=True)  # 交办说明: officials only
    assigned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()
    taken_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)
    opinion = models.TextField(max_length=4000, blank=True)  # a co-handler's own part
    opinion_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    opinion_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=6, choices=Outcome, blank=True)  # what came of a co-handler's own part
    by_chiefs = models.BooleanField(default=False)  # whom the chiefs named cannot return it (NET-6)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ended_reason = models.TextField(max_length=1000, blank=True)  # where somebody ended it before the matter did

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(part="lead", ended_at=None), name="one_lead_department"
            ),
            models.UniqueConstraint(
                fields=["ticket", "department"], condition=Q(ended_at=None), name="one_part_per_department"
            ),
        ]


class Result(models.Model):
    """A department's answer (APP-11): drafted by the handler, signed by rank, answered by the firm."""

    class Kind(models.TextChoices):
        SOLVED = "solved", gettext_lazy("已解决")
        PARTLY = "partly", gettext_lazy("部分解决")
        EXPLAINED = "explained", gettext_lazy("解释说明")
        CANNOT = "cannot", gettext_lazy("不能办理")

    class Answer(models.TextChoices):
        CONFIRMED = "confirmed", gettext_lazy("已确认")
        DISPUTED = "disputed", gettext_lazy("有异议")
        UNANSWERED = "unanswered", gettext_lazy("未回应")

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="results")
    round = models.CharField(max_length=8, choices=Round)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.TextField(max_length=4000)
    written_reply = models.TextField(max_length=8000, blank=True)  # under seal where due (SLA-8)
    reported_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()
    signed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True)
    sent_back_at = models.DateTimeField(null=True)
    sent_back_reason = models.TextField(max_length=1000, blank=True)
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    by_telephone = models.BooleanField(default=False)  # the answer was recorded by an official (APP-12)
    answer_text = models.TextField(max_length=2000, blank=True)
    dissatisfied = models.BooleanField(default=False)  # counted at most once for each result (APP-13)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(signed_at=None, sent_back_at=None), name="one_result_to_sign"
            ),
        ]

    @property
    def is_done(self) -> bool:
        """Whether it says that the matter is done; what is not solved is not called so (APP-11)."""
        return self.kind == self.Kind.SOLVED

    @property
    def needs_written_reply(self) -> bool:
        """“Cannot be met”, second assignments and supervision orders end in a written reply (APP-11, APP-13)."""
        return self.kind == self.Kind.CANNOT or self.round in (Round.SECOND, Round.ORDER)

    @property
    def signed_by_head_only(self) -> bool:
        """Handbook §1: what cannot be met is answered by the first in command (不能办的由一把手回复)."""
        return self.needs_written_reply


class Rating(models.Model):
    """The firm's own rating of a result in the portal, 1–5 (APP-13)."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="ratings")
    result = models.OneToOneField(Result, on_delete=models.PROTECT, related_name="rating")
    overall = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])
    attitude = score()
    timeliness = score()
    text = models.TextField(max_length=2000, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(overall__range=(1, 5)), name="rating_overall_1_to_5"),
            score_between("attitude", "rating_attitude_1_to_5"),
            score_between("timeliness", "rating_timeliness_1_to_5"),
        ]


class Revisit(models.Model):
    """One call back (APP-13): three attempts, else 未联系上, which is never “satisfied”."""

    ATTEMPTS = 3

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="revisits")
    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="revisits")
    attempt = models.PositiveSmallIntegerField()
    reached = models.BooleanField()
    real = models.BooleanField(null=True)  # is the result real?
    attitude = score()
    timeliness = score()
    overall = score()
    text = models.TextField(max_length=2000, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["result", "attempt"], name="one_row_per_attempt"),
            models.CheckConstraint(
                condition=Q(reached=True, overall__isnull=False, real__isnull=False)
                | Q(reached=False, overall__isnull=True, real__isnull=True),
                name="revisit_reached_has_scores",
            ),
            score_between("overall", "revisit_overall_1_to_5"),
        ]

    @property
    def half_day_ends(self) -> datetime:
        """Noon or midnight: another attempt counts from then on."""
        local = self.at.astimezone(SHANGHAI)
        start = local.replace(hour=12 if local.hour >= 12 else 0, minute=0, second=0, microsecond=0)
        return start + HALF_DAY

    @property
    def next_at(self) -> datetime:
        """When the next attempt is sensible: in office hours, not in the same half-day."""
        return calendar().opens_at(self.half_day_ends)


def is_said_done(ticket: Ticket) -> bool:
    """Whether the answer says that the matter is done: else nobody is asked to confirm that it is (APP-11)."""
    return ticket.result is None or bool(ticket.result.is_done)
