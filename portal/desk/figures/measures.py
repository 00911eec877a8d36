"""The named measures: what each counts, out of what, and the filters of the list that show exactly those tickets.

Every page, the dashboard and its export read their numbers here, so one name is one number wherever it stands (SUP-2).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext, npgettext

from portal.desk.figures.counting import NOWHERE, Tally
from portal.desk.figures.periods import Period
from requests import facts, stages

GOAL = 95  # per cent of tickets closed on time that the town wants (SUP-4)
FIRST_RESPONSE_GOAL = facts.FIRST_RESPONSE_GOAL

Query = Mapping[str, object]
TICKETS, PERCENT, MINUTES, DAYS = "tickets", "percent", "minutes", "days"


def listed(**query: object) -> str:
    """The address of the list of tickets that these filters leave."""
    return f"{reverse('requests:list')}?{urlencode({k: v for k, v in query.items() if v not in (None, '')})}"


@dataclass(frozen=True)
class Rate:
    """`part` of `whole`; its percentage is None where there is nothing to divide by."""

    part: int
    whole: int
    url: str = ""

    @property
    def percent(self) -> float | None:
        return round(100 * self.part / self.whole, 1) if self.whole else None


@dataclass(frozen=True)
class Measure:
    """One figure. `part` and `whole` name the counts of a tally; `shows` and `out_of` are the lists of both.

    `out_of` is empty where there is no denominator. `higher` says which way is better: +1, −1, or 0 for neither.
    `basis` is what it is drawn from: what is open now, what the period brought, or what it closed.
    """

    key: str
    name: str
    unit: str
    says: str  # the definition, for whoever asks what is counted
    basis: str
    part: str
    shows: Callable[[Period], Query]
    whole: str = ""
    out_of: Callable[[Period], Query] | None = None
    higher: int = 0

    def value(self, tally: Tally) -> float | int | None:
        """The number; None where it cannot be had."""
        if self.whole and self.unit == PERCENT:
            return Rate(getattr(tally, self.part), getattr(tally, self.whole)).percent
        value = getattr(tally, self.part)
        return round(value, 1) if isinstance(value, float) else value

    def counts(self, tally: Tally) -> tuple[int | None, int | None]:
        """Numerator and denominator; of a mean or a median only how many it is of."""
        part = getattr(tally, self.part) if self.unit in (PERCENT, TICKETS) else None
        return part, (getattr(tally, self.whole) if self.whole else None)

    @property
    def title(self) -> str:
        return _(self.name)

    @property
    def definition(self) -> str:
        return _(self.says)

    def url(self, period: Period, scope: Query) -> str:
        """The list of the numerator, of a mean or a median that of all it is drawn from."""
        return listed(**{**scope, **self.shows(period)})

    def whole_url(self, period: Period, scope: Query) -> str:
        return listed(**{**scope, **self.out_of(period)}) if self.out_of else ""


def _open(period: Period, **more: object) -> Query:
    return {"open": 1, **more}


def _filed(period: Period, **more: object) -> Query:
    return {**period.query("filed"), **more}


def _closed(period: Period, **more: object) -> Query:
    return {"status": stages.CLOSED, **period.query("closed"), **more}


def _with(base: Callable[..., Query], **more: object) -> Callable[[Period], Query]:
    return lambda period: base(period, **more)


MEASURES = (
    Measure("open", gettext_noop("在办"), TICKETS, gettext_noop("现在还没有办结的诉求"), "open", "open", _open),
    Measure(
        "late",
        gettext_noop("超期"),
        TICKETS,
        gettext_noop("在办诉求里，中心或部门有时限已过的"),
        "open",
        "late",
        lambda period: {"overdue": 1},
        "open",
        _open,
        higher=-1,
    ),
    Measure("filed", gettext_noop("新增"), TICKETS, gettext_noop("期间提交的诉求"), "filed", "filed", _filed),
    Measure("closed", gettext_noop("办结"), TICKETS, gettext_noop("期间回访后办结的诉求"), "closed", "closed", _closed),
    Measure(
        "quick",
        gettext_noop("30 分钟响应率"),
        PERCENT,
        gettext_noop("期间提交、已有人联系的诉求里，30 个工作分钟内就联系的；当面和电话来的不计"),
        "filed",
        "quick",
        _with(_filed, response="quick"),
        "responded",
        _with(_filed, response="any"),
        higher=1,
    ),
    Measure(
        "minutes",
        gettext_noop("首次响应"),
        MINUTES,
        gettext_noop("期间提交、已有人联系的诉求，从提交到联系的工作分钟，中位数"),
        "filed",
        "minutes",
        _with(_filed, response="any"),
        "responded",
        _with(_filed, response="any"),
        higher=-1,
    ),
    Measure(
        "on_time",
        gettext_noop("按时办结率"),
        PERCENT,
        gettext_noop("期间办结的诉求里，部门每一次办理都没有过时限的"),
        "closed",
        "on_time",
        _with(_closed, on_time=1),
        "closed",
        _closed,
        higher=1,
    ),
    Measure(
        "resolved",
        gettext_noop("解决率"),
        PERCENT,
        gettext_noop("期间办结、有答复的诉求里，最后的答复是已解决或部分解决的"),
        "closed",
        "resolved",
        _with(_closed, outcome="resolved"),
        "answered",
        _with(_closed, outcome="any"),
        higher=1,
    ),
    Measure(
        "satisfied",
        gettext_noop("满意率"),
        PERCENT,
        gettext_noop("期间办结、有评分的诉求里，最后评分在 3 分及以上的；未联系上、未回应的不计"),
        "closed",
        "satisfied",
        _with(_closed, score="good"),
        "scored",
        _with(_closed, score="any"),
        higher=1,
    ),
    Measure(
        "days",
        gettext_noop("平均办结"),
        DAYS,
        gettext_noop("期间办结的诉求，从提交到办结的工作日，平均数"),
        "closed",
        "days",
        _closed,
        "closed",
        _closed,
        higher=-1,
    ),
)
MEASURE = {measure.key: measure for measure in MEASURES}


def unit_of(unit: str, value: float | int | None) -> str:
    """The unit as it stands behind the number, in English in the right number."""
    n = 2 if value is None or isinstance(value, float) else int(value)
    words = {
        TICKETS: lambda: ngettext("件", "件", n),
        PERCENT: lambda: "%",
        MINUTES: lambda: npgettext("数后", "分钟", "分钟", n),
        DAYS: lambda: npgettext("数后", "个工作日", "个工作日", n),
    }
    return words[unit]()


def late_scope(dimension: str, key: Any) -> Query:
    """The same for what is late: of a department what its own clock is late for, of none the centre's."""
    return {"late_by": "null" if key is None else key} if dimension == "department" else scope_of(dimension, key)


def scope_of(dimension: str, key: Any) -> Query:
    """The list's filter that leaves one value of a dimension."""
    if dimension == "area":
        return {"elsewhere": 1} if key == NOWHERE else {"place": key}
    return {dimension: "null" if key is None else key}
