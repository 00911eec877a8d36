"""Excel files of exactly what a list shows (SEC-6): never a live formula, limited, with who and when, and recorded.

Every list is exported through `workbook`, with the rows, order and columns that it shows.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from portal.people.models import User
from portal.trail.entries import record

LIMIT = settings.EXPORT_MAX_ROWS  # rows of one file
LONGEST = 32_000  # characters of a cell; Excel has room for 32,767
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# What a spreadsheet, when a cell is edited or the file is saved as CSV, may take for a formula or an error value.
STARTS_FORMULA = ("=", "+", "-", "@", "#", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def workbook(
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    by: User,
    at: datetime,
    of: type[models.Model],
    filters: Mapping[str, Any] | None = None,
    further: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]]]] = (),
) -> HttpResponse:
    """The first LIMIT rows as an Excel file to download; the last sheet says who made it, when, and what was left out.

    `further` sheets, each with its title, columns and rows, stand between them. The export is an event about the list
    of `of`; `filters` are the codes and ids in force, never what a person typed.
    """
    from xlsxwriter import Workbook  # here, because it is rarely needed

    content = BytesIO()
    # A row goes to a file as soon as the next one begins, so memory does not grow with them.
    with Workbook(content, {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        count = _fill(book, _sheet(book, title), columns, rows)
        for named, heads, lines in further:
            _fill(book, _sheet(book, named), heads, lines)
        local = timezone.localtime(at)
        made = [(_("导出人"), by.name), (_("导出时间"), f"{local:%Y-%m-%d %H:%M}"), (_("行数"), min(count, LIMIT))]
        if count > LIMIT:
            made.append((_("注意"), _("只导出前 %(limit)s 行，其余请先筛选再导出") % {"limit": LIMIT}))
        notes = book.add_worksheet(_("导出说明"))
        write = _writer(book, notes)
        for number, note in enumerate(made):
            write(number, note)
    data = {"rows": min(count, LIMIT), "filters": dict(filters or {}), **({"cut": True} if count > LIMIT else {})}
    record(f"{of._meta.model_name}.exported", of, by=by, at=at, data=data)
    return _download(content, f"{title} {local:%Y%m%d-%H%M}.xlsx")


def _sheet(book: Any, title: str) -> Any:
    return book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", title)[:31])


def _fill(book: Any, sheet: Any, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Heading and rows; returns their number, LIMIT + 1 if some were left out."""
    sheet.freeze_panes(1, 0)
    for number, heading in enumerate(columns):
        sheet.set_column(number, number, min(max(len(heading) * 2 + 2, 14), 60))
    bold = book.add_format({"bold": True})
    for number, heading in enumerate(columns):
        sheet.write_string(0, number, _clean(heading), bold)
    write = _writer(book, sheet)
    count = 0
    for count, row in enumerate(rows, 1):
        if count > LIMIT:
            break
        write(count, row)
    return count


def _writer(book: Any, sheet: Any) -> Callable[[int, Sequence[Any]], None]:
    """Writes a row: numbers and days as such, everything else as text, whatever it looks like."""
    held = book.add_format({"quote_prefix": True})  # stays a text when somebody edits the cell
    as_day = book.add_format({"num_format": "yyyy-mm-dd"})

    def write(number: int, row: Sequence[Any]) -> None:
        for column, value in enumerate(row):
            if value is None or value == "":
                continue
            if isinstance(value, datetime):
                sheet.write_datetime(number, column, timezone.localtime(value).replace(tzinfo=None))
            elif isinstance(value, date):
                sheet.write_datetime(number, column, datetime.combine(value, time()), as_day)
            elif isinstance(value, (int, float, Decimal)):
                sheet.write_number(number, column, value)
            else:
                text = _clean(value)
                sheet.write_string(number, column, text, held if text.startswith(STARTS_FORMULA) else None)

    return write


def _clean(value: Any) -> str:
    return NOT_IN_XML.sub("", str(value))[:LONGEST]


def _download(content: BytesIO, name: str) -> HttpResponse:
    response = HttpResponse(content.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
