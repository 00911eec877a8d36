"""What happens to a claim on its way: its files, what was asked for, reviews, objections, the payment, its clocks."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from enterprises.models import firms_of
from portal.deadlines.models import Deadline, Firing, Pause
from portal.files.models import StoredFile
from portal.people.models import Department, User
from portal.people.rights import rights_of

from .claims import Claim, departments_kept_by
from .policies import OVERSEE_POLICIES


class ClaimFileQuerySet(models.QuerySet["ClaimFile"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """Whoever sees the claim."""
        return self.filter(claim__in=Claim.objects.visible_to(user, at).order_by().values("pk"))


class ClaimFile(models.Model):
    """One material of a claim, or of an answer to a request for more."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="files")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    material = models.CharField(max_length=80, blank=True)  # the name of the material it stands for
    at = models.DateTimeField()

    objects = ClaimFileQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]


class ClaimSupplement(models.Model):
    """What was asked for once (一次性补正), and what the firm wrote to it."""

    claim = models.OneToOneField(Claim, models.PROTECT, related_name="supplement")
    items = models.CharField(gettext_lazy("要补的内容"), max_length=500)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.CharField(gettext_lazy("补充说明"), max_length=1000, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)


class ClaimReviewQuerySet(models.QuerySet["ClaimReview"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """SEC-2: the department that was asked its own, also when the claim is closed to it; else officials who read
        the claim. No firm, and nobody of the claiming firm.
        """
        rights = rights_of(user, at)
        if not rights.is_official or rights.is_outside:
            return self.none()
        elsewhere = self.exclude(claim__enterprise__in=firms_of(user, at))
        if rights.has(*OVERSEE_POLICIES):
            return elsewhere
        kept = departments_kept_by(user, at)
        return elsewhere.filter(Q(department__in=kept) | Q(claim__round__department__in=kept))

    def current(self) -> Self:
        """Those that count: not asked anew since."""
        return self.filter(superseded_at=None)

    def due(self) -> Self:
        return self.current().filter(says="")


class ClaimReview(models.Model):
    """One department's part of a joint review; all are asked at once and each answers for itself."""

    class Says(models.TextChoices):
        AGREES = "agrees", gettext_lazy("同意")
        LESS = "less", gettext_lazy("同意但核减")
        OPPOSES = "opposes", gettext_lazy("不同意")

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="reviews")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    says = models.CharField(gettext_lazy("意见"), max_length=10, choices=Says, blank=True)
    opinion = models.CharField(gettext_lazy("说明"), max_length=500, blank=True)
    amount = models.DecimalField(gettext_lazy("建议金额"), max_digits=14, decimal_places=2, null=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)  # the head sent the claim back and it was asked anew

    objects = ClaimReviewQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "department"], condition=Q(superseded_at=None), name="policies_review_once"
            ),
            models.CheckConstraint(
                condition=Q(says="", at=None) | (~Q(says="") & Q(at__isnull=False)), name="policies_review_said_at"
            ),
        ]


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """The department that keeps the round, who oversees the town; never the claiming firm's people."""
        rights = rights_of(user, at)
        if not rights.is_official or rights.is_outside:
            return self.none()
        elsewhere = self.exclude(claim__enterprise__in=firms_of(user, at))
        if rights.has(*OVERSEE_POLICIES):
            return elsewhere
        return elsewhere.filter(claim__round__department__in=departments_kept_by(user, at))

    def open(self) -> Self:
        return self.filter(decided_at=None)


class Objection(models.Model):
    """What somebody said against a claim while it was up (公示异议); the objector is known to the department alone."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="objections")
    text = models.TextField(gettext_lazy("异议"), max_length=1000)
    name = models.CharField(gettext_lazy("姓名"), max_length=40)
    phone = models.CharField(gettext_lazy("联系电话"), max_length=40)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    upheld = models.BooleanField(null=True)
    answer = models.CharField(gettext_lazy("处理意见"), max_length=500, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(upheld=None, decided_at=None) | Q(upheld__isnull=False, decided_at__isnull=False),
                name="policies_objection_decided_at",
            )
        ]


class Payment(models.Model):
    """The money as it went out (兑付), and the firm's word that it came."""

    claim = models.OneToOneField(Claim, models.PROTECT, related_name="payment")
    amount = models.DecimalField(gettext_lazy("金额"), max_digits=14, decimal_places=2)
    paid_on = models.DateField(gettext_lazy("兑付日期"))
    voucher = models.CharField(gettext_lazy("凭证号"), max_length=40, unique=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    received_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("兑付")
        ordering = ["-paid_on", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="policies_payment_is_money")]


class ClaimDeadline(Deadline):
    """What is owed for a claim (POL-5, DL-6)."""

    subject = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="deadlines")

    class Meta(Deadline.Meta):
        abstract = False


class ClaimFiring(Firing):
    deadline = models.ForeignKey(ClaimDeadline, on_delete=models.PROTECT, related_name="firings")

    class Meta(Firing.Meta):
        abstract = False


class ClaimPause(Pause):
    deadline = models.ForeignKey(ClaimDeadline, on_delete=models.PROTECT, related_name="pauses")

    class Meta(Pause.Meta):
        abstract = False
