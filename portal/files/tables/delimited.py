"""A text table, CSV or its kin, as rows: encoding and delimiter are found out, not asked for."""

import csv
from collections import Counter
from collections.abc import Iterator
from io import StringIO

from ..archives import BROKEN, OTHER, TOO_LARGE, Bad
from ..contents import MARKUP
from .values import Value

DELIMITERS = ",\t;|，"
LOOKED_AT = 30  # lines
IN_RECORD = 20_000  # delimiters of one record, whatever its quotes say


def decoded(content: bytes) -> str:
    """The text of UTF-8, with or without its mark, GB 18030 (GBK is part of it) or marked UTF-16. Raises Bad."""
    encodings = ["utf-16"] if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(ord(char) < 32 and char not in "\t\n\r\f" for char in set(text)) or MARKUP.search(text[:1024].encode()):
            break
        return text
    raise Bad(OTHER)


def rows_of_text(text: str) -> Iterator[list[Value]]:
    """One list of texts for each record; an empty cell is "". Raises Bad for quotes that never end."""
    lines = _Counted(text, delimiter_of(text))
    try:
        for record in csv.reader(lines, delimiter=lines.delimiter, skipinitialspace=True):
            lines.delimiters = 0
            yield [cell.strip() for cell in record] if any(cell.strip() for cell in record) else []
    except csv.Error as error:
        raise Bad(BROKEN) from error


class _Counted:
    """Lines for the CSV reader, which gathers a record in memory: refused before one record grows without end."""

    def __init__(self, text: str, delimiter: str) -> None:
        self.lines = StringIO(text, newline="")
        self.delimiter, self.delimiters = delimiter, 0

    def __iter__(self) -> Iterator[str]:
        for line in self.lines:
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
