"""What the XML of a workbook holds, counted before anything builds a tree of it; memory stays the same whatever comes.

Excel itself writes far less than these limits, so only a trap or a table that belongs into several files meets them.
"""

import zipfile
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from ..archives import BROKEN, OTHER, TOO_LARGE, Bad

CHUNK = 64 * 1024
TOKEN = 1024 * 1024  # bytes of one tag or comment; expat would read a longer one again with every chunk
TEXT = 200_000  # characters of one text; a cell holds 32,767
DEPTH = 60
SHEETS = 60
LAST_ROW = 1_048_576  # Excel's own
ROWS = 200_000
CELLS_IN_ROW = 16_384  # Excel's own
CELLS = 600_000
FAR_ROWS = 2000  # with cells beyond column ZZ: an empty one there makes a row of thousands
STRINGS = 400_000  # elements of the table of shared strings
OTHERS = 60_000  # elements of any other part, and of a sheet beside its cells
IN_CELL = ("v", "f", "is", "t")


@dataclass
class _Part:
    """Counts of one part; its root element says what it is, for its name is the sender's choice."""

    root: str = ""
    depth: int = 0
    elements: int = 0
    rows: int = 0
    cells: int = 0
    in_row: int = 0
    in_cells: int = 0
    far: bool = False
    far_rows: int = 0
    sheets: set[str] = field(default_factory=set)
    text: int = 0
    parser: expat.XMLParserType = field(default_factory=lambda: expat.ParserCreate(namespace_separator="}"))

    def __post_init__(self) -> None:
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.parser.StartDoctypeDeclHandler = self.doctype

    def doctype(self, *said: object) -> None:
        raise Bad(OTHER)  # no office program writes one; entities are made there

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition("}")[2]
        self.root = self.root or tag
        self.depth += 1
        self.text = 0
        if self.root != "worksheet":
            self.elements += 1
            self.refer(tag, attributes)
        elif tag == "c":
            self.cell(attributes.get("r", ""))
        elif tag == "row":
            self.row(attributes.get("r", ""))
        elif tag in IN_CELL:
            self.in_cells += 1
        else:
            self.elements += 1
        if self.over():
            raise Bad(TOO_LARGE)

    def refer(self, tag: str, attributes: dict[str, str]) -> None:
        """Each sheet of the workbook is a part of its own; one part under many names would be read as often."""
        if tag == "sheet":
            what = next((value for name, value in attributes.items() if name.endswith("}id")), "")
        elif tag == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            what = attributes.get("Target", "").rpartition("/")[2].lower()
        else:
            return
        if what in self.sheets or len(self.sheets) == SHEETS:
            raise Bad(TOO_LARGE)
        self.sheets.add(what)

    def row(self, number: str) -> None:
        self.rows, self.in_row, self.far = self.rows + 1, 0, False
        if len(number) > 7 or (number.isdecimal() and int(number) > LAST_ROW):
            raise Bad(TOO_LARGE)

    def cell(self, reference: str) -> None:
        self.cells += 1
        self.in_row += 1
        if not self.far and reference[2:3].isalpha():
            self.far = True
            self.far_rows += 1

    def over(self) -> bool:
        return (
            self.depth > DEPTH
            or self.rows > ROWS
            or self.cells > CELLS
            or self.in_row > CELLS_IN_ROW
            or self.in_cells > 3 * CELLS
            or self.far_rows > FAR_ROWS
            or self.elements > (STRINGS if self.root == "sst" else OTHERS)
        )

    def end(self, tag: str) -> None:
        self.depth -= 1
        self.text = 0

    def characters(self, text: str) -> None:
        self.text += len(text)
        if self.text > TEXT:
            raise Bad(TOO_LARGE)


def survey(archive: zipfile.ZipFile) -> None:
    """Raises Bad where a part of the workbook holds more than a table needs, or declares entities."""
    cells = 0
    for entry in archive.infolist():
        if entry.filename.lower().endswith((".xml", ".rels")):
            with archive.open(entry) as content:
                cells += _count(content).cells
        if cells > CELLS:
            raise Bad(TOO_LARGE)


def _count(content: IO[bytes]) -> _Part:
    part, given = _Part(), 0
    try:
        while chunk := content.read(CHUNK):
            given += len(chunk)
            part.parser.Parse(chunk, False)
            if given - part.parser.CurrentByteIndex > TOKEN:
                raise Bad(TOO_LARGE)
        part.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Bad(BROKEN) from error
    return part
