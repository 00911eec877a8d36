"""Visits (ENT-10): the plan, one visit with its record, attempts, photos and what came of it, and its time limit."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Max, Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises.models import Correction, Criterion, Enterprise, Level, firms_of
from portal.deadlines.models import Deadline, Firing, Pause
from portal.files.models import StoredFile
from portal.people.models import User
from portal.people.rights import rights_of, standing_in
from portal.people.roles import Role
from requests.models.ticket import Ticket
from requests.visits import stages

OVERSEE_VISITS = (Role.SUPERVISOR, Role.LEADER)
STEWARDS = (Role.STEWARD, Role.PROJECT_ASSISTANT)
VISITORS = (*STEWARDS, Role.GRID_MEMBER, *OVERSEE_VISITS)


class PlanQuerySet(models.QuerySet["VisitPlan"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> PlanQuerySet:
        """Who oversees visits reads all plans, a visitor those that name him (SEC-1)."""
        rights = rights_of(user, at)
        if not rights.is_official or rights.is_outside:
            return self.none()
        if rights.has(*OVERSEE_VISITS):
            return self
        own = Visit.objects.filter(visitor__in=standing_in(user, at)).order_by().values("plan")
        return self.filter(pk__in=own)


class VisitPlan(models.Model):
    """Which firms are visited how often from day to day, and by whom; made and called off as a whole."""

    class Source(models.TextChoices):
        KEY_LIST = "key_list", gettext_lazy("重点企业名单")
        CRITERION = "criterion", gettext_lazy("符合一个条件的企业")
        CHOSEN = "chosen", gettext_lazy("逐家选定")

    class Goes(models.TextChoices):
        STEWARD = "steward", gettext_lazy("服务管家")
        LEADER = "leader", gettext_lazy("联系领导")
        GRID = "grid", gettext_lazy("网格员")
        PERSON = "person", gettext_lazy("指定的人")

    title = models.CharField(max_length=60)
    purpose = models.TextField(max_length=500, blank=True)  # what to look at and to ask
    source = models.CharField(max_length=10, choices=Source)
    level = models.CharField(max_length=10, choices=Level, blank=True)
    criterion = models.ForeignKey(Criterion, null=True, on_delete=models.PROTECT, related_name="+")
    goes = models.CharField(max_length=10, choices=Goes)
    times = models.PositiveSmallIntegerField(default=1)  # visits to each firm
    since = models.DateField()
    until = models.DateField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=300, blank=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["-since", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=models.F("since")), name="visitplan_ends_after_start"),
            models.CheckConstraint(condition=Q(times__gte=1), name="visitplan_visits_at_least_once"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | ~Q(end_reason=""), name="visitplan_called_off_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> VisitQuerySet:
        """Who oversees visits sees all; a visitor his own and those to firms he looks after; a firm those it had.

        In his own firm's visits an official is the firm (handbook §1); a third party sees none (APP-7).
        """
        if not getattr(user, "is_authenticated", False):
            return self.none()
        rights, firms = rights_of(user, at), firms_of(user, at)
        had = Q(enterprise__in=firms, status=stages.DONE)
        if not rights.is_official or rights.is_outside:
            return self.filter(had)
        elsewhere = ~Q(enterprise__in=firms)
        if rights.has(*OVERSEE_VISITS):
            return self.filter(had | elsewhere)
        names = standing_in(user, at)
        if not rights.has(*VISITORS):  # with the role ends what it opened (SEC-2)
            return self.filter(had)
        reads = Q(visitor__in=names) | Q(recorded_by__in=names)
        if rights.has(*STEWARDS):
            reads |= Q(enterprise__in=Enterprise.objects.stewarded_by(user, at).order_by().values("pk"))
        if rights.has(Role.GRID_MEMBER):
            reads |= Q(enterprise__in=Enterprise.objects.placed_under(user, at).order_by().values("pk"))
        return self.filter(had | elsewhere & reads)

    def planned(self) -> VisitQuerySet:
        return self.filter(status=stages.PLANNED)

    def done(self) -> VisitQuerySet:
        return self.filter(status=stages.DONE)

    def of(self, user: User, at: datetime | None = None) -> VisitQuerySet:
        """His to make: named for him, or for somebody he stands in for."""
        return self.filter(visitor__in=standing_in(user, at))

    def overdue(self, at: datetime) -> VisitQuerySet:
        """Planned, and the time for it has passed."""
        return self.planned().filter(pk__in=VisitDeadline.objects.overdue(at).values("subject"))

    def with_due(self) -> VisitQuerySet:
        """Adds `due_at`, by when it is or was to be made; None where nobody had planned it."""
        clocks = VisitDeadline.objects.filter(subject=models.OuterRef("pk")).order_by("-pk")
        return self.annotate(due_at=models.Subquery(clocks.values("due_at")[:1]))

    def for_rows(self) -> VisitQuerySet:
        """With everything that one row of a list shows; two queries for any number of rows."""
        clocks = models.Prefetch("deadlines", VisitDeadline.objects.order_by("-pk"), to_attr="clocks")
        return self.select_related("enterprise__place", "visitor", "recorded_by", "plan").prefetch_related(clocks)


class Visit(models.Model):
    """One visit to one firm; moved only by the verbs of `requests.visits.flow`."""

    class Way(models.TextChoices):
        ON_SITE = "on_site", gettext_lazy("上门")
        MEETING = "meeting", gettext_lazy("约谈")
        REMOTE = "remote", gettext_lazy("电话或视频")

    class Answer(models.TextChoices):
        CONFIRMED = "confirmed", gettext_lazy("情况属实")
        COMMENTED = "commented", gettext_lazy("有补充")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # stands in addresses
    plan = models.ForeignKey(VisitPlan, null=True, on_delete=models.PROTECT, related_name="visits")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="visits")
    visitor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=[(s, gettext_lazy(n)) for s, n in stages.STATUSES.items()])
    opens_at = models.DateTimeField()  # from when it is to be made
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    moves = models.PositiveSmallIntegerField(default=0)  # how often the visitor himself put it off
    moved_for = models.CharField(max_length=300, blank=True)  # why it was moved last

    visited_at = models.DateTimeField(null=True)
    way = models.CharField(max_length=10, choices=Way, blank=True)
    met_name = models.CharField(max_length=40, blank=True)
    met_title = models.CharField(max_length=40, blank=True)
    said = models.TextField(max_length=4000, blank=True)
    needs = models.TextField(max_length=2000, blank=True)
    note = models.TextField(max_length=2000, blank=True)  # internal: no firm reads it
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(null=True)
    sent_key = models.UUIDField(null=True)  # of the form that recorded it: the same form sent again changes nothing

    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    answer_text = models.CharField(max_length=500, blank=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)

    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=300, blank=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_at", "-id"]
        indexes = [
            models.Index(fields=["visitor"], name="visit_to_make", condition=Q(status=stages.PLANNED)),
            models.Index(fields=["enterprise", "-visited_at"], name="visit_of_firm"),
            models.Index(fields=["-visited_at", "-id"], name="visit_latest", condition=Q(status=stages.DONE)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=list(stages.STATUSES)), name="visit_status_known"),
            models.CheckConstraint(
                condition=Q(status=stages.DONE, visited_at__isnull=False, recorded_by__isnull=False)
                | (~Q(status=stages.DONE) & Q(visited_at=None, recorded_by=None)),
                name="visit_done_has_a_record",
            ),
            models.CheckConstraint(
                condition=Q(status=stages.CANCELLED, ended_at__isnull=False)
                | (~Q(status=stages.CANCELLED) & Q(ended_at=None)),
                name="visit_cancelled_has_a_time",
            ),
            models.CheckConstraint(condition=Q(answer="") | Q(status=stages.DONE), name="visit_answered_when_done"),
        ]

    def __str__(self) -> str:
        return _("走访 %(n)s") % {"n": self.pk}  # names no firm: administrators read it among limits that moved

    @property
    def status_name(self) -> str:
        return _(stages.STATUSES[self.status])

    @cached_property
    def deadline(self) -> VisitDeadline | None:
        """The time limit that holds or held last; none for a visit that nobody had planned."""
        clocks = getattr(self, "clocks", None)
        if clocks is None:
            return self.deadlines.order_by("-pk").first()
        return clocks[0] if clocks else None


class VisitAttempt(models.Model):
    """Somebody went and reached nobody."""

    class Why(models.TextChoices):
        CLOSED = "closed", gettext_lazy("没有开门")
        ABSENT = "absent", gettext_lazy("负责人不在")
        REFUSED = "refused", gettext_lazy("企业不便接待")
        MOVED = "moved", gettext_lazy("已不在原址")

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="attempts")
    why = models.CharField(max_length=10, choices=Why)
    text = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]


class VisitDraft(models.Model):
    """What a visitor has begun to write down, under the visit's key (also of one that is no visit yet)."""

    key = models.UUIDField(editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="+")
    data = models.JSONField(default=dict)  # the form's fields as typed
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-saved_at"]
        constraints = [models.UniqueConstraint(fields=["key", "user"], name="visitdraft_one_each")]


class PhotoQuerySet(models.QuerySet["VisitPhoto"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> PhotoQuerySet:
        """Officials who see the visit, and whoever is writing it down; the firm is not shown them (ENT-10)."""
        seen = Visit.objects.visible_to(user, at).exclude(enterprise__in=firms_of(user, at)).order_by().values("pk")
        return self.filter(Q(visit__in=seen) | Q(draft__user=user))


class VisitPhoto(models.Model):
    """A stored file's place: in a draft, then in the visit."""

    draft = models.ForeignKey(VisitDraft, null=True, on_delete=models.CASCADE, related_name="photos")
    visit = models.ForeignKey(Visit, null=True, on_delete=models.PROTECT, related_name="photos")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")

    objects = PhotoQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(draft__isnull=True) ^ Q(visit__isnull=True), name="visitphoto_of_draft_or_visit"
            )
        ]


class VisitTicket(models.Model):
    """A problem found at a visit, and the ticket it became in the same act."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="found")
    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="from_visit")

    class Meta:
        ordering = ["id"]


class VisitCorrection(models.Model):
    """A fact that was found to be otherwise, as it was proposed to the owning line (ENT-3)."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="corrected")
    correction = models.OneToOneField(Correction, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]


class VisitDeadline(Deadline):
    """By when a visit is to be made; owed by the visitor in person (DL-6)."""

    subject = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="deadlines")

    class Meta(Deadline.Meta):
        abstract = False


class VisitFiring(Firing):
    deadline = models.ForeignKey(VisitDeadline, on_delete=models.PROTECT, related_name="firings")

    class Meta(Firing.Meta):
        abstract = False


class VisitPause(Pause):
    deadline = models.ForeignKey(VisitDeadline, on_delete=models.PROTECT, related_name="pauses")

    class Meta(Pause.Meta):
        abstract = False


def last_visits() -> QuerySet[Any]:
    """Each firm's key with when it was visited last."""
    return Visit.objects.done().order_by().values("enterprise").annotate(last=Max("visited_at"))
