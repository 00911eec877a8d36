"""What an import of policies would do, row by row, kept as the preview; no policy is touched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from enterprises.criteria.typed import Unread
from enterprises.imports.columns import Problem
from portal.files.importing import Importing, Tell
from portal.files.tables import as_text
from portal.people.models import Department
from portal.people.refusal import Refused

from ...models import Policy, PolicyImport, PolicyImportRow
from .. import stages
from ..content import Content
from ..soundness import Unsound, demand_sound
from .columns import CLAUSE, Known, columns

Outcome = PolicyImportRow.Outcome
RAW = 2000  # characters of one cell that a rejected row keeps
MOST = 2000  # rows of one file
DAYS = ("issued_on", "valid_from", "valid_to", "effective_on")


def check(machine: Importing, batch: PolicyImport, tell: Tell) -> Mapping[str, int]:
    """Write the rows of the preview anew; returns how many have each outcome. Raises Refused."""
    tell(5, _("正在读文件"))
    with default_storage.open(batch.file.path) as file:
        lines = list(machine.open(file, batch.file.name).rows)
    if len(lines) > MOST:
        raise Refused(_("一次最多导入 %(n)s 条条款，请分几个文件。") % {"n": MOST})
    rows = list(_read(batch, lines))
    tell(60, _("正在核对"))
    for group in grouped(rows):
        _judge(group)
    mark_known(batch, rows)
    batch.rows.all().delete()
    PolicyImportRow.objects.bulk_create(rows)
    return Counter(row.outcome for row in rows)


def _read(batch: PolicyImport, lines: Sequence[tuple[int, Sequence[Any]]]) -> Iterator[PolicyImportRow]:
    """Each row with its values; one without a policy's name belongs to the policy above it."""
    known = Known.load()
    mapped = [(int(number), columns()[name]) for number, name in batch.columns.items()]
    head, title = 0, ""
    for number, cells in lines:
        values: dict[str, Any] = {}
        problems = []
        for position, column in mapped:
            try:
                value = column.read(cells[position] if position < len(cells) else None, known)
            except Problem as problem:
                problems.append({"column": column.name, "code": problem.code, "said": problem.said})
                continue
            except Unread as unread:
                problems.append({"column": column.name, "code": "unread", "said": str(unread)})
                continue
            if value is not None:
                values[column.name] = value
        named = values.get("title", "")
        if not head or (named and named != title):
            head, title = number, named
        row = PolicyImportRow(batch=batch, number=number, head=head, title=title, values=values, outcome=Outcome.NEW)
        row.raw = [as_text(cell)[:RAW] for cell in cells]
        row.problems = problems
        yield row


def grouped(rows: Sequence[PolicyImportRow]) -> list[list[PolicyImportRow]]:
    """The rows of each policy, in order."""
    found: dict[int, list[PolicyImportRow]] = {}
    for row in rows:
        found.setdefault(row.head, []).append(row)
    return list(found.values())


def _judge(group: list[PolicyImportRow]) -> None:
    """A policy comes in whole or not at all: one bad row keeps the others of it out."""
    if not any(row.problems for row in group):
        try:
            demand_sound(content_of(group))
        except Unsound as unsound:
            row = group[unsound.clause or 0]
            column = f"{CLAUSE}{unsound.field}" if unsound.clause is not None else unsound.field or "title"
            row.problems = [{"column": column, "code": "unsound", "said": unsound.sentence}]
    bad = next((row.number for row in group if row.problems), None)
    for row in group:
        if bad is not None:
            row.problems = row.problems or [{"column": "title", "code": "with", "said": str(bad)}]
            row.outcome = Outcome.REJECTED
        else:
            row.raw = []


def content_of(group: Sequence[PolicyImportRow]) -> Content:
    """The draft that the rows of one policy say; what is not said gets what a new form has."""
    said = {name: value for name, value in group[0].values.items() if not name.startswith(CLAUSE)}
    for name in DAYS:
        if name in said:
            said[name] = date.fromisoformat(said[name])
    said.setdefault("effective_on", said.get("valid_from"))
    named = {pk for row in group for name in ("responsible", "reviewers") for pk in _keys(row.values, name)}
    units = Department.objects.in_bulk(named)
    return Content(said, [_clause(row.values, units) for row in group])


def _keys(values: Mapping[str, Any], name: str) -> list[int]:
    found = values.get(CLAUSE + name, [])
    return found if isinstance(found, list) else [found]


def _clause(values: Mapping[str, Any], units: dict[int, Department]) -> dict[str, Any]:
    said = {name.removeprefix(CLAUSE): value for name, value in values.items() if name.startswith(CLAUSE)}
    for name in ("title", "support", "conditions", "benefit", "way"):
        said.setdefault(name, "")
    if "responsible" in said:
        said["responsible"] = units[said["responsible"]]
    said["reviewers"] = [units[pk] for pk in said.get("reviewers", [])]
    return said


def mark_known(batch: PolicyImport, rows: Sequence[PolicyImportRow]) -> None:
    """A policy of that name in the department already: nothing is changed, so that an import may be repeated."""
    titles = {row.title for row in rows}
    alive = [status for status in stages.STATUSES if status != stages.DROPPED]
    same = Policy.objects.filter(department=batch.department_id, versions__title__in=titles, versions__status__in=alive)
    here = dict(same.values_list("versions__title", "pk"))
    for row in rows:
        row.policy_id = here.get(row.title) if row.outcome != Outcome.REJECTED else None
        if row.policy_id is not None:
            row.outcome = Outcome.UNCHANGED
