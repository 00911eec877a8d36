"""Saved filters, chosen columns, the link to one's own deadlines.

Preferences, not records: their owner changes and deletes them as he likes. A link that has ended stays, with its dates.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.people.models import Department, User
from portal.people.rights import rights_of
from portal.people.roles import Role

HEADS = (Role.DEPARTMENT_HEAD, Role.DEPUTY_HEAD)
MOST = 20  # saved filters of one person for one list


class Kind(models.TextChoices):
    """The lists that can be arranged, by the name of their page (`ADDRESS`)."""

    TICKETS = "tickets", _("诉求")
    FIRMS = "firms", _("企业")


ADDRESS = {Kind.TICKETS: "requests:list", Kind.FIRMS: "enterprises:list"}


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: Any) -> SavedViewQuerySet:
        """His own, and those shared in the departments in which he holds a role."""
        rights = rights_of(user)
        return self.filter(Q(owner=user) | Q(department__in=rights.departments())) if rights.grants else self.none()

    def of(self, user: Any) -> SavedViewQuerySet:
        return self.filter(owner=user)


class SavedView(models.Model):
    """A list's filters under a name, as the query string that the list's own address takes."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(_("名称"), max_length=20)
    query = models.CharField(max_length=1000)
    position = models.PositiveSmallIntegerField(default=0)
    is_default = models.BooleanField(default=False)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("常用筛选")
        verbose_name_plural = _("常用筛选")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "kind", "name"], name="saved_view_name_once"),
            models.UniqueConstraint(
                fields=["owner", "kind"], condition=Q(is_default=True), name="saved_view_one_default"
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="saved_view_known_list"),
        ]
        indexes = [models.Index(fields=["department"], name="saved_view_shared", condition=Q(department__isnull=False))]

    def __str__(self) -> str:
        return self.name


class Layout(models.Model):
    """Which columns a person wants in a list, in this order; without a row, the list's own choice."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    columns = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="layout_once"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="layout_known_list"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}"


class DeadlineFeedQuerySet(models.QuerySet["DeadlineFeed"]):
    def current(self) -> DeadlineFeedQuerySet:
        return self.filter(ended_at=None)


class DeadlineFeed(models.Model):
    """The private link to a person's deadlines as a calendar: its digest alone is kept, one is good at a time."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = DeadlineFeedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner"], condition=Q(ended_at=None), name="deadline_feed_one_current")
        ]

    def __str__(self) -> str:
        return f"{self.owner_id} {self.made_at:%Y-%m-%d}"

    def note_use(self, now: datetime) -> None:
        """When it was last fetched, to the hour: enough to see whether a forgotten link is still in use."""
        if self.last_used_at is None or now - self.last_used_at > timedelta(hours=1):
            DeadlineFeed.objects.filter(pk=self.pk).update(last_used_at=now)


def may_share_in(user: User) -> models.QuerySet[Department]:
    """The departments in which he may share a filter: those he heads."""
    return Department.objects.active().filter(pk__in=rights_of(user).departments(*HEADS))
