"""Plans of joint visits and the visits themselves (INS-4, INS-6)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises.models import Enterprise, firms_of
from portal.deadlines.models import Deadline, Firing, Pause
from portal.people.models import User
from portal.people.rights import rights_of
from portal.people.roles import Role

from ..planning import stages as planning
from ..visits import stages
from .agencies import OVERSEE_INSPECTIONS, Agency, Inspector, Team, departments_of, keeps_plans
from .reasons import as_read


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """SEC-1: the agency that keeps plans and who oversees the town; other agencies once it is approved."""
        rights = rights_of(user, at)
        if not rights.is_official or rights.is_outside:
            return self.none()
        if rights.has(*OVERSEE_INSPECTIONS):
            return self
        if not departments_of(rights):
            return self.none()
        return self if keeps_plans(rights) else self.filter(status=planning.APPROVED)


class Plan(models.Model):
    """One plan of joint visits over the days from `first` to `last`; moved by `inspections.planning.flow` alone."""

    number = models.CharField(gettext_lazy("编号"), max_length=20, unique=True)  # JH-20261121-0007
    title = models.CharField(gettext_lazy("名称"), max_length=60)
    first = models.DateField(gettext_lazy("从"))
    last = models.DateField(gettext_lazy("到"))
    status = models.CharField(max_length=10, choices=[(s, gettext_lazy(n)) for s, n in planning.STATUSES.items()])
    gap = models.PositiveSmallIntegerField(gettext_lazy("最少间隔（工作日）"))
    seconds = models.PositiveSmallIntegerField(gettext_lazy("计算时间（秒）"), default=20)
    seed = models.PositiveIntegerField(default=1)
    # What came out: visits and journeys before, at the start and now; bound, gap, seconds; see planning.results.
    figures = models.JSONField(default=dict)
    progress = models.JSONField(default=dict)  # {"share": 0.4, "words": code} while it computes
    run = models.UUIDField(null=True)  # of the computing under way; a worker with another key writes nothing
    beat_at = models.DateTimeField(null=True)  # the worker's last sign of life; without one another takes over
    tries = models.PositiveSmallIntegerField(default=0)  # of the computing under way
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)  # why sent back or dropped

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("检查计划")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=list(planning.STATUSES)), name="inspections_plan_status_known"
            ),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="inspections_plan_ends_after_beginning"),
            models.CheckConstraint(
                condition=~Q(status=planning.APPROVED)
                | (Q(approved_at__isnull=False) & ~Q(approved_by=F("submitted_by"))),
                name="inspections_plan_approved_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def status_name(self) -> str:
        return _(planning.STATUSES[self.status])


class JointVisitQuerySet(models.QuerySet["JointVisit"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """SEC-1: an agency the visits in which it has a part, and no other's; the agency that keeps plans and who
        oversees the town all; the firm, and who looks after it, what was told to it. Proposals are their makers' alone.
        """
        if not getattr(user, "is_authenticated", False):
            return self.none()
        rights, firms = rights_of(user, at), firms_of(user, at)
        told = Q(told_at__isnull=False) & ~Q(status=stages.PROPOSED)
        own = Q(enterprise__in=firms) & told
        if not rights.is_official or rights.is_outside:
            return self.filter(own)
        elsewhere = ~Q(enterprise__in=firms)
        if rights.has(*OVERSEE_INSPECTIONS) or keeps_plans(rights):
            return self.filter(own | elsewhere)
        there = VisitPart.objects.filter(agency__department__in=departments_of(rights))
        reads = Q(pk__in=there.order_by().values("visit"))
        reads &= ~Q(status=stages.PROPOSED)
        if rights.has(Role.STEWARD, Role.PROJECT_ASSISTANT):
            looked_after = Enterprise.objects.stewarded_by(user, at).order_by().values("pk")
            reads |= Q(enterprise__in=looked_after) & told
        return self.filter(own | elsewhere & reads)

    def standing(self) -> Self:
        return self.filter(status__in=stages.STANDING)


class JointVisit(models.Model):
    """One visit to one firm on one day by one agency or several 综合查一次."""

    number = models.CharField(gettext_lazy("编号"), max_length=20, unique=True)  # JC-20261121-0007
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # begun twice on the spot is one
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, blank=True, related_name="visits")  # null: on the spot
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="joint_visits")
    day = models.DateField(gettext_lazy("检查日期"), db_index=True)
    status = models.CharField(max_length=10, choices=[(s, gettext_lazy(n)) for s, n in stages.STATUSES.items()])
    locked = models.BooleanField(gettext_lazy("已固定"), default=False)  # computing again leaves it where it is
    on_the_spot = models.BooleanField(gettext_lazy("现场赋码"), default=False)  # listed for the supervisor (INS-6)
    unannounced = models.BooleanField(gettext_lazy("不事先告知"), default=False)
    told_at = models.DateTimeField(null=True)  # since then the firm sees it: with the approval, or as it begins
    begun_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    ended_for = models.CharField(gettext_lazy("原因"), max_length=300, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    objects = JointVisitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("综合查一次")
        ordering = ["-day", "-pk"]
        indexes = [models.Index(fields=["enterprise", "day"], name="inspections_visit_of_firm")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=list(stages.STATUSES)), name="inspections_visit_status_known"
            ),
            models.UniqueConstraint(  # one visit, not two, on one day; what happens on the spot is beside it
                fields=["enterprise", "day"],
                condition=Q(status__in=[stages.SCHEDULED, stages.UNDER_WAY], on_the_spot=False),
                name="inspections_one_visit_a_day",
            ),
            models.CheckConstraint(
                condition=Q(on_the_spot=True) | Q(plan__isnull=False),
                name="inspections_visit_is_planned_or_on_the_spot",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def status_name(self) -> str:
        return _(stages.STATUSES[self.status])

    @property
    def why_ended(self) -> str:
        return as_read(self.ended_for)


class VisitPart(models.Model):
    """One agency's part of a visit: its team or people, and when its record was complete."""

    visit = models.ForeignKey(JointVisit, models.PROTECT, related_name="parts")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="visit_parts")
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+")
    inspectors = models.ManyToManyField(Inspector, related_name="visit_parts")  # those who go, two at least
    leads = models.BooleanField(gettext_lazy("牵头"), default=False)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("参检部门")
        ordering = ["-leads", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "agency"], name="inspections_part_once"),
            models.UniqueConstraint(fields=["visit"], condition=Q(leads=True), name="inspections_part_one_leads"),
        ]


class Crew(models.Model):
    """A team that goes for a part, and the quarters of its day this takes; a part of more than a day has several."""

    part = models.ForeignKey(VisitPart, models.CASCADE, related_name="crews")  # goes with a proposal that is replaced
    team = models.ForeignKey(Team, models.PROTECT, related_name="crews")
    parts = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["part", "team"], name="inspections_crew_once"),
            models.CheckConstraint(condition=Q(parts__gte=1, parts__lte=4), name="inspections_crew_within_a_day"),
        ]


class PlanDeadline(Deadline):
    """What is owed for a plan: its approval (INS-4, DL-6)."""

    subject = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="deadlines")

    class Meta(Deadline.Meta):
        abstract = False


class PlanFiring(Firing):
    deadline = models.ForeignKey(PlanDeadline, on_delete=models.PROTECT, related_name="firings")

    class Meta(Firing.Meta):
        abstract = False


class PlanPause(Pause):
    deadline = models.ForeignKey(PlanDeadline, on_delete=models.PROTECT, related_name="pauses")

    class Meta(Pause.Meta):
        abstract = False


class JointVisitDeadline(Deadline):
    """What is owed for a visit: each agency's record after it (DL-6)."""

    subject = models.ForeignKey(JointVisit, on_delete=models.PROTECT, related_name="deadlines")

    class Meta(Deadline.Meta):
        abstract = False


class JointVisitFiring(Firing):
    deadline = models.ForeignKey(JointVisitDeadline, on_delete=models.PROTECT, related_name="firings")

    class Meta(Firing.Meta):
        abstract = False


class JointVisitPause(Pause):
    deadline = models.ForeignKey(JointVisitDeadline, on_delete=models.PROTECT, related_name="pauses")

    class Meta(Pause.Meta):
        abstract = False
