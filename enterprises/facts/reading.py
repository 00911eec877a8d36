"""Facts of one firm for people: rows with where each value came from, hidden by SEC-11, looks recorded (SEC-3)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from textwrap import wrap

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from portal.people.models import User
from portal.trail.entries import read

from ..measures import Kind, Plain, Sensitivity, shown
from ..models import Delivery, Enterprise, Fact, FormerFact, Line, Resource, ResourceColumn, Word
from .periods import period_name
from .sight import Sight

WORDED = (Kind.TEXT, Kind.CHOICE)
FACTS, NOTED = "facts:", 80  # how a recorded reading of facts begins, and its characters


@dataclass(frozen=True)
class Cell:
    """One value and whose word it is; `value` None where the delivery took it away."""

    column: ResourceColumn
    value: Plain | None
    number: int | None  # as it is kept
    delivery: Delivery

    @property
    def line(self) -> Line | None:
        """Empty for what the firm declared."""
        return self.delivery.line

    @property
    def at(self) -> datetime:
        return self.delivery.at

    @property
    def way(self) -> str:
        return str(self.delivery.get_way_display())


@dataclass(frozen=True)
class Row:
    """One fact; `cells` by the code of its column, only those about which something was ever said."""

    fact: Fact
    resource: Resource
    cells: Mapping[str, Cell]

    @property
    def period(self) -> date | None:
        return self.fact.period

    @property
    def item(self) -> str:
        return self.fact.item

    @property
    def named(self) -> str:
        """The period or the item that tells the row from the others of its resource."""
        return _("、").join(filter(None, [period_name(self.period, self.resource.per), self.item]))

    @property
    def latest(self) -> datetime | None:
        """When something was last said about it."""
        return max((cell.at for cell in self.cells.values()), default=None)


@dataclass(frozen=True)
class Told:
    """What a person may read of a firm: rows by resource, the newest first; `hidden` has something he may not read."""

    rows: Mapping[Resource, Sequence[Row]] = field(default_factory=dict)
    hidden: Sequence[Resource] = ()


def facts_of(
    firm: Enterprise,
    *,
    reader: User,
    resources: Iterable[Resource] | None = None,
    since: date | None = None,
    at: datetime | None = None,
) -> Told:
    """The firm's facts, of these resources or all, of periods from `since` on (registers always): eight queries or so.

    What is not open is read by others than the firm's own people only with a record of it (SEC-3).
    """
    sight = Sight(reader, firm, at)
    facts = Fact.objects.filter(enterprise=firm).order_by("resource_id", "-period", "item")
    if resources is not None:
        facts = facts.filter(resource__in=list(resources))
    if since is not None:
        facts = facts.exclude(period__lt=since)
    described = _described(facts)
    seen = {pk: resource for pk, resource in described.items() if sight.sees(resource)}
    rows = rows_of(facts.filter(resource__in=seen), seen)
    _note(firm, reader, [resource for resource in seen.values() if not sight.is_own])
    return Told(rows, [resource for pk, resource in described.items() if pk not in seen])


def _described(facts: QuerySet[Fact]) -> dict[int, Resource]:
    columns = Prefetch("columns", ResourceColumn.objects.order_by("place"))
    there = Resource.objects.filter(pk__in=facts.order_by().values("resource").distinct())
    return {one.pk: one for one in there.select_related("line").prefetch_related(columns)}


def rows_of(facts: Iterable[Fact], described: Mapping[int, Resource]) -> dict[Resource, list[Row]]:
    """The facts as rows with provenance, by resource; whether somebody may see them was asked before."""
    facts = list(facts)
    deliveries = _deliveries({pk for fact in facts for pk in fact.deliveries if pk})
    texts = _texts((fact.values, described[fact.resource_id]) for fact in facts)
    rows: dict[Resource, list[Row]] = {resource: [] for resource in described.values()}
    for fact in facts:
        resource = described[fact.resource_id]
        rows[resource].append(Row(fact, resource, _cells(fact, resource, deliveries, texts)))
    return {resource: found for resource, found in rows.items() if found}


def _cells(
    fact: Fact | FormerFact, resource: Resource, deliveries: Mapping[int, Delivery], texts: Mapping[int, str]
) -> dict[str, Cell]:
    cells = {}
    for column in resource.columns.all():
        number, origin = _at(fact.values, column.place), _at(fact.deliveries, column.place)
        if origin is not None:
            value = None if number is None else shown(column.measure, number, texts)
            cells[column.code] = Cell(column, value, number, deliveries[origin])
    return cells


def _at(values: Sequence[int | None], place: int) -> int | None:
    return values[place - 1] if len(values) >= place else None


def _deliveries(keys: set[int]) -> dict[int, Delivery]:
    return Delivery.objects.select_related("line", "by").in_bulk(keys)


def _texts(said: Iterable[tuple[Sequence[int | None], Resource]]) -> dict[int, str]:
    numbers = {
        _at(values, column.place)
        for values, resource in said
        for column in resource.columns.all()
        if column.kind in WORDED
    }
    return dict(Word.objects.filter(pk__in=[number for number in numbers if number]).values_list("pk", "text"))


def _note(firm: Enterprise, reader: User, resources: Iterable[Resource]) -> None:
    """A record of one look that names every resource that is not open; in several rows where one has no room."""
    codes = [resource.code for resource in resources if resource.sensitivity != Sensitivity.OPEN]
    for part in wrap(" ".join(codes), NOTED - len(FACTS), break_on_hyphens=False):
        read(firm, reader, what=FACTS + part.replace(" ", ","))


# History ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """What was known of one value from one delivery on; `until` is the delivery that ended it, none for what stands."""

    cell: Cell
    until: Delivery | None = None


class History:
    """All that was ever said in one row, value by value; made by `history_of`."""

    def __init__(self, fact: Fact, resource: Resource) -> None:
        self.fact, self.resource = fact, resource
        self.former: list[FormerFact] = list(fact.former.order_by("-pk"))
        self.said: list[Fact | FormerFact] = [fact, *self.former]  # the newest first

    @cached_property
    def _states(self) -> list[tuple[Fact | FormerFact, Delivery | None]]:
        """What stood, the newest first, each with the delivery that changed it."""
        ends = [self._deliveries[former.delivery_id] for former in self.former]
        return list(zip(self.said, [None, *ends], strict=True))

    @cached_property
    def _deliveries(self) -> dict[int, Delivery]:
        keys = {pk for one in self.said for pk in one.deliveries if pk}
        return _deliveries(keys | {former.delivery_id for former in self.former})

    @cached_property
    def _words(self) -> dict[int, str]:
        return _texts((one.values, self.resource) for one in self.said)

    def of(self, column: ResourceColumn) -> list[Said]:
        """The values of one column, the newest first."""
        said: list[Said] = []
        for state, until in self._states:
            cell = _cells(state, self.resource, self._deliveries, self._words).get(column.code)
            if cell and not (said and said[-1].cell.delivery == cell.delivery):
                said.append(Said(cell, until))
        return said


def history_of(fact: Fact, *, reader: User, at: datetime | None = None) -> History | None:
    """The history of a row, its reading recorded; None where the reader may not see the resource of this firm."""
    firm, sight = fact.enterprise, Sight(reader, fact.enterprise, at)
    resource = _described(Fact.objects.filter(pk=fact.pk))[fact.resource_id]
    if not sight.sees(resource):
        return None
    if not sight.is_own:
        _note(firm, reader, [resource])
    return History(fact, resource)
