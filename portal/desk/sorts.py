"""The sorts of work beside tickets that have time limits: where each is read, how it is called, whose firm it is about.

One list for everybody's own deadlines, for what is overdue in the town, and for how a limit was computed (DL-6).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from enterprises.models import firms_of
from inspections.models import (
    BookingDeadline,
    CodelessDeadline,
    EntryDeadline,
    JointVisitDeadline,
    PlanDeadline,
    RectificationDeadline,
    RoundDeadline,
)
from policies.models import ClaimDeadline
from policies.models.services import ServiceDeadline
from portal.deadlines.models import Deadline
from portal.deadlines.obligations import ObligorKind
from portal.people.models import User
from requests.models import VisitDeadline

OF_FIRMS = (ObligorKind.ENTERPRISE, ObligorKind.INSPECTED)


@dataclass(frozen=True)
class Sort:
    """One sort of clocks; `firm` is the subject's relation to a firm, or empty; `code` stands in addresses."""

    code: str
    name: Any
    model: type[Deadline]
    url: Callable[[Any], str]
    title: Callable[[Any], str]
    firm: str = "enterprise"
    with_: tuple[str, ...] = ("subject__enterprise",)
    unit: str = ""  # whose business it is where the firm is late: the subject's way to a department
    told: str = "all"  # which of its clocks the firm itself is shown: all, its own, none

    def shows(self, deadline: Deadline, user: User) -> bool:
        """Whether who sees the subject is shown this clock; in his own firm's matters an official is the firm."""
        subject: Any = deadline.subject  # type: ignore[attr-defined]
        if not self.firm or getattr(subject, f"{self.firm}_id") not in firms_of(user):
            return True
        return self.told == "all" or (self.told == "own" and deadline.obligor_kind in OF_FIRMS)

    def seen_by(self, user: User) -> QuerySet[Any]:
        """The keys of what he may see of it (SEC-1)."""
        clocks: Any = self.model._meta
        subject = clocks.get_field("subject").related_model
        found: QuerySet[Any] = subject.objects.visible_to(user).order_by().values("pk")
        return found


def _own(one: Any) -> str:
    return str(one.get_absolute_url())


def _at(name: str) -> Callable[[Any], str]:
    return lambda one: reverse(name, args=[one.number])


RECTIFICATION = Sort(
    "rectification",
    _("检查整改"),
    RectificationDeadline,
    _own,
    lambda one: str(one.finding.text),
    with_=("subject__enterprise", "subject__finding"),
    unit="agency__department",
    told="own",
)
# Those of inspections first: `desk.mine.inspections` asks for them alone.
INSPECTIONS = (
    RECTIFICATION,
    Sort("inspection", _("联合检查"), JointVisitDeadline, _at("inspections:visit"), str, told="none"),
    Sort("plan", _("检查计划"), PlanDeadline, _at("planning:plan"), str, firm="", with_=("subject",)),
    Sort("whitelist", _("白名单批次"), RoundDeadline, _own, str, firm="", with_=("subject",)),
    Sort("entry", _("白名单"), EntryDeadline, _own, str),
    Sort("codeless", _("无码检查"), CodelessDeadline, _at("inspections:report"), str),
    Sort("booking", _("检查预约"), BookingDeadline, _own, str),
)
CLAIM = Sort(
    "claim",
    _("政策申报"),
    ClaimDeadline,
    _at("claims:claim"),
    lambda one: str(one.round.clause.title),
    with_=("subject__enterprise", "subject__round__clause"),
)
SERVICE = Sort("service", _("专业服务"), ServiceDeadline, _own, lambda one: str(one.get_kind_display()))
VISIT = Sort(
    "visit",
    _("走访"),
    VisitDeadline,
    lambda one: reverse("visits:visit", args=[one.key]),
    lambda one: str(one.enterprise.called),
    told="none",
)
SORTS = (CLAIM, SERVICE, VISIT, *INSPECTIONS)
OF: dict[type[Deadline], Sort] = {sort.model: sort for sort in SORTS}
BY_CODE = {sort.code: sort for sort in SORTS}
