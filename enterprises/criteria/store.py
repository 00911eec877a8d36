"""What is stored of all firms' outcomes: rows for yes, almost and unknown; written only where something differs.

A criterion is evaluated for all firms at once, or all criteria for those firms that changed; what comes out is compared
with the stored rows as columns, and the differences are inserted (by binary COPY), changed and deleted. Whoever
refreshes holds the criterion's row, so two never write the same.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from django.db import connection, transaction
from django.utils import timezone

from portal.worktime import clock

from ..attributes.catalogue import TOWN, Catalogue, Kind
from ..attributes.tables import Column, Table, copied, read_table
from ..attributes.values import numbers_of
from ..models import Criterion, Outcome, Word
from .all import Firms, Found, evaluate, words_needed
from .almost_all import NEVER, next_flip, smallest_for
from .language import Condition, attributes_of
from .reading import parsed

YES, ALMOST, UNKNOWN = Outcome.Is.YES, Outcome.Is.ALMOST, Outcome.Is.UNKNOWN
EPOCH = date(2000, 1, 1).toordinal()  # PostgreSQL's own day 0
NULL = np.iinfo(np.int64).min
FIELDS = ("outcome", "flips_on", "slot", "target")
MOST_ROWS = 500_000  # written at once: some 60 MB
TYPES = {"criterion": (">i8", 8), "firm": (">i8", 8), "outcome": (">i2", 2)}
TYPES |= {"flips_on": (">i4", 4), "slot": (">i2", 2), "target": (">i8", 8)}

Rows = dict[str, Column]


@dataclass(frozen=True)
class Written:
    """How many rows were put in, changed and taken out."""

    added: int = 0
    changed: int = 0
    removed: int = 0

    def __add__(self, other: "Written") -> "Written":
        return Written(self.added + other.added, self.changed + other.changed, self.removed + other.removed)


@transaction.atomic
def refresh(criteria: Iterable[Criterion], *, day: date | None = None, at: datetime | None = None) -> Written:
    """Evaluate these criteria for all firms and store what differs; `day` is that of `at` unless named."""
    at = at or clock.now()
    day = day or timezone.localdate(at)
    keys = [criterion.pk for criterion in criteria]
    rows = Criterion.objects.select_for_update(of=("self",), no_key=True).select_related("current").order_by("pk")
    standing = [row for row in rows.filter(pk__in=keys) if row.current is not None and row.retired_at is None]
    nodes = [parsed(row.current.tree) for row in standing if row.current]
    firms = firms_for(nodes, day)
    written, batch = Written(), Batch()
    for criterion, node in zip(standing, nodes, strict=True):
        found, criterion.flips_on = rows_of(node, firms, keeps_almost=criterion.keeps_almost)
        batch.add(criterion, found)
        criterion.evaluated_at = at
        if batch.size >= MOST_ROWS:
            written, batch = written + batch.store(), Batch()
    written += batch.store()
    _note(standing)
    return written


class Batch:
    """The rows of some criteria, compared and written together; of a criterion that is new there is nothing to read."""

    def __init__(self) -> None:
        self.size = 0
        self._new: list[tuple[int, Rows]] = []
        self._known: list[tuple[int, Rows]] = []

    def add(self, criterion: Criterion, found: Rows) -> None:
        (self._new if criterion.evaluated_at is None else self._known).append((criterion.pk, found))
        self.size += len(found["firm"])

    def store(self) -> Written:
        written = Written()
        if self._new:
            keys, rows = _joined(self._new)
            _insert(keys, rows)
            written += Written(added=len(keys))
        if self._known:
            which = ",".join(str(key) for key, _found in self._known)
            written += _store(*_joined(self._known), _stored(f"criterion_id IN ({which})"))
        return written


def _joined(found: Sequence[tuple[int, Rows]]) -> tuple[Column, Rows]:
    """One set of columns, with the criterion of each row."""
    keys = np.repeat([key for key, _rows in found], [len(rows["firm"]) for _key, rows in found])
    return keys, {name: np.concatenate([rows[name] for _key, rows in found]) for name in ("firm", *FIELDS)}


NOTE = """UPDATE enterprises_criterion c SET flips_on = n.flips_on, evaluated_at = n.at
    FROM unnest(%s::bigint[], %s::date[], %s::timestamptz[]) n (id, flips_on, at) WHERE c.id = n.id"""


def _note(criteria: Sequence[Criterion]) -> None:
    columns = zip(*((one.pk, one.flips_on, one.evaluated_at) for one in criteria), strict=True)
    if criteria:
        with connection.cursor() as cursor:
            cursor.execute(NOTE, [list(column) for column in columns])


@transaction.atomic
def refresh_firms(keys: Sequence[int], *, at: datetime | None = None) -> Written:
    """Evaluate every criterion for these firms, whose values have changed: as many statements for one as for thousands.

    The day on which a criterion may flip can only come nearer here; `refresh` finds the right one when it has come.
    """
    if not keys:
        return Written()
    at = at or clock.now()
    rows = Criterion.objects.standing().exclude(evaluated_at=None).select_for_update(of=("self",), no_key=True)
    standing = [row for row in rows.select_related("current").order_by("pk") if row.current is not None]
    if not standing:
        return Written()
    nodes = [parsed(row.current.tree) for row in standing if row.current]
    firms = firms_for(nodes, timezone.localdate(at), only=keys)
    found = []
    for row, node in zip(standing, nodes, strict=True):
        rows_found, flip = rows_of(node, firms, keeps_almost=row.keeps_almost)
        found.append((row.pk, rows_found))
        row.evaluated_at = at
        _comes_nearer(row, flip)
    _note(standing)
    firms_in = ",".join(str(int(key)) for key in keys)
    criteria_in = ",".join(str(row.pk) for row in standing)
    stored = _stored(f"criterion_id IN ({criteria_in}) AND enterprise_id = ANY('{{{firms_in}}}')")
    return _store(*_joined(found), stored)


def _comes_nearer(criterion: Criterion, flip: date | None) -> None:
    if flip is not None and (criterion.flips_on is None or flip < criterion.flips_on):
        criterion.flips_on = flip


def refresh_due(*, at: datetime | None = None) -> Written:
    """Those criteria of which an outcome may have changed with the days that passed."""
    at = at or clock.now()
    return refresh(Criterion.objects.standing().filter(flips_on__lte=timezone.localdate(at)), at=at)


def firms_for(
    nodes: Iterable[Condition], day: date, catalogue: Catalogue = TOWN, only: Sequence[int] | None = None
) -> Firms:
    """All firms, or `only` these, with what these criteria read of them."""
    nodes = list(nodes)
    codes = {code for node in nodes for code in attributes_of(node)}
    words = {word for node in nodes for word in words_needed(node, catalogue)}
    choices = [catalogue[code] for code in codes if catalogue[code].kind == Kind.CHOICE]
    levels = {level for attribute in choices for level in attribute.codes}
    table = read_table(codes, words | levels, catalogue, only)
    missing = levels - set(table.words)
    if missing:  # a change may name a level that no firm has yet
        Word.objects.bulk_create([Word(text=text) for text in sorted(missing)], ignore_conflicts=True)
        table = Table(table.firms, table.columns, {**table.words, **numbers_of(missing)})
    return Firms(table, day.toordinal(), catalogue)


def rows_of(node: Condition, firms: Firms, *, keeps_almost: bool = True) -> tuple[Rows, date | None]:
    """The rows to be stored, by firm (NULL where a field has nothing to say), and the first day on which an outcome
    may flip: over all firms, plain noes too.
    """
    found = evaluate(node, firms)
    kinds, slots, targets = _kinds(found), None, None
    if keeps_almost:
        no = np.flatnonzero(~found.may)
        changes = smallest_for(node, firms, no)
        almost = changes.slots >= 0
        kinds = kinds.copy() if found.may is found.yes else kinds
        slots, targets = np.full(len(kinds), NULL), np.full(len(kinds), NULL)
        kinds[no[almost]] = ALMOST
        slots[no[almost]], targets[no[almost]] = changes.slots[almost], changes.targets[almost]
    places, days = np.flatnonzero(kinds), next_flip(node, firms)
    nothing = np.full(len(places), NULL)
    rows = {"firm": firms.table.firms[places], "outcome": kinds[places].astype(np.int64)}
    rows["slot"] = nothing if slots is None else slots[places]
    rows["target"] = nothing if targets is None else targets[places]
    rows["flips_on"] = nothing if days is None else np.where(days[places] == NEVER, NULL, days[places])
    return rows, _first(days)


def _kinds(found: Found) -> Column:
    if found.may is found.yes:
        return found.yes.astype(np.int8)
    return np.where(found.yes, np.int8(YES), np.where(found.may, np.int8(UNKNOWN), np.int8(0)))


def _first(days: Column | None) -> date | None:
    first = NEVER if days is None else int(days.min(initial=NEVER))
    return None if first == NEVER else date.fromordinal(first)


# Rows and columns -------------------------------------------------------------------------------------------------

STORED = """COPY (SELECT criterion_id, enterprise_id, outcome::bigint,
    coalesce((flips_on - date '2000-01-01') + {epoch}, {null})::bigint,
    coalesce(slot, {null})::bigint, coalesce(target, {null}) FROM enterprises_outcome
    WHERE {which} ORDER BY criterion_id, enterprise_id) TO STDOUT (FORMAT binary)"""
DELETE = """DELETE FROM enterprises_outcome o USING unnest(%s::bigint[], %s::bigint[]) n (criterion, firm)
    WHERE o.criterion_id = n.criterion AND o.enterprise_id = n.firm"""
CHANGE = """UPDATE enterprises_outcome o
    SET outcome = n.outcome, flips_on = n.flips_on, slot = n.slot, target = n.target
    FROM unnest(%s::bigint[], %s::bigint[], %s::smallint[], %s::date[], %s::smallint[], %s::bigint[])
        n (criterion, firm, outcome, flips_on, slot, target)
    WHERE o.criterion_id = n.criterion AND o.enterprise_id = n.firm"""
FIRM_BITS = 40  # a criterion and a firm together are one key


def _store(criteria: Column, rows: Rows, stored: Rows) -> Written:
    new, old = _keys(criteria, rows), _keys(stored["criterion"], stored)
    kept, at_new, at_old = np.intersect1d(new, old, assume_unique=True, return_indices=True)
    differs = np.zeros(len(kept), bool)
    for name in FIELDS:
        differs |= rows[name][at_new] != stored[name][at_old]
    changed = at_new[differs]
    added = np.setdiff1d(np.arange(len(new)), at_new, assume_unique=True)
    removed = np.setdiff1d(np.arange(len(old)), at_old, assume_unique=True)
    with connection.cursor() as cursor:
        if len(removed):
            cursor.execute(DELETE, [stored["criterion"][removed].tolist(), stored["firm"][removed].tolist()])
        if len(changed):
            cursor.execute(CHANGE, [criteria[changed].tolist(), *_lists(rows, changed)])
    _insert(criteria[added], {name: column[added] for name, column in rows.items()})
    return Written(len(added), len(changed), len(removed))


def _keys(criteria: Column, rows: Rows) -> Column:
    return np.bitwise_or(np.left_shift(np.asarray(criteria, np.int64), FIRM_BITS), rows["firm"])


def _stored(which: str) -> Rows:
    rows = copied(STORED.format(epoch=EPOCH, null=NULL, which=which), 6)
    return dict(zip(("criterion", "firm", *FIELDS), rows.T, strict=True))


def _lists(rows: Rows, places: Column) -> Iterator[list[object]]:
    yield rows["firm"][places].tolist()
    for name in FIELDS:
        values = [None if value == NULL else value for value in rows[name][places].tolist()]
        yield [value and date.fromordinal(value) for value in values] if name == "flips_on" else values


def _insert(criteria: Column, rows: Rows) -> None:
    """By COPY in PostgreSQL's binary form: rows of one shape are laid out at once, NULLs make shapes of their own."""
    if not len(rows["firm"]):
        return
    shape = sum((rows[name] != NULL).astype(np.int8) << place for place, name in enumerate(FIELDS))
    parts = []
    for one in np.unique(shape):
        own = shape == one
        parts.append(_packed(criteria[own], {name: column[own] for name, column in rows.items()}, int(one)))
    stream = io.BytesIO(b"".join((b"PGCOPY\n\xff\r\n\x00" + bytes(8), *parts, b"\xff\xff")))
    with connection.cursor() as cursor:
        fields = f"criterion_id, enterprise_id, {', '.join(FIELDS)}"
        cursor.copy_expert(f"COPY enterprises_outcome ({fields}) FROM STDIN (FORMAT binary)", stream, 1 << 20)


def _packed(criteria: Column, rows: Rows, shape: int) -> bytes:
    filled = [name for place, name in enumerate(FIELDS) if shape >> place & 1]
    layout: list[tuple[str, str]] = [("fields", ">i2")]
    for name in ("criterion", "firm", *FIELDS):
        layout.append((f"{name}_length", ">i4"))
        layout += [(name, TYPES[name][0])] if name in (*filled, "criterion", "firm") else []
    packed = np.empty(len(rows["firm"]), np.dtype(layout))
    packed["fields"], packed["criterion"] = 6, criteria
    for name in ("criterion", "firm", *FIELDS):
        packed[f"{name}_length"] = TYPES[name][1] if name in (*filled, "criterion", "firm") else -1
    for name in ("firm", *filled):
        packed[name] = rows[name] - EPOCH if name == "flips_on" else rows[name]
    return packed.tobytes()
