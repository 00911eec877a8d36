"""Where sources disagree about a value, and where somebody saw that it is wrong (ENT-3): the line decides."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.people.models import User
from portal.people.rights import rights_of
from portal.people.roles import Role

from ..measures import Sensitivity
from .facts import Delivery, Fact, Line, ResourceColumn
from .firms import Enterprise
from .ties import firms_of


def lines_of(user: User | AnonymousUser, at: datetime | None = None) -> models.QuerySet[Line]:
    """The lines for which he is data officer: those of the departments in which he has the role."""
    if not user.is_authenticated:
        return Line.objects.none()
    return Line.objects.filter(department__in=rights_of(user, at).departments(Role.DATA_OFFICER))


class ConflictQuerySet(models.QuerySet["Conflict"]):
    def visible_to(self, user: User | AnonymousUser, at: datetime | None = None) -> Self:
        """SEC-1: both lines whose words they are, and the supervisor, who reads nothing closed (SEC-11)."""
        if not user.is_authenticated:
            return self.none()
        lines = lines_of(user, at)
        seen = Q(fact__resource__line__in=lines) | Q(delivery__line__in=lines)
        if rights_of(user, at).has(Role.SUPERVISOR):
            seen |= ~Q(fact__resource__sensitivity=Sensitivity.CLOSED)
        return self.filter(seen)

    def decided_by(self, user: User | AnonymousUser, at: datetime | None = None) -> Self:
        """Those on which he may rule: of the resources that his line owns."""
        return self.filter(fact__resource__line__in=lines_of(user, at))

    def open(self) -> Self:
        return self.filter(state=Conflict.State.OPEN)

    def told(self) -> Self:
        """With all that a row of a list says."""
        return self.select_related(
            "fact__resource__line", "fact__enterprise", "delivery__line", "delivery__by", "ruled_by"
        )


class Conflict(models.Model):
    """Two sources disagree about one value (ENT-3): what stands is not overwritten until somebody decides."""

    class State(models.TextChoices):
        OPEN = "open", _("待处理")
        KEPT = "kept", _("维持原值")
        TAKEN = "taken", _("采用新值")
        GONE = "gone", _("已消除")  # the sources agree by now, or the delivery was undone

    fact = models.ForeignKey(Fact, models.CASCADE, related_name="conflicts", verbose_name=_("数据"))
    place = models.PositiveSmallIntegerField()
    standing = models.BigIntegerField()  # when it was found
    offered = models.BigIntegerField()
    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="conflicts", verbose_name=_("新值批次"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN)
    ruled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    ruled_at = models.DateTimeField(_("处理时间"), null=True, blank=True)
    reason = models.CharField(_("理由"), max_length=200, blank=True)

    objects = ConflictQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("数据冲突")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["fact", "place", "offered"],
                name="enterprises_conflict_once",
                condition=Q(state__in=["open", "kept"]),
            ),
            models.CheckConstraint(condition=~Q(offered=F("standing")), name="enterprises_conflict_differs"),
        ]
        indexes = [models.Index(fields=["state", "id"], name="enterprises_conflict_open")]


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def visible_to(self, user: User | AnonymousUser, at: datetime | None = None) -> Self:
        """SEC-1: the official who proposed it, the line that decides, the firm itself, and the supervisor, as above."""
        if not user.is_authenticated:
            return self.none()
        rights = rights_of(user, at)
        seen = Q(column__resource__line__in=lines_of(user, at)) | Q(enterprise__in=firms_of(user, at))
        if rights.is_official:
            seen |= Q(by=user, from_firm=False)
        if rights.has(Role.SUPERVISOR):
            seen |= ~Q(column__resource__sensitivity=Sensitivity.CLOSED)
        return self.filter(seen)

    def decided_by(self, user: User | AnonymousUser, at: datetime | None = None) -> Self:
        return self.filter(column__resource__line__in=lines_of(user, at))

    def proposed(self) -> Self:
        return self.filter(state=Correction.State.PROPOSED)


class Correction(models.Model):
    """What somebody saw at the firm and the line has yet to confirm (ENT-3); `value` null: should say nothing.

    `from_firm`: the firm's own people say that it is wrong.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待条线确认")
        CONFIRMED = "confirmed", _("已确认")
        REJECTED = "rejected", _("不予更正")

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="corrections", verbose_name=_("企业"))
    column = models.ForeignKey(ResourceColumn, models.PROTECT, related_name="+", verbose_name=_("数据项"))
    period = models.DateField(_("所属期"), null=True, blank=True)
    item = models.CharField(_("区分项"), max_length=80, blank=True)
    was = models.BigIntegerField(null=True)
    value = models.BigIntegerField(null=True)
    reason = models.CharField(_("依据"), max_length=200)
    from_firm = models.BooleanField(_("企业提出"), default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("提出人"))
    at = models.DateTimeField(_("提出时间"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.PROPOSED)
    ruled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    ruled_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    ruling = models.CharField(_("答复"), max_length=200, blank=True)
    delivery = models.OneToOneField(Delivery, models.PROTECT, null=True, blank=True, related_name="correction")

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("数据更正")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "column", "period", "item"],
                name="enterprises_correction_one_proposed",
                condition=Q(state="proposed"),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(state="confirmed", delivery__isnull=False) | ~Q(state="confirmed") & Q(delivery=None),
                name="enterprises_correction_confirmed_has_delivery",
            ),
        ]
