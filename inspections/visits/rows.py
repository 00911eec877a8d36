"""Visits with everything one row of a list shows, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from portal.trail.models import Event
from requests.journey import Journey

from ..models import JointVisit, JointVisitDeadline, Need, VisitPart
from ..models.plans import JointVisitQuerySet
from ..needs import stages as needs
from . import stages
from .beside import rectified_of
from .journey import due_of, journey


def for_rows(visits: JointVisitQuerySet) -> JointVisitQuerySet:
    """Five queries for any number of rows."""
    parts = VisitPart.objects.select_related("agency__department").prefetch_related("inspectors__user")
    wishes = Need.objects.select_related("subject", "agency__department").order_by("agency", "pk")
    clocks = JointVisitDeadline.objects.open().with_units()
    return visits.select_related("enterprise__place", "plan").prefetch_related(
        Prefetch("parts", parts), Prefetch("needs", wishes), Prefetch("deadlines", clocks, to_attr="clocks")
    )


@dataclass(frozen=True)
class Row:
    """One visit of a list."""

    visit: JointVisit
    line: Journey
    due: JointVisitDeadline | None

    @property
    def agencies(self) -> str:
        return _("、").join(str(part.agency) for part in self.visit.parts.all())

    @property
    def joint(self) -> bool:
        return len(self.visit.parts.all()) > 1

    @property
    def _served(self) -> list[Need]:
        return [need for need in self.visit.needs.all() if need.status in SERVED]

    @property
    def subjects(self) -> list[str]:
        return list(dict.fromkeys(str(need.subject) for need in self._served))

    @property
    def kinds(self) -> str:
        return _("、").join(dict.fromkeys(need.kind_name for need in self._served))


def rows_of(visits: Iterable[JointVisit], now: datetime) -> list[Row]:
    """One query more, for the last station of the lines."""
    read = list(visits)
    put_right = rectified_of([visit.pk for visit in read])
    return [Row(visit, journey(visit, now, put_right.get(visit.pk)), due_of(visit)) for visit in read]


@dataclass(frozen=True)
class Checked:
    """One need as a page about its visit tells it: `basis` is the law's; `why` the order behind it, where it may be
    told to this reader. What complained, and who, is never told to the firm (APP-18).
    """

    need: Need
    why: str

    @property
    def agency(self) -> str:
        return str(self.need.agency)

    @property
    def title(self) -> str:
        return str(self.need.subject)

    @property
    def basis(self) -> str:
        return self.need.subject.basis


SERVED = (needs.PLANNED, needs.DONE)
HIDDEN = (needs.CLUE, needs.EMERGENCY)  # what moved the agency may name who told it


def checked(visit: JointVisit, *, office: bool) -> list[Checked]:
    """What is checked, or was to be: of a visit that fell the trail knows its needs."""
    found: list[Any] = [need for need in visit.needs.all() if need.status in SERVED]
    if visit.status in (stages.CANCELLED, stages.MISSED):
        event = Event.objects.about(visit).filter(kind=f"joint_visit.{visit.status}").last()
        keys = event.data.get("needs", []) if event else []
        found = list(Need.objects.filter(pk__in=keys).select_related("subject", "agency__department").order_by("pk"))
    return [Checked(need, need.basis if office or need.kind not in HIDDEN else "") for need in found]
