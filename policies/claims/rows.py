"""Claims with everything one row of a list shows, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Prefetch, Subquery

from policies.claims.journey import due_of, journey, where
from policies.claims.words import money
from policies.models import Claim, ClaimDeadline
from policies.models.claims import ClaimQuerySet
from requests.journey import Journey

PEOPLE = (
    "round__clause__version__policy",
    "round__department",
    "enterprise__place",
    "payment",
    "supplement",
    "publicity",
)


def for_rows(claims: ClaimQuerySet) -> ClaimQuerySet:
    """Two queries for any number of rows."""
    clocks = ClaimDeadline.objects.open().with_units()
    return claims.select_related(*PEOPLE).prefetch_related(Prefetch("deadlines", clocks, to_attr="clocks"))


def with_due(claims: ClaimQuerySet) -> ClaimQuerySet:
    """Adds `due_at`, the earliest open clock's; None where nothing is owed."""
    clocks = ClaimDeadline.objects.running().filter(subject=OuterRef("pk")).order_by("due_at")
    return claims.annotate(due_at=Subquery(clocks.values("due_at")[:1]))


@dataclass(frozen=True)
class Row:
    """One claim of a list; `own` on the firm's side."""

    claim: Claim
    line: Journey
    where: str
    due: ClaimDeadline | None
    amount: str

    @property
    def title(self) -> str:
        return self.claim.round.clause.called


def rows_of(claims: Iterable[Claim], now: datetime, *, own: bool = False) -> list[Row]:
    return [
        Row(
            claim,
            journey(claim, now),
            where(claim, own=own),
            due_of(claim, own=own),
            money(claim.amount if claim.amount is not None else claim.asked_amount),
        )
        for claim in claims
    ]
