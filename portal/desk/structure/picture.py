"""The picture of a selection: all measures, one of them by its parts and over time, beside the year before (ENT-13)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from enterprises.models import Delivery, StaleFirm
from portal.desk.structure.dimensions import DIMENSIONS, LEVEL, NONE, TAG, Names
from portal.desk.structure.measures import (
    FIRMS,
    INTENSITY,
    TALENTS,
    Period,
    Source,
    Way,
    months_said,
    sources_for,
)
from portal.desk.structure.selecting import Selection
from portal.desk.structure.sums import Pair, Sum, Sums
from portal.desk.structure.town import Town
from portal.desk.structure.trends import trend
from portal.people.models import User

BARS = 12  # groups drawn; the table has all
ADDS_UP = {FIRMS, TALENTS}


@dataclass(frozen=True)
class Figure:
    """One measure, as a reader reads it."""

    source: Source
    pair: Pair
    span: Period | None
    url: str = ""
    current: bool = False

    @property
    def text(self) -> str:
        return said(self.source, self.pair.now)

    @property
    def before(self) -> str:
        return said(self.source, self.pair.before)

    @property
    def change(self) -> str:
        return changed(self.pair)

    @property
    def is_counted(self) -> bool:
        return self.source.code == FIRMS

    @property
    def when(self) -> str:
        """The months it stands for; empty where it has none."""
        if self.span is None:
            return ""
        return self.span.as_at if self.source.measure.way == Way.LAST else str(self.span)


def said(source: Source, one: Sum) -> str:
    return _("不足 3 家") if one.hidden else source.said(one.total)


def growth(pair: Pair) -> Decimal | None:
    """In percent; None where it says nothing."""
    now, before = pair.now.total, pair.before.total
    if now is None or before is None or before <= 0:
        return None
    return (Decimal(now) / Decimal(before) - 1) * 100


def changed(pair: Pair) -> str:
    """`+3.2%`; empty where it cannot be said."""
    percent = growth(pair)
    return "" if percent is None else f"{percent:+.1f}%"


@dataclass(frozen=True)
class Row:
    """One part of the selection."""

    key: str
    name: str
    firms: int
    pair: Pair
    share: Decimal | None
    source: Source
    deeper: str  # the picture of this part
    firms_url: str

    @property
    def text(self) -> str:
        return said(self.source, self.pair.now)

    @property
    def before(self) -> str:
        return said(self.source, self.pair.before)

    @property
    def change(self) -> str:
        return changed(self.pair)


def spans_of(sources: Sequence[Source], period: Period, today: date) -> dict[str, Period | None]:
    """Of the period the months that each measure has, so that no half year is laid beside a whole one.

    What is delivered by the year stands with the latest year there is; what has nothing of the period has None.
    """
    said, spans = months_said(sources, period.year), {}
    for source in sources:
        last, before = (said.get((source.key, year)) for year in (period.year, period.year - 1))
        spans[source.code] = _span(source, period, today, last, before)
    return spans


def _span(source: Source, period: Period, today: date, last: int | None, before: int | None) -> Period | None:
    """`last`: the last month of the period's year of which anything was said; `before`: of the year before."""
    if source.code in ADDS_UP:
        months = today.month if period.year >= today.year else 12
        return Period(period.year, period.first, max(period.first, min(period.last, months)))
    if source.measure.way == Way.YEAR:
        return Period(period.year if last else period.year - 1) if period.whole and (last or before) else None
    if last is None or last < period.first:
        return None
    return Period(period.year, period.first, min(period.last, last))


class Picture:
    """For one reader and selection: `measure` and `dimension` are what the page is cut by."""

    def __init__(
        self,
        user: User,
        selection: Selection,
        period: Period,
        measure: str,
        dimension: str,
        names: Names,
        now: datetime,
    ) -> None:
        self.selection, self.period, self.names, self.now = selection, period, names, now
        self.today = timezone.localdate(now)
        self.sources = sources_for(user)
        self.source = next((one for one in self.sources if one.code == measure), self.sources[0])
        self.dimension = dimension
        self.level = TAG if dimension == TAG else selection.level_of(dimension)

    @cached_property
    def spans(self) -> dict[str, Period | None]:
        return spans_of(self.sources, self.period, self.today)

    @cached_property
    def town(self) -> Town:
        return Town(self.names, self.today)

    @cached_property
    def sums(self) -> Sums:
        return Sums(self.town, self.sources, self.spans)

    @property
    def span(self) -> Period | None:
        return self.spans[self.source.code]

    @cached_property
    def figures(self) -> list[Figure]:
        """All measures of the selection; each leads to its own picture."""
        whole = self.sums.of_whole(self.selection)
        return [
            Figure(one, whole[one.code], self.spans[one.code], self.address(measure=one.code), one is self.source)
            for one in self.sources
        ]

    @property
    def figure(self) -> Figure:
        return next(figure for figure in self.figures if figure.current)

    @cached_property
    def rows(self) -> list[Row]:
        """The parts, the largest first; none at the end of a dimension."""
        if not self.level:
            return []
        counted = next(one for one in self.sources if one.code == FIRMS)
        firms = self.sums.by_part(self.selection, self.level, counted)
        pairs = firms if self.source is counted else self.sums.by_part(self.selection, self.level, self.source)
        whole = self.figure.pair.now.total
        rows = [
            self._row(key, firms.get(key, Pair()), pairs.get(key, Pair()), whole) for key in firms.keys() | pairs.keys()
        ]
        return sorted(
            rows, key=lambda row: (row.pair.now.total is None, -(row.pair.now.total or 0), -row.firms, row.key)
        )

    def _row(self, key: str, firms: Pair, pair: Pair, whole: Decimal | None) -> Row:
        total, share = pair.now.total, None
        if whole and total is not None and self.source.code != INTENSITY and self.level != TAG:
            share = Decimal(total) / Decimal(whole) * 100
        deeper = self.selection.with_key(self.level, key)
        return Row(
            key,
            self.names.coded(self.level, key),
            int(firms.now.total or 0),
            pair,
            share,
            self.source,
            "" if key == NONE else self.address(deeper),
            f"{self.firms_page}?{deeper.address()}",
        )

    @cached_property
    def trend(self) -> list[tuple[date, Any]]:
        if self.source.column is None or self.source.code == INTENSITY:
            return []
        return trend(self.sums, self.selection, self.source, self.today)

    # Ways on ----------------------------------------------------------------------------------------------------

    def address(self, selection: Selection | None = None, **other: str) -> str:
        asked = {"measure": self.source.code, "by": self.dimension, "period": self.period.code, **other}
        return f"{self.page}?{(self.selection if selection is None else selection).address(**asked)}"

    @cached_property
    def page(self) -> str:
        return reverse("structure:picture")

    @cached_property
    def firms_page(self) -> str:
        return reverse("structure:firms")

    @property
    def narrowed(self) -> list[tuple[str, str, str]]:
        """What the selection is narrowed to: name of the level, of the part, and the way back."""
        found = []
        for level, name in self.selection.parts(self.names):
            title = str(DIMENSIONS[TAG][0]) if level == TAG else str(LEVEL[level])
            found.append((title, name, self.address(self.selection.without(level))))
        return found

    @property
    def dimensions(self) -> list[tuple[str, str, bool]]:
        """Name, way, and whether it is the one shown; those that are at their end are left out."""
        return [
            (str(name), self.address(by=code), code == self.dimension)
            for code, (name, _levels) in DIMENSIONS.items()
            if code == TAG or self.selection.level_of(code)
        ]

    # What it says -----------------------------------------------------------------------------------------------

    @property
    def scope(self) -> str:
        return _("、").join(name for _level, name in self.selection.parts(self.names)) or _("全镇")

    @property
    def finding(self) -> str:
        """The largest part and how the whole moved, in one sentence."""
        figure, first = self.figure, next((row for row in self.rows if row.key != NONE), None)
        if figure.pair.now.total is None:
            named = {"scope": self.scope, "measure": self.source.measure}
            if figure.pair.now.hidden:
                return _("%(scope)s的%(measure)s不足 3 家，不单独显示") % named
            return _("%(scope)s在这一期间还没有%(measure)s") % named
        said = {"scope": self.scope, "measure": self.source.measure, "text": f"{figure.text} {self.source.unit}"}
        whole = _("%(scope)s%(measure)s %(text)s") % said + self._moved(figure)
        if first is None or first.share is None or first.share > 100:
            return whole
        return _("%(whole)s；%(name)s最多，占 %(share)s%%") % {
            "whole": whole,
            "name": self.names.of(self.level, first.key),
            "share": round(first.share),
        }

    def _moved(self, figure: Figure) -> str:
        percent = growth(figure.pair)
        if percent is None or self.source.code in ADDS_UP:
            return ""
        if abs(percent) < Decimal("0.05"):
            return _("，与上年同期持平")
        said = _("，比上年同期增 %(n)s%%") if percent > 0 else _("，比上年同期减 %(n)s%%")
        return said % {"n": f"{abs(percent):.1f}"}

    @cached_property
    def fresh(self) -> tuple[datetime | None, int]:
        """When the measure's facts last came, and how many firms are still to be reckoned."""
        latest = Delivery.objects.filter(resource=self.source.resource, undone_at=None).aggregate(at=Max("at"))["at"]
        return latest, StaleFirm.objects.count()

    @property
    def charts(self) -> dict[str, Any]:
        drawn = [row for row in self.rows if row.pair.now.total is not None][:BARS]

        def shown(one: Sum) -> float | None:
            return None if one.total is None else round(float(self.source.shown(one.total)), 3)

        charts: dict[str, Any] = {
            "parts": {
                "kind": "bars",
                "apart": True,
                "names": [row.name for row in drawn],
                "series": [
                    {"name": _("上年同期"), "tone": "edge", "values": [shown(row.pair.before) for row in drawn]},
                    {"name": str(self.span), "tone": "lake", "values": [shown(row.pair.now) for row in drawn]},
                ],
            }
        }
        if len(self.trend) > 1:
            values = [
                None if total is None else round(float(self.source.shown(total)), 3) for _day, total in self.trend
            ]
            by_year = self.source.measure.way == Way.YEAR
            names = [f"{day:%Y}" if by_year else f"{day:%Y-%m}" for day, _total in self.trend]
            series = [{"name": str(self.source.measure), "tone": "lake", "values": values}]
            charts["trend"] = {"kind": "columns" if by_year else "line", "names": names, "series": series}
        return charts

    # As a file --------------------------------------------------------------------------------------------------

    def columns(self) -> list[str]:
        unit = {"unit": self.source.unit}
        return [
            str(LEVEL[self.level]) if self.level in LEVEL else _("标签"),
            _("企业数"),
            _("有数据的企业"),
            f"{self.source.measure}（{self.source.unit}）",
            _("占比(%)"),
            _("上年同期（%(unit)s）") % unit,
            _("同比(%)"),
        ]

    def cells(self) -> Iterator[list[Any]]:
        for row in self.rows:
            yield [row.name, row.firms, *self._cells(row.pair, row.share)]
        whole = self.figure.pair
        firms = next(figure for figure in self.figures if figure.is_counted)
        yield [self.scope, int(firms.pair.now.total or 0), *self._cells(whole, None)]

    def _cells(self, pair: Pair, share: Decimal | None) -> list[Any]:
        def cell(one: Sum) -> Any:
            if one.hidden:
                return said(self.source, one)
            return None if one.total is None else round(self.source.shown(one.total), 4)

        percent = growth(pair)
        n = None if pair.now.hidden else pair.now.n
        return [n, cell(pair.now), share and round(share, 2), cell(pair.before), percent and round(percent, 2)]
