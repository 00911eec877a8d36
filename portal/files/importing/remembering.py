"""What the columns of a new file are, from what was said of former ones."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from portal.files.tables.headings import plain

from .models import Import

if TYPE_CHECKING:
    from .machine import Importing

LOOKED_BACK = 50  # imports in which a single heading is looked for


def as_before(importing: Importing, headings: list[str], key: str) -> dict[str, Any]:
    """The columns and what is `remembered` beside them: all as in the last file with the same headings (`key`).

    In any other file each heading is what it was said to be last, however it is spaced or bracketed; what nobody has
    said yet is guessed by its words.
    """
    known = importing.Model.objects.filter(**importing.scope()).exclude(state=Import.State.MAPPING)
    if before := known.filter(headings_key=key).first():
        return {field: getattr(before, field) for field in ("columns", *importing.remembered)}
    said = _said(known.only("headings", "columns", *importing.by_number)[:LOOKED_BACK])
    words = [plain(heading) for heading in headings]
    called = {importing.by_heading.get(word) for word in words if word not in said}  # another heading's very name
    columns: dict[str, str] = {}
    beside: dict[str, dict[str, Any]] = {field: {} for field in importing.by_number}
    for number, word in enumerate(words):
        if word not in said or words.count(word) > 1:
            continue
        batch, then = said[word]
        name = batch.columns[then]
        if name not in importing.labels or name in called or name in columns.values():
            continue
        columns[str(number)] = name
        if _spelt(batch.headings[int(then)]) == _spelt(headings[number]):  # what stands in brackets may be a unit
            for field, kept in beside.items():
                kept |= {str(number): value for n, value in getattr(batch, field).items() if n == then}
    guessed = importing.guess(headings).items()
    new = {n: name for n, name in guessed if n not in columns and name not in columns.values()}
    return {"columns": new | columns, **beside}


def _said(batches: Iterable[Any]) -> dict[str, tuple[Any, str]]:
    """By a heading's plain form the latest of these imports that said what it is, and its column there."""
    said: dict[str, tuple[Any, str]] = {}
    for batch in batches:
        words = [plain(heading) for heading in batch.headings]
        for number in batch.columns:
            if (word := words[int(number)]) and words.count(word) == 1:
                said.setdefault(word, (batch, number))
    return said


def _spelt(heading: str) -> str:
    """A heading with what stands in its brackets, whatever its blanks and widths."""
    return "".join(unicodedata.normalize("NFKC", heading).split())
