"""What the page of a firm's facts shows of each resource: rows in words, what is said against them, bands (SEC-11)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from portal.people.models import User

from ...criteria.words import value_words
from ...measures import Sensitivity
from ...models import Conflict, Correction, Delivery, Enterprise, Fact, Resource, ResourceColumn
from ..freshness import Standing
from ..periods import period_name
from ..reading import Cell, Row, facts_of
from ..saying import banded, brief, value_at, worded, words_of


@dataclass
class Value:
    """One value as the page shows it; `proposed` is what a correction says that nobody has decided yet."""

    column: ResourceColumn
    cell: Cell | None = None
    correction: Correction | None = None
    proposed: str = ""
    conflicts: int = 0

    @property
    def words(self) -> str:
        value = self.cell.value if self.cell else None
        return "" if value is None else value_words(self.column.measure, value)

    @property
    def brief(self) -> str:
        return brief(self.column.measure, self.cell.value) if self.cell else ""


@dataclass
class Line:
    """One row: a period or an item, and where it came from, the latest first, each source once."""

    row: Row
    values: list[Value]

    @property
    def sources(self) -> list[Delivery]:
        found = {value.cell.delivery.pk: value.cell.delivery for value in self.values if value.cell}
        return [found[pk] for pk in sorted(found, reverse=True)]


@dataclass
class Block:
    """One resource; where it is closed to the reader no rows, and of the latest period the bands."""

    resource: Resource
    sees: bool
    columns: Sequence[ResourceColumn]
    lines: list[Line] = field(default_factory=list)
    bands: list[tuple[ResourceColumn, str]] = field(default_factory=list)
    latest: str = ""  # the period of the bands
    more: int = 0
    standing: Standing | None = None
    is_stale: bool = False


def blocks_of(firm: Enterprise, reader: User, *, resource: Resource | None = None, most: int) -> list[Block]:
    """All that is known of the firm, at most `most` rows of each resource, the newest first; constant queries."""
    told = facts_of(firm, reader=reader, resources=[resource] if resource else None)
    blocks = [
        Block(one, True, list(one.columns.all()), lines_of_rows(rows[:most]), more=max(len(rows) - most, 0))
        for one, rows in told.rows.items()
    ]
    say_against([line for block in blocks for line in block.lines])
    blocks += _hidden(firm, told.hidden)
    return sorted(blocks, key=lambda block: (block.resource.line_id, block.resource.pk))


def lines_of_rows(rows: Iterable[Row]) -> list[Line]:
    return [
        Line(row, [Value(column, row.cells.get(column.code)) for column in row.resource.columns.all()]) for row in rows
    ]


def _hidden(firm: Enterprise, resources: Sequence[Resource]) -> list[Block]:
    """Of what is closed the band of the latest period's numbers; of what belongs to a line nothing but that it is.

    A register, or a list of all firms concerned, is not mentioned: that the firm is in it would be the secret itself.
    """
    resources = [one for one in resources if not (one.complete or one.item)]
    closed = [one for one in resources if one.sensitivity == Sensitivity.CLOSED]
    facts = Fact.objects.filter(enterprise=firm, resource__in=closed).order_by("resource_id", "-period")
    latest = {fact.resource_id: fact for fact in facts.distinct("resource_id")} if closed else {}
    return [_banded(one, latest.get(one.pk)) for one in resources]


def _banded(resource: Resource, fact: Fact | None) -> Block:
    block = Block(resource, False, list(resource.columns.all()))
    if fact is not None:
        bands = ((column, banded(column.measure, value_at(fact, column.place))) for column in block.columns)
        block.bands = [(column, band) for column, band in bands if band]
        block.latest = period_name(fact.period, resource.per)
    return block


def say_against(lines: Sequence[Line]) -> None:
    """What was proposed against a value, and how many sources disagree; three queries."""
    facts = [line.row.fact for line in lines]
    corrections, conflicts = _corrections(facts), _conflicts(facts)
    texts = words_of({one.value for one in corrections.values() if one.column.kind in ("text", "choice")})
    for line in lines:
        fact = line.row.fact
        for value in line.values:
            value.conflicts = conflicts.get((fact.pk, value.column.place), 0)
            value.correction = corrections.get((value.column.pk, fact.period, fact.item))
            if value.correction:
                value.proposed = worded(value.column.measure, value.correction.value, texts)


def _corrections(facts: Sequence[Fact]) -> dict[tuple[object, ...], Correction]:
    firms, resources = {fact.enterprise_id for fact in facts}, {fact.resource_id for fact in facts}
    found = Correction.objects.proposed().filter(enterprise__in=firms, column__resource__in=resources)
    return {(one.column_id, one.period, one.item): one for one in found.select_related("column", "by")}


def _conflicts(facts: Sequence[Fact]) -> dict[tuple[int, int], int]:
    counted: dict[tuple[int, int], int] = defaultdict(int)
    for key in Conflict.objects.open().filter(fact__in=facts).values_list("fact_id", "place"):
        counted[key] += 1
    return counted
