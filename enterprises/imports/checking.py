"""What an import would do, found out row by row and kept as the preview (ENT-2); nothing of a firm is touched."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.files.importing import Tell
from portal.files.tables import Headed, as_text, find_headings, open_table
from portal.files.tables.values import Value
from portal.people.refusal import Refused

from ..models import Enterprise
from ..models.imports import FirmImport, FirmImportRow
from .columns import BY_HEADING, BY_NAME, COLUMNS, Known, Problem, stored_number

Outcome = FirmImportRow.Outcome
CHUNK = 1000
RAW = 200  # characters of one cell that a rejected row keeps


def open_list(file: Any, name: str) -> Headed:
    """The table in a file that `files.store` has checked, from its headings on. Raises Refused."""
    headed = find_headings(open_table(file, name, checked=True), BY_HEADING)
    if headed is None:
        raise Refused(no_list() % {"name": name})
    return headed


def no_list() -> str:
    return _("“%(name)s”里没有名单：要有一行列名，每家企业一行")


def check(batch: FirmImport, at: datetime, tell: Tell) -> Counter[str]:
    """Write the rows of the preview anew; returns how many have each outcome. Raises Refused."""
    tell(2, _("正在读文件"))
    with default_storage.open(batch.file.path) as file:
        rows = list(open_list(file, batch.file.name).rows)
    reader = Reader(batch, Known.load(timezone.localdate(at)))
    batch.rows.all().delete()
    counts: Counter[str] = Counter()
    for start in range(0, len(rows), CHUNK):
        tell(
            30 + 65 * start // len(rows), _("已核对 %(done)s 行，共 %(total)s 行") % {"done": start, "total": len(rows)}
        )
        examined = [reader.examine(number, cells) for number, cells in rows[start : start + CHUNK]]
        compare_all(examined)
        FirmImportRow.objects.bulk_create(examined)
        counts.update(row.outcome for row in examined)
    return counts


class Reader:
    """Reads one row after the other; remembers the codes it has met."""

    def __init__(self, batch: FirmImport, known: Known) -> None:
        self.batch, self.known = batch, known
        self.columns = [(int(number), BY_NAME[name]) for number, name in batch.columns.items()]
        self.met: dict[str, int] = {}

    def examine(self, number: int, cells: Sequence[Value]) -> FirmImportRow:
        """The row with its values, or rejected with what is wrong; whether it is new is not known yet."""
        values, problems = {}, []
        for position, column in self.columns:
            cell = cells[position] if position < len(cells) else None
            try:
                value = column.read(cell, self.known)
            except Problem as problem:
                problems.append(_problem(column.name, problem.code, problem.said))
                continue
            if value is not None:
                values[column.name] = value
        code = values.pop("uscc", "")
        if not code and not any(problem["column"] == "uscc" for problem in problems):
            problems.append(_problem("uscc", "empty"))
        if code in self.met:
            problems.append(_problem("uscc", "duplicate", str(self.met[code])))
        elif code:
            self.met[code] = number
        row = FirmImportRow(batch=self.batch, number=number, uscc=code, name=values.get("name", ""), values=values)
        if problems:
            reject(row, problems)
            row.uscc, row.name = code or self._said("uscc", cells)[:40], self._said("name", cells)[:120]
        row.raw = [as_text(cell)[:RAW] for cell in cells]
        return row

    def _said(self, name: str, cells: Sequence[Value]) -> str:
        return next((as_text(cells[n]) for n, column in self.columns if column.name == name and n < len(cells)), "")


def _problem(column: str, code: str, said: str = "") -> dict[str, str]:
    return {"column": column, "code": code, "said": said}


def reject(row: FirmImportRow, problems: list[dict[str, str]]) -> None:
    row.outcome, row.problems, row.values = Outcome.REJECTED, problems, {}


def compare_all(rows: Sequence[FirmImportRow]) -> None:
    """Give each row that is not rejected its outcome, against the firms as they are now; one query."""
    firms = {firm.uscc: firm for firm in Enterprise.objects.filter(uscc__in={row.uscc for row in rows if row.uscc})}
    for row in rows:
        if row.outcome != Outcome.REJECTED:
            _compare(row, firms.get(row.uscc))
        if row.outcome != Outcome.REJECTED:
            row.raw = []


def _compare(row: FirmImportRow, firm: Enterprise | None) -> None:
    row.enterprise, row.former = firm, {}
    if firm is None:
        if row.batch.fallback_place_id:
            row.values.setdefault("place", row.batch.fallback_place_id)
        missing = {"name": "empty", "place": "no_place"}
        if problems := [_problem(name, code) for name, code in missing.items() if name not in row.values]:
            reject(row, problems)
        else:
            row.outcome = Outcome.NEW
        return
    row.name = row.name or firm.name
    row.former = {name: had for name, value, had in _beside(row.values, firm) if value != had}
    row.outcome = Outcome.CHANGED if row.former else Outcome.UNCHANGED


def _beside(values: dict[str, Any], firm: Enterprise) -> Iterator[tuple[str, Any, Any]]:
    for name, value in values.items():
        yield name, value, stored(firm, name)


def stored(firm: Enterprise, name: str) -> Any:
    """What the firm has in a column, as a row keeps it in JSON."""
    value = getattr(firm, BY_NAME[name].attribute)
    if name == "registered_capital":
        return None if value is None else stored_number(value)
    if name == "established_on":
        return value.isoformat() if value else None
    return value


__all__ = ["COLUMNS", "check", "compare_all", "open_list", "stored"]
