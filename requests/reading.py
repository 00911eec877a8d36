"""Rows of a list, read as plain values: a page of 25 with its relations takes a third of what joined models take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.base import ModelState

from requests.models import Ticket, TicketDeadline
from requests.models.ticket import TicketQuerySet

# What is shown of a deadline beside a ticket.
CLOCK = (
    *("subject_id", "obligation", "obligor_kind", "due_at", "near_at", "paused_at", "met_at", "cancelled_at"),
    *("provisional", "department_id", "department__short_name"),
)
# Written by hand: every list asks it, and to build it took longer than to run it.
CLOCKS = """
    SELECT {columns} FROM requests_ticketdeadline clock
      LEFT JOIN people_department department ON department.id = clock.department_id
     WHERE subject_id = ANY(%s) AND met_at IS NULL AND cancelled_at IS NULL
     ORDER BY due_at
"""


def tickets_of(tickets: TicketQuerySet, fields: Sequence[str]) -> list[Ticket]:
    """The tickets with these fields and their open deadlines, in two queries."""
    found: list[Ticket] = read(tickets, fields)
    clocks: dict[int, list[TicketDeadline]] = {ticket.pk: [] for ticket in found}
    if found:
        for clock in _clocks_of(list(clocks)):
            clocks[clock.subject_id].append(clock)
    for ticket in found:
        ticket.open_deadlines = clocks[ticket.pk]
    return found


def _clocks_of(tickets: list[int]) -> list[TicketDeadline]:
    """Their open deadlines, the earliest first."""
    own, unit = parts = _parts(TicketDeadline, CLOCK)
    columns = [f"clock.{name}" for name in own.names] + [f"department.{name}" for name in unit.names]
    with connection.cursor() as cursor:
        cursor.execute(CLOCKS.format(columns=", ".join(columns)), [tickets])
        return _made(parts, cursor.fetchall(), connection.alias)


class Part(NamedTuple):
    """What is read of one relation, or of the rows themselves where `relation` is empty; the key comes first."""

    relation: str
    model: Any
    names: tuple[str, ...]


def read(rows: QuerySet[Any], fields: Sequence[str]) -> list[Any]:
    """Models with their keys and these fields alone; `category__name` is a relation's. Rows that share one share it.

    One query. A field that is not named costs another one for every row that is asked for it.
    """
    try:
        keys, asked = rows.values_list("pk").query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_statement(rows.model, tuple(fields)).format(keys=keys), asked)
        return _made(_parts(rows.model, tuple(fields)), cursor.fetchall(), connection.alias)


@lru_cache(maxsize=64)
def _statement(model: type[Model], fields: tuple[str, ...]) -> str:
    """The rows with these `keys` in their order. To plan joins of all relations took longer than to look each up."""
    own, *related = _parts(model, fields)
    columns = [f"one.{model._meta.get_field(name).column}" for name in own.names]
    columns += [_looked_up(model, part, name) for part in related for name in part.names]
    joined = f"JOIN {model._meta.db_table} one ON one.{model._meta.pk.column} = page.key ORDER BY place"
    return f"SELECT {', '.join(columns)} FROM unnest(ARRAY({{keys}})) WITH ORDINALITY page (key, place) {joined}"


def _looked_up(model: type[Model], part: Part, name: str) -> str:
    """A field of a relation to one row, from this side or from the other."""
    field: Any = model._meta.get_field(part.relation)
    near, far = (field, part.model._meta.pk) if field.concrete else (model._meta.pk, field.remote_field)
    of = part.model._meta
    column = f"{of.db_table}.{of.get_field(name).column}"
    return f"(SELECT {column} FROM {of.db_table} WHERE {of.db_table}.{far.column} = one.{near.column})"


def _made(parts: Sequence[Part], rows: Iterable[Sequence[Any]], using: str) -> list[Any]:
    """The models of rows whose values stand in the order of their parts."""
    own, *related = parts
    known: dict[tuple[str, Any], Model] = {}
    found = []
    for values in rows:
        at = len(own.names)
        row = _model(own, values[:at], using)
        for part in related:
            key = part.relation, values[at]
            if values[at] is not None and key not in known:
                known[key] = _model(part, values[at : at + len(part.names)], using)
            row._state.fields_cache[part.relation] = known.get(key)
            at += len(part.names)
        found.append(row)
    return found


def _model(part: Part, values: Sequence[Any], using: str) -> Any:
    """As `from_db`, which takes five times as long: it looks at every field there is, and most were not read."""
    made = part.model.__new__(part.model)
    made._state = ModelState()
    made._state.adding, made._state.db = False, using
    made.__dict__.update(zip(part.names, values, strict=True))
    return made


@lru_cache(maxsize=64)
def _parts(model: type[Model], fields: tuple[str, ...]) -> list[Part]:
    """The fields by relation, in the order of the models. ValueError for one that the database gives in other form."""
    wanted: dict[str, set[str]] = {"": set()}
    for field in fields:
        relation, _two, name = field.rpartition("__")
        wanted.setdefault(relation, set()).add(name)
    found = []
    for relation, names in wanted.items():
        of: Any = model._meta.get_field(relation).related_model if relation else model
        ordered = [field for field in of._meta.concrete_fields if field.primary_key or field.attname in names]
        if raw := [field.name for field in ordered if hasattr(field, "from_db_value")]:
            raise ValueError(raw)
        found.append(Part(relation, of, tuple(field.attname for field in ordered)))
    return found
