"""Rows on their way in: put into a table of the transaction by COPY, their values kept as numbers (`measures`)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from io import StringIO
from itertools import islice

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from portal.people.refusal import Refused

from ..measures import Kind, Plain, kept
from ..models import UNKNOWN, Resource, ResourceColumn, Word
from .periods import fits

CHUNK = 20_000
TABLE = "arriving_facts"
WORDED = (Kind.TEXT, Kind.CHOICE)
LONGEST_TEXT = Word._meta.get_field("text").max_length or 0
LONGEST_ITEM = 80
NULL = "\\N"
ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})

# A firm, a period or None, an item or "", and what the columns say. A column that is left out says nothing; None
# takes away what is there.
Row = tuple[int, date | None, str, Mapping[str, Plain | int | None]]
# The same with kept numbers by place: None says nothing, UNKNOWN takes away.
KeptRow = tuple[int, date | None, str, Sequence[int | None]]


class Words(dict[str, int]):
    """The numbers of texts, made where they are missing; grows with what is asked for."""

    def learn(self, texts: set[str]) -> None:
        unknown = texts - self.keys()
        if not unknown:
            return
        if odd := next((text for text in unknown if "\0" in text), None):
            raise Refused(_("“%(text)s”含有不能保存的字符") % {"text": odd.replace("\0", "")[:20]})
        if too_long := next((text for text in unknown if len(text) > LONGEST_TEXT), None):
            raise Refused(_("“%(text)s…”太长：最多 %(most)s 字") % {"text": too_long[:20], "most": LONGEST_TEXT})
        self._read(unknown)
        if missing := unknown - self.keys():
            Word.objects.bulk_create([Word(text=text) for text in sorted(missing)], ignore_conflicts=True)
            self._read(missing)

    def _read(self, texts: set[str]) -> None:
        self.update(Word.objects.filter(text__in=texts).values_list("text", "pk"))


def kept_rows(resource: Resource, rows: Iterable[Row], today: date) -> Iterator[KeptRow]:
    """Each row's values by the places of the resource's columns. Raises Refused for what does not fit, naming it."""
    columns = {column.code: column for column in resource.columns.all()}
    width, words, rows = width_of(columns.values()), Words(), iter(rows)
    while chunk := list(islice(rows, CHUNK)):
        words.learn(_texts(columns, chunk))
        for firm, period, item, values in chunk:
            demand_key(resource, period, item, today)
            placed: list[int | None] = [None] * width
            for code, value in values.items():
                if code not in columns:
                    raise Refused(_("“%(resource)s”没有“%(code)s”这一项") % {"resource": resource, "code": code})
                column = columns[code]
                placed[column.place - 1] = UNKNOWN if value is None else kept(column.measure, value, words)
            yield firm, period, item, placed


def width_of(columns: Iterable[ResourceColumn]) -> int:
    return max((column.place for column in columns), default=0)


def _texts(columns: Mapping[str, ResourceColumn], rows: Iterable[Row]) -> set[str]:
    worded = [code for code, column in columns.items() if column.measure.kind in WORDED]
    found = (values.get(code) for _firm, _period, _item, values in rows for code in worded)
    return {text for text in found if isinstance(text, str)}


def demand_key(resource: Resource, period: date | None, item: str, today: date) -> None:
    """Raises Refused where a row's period or item is none of this resource's."""
    if not fits(period, resource.per, today):
        raise Refused(_("“%(resource)s”的所属期不对：%(period)s") % {"resource": resource, "period": period or "—"})
    if bool(item) != bool(resource.item) or len(item) > LONGEST_ITEM or not item.isprintable():
        raise Refused(
            _("“%(resource)s”的每一行要有区分项，且不超过 80 字：%(item)s") % {"resource": resource, "item": item}
        )


@transaction.atomic
def stage(resource: Resource, rows: Iterable[KeptRow]) -> None:
    """Put the rows into TABLE, which lasts as long as the transaction. Raises Refused for two rows of one key."""
    rows = iter(rows)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{TABLE}")
        cursor.execute(
            f"CREATE TEMP TABLE {TABLE} (firm bigint NOT NULL, period date, item text NOT NULL,"
            " values bigint[] NOT NULL) ON COMMIT DROP"
        )
        while text := "".join(map(_line, islice(rows, CHUNK))):
            cursor.copy_expert(f"COPY {TABLE} FROM STDIN", StringIO(text))
        try:
            with transaction.atomic():
                cursor.execute(f"CREATE UNIQUE INDEX ON {TABLE} (firm, period, item) NULLS NOT DISTINCT")
        except IntegrityError as error:
            raise Refused(_("“%(resource)s”有两行是同一家企业的同一项") % {"resource": resource}) from error
        cursor.execute(f"ANALYZE {TABLE}")


def _line(row: KeptRow) -> str:
    firm, period, item, values = row
    array = ",".join("NULL" if value is None else str(value) for value in values)
    return f"{firm}\t{period or NULL}\t{item.translate(ESCAPED)}\t{{{array}}}\n"
