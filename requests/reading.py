"""Rows of a list, read as plain values: a page of 25 with its relations takes a third of what joined models take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Model, QuerySet

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
    own, *related = parts = _parts(rows.model, tuple(fields))
    asked = [f"{part.relation}__{name}" for part in related for name in part.names]
    return _made(parts, rows.values_list(*own.names, *asked), rows.db)


def _made(parts: Sequence[Part], rows: Iterable[Sequence[Any]], using: str) -> list[Any]:
    """The models of rows whose values stand in the order of their parts."""
    own, *related = parts
    known: dict[tuple[str, Any], Model] = {}
    found = []
    for values in rows:
        at = len(own.names)
        row = own.model.from_db(using, own.names, values[:at])
        for relation, model, names in related:
            key = relation, values[at]
            if values[at] is not None and key not in known:
                known[key] = model.from_db(using, names, values[at : at + len(names)])
            row._state.fields_cache[relation] = known.get(key)
            at += len(names)
        found.append(row)
    return found


@lru_cache(maxsize=64)
def _parts(model: type[Model], fields: tuple[str, ...]) -> list[Part]:
    """The fields by relation, in the order in which `from_db` takes them."""
    wanted: dict[str, set[str]] = {"": set()}
    for field in fields:
        relation, _two, name = field.rpartition("__")
        wanted.setdefault(relation, set()).add(name)
    found = []
    for relation, names in wanted.items():
        of: Any = model._meta.get_field(relation).related_model if relation else model
        ordered = tuple(f.attname for f in of._meta.concrete_fields if f.primary_key or f.attname in names)
        found.append(Part(relation, of, ordered))
    return found
