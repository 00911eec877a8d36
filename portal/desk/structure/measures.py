"""What is measured of the firms, from which facts, over which months, and who may read it (ENT-13, SEC-11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Max
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises.facts.periods import month_name
from enterprises.facts.sight import Sight
from enterprises.measures import in_english, unit_name
from enterprises.models import FirmYear, Resource, ResourceColumn
from portal.people.models import User
from portal.people.rights import rights_of
from portal.people.roles import Role

READS_ALL = (Role.LEADER, Role.SUPERVISOR, Role.DATA_OFFICER)  # the others of the town's offices see open measures
FIRMS, TALENTS, INTENSITY = "firms", "talents", "intensity"


class Way(StrEnum):
    """How the months of a period become one number."""

    SUM = "sum"
    LAST = "last"
    YEAR = "year"  # delivered by the year


@dataclass(frozen=True)
class Measure:
    code: str
    name: Any
    resource: str
    column: str
    way: Way
    definition: Any
    divisor: str = ""  # of a ratio: the measure below the line

    def __str__(self) -> str:
        return str(self.name)


MEASURES = (
    Measure(
        FIRMS,
        gettext_lazy("企业数"),
        "registration",
        "",
        Way.LAST,
        gettext_lazy("登记状态为存续的企业和个体工商户；以前的期间按成立日期倒推，不含后来注销的"),
    ),
    Measure(
        "revenue",
        gettext_lazy("营业收入"),
        "annual_finance",
        "revenue",
        Way.YEAR,
        gettext_lazy("财务状况年报的营业收入，按年"),
    ),
    Measure(
        "operation",
        gettext_lazy("规上营业收入"),
        "monthly_operation",
        "revenue",
        Way.SUM,
        gettext_lazy("规上企业生产经营月报的营业收入，各月合计"),
    ),
    Measure(
        "output",
        gettext_lazy("工业总产值"),
        "monthly_output",
        "output",
        Way.SUM,
        gettext_lazy("规上工业月报的工业总产值，各月合计"),
    ),
    Measure(
        "tax",
        gettext_lazy("入库税收"),
        "tax_paid",
        "total",
        Way.SUM,
        gettext_lazy("税务部门的入库税收，各月合计，退税为负"),
    ),
    Measure(
        "insured",
        gettext_lazy("参保职工"),
        "social_insurance",
        "insured",
        Way.LAST,
        gettext_lazy("期末一个月参加社会保险的职工人数"),
    ),
    Measure(
        "research",
        gettext_lazy("研发费用"),
        "rd_activity",
        "cost",
        Way.YEAR,
        gettext_lazy("研发活动年报的研发费用，按年"),
    ),
    Measure(
        "investment",
        gettext_lazy("固定资产投资"),
        "fixed_investment",
        "amount",
        Way.SUM,
        gettext_lazy("固定资产投资月报的完成投资，各月合计"),
    ),
    Measure(
        "electricity",
        gettext_lazy("用电量"),
        "electricity",
        "used",
        Way.SUM,
        gettext_lazy("供电部门的用电量，各月合计"),
    ),
    Measure(
        TALENTS,
        gettext_lazy("认定人才"),
        "talents",
        "",
        Way.LAST,
        gettext_lazy("到期末为止已认定的各层次人才"),
    ),
    Measure(
        INTENSITY,
        gettext_lazy("单位营收能耗"),
        "energy_use",
        "total",
        Way.YEAR,
        gettext_lazy("综合能源消费量除以营业收入，只算两项都有的企业，按年"),
        "revenue",
    ),
)
MEASURE = {measure.code: measure for measure in MEASURES}


@dataclass(frozen=True)
class Period:
    """Months `first` to `last` of a year, both counted."""

    year: int
    first: int = 1
    last: int = 12

    @property
    def whole(self) -> bool:
        return (self.first, self.last) == (1, 12)

    @property
    def code(self) -> str:
        if self.whole:
            return str(self.year)
        return f"{self.year}Q{self.last // 3}" if self.last > self.first else f"{self.year}-{self.first:02d}"

    @property
    def before(self) -> Period:
        return Period(self.year - 1, self.first, self.last)

    @property
    def as_at(self) -> str:
        """In words, for what is counted at its end."""
        if in_english():
            return f"end of {month_name(date(self.year, self.last, 1))}"
        return _("%(year)s年%(month)s月末") % {"year": self.year, "month": self.last}

    @property
    def end(self) -> date:
        """The day after."""
        return date(self.year + self.last // 12, self.last % 12 + 1, 1)

    def __str__(self) -> str:
        if self.whole:
            return _("%(year)s年") % {"year": self.year}
        if self.first == self.last:
            return month_name(date(self.year, self.first, 1))
        if self.first % 3 == 1 and self.last == self.first + 2:
            return _("%(year)s年第%(quarter)s季度") % {"year": self.year, "quarter": self.last // 3}
        if in_english():
            first, last = (date(self.year, month, 1) for month in (self.first, self.last))
            return f"{date_format(first, 'M')}–{date_format(last, 'M Y')}"
        return _("%(year)s年%(first)s–%(last)s月") % {"year": self.year, "first": self.first, "last": self.last}


def periods(today: date, years: int = 3) -> list[Period]:
    """What can be chosen: the years with this one first, then the quarters and months that have begun, latest first."""
    found = [Period(today.year - back) for back in range(years + 1)]
    months = [Period(number // 12, number % 12 + 1, number % 12 + 1) for number in _months(today, 24)]
    quarters = [Period(m.year, m.first - 2, m.last) for m in months if m.last % 3 == 0]
    return found + quarters[:8] + months[:13]


def _months(today: date, count: int) -> range:
    last = today.year * 12 + today.month - 2
    return range(last, last - count, -1)


def period_of(code: str, today: date) -> Period | None:
    """The chosen one; this year where none was chosen, None for what cannot be chosen."""
    offered = {period.code: period for period in periods(today)}
    return offered.get(code) if code else offered[str(today.year)]


# What stands behind them ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Source:
    """A measure with its column, as the database and the reader know it."""

    measure: Measure
    resource: Resource | None  # None where the town describes no resources yet: firms are counted all the same
    column: ResourceColumn | None
    seen: bool  # SEC-11: whether the reader sees single firms' values, so that no sum says too much

    @property
    def code(self) -> str:
        return self.measure.code

    @property
    def key(self) -> int:
        """The column's key; 0 for what is counted."""
        return self.column.pk if self.column else 0

    @property
    def unit(self) -> str:
        if self.code == INTENSITY:
            return _("吨标煤/万元")
        if self.column is None:
            return {FIRMS: _("家"), TALENTS: _("人")}[self.code]
        return unit_name("万千瓦时" if self.column.unit == "千瓦时" else self.column.measure.display)

    def shown(self, total: int | Decimal) -> Decimal:
        """A sum of kept values in the unit in which the town speaks of it."""
        if self.column is None or self.code == INTENSITY:
            return Decimal(total)
        factor = Decimal(10_000) if self.column.unit == "千瓦时" else self.column.measure.factor
        return Decimal(total).scaleb(-self.column.scale) / factor

    def said(self, total: int | Decimal | None) -> str:
        """The same in words, without the unit; a dash for what is not known."""
        if total is None:
            return "—"
        return f"{self.shown(total):,.{3 if self.code == INTENSITY else 0}f}"


def sources_for(user: User) -> list[Source]:
    """The measures this person may open: all, or the open ones. The sums of the rest never reach him."""
    columns = {
        (column.resource.code, column.code): column
        for column in ResourceColumn.objects.select_related("resource__line").filter(
            resource__code__in={measure.resource for measure in MEASURES}
        )
    }
    resources = {column.resource.code: column.resource for column in columns.values()}
    sight, every = Sight(user), rights_of(user).has(*READS_ALL)
    found = []
    for measure in MEASURES:
        resource = resources.get(measure.resource)
        if measure.code == FIRMS:
            found.append(Source(measure, resource, None, seen=True))
        if measure.code == FIRMS or resource is None or not (every or resource.sensitivity == "open"):
            continue
        seen = sight.sees(resource)
        if measure.divisor:
            seen = seen and sight.sees(resources[MEASURE[measure.divisor].resource])
        found.append(Source(measure, resource, columns.get((measure.resource, measure.column)), seen))
    return found


def months_said(sources: Sequence[Source], year: int) -> dict[tuple[int, int], int]:
    """{(column, year): the last month of which anything was delivered}, of that year and the one before."""
    keys = [source.key for source in sources if source.key]
    said = FirmYear.objects.filter(column__in=keys, year__in=[year, year - 1]).order_by()
    return {(column, of): last for column, of, last in said.values_list("column", "year").annotate(Max("last"))}
