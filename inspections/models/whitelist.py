"""The whitelist 白名单 (INS-1): rounds of proposing, each firm's entry from proposal to its end, reviews, appeals."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises.models import CriterionVersion, Enterprise, firms_of
from portal.deadlines.models import Deadline, Firing, Pause
from portal.files.models import StoredFile
from portal.people.models import User
from portal.people.rights import rights_of
from portal.people.roles import Role

from ..whitelist import stages
from .agencies import READS_INSPECTIONS, Agency
from .reasons import as_read


def reads_all(user: Any, at: datetime | None = None) -> bool:
    """Whether he reads entries that are being made and those that are over: the agencies, and who oversees the town."""
    rights = rights_of(user, at)
    return rights.has(*READS_INSPECTIONS) and not rights.is_outside


class WhitelistRoundQuerySet(models.QuerySet["WhitelistRound"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """SEC-1: rounds are the agencies' and the overseers' to read; the public reads what stands."""
        return self.all() if reads_all(user, at) else self.none()


class WhitelistRound(models.Model):
    """One round 批次 of proposing firms by a criterion: all its firms are reviewed by the same agencies at once."""

    title = models.CharField(gettext_lazy("批次"), max_length=60, unique=True)
    criterion = models.ForeignKey(CriterionVersion, models.PROTECT, related_name="+", verbose_name=gettext_lazy("条件"))
    term_from = models.DateField(gettext_lazy("有效期自"))
    term_until = models.DateField(gettext_lazy("有效期至"))
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)  # with the first firm that was approved

    objects = WhitelistRoundQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("白名单批次")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(term_until__gt=F("term_from")), name="inspections_round_term_ends_after_beginning"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("whitelist:round", args=[self.pk])


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """What stands is public (INS-1); the rest is the agencies' and the overseers' to read. Of its own a firm reads
        what has once stood, and so does who looks after it: they are told of that alone.
        """
        public = Q(status=stages.LISTED)
        if not getattr(user, "is_authenticated", False):
            return self.filter(public)
        firms = firms_of(user, at)
        own = Q(enterprise__in=firms, status__in=stages.HAVE_STOOD)
        if reads_all(user, at):
            return self.filter(public | own | ~Q(enterprise__in=firms))
        if rights_of(user, at).has(Role.STEWARD, Role.PROJECT_ASSISTANT):
            served = Enterprise.objects.stewarded_by(user, at).order_by().values("pk")
            own |= Q(enterprise__in=served, status__in=stages.HAVE_STOOD)
        return self.filter(public | own)

    def standing(self, first: date, last: date | None = None) -> Self:
        """On the whitelist on that day, or on any day of the span."""
        return self.filter(status=stages.LISTED, term_from__lte=last or first, term_until__gte=first)

    def ending(self, day: date, until: date) -> Self:
        """Standing on `day`, with a term that ends by `until`, and nothing yet that would follow."""
        follows = [*stages.PROPOSED, stages.LISTED]
        renewed = Entry.objects.filter(renews__isnull=False, status__in=follows).values("renews")
        return self.standing(day).filter(term_until__lte=until).exclude(pk__in=renewed)

    def with_round(self) -> Self:
        return self.select_related("round__criterion__criterion", "enterprise__place")


class Term(Func):
    """The days on which an entry holds, both ends in it; for the exclusion constraint."""

    function = "DATERANGE"
    output_field = DateRangeField()


class Entry(models.Model):
    """One firm's place on the whitelist, from its proposal to its end; moved by `inspections.whitelist.flow` alone."""

    number = models.CharField(gettext_lazy("编号"), max_length=20, unique=True)  # BM-20261121-0007
    round = models.ForeignKey(WhitelistRound, models.PROTECT, related_name="entries")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="whitelist_entries")
    status = models.CharField(max_length=10, choices=[(s, gettext_lazy(n)) for s, n in stages.STATUSES.items()])
    reasons = models.JSONField(default=list)  # what the criterion saw when it was proposed, see whitelist.reasons
    term_from = models.DateField(gettext_lazy("有效期自"))
    term_until = models.DateField(gettext_lazy("有效期至"))
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    answer = models.CharField(gettext_lazy("对异议的说明"), max_length=500, blank=True)  # of who proposed it
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_for = models.CharField(gettext_lazy("原因"), max_length=500, blank=True)  # the incident; why it was dropped
    ended_basis = models.CharField(gettext_lazy("依据"), max_length=200, blank=True)  # the paper that proves it
    # The facts by which it was removed at once, as they were seen; what a successful appeal has answered stays here.
    incident = models.JSONField(default=dict)  # {"version": of the criterion, "day", "seen"}, see whitelist.reasons
    renews = models.ForeignKey("self", models.PROTECT, null=True, related_name="renewed_by")

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("白名单企业")
        ordering = ["-proposed_at", "-pk"]
        indexes = [
            models.Index(
                fields=["enterprise", "term_from", "term_until"],
                name="inspections_entry_standing",
                condition=Q(status=stages.LISTED),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=list(stages.STATUSES)), name="inspections_entry_status_known"
            ),
            models.UniqueConstraint(
                fields=["enterprise"],
                condition=Q(status__in=list(stages.PROPOSED)),
                name="inspections_entry_proposed_once",
            ),
            models.CheckConstraint(
                condition=Q(term_until__gt=F("term_from")), name="inspections_entry_term_ends_after_beginning"
            ),
            models.CheckConstraint(
                condition=Q(status__in=list(stages.ENDED), ended_at__isnull=False)
                | (~Q(status__in=list(stages.ENDED))),
                name="inspections_entry_ended_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(status=stages.LISTED) | Q(approved_at__isnull=False),
                name="inspections_entry_listed_is_approved",
            ),
            ExclusionConstraint(  # of two terms that meet one is a mistake, whoever made it
                name="inspections_entry_stands_once",
                expressions=[
                    ("enterprise", RangeOperators.EQUAL),
                    (Term("term_from", "term_until", Value("[]")), RangeOperators.OVERLAPS),
                ],
                condition=Q(status=stages.LISTED),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("whitelist:entry", args=[self.number])

    @property
    def status_name(self) -> str:
        return _(stages.STATUSES[self.status])

    @property
    def why_ended(self) -> str:
        return as_read(self.ended_for)

    def stands_on(self, day: date) -> bool:
        return self.status == stages.LISTED and self.term_from <= day <= self.term_until


class EntryReviewQuerySet(models.QuerySet["EntryReview"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """What agencies said is theirs and the overseers' to read, never the firm's own people's."""
        return self.exclude(entry__enterprise__in=firms_of(user, at)) if reads_all(user, at) else self.none()

    def due(self) -> Self:
        """Still owed."""
        return self.filter(says="", entry__status=stages.REVIEW)


class EntryReview(models.Model):
    """One agency's part of the joint review; an objection has grounds."""

    class Says(models.TextChoices):
        AGREES = "agrees", gettext_lazy("同意")
        OBJECTS = "objects", gettext_lazy("有异议")

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="reviews")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    says = models.CharField(gettext_lazy("意见"), max_length=10, choices=Says, blank=True)
    grounds = models.CharField(gettext_lazy("理由"), max_length=500, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)

    objects = EntryReviewQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "agency"], name="inspections_entryreview_once"),
            models.CheckConstraint(
                condition=Q(says="", at=None) | (~Q(says="") & Q(at__isnull=False)),
                name="inspections_entryreview_said_at",
            ),
            models.CheckConstraint(
                condition=~Q(says="objects") | ~Q(grounds=""), name="inspections_entryreview_objection_has_grounds"
            ),
        ]


class Appeal(models.Model):
    """What a firm says against its removal, once for each, and what came of it.

    The removal is copied: where the appeal is upheld the entry stands again and bears no trace of it.
    """

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="appeals")
    text = models.TextField(gettext_lazy("申诉理由"), max_length=1000)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    removed_at = models.DateTimeField()
    removed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    removed_for = models.CharField(max_length=500)
    incident = models.JSONField(default=dict)  # upheld: these facts do not remove it again
    upheld = models.BooleanField(null=True)
    answer = models.CharField(gettext_lazy("处理意见"), max_length=500, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "removed_at"], name="inspections_appeal_once_for_a_removal"),
            models.CheckConstraint(
                condition=Q(upheld=None, decided_at=None) | Q(upheld__isnull=False, decided_at__isnull=False),
                name="inspections_appeal_decided_at",
            ),
        ]

    @property
    def why_removed(self) -> str:
        return as_read(self.removed_for)


class AppealFileQuerySet(models.QuerySet["AppealFile"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """The firm's own, and those who read all entries: whoever looks after the firm reads no appeal."""
        read = Q(appeal__entry__enterprise__in=firms_of(user, at))
        if reads_all(user, at):
            read |= Q(appeal__entry__in=Entry.objects.visible_to(user, at).order_by().values("pk"))
        return self.filter(read)


class AppealFile(models.Model):
    """A photo or a paper that the firm gives with its appeal."""

    appeal = models.ForeignKey(Appeal, models.PROTECT, related_name="files")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")

    objects = AppealFileQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]


class RoundDeadline(Deadline):
    """What is owed for a round as a whole (DL-6): each agency's review of all its firms, and the approval.

    One clock for a round and agency: 372 firms must not be 372 letters.
    """

    subject = models.ForeignKey(WhitelistRound, on_delete=models.PROTECT, related_name="deadlines")

    class Meta(Deadline.Meta):
        abstract = False


class RoundFiring(Firing):
    deadline = models.ForeignKey(RoundDeadline, on_delete=models.PROTECT, related_name="firings")

    class Meta(Firing.Meta):
        abstract = False


class RoundPause(Pause):
    deadline = models.ForeignKey(RoundDeadline, on_delete=models.PROTECT, related_name="pauses")

    class Meta(Pause.Meta):
        abstract = False


class EntryDeadline(Deadline):
    """What is owed for one entry: the answer to an appeal (DL-6)."""

    subject = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="deadlines")

    class Meta(Deadline.Meta):
        abstract = False


class EntryFiring(Firing):
    deadline = models.ForeignKey(EntryDeadline, on_delete=models.PROTECT, related_name="firings")

    class Meta(Firing.Meta):
        abstract = False


class EntryPause(Pause):
    deadline = models.ForeignKey(EntryDeadline, on_delete=models.PROTECT, related_name="pauses")

    class Meta(Pause.Meta):
        abstract = False
