"""Rounds of claiming and the claims in them (POL-5), from the window to the payment.

A quota is places: each claim that has one holds a number from 1 to the round's quota, unique in the round, so that no
two approvals can ever take the same and none beyond the last, whatever runs beside it.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises.models import Enterprise, firms_of
from portal.deadlines.models import Deadline
from portal.people.models import Department, User
from portal.people.rights import rights_of
from portal.people.roles import Role

from ..claims import stages
from .policies import HEADS, OVERSEE_POLICIES, ClauseVersion, Way


def departments_kept_by(user: Any, at: datetime | None = None) -> frozenset[int]:
    """The departments whose claims he works on: as policy officer, or as head of it or above it."""
    rights = rights_of(user, at)
    if rights.is_outside:
        return frozenset()
    return rights.departments(Role.POLICY_OFFICER) | rights.subtree(*HEADS)


class RoundQuerySet(models.QuerySet["Round"]):
    def open(self, at: datetime) -> Self:
        """Takes claims now; of a policy that was abolished none does."""
        until = Q(closes_at=None) | Q(closes_at__gt=at)
        return self.filter(until, opens_at__lte=at, ended_at=None, clause__version__policy__ended_at=None)

    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """Rounds are public (POL-11): who may claim what until when."""
        return self.all()

    def kept_by(self, user: Any, at: datetime | None = None) -> Self:
        """Of the departments where he is policy officer or head."""
        return self.filter(department__in=departments_kept_by(user, at))


class Round(models.Model):
    """One round 申报批次 of claiming a clause as it stood when the round was made; the window is [opens, closes)."""

    class Order(models.TextChoices):
        FIRST_COME = "first_come", gettext_lazy("先报先得")  # a place is taken with the claim
        BY_MERIT = "by_merit", gettext_lazy("择优")  # a place is taken with the approval

    clause = models.ForeignKey(ClauseVersion, models.PROTECT, related_name="rounds", verbose_name=gettext_lazy("条款"))
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=gettext_lazy("受理单位"))
    title = models.CharField(gettext_lazy("批次"), max_length=60)  # 2026 年第一批
    way = models.CharField(gettext_lazy("兑现方式"), max_length=10, choices=Way)
    opens_at = models.DateTimeField(gettext_lazy("开始时间"))
    closes_at = models.DateTimeField(gettext_lazy("截止时间"), null=True, blank=True)
    order = models.CharField(gettext_lazy("名额分配"), max_length=10, choices=Order, default=Order.BY_MERIT)
    quota = models.PositiveIntegerField(gettext_lazy("名额"), null=True, blank=True)  # null: no limit
    budget = models.DecimalField(gettext_lazy("预算(元)"), max_digits=14, decimal_places=2, null=True, blank=True)
    committed = models.DecimalField(max_digits=14, decimal_places=2, default=0)  # approved so far, within the budget
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)  # closed early by hand
    ended_for = models.CharField(max_length=300, blank=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("申报批次")
        ordering = ["-opens_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at=None) | Q(closes_at__gt=F("opens_at")), name="policies_round_closes_after_opening"
            ),
            models.CheckConstraint(condition=Q(quota=None) | Q(quota__gte=1), name="policies_round_has_places"),
            models.CheckConstraint(
                condition=Q(committed__gte=0) & (Q(budget=None) | Q(committed__lte=F("budget"))),
                name="policies_round_within_budget",
            ),
            models.CheckConstraint(
                condition=Q(way__in=[Way.BY_DATA, Way.BY_REVIEW, Way.CLAIM_FREE]), name="policies_round_way_is_claimed"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | ~Q(ended_for=""), name="policies_round_closed_early_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clause.title} {self.title}"

    @property
    def places_on_filing(self) -> bool:
        """Whether a place of the quota is taken with the claim; else with its approval."""
        return self.quota is not None and self.order == self.Order.FIRST_COME

    def is_open(self, at: datetime) -> bool:
        return self.ended_at is None and self.opens_at <= at and (self.closes_at is None or at < self.closes_at)


class PublicityQuerySet(models.QuerySet["Publicity"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """A public notice is everybody's to read (POL-11)."""
        return self.all()

    def up(self, at: datetime) -> Self:
        return self.filter(begins_at__lte=at, ends_at__gt=at)


class Publicity(models.Model):
    """One public notice 公示 of approved claims of a round, from the day it is up until its time is over."""

    number = models.CharField(gettext_lazy("编号"), max_length=20, unique=True)
    round = models.ForeignKey(Round, models.PROTECT, related_name="publicities")
    begins_at = models.DateTimeField(gettext_lazy("公示开始"))
    ends_at = models.DateTimeField(gettext_lazy("公示截止"))  # close of business of its last working day
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = PublicityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("公示")
        ordering = ["-begins_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("begins_at")), name="policies_publicity_ends_after_beginning"
            )
        ]

    def __str__(self) -> str:
        return self.number


class ClaimQuerySet(models.QuerySet["Claim"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """SEC-1: the firm its own; officers and heads of the round's department; reviewers while it is under review;
        who looks after the firm; who oversees the town all. In his own firm's claim an official is the firm.
        """
        if not getattr(user, "is_authenticated", False):
            return self.none()
        rights, firms = rights_of(user, at), firms_of(user, at)
        own = Q(enterprise__in=firms)
        if not rights.is_official or rights.is_outside:
            return self.filter(own)
        elsewhere = ~Q(enterprise__in=firms)
        if rights.has(*OVERSEE_POLICIES):
            return self.filter(own | elsewhere)
        kept = departments_kept_by(user, at)
        reads = Q(round__department__in=kept)
        from .claimsteps import ClaimReview

        asked = ClaimReview.objects.current().filter(department__in=kept).order_by().values("claim")
        reads |= Q(pk__in=asked, status=stages.REVIEW)
        if rights.has(Role.STEWARD, Role.PROJECT_ASSISTANT):
            reads |= Q(enterprise__in=Enterprise.objects.stewarded_by(user, at).order_by().values("pk"))
        return self.filter(own | elsewhere & reads)

    def open(self) -> Self:
        return self.filter(status__in=stages.OPEN)


class Claim(models.Model):
    """One firm's claim in one round; moved only by the verbs of `policies.claims.flow`."""

    number = models.CharField(gettext_lazy("编号"), max_length=20, unique=True)  # ZC-20261121-0007
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # of the form: sent twice is one claim
    round = models.ForeignKey(Round, models.PROTECT, related_name="claims", verbose_name=gettext_lazy("批次"))
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="claims")
    status = models.CharField(max_length=12, choices=[(s, gettext_lazy(n)) for s, n in stages.STATUSES.items()])
    place = models.PositiveIntegerField(null=True)  # its place of the quota
    waits_since = models.DateTimeField(null=True)  # in the queue of a first-come round that is full
    created_at = models.DateTimeField()
    filed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    filed_at = models.DateTimeField(null=True)  # sent, or confirmed where it is claim-free
    contact_name = models.CharField(gettext_lazy("联系人"), max_length=40, blank=True)
    contact_phone = models.CharField(gettext_lazy("联系电话"), max_length=40, blank=True)
    account_name = models.CharField(gettext_lazy("开户名称"), max_length=120, blank=True)
    bank = models.CharField(gettext_lazy("开户银行"), max_length=80, blank=True)
    account = models.CharField(gettext_lazy("银行账号"), max_length=40, blank=True)
    answers = models.JSONField(default=dict)  # what the formula asks for, by its code, as exact text
    statement = models.TextField(gettext_lazy("申报说明"), max_length=2000, blank=True)
    # What was known when it was filed: [{"attribute", "value", "source", "day", "declared"}], and what the check found.
    seen = models.JSONField(default=list)
    deviations = models.JSONField(default=list)  # [{"attribute" or "formula", "said", "found"}]
    checked_at = models.DateTimeField(null=True)
    asked_amount = models.DecimalField(gettext_lazy("申报金额"), max_digits=14, decimal_places=2, null=True)
    working = models.JSONField(default=list)  # how the amount was computed, line by line
    amount = models.DecimalField(gettext_lazy("核定金额"), max_digits=14, decimal_places=2, null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(gettext_lazy("理由"), max_length=500, blank=True)  # why not, or what is missing
    publicity = models.ForeignKey(Publicity, models.PROTECT, null=True, related_name="claims")
    ended_at = models.DateTimeField(null=True)
    stars = models.PositiveSmallIntegerField(gettext_lazy("评分"), null=True)
    comment = models.CharField(gettext_lazy("评价"), max_length=300, blank=True)
    rated_at = models.DateTimeField(null=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("申报")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["enterprise", "-created_at"], name="policies_claim_of_firm"),
            models.Index(fields=["round", "status"], name="policies_claim_of_round"),
            models.Index(  # what the sweep looks at
                fields=["status"],
                name="policies_claim_waits_for_time",
                condition=Q(status__in=[stages.WAITING, stages.PUBLICITY]),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=list(stages.STATUSES)), name="policies_claim_status_known"),
            models.UniqueConstraint(
                fields=["round", "enterprise"],
                condition=~Q(status__in=[stages.REJECTED, stages.WITHDRAWN, stages.LAPSED]),
                name="policies_claim_once_in_a_round",
            ),
            models.UniqueConstraint(
                fields=["round", "place"], condition=Q(place__isnull=False), name="policies_claim_place_once"
            ),
            models.CheckConstraint(
                condition=Q(place=None)
                | (Q(place__gte=1) & ~Q(status__in=[stages.REJECTED, stages.WITHDRAWN, stages.LAPSED])),
                name="policies_claim_place_is_given_back",
            ),
            models.CheckConstraint(
                condition=~Q(
                    status__in=[stages.PUBLISH, stages.PUBLICITY, stages.OBJECTION, stages.PAYMENT, stages.PAID]
                )
                | Q(amount__isnull=False, decided_at__isnull=False),
                name="policies_claim_approved_has_an_amount",
            ),
            models.CheckConstraint(
                condition=Q(status__in=list(stages.ENDED), ended_at__isnull=False)
                | (~Q(status__in=list(stages.ENDED)) & Q(ended_at=None)),
                name="policies_claim_ended_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(stars=None) | Q(stars__range=(1, 5), status__in=[stages.PAID, stages.REJECTED]),
                name="policies_claim_rated_at_the_end",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def status_name(self) -> str:
        return _(stages.STATUSES[self.status])

    @property
    def account_differs(self) -> bool:
        """The money would go to another name than the firm's: somebody looks before it is paid."""
        return bool(self.account_name) and self.account_name != self.enterprise.name

    @cached_property
    def deadline(self) -> Deadline | None:
        """What is owed next: the earliest open clock."""
        clocks = getattr(self, "clocks", None)
        if clocks is None:
            clocks = list(self.deadlines.open().with_units())
        return clocks[0] if clocks else None
