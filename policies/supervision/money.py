"""The money that went out (POL-6): by policy, department, industry, place or month, beside the year before."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils.translation import gettext as _

from enterprises.criteria.words import plain
from enterprises.measures import in_english
from enterprises.models import Industry, Place
from enterprises.models.places import Level, industry_name
from policies.models import Claim, Payment, Policy
from portal.people.models import Department
from portal.worktime.periods import Period, months_on, year_back

NOTHING = Decimal(0)
DIMENSIONS = ("policy", "department", "industry", "place", "month")


@dataclass
class Row:
    """One part of the money; `url` is the list of the claims that were paid in it."""

    name: str
    count: int = 0
    amount: Decimal = NOTHING
    before: Decimal = NOTHING
    url: str = ""

    @property
    def amount_words(self) -> str:
        return plain(self.amount)

    @property
    def before_words(self) -> str:
        return plain(self.before)

    @property
    def change(self) -> Decimal | None:
        """Per cent on the year before; None where there was nothing."""
        if not self.before:
            return None
        return (100 * (self.amount - self.before) / self.before).quantize(Decimal("0.1"))

    def share_of(self, total: Decimal) -> Decimal | None:
        return (100 * self.amount / total).quantize(Decimal("0.1")) if total else None


@dataclass(frozen=True)
class Money:
    """`rows` by the chosen dimension, the largest first (months in their order); `total` of all."""

    period: Period
    dimension: str
    rows: list[Row]
    total: Row


def money(user: Any, departments: list[Department], period: Period, dimension: str, today: date) -> Money:
    """Three queries, whatever there is."""
    keys = [department.pk for department in departments]
    claims = Claim.objects.visible_to(user).filter(round__department__in=keys).order_by()
    payments = Payment.objects.filter(claim__in=claims.values("pk")).order_by()
    filters = _filters(keys)
    rows = _months(payments, period, today, filters) if dimension == "month" else _parts(
        payments, period, dimension, today, filters
    )  # fmt: skip
    total = Row(_("合计"), sum(row.count for row in rows), _sum(rows, "amount"), _sum(rows, "before"))
    total.url = listed(filters | days(period.first, period.last))
    return Money(period, dimension, rows, total)


def _filters(keys: list[int]) -> dict[str, object]:
    """The list's filter where one department alone is looked at."""
    return {"department": keys[0]} if len(keys) == 1 else {}


def _sum(rows: list[Row], name: str) -> Decimal:
    return sum((getattr(row, name) for row in rows), NOTHING)


def days(first: date, last: date) -> dict[str, object]:
    return {"paid_from": first, "paid_to": last}


def listed(query: Mapping[str, object]) -> str:
    """The address of the claims that these filters leave."""
    return f"{reverse('claims:all')}?{urlencode({key: value for key, value in query.items() if value != ''})}"


def _counted(payments: Any, key: str, period: Period, today: date) -> Any:
    """For each value of a column: how many and how much in the period, and how much the year before."""
    now, before = Q(paid_on__range=(period.first, period.last)), Q(paid_on__range=period.before(today))
    found = payments.filter(now | before).values_list(key)
    return found.annotate(
        number=Count("pk", filter=now), spent=Sum("amount", filter=now), spent_before=Sum("amount", filter=before)
    )


COLUMNS = {
    "policy": "claim__round__clause__version__policy",
    "department": "claim__round__department",
    "industry": "claim__enterprise__industry__section",
    "place": "claim__enterprise__place__path",
}


def _parts(payments: Any, period: Period, dimension: str, today: date, filters: dict[str, object]) -> list[Row]:
    within = filters | days(period.first, period.last)
    namer = NAMERS[dimension]()
    found: dict[tuple[str, object], Row] = {}  # two policies may bear the same name
    for key, number, amount, before in _counted(payments, COLUMNS[dimension], period, today):
        name, value = namer(key)
        query = {**within, dimension: value} if value != "" else within
        row = found.setdefault((name, value), Row(name, url=listed(query) if value != "" else ""))
        row.count, row.amount, row.before = row.count + number, row.amount + (amount or 0), row.before + (before or 0)
    return sorted(found.values(), key=lambda row: (-row.amount, -row.before, row.name))


Namer = Callable[[Any], tuple[str, object]]


def _policies() -> Namer:
    rows = Policy.objects.filter(current__isnull=False).values_list("pk", "current__title", "current__title_en", "code")
    known = {pk: ((english if in_english() else "") or title, code) for pk, title, english, code in rows}
    return lambda key: known.get(key, (_("其他"), ""))


def _departments() -> Namer:
    known = {pk: (name, pk) for pk, name in Department.objects.values_list("pk", "name")}
    return lambda key: known.get(key, (_("其他"), ""))


def _sections() -> Namer:
    rows = Industry.objects.filter(level=1).values_list("section", "name", "pk")
    known = {section: (industry_name(section, name), pk) for section, name, pk in rows}
    return lambda key: known.get(key, (_("行业未登记"), ""))


def _places() -> Namer:
    """By service area; what lies nowhere below one is of the town itself."""
    areas = list(Place.objects.filter(level=Level.DISTRICT).values_list("path", "name", "pk"))

    def name(path: str | None) -> tuple[str, object]:
        return next(((name, pk) for above, name, pk in areas if path and path.startswith(above)), (_("其他"), ""))

    return name


NAMERS: Mapping[str, Callable[[], Namer]] = {
    "policy": _policies,
    "department": _departments,
    "industry": _sections,
    "place": _places,
}


def _months(payments: Any, period: Period, today: date, filters: dict[str, object]) -> list[Row]:
    """Each month of the period up to today, beside the same month a year before."""
    spans = Q(paid_on__range=(period.first, period.last)) | Q(paid_on__range=period.before(today))
    found = payments.filter(spans).annotate(month=TruncMonth("paid_on"))
    by = {
        month: (number, amount)
        for month, number, amount in found.values_list("month").annotate(number=Count("pk"), spent=Sum("amount"))
    }
    rows = []
    for back in range(period.months):
        month = months_on(period.first, back)
        if month > today:
            break
        number, amount = by.get(month, (0, NOTHING))
        end = months_on(month, 1) - timedelta(1)
        name = _("%(year)s 年 %(month)s 月") % {"year": month.year, "month": month.month}
        before = by.get(year_back(month), (0, NOTHING))[1]
        rows.append(Row(name, number, amount, before, listed(filters | days(month, end))))
    return rows
