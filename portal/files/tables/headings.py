"""Which row of a table bears the headings: lists often begin with a title, a date and a blank line.

Headings may stand in two rows, some over both of them and some under a common one (merged cells).
"""

import itertools
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from .kinds import Table
from .values import NUMBER, Value, as_text

LOOKED_AT = 15  # rows
BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")


@dataclass(frozen=True)
class Headed:
    """A table whose headings are known; `rows` begins below them and leaves out empty rows."""

    sheet: str
    row: int  # the number of the (last) row of headings
    headings: tuple[str, ...]
    rows: Iterator[tuple[int, list[Value]]]
    above: tuple[str, ...] = ()  # what stands over them: title, unit, date


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
    scored = [(_score(cells, known), -place) for place, (_row, cells) in enumerate(head) if len(_filled(cells)) > 1]
    if not scored:
        return None
    first, last = _tiers(head, -max(scored)[1], known)
    headings = tuple(text[:100] for text in _joined(head[first][1], head[last][1], known))
    above = tuple(as_text(cell) for _row, cells in head[:first] for cell in _filled(cells))
    rest = itertools.chain(head[last + 1 :], rows)
    return Headed(table.sheet, head[last][0], headings, (entry for entry in rest if _says(entry[1])), above)


def _tiers(head: Sequence[tuple[int, list[Value]]], best: int, known: Collection[str]) -> tuple[int, int]:
    """The rows of headings: `best`, or it and the one above or below where both together make the headings."""
    for upper in (best - 1, best):
        if upper >= 0 and upper + 1 < len(head) and _make_one(head[upper][1], head[upper + 1][1], known):
            return upper, upper + 1
    return best, best


def _make_one(upper: list[Value], lower: list[Value], known: Collection[str]) -> bool:
    """The lower row, all words, leaves the columns of known headings free, but for those that stretch to the right."""
    over, under = ([as_text(cell) for cell in cells] for cells in (upper, lower))
    tops = [n for n, cell in enumerate(over) if plain(cell) in known]
    filled = [n for n in tops if n < len(under) and under[n]]
    stretch = [n for n in filled if not any(over[n + 1 : n + 2]) and any(under[n + 1 : n + 2])]
    if not any(under) or filled != stretch or len(filled) == len(tops):
        return False
    return all(isinstance(cell, str) and not NUMBER.fullmatch(as_text(cell)) for cell in _filled(lower))


def _joined(upper: list[Value], lower: list[Value], known: Collection[str]) -> Iterator[str]:
    """The lower heading, with what it lacks from the one over it, which may stretch to the right."""
    if upper is lower:
        yield from map(as_text, upper)
        return
    group = ""
    for over, under in itertools.zip_longest(map(as_text, upper), map(as_text, lower), fillvalue=""):
        group = over or (under and group)
        if plain(under) in known:
            unit = BRACKETS.search(group)
            yield under if unit is None or BRACKETS.search(under) else under + unit[0]
        else:
            yield group + under
        group = under and group


def _says(cells: list[Value]) -> bool:
    """Whether anything stands in the row: of a million rows the first cell decides."""
    return bool(cells) and ((type(cells[0]) is str and cells[0].isalnum()) or any(map(as_text, cells)))


def _score(cells: list[Value], known: Collection[str]) -> int:
    return len({plain(as_text(cell)) for cell in cells} & set(known))


def _filled(cells: list[Value]) -> list[Value]:
    return [cell for cell in cells if as_text(cell)]
