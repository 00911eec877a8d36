"""Checks that a firm books itself before a milestone, such as 先查验后装运 (INS-11)."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises.models import Enterprise, firms_of
from portal.deadlines.models import Deadline, Firing, Pause
from portal.people.models import User
from portal.people.rights import rights_of
from portal.people.roles import Role

from ..bookings import stages
from ..needs import stages as needs
from .agencies import OVERSEE_INSPECTIONS, Agency, departments_of
from .needs import Need
from .subjects import Subject


class BookingQuerySet(models.QuerySet["Booking"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """The firm its own, its steward and project assistant theirs, the agency those it is asked, overseers all."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        rights, own = rights_of(user, at), Q(enterprise__in=firms_of(user, at))
        if rights.is_outside:
            return self.filter(own)
        if rights.has(*OVERSEE_INSPECTIONS):
            return self
        if rights.has(Role.STEWARD, Role.PROJECT_ASSISTANT):
            own |= Q(enterprise__in=Enterprise.objects.stewarded_by(user, at).order_by().values("pk"))
        return self.filter(own | Q(agency__department__in=departments_of(rights)))

    def matching(self, query: str) -> Self:
        """Whose number or firm is called so."""
        firms = Enterprise.objects.search(query).order_by().values("pk")
        return self.filter(Q(number__iexact=query) | Q(enterprise__in=firms))

    def for_rows(self) -> Self:
        """With everything that one row of a list shows; two queries for any number of rows."""
        clocks = models.Prefetch("deadlines", BookingDeadline.objects.order_by("-pk"), to_attr="clocks")
        joined = self.select_related("enterprise", "agency__department", "subject", "need__visit")
        return joined.prefetch_related(clocks)


class Booking(models.Model):
    """One check that a firm asks for; moved by `inspections.bookings.flow` alone."""

    number = models.CharField(gettext_lazy("编号"), max_length=20, unique=True)  # YY-20261121-0007
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # of the form: sent twice it is one
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="bookings", verbose_name=gettext_lazy("企业")
    )
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="bookings", verbose_name=gettext_lazy("执法部门"))
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="+", verbose_name=gettext_lazy("检查事项"))
    milestone = models.CharField(gettext_lazy("为了什么节点"), max_length=100)  # 装运, 竣工验收 …
    text = models.TextField(gettext_lazy("说明"), max_length=1000, blank=True)
    first = models.DateField(gettext_lazy("希望从"))
    last = models.DateField(gettext_lazy("希望到"))
    contact_name = models.CharField(gettext_lazy("联系人"), max_length=40)
    contact_phone = models.CharField(gettext_lazy("联系电话"), max_length=40)
    status = models.CharField(max_length=10, choices=[(s, gettext_lazy(n)) for s, n in stages.STATUSES.items()])
    booked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    booked_at = models.DateTimeField()
    on_behalf = models.BooleanField(gettext_lazy("代为预约"), default=False)
    need = models.OneToOneField(Need, models.PROTECT, null=True, related_name="booking")
    answer = models.CharField(gettext_lazy("答复"), max_length=500, blank=True)  # a note, or why not
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_for = models.CharField(gettext_lazy("取消原因"), max_length=300, blank=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("检查预约")
        ordering = ["-booked_at", "-pk"]
        indexes = [models.Index(fields=["agency", "status"], name="inspections_booking_of_agency")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=list(stages.STATUSES)), name="inspections_booking_status_known"
            ),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="inspections_booking_window_is_a_span"),
            models.CheckConstraint(
                condition=~Q(status=stages.ACCEPTED) | Q(need__isnull=False),
                name="inspections_booking_accepted_has_a_need",
            ),
            models.CheckConstraint(
                condition=~Q(status=stages.DECLINED) | ~Q(answer=""), name="inspections_booking_declined_for_a_reason"
            ),
            models.UniqueConstraint(
                fields=["enterprise", "subject"],
                condition=Q(status=stages.ASKED),
                name="inspections_booking_asked_once",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("bookings:booking", args=[self.number])

    @property
    def status_name(self) -> str:
        return _(stages.STATUSES[self.status])

    @property
    def state(self) -> str:
        """Its status, and once accepted how far the check has come, as far as the firm was told."""
        if self.need is None or self.status != stages.ACCEPTED:
            return self.status_name
        if self.need.status in (needs.DONE, needs.SETTLED, needs.LAPSED):
            return self.need.status_name
        return _("已排定") if self.day else self.status_name

    @property
    def underway(self) -> bool:
        """Accepted, and the check still to come."""
        return self.status == stages.ACCEPTED and self.need is not None and self.need.status in needs.WAITING

    @property
    def day(self) -> date | None:
        """The day of the visit, once the firm was told of it."""
        visit = self.need.visit if self.need is not None else None
        return visit.day if visit is not None and visit.told_at is not None else None

    @cached_property
    def deadline(self) -> BookingDeadline | None:
        """By when it is or was to be answered."""
        clocks = getattr(self, "clocks", None)
        if clocks is None:
            return self.deadlines.order_by("-pk").first()
        return clocks[0] if clocks else None


class BookingDeadline(Deadline):
    """By when the agency answers a booking (INS-11, DL-6)."""

    subject = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="deadlines")

    class Meta(Deadline.Meta):
        abstract = False


class BookingFiring(Firing):
    deadline = models.ForeignKey(BookingDeadline, on_delete=models.PROTECT, related_name="firings")

    class Meta(Firing.Meta):
        abstract = False


class BookingPause(Pause):
    deadline = models.ForeignKey(BookingDeadline, on_delete=models.PROTECT, related_name="pauses")

    class Meta(Pause.Meta):
        abstract = False
