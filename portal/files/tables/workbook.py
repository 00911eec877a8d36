"""An Excel workbook's first sheet as rows, read by openpyxl after its archive and its XML have been measured."""

import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import IO, Any

from ..archives import BROKEN, Bad, check_archive
from .survey import survey
from .values import Value

MAIN = "spreadsheetml.sheet.main+xml"


def check_workbook(file: IO[bytes]) -> None:
    """Raises Bad unless it is a workbook without macros or password that can be read in seconds."""
    check_archive(file, MAIN)
    with _broken_otherwise(), zipfile.ZipFile(file) as archive:
        survey(archive)


def rows_of_workbook(file: IO[bytes]) -> tuple[str, Iterator[list[Value]]]:
    """Name and rows of the first visible sheet that holds anything; check the file first. Raises Bad.

    A row ends with its last filled cell, the table with its last filled row.
    """
    from openpyxl import load_workbook  # large, and few processes need it

    with _broken_otherwise(), warnings.catch_warnings(action="ignore"):
        file.seek(0)
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
        if not visible:
            raise Bad(BROKEN)
        for sheet in visible:
            sheet.reset_dimensions()  # what it claims about itself is not believed
        sheet = next(filter(_holds_anything, visible), visible[0]) if visible[1:] else visible[0]
        shares = _shown_as_shares(book)
    return sheet.title, _rows(_cells(sheet, shares) if shares else sheet.iter_rows(values_only=True))


def _shown_as_shares(book: Any) -> set[int]:
    """The styles whose numbers are shown with a percent sign."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE

    known = BUILTIN_FORMATS | dict(enumerate(book._number_formats, BUILTIN_FORMATS_MAX_SIZE))
    return {number for number, style in enumerate(book._cell_styles) if "%" in known.get(style.numFmtId, "")}


def _cells(sheet: Any, shares: set[int]) -> Iterator[list[Any]]:
    """The values, those shown as percentages as people see them: `12.5%` and not 0.125."""
    for row in sheet.iter_rows():
        yield [_per_cent(cell.value) if getattr(cell, "_style_id", -1) in shares else cell.value for cell in row]


def _per_cent(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return f"{Decimal(repr(round(value, 12))).scaleb(2).normalize():f}%"


def _holds_anything(sheet: Any) -> bool:
    return any(map(_trimmed, sheet.iter_rows(max_row=50, max_col=50, values_only=True)))


def _rows(rows: Iterable[Sequence[Any]]) -> Iterator[list[Value]]:
    with _broken_otherwise():
        empty = 0
        for cells in rows:
            filled = _trimmed(cells)
            if not filled:
                empty += 1  # below the last filled row they are formatting, not data
                continue
            for _number in range(empty):
                yield []
            empty = 0
            yield filled


def _trimmed(cells: Sequence[Any]) -> list[Value]:
    end = next((n for n in range(len(cells), 0, -1) if cells[n - 1] not in (None, "")), 0)
    return list(cells[:end])


@contextmanager
def _broken_otherwise() -> Iterator[None]:
    """Whatever openpyxl stumbles over — KeyError, TypeError, ParseError … — is a workbook that no Excel wrote."""
    try:
        yield
    except (Bad, MemoryError, GeneratorExit):
        raise
    except Exception as error:
        raise Bad(BROKEN) from error
