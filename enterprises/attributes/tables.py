"""The firms' values as columns: read by one COPY, written many firms at once. NumPy is loaded with this file."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db import connection

from ..measures import kept
from ..models import UNKNOWN
from .catalogue import TOWN, Catalogue
from .values import lock, numbers_of

if TYPE_CHECKING:
    from .values import Put

Column = np.ndarray


@dataclass(frozen=True)
class Table:
    """The firms' values by attribute, as they are kept, in the order of `firms`."""

    firms: Column
    columns: Mapping[str, Column]
    words: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.firms)


def read_table(
    codes: Iterable[str],
    words: Iterable[str] = (),
    catalogue: Catalogue = TOWN,
    only: Sequence[int] | None = None,
) -> Table:
    """These attributes of all firms, or of `only` these; `words` are the texts and choices whose numbers are asked for.

    One COPY of whole rows of one shape, taken apart without looking at any of them; older, shorter rows are filled up.
    """
    wanted = sorted({catalogue[code].slot for code in codes})
    places = ", ".join(f"coalesce(v.values[{slot}], {UNKNOWN})" for slot in wanted)
    query = f"""SELECT e.id{", " if places else ""}{places} FROM enterprises_enterprise e
        LEFT JOIN enterprises_firmvalues v ON v.enterprise_id = e.id"""
    if only is not None:
        query = f"{query} WHERE e.id = ANY('{{{','.join(str(int(firm)) for firm in only)}}}'::bigint[])"
    rows = copied(f"COPY ({query}) TO STDOUT (FORMAT binary)", 1 + len(wanted))
    firms = rows[:, 0].copy()
    order = None if (firms[1:] > firms[:-1]).all() else np.argsort(firms)
    by_slot = {slot: np.ascontiguousarray(rows[:, 1 + place]) for place, slot in enumerate(wanted)}
    if order is not None:
        firms, by_slot = firms[order], {slot: column[order] for slot, column in by_slot.items()}
    return Table(firms, {code: by_slot[catalogue[code].slot] for code in set(codes)}, numbers_of(words))


def copied(command: str, width: int) -> np.ndarray:
    """What a COPY in PostgreSQL's binary form brings: `width` bigints a row, no NULL; 19 bytes before, 2 after."""
    buffer = io.BytesIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(command, buffer)
    field = np.dtype([("length", ">i4"), ("value", ">i8")])
    row = np.dtype([("fields", ">i2"), ("field", field, width)])
    count = (buffer.tell() - 21) // row.itemsize
    return np.frombuffer(buffer.getbuffer(), row, count, 19)["field"]["value"].astype(np.int64)


# Writing ----------------------------------------------------------------------------------------------------------


EMPTY = {"values": UNKNOWN, "sources": 0, "days": 0, "batches": 0}
STORED = """SELECT v.enterprise_id, {fields} FROM enterprises_firmvalues v
    LEFT JOIN enterprises_firmorigins o USING (enterprise_id) WHERE v.enterprise_id = ANY(%s) ORDER BY 1"""
STORE_VALUES = """UPDATE enterprises_firmvalues t SET values = n.values::bigint[]
    FROM unnest(%s::bigint[], %s::text[]) n (firm, values) WHERE t.enterprise_id = n.firm"""
STORE_ORIGINS = """INSERT INTO enterprises_firmorigins (enterprise_id, sources, days, batches)
    SELECT firm, sources::bigint[], days::bigint[], batches::bigint[]
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) n (firm, sources, days, batches)
    ON CONFLICT (enterprise_id) DO UPDATE
    SET sources = excluded.sources, days = excluded.days, batches = excluded.batches"""


def write(by_firm: Mapping[int, list[Put]], words: Mapping[str, int], catalogue: Catalogue) -> None:
    firms = list(by_firm)
    rows = locked_rows(firms, catalogue.width)
    for row, firm in enumerate(firms):
        for one in by_firm[firm]:
            _place(rows, row, one, words, catalogue)
    store_rows(firms, rows)


Rows = dict[str, np.ndarray]


def locked_rows(firms: Sequence[int], width: int) -> Rows:
    """What is stored of these firms (in the order of their keys), locked; `width` slots, later ones not kept."""
    lock(firms)
    with connection.cursor() as cursor:
        query = cursor.mogrify(STORED.format(fields=_fields(width)), [list(firms)]).decode()
    stored = copied(f"COPY ({query}) TO STDOUT (FORMAT binary)", 1 + len(EMPTY) * width)
    parts = np.split(stored[:, 1:], len(EMPTY), axis=1)
    return {name: np.ascontiguousarray(part) for name, part in zip(EMPTY, parts, strict=True)}


def store_rows(firms: Sequence[int], rows: Rows) -> None:
    arrays = {name: [_array(row) for row in rows[name].tolist()] for name in EMPTY}
    with connection.cursor() as cursor:
        cursor.execute(STORE_VALUES, [list(firms), arrays["values"]])
        cursor.execute(STORE_ORIGINS, [list(firms), arrays["sources"], arrays["days"], arrays["batches"]])


def _fields(width: int) -> str:
    """Every slot of every array as a column of its own: rows of one shape, which are read without looking at them."""
    names = {"values": "v.values", "sources": "o.sources", "days": "o.days", "batches": "o.batches"}
    return ", ".join(
        f"coalesce({names[name]}[{slot}], {empty})" for name, empty in EMPTY.items() for slot in range(1, width + 1)
    )


def _place(rows: dict[str, Any], row: int, one: Put, words: Mapping[str, int], catalogue: Catalogue) -> None:
    attribute = catalogue[one.code]
    place = row, attribute.slot - 1
    if one.value is None:
        for name, empty in EMPTY.items():
            rows[name][place] = empty
        return
    rows["values"][place] = kept(attribute, one.value, words)
    rows["sources"][place], rows["days"][place] = words[one.source], one.as_of.toordinal()
    rows["batches"][place] = one.batch


def _array(row: list[int]) -> str:
    return "{" + ",".join(map(str, row)) + "}"
