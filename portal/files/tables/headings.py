"""Which row of a table bears the headings: lists often begin with a title, a date and a blank line."""

import itertools
import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from .kinds import Table
from .values import Value, as_text

LOOKED_AT = 15  # rows


@dataclass(frozen=True)
class Headed:
    """A table whose headings are known; `rows` begins below them and leaves out empty rows."""

    sheet: str
    row: int  # the number of the row of headings
    headings: tuple[str, ...]
    rows: Iterator[tuple[int, list[Value]]]


def plain(heading: str) -> str:
    """A heading for comparing: without blanks, marks, and what stands in brackets (units, remarks)."""
    text = unicodedata.normalize("NFKC", heading).lower()
    return re.sub(r"[\W_]", "", re.sub(r"\([^)]*\)|\[[^\]]*\]|【[^】]*】", "", text)) or re.sub(r"[\W_]", "", text)


def find_headings(table: Table, known: Collection[str]) -> Headed | None:
    """The row with the most of the `known` headings (as `plain` writes them), else the first with two cells or more.

    None for a table without any row of two cells. Raises Refused while rows are read.
    """
    rows = iter(table.rows)
    head = list(itertools.islice(rows, LOOKED_AT))
    scored = [(_score(cells, known), -number) for number, cells in head if len(_filled(cells)) > 1]
    if not scored:
        return None
    row = -max(scored)[1]
    headings = next(tuple(as_text(cell)[:100] for cell in cells) for number, cells in head if number == row)
    rest = itertools.chain((entry for entry in head if entry[0] > row), rows)
    return Headed(table.sheet, row, headings, (entry for entry in rest if _filled(entry[1])))


def _score(cells: list[Value], known: Collection[str]) -> int:
    return len({plain(as_text(cell)) for cell in cells} & set(known))


def _filled(cells: list[Value]) -> list[Value]:
    return [cell for cell in cells if as_text(cell)]
