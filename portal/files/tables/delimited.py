"""A text table, CSV or its kin, as rows: encoding and delimiter are found out, not asked for."""

import csv
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from itertools import chain

from ..archives import BROKEN, OTHER, TOO_LARGE, Bad
from ..contents import MARKUP
from .values import Value

DELIMITERS = ",\t;|，"
LOOKED_AT = 30  # lines
IN_RECORD = 20_000  # delimiters of one record, whatever its quotes say
BLOCK = 2**18  # characters whose lines are looked at together
# All bytes but the control characters that no text has; in UTF-8 and GB 18030 they are never part of a character.
HARMLESS = bytes(byte for byte in range(256) if byte >= 32 or byte in b"\t\n\r\f")


def decoded(content: bytes) -> str:
    """The text of UTF-8, with or without its mark, GB 18030 (GBK is part of it) or marked UTF-16. Raises Bad."""
    encodings = ["utf-16"] if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        plain = text.encode() if encoding == "utf-16" else content
        if plain.translate(None, HARMLESS) or MARKUP.search(text[:1024].encode()):
            break
        return text
    raise Bad(OTHER)


def rows_of_text(text: str) -> Iterator[list[Value]]:
    """One list of texts for each record; an empty cell is "". Raises Bad for quotes that never end."""
    lines = _Counted(text, delimiter_of(text))
    try:
        for record in csv.reader(lines, delimiter=lines.delimiter, skipinitialspace=True):
            lines.delimiters = 0
            cells: list[Value] = list(map(str.strip, record))
            yield cells if any(cells) else []
    except csv.Error as error:
        raise Bad(BROKEN) from error


class _Counted:
    """Lines for the CSV reader, which gathers a record in memory: refused before one record grows without end."""

    def __init__(self, text: str, delimiter: str) -> None:
        self.text, self.quoted = text, '"' in text
        self.delimiter, self.delimiters = delimiter, 0

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(map(self._checked, self._blocks()))

    def _blocks(self) -> Iterator[list[str]]:
        start = 0
        while start < len(self.text):
            end = self.text.find("\n", start + BLOCK) + 1 or len(self.text)
            yield StringIO(self.text[start:end], newline="").readlines()
            start = end

    def _checked(self, lines: list[str]) -> list[str] | Iterator[str]:
        """Without a quote every line is a record, and one of so few characters has no more delimiters than that."""
        harmless = not self.quoted and max(map(len, lines)) <= IN_RECORD
        return lines if harmless else self._counted(lines)

    def _counted(self, lines: list[str]) -> Iterator[str]:
        for line in lines:
            here = line.count(self.delimiter)
            self.delimiters += here
            if self.delimiters > IN_RECORD:
                raise Bad(TOO_LARGE if here > IN_RECORD else BROKEN)  # or a quote that was never closed
            yield line


def delimiter_of(text: str) -> str:
    """What divides most of the first lines into the same number of columns; a comma where nothing does."""
    head = [line for _number, line in zip(range(LOOKED_AT), StringIO(text, newline=""), strict=False)]
    best, most = ",", (0, 0)
    for delimiter in DELIMITERS:
        try:
            widths = Counter(len(row) for row in csv.reader(head, delimiter=delimiter) if len(row) > 1)
        except csv.Error:
            continue
        lines, columns = max(((lines, columns) for columns, lines in widths.items()), default=(0, 0))
        if (lines, columns) > most:
            best, most = delimiter, (lines, columns)
    return best
