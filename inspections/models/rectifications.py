"""What follows a finding (INS-7, INS-8, INS-10): rectification, first-offence warning, points, the firm's rating."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from enterprises.models import Enterprise, firms_of
from portal.deadlines.models import Deadline, Firing, Pause
from portal.files.models import StoredFile
from portal.people.models import User
from portal.people.rights import rights_of

from ..rectification import stages
from .agencies import OVERSEE_INSPECTIONS, Agency
from .needs import Need
from .plans import JointVisit
from .records import Finding, recorded_for
from .subjects import ChecklistItem
from .whitelist import Term


class RectificationQuerySet(models.QuerySet["Rectification"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """As the record it follows from: the agencies that took part, who oversees the town, the firm (SEC-1)."""
        return self.filter(recorded_for(user, at, "visit", "finding__record__part"))

    def running(self) -> Self:
        return self.filter(status__in=stages.RUNNING)

    def overdue(self, at: datetime) -> Self:
        """The firm's own clock is past due: not what the agency owes."""
        return self.filter(_overdue(at))

    def with_overdue(self, at: datetime) -> Self:
        """Adds `is_overdue`, where the question is only which of them are."""
        return self.annotate(is_overdue=_overdue(at))


def _overdue(at: datetime) -> Exists:
    late = RectificationDeadline.objects.overdue(at).filter(subject=OuterRef("pk"), obligor_kind="inspected")
    return Exists(late)


class Rectification(models.Model):
    """责令限期整改: what a firm has to put right by when; moved by `inspections.rectification.flow` alone."""

    number = models.CharField(gettext_lazy("编号"), max_length=20, unique=True)  # ZG-20261121-0007
    finding = models.OneToOneField(Finding, models.PROTECT, related_name="rectification")
    visit = models.ForeignKey(JointVisit, models.PROTECT, related_name="rectifications")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="rectifications")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="rectifications")
    status = models.CharField(max_length=10, choices=[(s, gettext_lazy(n)) for s, n in stages.STATUSES.items()])
    ordered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField(gettext_lazy("责令时间"))
    moved_at = models.DateTimeField()
    # The check that somebody goes for, the last one; who goes looks at all that the firm has to put right there.
    recheck = models.ForeignKey(Need, models.PROTECT, null=True, blank=True, related_name="recheck_of")
    again = models.ManyToManyField(Finding, related_name="again_of")  # that it was still there when somebody went
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_for = models.CharField(gettext_lazy("说明"), max_length=500, blank=True)

    objects = RectificationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("整改")
        ordering = ["-ordered_at", "-pk"]
        indexes = [
            models.Index(fields=["enterprise", "-ordered_at"], name="inspections_rectify_of_firm"),
            models.Index(fields=["agency", "status"], name="inspections_rectify_of_agency"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=list(stages.STATUSES)), name="inspections_rectification_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=list(stages.ENDED), ended_at__isnull=False)
                | (~Q(status__in=list(stages.ENDED)) & Q(ended_at=None)),
                name="inspections_rectification_ended_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(status=stages.RECHECK) | Q(recheck__isnull=False),
                name="inspections_rectification_recheck_has_a_need",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("rectification:rectification", args=[self.number])

    @property
    def status_name(self) -> str:
        return _(stages.STATUSES[self.status])


class ProofQuerySet(models.QuerySet["Proof"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """Whoever sees the rectification."""
        return self.filter(rectification__in=Rectification.objects.visible_to(user, at).order_by().values("pk"))


class Proof(models.Model):
    """What the firm says and shows that it has done, and what the agency decided on it."""

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", pgettext_lazy("整改", "通过")
        RETURNED = "returned", pgettext_lazy("整改", "退回")
        ON_SITE = "on_site", gettext_lazy("现场复查")

    rectification = models.ForeignKey(Rectification, models.PROTECT, related_name="proofs")
    text = models.TextField(gettext_lazy("整改情况"), max_length=2000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    verdict = models.CharField(gettext_lazy("审核结论"), max_length=10, choices=Verdict, blank=True)
    answer = models.CharField(gettext_lazy("审核意见"), max_length=500, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = ProofQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rectification"], condition=Q(verdict=""), name="inspections_proof_one_waits"
            ),
            models.CheckConstraint(
                condition=Q(verdict="", decided_at=None) | (~Q(verdict="") & Q(decided_at__isnull=False)),
                name="inspections_proof_decided_at",
            ),
        ]


class ProofFileQuerySet(models.QuerySet["ProofFile"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        return self.filter(proof__in=Proof.objects.visible_to(user, at).order_by().values("pk"))


class ProofFile(models.Model):
    """A photo or a paper of a proof."""

    proof = models.ForeignKey(Proof, models.PROTECT, related_name="files")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")

    objects = ProofFileQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]


class MoreTime(models.Model):
    """The firm asks for more time, once for a rectification, and the agency decides (INS-7)."""

    rectification = models.OneToOneField(Rectification, models.PROTECT, related_name="more_time")
    until = models.DateField(gettext_lazy("延到"))
    reason = models.CharField(gettext_lazy("原因"), max_length=500)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    granted = models.BooleanField(null=True)
    answer = models.CharField(gettext_lazy("答复"), max_length=300, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(granted=None, decided_at=None) | Q(granted__isnull=False, decided_at__isnull=False),
                name="inspections_moretime_decided_at",
            )
        ]


class RectificationDeadline(Deadline):
    """What is owed for a rectification: the firm's part, and the agency's look at it (INS-7, DL-6)."""

    subject = models.ForeignKey(Rectification, on_delete=models.PROTECT, related_name="deadlines")

    class Meta(Deadline.Meta):
        abstract = False


class RectificationFiring(Firing):
    deadline = models.ForeignKey(RectificationDeadline, on_delete=models.PROTECT, related_name="firings")

    class Meta(Firing.Meta):
        abstract = False


class RectificationPause(Pause):
    deadline = models.ForeignKey(RectificationDeadline, on_delete=models.PROTECT, related_name="pauses")

    class Meta(Pause.Meta):
        abstract = False


class WarnedQuerySet(models.QuerySet["Warned"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """As the finding it is about."""
        return self.filter(finding__in=Finding.objects.visible_to(user, at).order_by().values("pk"))


class Warned(models.Model):
    """首违不罚: a first minor offence, remedied, is told and not punished; once for an item in two years at a firm.

    `item` is the first of the checklist's points with this place, so that a point that was worded anew stays the same.
    """

    number = models.CharField(gettext_lazy("编号"), max_length=20, unique=True)  # SW-20261121-0007
    finding = models.OneToOneField(Finding, models.PROTECT, related_name="warned")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="inspection_warnings")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="+")
    day = models.DateField(gettext_lazy("告知日期"))
    until = models.DateField()  # the last day on which the same again is no first offence
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = WarnedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("首违不罚")
        ordering = ["-at", "-pk"]
        constraints = [
            ExclusionConstraint(
                name="inspections_warned_first_alone",
                expressions=[
                    ("enterprise", RangeOperators.EQUAL),
                    ("item", RangeOperators.EQUAL),
                    (Term("day", "until", Value("[]")), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("rectification:warning", args=[self.number])


class PointEntryQuerySet(models.QuerySet["PointEntry"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """The firm its own; inspecting officials every firm's balance, as far as they read its findings."""
        return self.filter(finding__in=Finding.objects.visible_to(user, at).order_by().values("pk"))


class PointEntry(models.Model):
    """One line of a firm's ledger of inclusive-enforcement points 包容执法积分, never changed and never taken away."""

    class Why(models.TextChoices):
        DEDUCTED = "deducted", gettext_lazy("检查发现问题")
        RESTORED = "restored", gettext_lazy("按期整改完成，恢复")
        ANNULLED = "annulled", gettext_lazy("责令整改撤销，恢复")

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="points")
    year = models.PositiveSmallIntegerField()  # of the deduction, also where it is given back later
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="points")
    why = models.CharField(max_length=10, choices=Why)
    points = models.SmallIntegerField()
    at = models.DateTimeField()

    objects = PointEntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("包容执法积分")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["enterprise", "year"], name="inspections_points_of_firm")]
        constraints = [
            models.UniqueConstraint(  # taken once, given back once
                fields=["finding"], condition=Q(why="deducted"), name="inspections_points_taken_once"
            ),
            models.UniqueConstraint(
                fields=["finding"], condition=~Q(why="deducted"), name="inspections_points_given_back_once"
            ),
            models.CheckConstraint(
                condition=Q(why="deducted", points__lt=0) | (~Q(why="deducted") & Q(points__gt=0)),
                name="inspections_points_signed",
            ),
        ]


class CaseOutcomeQuerySet(models.QuerySet["CaseOutcome"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        return self.filter(finding__in=Finding.objects.visible_to(user, at).order_by().values("pk"))


class CaseOutcome(models.Model):
    """What came of a finding that was given to a case of its own 另案处理: a penalty, or none (INS-10)."""

    finding = models.OneToOneField(Finding, models.PROTECT, related_name="case")
    punished = models.BooleanField(gettext_lazy("处理结果"))
    decision = models.CharField(gettext_lazy("决定文号"), max_length=60, blank=True)
    decided_on = models.DateField(gettext_lazy("决定日期"))
    fine = models.DecimalField(gettext_lazy("罚款（元）"), max_digits=12, decimal_places=2, null=True, blank=True)
    remarks = models.CharField(gettext_lazy("说明"), max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = CaseOutcomeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(punished=False, fine=None) | Q(punished=True) & ~Q(decision=""),
                name="inspections_case_penalty_has_a_decision",
            ),
            models.UniqueConstraint(
                fields=["decision"], condition=~Q(decision=""), name="inspections_case_decision_once"
            ),
        ]


class CaseCorrection(models.Model):
    """What was registered wrong of a case: the values as they stood, kept beside those that stand now."""

    outcome = models.ForeignKey(CaseOutcome, models.PROTECT, related_name="corrections")
    punished = models.BooleanField()
    decision = models.CharField(max_length=60, blank=True)
    decided_on = models.DateField()
    fine = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    remarks = models.CharField(max_length=300, blank=True)
    reason = models.CharField(gettext_lazy("更正的原因"), max_length=300)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]


class VisitRatingQuerySet(models.QuerySet["VisitRating"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """The firm its own, and who oversees the town; no agency, which is told averages alone (INS-8)."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        rights, firms = rights_of(user, at), firms_of(user, at)
        own = Q(visit__enterprise__in=firms)
        if rights.has(*OVERSEE_INSPECTIONS) and not rights.is_outside:
            return self.filter(own | ~Q(visit__enterprise__in=firms))
        return self.filter(own)


class VisitRating(models.Model):
    """How the firm found a visit: stars, five answers on conduct, a word; once."""

    CONDUCT = ("showed_papers", "showed_code", "told_rights", "was_civil", "asked_no_more")
    visit = models.OneToOneField(JointVisit, models.PROTECT, related_name="rating")
    stars = models.PositiveSmallIntegerField(
        gettext_lazy("总体"), validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    showed_papers = models.BooleanField(gettext_lazy("出示了执法证"))
    showed_code = models.BooleanField(gettext_lazy("亮了检查码"))
    told_rights = models.BooleanField(gettext_lazy("告知了检查事项和企业的权利"))
    was_civil = models.BooleanField(gettext_lazy("文明规范"))
    asked_no_more = models.BooleanField(gettext_lazy("没有要求无关资料"))
    comment = models.CharField(gettext_lazy("想说的话"), max_length=500, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = VisitRatingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("检查评价")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=5), name="inspections_rating_one_to_five")
        ]


class ResultOwed(models.Model):
    """The results of a visit have changed and are to go into the facts (INS-10); gone once they are there."""

    visit = models.OneToOneField(JointVisit, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    since = models.DateTimeField(db_index=True)
    key = models.UUIDField(default=uuid.uuid4)  # another with each change

    class Meta:
        ordering = ["since", "pk"]
