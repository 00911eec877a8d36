"""What an import of old cases would do, found out row by row and kept as the preview; no ticket is touched."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext as _

from enterprises.imports.columns import Problem, key
from enterprises.models import Enterprise
from portal.files.importing import Importing, Tell
from portal.files.tables import as_text
from portal.files.tables.values import Value
from requests import guess
from requests.models import CaseImport, CaseImportRow, Ticket
from requests.old_cases.columns import BY_NAME, Known

Outcome = CaseImportRow.Outcome
CHUNK = 1000
RAW = 200  # characters of one cell that a rejected row keeps


def check(machine: Importing, batch: CaseImport, at: datetime, tell: Tell) -> Mapping[str, int]:
    """Write the rows of the preview anew; returns how many have each outcome. Raises Refused."""
    tell(2, _("正在读文件"))
    with default_storage.open(batch.file.path) as file:
        rows = list(machine.open(file, batch.file.name).rows)
    reader = Reader(batch, Known.load(timezone.localdate(at)))
    batch.rows.all().delete()
    counts: Counter[str] = Counter()
    for start in range(0, len(rows), CHUNK):
        done = {"done": start, "total": len(rows)}
        tell(30 + 65 * start // len(rows), _("已核对 %(done)s 行，共 %(total)s 行") % done)
        examined = [reader.examine(number, cells) for number, cells in rows[start : start + CHUNK]]
        compare_all(examined)
        CaseImportRow.objects.bulk_create(examined)
        counts.update(row.outcome for row in examined)
    return counts


class Reader:
    """Reads one row after the other; remembers the numbers it has met."""

    def __init__(self, batch: CaseImport, known: Known) -> None:
        self.batch, self.known = batch, known
        self.columns = [(int(number), BY_NAME[name]) for number, name in batch.columns.items()]
        self.met: dict[str, int] = {}

    def examine(self, number: int, cells: Sequence[Value]) -> CaseImportRow:
        """The row with its values, or rejected with what is wrong; whose it is is not known yet."""
        values, problems = self._read(cells)
        wrong = {problem["column"] for problem in problems}
        problems += [_problem(*one) for one in _amiss(values) if one[0] not in wrong]
        old = values.pop("old_number", "")
        if old and old in self.met:
            problems.append(_problem("old_number", "duplicate", str(self.met[old])))
        elif old:
            self.met[old] = number
        row = CaseImportRow(batch=self.batch, number=number, old_number=old, values=values)
        row.title = _title(values)
        row.raw = [as_text(cell)[:RAW] for cell in cells]
        if problems:
            reject(row, problems)
        return row

    def _read(self, cells: Sequence[Value]) -> tuple[dict[str, Any], list[dict[str, str]]]:
        values, problems = {}, []
        for position, column in self.columns:
            try:
                value = column.read(cells[position] if position < len(cells) else None, self.known)
            except Problem as problem:
                problems.append(_problem(column.name, problem.code, problem.said))
                continue
            if value is not None:
                values[column.name] = value
        return values, problems


def _amiss(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the cells say together that cannot be: missing what is needed, closed before it came, rated while open."""
    found = [(name, "empty") for name in ("old_number", "filed") if name not in values]
    if not {"title", "description"} & values.keys():
        found.append(("title", "empty"))
    if not {"uscc", "firm"} & values.keys():
        found.append(("firm", "no_firm"))
    closed, filed = values.get("closed"), values.get("filed")
    if closed and filed and closed < filed:
        found.append(("closed", "closed_before"))
    if not closed:
        found += [(name, "not_closed") for name in ("outcome", "reply", "score") if name in values]
    return found


def _title(values: Mapping[str, Any]) -> str:
    return str(values.get("title") or guess.title_of(values.get("description", "")))[:60]


def _problem(column: str, code: str, said: str = "") -> dict[str, str]:
    return {"column": column, "code": code, "said": said}


def reject(row: CaseImportRow, problems: list[dict[str, str]]) -> None:
    row.outcome, row.problems, row.values = Outcome.REJECTED, problems, {}


def compare_all(rows: Sequence[CaseImportRow]) -> None:
    """Give each row that is not rejected its firm and its outcome, against what is on file now; three queries.

    A number that is here already changes nothing: an import repeated is without effect.
    """
    left = [row for row in rows if row.outcome != Outcome.REJECTED]
    numbers = [row.old_number for row in left]
    here = dict(Ticket.objects.filter(old_number__in=numbers).order_by().values_list("old_number", "pk"))
    firms = Firms(left)
    for row in left:
        row.ticket_id, row.firm = here.get(row.old_number), firms.of(row)
        row.outcome = Outcome.UNCHANGED if row.ticket_id else Outcome.NEW
        if row.firm is None and "firm" not in row.values:
            reject(row, [_problem("uscc", "unknown_firm", row.values["uscc"])])
        else:
            row.raw = []


class Firms:
    """The enterprises of some rows: by credit code, else by their whole name where only one has it."""

    def __init__(self, rows: Sequence[CaseImportRow]) -> None:
        codes = {row.values["uscc"] for row in rows if "uscc" in row.values}
        names = {row.values["firm"] for row in rows if "firm" in row.values}
        self.by_code = {firm.uscc: firm for firm in Enterprise.objects.filter(uscc__in=codes)}
        self.by_name: dict[str, Enterprise | None] = {}
        for firm in Enterprise.objects.filter(name__in=names):
            self.by_name[key(firm.name)] = None if key(firm.name) in self.by_name else firm

    def of(self, row: CaseImportRow) -> Enterprise | None:
        found = self.by_code.get(row.values.get("uscc", ""))
        return found or self.by_name.get(key(row.values.get("firm", "")))
