"""The town's classes of problems (类案): categories by month, common problems by month, their measures (APP-16).

Confidential matters are in no number of it, whoever asks (APP-18).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.desk.figures.periods import Period, months_up_to
from portal.people.models import User
from portal.worktime import words
from portal.worktime.calendar import SHANGHAI
from requests.models import Category, CommonProblem, Ticket

MONTHS = 12
RECENT = 3  # full months that are compared with as many before them
FEW = 3  # a rise by less says nothing


@dataclass
class Cell:
    n: int
    url: str


@dataclass
class Row:
    """One category: its months, and the last full three beside the three before."""

    name: str
    code: str
    cells: list[Cell]
    recent: int
    before: int
    problems: int  # common problems of this category, whenever they were opened
    problems_url: str

    @property
    def total(self) -> int:
        return sum(cell.n for cell in self.cells)

    @property
    def rise(self) -> int:
        return self.recent - self.before

    @property
    def trend(self) -> str:
        """“多 4 件”, “少 2 件”, “持平”."""
        if not self.rise:
            return _("持平")
        said = _("多 %(n)s 件") if self.rise > 0 else _("少 %(n)s 件")
        return said % {"n": abs(self.rise)}


@dataclass
class Month:
    """Common problems of a month: opened in it, and decided in it."""

    period: Period
    opened: Cell
    decided: Cell


class Classes:
    """The picture at an instant, for one reader, of what he may list; four queries."""

    def __init__(self, user: User, now: datetime) -> None:
        self.now = now
        self.months = months_up_to(words.local_day(now), MONTHS)
        self.tickets = Ticket.objects.visible_to(user).filter(confidential=False)
        self.problems = CommonProblem.objects.visible_to(user)

    @cached_property
    def rows(self) -> list[Row]:
        """The categories in which there was something, the one of most matters first; those without one last."""
        counts, common = self._counts(), self._problems_by_category()
        named: list[tuple[int | None, str, str]] = [(c.pk, str(c), c.code) for c in Category.objects.all()]
        named.append((None, _("未分类"), "null"))
        rows = [
            self._row(pk, name, code, counts[pk], common[pk]) for pk, name, code in named if counts[pk] or common[pk]
        ]
        return sorted(rows, key=lambda row: (row.code == "null", -row.total, row.code))

    def _row(self, pk: int | None, name: str, code: str, counts: dict[date, int], problems: int) -> Row:
        cells = [Cell(counts.get(m.first, 0), _tickets(pk or "null", m)) for m in self.months]
        full = [cell.n for cell in cells[:-1]]
        asked = {"tab": "all", "category": "none" if code == "null" else code}
        url = f"{reverse('requests:problems')}?{urlencode(asked)}"
        return Row(name, code, cells, sum(full[-RECENT:]), sum(full[-2 * RECENT : -RECENT]), problems, url)

    def _counts(self) -> dict[int | None, dict[date, int]]:
        found: dict[int | None, dict[date, int]] = defaultdict(dict)
        filed = self.tickets.filter(filed_at__gte=self.months[0].since, filed_at__lt=self.months[-1].until)
        by_month = filed.order_by().annotate(month=TruncMonth("filed_at", tzinfo=SHANGHAI))
        for category, month, n in by_month.values_list("category", "month").annotate(n=Count("pk")):
            found[category][month.date()] = n
        return found

    def _problems_by_category(self) -> dict[int | None, int]:
        counts = self.problems.order_by().values_list("category").annotate(n=Count("pk"))
        return defaultdict(int, dict(counts))

    @cached_property
    def by_month(self) -> list[Month]:
        opened, decided = self._by_month("opened_at"), self._by_month("decided_at")
        return [
            Month(
                m,
                Cell(opened.get(m.first, 0), _problems("opened", m)),
                Cell(decided.get(m.first, 0), _problems("decided", m)),
            )
            for m in self.months
        ]

    def _by_month(self, field: str) -> dict[date, int]:
        since = {f"{field}__gte": self.months[0].since, f"{field}__lt": self.months[-1].until}
        rows = self.problems.filter(**since).order_by().annotate(month=TruncMonth(field, tzinfo=SHANGHAI))
        return {month.date(): n for month, n in rows.values_list("month").annotate(n=Count("pk"))}

    # Sentences and charts ---------------------------------------------------------------------------------------

    @property
    def finding(self) -> str:
        """The classes that rose most, if any did; else that of most matters."""
        rows = [row for row in self.rows if row.code != "null"]
        if not rows or not any(row.total for row in rows):
            return _("一年里没有诉求")
        rise = max(row.rise for row in rows)
        risen = [row.name for row in rows if row.rise == rise]
        if rise >= FEW and len(risen) > 1:
            return _("%(names)s比前三个月各多 %(n)s 件，涨得最多") % {"names": _("、").join(risen), "n": rise}
        if rise >= FEW:
            return _("%(name)s比前三个月多 %(n)s 件，涨得最多") % {"name": risen[0], "n": rise}
        return _("%(name)s最多，一年 %(n)s 件，没有哪一类明显上升") % {"name": rows[0].name, "n": rows[0].total}

    @property
    def measures_finding(self) -> str:
        opened, decided = (sum(getattr(m, key).n for m in self.by_month) for key in ("opened", "decided"))
        if not opened and not decided:
            return _("一年里没有列出共性问题")
        said = ngettext("一年列出 %(n)s 个共性问题", "一年列出 %(n)s 个共性问题", opened) % {"n": opened}
        return _("%(said)s，%(m)s 个定了措施") % {"said": said, "m": decided}

    @property
    def charts(self) -> dict[str, Any]:
        """What the scripts draw; the tables beside them say the same."""
        rows = [row for row in self.rows if row.recent or row.before]
        names = [words.month(month.period.first) for month in self.by_month]
        return {
            "classes": {
                "kind": "bars",
                "apart": True,
                "names": [row.name for row in rows],
                "series": [
                    {"name": _("再前三个月"), "tone": "edge", "values": [row.before for row in rows]},
                    {"name": _("前三个月"), "tone": "lake", "values": [row.recent for row in rows]},
                ],
            },
            "problems": {
                "kind": "columns",
                "names": names,
                "series": [
                    {"name": _("列出"), "tone": "edge", "values": [m.opened.n for m in self.by_month]},
                    {"name": _("定了措施"), "tone": "lake", "values": [m.decided.n for m in self.by_month]},
                ],
            },
        }

    # As a file --------------------------------------------------------------------------------------------------

    def columns(self) -> list[str]:
        months = [f"{month.first:%Y-%m}" for month in self.months]
        return [_("类别"), *months, _("合计"), _("前三个月"), _("再前三个月"), _("共性问题")]

    def cells(self) -> Iterator[list[Any]]:
        for row in self.rows:
            yield [row.name, *(cell.n for cell in row.cells), row.total, row.recent, row.before, row.problems]
        yield [_("列出的共性问题"), *(month.opened.n for month in self.by_month)]
        yield [_("定了措施的共性问题"), *(month.decided.n for month in self.by_month)]


def _tickets(category: int | str, month: Period) -> str:
    return f"{reverse('requests:list')}?{urlencode({'category': category, **month.query('filed')})}"


def _problems(field: str, month: Period) -> str:
    return f"{reverse('requests:problems')}?{urlencode({'tab': 'all', field: f'{month.first:%Y-%m}'})}"
