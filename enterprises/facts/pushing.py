"""What a line's system, or its data officer by program, sends as JSON: read row by row, all or nothing (ENT-2)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.api.models import LineSystem
from portal.files.tables import Unreadable
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.trail.entries import record
from portal.trail.models import Audience
from portal.worktime import clock

from ..measures import Kind, Measure, Plain, kept
from ..models import UNKNOWN, Delivery, Enterprise, Line, Resource
from ..uscc import normal
from . import delivering, staging, writing
from .delivering import Delivered
from .faults import FAULTS
from .periods import fits, read_period
from .staging import LONGEST_ITEM, LONGEST_TEXT, WORDED, Words, width_of
from .writing import Comparison

MOST = 5000  # rows of one push
TOLD = 100  # errors that an answer names
Errors = dict[str, list[str]]


class Unfit(Exception):
    """Rows cannot be taken; `errors` are by `rows.<number from 0>.<field>`, the first of them."""

    def __init__(self, errors: Errors) -> None:
        super().__init__("rows do not fit")
        self.errors = errors


@transaction.atomic
def bind(system: LineSystem, lines: Sequence[Line], *, by: User, at: datetime | None = None) -> None:
    """Say for which lines a system pushes facts; an administrator's act, as the token itself (SEC-1)."""
    grant, at = rights_of(by, at).grant(Role.ADMINISTRATOR), at or clock.now()
    if grant is None:
        raise Refused(_("只有系统管理员能做这件事。"))
    system = LineSystem.objects.select_for_update(of=("self",), no_key=True).get(pk=system.pk)
    chosen = sorted(line.pk for line in lines)
    if chosen != sorted(system.data_lines.values_list("pk", flat=True)):
        system.data_lines.set(lines)
        record("line.bound", system, by=by, at=at, data={"lines": chosen}, audience=Audience.CLOSED, grant=grant)


@transaction.atomic
def push(resource: Resource, rows: Sequence[Any], *, line: Line, by: User, at: datetime | None = None) -> Delivered:
    """Take the rows as the line's word, all or none. Raises Unfit. Who may is asked before."""
    at = at or clock.now()
    reader = Reader(resource, timezone.localdate(at))
    found = reader.read(rows)
    writing.lock(resource)
    staging.stage(resource, found)
    comparison = Comparison(resource, line, Delivery.Way.API)
    if lacking := _lacking(comparison):
        raise Unfit({f"rows.{reader.numbers[key]}.values": [said] for key, said in list(lacking.items())[:TOLD]})
    grant = rights_of(by, at).grant(Role.DATA_OFFICER, line.department_id) if line.department_id else None
    return delivering.write(staging.TABLE, resource, line=line, way=Delivery.Way.API, by=by, grant=grant, at=at)


def _lacking(comparison: Comparison) -> dict[tuple, str]:
    """The new rows that lack a required column, by their keys."""
    required = [column for column in comparison.resource.columns.all() if column.required]
    if not required:
        return {}
    missing = " OR ".join(f"coalesce(a.values[{column.place}], {UNKNOWN}) = {UNKNOWN}" for column in required)
    joined = comparison.joined(staging.TABLE, "LEFT")
    found = writing.rows(f"SELECT a.firm, a.period, a.item FROM {joined} WHERE f.id IS NULL AND ({missing})")
    said = _("新的一行必须有 %(columns)s") % {"columns": _("、").join(column.code for column in required)}
    return dict.fromkeys(found, said)


class Reader:
    """Turns rows as they were sent into rows to be staged; `numbers` has each key's row."""

    def __init__(self, resource: Resource, today: date) -> None:
        self.resource, self.today = resource, today
        self.columns = {column.code: column for column in resource.columns.all()}
        self.width = width_of(self.columns.values())
        self.words = Words()
        self.numbers: dict[tuple[int, date | None, str], int] = {}
        self.errors: Errors = {}

    def read(self, rows: Sequence[Any]) -> list[staging.KeptRow]:
        """Raises Unfit, naming every row that cannot be taken and what would mend it."""
        sent = [row if isinstance(row, Mapping) else {} for row in rows]
        codes = [normal(row["uscc"]) if isinstance(row.get("uscc"), str) else "" for row in sent]
        firms = dict(Enterprise.objects.filter(uscc__in=set(codes)).values_list("uscc", "pk"))
        self.words.learn(self._texts(sent))
        found = [self._row(number, row, firms.get(codes[number])) for number, row in enumerate(sent)]
        if self.errors:
            raise Unfit(dict(list(self.errors.items())[:TOLD]))
        return found

    def _texts(self, rows: Sequence[Mapping[str, Any]]) -> set[str]:
        codes = [code for code, column in self.columns.items() if column.measure.kind in WORDED]
        values = (row.get("values") for row in rows)
        found = (said.get(code) for said in values if isinstance(said, Mapping) for code in codes)
        return {text for text in found if isinstance(text, str) and _storable(text)}

    def _row(self, number: int, row: Mapping[str, Any], firm: int | None) -> staging.KeptRow:
        for name in row.keys() - {"uscc", "period", "item", "values"}:
            self._wrong(number, str(name)[:40], str(FAULTS["unknown_column"]))
        if firm is None:
            self._wrong(number, "uscc", _("没有这个代码的企业：请核对，或先把企业登记进名录"))
        period, item = self._period(number, row.get("period")), self._item(number, row.get("item", ""))
        values = self._values(number, row.get("values"))
        if f"rows.{number}" not in self.errors and firm is not None:
            first = self.numbers.setdefault((firm, period, item), number)
            if first != number:
                self._wrong(number, "uscc", _("和 rows.%(first)s 重复：同一企业同一期只能有一行") % {"first": first})
        return firm or 0, period, item, values

    def _wrong(self, number: int, name: str, said: str) -> None:
        self.errors.setdefault(f"rows.{number}.{name}", []).append(said)

    def _period(self, number: int, said: Any) -> date | None:
        per = self.resource.per
        if per == Resource.Per.REGISTER:
            if said not in (None, ""):
                self._wrong(number, "period", _("这项数据没有所属期：请去掉"))
            return None
        try:
            period = read_period(said, per) if isinstance(said, str) else None
        except Unreadable:
            period = None
        if not fits(period, per, self.today):
            remedy = _("所属期不对：按月写 2026-09，按季写 2026Q3，按年写 2026，按日写 2026-09-30")
            self._wrong(number, "period", remedy)
        return period

    def _item(self, number: int, said: Any) -> str:
        item = said.strip() if isinstance(said, str) else ""
        if bool(item) != bool(self.resource.item):
            remedy = _("请写明%(item)s") if self.resource.item else _("这项数据每期一行：请去掉 item")
            self._wrong(number, "item", remedy % {"item": self.resource.item_name})
        elif len(item) > LONGEST_ITEM or not item.isprintable():
            self._wrong(number, "item", _("最多 %(most)s 字，一行写完") % {"most": LONGEST_ITEM})
        return item

    def _values(self, number: int, said: Any) -> list[int | None]:
        placed: list[int | None] = [None] * self.width
        if not isinstance(said, Mapping):
            self._wrong(number, "values", _('请给出 values，例如 {"%(code)s": …}') % {"code": next(iter(self.columns))})
            return placed
        for code, value in said.items():
            column = self.columns.get(code)
            if column is None:
                self._wrong(number, f"values.{str(code)[:40]}", str(FAULTS["unknown_column"]))
                continue
            try:
                number_kept = (
                    UNKNOWN if value is None else kept(column.measure, plain(column.measure, value), self.words)
                )
            except Refused as refused:
                self._wrong(number, f"values.{code}", str(refused))
            else:
                placed[column.place - 1] = number_kept
        return placed


def _storable(text: str) -> bool:
    return len(text) <= LONGEST_TEXT and "\0" not in text


def plain(measure: Measure, value: Any) -> Plain:
    """A value of JSON as the measure has it: a number or its text, `true`, a day as `2026-09-30`, a code, a text.

    Raises Refused.
    """
    if measure.kind == Kind.BOOL and isinstance(value, bool):
        return value
    if measure.kind == Kind.NUMBER and isinstance(value, int | float | str) and not isinstance(value, bool):
        try:
            return Decimal(str(value))
        except InvalidOperation:
            pass
    elif isinstance(value, str) and measure.kind == Kind.DATE:
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    elif isinstance(value, str) and measure.kind in WORDED and _storable(value):
        return value
    raise Refused(_("“%(value)s”不是“%(name)s”的有效值") % {"value": str(value)[:40], "name": measure})
