"""Telling by the content what kind of table a file is, whatever its name says, and opening it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..archives import BROKEN, LOCKED, MACROS, OTHER, TOO_LARGE, Bad
from ..contents import MARKUP, OLE, Kind, Refused
from .delimited import decoded, rows_of_text
from .values import Value
from .workbook import check_workbook, rows_of_workbook

ACCEPT = ".xlsx,.csv,.txt"
ARCHIVE = b"PK\x03\x04"
OLD, WEB = "old", "web"

REASONS = {
    OTHER: gettext_lazy("“%(name)s”不是表格：请用 Excel 或 WPS 另存为 .xlsx 或 CSV 再传"),
    BROKEN: gettext_lazy("“%(name)s”不完整或已损坏：请用 Excel 或 WPS 打开看看，重新另存为 .xlsx 再传"),
    MACROS: gettext_lazy("“%(name)s”带有宏：请另存为不带宏的 .xlsx 再传"),
    LOCKED: gettext_lazy("“%(name)s”有打开密码：请去掉密码后再传"),
    TOO_LARGE: gettext_lazy("“%(name)s”的表太大：请删掉多余的工作表、空行和空列，或拆成几个再传"),
    OLD: gettext_lazy("“%(name)s”是旧版 Excel（.xls）：请打开后另存为 .xlsx 再传"),
    WEB: gettext_lazy("“%(name)s”其实是网页：请用 Excel 或 WPS 打开后另存为 .xlsx 再传"),
}


def _check_text(file: IO[bytes]) -> None:
    file.seek(0)
    decoded(file.read())


WORKBOOK = Kind(
    "Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",), check_workbook
)
TEXT = Kind("CSV", "text/csv", (".csv", ".txt"), _check_text)


@dataclass(frozen=True)
class Table:
    """`rows` gives each row's number, from 1, and its cells up to the last filled one; empty rows are empty lists."""

    sheet: str
    rows: Iterator[tuple[int, list[Value]]]


def check_table(file: IO[bytes], name: str, extension: str = "") -> Kind:
    """The kind of a table that can be opened; for `files.store`. Raises Refused with a sentence for the person."""
    try:
        kind = _kind(file)
        kind.check(file)
        return kind
    except Bad as bad:
        raise Refused(REASONS[bad.args[0]] % {"name": name}) from bad


def open_table(file: IO[bytes], name: str, *, checked: bool = False) -> Table:
    """The table in a file; `checked`: it has passed `check_table` before. Raises Refused, also while it is read."""
    kind = _kind(file) if checked else check_table(file, name)
    rows, columns = settings.TABLE_MAX_ROWS, settings.TABLE_MAX_COLUMNS
    try:
        if kind is WORKBOOK:
            sheet, found = rows_of_workbook(file)
        else:
            file.seek(0)
            sheet, found = "", rows_of_text(decoded(file.read()))
    except Bad as bad:
        raise Refused(REASONS[bad.args[0]] % {"name": name}) from bad
    return Table(sheet, _limited(found, name, rows, columns))


def _limited(found: Iterator[list[Value]], name: str, rows: int, columns: int) -> Iterator[tuple[int, list[Value]]]:
    try:
        for number, cells in enumerate(found, 1):
            if number > rows:
                raise Refused(_("“%(name)s”超过 %(rows)s 行：请拆成几个再传") % {"name": name, "rows": rows})
            if len(cells) > columns:
                said = _("“%(name)s”第 %(row)s 行超过 %(columns)s 列：请删掉用不着的列再传")
                raise Refused(said % {"name": name, "row": number, "columns": columns})
            yield number, cells
    except Bad as bad:
        raise Refused(REASONS[bad.args[0]] % {"name": name}) from bad


def _kind(file: IO[bytes]) -> Kind:
    file.seek(0)
    start = file.read(1024)
    if start.startswith(OLE):
        file.seek(0)
        raise Bad(LOCKED if "EncryptedPackage".encode("utf-16-le") in file.read() else OLD)
    if start.startswith(ARCHIVE):
        return WORKBOOK
    if MARKUP.search(start):
        raise Bad(WEB)
    return TEXT
