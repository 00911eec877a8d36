"""A record as it is read: by the firm, by who took part, by who oversees (SEC-1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from ..models import Amendment, Check, Inspector, Signature, VisitPart


def recorded_parts(user: Any) -> QuerySet[VisitPart]:
    """The parts whose record he may read."""
    readable = Check.objects.visible_to(user).order_by().values("part")
    return VisitPart.objects.filter(recorded_at__isnull=False, pk__in=readable).select_related("agency__department")


@dataclass(frozen=True)
class Report:
    """All of one part; `findings` over its checks."""

    part: VisitPart
    checks: Sequence[Check]
    people: Sequence[Inspector]
    signatures: Sequence[Signature]
    amendments: Sequence[Amendment]

    @property
    def findings(self) -> int:
        return sum(len(check.findings.all()) for check in self.checks)

    @property
    def firm_refused(self) -> bool:
        return any(one.refused_for for one in self.signatures)


def report_of(part: VisitPart) -> Report:
    """Ten queries at most, however much was checked."""
    checks = part.checks.select_related("need__subject", "upload")
    return Report(
        part=part,
        checks=list(checks.prefetch_related("items", "findings__item", "photos__file", "photos__item")),
        people=list(part.inspectors.select_related("user")),
        signatures=list(part.signatures.select_related("image")),
        amendments=list(part.amendments.select_related("by").prefetch_related("photos__file")),
    )
