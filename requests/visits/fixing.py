"""Facts of a firm that a visitor may say are otherwise: the latest of each resource he may read (ENT-3, SEC-11)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from enterprises.facts.periods import period_name
from enterprises.facts.saying import texts_of, value_at, worded
from enterprises.facts.sight import Sight
from enterprises.models import Enterprise, Fact, ResourceColumn
from portal.people.models import User

ITEMS = 3  # rows of a register that are offered


@dataclass(frozen=True)
class Fixable:
    """One value as it stands; `code` is what the form sends."""

    code: str
    column: ResourceColumn
    period: date | None
    item: str
    row: str  # which row of which resource, in words
    now: str

    @property
    def label(self) -> str:
        return f"{self.column}：{self.now or '—'}"


def fixables(firm: Enterprise, user: User) -> list[Fixable]:
    """All values on offer, by resource; five queries."""
    latest = [fact for fact in _latest(firm) if fact.resource.retired_at is None]
    sight = Sight(user, firm)
    seen = [fact for fact in latest if sight.sees(fact.resource)]
    columns = [column for fact in seen for column in fact.resource.columns.all()]
    texts = texts_of(columns, [fact.values for fact in seen])
    return [one for fact in seen for one in _values(fact, texts)]


def _latest(firm: Enterprise) -> Iterator[Fact]:
    """The newest row of each resource, of a register the first few."""
    rows = Fact.objects.filter(enterprise=firm).select_related("resource").prefetch_related("resource__columns")
    taken: dict[int, int] = {}
    for fact in rows.order_by("resource_id", "-period", "item"):
        most = ITEMS if fact.resource.per == "register" else 1
        taken[fact.resource_id] = taken.get(fact.resource_id, 0) + 1
        if taken[fact.resource_id] <= most:
            yield fact


def _values(fact: Fact, texts: dict[int, str]) -> Iterator[Fixable]:
    named = [str(fact.resource), period_name(fact.period, fact.resource.per), fact.item]
    for column in fact.resource.columns.all():
        now = worded(column.measure, value_at(fact, column.place), texts)
        day = fact.period.isoformat() if fact.period else ""
        code = f"{column.pk}|{day}|{fact.item}"
        yield Fixable(code, column, fact.period, fact.item, " ".join(filter(None, named)), now)
