"""The State Council's yearly notices: those shipped with the portal, and new ones from a file (DL-2)."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps as installed
from django.apps.registry import Apps
from django.db import transaction
from django.utils.translation import gettext as _

from portal.worktime.statutory import DATA, FIRST_YEAR, LAST_YEAR, holidays_not_off
from portal.worktime.words import holiday

DEFAULT_HOURS = [["08:30", "11:30"], ["13:00", "17:00"]]  # DL-1
BEGINNING = date(FIRST_YEAR, 1, 1)


class BadNotice(ValueError):
    """A notice that cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class NoticeDay:
    date: date
    working: bool
    name: str


@dataclass(frozen=True, slots=True)
class Notice:
    """One year's arrangement: the days off and the make-up working days, and where it was published."""

    year: int
    source: str
    days: tuple[NoticeDay, ...]

    def __post_init__(self) -> None:
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            said = {"year": self.year, "first": FIRST_YEAR, "last": LAST_YEAR}
            raise BadNotice(_("%(year)s 年不在日历里，日历只到 %(first)s–%(last)s 年") % said)
        if not self.days:
            raise BadNotice(_("%(year)s 年的通知里没有一天") % {"year": self.year})
        seen: set[date] = set()
        for day in self.days:
            # A notice reaches over the turn of the year, never further.
            if abs((day.date - date(self.year, 7, 1)).days) > 200:
                raise BadNotice(_("%(day)s 不属于 %(year)s 年的通知") % {"day": day.date, "year": self.year})
            if day.date in seen:
                raise BadNotice(_("%(day)s 在 %(year)s 年的通知里出现了两次") % {"day": day.date, "year": self.year})
            seen.add(day.date)
        if not all(text.isprintable() for text in (self.source, *(day.name for day in self.days))):
            raise BadNotice(_("%(year)s 年的通知里，名称或出处有不能显示的字符") % {"year": self.year})

    def check_complete(self) -> None:
        """Raises BadNotice where a public holiday is missing: its days would become working days without a word."""
        off, worked = ({day.date for day in self.days if day.working is works} for works in (False, True))
        if names := holidays_not_off(self.year, off, worked):
            said = {"year": self.year, "names": _("、").join(map(holiday, names))}
            raise BadNotice(
                _("%(year)s 年的通知里，%(names)s的假没有写全；国务院的通知一年一份，请把全年的放假和调休都写上") % said
            )


def shipped() -> list[Notice]:
    """The notices that come with the portal."""
    sources: dict[int, list[str]] = {}
    days: dict[int, list[NoticeDay]] = {}
    with (DATA / "sources.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            sources.setdefault(int(row["year"]), []).append(row["notice"])
    with (DATA / "notices.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            day = NoticeDay(date.fromisoformat(row["date"]), row["working"] == "1", row["name"])
            days.setdefault(int(row["year"]), []).append(day)
    return [Notice(year, " ".join(sources[year]), tuple(days[year])) for year in sorted(days)]


def from_json(content: bytes, name: str) -> Notice:
    """A notice from `{"year", "papers": [url], "days": [{"name", "date", "isOffDay"}]}`; raises BadNotice."""
    try:
        found = json.loads(content)
        days = tuple(
            NoticeDay(_date(day["date"]), not _flag(day["isOffDay"]), _text(day["name"])[:40]) for day in found["days"]
        )
        return Notice(int(found["year"]), " ".join(map(_text, found.get("papers", [])))[:300], days)
    except BadNotice:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise BadNotice(_("“%(name)s”不是放假通知的 JSON 文件") % {"name": name}) from error


def _text(value: Any) -> str:
    return " ".join(str(value).split())


def _date(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (ValueError, TypeError):
        raise BadNotice(_("“%(text)s”不是日期，要写成 2026-10-01 这样") % {"text": str(value)[:40]}) from None


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadNotice(_("isOffDay 只能是 true 或 false"))
    return value


def load_missing(apps: Apps = installed) -> list[int]:
    """Load the shipped notices of years the database has none of, and office hours if it has none; returns the years.

    What an administrator has entered or corrected is left alone. Raises LookupError where the tables do not exist.
    """
    CalendarDay = apps.get_model("worktime", "CalendarDay")
    OfficeHours = apps.get_model("worktime", "OfficeHours")
    with transaction.atomic():
        known = set(CalendarDay.objects.filter(origin="notice").values_list("year", flat=True))
        missing = [notice for notice in shipped() if notice.year not in known]
        _insert(CalendarDay, missing)
        _, begun = OfficeHours.objects.get_or_create(valid_from=BEGINNING, defaults={"spans": DEFAULT_HOURS})
        if missing or begun:
            _changed(apps)
    return [notice.year for notice in missing]


def replace(notice: Notice) -> bool:
    """Put a notice in the place of its year's former one; False when nothing differs. Local days stay."""
    from portal.worktime.models import CalendarDay, CalendarVersion, Origin

    with transaction.atomic():
        CalendarVersion.objects.select_for_update(no_key=True).first()  # one change of the calendar at a time
        former = CalendarDay.objects.filter(origin=Origin.NOTICE, year=notice.year)
        rows = set(former.values_list("date", "working", "name", "source"))
        if rows == {(day.date, day.working, day.name, notice.source) for day in notice.days}:
            return False
        former.delete()
        _insert(CalendarDay, [notice])
        _changed(installed)
    return True


def _insert(CalendarDay: Any, notices: Iterable[Notice]) -> None:
    rows = [
        CalendarDay(
            date=day.date,
            working=day.working,
            name=day.name,
            origin="notice",
            year=notice.year,
            source=notice.source,
        )
        for notice in notices
        for day in notice.days
    ]
    CalendarDay.objects.bulk_create(rows)


def _changed(apps: Apps) -> None:
    from portal.worktime import calendar

    calendar.changed(apps)
