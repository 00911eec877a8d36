"""The period a row of facts is for: its first day, a day, or none for a register's item."""

import re
import unicodedata
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.files.tables import Unreadable, as_day, as_text
from portal.files.tables.values import Value

from ..measures import in_english
from ..models import Resource

Per = Resource.Per
MONTHS = {Per.MONTH: 1, Per.QUARTER: 3, Per.YEAR: 12}
FIRST = date(1980, 1, 1)
AHEAD = timedelta(days=366)  # quotas are set before their year begins
DAY_ONE = date(1899, 12, 30)  # of Excel's calendar
SERIALS = range(29_221, 73_051)  # 1 January 1980 to 31 December 2099 in it

YEAR = r"((?:19|20)\d\d)"
CHINESE = {"一": 1, "二": 2, "三": 3, "四": 4}
MONTH_FORMS = (
    re.compile(rf"{YEAR}\s*年\s*(\d{{1,2}})\s*月份?"),
    re.compile(rf"{YEAR}\s*[-/.]\s*(\d{{1,2}})"),
    re.compile(rf"{YEAR}(\d\d)"),
)
QUARTER_FORMS = (
    re.compile(rf"{YEAR}\s*年?\s*第?\s*([一二三四1-4])\s*季度?"),
    re.compile(rf"{YEAR}\s*年?\s*[-/.]?\s*q([1-4])"),
)
YEAR_FORM = re.compile(rf"{YEAR}\s*(?:年度?)?")


def first_of(day: date, per: str) -> date:
    """The first day of the month, quarter or year in which `day` lies; the day itself for what is as at a day."""
    months = MONTHS.get(Per(per))
    if months is None:
        return day
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def last_of(first: date, per: str) -> date:
    """The last day of the period that begins on `first`."""
    months = MONTHS.get(Per(per))
    if months is None:
        return first
    after = first.month - 1 + months
    return date(first.year + after // 12, after % 12 + 1, 1) - timedelta(days=1)


def read_period(value: Value, per: str) -> date | None:
    """The period's first day as a cell says it: 2026年9月, 202609, 2026-09, 2026年三季度, 2026, a date, Excel's number
    of a day. None for an empty cell. Raises Unreadable, also for what is no period of this length.
    """
    text = unicodedata.normalize("NFKC", as_text(value)).strip().lower()
    if not text:
        return None
    found = _said(text, per)
    if found is None:
        found = _day(value, text)
        if per in MONTHS and found != first_of(found, per) and found != last_of(first_of(found, per), per):
            raise Unreadable(text)  # 3 September is no month: the column is something else
        found = first_of(found, per)
    return found


def _said(text: str, per: str) -> date | None:
    if per == Per.YEAR and (year := YEAR_FORM.fullmatch(text)):
        return date(int(year[1]), 1, 1)
    for form in QUARTER_FORMS if per == Per.QUARTER else ():
        if said := form.fullmatch(text):
            quarter = CHINESE.get(said[2]) or int(said[2])
            return date(int(said[1]), 3 * quarter - 2, 1)
    for form in MONTH_FORMS if per in (Per.MONTH, Per.QUARTER) else ():
        if (said := form.fullmatch(text)) and 1 <= int(said[2]) <= 12:
            first = date(int(said[1]), int(said[2]), 1)
            if per == Per.QUARTER and first.month % 3 == 2:  # a quarter is named by its first or its last month
                raise Unreadable(text)
            return first_of(first, per)
    return None


def _day(value: Value, text: str) -> date:
    if text.isdecimal() and int(text) in SERIALS:
        return DAY_ONE + timedelta(days=int(text))
    day = as_day(value)
    assert day is not None  # the text is not empty
    return day


def fits(period: date | None, per: str, today: date) -> bool:
    """Whether a row of a resource may be for this period: on its first day, not long ago, not far ahead."""
    if per == Per.REGISTER:
        return period is None
    if period is None or not FIRST <= period <= today + AHEAD:
        return False
    return period == first_of(period, per)


def month_name(month: date) -> str:
    """`2026年9月`, `Sep 2026`."""
    if in_english():
        return date_format(month, "M Y")
    return _("%(year)s年%(month)s月") % {"year": month.year, "month": month.month}


def period_name(period: date | None, per: str) -> str:
    """`2026年9月` (`Sep 2026`), `2026年三季度` (`2026 Q3`), `2026年`, the day, or nothing for a register."""
    if period is None:
        return ""
    quarter = (period.month + 2) // 3
    named = {"year": period.year, "quarter": quarter if in_english() else "一二三四"[quarter - 1]}
    if per == Per.MONTH:
        return month_name(period)
    if per == Per.QUARTER:
        return _("%(year)s年%(quarter)s季度") % named
    if per == Per.YEAR:
        return _("%(year)s年") % named
    return period.isoformat()
