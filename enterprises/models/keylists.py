"""Key-enterprise lists of a year (ENT-9): two levels, and on each its entries with leader contact and steward."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.people.models import User
from portal.people.rights import rights_of
from portal.people.roles import Role

from ..keylists import stages
from .criteria import Criterion
from .firms import READS_EVERY_FIRM, Enterprise

# Who sees a list while it is worked on; once approved every official who reads firms does.
WORKS_ON_KEY_LISTS = (Role.DEPARTMENT_HEAD, Role.STEWARD, Role.TRIAGER, Role.SUPERVISOR, Role.LEADER)


class Level(models.TextChoices):
    DISTRICT = "district", gettext_lazy("区级")
    TOWN = "town", gettext_lazy("镇级")


SIZES = {Level.DISTRICT: 13, Level.TOWN: 200}  # of the first year; every list has its own size after that


class KeyListQuerySet(models.QuerySet["KeyList"]):
    def visible_to(self, user: User | AnonymousUser, at: datetime | None = None) -> Self:
        """Every official reads what is approved; who proposes, reviews or approves reads what is being made (SEC-1)."""
        if not user.is_authenticated:
            return self.none()
        rights = rights_of(user, at)
        if rights.is_outside or not rights.has(*READS_EVERY_FIRM):
            return self.none()
        return self if rights.has(*WORKS_ON_KEY_LISTS) else self.approved()

    def approved(self) -> Self:
        return self.filter(status=stages.APPROVED)


class KeyList(models.Model):
    """The key enterprises of one level in one year; moved only by the verbs of `enterprises.keylists.flow`."""

    level = models.CharField(gettext_lazy("级别"), max_length=10, choices=Level)
    year = models.PositiveSmallIntegerField(gettext_lazy("年度"))
    size = models.PositiveSmallIntegerField(gettext_lazy("名额"))
    status = models.CharField(max_length=10, choices=[(s, gettext_lazy(n)) for s, n in stages.LIST_STATUSES.items()])
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    returned_for = models.CharField(max_length=300, blank=True)  # why the leader sent it back last
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)

    objects = KeyListQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("重点企业名单")
        ordering = ["-year", "level"]
        constraints = [
            models.UniqueConstraint(fields=["level", "year"], name="enterprises_keylist_once_a_year"),
            models.CheckConstraint(
                condition=Q(status="approved", approved_at__isnull=False)
                | (~Q(status="approved") & Q(approved_at=None)),
                name="enterprises_keylist_approved_has_a_time",
            ),
            models.CheckConstraint(condition=Q(size__gte=1), name="enterprises_keylist_has_places"),
        ]

    def __str__(self) -> str:
        return _("%(year)s 年%(level)s重点企业") % {"year": self.year, "level": self.get_level_display()}

    @property
    def status_name(self) -> str:
        return _(stages.LIST_STATUSES[self.status])

    def former(self) -> "KeyList | None":
        """The latest approved list of the same level before it."""
        return KeyList.objects.approved().filter(level=self.level, year__lt=self.year).order_by("-year").first()


class KeyEntryQuerySet(models.QuerySet["KeyEntry"]):
    def visible_to(self, user: User | AnonymousUser, at: datetime | None = None) -> Self:
        return self.filter(of__in=KeyList.objects.visible_to(user, at).order_by().values("pk"))

    def standing(self) -> Self:
        return self.filter(state=stages.STANDING)

    def in_force(self, year: int) -> Self:
        """On an approved list of that year."""
        return self.standing().filter(of__status=stages.APPROVED, of__year=year)


class KeyEntry(models.Model):
    """One firm on one list. `steward` is who it was at the approval; while the list holds, the firm's own counts."""

    of = models.ForeignKey(KeyList, models.PROTECT, related_name="entries", verbose_name=gettext_lazy("名单"))
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="key_entries")
    state = models.CharField(max_length=10, choices=[(s, gettext_lazy(n)) for s, n in stages.ENTRY_STATES.items()])
    carried = models.BooleanField(default=False)  # taken over from the list before
    reason = models.CharField(gettext_lazy("理由"), max_length=300, blank=True)
    criterion = models.ForeignKey(Criterion, models.PROTECT, null=True, related_name="+")  # suggested by it
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_for = models.CharField(max_length=300, blank=True)  # why declined or removed
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=gettext_lazy("联系领导")
    )
    steward = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = KeyEntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("重点企业")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["of", "enterprise"],
                name="enterprises_keyentry_once",
                condition=Q(state__in=[stages.PROPOSED, stages.STANDING]),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[stages.DECLINED, stages.REMOVED]) | ~Q(decided_for=""),
                name="enterprises_keyentry_refusal_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(carried=True) | Q(proposed_by__isnull=False), name="enterprises_keyentry_comes_from"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise}"

    @property
    def state_name(self) -> str:
        return _(stages.ENTRY_STATES[self.state])

    @property
    def looked_after_by(self) -> Any:
        """The steward: the firm's own now, where the list is of this year or being made; else who it was then."""
        held = getattr(self.enterprise, "stewards_now", None)  # `keylists.standing.with_people`
        if held is not None:
            return held[0].user if held else None
        return self.steward
