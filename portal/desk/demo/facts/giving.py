"""What the lines delivered, gathered as columns and written by COPY in the form that a delivery has."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import numpy as np
from django.db import connection

from enterprises.measures import Kind
from enterprises.models import Delivery, Resource, Word
from portal.people.models import Membership, User
from portal.people.roles import Role
from portal.trail.entries import record

from .profile import Column, Firms

LINES = 100_000  # rows in one COPY


@dataclass
class Batch:
    """One delivery: some firms (by their place in `Firms`), one period or none, an item for each, plain columns.

    Numbers are in the measure's unit, NaN where nothing is said; days are ordinals; texts and choices are words or None.
    """

    resource: str
    at: datetime
    who: Column
    columns: Mapping[str, Column]
    period: date | None = None
    items: Column | None = None
    row: Delivery = field(init=False)


class Giving:
    """Gathers the deliveries of all lines and writes them in the order of time."""

    def __init__(self, firms: Firms, now: datetime) -> None:
        self.firms, self.now = firms, now
        self.batches: list[Batch] = []

    def add(
        self,
        resource: str,
        at: datetime,
        mask: Column,
        columns: Mapping[str, Column],
        *,
        period: date | None = None,
        items: Column | None = None,
        even_empty: bool = False,
    ) -> None:
        """Those of the firms that `mask` picks, or names by place; nothing that would come after now."""
        who = np.flatnonzero(mask) if mask.dtype == bool else mask
        if at > self.now or not (len(who) or even_empty):
            return
        taken = {
            code: column[who] if len(column) == len(self.firms) and items is None else column
            for code, column in columns.items()
        }
        self.batches.append(Batch(resource, at, who, taken, period, items))

    def write(self) -> int:
        """Saves everything; returns how many facts."""
        self.batches.sort(key=lambda batch: batch.at)
        resources = {resource.code: resource for resource in Resource.objects.prefetch_related("columns")}
        by = officers()
        for batch in self.batches:
            resource = resources[batch.resource]
            batch.row = Delivery(
                resource=resource,
                line_id=resource.line_id,
                way=Delivery.Way.FILE,
                by=by[resource.line_id],
                at=batch.at,
                new=len(batch.who),
            )
        Delivery.objects.bulk_create([batch.row for batch in self.batches], batch_size=2000)
        for batch in self.batches:
            record_delivery(batch.row)
        words = _words(self.batches)
        buffer = io.StringIO()
        count = waiting = 0
        for batch in self.batches:
            buffer.writelines(_rows(batch, resources[batch.resource], self.firms.pk, words))
            count, waiting = count + len(batch.who), waiting + len(batch.who)
            if waiting >= LINES:
                _copy(buffer)
                buffer, waiting = io.StringIO(), 0
        _copy(buffer)
        return count


def record_delivery(delivery: Delivery) -> None:
    """The event that each delivery has, as `enterprises.facts.delivering` records it."""
    counts = {name: getattr(delivery, name) for name in ("new", "changed", "unchanged", "conflicting")}
    data = {"resource": delivery.resource_id, "way": delivery.way, **counts}
    record("facts.delivered", delivery, by=delivery.by, at=delivery.at, data=data)


def officers() -> dict[int, User]:
    """For each line (by key) who delivers for it: a data officer of its department, else of any."""
    held = Membership.objects.filter(role=Role.DATA_OFFICER).select_related("user").order_by("-pk")
    of_department = {one.department_id: one.user for one in held}
    anyone = User.objects.get(username=Role.DATA_OFFICER)
    lines = Resource.objects.values_list("line", "line__department").distinct()
    return {line: of_department.get(department, anyone) for line, department in lines}


def _words(batches: Iterable[Batch]) -> dict[str, int]:
    texts = {
        text for batch in batches for column in batch.columns.values() if column.dtype == object for text in set(column)
    } - {None}
    Word.objects.bulk_create([Word(text=text) for text in sorted(texts)], ignore_conflicts=True)
    return dict(Word.objects.filter(text__in=texts).values_list("text", "pk"))


def _rows(batch: Batch, resource: Resource, keys: Column, words: Mapping[str, int]) -> Iterable[str]:
    columns = [column for column in resource.columns.all() if column.code in batch.columns]
    if len(columns) != len(batch.columns):
        raise KeyError(f"{batch.resource}: {sorted(batch.columns)}")
    width = max(column.place for column in columns)
    nothing = ["NULL"] * len(batch.who)
    values, sources, delivery = [nothing] * width, [nothing] * width, str(batch.row.pk)
    for column in columns:
        kept = _kept(column.measure.kind, column.measure.scale, batch.columns[column.code], words)
        values[column.place - 1] = kept
        sources[column.place - 1] = ["NULL" if one == "NULL" else delivery for one in kept]
    period = r"\N" if batch.period is None else batch.period.isoformat()
    items = [""] * len(batch.who) if batch.items is None else batch.items.tolist()
    head = f"{resource.pk}\t{period}"
    for firm, item, *row in zip(
        keys[batch.who].tolist(), items, zip(*values, strict=True), zip(*sources, strict=True), strict=True
    ):
        said, came = row
        yield f"{head}\t{delivery}\t{firm}\t{item}\t{{{','.join(said)}}}\t{{{','.join(came)}}}\n"


def _kept(kind: Kind, scale: int, column: Column, words: Mapping[str, int]) -> list[str]:
    """As `enterprises.measures.kept` keeps it, written for COPY."""
    if column.dtype == object:
        return ["NULL" if text is None else str(words[text]) for text in column]
    if kind == Kind.NUMBER:
        column = np.rint(column * 10.0**scale)
    column = np.asarray(column, float)
    gaps = np.isnan(column)
    written = list(map(str, np.where(gaps, 0, column).astype(np.int64).tolist()))
    if gaps.any():
        for place in np.flatnonzero(gaps).tolist():
            written[place] = "NULL"
    return written


def _copy(buffer: io.StringIO) -> None:
    buffer.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(
            "COPY enterprises_fact (resource_id, period, delivery, enterprise_id, item, values, deliveries) FROM STDIN",
            buffer,
        )
