"""The dashboard as data: the measures of the whole with the year before, of every dimension, and of twelve months."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from portal.desk.figures.counting import NOWHERE, Months, Report, Tally
from portal.desk.figures.measures import GOAL, MEASURE, MEASURES, Measure, Query, Rate, late_scope, scope_of, unit_of
from portal.desk.figures.periods import Period, months_up_to
from portal.desk.figures.picture import Picture
from portal.desk.figures.readers import Reader, under
from portal.people.models import Department
from portal.worktime import words

COLUMNS = tuple(
    MEASURE[key] for key in ("open", "late", "filed", "closed", "quick", "on_time", "resolved", "satisfied", "days")
)
NEEDS_DENOMINATOR = ("quick", "on_time", "resolved", "satisfied")


@dataclass
class Shown:
    """A measure with its value, as a page shows it; the addresses are empty where the reader may not list."""

    measure: Measure
    value: float | int | None
    part: int | None
    whole: int | None
    url: str = ""
    whole_url: str = ""
    before: float | int | None = None

    @property
    def text(self) -> str:
        return "—" if self.value is None else f"{self.value:,}"

    @property
    def unit(self) -> str:
        return "" if self.value is None else unit_of(self.measure.unit, self.value)

    @property
    def before_text(self) -> str:
        if self.before is None:
            return "—"
        return (
            f"{self.before:,}{'' if self.measure.unit == 'percent' else ' '}{unit_of(self.measure.unit, self.before)}"
        )

    @property
    def is_rate(self) -> bool:
        return self.measure.key in NEEDS_DENOMINATOR


@dataclass
class Row:
    name: str
    key: Any
    tally: Tally
    cells: list[Shown] = field(default_factory=list)

    @property
    def html(self) -> SafeString:
        """Its cells; joined here, because a template takes ten times as long over some hundred of them."""
        return mark_safe("".join(_cell(cell) for cell in self.cells))


def _cell(shown: Shown) -> SafeString:
    """Numbers and an address of our own making: nothing in them comes from a person, only `&` is to be escaped."""
    late = " is-late" if shown.measure.key == "late" and shown.value else ""
    percent = "%" if shown.is_rate and shown.value is not None else ""
    value, url = shown.text + percent, shown.url.replace("&", "&amp;")
    link = f'<a href="{url}">{value}</a>' if url else value
    of = f"<small>/{shown.whole}</small>" if shown.is_rate else ""
    return mark_safe(f'<td class="n{late}">{link}{of}</td>')


@dataclass
class Breakdown:
    """One dimension: a sentence, its rows, and what its chart draws."""

    key: str
    title: str
    finding: str
    rows: list[Row]

    @cached_property
    def chart(self) -> dict[str, Any]:
        shown = [row for row in self.rows if row.tally.open or row.tally.late][:12]
        return {
            "kind": "bars",
            "names": [row.name for row in shown],
            "series": [
                {
                    "name": _("时限内"),
                    "tone": "lake",
                    "values": [row.tally.open - row.tally.late + row.tally.beside for row in shown],
                },
                {"name": _("超期"), "tone": "late", "values": [row.tally.late for row in shown]},
            ],
        }


class Board:
    """Everything the dashboard of one reader shows, of a department and those below it or of all he reads."""

    def __init__(self, reader: Reader, department: Department | None, period: Period, now: datetime) -> None:
        self.reader, self.period, self.now = reader, period, now
        self.today = words.local_day(now)
        self.tickets = under(reader.tickets, department)
        self.scope: Query = {"under": department.pk} if department else {}
        self.before = period.a_year_before(self.today)
        self.picture = Picture(self.tickets, now, self.scope)

    @cached_property
    def report(self) -> Report:
        return Report(self.tickets, [self.period, self.before], self.picture.areas)

    @cached_property
    def months(self) -> Months:
        return Months(self.tickets, months_up_to(min(self.period.last, self.today)))

    # The whole --------------------------------------------------------------------------------------------------

    @cached_property
    def whole(self) -> Tally:
        tally = self.report.whole()
        tally.open, tally.late = self.picture.open.total
        return tally

    @cached_property
    def headline(self) -> list[Shown]:
        """Every measure of the whole; what is open has no year before."""
        last_year = self.report.whole(1)
        shown = [self._shown(measure, self.whole) for measure in MEASURES]
        for one in shown:
            one.before = None if one.measure.basis == "open" else one.measure.value(last_year)
        return shown

    def _shown(self, measure: Measure, tally: Tally) -> Shown:
        part, whole = measure.counts(tally)
        shown = Shown(measure, measure.value(tally), part, whole, self._links.get(measure.key, ""))
        if measure.basis in self.reader.opens:
            shown.whole_url = measure.whole_url(self.period, self.scope)
        return shown

    @cached_property
    def _links(self) -> dict[str, str]:
        """The list of each measure of the whole, of those that the reader may list."""
        return {
            measure.key: measure.url(self.period, self.scope)
            for measure in MEASURES
            if (measure.key if measure.basis == "open" else measure.basis) in self.reader.opens
        }

    @property
    def finding(self) -> str:
        """“本月办结 58 件，按时办结率 94.8%，比去年同期高 2.1 个百分点”."""
        now, before = MEASURE["on_time"].value(self.whole), MEASURE["on_time"].value(self.report.whole(1))
        said = {"period": self.period.name, "n": self.whole.closed, "rate": now}
        if now is None:
            return _("%(period)s还没有办结的诉求") % said
        if before is None:
            return _("%(period)s办结 %(n)s 件，按时办结率 %(rate)s%%") % said
        step = round(now - before, 1)
        said["step"] = abs(step)
        if not step:
            return _("%(period)s办结 %(n)s 件，按时办结率 %(rate)s%%，和去年同期一样") % said
        if step > 0:
            return _("%(period)s办结 %(n)s 件，按时办结率 %(rate)s%%，比去年同期高 %(step)s 个百分点") % said
        return _("%(period)s办结 %(n)s 件，按时办结率 %(rate)s%%，比去年同期低 %(step)s 个百分点") % said

    # By dimension -----------------------------------------------------------------------------------------------

    @cached_property
    def breakdowns(self) -> list[Breakdown]:
        titles = {
            "department": _("按主办部门"),
            "category": _("按类别"),
            "area": _("按服务片区"),
            "channel": _("按渠道"),
        }
        return [self._breakdown(key, title) for key, title in titles.items()]

    def _breakdown(self, dimension: str, title: str) -> Breakdown:
        tallies = self.report.by(dimension)
        for key, (total, late, beside) in self._open(dimension):
            tally = tallies.setdefault(key, Tally())
            tally.open, tally.late, tally.beside = total, late, beside
        rows = [Row(self.name_of(dimension, key), key, tally) for key, tally in tallies.items()]
        rows.sort(key=lambda row: (-row.tally.late, -row.tally.open, -row.tally.closed, row.name))
        for row in rows:
            row.cells = self._cells(row.tally, dimension, row.key)
        return Breakdown(dimension, title, _finding(rows), rows)

    def _cells(self, tally: Tally, dimension: str, key: Any) -> list[Shown]:
        found, here, late = [], urlencode(scope_of(dimension, key)), urlencode(late_scope(dimension, key))
        for measure in COLUMNS:
            link, narrowed = self._links.get(measure.key), late if measure.key == "late" else here
            url = f"{link}&{narrowed}" if link else ""
            found.append(Shown(measure, measure.value(tally), *measure.counts(tally), url))
        return found

    def _open(self, dimension: str) -> Iterable[tuple[Any, tuple[int, int, int]]]:
        """Of each value what is open, what is late, and of that what a department is late with as a co-handler."""
        if dimension != "department":
            return [(key, (total, late, 0)) for key, (total, late) in self.picture.open.by(dimension).items()]
        return [(key, (t.open, t.late, t.beside)) for key, t in self.picture.open.departments.items()]

    def name_of(self, dimension: str, key: Any) -> str:
        if dimension == "area" and key == NOWHERE:
            return _("不在任何片区")
        if key is None:
            return _("服务中心") if dimension == "department" else _("未分类")
        return str(self.picture.names[dimension].get(key, key))

    # Over time --------------------------------------------------------------------------------------------------

    @property
    def trend(self) -> list[tuple[Period, Tally, float | None]]:
        return [
            (month, tally, Rate(tally.on_time, tally.closed).percent)
            for month, tally in zip(self.months.months, self.months.tallies, strict=True)
        ]

    @property
    def flow_finding(self) -> str:
        """“十二个月新增 764 件，办结 700 件”."""
        tallies = self.months.tallies
        counts = {"filed": sum(tally.filed for tally in tallies), "closed": sum(tally.closed for tally in tallies)}
        return _("十二个月新增 %(filed)s 件，办结 %(closed)s 件") % counts

    @property
    def rate_finding(self) -> str:
        """“按时办结率最高 97.2%（6月），最低 90.1%（4月）”."""
        rates = [(rate, words.month(month.first)) for month, _tally, rate in self.trend if rate is not None]
        if not rates:
            return _("十二个月里没有办结的诉求")
        top, low = max(rates, key=lambda one: one[0]), min(rates, key=lambda one: one[0])
        said = {"top": top[0], "top_month": top[1], "low": low[0], "low_month": low[1]}
        return _("按时办结率最高 %(top)s%%（%(top_month)s），最低 %(low)s%%（%(low_month)s）") % said

    @property
    def charts(self) -> dict[str, Any]:
        """What the scripts draw; the tables beside them say the same."""
        trend = self.trend
        names = [words.month(month.first) for month, _tally, _rate in trend]
        flow = [
            {"name": _("新增"), "tone": "edge", "values": [tally.filed for _month, tally, _rate in trend]},
            {"name": _("办结"), "tone": "lake", "values": [tally.closed for _month, tally, _rate in trend]},
        ]
        rate = [{"name": _("按时办结率"), "tone": "lake", "values": [rate for _month, _tally, rate in trend]}]
        goal = {"value": GOAL, "name": _("目标 %(goal)s") % {"goal": f"{GOAL}%"}}
        return {
            "flow": {"kind": "columns", "names": names, "series": flow},
            "rate": {"kind": "line", "names": names, "series": rate, "goal": goal, "unit": "%"},
            **{one.key: one.chart for one in self.breakdowns},
        }

    # As a file --------------------------------------------------------------------------------------------------

    def columns(self) -> list[str]:
        heads = [_("分组"), _("名称")]
        for measure in MEASURES:
            heads.append(f"{measure.title}（{unit_of(measure.unit, 2)}）")
            if measure.key in NEEDS_DENOMINATOR:
                heads += [_("%(name)s：分子") % {"name": measure.title}, _("%(name)s：分母") % {"name": measure.title}]
        return heads

    def cells(self) -> Iterator[list[Any]]:
        """The whole, the year before, and each value of each dimension; a rate with both of its counts."""
        yield [_("合计"), self.period.days, *_numbers(self.whole)]
        yield [_("去年同期"), self.before.days, *_numbers(self.report.whole(1), without_open=True)]
        for breakdown in self.breakdowns:
            for row in breakdown.rows:
                yield [breakdown.title, row.name, *_numbers(row.tally)]


def _numbers(tally: Tally, *, without_open: bool = False) -> Iterator[Any]:
    for measure in MEASURES:
        yield None if without_open and measure.basis == "open" else measure.value(tally)
        if measure.key in NEEDS_DENOMINATOR:
            yield from measure.counts(tally)


def _finding(rows: list[Row]) -> str:
    """The sentence above a table: who has most that is late, else most that is open."""
    if not rows:
        return _("期间没有诉求，现在也没有在办的")
    top = rows[0]
    if top.tally.late:
        return _("%(name)s %(n)s 件在办，%(late)s 件超期，超期最多") % {
            "name": top.name,
            "n": top.tally.open,
            "late": top.tally.late,
        }
    if top.tally.open:
        return _("%(name)s在办最多，%(n)s 件，没有超期") % {"name": top.name, "n": top.tally.open}
    return _("现在没有在办的")
