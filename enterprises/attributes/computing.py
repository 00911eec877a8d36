"""Attributes from facts (ENT-4): all of them for some firms, or for all, on a day; only differences are written.

What somebody put by hand stays (its batch is 0): it goes when it is taken away by `put`. What the firm declared of
itself (POL-2, `declaring`) stays as long as no source says anything; what a source says takes its place.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import numpy as np
from django.db import connection, transaction
from django.utils import timezone

from portal.worktime import clock

from ..models import UNKNOWN, Enterprise
from ..models.declarations import OWN_WORDS
from .definitions import TOWN_DEFINITIONS, Definitions
from .gathering import Cells, Gathering
from .selecting import FROM_IDENTITY
from .tables import EMPTY, Column, Rows, locked_rows, store_rows
from .values import numbers_of

CHUNK = 4000


def compute(
    firms: Iterable[int] | None = None, *, day: date | None = None, definitions: Definitions = TOWN_DEFINITIONS
) -> int:
    """Computes these firms (by their keys), or all, as of `day` (today); returns how many of them changed.

    Firms are locked before their facts are read, so of two that compute one at once the later sees all there is.
    """
    day = day or timezone.localdate(clock.now())
    changed = 0
    for chunk in _chunks(firms):
        with transaction.atomic():
            changed += len(compute_these(chunk, day, definitions))
    return changed


def compute_these(firms: Sequence[int], day: date, definitions: Definitions = TOWN_DEFINITIONS) -> list[int]:
    """The same for some thousand firms in the order of their keys, in the caller's transaction; those that changed."""
    stored = locked_rows(firms, definitions.catalogue.width)
    new = {name: column.copy() for name, column in stored.items()}
    own_words = [
        number for _word, number in sorted(numbers_of(OWN_WORDS).items(), reverse=True)
    ]  # 待核实 before 已核实
    own_word = np.isin(stored["sources"], own_words) & (stored["batches"] == 0)
    gathering = Gathering(firms, [day], definitions)
    found = gathering.facts(definitions.sources)
    for code, cells in found.items():
        found[code] = _place(new, definitions, code, cells, own_word)
    for code in definitions.derived:
        cells, operands = gathering.derived(code, found), definitions.derived[code].operands
        _mark_derived(cells, [found[operand] for operand in operands], own_words)
        found[code] = _place(new, definitions, code, cells, own_word)
    differs = _differs(stored, new, day.toordinal())
    places = np.flatnonzero(differs)
    changed: list[int] = gathering.firms[places].tolist()
    if changed:
        store_rows(changed, {name: column[places] for name, column in new.items()})
        _replace(gathering.firms, own_word & (new["batches"] != 0), definitions)
    return changed


def _mark_derived(cells: Cells, operands: Sequence[Cells], own_words: Sequence[int]) -> None:
    """What is reckoned with the firm's own word is its own word as well."""
    for number in reversed(own_words):
        told = np.logical_or.reduce([operand.source == number for operand in operands])
        cells.source[told & cells.known] = number


REPLACED = """UPDATE enterprises_declaration d SET state = 'replaced', decided_at = now()
    FROM unnest(%s::bigint[], %s::text[]) n (firm, attribute)
    WHERE d.enterprise_id = n.firm AND d.attribute = n.attribute AND d.state IN ('declared', 'confirmed')"""


def _replace(firms: Column, where: Column, definitions: Definitions) -> None:
    """The firm's own word of which a source now says something is over."""
    codes = {attribute.slot - 1: attribute.code for attribute in definitions.catalogue}
    pairs = [(int(firms[row]), codes[slot]) for row, slot in np.argwhere(where).tolist()]
    if pairs:
        with connection.cursor() as cursor:
            cursor.execute(REPLACED, [list(column) for column in zip(*pairs, strict=True)])


def _chunks(firms: Iterable[int] | None) -> Iterator[list[int]]:
    every = Enterprise.objects.order_by("pk").values_list("pk", flat=True)
    keys = list(every) if firms is None else sorted(set(firms))
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]


def _place(new: Rows, definitions: Definitions, code: str, cells: Cells, own_word: Column) -> Cells:
    """Puts a column in its slot, but for what stands by hand; what the slot holds then."""
    slot = definitions.catalogue[code].slot - 1
    by_hand = (new["values"][:, slot] != UNKNOWN) & (new["batches"][:, slot] == 0)
    by_hand &= ~(own_word[:, slot] & cells.known)
    for name, column in (("values", cells.value), ("sources", cells.source), ("batches", cells.batch)):
        new[name][:, slot] = np.where(by_hand, new[name][:, slot], np.where(cells.known, column, EMPTY[name]))
    new["days"][:, slot] = np.where(by_hand, new["days"][:, slot], cells.day)
    return Cells(*(new[name][:, slot].copy() for name in ("values", "days", "batches", "sources")))


def _differs(stored: Rows, new: Rows, today: int) -> Column:
    """Firms with a difference. Identity has no day of its own: it is true from the day on which it was first seen."""
    dateless = (new["values"] != UNKNOWN) & (new["days"] == 0)
    same = (stored["values"] == new["values"]) & (stored["batches"] == FROM_IDENTITY)
    new["days"] = np.where(dateless, np.where(same, stored["days"], today), new["days"])
    differs: Column = np.zeros(len(new["values"]), bool)
    for name in EMPTY:
        differs |= (stored[name] != new[name]).any(axis=1)
    return differs
