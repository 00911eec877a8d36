"""Comparing rows on their way in with the facts on file, and writing them: statements over whole sets of rows.

`source` is always the name of a relation, or a query in brackets, with the columns firm, period, item and values, one
row for each key. Whoever writes has locked the resource (`lock`), so deliveries of one resource come one after the
other, and nothing changes between comparing and writing.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Q

from ..models import UNKNOWN, Conflict, Delivery, Line, Resource
from .staging import width_of

Way = Delivery.Way
MANY = 2000  # rows
OVERRULES = (Way.VISIT, Way.RULING)  # what the owning line has decided stands against every source


class NoSuchFirm(ValueError):
    """Rows are about a firm that is not, or no longer, on file."""


def lock(resource: Resource) -> int:
    """Deliveries, undoing and rulings of one resource wait for each other; returns the revision that this one makes."""
    statement = "UPDATE enterprises_resource SET revision = revision + 1 WHERE id = %s RETURNING revision"
    return int(run(statement, [resource.pk])[0])


@dataclass(frozen=True)
class Comparison:
    """What rows from one line, come in one way, do to what is on file (ENT-3), as expressions of SQL.

    In them `a` is the row on its way in and `f` the fact, whose columns are null where there is none yet.
    """

    resource: Resource
    line: Line | None
    way: str

    @cached_property
    def places(self) -> range:
        return range(1, width_of(self.resource.columns.all()) + 1)

    @cached_property
    def foreign(self) -> str:
        """The deliveries whose values are another source's: they are not overwritten."""
        return "{}" if self.way in OVERRULES else _ids(self._others())

    def _others(self) -> Iterable[int]:
        same = Q(line=self.line) if self.line else Q(line=None)
        return self.resource.deliveries.exclude(same).values_list("pk", flat=True)

    @cached_property
    def deciding(self) -> str:
        """The deliveries by which somebody decided against a value: the same value again changes nothing."""
        if self.way in OVERRULES:
            return "{}"
        return _ids(self.resource.deliveries.filter(way__in=OVERRULES).values_list("pk", flat=True))

    def joined(self, source: str, how: str = "") -> str:
        period = "f.period IS NULL" if self.resource.per == Resource.Per.REGISTER else "f.period = a.period"
        return (
            f"{source} a {how} JOIN enterprises_fact f ON f.resource_id = {self.resource.pk}"
            f" AND f.enterprise_id = a.firm AND {period} AND f.item = a.item"
        )

    def says(self, place: int) -> str:
        """That the row says something else than the fact."""
        return f"(a.values[{place}] <> coalesce(f.values[{place}], {UNKNOWN}))"

    def held(self, place: int) -> str:
        """That another source said what the fact has there."""
        if self.foreign == "{}":
            return "false"
        return f"(f.values[{place}] IS NOT NULL AND f.deliveries[{place}] = ANY('{self.foreign}'::bigint[]))"

    def decided(self, place: int) -> str:
        """That what the row says is what a decision has replaced."""
        if self.deciding == "{}":
            return "false"
        return (
            f"(f.deliveries[{place}] = ANY('{self.deciding}'::bigint[]) AND EXISTS ("
            f"SELECT FROM enterprises_formerfact h WHERE h.fact_id = f.id AND h.delivery_id = f.deliveries[{place}]"
            f" AND coalesce(h.values[{place}], {UNKNOWN}) = a.values[{place}]))"
        )

    def takes(self, place: int) -> str:
        return f"({self.says(place)} AND NOT {self.held(place)} AND NOT {self.decided(place)})"

    def clashes(self, place: int) -> str:
        if self.foreign == "{}":
            return "false"
        kept = (
            f"EXISTS (SELECT FROM enterprises_conflict c WHERE c.fact_id = f.id AND c.place = {place}"
            f" AND c.offered = a.values[{place}] AND c.state = '{Conflict.State.KEPT.value}')"
        )
        says = f"{self.says(place)} AND a.values[{place}] <> {UNKNOWN}"
        return f"({says} AND {self.held(place)} AND NOT {self.decided(place)} AND NOT {kept})"

    @cached_property
    def any_taken(self) -> str:
        return _any(self.takes(place) for place in self.places)

    @cached_property
    def any_clash(self) -> str:
        return _any(self.clashes(place) for place in self.places)

    @property
    def outcome(self) -> str:
        """`new`, `conflicting`, `changed` or `unchanged`: what becomes of the whole row."""
        return (
            f"CASE WHEN f.id IS NULL THEN 'new' WHEN {self.any_clash} THEN 'conflicting'"
            f" WHEN {self.any_taken} THEN 'changed' ELSE 'unchanged' END"
        )

    @property
    def values_after(self) -> str:
        return as_array(
            f"CASE WHEN {self.takes(place)} THEN nullif(a.values[{place}], {UNKNOWN}) ELSE f.values[{place}] END"
            for place in self.places
        )

    def deliveries_after(self, delivery: Delivery) -> str:
        return as_array(
            f"CASE WHEN {self.takes(place)} THEN {delivery.pk} ELSE f.deliveries[{place}] END" for place in self.places
        )


def _ids(found: Iterable[int]) -> str:
    return "{" + ",".join(map(str, found)) + "}"


def _any(conditions: Iterable[str]) -> str:
    said = [condition for condition in conditions if condition != "false"]
    return f"({' OR '.join(f'coalesce({one}, false)' for one in said)})" if said else "false"


def as_array(expressions: Iterable[str]) -> str:
    return f"ARRAY[{', '.join(expressions)}]::bigint[]"


# Writing ---------------------------------------------------------------------------------------------------------


@dataclass
class Written:
    """How many rows there were, new, changed, and against another source's word; the firms that have changed."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    conflicting: int = 0
    firms: frozenset[int] = frozenset()


def write(source: str, comparison: Comparison, delivery: Delivery, at: datetime) -> Written:
    """New facts come in, values of the same source change and their former ones are kept, others' stay (ENT-3)."""
    written = Written(rows=_hold_firms(source))
    with joining(written.rows):
        _change(source, comparison, delivery, written)
        _disagree(source, comparison, delivery, written)
        _settle(source, comparison, delivery, at)
        _insert(source, comparison, delivery, written)
    mark_stale(written.firms)
    return written


@contextmanager
def joining(rows: int) -> Iterator[None]:
    """Many rows meet the facts by hashing both.

    What was written in this transaction, or since the last ANALYZE, is unknown to the planner, which would go through
    all facts of a month for each row: hours instead of seconds.
    """
    if rows > MANY:
        run("SET LOCAL enable_nestloop = off")
    yield
    if rows > MANY:
        run("SET LOCAL enable_nestloop = on")


def run(statement: str, parameters: Iterable[Any] = ()) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))
        return cursor.fetchone() if cursor.description else (cursor.rowcount,)


def rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def _hold_firms(source: str) -> int:
    """What the foreign key would do for each row, once for each firm; returns how many rows there are.

    Raises NoSuchFirm.
    """
    count, asked, found = run(
        f"""WITH asked AS (SELECT firm, count(*) AS rows FROM {source} a GROUP BY firm),
            found AS (SELECT id FROM enterprises_enterprise WHERE id IN (SELECT firm FROM asked)
                      ORDER BY id FOR KEY SHARE)
        SELECT coalesce(sum(rows), 0)::bigint, count(*), (SELECT count(*) FROM found) FROM asked"""
    )
    if asked != found:
        raise NoSuchFirm(f"{asked - found} of {asked} firms do not exist")
    return int(count)


def _change(source: str, comparison: Comparison, delivery: Delivery, written: Written) -> None:
    changed, firms = run(
        f"""WITH new AS MATERIALIZED (
            SELECT f.id, a.firm, f.values AS was, f.deliveries AS had, {comparison.any_clash} AS clashes,
                {comparison.values_after} AS now_said, {comparison.deliveries_after(delivery)} AS now_from
            FROM {comparison.joined(source)} WHERE {comparison.any_taken}),
        kept AS (INSERT INTO enterprises_formerfact (fact_id, delivery_id, values, deliveries)
            SELECT id, {delivery.pk}, was, had FROM new),
        done AS (UPDATE enterprises_fact t SET values = new.now_said, deliveries = new.now_from
            FROM new WHERE t.id = new.id RETURNING new.firm, new.clashes)
        SELECT count(*) FILTER (WHERE NOT clashes), coalesce(array_agg(DISTINCT firm), '{{}}') FROM done"""
    )
    written.changed, written.firms = changed, written.firms | frozenset(firms)


def _disagree(source: str, comparison: Comparison, delivery: Delivery, written: Written) -> None:
    if comparison.any_clash == "false":
        return
    clashes = ", ".join(f"({place}, {comparison.clashes(place)})" for place in comparison.places)
    (written.conflicting,) = run(
        f"""WITH found AS MATERIALIZED (
            SELECT f.id, p.place, f.values[p.place] AS standing, a.values[p.place] AS offered
            FROM {comparison.joined(source)} CROSS JOIN LATERAL (VALUES {clashes}) p (place, clashes)
            WHERE p.clashes),
        opened AS (INSERT INTO enterprises_conflict (fact_id, place, standing, offered, delivery_id, state, reason)
            SELECT id, place, standing, offered, {delivery.pk}, 'open', '' FROM found ORDER BY id, place
            ON CONFLICT (fact_id, place, offered) WHERE state IN ('open', 'kept') DO NOTHING)
        SELECT count(DISTINCT id) FROM found"""
    )


def _settle(source: str, comparison: Comparison, delivery: Delivery, at: datetime) -> None:
    """Open conflicts go where the sources agree by now, or where the one that disagreed says something else."""
    if not Conflict.objects.filter(fact__resource=comparison.resource, state=Conflict.State.OPEN).exists():
        return
    line = "IS NULL" if comparison.line is None else f"= {comparison.line.pk}"
    run(
        f"""UPDATE enterprises_conflict c SET state = 'gone', ruled_at = %s
        FROM enterprises_delivery d, {comparison.joined(source)}
        WHERE c.state = 'open' AND c.fact_id = f.id AND d.id = c.delivery_id
            AND (f.values[c.place] = c.offered
                OR d.line_id {line} AND d.id <> {delivery.pk} AND a.values[c.place] <> c.offered)""",
        [at],
    )


def _insert(source: str, comparison: Comparison, delivery: Delivery, written: Written) -> None:
    values = as_array(f"nullif(a.values[{place}], {UNKNOWN})" for place in comparison.places)
    said = f"CASE WHEN a.values[%s] <> {UNKNOWN} THEN {delivery.pk} END"
    deliveries = as_array(said % place for place in comparison.places)
    written.new, firms = run(
        f"""WITH done AS (
            INSERT INTO enterprises_fact (resource_id, enterprise_id, period, item, values, deliveries, delivery)
            SELECT {comparison.resource.pk}, a.firm, a.period, a.item, {values}, {deliveries}, {delivery.pk}
            FROM {comparison.joined(source, "LEFT")} WHERE f.id IS NULL RETURNING enterprise_id)
        SELECT count(*), coalesce(array_agg(DISTINCT enterprise_id), '{{}}') FROM done"""
    )
    written.firms |= frozenset(firms)


def mark_stale(firms: Iterable[int]) -> None:
    """Their attributes are computed anew. A worker that is just computing one is waited for and left a new mark."""
    run(
        """INSERT INTO enterprises_stalefirm (enterprise_id, since)
        SELECT firm, now() FROM unnest(%s::bigint[]) firm ORDER BY firm
        ON CONFLICT (enterprise_id) DO UPDATE SET since = excluded.since""",
        [list(firms)],
    )
