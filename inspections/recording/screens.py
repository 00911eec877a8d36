"""What the form of a part shows: one screen for each subject, its points prefilled with what the item says (INS-6)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import OuterRef, Prefetch, Subquery

from ..models import ChecklistItem, Finding, Need, Proof, Rectification, VisitPart
from ..rectification import stages as rectifications
from . import stages
from .flow import needs_of

LOOKED_BACK = timedelta(days=2 * 365)  # an offence so long ago is no first one any more (INS-7)
FREE = 5  # problems beside the checklist, of one subject


@dataclass(frozen=True)
class Point:
    """One point; `earlier` findings at this firm within two years. `name` begins the names of its fields."""

    item: ChecklistItem
    name: str
    earlier: int

    @property
    def severity(self) -> str:
        return stages.MINOR if self.item.minor else stages.GENERAL

    @property
    def may_warn(self) -> bool:
        return self.item.minor and not self.earlier


@dataclass(frozen=True)
class Screen:
    """One subject of the visit; `rechecks` are what was to be put right and is looked at now (INS-7)."""

    need: Need
    name: str
    points: tuple[Point, ...]
    free: tuple[str, ...]  # how the fields of problems beside the list begin
    rechecks: tuple[Rectification, ...]


def screens_of(part: VisitPart, at: datetime) -> list[Screen]:
    """In the order of the needs; five queries for any number of them."""
    standing = Prefetch("subject__checklist", ChecklistItem.objects.filter(ended_at=None), to_attr="points")
    needs = list(needs_of(part).prefetch_related(standing))  # type: ignore[attr-defined]
    earlier = _earlier(part, (point for need in needs for point in need.subject.points), at)
    rechecks = _rechecks(needs)
    return [_screen(need, earlier, rechecks[need.pk]) for need in needs]


def _screen(need: Need, earlier: Counter[int], rechecks: Iterable[Rectification]) -> Screen:
    points = tuple(
        Point(item, f"n{need.pk}-i{item.pk}", earlier[item.pk])
        for item in need.subject.points  # type: ignore[attr-defined]
    )
    return Screen(need, f"n{need.pk}", points, tuple(f"n{need.pk}-f{n}" for n in range(1, FREE + 1)), tuple(rechecks))


def _rechecks(needs: Iterable[Need]) -> dict[int, list[Rectification]]:
    """By need, each with `look_at`: what its agency wants seen there."""
    asked = Proof.objects.filter(rectification=OuterRef("pk"), verdict=Proof.Verdict.ON_SITE).order_by("-decided_at")
    found = Rectification.objects.filter(recheck__in=list(needs), status=rectifications.RECHECK)
    found = found.annotate(look_at=Subquery(asked.values("answer")[:1]))
    by_need = defaultdict[int, list[Rectification]](list)
    for one in found.select_related("finding__item").order_by("pk"):
        by_need[one.recheck_id or 0].append(one)
    return by_need


def _earlier(part: VisitPart, points: Iterable[ChecklistItem], at: datetime) -> Counter[int]:
    found = Finding.objects.filter(enterprise=part.visit.enterprise_id, item__in=list(points), at__gt=at - LOOKED_BACK)
    return Counter(pk for pk in found.exclude(status=stages.WITHDRAWN).values_list("item", flat=True) if pk)
