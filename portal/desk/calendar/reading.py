"""A State Council notice from a file: JSON as it is shared, or a table with one row for each day or stretch of days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import IO

from django.utils.translation import gettext as _

from portal.files.tables import Headed, Unreadable, as_day, as_text, find_headings, open_table
from portal.people.refusal import Refused
from portal.worktime import gazette
from portal.worktime.gazette import BadNotice, Notice, NoticeDay

MAX_BYTES = 1024 * 1024  # a notice is a page of text
LONGEST = 31  # days of one row

DATE, LAST, NAME, KIND = "date", "last", "name", "kind"
HEADINGS = {
    "日期": DATE,
    "开始日期": DATE,
    "起始日期": DATE,
    "date": DATE,
    "结束日期": LAST,
    "截止日期": LAST,
    "until": LAST,
    "节日": NAME,
    "节假日": NAME,
    "名称": NAME,
    "name": NAME,
    "类型": KIND,
    "安排": KIND,
    "上班或休息": KIND,
    "kind": KIND,
}
KINDS = {
    "休息": False,
    "放假": False,
    "休": False,
    "off": False,
    "上班": True,
    "调休上班": True,
    "补班": True,
    "班": True,
    "work": True,
}


def read_notice(file: IO[bytes], name: str, source: str = "") -> Notice:
    """The notice in a file; what it is says its content. Raises Refused with a sentence that names what is wrong."""
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise Refused(_("“%(name)s”太大，放假通知不会超过 1 MB。") % {"name": name})
    file.seek(0)
    try:
        if content.lstrip()[:1] == b"{":
            found = gazette.from_json(content, name)
        else:
            found = _from_table(file, name)
        notice = Notice(found.year, found.source or source, found.days)
        notice.check_complete()
        return notice
    except BadNotice as error:
        raise Refused(_("%(why)s。") % {"why": error}) from error


def _from_table(file: IO[bytes], name: str) -> Notice:
    headed = find_headings(open_table(file, name), HEADINGS)
    columns = _columns(headed.headings) if headed else {}
    if headed is None or not {DATE, NAME, KIND} <= columns.keys():
        raise Refused(_("“%(name)s”要有“日期”“名称”“类型”三列，类型写“休息”或“上班”。") % {"name": name})
    days = tuple(_days(headed, columns))
    years = Counter(day.date.year for day in days)
    if not years:
        raise Refused(_("“%(name)s”里没有一天。") % {"name": name})
    return Notice(years.most_common(1)[0][0], "", days)


def _columns(headings: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, heading in enumerate(headings):
        meaning = HEADINGS.get(heading.strip().lower())
        if meaning:
            found.setdefault(meaning, place)
    return found


def _days(headed: Headed, columns: dict[str, int]) -> Iterator[NoticeDay]:
    for number, cells in headed.rows:
        row = {meaning: cells[place] if place < len(cells) else None for meaning, place in columns.items()}
        try:
            first, last = as_day(row[DATE]), as_day(row.get(LAST))
        except Unreadable as error:
            raise Refused(_("第 %(n)s 行的日期“%(value)s”读不出来。") % {"n": number, "value": error}) from error
        kind = KINDS.get(as_text(row[KIND]).strip().lower())
        if first is None or kind is None:
            raise Refused(_("第 %(n)s 行要有日期，类型写“休息”或“上班”。") % {"n": number})
        last = last or first
        if not first <= last < first + timedelta(days=LONGEST):
            raise Refused(_("第 %(n)s 行的结束日期不对。") % {"n": number})
        for offset in range((last - first).days + 1):
            yield _named(first + timedelta(days=offset), kind, as_text(row[NAME]), number)


def _named(day: date, working: bool, name: str, number: int) -> NoticeDay:
    name = " ".join(name.split())  # a cell may hold two lines
    if not name:
        raise Refused(_("第 %(n)s 行没有写名称。") % {"n": number})
    return NoticeDay(day, working, name[:40])
