"""Files of facts, and imports brought to each state by the verbs and the worker's step."""

import io
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

from enterprises.facts.work import FACTS, FactImporting, line_of
from enterprises.models import FactImport

HEADINGS = "统一社会信用代码,企业名称,所属期,营业收入（万元）,营业成本（万元）"


def csv_file(*lines: str, headings: str = HEADINGS, name: str = "月报.csv", encoding: str = "gb18030"):
    return SimpleUploadedFile(name, "\n".join([headings, *lines]).encode(encoding))


def workbook(*rows: list[Any], name: str = "月报.xlsx", merged=(), per_cent=()) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cells in merged:
        book.active.merge_cells(cells)
    for cell in per_cent:
        book.active[cell].number_format = "0.0%"
    made = io.BytesIO()
    book.save(made)
    return SimpleUploadedFile(name, made.getvalue())


def uploaded(world, file, resource: str = "monthly_operation", by=None) -> FactImport:
    by = by or world.officers.statistics
    described = world.resources[resource]
    return FactImporting(described, line_of(by, described)).upload(file, by=by)


def done(batch: FactImport) -> FactImport:
    """The import after the worker has done what waits."""
    FACTS.carry_on()
    return FactImport.objects.get(pk=batch.pk)


def verb(batch: FactImport, name: str, by=None, **given) -> FactImport:
    return getattr(FACTS.bound(batch), name)(batch, by=by or batch.by, **given)


def checked(world, file, resource: str = "monthly_operation", by=None, period=None, **units) -> FactImport:
    batch = uploaded(world, file, resource, by)
    chosen = batch.units | {number.removeprefix("u"): unit for number, unit in units.items()}
    return done(verb(batch, "choose_columns", columns=batch.columns, period=period, units=chosen))


def applied(world, file, *given, **further) -> FactImport:
    return done(verb(checked(world, file, *given, **further), "apply"))


def outcomes(batch: FactImport) -> dict[int, str]:
    return {row.number: row.outcome for row in batch.rows.all()}


def faults(batch: FactImport) -> dict[int, dict[str, str]]:
    """Row number → {column: code}."""
    rows = batch.rows.filter(outcome="rejected")
    return {row.number: {found["column"]: found["code"] for found in row.problems} for row in rows}
