"""Where two sources disagree about the firm (ENT-3): both values beside each other, of what the reader may read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from enterprises.facts.periods import period_name
from enterprises.facts.saying import source_at, worded, words_of
from enterprises.models import Conflict, Delivery, ResourceColumn
from enterprises.portraying import Portrait, block

SHOWN = 3
TOLD = (
    *("place", "standing", "offered", "fact__period", "fact__deliveries"),
    *("fact__resource__per", "fact__resource__sensitivity"),
    *("delivery__way", "delivery__line__name", "delivery__line__name_en"),
)


@dataclass(frozen=True)
class Dispute:
    """One value: who says what stands, and what another says."""

    column: ResourceColumn
    named: str
    sides: tuple[tuple[str, str], ...]


@block("disputed", template="portrait/disputed.html", order=80, side=True)
def disputed(portrait: Portrait) -> Mapping[str, Any] | None:
    """Nothing where all agree; that there is a dispute about what is hidden is hidden as well (SEC-11)."""
    there = Conflict.objects.filter(fact__enterprise=portrait.firm, state=Conflict.State.OPEN)
    found = there.select_related("fact__resource", "delivery__line").only(*TOLD).order_by("-pk")
    conflicts = [one for one in found if portrait.sight.sees(one.fact.resource)]
    if not conflicts:
        return None
    shown = conflicts[:SHOWN]
    columns = _columns(shown)
    sources = [pk for one in shown if (pk := source_at(one.fact, one.place))]
    standing = Delivery.objects.select_related("line").only("way", "line__name", "line__name_en").in_bulk(sources)
    texts = words_of(number for one in shown for number in (one.standing, one.offered))
    rows = []
    for one in shown:
        column = columns[one.fact.resource_id, one.place]
        sides = [(standing.get(source_at(one.fact, one.place) or 0), one.standing), (one.delivery, one.offered)]
        told = tuple((_whose(by), worded(column.measure, number, texts)) for by, number in sides)
        rows.append(Dispute(column, period_name(one.fact.period, one.fact.resource.per), told))
    return {"rows": rows, "count": len(conflicts)}


def _columns(conflicts: list[Conflict]) -> dict[tuple[int, int], ResourceColumn]:
    found = ResourceColumn.objects.filter(
        resource__in={one.fact.resource_id for one in conflicts}, place__in={one.place for one in conflicts}
    )
    return {(column.resource_id, column.place): column for column in found}


def _whose(delivery: Delivery | None) -> str:
    if delivery is None:
        return ""
    return str(delivery.line) if delivery.line else str(delivery.get_way_display())
