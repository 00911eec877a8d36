"""Reading a file of facts into the rows of an import: column by column, a few thousand rows at a time (ENT-2).

Nothing of a firm is touched. What a row would do is found out by the database, which compares whole pieces with the
facts on file (`writing.Comparison`), and kept with the row.
"""

import gc
import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from io import StringIO
from itertools import islice, zip_longest
from typing import Any

from django.db import connection
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.files.importing import Tell
from portal.files.tables import Unreadable, as_text
from portal.files.tables.values import Value
from portal.people.refusal import Refused

from ..imports.columns import key
from ..models import Enterprise, EnterpriseName, Fact, FactImport, Resource
from ..uscc import normal
from . import writing
from .cells import Fault, Wrong, read_alike, read_column, reader_of
from .columns import ITEM, NAME, PERIOD, USCC, Columns
from .periods import fits, read_period
from .staging import ESCAPED, LONGEST_ITEM, WORDED, Words
from .writing import Comparison

CHUNK = 10_000
RAW = 200  # characters of one cell that a rejected row keeps
HOPELESS = 5_000  # rows, of which none can be taken: the columns are named wrongly
NULL = "\\N"
Cells = Sequence[Value]
Problems = dict[int, list[dict[str, str]]]


class Firms:
    """The firms by code and by name, now or once; None where a name means several."""

    def __init__(self) -> None:
        self.by_code: dict[str, int] = {}
        self.by_name: dict[str, int | None] = {}
        for pk, code, name in Enterprise.objects.order_by().values_list("pk", "uscc", "name"):
            self.by_code[code] = pk
            self._learn(name, pk)
        for pk, name in EnterpriseName.objects.order_by().values_list("enterprise", "name"):
            self._learn(name, pk)

    def _learn(self, name: str, pk: int) -> None:
        known = key(name)
        self.by_name[known] = pk if self.by_name.get(known, pk) == pk else None

    def find(self, code: Value, name: Value) -> int:
        """The firm of a row. Raises Fault. A name on file that belongs to another firm than the code is no slip."""
        said = as_text(code)
        called = key(as_text(name))
        if not said:
            return self._by_name(as_text(name), called)
        if isinstance(code, (int, float)) or "E+" in said.upper():
            raise Fault("uscc_number", said)
        pk = self.by_code.get(said) or self.by_code.get(normal(key(said).upper()))
        if pk is None:
            raise Fault("unknown_uscc", said)
        if called and self.by_name.get(called, pk) not in (pk, None):
            raise Fault("other_firm", as_text(name))
        return pk

    def _by_name(self, name: str, called: str) -> int:
        if not called:
            raise Fault("no_firm")
        if called not in self.by_name:
            raise Fault("unknown_name", name)
        pk = self.by_name[called]
        if pk is None:
            raise Fault("ambiguous_name", name)
        return pk


class Reader:
    """Reads pieces of a file, column by column; remembers the keys it has met, and in which row."""

    def __init__(self, batch: FactImport, today: date) -> None:
        self.columns = Columns(batch.resource)
        self.per, self.period, self.today = batch.resource.per, batch.period, today
        self.at = {name: int(number) for number, name in batch.columns.items()}
        self.readers = {
            column.place - 1: (name, column, reader_of(column.measure, batch.units.get(str(self.at[name]), "")))
            for name, column in self.columns.by_name.items()
            if name in self.at
        }
        self.required = {column.place - 1: name for name, column in self.columns.by_name.items() if column.required}
        self.firms, self.words = Firms(), Words()
        self.begin = f"{batch.pk}\t[]\t"
        self.met: dict[Any, int] = {}
        # What cells of earlier rows were found to mean.
        self.known_firms: dict[tuple[Value, Value], int] = {}
        self.known_periods: dict[Value, date | None] = {}

    def lines(self, piece: Sequence[tuple[int, Cells]]) -> list[str]:
        """The rows of a piece for COPY; one that lacks what is required is rejected, unless there is such a fact."""
        problems: Problems = {}
        numbers = [number for number, _cells in piece]
        column = partial(self._column, list(zip_longest(*(cells for _number, cells in piece))), len(piece))
        said = zip(column(USCC), column(NAME), strict=True)
        firms = _each(said, self.known_firms, self._firm, partial(_note, problems, USCC))
        periods: list[date | None] = [None] * len(piece)
        if self.columns.dated:
            periods = _each(column(PERIOD), self.known_periods, self._period, partial(_note, problems, PERIOD))
        items = self._items(column(ITEM), problems)
        values = [self._values(column, place, problems) for place in range(self.columns.width)]
        lacking: Problems = {}
        for place, name in self.required.items():
            for row in _nulls(values[place]):
                _note(lacking, name, row, Fault("required"))
        self._note_repeated(zip(numbers, firms, periods, items, strict=True), problems)
        texts = [item and item.translate(ESCAPED) for item in items]
        return self._written(piece, (firms, periods, texts, values), problems, lacking)

    def _written(
        self, piece: Sequence[tuple[int, Cells]], read: Any, problems: Problems, lacking: Problems
    ) -> list[str]:
        firms, periods, texts, values = read
        days = {day: day.isoformat() if day else NULL for day in (None, *self.known_periods.values())}
        arrays, begin = map(",".join, zip(*values, strict=True)), self.begin
        lines = [
            f"{begin}{number}\t{firm}\t{days[period]}\t{text}\t{{{array}}}\t[]\t[]\t\tnew\n"
            for (number, _cells), firm, period, text, array in zip(piece, firms, periods, texts, arrays, strict=True)
        ]
        for row in lacking:
            rejected = f"{_json(lacking[row])}\t{_raw(piece[row][1])}\t\trejected\n"
            lines[row] = lines[row].removesuffix("[]\t[]\t\tnew\n") + rejected
        for row in problems:
            lines[row] = begin + self._rejected(piece[row][0], piece[row][1], problems[row])
        return lines

    def _column(self, columns: Sequence[Cells], count: int, name: str) -> Cells:
        here = self.at.get(name, len(columns))
        return columns[here] if here < len(columns) else [None] * count

    def _firm(self, said: tuple[Value, Value]) -> int:
        return self.firms.find(*said)

    def _period(self, cell: Value) -> date:
        try:
            period = read_period(cell, self.per) or self.period
        except Unreadable as error:
            raise Fault("no_period", as_text(cell)) from error
        if period is None:
            raise Fault("empty")
        if not fits(period, self.per, self.today):
            raise Fault("period_out_of_range", as_text(cell) or period.isoformat())
        return period

    def _items(self, cells: Cells, problems: Problems) -> list[str]:
        if not self.columns.resource.item:
            return [""] * len(cells)
        items = [as_text(cell) for cell in cells]
        for row, item in enumerate(items):
            if not item:
                _note(problems, ITEM, row, Fault("empty"))
            elif len(item) > LONGEST_ITEM:
                _note(problems, ITEM, row, Fault("too_long", str(LONGEST_ITEM)))
        return items

    def _values(self, cells_of: Callable[[str], Cells], place: int, problems: Problems) -> list[str]:
        """What the rows say in one place of their arrays."""
        if place not in self.readers:
            return ["NULL"] * len(cells_of(USCC))
        name, column, read = self.readers[place]
        if digits := read_alike(read, cells_of(name)):
            return digits
        said = read_column(read, cells_of(name), partial(_note, problems, name))
        if column.measure.kind in WORDED:
            self.words.learn({text for text in said if text is not None})
            said = [None if text is None else self.words[text] for text in said]
        return ["NULL" if number is None else str(number) for number in said] if None in said else list(map(str, said))

    def _note_repeated(self, rows: Iterable[tuple[int, int, date | None, str]], problems: Problems) -> None:
        """One key twice: the first row is taken. Most keys are made one number, which a million of fit into memory."""
        met, ordinals = self.met, {day: day.toordinal() for day in self.known_periods.values() if day} | {None: 0}
        for row, (number, firm, period, item) in enumerate(rows):
            if row not in problems:
                key = (firm, period, item) if item else firm * 1_000_000 + ordinals[period]
                first = met.setdefault(key, number)
                if first != number:
                    _note(problems, USCC, row, Fault("duplicate", str(first)))

    def _rejected(self, number: int, cells: Cells, problems: list[dict[str, str]]) -> str:
        named = [as_text(cells[at]) for at in (self.at.get(NAME, -1), self.at.get(USCC, -1)) if 0 <= at < len(cells)]
        said = next(filter(None, named), "")[:120].translate(ESCAPED)
        return f"{number}\t{NULL}\t{NULL}\t\t{{}}\t{_json(problems)}\t{_raw(cells)}\t{said}\trejected\n"


def _nulls(values: list[str]) -> Iterator[int]:
    return (row for row, value in enumerate(values) if value == "NULL") if "NULL" in values else iter(())


def _each(cells: Iterable[Any], known: dict[Any, Any], read: Callable[[Any], Any], wrong: Wrong) -> list[Any]:
    """What each cell means, read once for all cells that say the same."""
    cells = list(cells)
    found = list(map(known.get, cells))
    for row, value in enumerate(found) if None in found else ():
        if value is None and cells[row] not in known:
            try:
                found[row] = read(cells[row])
            except Fault as fault:
                wrong(row, fault)
            else:
                known[cells[row]] = found[row]
        elif value is None:
            found[row] = known[cells[row]]
    return found


BY_NAME_ONLY = ("unknown_name", "ambiguous_name", "other_firm")


def _note(problems: Problems, column: str, row: int, fault: Fault) -> None:
    named = NAME if fault.code in BY_NAME_ONLY else column
    problems.setdefault(row, []).append({"column": named, "code": fault.code, "said": fault.said})


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).translate(ESCAPED)


def _raw(cells: Cells) -> str:
    return _json([as_text(cell)[:RAW] for cell in cells])


# The preview ------------------------------------------------------------------------------------------------------


def check(batch: FactImport, rows: Iterable[tuple[int, Cells]], at: datetime, tell: Tell) -> Counter[str]:
    """Write the rows of the preview anew; how many have each outcome. Raises Refused where none of many is taken."""
    batch.rows.all().delete()
    batch.revision = Resource.objects.values_list("revision", flat=True).get(pk=batch.resource_id)
    with _seldom_collected():
        done = _copy(batch, Reader(batch, timezone.localdate(at)), rows, tell)
    tell(80, _("正在和已有的数据比较"))
    if Fact.objects.filter(resource=batch.resource).exists():
        with writing.joining(done):
            writing.run(_compare(batch))
    return Counter(dict(batch.rows.order_by().values_list("outcome").annotate(Count("pk"))))


def _copy(batch: FactImport, reader: Reader, rows: Iterable[tuple[int, Cells]], tell: Tell) -> int:
    """Read all rows into the preview, as if nothing were on file yet; how many there are."""
    rows, done = iter(rows), 0
    columns = "batch_id, kept, number, enterprise_id, period, item, values, problems, raw, said, outcome"
    with connection.cursor() as cursor:
        while piece := list(islice(rows, CHUNK)):
            text = "".join(reader.lines(piece))
            cursor.copy_expert(f"COPY enterprises_factimportrow ({columns}) FROM STDIN", StringIO(text))
            done += len(piece)
            if done >= HOPELESS and not reader.met:
                raise Refused(_("前 %(count)s 行都不能收：请看看列是不是选对了") % {"count": done})
            tell(_percent(done), _("已核对 %(done)s 行") % {"done": done})
    return done


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Rows are many lists and no cycles: Python's search for those in all that is loaded was half of the reading."""
    usual = gc.get_threshold()
    gc.set_threshold(50 * CHUNK, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _percent(done: int) -> int:
    """How many rows there are is known at the end only: the first tens of thousands are most of most files."""
    return 2 + int(75 * (1 - math.exp(-done / 40_000)))


def _compare(batch: FactImport) -> str:
    """Gives the rows that there are facts of their outcome; what a new row must have, these need not say again."""
    comparison = Comparison(batch.resource, batch.line, "file")
    rows = (
        "(SELECT id, enterprise_id AS firm, period, item, values FROM enterprises_factimportrow"
        f" WHERE batch_id = {batch.pk} AND enterprise_id IS NOT NULL)"
    )
    return f"""
        UPDATE enterprises_factimportrow r SET outcome = n.outcome, problems = '[]', raw = '[]'
        FROM (SELECT a.id, {comparison.outcome} AS outcome FROM {comparison.joined(rows)}) n WHERE r.id = n.id"""
