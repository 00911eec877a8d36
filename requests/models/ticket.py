"""The ticket (诉求): one row for each matter, moved only by the verbs of `requests.flow`."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Concat, Lower, Now, Upper
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises.models import Enterprise, Place, acted_for
from enterprises.search import Bigrams, Normal, pairs, words
from portal.api.models import LineSystem
from portal.api.tokens import line_of
from portal.deadlines.obligations import ASIDE
from portal.people.models import Department, User
from portal.people.rights import Grant, Rights, rights_of, standing_in
from portal.people.roles import Role
from requests import stages
from requests.models.catalogue import Category, ListItem

if TYPE_CHECKING:
    from requests.models.limits import TicketDeadline


class Channel(models.TextChoices):
    """Where a matter came in (APP-1); all land in one queue."""

    ONLINE = "online", gettext_lazy("网上")
    PHONE = "phone", gettext_lazy("电话")
    HOTLINE = "hotline", gettext_lazy("12345 热线")
    COUNTER = "counter", gettext_lazy("柜台")
    VISIT = "visit", gettext_lazy("走访")
    WECHAT = "wechat", gettext_lazy("微信")
    MEETING = "meeting", gettext_lazy("座谈")
    CONGRESS = "congress", gettext_lazy("人大联络")
    STATION = "station", gettext_lazy("驿站")
    IMPORT = "import", gettext_lazy("邮件导入")


class Kind(models.TextChoices):
    """How a matter is handled (APP-3)."""

    CONSULTATION = "consultation", gettext_lazy("咨询")
    COORDINATION = "coordination", gettext_lazy("协调")
    APPROVAL = "approval", gettext_lazy("审批")
    COMPLAINT = "complaint", gettext_lazy("投诉")
    SUGGESTION = "suggestion", gettext_lazy("建议")


class Complexity(models.TextChoices):
    """Who works on it (APP-4)."""

    ORDINARY = "ordinary", gettext_lazy("一般")
    CROSS = "cross", gettext_lazy("多跨")
    DIFFICULT = "difficult", gettext_lazy("疑难")
    MAJOR = "major", gettext_lazy("重大")


class Urgency(models.TextChoices):
    """Urgent halves, critical quarters the limits in working time (APP-2)."""

    ORDINARY = "ordinary", gettext_lazy("普通")
    URGENT = "urgent", gettext_lazy("紧急")
    CRITICAL = "critical", gettext_lazy("特急")


DIVISOR = {Urgency.ORDINARY: 1, Urgency.URGENT: 2, Urgency.CRITICAL: 4}


class Round(models.TextChoices):
    """Which pass through the department this is: each dissatisfaction opens the next (APP-12, APP-13)."""

    FIRST = "first", gettext_lazy("首次办理")
    REWORK = "rework", gettext_lazy("返工")
    SECOND = "second", gettext_lazy("二次交办")
    ORDER = "order", gettext_lazy("督查督办")


# Which clock runs while a department works, by the round (SLA-3 to 5, SLA-12, SLA-8, SLA-13).
WORK = {Round.FIRST: "handle", Round.REWORK: "rework", Round.SECOND: "second", Round.ORDER: "order"}
WORKS = (*WORK.values(), "mediation")  # a mediation organisation or law firm has a limit of its own (SLA-15, APP-7)

CONFIDED = "保密投诉"  # the title of every confidential complaint, as stored: no list and no letter shows more (APP-18)

# What decides who sees a ticket, and what figures are broken down by.
READ_BY_FIGURES = ["id", "status", "confidential", "handler", "filed_by", "registered_by", "enterprise"]
READ_BY_FIGURES += ["lead_department", "category", "place", "channel"]
SETTLED = ["worked_days", "worked_late", "score", "outcome"]

# What the search reads, as one text: full and half width made one, lower case.
_LINE = Value("\n")
_ALL = Concat("number", _LINE, "title", _LINE, "business_name", _LINE, "description", output_field=models.TextField())
WORDS = Lower(Normal(_ALL))


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> TicketQuerySet:
        """The tickets `user` may read now: the one permission of pages, counts, search, files and messages (SEC-1)."""
        rights = rights_of(user, at)
        if not getattr(user, "is_authenticated", False):
            return self.none()
        line = line_of(user)
        if line is not None:
            return self.filter(line_system=line, confidential=False)
        ordinary = Q(confidential=False)
        if not rights.has(Role.SUPERVISOR, Role.INTAKE_CLERK, Role.TRIAGER, Role.LEADER):  # an empty Q | own is own
            firms = acted_for(user, at)
            own = Q(enterprise__in=firms) | Q(proxy__in=firms)
            ordinary &= self._readable_by_office(user, rights, at) | own
        return self.filter(ordinary | Q(confidential=True) & Q(_confided(user, rights, at)))

    def _readable_by_office(self, user: User, rights: Rights, at: datetime | None) -> Q:
        """The rows of the SEC-1 table that read more than their own firm's tickets."""
        if rights.has(Role.INTAKE_CLERK, Role.TRIAGER, Role.LEADER):
            return Q()
        if not rights.is_official:
            return Q(pk__in=[])
        reads = Q(first_responder__in=standing_in(user, at))
        departments = rights.workplaces
        if departments:
            reads |= Q(lead_department__in=departments)
            reads |= Q(pk__in=_assigned_to(departments))
        reads |= Q(pk__in=_with_group_of(user, at))
        if rights.has(Role.REVISITOR):
            reads |= Q(status__in=(stages.CONFIRMING, stages.REVISITING, stages.CLOSED)) | Q(dissatisfied__gt=0)
        if rights.has(Role.CONGRESS_OBSERVER):
            reads |= Q(status=stages.CLOSED) | Q(pk__in=_overdue(at or Now()))
        if rights.has(Role.STEWARD, Role.PROJECT_ASSISTANT):
            reads |= Q(enterprise__in=Enterprise.objects.stewarded_by(user, at).values("pk"))
        if rights.has(Role.GRID_MEMBER):
            reads |= Q(enterprise__in=Enterprise.objects.placed_under(user, at).values("pk"))
        return reads

    def published(self, line: LineSystem | None = None) -> TicketQuerySet:
        """Matters whose firm agreed that they are published, and those that `line` brought in (Open311)."""
        own = Q(line_system=line) if line else Q(pk__in=[])
        return self.filter(Q(public=True) | own, confidential=False)

    def open(self) -> TicketQuerySet:
        return self.filter(status__in=stages.OPEN)

    def at_stage(self, stage: str) -> TicketQuerySet:
        """Open tickets standing at one of the six stations."""
        return self.filter(status__in=[s for s in stages.OPEN if stages.stage_of(s) == stage])

    def overdue(self, at: datetime) -> TicketQuerySet:
        """Open tickets with an obligation whose due time has passed (DL-3 red)."""
        return self.open().filter(pk__in=_overdue(at))

    def handled_late(self) -> TicketQuerySet:
        """Closed tickets with a handling clock met after its due time; the others are “on time” (SUP-4)."""
        return self.filter(worked_late=True)

    def with_due(self) -> TicketQuerySet:
        """Adds `next_due_at`, the earliest due time of the clocks that run, for sorting by what must be done next."""
        from requests.models.limits import TicketDeadline

        mine = TicketDeadline.objects.running().exclude(obligation__in=ASIDE).filter(subject=OuterRef("pk"))
        mine = mine.order_by("due_at")
        return self.annotate(next_due_at=Subquery(mine.values("due_at")[:1]))

    def for_rows(self) -> TicketQuerySet:
        """With everything that one row of a list shows, in a constant number of queries."""
        return self.select_related("enterprise", "lead_department", "handler", "category").with_clocks()

    def with_clocks(self) -> TicketQuerySet:
        """With `open_deadlines`, in one query for all rows."""
        from requests.models.limits import TicketDeadline

        return self.prefetch_related(
            models.Prefetch("deadlines", TicketDeadline.objects.open().with_units(), to_attr="open_deadlines")
        )

    def search(self, query: str) -> TicketQuerySet:
        """Tickets whose number, text or firm contains every word; two Chinese characters are enough."""
        found = self
        for word in words(query):
            hits = Ticket.objects.order_by()
            if len(word) > 1:  # the index narrows down to tickets that have all pairs
                hits = hits.alias(pairs=Bigrams(WORDS)).filter(pairs__contains=pairs(word))
            if len(word) != 2:  # the comparison decides; who has the one pair has the word
                hits = hits.alias(text=WORDS).filter(text__contains=word)
            named = Enterprise.objects.search(word, broad=False).values("pk")
            firms = Ticket.objects.order_by().filter(enterprise__in=named)
            given = Ticket.objects.order_by().filter(Q(old_number__iexact=word) | Q(hotline_number__iexact=word))
            found = found.filter(pk__in=hits.values("pk").union(firms.values("pk"), given.values("pk")))
        return found


def _overdue(at: datetime) -> models.QuerySet:
    from requests.models.limits import TicketDeadline

    return TicketDeadline.objects.late(at).values("subject")


def _confided(user: User, rights: Rights, at: datetime | None) -> models.Func:
    from requests.confiding import Confided

    return Confided(user, rights, at)


def _with_group_of(user: User, at: datetime | None) -> models.QuerySet:
    """At work on which is a task group he is a member of (ORG-2)."""
    from requests.models.dispatch import TicketGroup

    return TicketGroup.objects.of(user, at).values("ticket")


def _assigned_to(departments: frozenset[int]) -> models.QuerySet:
    from requests.models.handling import Assignment

    return Assignment.objects.filter(department__in=departments, ended_at=None).values("ticket")


class Ticket(models.Model):
    number = models.CharField(max_length=24, unique=True)
    filed_key = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False
    )  # the same form sent twice is one ticket
    status = models.CharField(max_length=12, choices=[(s, name) for s, (_stage, name) in stages.STATUSES.items()])
    round = models.CharField(max_length=8, choices=Round, default=Round.FIRST)

    enterprise = models.ForeignKey(Enterprise, null=True, blank=True, on_delete=models.PROTECT, related_name="tickets")
    business_name = models.CharField(max_length=100, blank=True)  # a business not yet on file (APP-2)
    contact_name = models.CharField(max_length=40)
    contact_phone = models.CharField(max_length=20)
    title = models.CharField(max_length=60)
    description = models.TextField(max_length=4000)
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.PROTECT, related_name="tickets")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="tickets")
    channel = models.CharField(max_length=10, choices=Channel)
    urgency = models.CharField(max_length=10, choices=Urgency, default=Urgency.ORDINARY)
    confidential = models.BooleanField(default=False)
    public = models.BooleanField(default=False)  # the firm agrees that it is published, without who it is (Open311)
    proxy_for = models.CharField(max_length=100, blank=True)  # lodged by a chamber or association on behalf of a member
    proxy = models.ForeignKey(Enterprise, null=True, blank=True, on_delete=models.PROTECT, related_name="proxied")
    line_system = models.ForeignKey(LineSystem, null=True, blank=True, on_delete=models.PROTECT, related_name="tickets")
    hotline_number = models.CharField(max_length=40, blank=True)
    outer_due_at = models.DateTimeField(null=True, blank=True)  # the hotline's own limit, not ours
    old_number = models.CharField(max_length=40, blank=True)  # of the system it was imported from

    kind = models.CharField(max_length=14, choices=Kind, blank=True)  # empty until triage
    complexity = models.CharField(max_length=10, choices=Complexity, blank=True)
    lead_department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="led_tickets"
    )
    handler = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="handled_tickets")
    first_responder = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="followed_tickets")
    filed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="filed_tickets")
    registered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="registered")

    filed_at = models.DateTimeField()
    first_response_at = models.DateTimeField(null=True, blank=True)
    dispatched_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)  # closed, rejected or withdrawn
    moved_at = models.DateTimeField()  # when the status last changed
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged", db_index=False
    )
    rejected_item = models.ForeignKey(ListItem, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    end_reason = models.TextField(max_length=1000, blank=True)

    urges = models.PositiveSmallIntegerField(default=0)  # 催办, shown to the handler and his head (APP-20)
    disputes = models.PositiveSmallIntegerField(default=0)
    dissatisfied = models.PositiveSmallIntegerField(default=0)  # results that did not satisfy, once each (APP-13)

    # What figures count (SUP-2), written once when it is settled: `requests.facts`
    response_minutes = models.PositiveIntegerField(null=True, blank=True)  # working minutes to the first human answer
    worked_days = models.PositiveIntegerField(null=True, blank=True)  # working days from filing to closing
    worked_late = models.BooleanField(null=True, blank=True)  # closed with a handling clock met after its due time
    score = models.PositiveSmallIntegerField(null=True, blank=True)  # the last overall score when it was closed
    outcome = models.CharField(max_length=10, blank=True, default="")  # the last signed result's kind when closed

    objects = TicketQuerySet.as_manager()
    # Of the verb at work, for the trail, not stored: under which right, and recorded for which unit (ORG-1).
    acting: Grant | None = None
    for_unit: int | None = None

    class Meta:
        ordering = ["-filed_at", "-id"]
        indexes = [
            models.Index(fields=["enterprise", "-filed_at"]),
            models.Index(fields=["-filed_at", "-id"]),
            models.Index(
                fields=["status", "lead_department"],
                name="ticket_open",
                condition=~Q(status__in=stages.ENDED),
            ),
            # Figures read months of tickets from these two alone, without the tickets (SUP-2).
            models.Index(fields=["closed_at"], include=[*READ_BY_FIGURES, *SETTLED], name="ticket_closed"),
            models.Index(fields=["filed_at"], include=[*READ_BY_FIGURES, "response_minutes"], name="ticket_filed"),
            GinIndex(Bigrams(WORDS), name="ticket_bigrams"),
            models.Index(fields=["merged_into"], name="ticket_merged", condition=Q(merged_into__isnull=False)),
            models.Index(Upper("hotline_number"), name="ticket_hotline"),  # as `iexact` asks
            models.Index(Upper("old_number"), name="ticket_old"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["old_number"], name="ticket_old_number", condition=~Q(old_number="")),
            models.CheckConstraint(condition=Q(status__in=list(stages.STATUSES)), name="ticket_status_known"),
            models.CheckConstraint(
                condition=Q(closed_at=None) ^ Q(status__in=stages.ENDED), name="ticket_ended_has_a_time"
            ),
            models.CheckConstraint(
                condition=Q(enterprise__isnull=False) | ~Q(business_name=""), name="ticket_of_someone"
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) ^ Q(status=stages.MERGED), name="ticket_merged_names_its_main"
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")) & Q(confidential=False),
                name="ticket_merged_into_another",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[*stages.IN_DEPARTMENT, stages.CONFIRMING, stages.REVISITING])
                | Q(lead_department__isnull=False) & ~Q(kind="") & ~Q(complexity=""),
                name="ticket_in_department_is_triaged",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def heading(self) -> str:
        """The title as pages say it: that of confidential complaints, one for all, in the reader's language."""
        return _("保密投诉") if self.title == CONFIDED else self.title

    @property
    def stage(self) -> str:
        return stages.stage_of(self.status)

    @property
    def ended(self) -> bool:
        return self.status in stages.ENDED

    @property
    def instead(self) -> str:
        """Where the firm of a rejected matter was told to go, in the reader's language (APP-6)."""
        return self.rejected_item.instead_of(self.end_reason) if self.rejected_item else self.end_reason

    @property
    def work(self) -> str:
        """The obligation under which its lead works now; in the first round a third party mediates (APP-7)."""
        lead = self.lead_department
        if self.round == Round.FIRST and lead is not None and lead.kind == Department.Kind.THIRD_PARTY:
            return "mediation"
        return WORK[Round(self.round)]

    @property
    def status_name(self) -> str:
        return _(stages.STATUSES[self.status][1])

    @property
    def firm_name(self) -> str:
        return self.enterprise.name if self.enterprise_id else self.business_name

    @property
    def firm_short_name(self) -> str:
        return (self.enterprise.short_name or self.enterprise.name) if self.enterprise_id else self.business_name

    @property
    def from_old_file(self) -> bool:
        """Brought in from a file of old cases: its days are known, the hours are not."""
        return self.channel == Channel.IMPORT and self.filed_by_id is None

    @property
    def channel_name(self) -> str:
        return _("旧件导入") if self.from_old_file else str(Channel(self.channel).label)

    @property
    def from_hotline(self) -> bool:
        """Whether a hotline waits to be told how it came out (APP-1)."""
        return bool(self.hotline_number) or self.channel == Channel.HOTLINE

    @property
    def divisor(self) -> int:
        return DIVISOR[Urgency(self.urgency)]

    @cached_property
    def open_deadlines(self) -> list[TicketDeadline]:
        """What must be done, the earliest first; lists load it for all rows at once (`for_rows`)."""
        return list(self.deadlines.open().with_units())

    @property
    def deadline(self) -> TicketDeadline | None:
        """The deadline of whoever holds the ticket: what the row of a list shows. One that runs before a paused one."""
        holders = (deadline for deadline in self.open_deadlines if deadline.obligation not in ASIDE)
        return min(holders, key=lambda deadline: (deadline.is_paused, deadline.due_at), default=None)

    @cached_property
    def result(self) -> Any:
        """The latest result, or None."""
        return self.results.order_by("-id").first()
