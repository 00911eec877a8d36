"""How good the suggestions are: what was suggested beside what was decided in the end, each figure with its list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Q
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal.people.models import Department
from portal.worktime.calendar import SHANGHAI
from requests import stages
from requests.models import Category, Suggestion, Ticket
from requests.models.ticket import TicketQuerySet

WHAT = {"category": gettext_noop("类别"), "department": gettext_noop("主办部门")}
FINAL = {"category": "category", "department": "lead_department"}  # where the ticket has what was decided
MONTHS = 12

# Each figure: its words, and which stored suggestions it counts.
COUNTS = {
    "shown": gettext_noop("研判过的"),
    "silent": gettext_noop("没有给建议"),
    "given": gettext_noop("给了建议"),
    "dispatched": gettext_noop("给了建议并已转交"),
    "taken": gettext_noop("转交时照建议"),
    "decided": gettext_noop("给了建议并已办结"),
    "right": gettext_noop("与最终一致"),
    "wrong": gettext_noop("与最终不一致"),
}
LINK = re.compile(rf"({'|'.join(WHAT)}):({'|'.join(COUNTS)})(?::(\d{{1,9}})?(?::(\d{{4}}-(?:0[1-9]|1[0-2])))?)?")


def condition(what: str, which: str) -> Q:
    """Of `Suggestion`: those that a figure counts. Decided is what is closed, so that nothing changes any more."""
    given = Q(**{f"{what}__isnull": False})
    closed = given & Q(ticket__status=stages.CLOSED)
    right = Q(**{what: F(f"ticket__{FINAL[what]}")})
    return {
        "shown": Q(),
        "silent": Q(**{what: None}),
        "given": given,
        "dispatched": given & Q(chosen_at__isnull=False),
        "taken": Q(chosen_at__isnull=False, **{what: F(f"chosen_{what}")}),
        "decided": closed,
        "right": closed & right,
        "wrong": closed & ~right,
    }[which]


@dataclass(frozen=True)
class Tally:
    """The counts of one row, and where each figure's list is."""

    what: str
    name: str
    counts: dict[str, int]
    value: int | None = None
    month: str = ""

    @property
    def rate(self) -> int | None:
        """Per cent right of what was suggested and is closed; None while nothing is."""
        decided = self.counts["decided"]
        return round(100 * self.counts["right"] / decided) if decided else None

    @property
    def urls(self) -> dict[str, str]:
        return {which: self._url(which) for which in self.counts}

    def _url(self, which: str) -> str:
        tail = f":{self.value or ''}:{self.month}" if self.month else f":{self.value}" if self.value else ""
        return f"{reverse('requests:list')}?{urlencode({'advice': f'{self.what}:{which}{tail}'})}"


class Accuracy:
    """All tables of the page, counted over what `user` may read; a query for each."""

    def __init__(self, user: Any, now: datetime) -> None:
        readable = Ticket.objects.visible_to(user).filter(confidential=False).order_by()
        self.rows = Suggestion.objects.filter(ticket__in=readable.values("pk")).order_by()
        self.since = _months_before(now, MONTHS - 1)
        self.totals = {what: next(self._tallies(what)) for what in WHAT}
        names: dict[str, Any] = {"category": Category.objects, "department": Department.objects}
        self.by_value = {what: list(self._by_value(what, names[what].in_bulk())) for what in WHAT}
        self.by_month = {what: list(self._by_month(what)) for what in WHAT}

    def _counts(self, what: str) -> dict[str, Count]:
        return {which: Count("pk", filter=condition(what, which)) for which in COUNTS}

    def _tallies(self, what: str) -> Iterator[Tally]:
        yield Tally(what, _("合计"), self.rows.aggregate(**self._counts(what)))

    def _by_value(self, what: str, named: dict[int, Any]) -> Iterator[Tally]:
        found = self.rows.exclude(**{what: None}).values(what).annotate(**self._counts(what)).order_by("-given", what)
        for row in found:
            value = row.pop(what)
            yield Tally(what, getattr(named[value], "short_name", "") or str(named[value]), row, value)

    def _by_month(self, what: str) -> Iterator[Tally]:
        month_of = TruncMonth("shown_at", tzinfo=SHANGHAI)
        months = self.rows.filter(shown_at__gte=self.since).annotate(month=month_of).values("month")
        found: Any = months.annotate(**self._counts(what)).order_by("-month")
        for row in found:
            month = f"{row.pop('month').astimezone(SHANGHAI):%Y-%m}"
            yield Tally(what, month, row, month=month)


def _months_before(now: datetime, n: int) -> datetime:
    months = now.astimezone(SHANGHAI).year * 12 + now.astimezone(SHANGHAI).month - 1 - n
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=SHANGHAI)


def behind(tickets: TicketQuerySet, link: str) -> TicketQuerySet:
    """The tickets that a figure counted, by the filter its link carries; none for what is no such filter."""
    match = LINK.fullmatch(link)
    if match is None:
        return tickets.none()
    what, which, value, month = match.groups()
    rows = Suggestion.objects.filter(condition(what, which))
    if value:
        rows = rows.filter(**{what: int(value)})
    if month:
        first = datetime.combine(date.fromisoformat(f"{month}-01"), datetime.min.time(), SHANGHAI)
        rows = rows.filter(shown_at__gte=first, shown_at__lt=_months_before(first + timedelta(days=31), 0))
    return tickets.filter(confidential=False, pk__in=rows.values("ticket"))


def said(link: str) -> str:
    """The filter in words, for its chip: “主办部门，与最终不一致”."""
    match = LINK.fullmatch(link)
    if match is None:
        return ""
    what, which, _value, month = match.groups()
    return _("，").join(filter(None, [_(WHAT[what]), _(COUNTS[which]), month or ""]))
