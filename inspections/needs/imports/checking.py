"""What an import of needs would do, row by row, kept as the preview. What the gate refuses is counted (INS-2)."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from enterprises.imports.columns import Problem
from enterprises.models import Enterprise, firms_of
from portal.files.importing import Importing, Tell
from portal.files.tables import as_text
from portal.people.models import User
from portal.people.refusal import Refused

from ...models import Need, NeedImport, NeedImportRow, Skill, Subject
from .. import flow, gate, stages
from ..counting import Attempt, write
from .columns import BY_NAME, Known

Outcome = NeedImportRow.Outcome
RAW = 500  # characters of one cell that a rejected row keeps
MOST = 2000  # rows of one file
SPACE = uuid.UUID("3d5b1c52-6a39-4a2b-9df1-8a6e1f7b2f10")  # of the keys of imported needs


def key_of(row: NeedImportRow) -> uuid.UUID:
    return uuid.uuid5(SPACE, f"{row.batch_id}:{row.number}")


def check(machine: Importing, batch: NeedImport, at: datetime, tell: Tell) -> Mapping[str, int]:
    """Write the rows of the preview anew; returns how many have each outcome. Raises Refused."""
    tell(5, _("正在读文件"))
    with default_storage.open(batch.file.path) as file:
        lines = list(machine.open(file, batch.file.name).rows)
    if len(lines) > MOST:
        raise Refused(_("一次最多导入 %(n)s 行，请分几个文件。") % {"n": MOST})
    rows = _read(batch, lines)
    tell(50, _("正在核对"))
    judge(batch, rows, at, count=True)
    for row in rows:
        row.raw = row.raw if row.outcome == Outcome.REJECTED else []
    batch.rows.all().delete()
    NeedImportRow.objects.bulk_create(rows)
    return Counter(row.outcome for row in rows)


def _read(batch: NeedImport, lines: Sequence[tuple[int, Sequence[Any]]]) -> list[NeedImportRow]:
    assert batch.agency is not None
    mapped = [(int(number), BY_NAME[name]) for number, name in batch.columns.items()]
    place = next(position for position, column in mapped if column.name == "firm")
    named = [as_text(cells[place]).strip() if place < len(cells) else "" for _number, cells in lines]
    known = Known.load(batch.agency, [text for text in named if text])
    return [_row(batch, number, cells, mapped, known) for number, cells in lines]


def _row(batch: NeedImport, number: int, cells: Sequence[Any], mapped: Any, known: Known) -> NeedImportRow:
    row = NeedImportRow(batch=batch, number=number, outcome=Outcome.NEW)
    row.raw = [as_text(cell)[:RAW] for cell in cells]
    for position, column in mapped:
        cell = cells[position] if position < len(cells) else None
        try:
            value = column.read(cell, known)
        except Problem as problem:
            row.problems.append({"column": column.name, "code": problem.code, "said": problem.said})
            continue
        if value is not None:
            row.values[column.name] = value
        elif column.name in ("firm", "subject", "first", "last"):
            row.problems.append({"column": column.name, "code": "empty", "said": ""})
        if column.name == "firm":
            row.firm = known.names.get(value, as_text(cell))[:200] if value else as_text(cell)[:200]
    if row.problems:
        row.outcome = Outcome.REJECTED
    return row


def judge(batch: NeedImport, rows: Sequence[NeedImportRow], at: datetime, *, count: bool = False) -> None:
    """Sets outcome and problems of rows that could be read: as the verb and the gate would say, in a few queries."""
    sound = [row for row in rows if not row.problems]
    for row in sound:
        row.outcome = Outcome.NEW
    wishes = wishes_of(batch, sound)
    stands = _gate(wishes.values())
    waits = _waiting(wishes.values())
    own = firms_of(batch.by)
    seen: dict[Any, int] = {}
    attempts = []
    for row in sound:
        wish = wishes[row.number]
        problem = _unsound(wish, own, at) or _twice(seen, wish, row.number)
        if problem is None and _same(wish) in waits:
            row.outcome = Outcome.UNCHANGED
            continue
        if problem is None and not (verdict := _asked(stands, wish)).passes:
            problem = {"column": "firm", "code": "gate", "said": verdict.words}
            attempts.append(_attempt(wish, verdict, batch.by, at, key_of(row)).row())
        if problem is not None:
            row.problems, row.outcome = [problem], Outcome.REJECTED
    if count:
        write(attempts)


def _attempt(wish: flow.Wish, verdict: gate.Verdict, by: User, at: datetime, key: uuid.UUID) -> Attempt:
    said = (str(verdict.why), verdict.words, "import")
    return Attempt(wish.firm, wish.agency, wish.subject, wish.kind, wish.first, wish.last, *said, by=by, at=at, key=key)


def wishes_of(batch: NeedImport, rows: Sequence[NeedImportRow]) -> dict[int, flow.Wish]:
    """Each row's wish by its number; three queries."""
    assert batch.agency is not None
    firms = Enterprise.objects.in_bulk({row.values["firm"] for row in rows})
    subjects = Subject.objects.select_related("skill").in_bulk({row.values["subject"] for row in rows})
    skills = Skill.objects.in_bulk({row.values["skill"] for row in rows if "skill" in row.values})
    found = {}
    for row in rows:
        said = row.values
        found[row.number] = flow.Wish(
            agency=batch.agency,
            firm=firms[said["firm"]],
            subject=subjects[said["subject"]],
            kind=said.get("kind", stages.SELF_CHOSEN),
            first=date.fromisoformat(said["first"]),
            last=date.fromisoformat(said["last"]),
            basis=said.get("basis", ""),
            ordered_by=said.get("ordered_by", ""),
            parts=said.get("parts"),
            skill=skills.get(said.get("skill", 0)),
            unannounced=said.get("unannounced"),
        )
    return found


def _same(wish: flow.Wish) -> tuple[Any, ...]:
    return (wish.firm.pk, wish.subject.pk, wish.kind, wish.first, wish.last)


def _waiting(wishes: Any) -> set[tuple[Any, ...]]:
    firms = {wish.firm.pk for wish in wishes}
    needs = Need.objects.filter(enterprise__in=firms, status__in=stages.WAITING).order_by()
    return set(needs.values_list("enterprise", "subject", "kind", "first", "last"))


def _gate(wishes: Any) -> gate.Gate | None:
    wishes = [wish for wish in wishes if wish.first <= wish.last]
    if not wishes:
        return None
    first, last = min(wish.first for wish in wishes), max(wish.last for wish in wishes)
    return gate.Gate({wish.firm.pk for wish in wishes}, first, last)


def _asked(stands: gate.Gate | None, wish: flow.Wish) -> gate.Verdict:
    if stands is None:
        return gate.Verdict()
    window = (wish.kind, wish.first, wish.last)
    return stands.judge(wish.firm.pk, wish.agency.pk, *window, ordered_by=wish.ordered_by)


def _unsound(wish: flow.Wish, own: frozenset[int], at: datetime) -> dict[str, str] | None:
    if wish.firm.pk in own:
        return {"column": "firm", "code": "own", "said": ""}
    try:
        flow.demand_sound(wish.agency, wish.subject, wish.fields(), at)
    except Refused as refused:
        return {"column": refused.field or "subject", "code": "unsound", "said": refused.sentence}
    return None


def _twice(seen: dict[Any, int], wish: flow.Wish, number: int) -> dict[str, str] | None:
    first = seen.setdefault(_same(wish), number)
    return None if first == number else {"column": "firm", "code": "twice", "said": str(first)}
