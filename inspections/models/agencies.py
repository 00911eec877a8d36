"""Who inspects: agencies 执法部门, their inspectors with certificates, their teams, and the rules of the town."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises.models import Enterprise
from portal.api.models import LineSystem
from portal.people.models import Department, User
from portal.people.rights import Rights, rights_of
from portal.people.roles import Role

HEADS = (Role.DEPARTMENT_HEAD, Role.DEPUTY_HEAD)
OF_AGENCY = (Role.INSPECTOR, *HEADS)  # who works on an agency's inspections
OVERSEE_INSPECTIONS = (Role.SUPERVISOR, Role.LEADER)
READS_INSPECTIONS = (*OF_AGENCY, *OVERSEE_INSPECTIONS)


class AgencyQuerySet(models.QuerySet["Agency"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """Which agencies inspect is public; their teams and days are not."""
        return self.all()

    def worked_by(self, user: Any, at: datetime | None = None) -> Self:
        """Where he is inspector, head or deputy."""
        return self.filter(department__in=departments_of(rights_of(user, at)))


def departments_of(rights: Rights) -> frozenset[int]:
    """The departments for which he inspects, as inspector or head."""
    if rights.is_outside:
        return frozenset()
    return rights.departments(Role.INSPECTOR) | rights.subtree(*HEADS)


def keeps_plans(rights: Rights) -> bool:
    """Whether he works for the agency that keeps the plans of all. Several rows of one page depend on it: the answer
    is kept with his rights, which a request reads once.
    """
    if "keeps_plans" not in rights.__dict__:
        there = Agency.objects.filter(approves_plans=True, department__in=departments_of(rights))
        rights.__dict__["keeps_plans"] = there.exists()
    known: bool = rights.__dict__["keeps_plans"]
    return known


class Agency(models.Model):
    """A department that may inspect; one of them, comprehensive enforcement, approves the plans of all (INS-4)."""

    department = models.OneToOneField(
        Department, models.PROTECT, related_name="agency", verbose_name=gettext_lazy("单位")
    )
    approves_plans = models.BooleanField(gettext_lazy("统筹检查计划"), default=False)
    active = models.BooleanField(gettext_lazy("在用"), default=True)
    systems = models.ManyToManyField(LineSystem, blank=True, related_name="agencies")  # that send its needs (API)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("执法部门")
        ordering = ["-approves_plans", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["approves_plans"], condition=Q(approves_plans=True), name="inspections_one_agency_approves"
            )
        ]

    def __str__(self) -> str:
        return self.department.short_name


class Skill(models.Model):
    """What an inspector can be qualified for (检查资质), such as gas or special equipment."""

    code = models.SlugField(max_length=30, unique=True)
    name = models.CharField(gettext_lazy("资质"), max_length=40)

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("检查资质")
        ordering = ["pk"]

    def __str__(self) -> str:
        return _(self.name)


class InspectorQuerySet(models.QuerySet["Inspector"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """Who reads inspections; names and certificates are shown to a firm only with the visit's code."""
        rights = rights_of(user, at)
        return self.all() if rights.has(*READS_INSPECTIONS) and not rights.is_outside else self.none()

    def valid_on(self, day: date) -> Self:
        return self.filter(active=True, user__is_active=True, valid_until__gte=day)


class Inspector(models.Model):
    """A person who may inspect for an agency, by his certificate 执法证; his role is a membership like any other."""

    user = models.ForeignKey(User, models.PROTECT, related_name="certificates", verbose_name=gettext_lazy("执法人员"))
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="inspectors")
    certificate = models.CharField(gettext_lazy("执法证号"), max_length=30, unique=True)
    valid_until = models.DateField(gettext_lazy("有效期至"))
    skills = models.ManyToManyField(Skill, blank=True, related_name="+", verbose_name=gettext_lazy("资质"))
    active = models.BooleanField(gettext_lazy("在用"), default=True)

    objects = InspectorQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("执法人员")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "agency"], condition=Q(active=True), name="inspections_inspector_once"
            )
        ]

    def __str__(self) -> str:
        return self.user.name


class Team(models.Model):
    """Two inspectors or more of one agency who go together; what the planner counts as capacity.

    `draw`: of a random draw (双随机, INS-5), whose checks they do; `drawn`: its number there. Others are kept by heads.
    """

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="teams")
    name = models.CharField(gettext_lazy("名称"), max_length=40)
    members = models.ManyToManyField(Inspector, related_name="teams", verbose_name=gettext_lazy("成员"))
    active = models.BooleanField(gettext_lazy("在用"), default=True)
    draw = models.ForeignKey("Draw", models.PROTECT, null=True, blank=True, related_name="teams")
    drawn = models.PositiveSmallIntegerField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("检查组")
        ordering = ["agency", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "name"], name="inspections_team_named_once"),
            models.UniqueConstraint(fields=["draw", "drawn"], name="inspections_team_drawn_once"),
        ]

    def __str__(self) -> str:
        return self.name if self.drawn is None else _("随机第 %(n)s 组") % {"n": self.drawn}


class Away(models.Model):
    """Days, both included, on which a team does other work or is on leave."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="away")
    first = models.DateField(gettext_lazy("从"))
    last = models.DateField(gettext_lazy("到"))
    reason = models.CharField(gettext_lazy("事由"), max_length=100, blank=True)

    class Meta:
        ordering = ["first"]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="inspections_away_ends_after_beginning")
        ]


class Closure(models.Model):
    """Days, both included, on which a firm is closed (停产、放假): nobody is sent there."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="closures")
    first = models.DateField(gettext_lazy("从"))
    last = models.DateField(gettext_lazy("到"))
    reason = models.CharField(gettext_lazy("事由"), max_length=100, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["first"]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="inspections_closure_ends_after_beginning")
        ]


class Rules(models.Model):
    """One row ⚙: the cap of self-chosen and random visits at one firm a year, and the days between two visits."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    yearly_cap = models.PositiveSmallIntegerField(gettext_lazy("每户每年检查上限（次）"), default=4)
    gap = models.PositiveSmallIntegerField(gettext_lazy("两次检查最少间隔（工作日）"), default=10)
    term_months = models.PositiveSmallIntegerField(gettext_lazy("白名单有效期（月）"), default=12)
    code_hours = models.PositiveSmallIntegerField(gettext_lazy("检查码有效（小时）"), default=12)
    points_start = models.PositiveSmallIntegerField(gettext_lazy("包容执法起始分"), default=12)

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("检查规则")
        constraints = [models.CheckConstraint(name="inspections_one_row_of_rules", condition=Q(id=1))]

    @classmethod
    def now(cls) -> Rules:
        """The rules of today; their defaults where nobody has set any."""
        return cls.objects.filter(pk=1).first() or cls()
