"""What dispatch adds to a ticket: returns (APP-9), raised levels, groups (APP-4, ORG-2), the chiefs' word (NET-6)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from enterprises.models import firms_of
from portal.people.models import Department, TaskGroup, TaskGroupMember, User
from portal.people.rights import rights_of, standing_in
from requests.models.handling import Assignment
from requests.models.ticket import Complexity, Ticket


class ReturnRequestQuerySet(models.QuerySet["ReturnRequest"]):
    def open(self) -> ReturnRequestQuerySet:
        """Neither ruled on nor fallen away."""
        return self.filter(ended_at=None)

    def counted(self) -> ReturnRequestQuerySet:
        """The refusals of a department that make a matter difficult: those it did not take back itself (APP-9)."""
        return self.exclude(outcome=ReturnRequest.Outcome.DROPPED)


class ReturnRequest(models.Model):
    """退回申请: the lead thinks that the matter is not its own; the centre rules within the limit (APP-9, SLA-6)."""

    class Outcome(models.TextChoices):
        REFUSED = "refused", gettext_lazy("不同意退回")
        GRANTED = "granted", gettext_lazy("同意退回")
        REFERRED = "referred", gettext_lazy("由总召集人定")
        DROPPED = "dropped", gettext_lazy("已撤销")

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="returns")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="returns")
    number = models.PositiveSmallIntegerField()  # the how manieth of this ticket; from the second a supervisor rules
    reason = models.TextField(max_length=1000)
    proposed = models.ForeignKey(Department, null=True, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ruling = models.TextField(max_length=1000, blank=True)  # why, in the words of whoever ruled

    objects = ReturnRequestQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["ticket"], condition=Q(ended_at=None), name="one_open_return"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome="") | Q(ended_at__isnull=False) & ~Q(outcome=""),
                name="return_ended_has_an_outcome",
            ),
        ]


class LevelRaise(models.Model):
    """升级: from one complexity to a higher one, and why (APP-4)."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="raises")
    before = models.CharField(max_length=10, choices=Complexity)
    after = models.CharField(max_length=10, choices=Complexity)
    reason = models.TextField(max_length=1000, blank=True)  # empty where the second return did it by itself
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


class TicketGroupQuerySet(models.QuerySet["TicketGroup"]):
    def working(self) -> TicketGroupQuerySet:
        return self.filter(ended_at=None)

    def of(self, user: User, at: datetime | None = None) -> TicketGroupQuerySet:
        """Those at work of which he, or whom he stands in for, is a member now (ORG-2)."""
        inside = TaskGroupMember.objects.current(at).filter(user__in=standing_in(user, at), group__active=True)
        return self.working().filter(group__in=inside.values("group"))

    def end(self, ticket: Ticket, *, by: User | None, at: datetime, reason: str = "") -> None:
        """The groups have done; a task force that was made for this item ends with it (专班随事而设，事毕即撤)."""
        for work in self.working().filter(ticket=ticket).select_related("group"):
            work.ended_at, work.ended_by, work.ended_reason = at, by, reason
            work.save()
            if work.made_for_it:
                TaskGroup.objects.filter(pk=work.group_id).update(active=False)
                for member in TaskGroupMember.objects.unfinished(at).filter(group=work.group_id):
                    member.end_at(at)
                    member.save(update_fields=["until"])


class TicketGroup(models.Model):
    """A task group or task force at work on a ticket: while it lasts, its members read the ticket (APP-4, ORG-2)."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="group_works")
    group = models.ForeignKey(TaskGroup, on_delete=models.PROTECT, related_name="works")
    made_for_it = models.BooleanField(default=False)
    reason = models.TextField(max_length=1000)
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.TextField(max_length=1000, blank=True)

    objects = TicketGroupQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["ticket"], condition=Q(ended_at=None), name="one_group_at_work"),
        ]

    @property
    def convener(self) -> User | None:
        """Who leads the group now."""
        head = self.group.memberships.current().filter(is_head=True).select_related("user").first()
        return head.user if head else None


class ContributionQuerySet(models.QuerySet["Contribution"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> ContributionQuerySet:
        """An official's own, also when the group's work is over (SEC-2); nothing in his own firm's case."""
        if not rights_of(user, at).is_official:
            return self.none()
        given = self.filter(by__in=standing_in(user, at), work__ticket__confidential=False)
        own = firms_of(user, at)
        return given.exclude(work__ticket__enterprise__in=own) if own else given


class Contribution(models.Model):
    """What a member of the group at work gave: read by officials, as a co-handler's opinion is."""

    work = models.ForeignKey(TicketGroup, on_delete=models.PROTECT, related_name="contributions")
    text = models.TextField(max_length=4000)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = ContributionQuerySet.as_manager()

    class Meta:
        ordering = ["id"]


class ReferralQuerySet(models.QuerySet["Referral"]):
    def open(self) -> ReferralQuerySet:
        return self.filter(ended_at=None)


class Referral(models.Model):
    """兜底: an item that nobody accepts lies before the chiefs together (NET-6); whoever they name cannot return it."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="referrals")
    reason = models.TextField(max_length=1000)
    referred_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    referred_at = models.DateTimeField()
    taker = models.ForeignKey(Department, null=True, on_delete=models.PROTECT, related_name="+")
    decision = models.TextField(max_length=1000, blank=True)
    decided_without = models.CharField(max_length=200, blank=True)  # why not every chief's view was waited for
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)  # decided; without a taker it fell away

    objects = ReferralQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["ticket"], condition=Q(ended_at=None), name="one_open_referral"),
        ]


class ChiefView(models.Model):
    """One chief's view of a referred item: who should take it, and why. The latest of each counts."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="views")
    chief = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")  # himself, or who stands in for him
    taker = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=1000, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


def chiefs(at: datetime | None = None) -> dict[int, TaskGroupMember]:
    """The chiefs by their user's key, the convener (`is_head`) first: leaders whom the administrator put in the group.

    Who is no leader any more is no chief either. Empty where the town has not named any (NET-6 ⚙).
    """
    leaders = User.objects.serving("leader", at=at)
    inside = TaskGroupMember.objects.current(at).filter(
        group__kind=TaskGroup.Kind.CHIEFS, group__active=True, user__in=leaders
    )
    return {member.user_id: member for member in inside.select_related("user").order_by("-is_head", "pk")}


def wind_up(ticket: Ticket, at: datetime) -> None:
    """The matter ended: no group is at work on it, and there is nothing left to rule on."""
    TicketGroup.objects.end(ticket, by=None, at=at)
    ReturnRequest.objects.open().filter(ticket=ticket).update(outcome=ReturnRequest.Outcome.DROPPED, ended_at=at)
    Referral.objects.open().filter(ticket=ticket).update(ended_at=at)
