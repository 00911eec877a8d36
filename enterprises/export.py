"""Excel files of exactly what a list shows (SEC-6): never a live formula, limited, with who and when, and recorded."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.db import models
from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from portal.people.models import User
from portal.trail.entries import record

LIMIT = 20_000  # rows of one file
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def workbook(
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    by: User,
    at: datetime,
    of: type[models.Model],
    filters: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The first LIMIT rows as an Excel file to download; a second sheet says who made it, when, and what was left out.

    The export is an event about the list of `of`; `filters` are the codes and ids in force, never what a person typed.
    """
    from openpyxl import Workbook  # here, because it is large and rarely needed

    book = Workbook(write_only=True)
    count = _fill(book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31]), columns, rows)
    local = timezone.localtime(at)
    notes = book.create_sheet(_("导出说明"))
    made = [(_("导出人"), by.name), (_("导出时间"), f"{local:%Y-%m-%d %H:%M}"), (_("行数"), min(count, LIMIT))]
    if count > LIMIT:
        made.append((_("注意"), _("只导出前 %(limit)s 行，其余请先筛选再导出") % {"limit": LIMIT}))
    for note in made:
        notes.append([_cell(notes, value) for value in note])
    data = {"rows": min(count, LIMIT), "filters": dict(filters or {})}
    record(f"{of._meta.model_name}.exported", of, by=by, at=at, data=data)
    return _download(book, f"{title} {local:%Y%m%d-%H%M}.xlsx")


def _fill(sheet: Any, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Heading and rows; returns their number, LIMIT + 1 if some were left out."""
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "A2"
    for number, heading in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = max(len(heading) * 2 + 2, 14)
    sheet.append([_cell(sheet, heading, bold=True) for heading in columns])
    count = 0
    for count, row in enumerate(rows, 1):
        if count > LIMIT:
            break
        sheet.append([_cell(sheet, value) for value in row])
    return count


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    if isinstance(value, datetime):
        value = timezone.localtime(value).replace(tzinfo=None)
    if not isinstance(value, (int, float, Decimal, date, type(None))):
        value = NOT_IN_XML.sub("", str(value))[:32_000]
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"  # openpyxl makes a formula of every text that begins with =
        if value.startswith(STARTS_FORMULA):
            cell.quotePrefix = 1  # stays a text when somebody edits the cell
    if bold:
        cell.font = Font(bold=True)
    return cell


def _download(book: Any, name: str) -> HttpResponse:
    content = BytesIO()
    book.save(content)
    response = HttpResponse(content.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
