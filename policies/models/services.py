"""Professional services for firms (POL-7): providers in eight kinds, and the orders given to them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Avg, Case, Count, F, Q, When
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises.models import Enterprise, firms_of
from portal.deadlines.models import Deadline, Firing, Pause
from portal.people.models import Department, User
from portal.people.rights import rights_of
from portal.people.roles import Role

from ..services import stages

KEEPS_SERVICES = (Role.INTAKE_CLERK, Role.TRIAGER, Role.SUPERVISOR)
READS_ORDERS = (*KEEPS_SERVICES, Role.LEADER)
FEWEST_RATINGS = 3  # from so many on stars are shown: fewer say something of single firms, not of the provider


class ServiceKind(models.TextChoices):
    STARTUP = "startup", gettext_lazy("创业培育")
    INNOVATION = "innovation", gettext_lazy("创新赋能")
    DIGITAL = "digital", gettext_lazy("数字化转型")
    TALENT = "talent", gettext_lazy("育才引才")
    MANAGEMENT = "management", gettext_lazy("管理咨询")
    FINANCE = "finance", gettext_lazy("投融资")
    MARKET = "market", gettext_lazy("市场开拓")
    RIGHTS = "rights", gettext_lazy("权益保护")


class ProviderQuerySet(models.QuerySet["Provider"]):
    def listed(self) -> Self:
        return self.filter(ended_at=None)

    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """The catalogue is public (POL-11); who keeps it also reads those taken off."""
        if getattr(user, "is_authenticated", False) and rights_of(user, at).has(*READS_ORDERS):
            return self
        return self.listed()

    def with_stars(self) -> Self:
        """Adds `ratings`, how many jobs were rated, `average`, of 1 to 5, and `told`, the average as it may be told."""
        found = self.annotate(ratings=Count("orders__stars"), average=Avg("orders__stars"))
        return found.annotate(told=Case(When(ratings__gte=FEWEST_RATINGS, then=F("average"))))

    def best_first(self) -> Self:
        """Of `with_stars`: those with stars, the best first, then by name."""
        return self.order_by(F("told").desc(nulls_last=True), "name")

    def search(self, query: str) -> Self:
        """Those whose name, offers or price hold every word."""
        found = self
        for word in query.split()[:5]:
            found = found.filter(Q(name__icontains=word) | Q(offers__icontains=word) | Q(price__icontains=word))
        return found


class Provider(models.Model):
    """Who offers a professional service. `department` (a third party) is the account it acts by, if it has one."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(gettext_lazy("机构名称"), max_length=80, unique=True)
    kinds = ArrayField(models.CharField(max_length=12, choices=ServiceKind), verbose_name=gettext_lazy("服务类别"))
    offers = models.TextField(gettext_lazy("服务内容"), max_length=1000)
    price = models.CharField(gettext_lazy("收费"), max_length=120, blank=True)
    contact_name = models.CharField(gettext_lazy("联系人"), max_length=40)
    contact_phone = models.CharField(gettext_lazy("联系电话"), max_length=40)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=gettext_lazy("平台单位")
    )
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_for = models.CharField(max_length=300, blank=True)

    objects = ProviderQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("服务机构")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~Q(kinds=[]), name="policies_provider_has_a_kind"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | ~Q(ended_for=""), name="policies_provider_off_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("services:provider", args=[self.code])

    @property
    def kind_names(self) -> list[str]:
        return [str(ServiceKind(kind).label) for kind in self.kinds]

    @property
    def stars(self) -> float | None:
        """Of `with_stars`: the average of its ratings to one decimal, None while there are too few to be told."""
        told = getattr(self, "told", None)
        return round(float(told), 1) if told is not None else None


class ServiceOrderQuerySet(models.QuerySet["ServiceOrder"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """The firm its own, centre and overseers all, the steward his firms', the provider those given to it."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        rights, firms = rights_of(user, at), firms_of(user, at)
        if rights.has(*READS_ORDERS):
            return self
        reads = Q(enterprise__in=firms)
        if rights.has(Role.STEWARD, Role.PROJECT_ASSISTANT):
            reads |= Q(enterprise__in=Enterprise.objects.stewarded_by(user, at).order_by().values("pk"))
        if rights.workplaces:
            reads |= Q(provider__department__in=rights.workplaces)
        return self.filter(reads)

    def open(self) -> Self:
        return self.filter(status__in=stages.OPEN)

    def matching(self, query: str) -> Self:
        """Whose number, firm or provider is called so."""
        firms = Enterprise.objects.search(query).order_by().values("pk")
        named = Q(number__iexact=query) | Q(provider__name__icontains=query) | Q(enterprise__in=firms)
        return self.filter(named)

    def for_rows(self) -> Self:
        """With everything that one row of a list shows; two queries for any number of rows."""
        clocks = models.Prefetch("deadlines", ServiceDeadline.objects.order_by("-pk"), to_attr="clocks")
        return self.select_related("enterprise", "provider__department", "ordered_by").prefetch_related(clocks)


class ServiceOrder(models.Model):
    """One order 服务单, by the firm (点单) or the centre for it (送单); moved by `policies.services.flow` alone."""

    number = models.CharField(gettext_lazy("编号"), max_length=20, unique=True)
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="service_orders")
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="orders")
    kind = models.CharField(gettext_lazy("服务类别"), max_length=12, choices=ServiceKind)
    need = models.TextField(gettext_lazy("需求"), max_length=1000)
    contact_name = models.CharField(gettext_lazy("联系人"), max_length=40, default="")
    contact_phone = models.CharField(gettext_lazy("联系电话"), max_length=40, default="")
    sent = models.BooleanField(gettext_lazy("中心送单"), default=False)
    status = models.CharField(max_length=10, choices=[(s, gettext_lazy(n)) for s, n in stages.STATUSES.items()])
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # of the form: sent twice it is one order
    ordered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    result = models.TextField(gettext_lazy("服务结果"), max_length=1000, blank=True)
    ended_for = models.CharField(max_length=300, blank=True)  # why declined or cancelled
    stars = models.PositiveSmallIntegerField(gettext_lazy("评分"), null=True)
    comment = models.CharField(gettext_lazy("评价"), max_length=300, blank=True)
    rated_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    rated_at = models.DateTimeField(null=True)

    objects = ServiceOrderQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("服务单")
        ordering = ["-ordered_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=list(stages.STATUSES)), name="policies_serviceorder_status_known"
            ),
            models.CheckConstraint(
                condition=Q(stars=None) | Q(stars__range=(1, 5), status=stages.DONE),
                name="policies_serviceorder_rated_when_done",
            ),
            models.CheckConstraint(
                condition=Q(status__in=list(stages.OPEN), ended_at=None)
                | (~Q(status__in=list(stages.OPEN)) & Q(ended_at__isnull=False)),
                name="policies_serviceorder_ended_has_a_time",
            ),
            models.UniqueConstraint(
                fields=["enterprise", "provider", "kind"],
                condition=Q(status__in=list(stages.OPEN)),
                name="policies_serviceorder_one_open",
            ),
        ]
        indexes = [models.Index(fields=["enterprise", "-ordered_at"], name="policies_order_of_firm")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("services:order", args=[self.number])

    @property
    def status_name(self) -> str:
        return _(stages.STATUSES[self.status])

    @cached_property
    def deadline(self) -> ServiceDeadline | None:
        """By when it is or was to be taken on."""
        clocks = getattr(self, "clocks", None)
        if clocks is None:
            return self.deadlines.order_by("-pk").first()
        return clocks[0] if clocks else None


class ServiceDeadline(Deadline):
    """By when a provider says whether it takes an order on (POL-7, DL-6)."""

    subject = models.ForeignKey(ServiceOrder, on_delete=models.PROTECT, related_name="deadlines")

    class Meta(Deadline.Meta):
        abstract = False


class ServiceFiring(Firing):
    deadline = models.ForeignKey(ServiceDeadline, on_delete=models.PROTECT, related_name="firings")

    class Meta(Firing.Meta):
        abstract = False


class ServicePause(Pause):
    deadline = models.ForeignKey(ServiceDeadline, on_delete=models.PROTECT, related_name="pauses")

    class Meta(Pause.Meta):
        abstract = False
