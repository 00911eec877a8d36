"""The code at the door 检查码, who scanned it, and what firms report of checks that showed none (INS-6)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises.models import Enterprise
from enterprises.models.codes import fresh_token
from portal.deadlines.models import Deadline, Firing, Pause
from portal.files.models import StoredFile
from portal.people.models import User
from portal.people.rights import rights_of
from portal.people.roles import Role

from ..visits import reports
from .agencies import Agency, departments_of
from .plans import JointVisit


class VisitCode(models.Model):
    """One code of a visit, good from `issued_at` until `expires_at` unless it is revoked before.

    The token stands in the address that the QR shows; without it nobody finds the visit, and it opens no more than who
    comes, why and until when.
    """

    class Why(models.TextChoices):
        REPLACED = "replaced", gettext_lazy("换了新码")
        MOVED = "moved", gettext_lazy("检查改期")
        CANCELLED = "cancelled", gettext_lazy("检查取消")

    visit = models.ForeignKey(JointVisit, models.PROTECT, related_name="codes")
    token = models.CharField(max_length=32, unique=True, default=fresh_token, editable=False)
    issued_at = models.DateTimeField(gettext_lazy("赋码时间"))
    expires_at = models.DateTimeField(gettext_lazy("有效期至"))
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=gettext_lazy("赋码人"))
    revoked_at = models.DateTimeField(null=True)
    revoked_for = models.CharField(max_length=10, choices=Why, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("检查码")
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["visit"], condition=Q(revoked_at=None), name="inspections_code_one_valid"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("issued_at")), name="inspections_code_expires_later"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_for="") | (Q(revoked_at__isnull=False) & ~Q(revoked_for="")),
                name="inspections_code_revoked_says_why",
            ),
        ]

    def holds(self, at: datetime) -> bool:
        return self.revoked_at is None and self.issued_at <= at < self.expires_at


class CodeScan(models.Model):
    """Somebody opened what the code leads to; strangers leave neither name nor address."""

    code = models.ForeignKey(VisitCode, models.PROTECT, related_name="scans")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    of_firm = models.BooleanField(default=False)  # one of the firm that is visited

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("扫码记录")
        ordering = ["-at", "-pk"]


class Arrival(models.Model):
    """A person of the firm has confirmed that those named by the code are there."""

    visit = models.OneToOneField(JointVisit, models.PROTECT, related_name="arrival")
    code = models.ForeignKey(VisitCode, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()


class CodelessReportQuerySet(models.QuerySet["CodelessReport"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """Whoever reported it, and supervisors: none who works for the agency that is named, and none of the firm's
        other people, for who spoke shall not be known (in the spirit of APP-18).
        """
        if not getattr(user, "is_authenticated", False):
            return self.none()
        rights = rights_of(user, at)
        own = Q(reported_by=user)
        if not rights.has(Role.SUPERVISOR) or rights.is_outside:
            return self.filter(own)
        concerned = Q(agency__department__in=departments_of(rights)) & Q(agency__isnull=False)
        return self.filter(own | ~concerned)

    def open(self) -> Self:
        return self.filter(status=reports.OPEN)


class CodelessReport(models.Model):
    """A firm says that somebody inspected without a code 无码检查反映."""

    number = models.CharField(gettext_lazy("编号"), max_length=20, unique=True)  # WM-20261121-0007
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # of the form: sent twice is one
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="codeless_reports")
    came_at = models.DateTimeField(gettext_lazy("来的时间"))
    who = models.CharField(gettext_lazy("来的是谁"), max_length=200)
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=gettext_lazy("自称哪个部门")
    )
    said = models.TextField(gettext_lazy("来做什么、说了什么"), max_length=1000)
    status = models.CharField(max_length=10, choices=[(s, gettext_lazy(n)) for s, n in reports.STATUSES.items()])
    reported_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=gettext_lazy("反映人"))
    reported_at = models.DateTimeField(gettext_lazy("反映时间"))
    finding = models.CharField(
        gettext_lazy("核查结论"),
        max_length=12,
        blank=True,
        choices=[(s, gettext_lazy(n)) for s, n in reports.FINDINGS.items()],
    )
    answer = models.TextField(gettext_lazy("给企业的答复"), max_length=1000, blank=True)
    to_agency = models.TextField(gettext_lazy("给部门的提醒"), max_length=500, blank=True)  # names no firm, no day
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    objects = CodelessReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("无码检查反映")
        ordering = ["-reported_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status=reports.OPEN, finding="", answered_at=None)
                | (Q(status=reports.ANSWERED, answered_at__isnull=False) & ~Q(finding="") & ~Q(answer="")),
                name="inspections_report_answered_has_an_answer",
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def status_name(self) -> str:
        return _(reports.STATUSES[self.status])

    @property
    def finding_name(self) -> str:
        return _(reports.FINDINGS[self.finding]) if self.finding else ""


class CodelessPhoto(models.Model):
    """A photo that came with the report; whoever reads the report sees it."""

    report = models.ForeignKey(CodelessReport, models.PROTECT, related_name="photos")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]


class CodelessDeadline(Deadline):
    """What is owed for a report: its answer (DL-6)."""

    subject = models.ForeignKey(CodelessReport, on_delete=models.PROTECT, related_name="deadlines")

    class Meta(Deadline.Meta):
        abstract = False


class CodelessFiring(Firing):
    deadline = models.ForeignKey(CodelessDeadline, on_delete=models.PROTECT, related_name="firings")

    class Meta(Firing.Meta):
        abstract = False


class CodelessPause(Pause):
    deadline = models.ForeignKey(CodelessDeadline, on_delete=models.PROTECT, related_name="pauses")

    class Meta(Pause.Meta):
        abstract = False
