"""The one place numbers come from (SUP-2): every figure with the list behind it, set-based, over what one may see.

All functions take the tickets they count, so that figures and lists agree and nothing confidential leaks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from urllib.parse import urlencode

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, TruncMonth
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from enterprises.models import Place
from portal.people.models import Department
from portal.worktime.calendar import calendar
from portal.worktime.limits import SHANGHAI
from requests import stages
from requests.journey import Branch, Journey, Station
from requests.models import Category, Rating, Revisit, Ticket, TicketDeadline
from requests.models.handling import DISSATISFIED
from requests.models.ticket import WORK, TicketQuerySet

GOAL = 95  # per cent of tickets closed on time that the town wants (SUP-4)
FIRST_RESPONSE_GOAL = 30  # working minutes (SLA-10)
AGES = (5, 10, 15)  # borders of the ageing buckets, in working days


@dataclass(frozen=True)
class Figure:
    """A number, what it is out of, and the list behind it."""

    name: str
    count: int
    late: int = 0
    url: str = ""
    late_url: str = ""
    key: int | str | None = None


@dataclass(frozen=True)
class Rate:
    """`part` of `whole`; its percentage is None where there is nothing to divide by."""

    part: int
    whole: int
    url: str = ""

    @property
    def percent(self) -> float | None:
        return round(100 * self.part / self.whole, 1) if self.whole else None


def listed(**query: object) -> str:
    """The address of the list of tickets that these filters leave."""
    return f"{reverse('requests:list')}?{urlencode({k: v for k, v in query.items() if v not in (None, '')})}"


@dataclass(frozen=True)
class Month:
    """A calendar month in the town's time zone; the instants are half-open."""

    first: date

    @classmethod
    def of(cls, at: datetime) -> Month:
        return cls(timezone.localtime(at).date().replace(day=1))

    def back(self, months: int) -> Month:
        index = self.first.year * 12 + self.first.month - 1 - months
        return Month(date(index // 12, index % 12 + 1, 1))

    @property
    def last(self) -> date:
        return self.back(-1).first - timedelta(days=1)

    @property
    def since(self) -> datetime:
        return datetime.combine(self.first, datetime.min.time(), SHANGHAI)

    @property
    def until(self) -> datetime:
        return self.back(-1).since

    def within(self, field: str) -> Q:
        return Q(**{f"{field}__gte": self.since, f"{field}__lt": self.until})

    def query(self, field: str) -> dict[str, date]:
        """The list's filter for what happened in this month: `filed` or `closed`."""
        return {f"{field}_after": self.first, f"{field}_before": self.last}


def _is_late(now: datetime) -> Exists:
    due = TicketDeadline.objects.overdue(now).exclude(obligor_kind="enterprise")
    return Exists(due.filter(subject=OuterRef("pk")))


def counted(tickets: QuerySet, by: str, now: datetime) -> dict:
    """Open tickets by one column: {value: (all, late)}, in one query."""
    rows = tickets.order_by().annotate(late=_is_late(now)).values_list(by, "late").annotate(n=Count("pk"))
    counts: dict = {}
    for value, late, n in rows:
        total, overdue = counts.get(value, (0, 0))
        counts[value] = (total + n, overdue + n * bool(late))
    return counts


# What is open ---------------------------------------------------------------------------------------------------


def flow(tickets: TicketQuerySet, now: datetime, **scope: object) -> Journey:
    """Open tickets at each of the six stations, late ones apart, and what went back: the line with counts."""
    counts = counted(tickets.open(), "status", now)
    stations = []
    for key, name in stages.STAGES.items():
        here = [counts.get(status, (0, 0)) for status in stages.OPEN if stages.stage_of(status) == key]
        stations.append(
            Station(
                key,
                _(name),
                "done",
                count=sum(total for total, _late in here),
                late_count=sum(late for _total, late in here),
                url=listed(stage=key, open=1, **scope),
                late_url=listed(stage=key, overdue=1, **scope),
            )
        )
    back = tickets.open().aggregate(
        disputed=Count("pk", Q(round="rework")), again=Count("pk", Q(round__in=("second", "order")))
    )
    branches = []
    if back["disputed"]:
        branches.append(Branch("b-54", _("企业说没办好"), back["disputed"], listed(round="rework", open=1, **scope)))
    if back["again"]:
        branches.append(Branch("b-64", _("二次交办"), back["again"], listed(round="again", open=1, **scope)))
    return Journey(stations, branches[:2], _("在办诉求停在哪一站"))


def by_department(tickets: TicketQuerySet, now: datetime) -> list[Figure]:
    """Open tickets in departments' hands, most late first (SUP-2)."""
    counts = counted(tickets.filter(status__in=stages.IN_DEPARTMENT), "lead_department", now)
    names = dict(Department.objects.filter(pk__in=counts).values_list("pk", "short_name"))
    figures = [
        Figure(
            names[pk],
            total,
            late,
            listed(department=pk, in_department=1),
            listed(department=pk, in_department=1, overdue=1),
            key=pk,
        )
        for pk, (total, late) in counts.items()
    ]
    return sorted(figures, key=lambda f: (-f.late, -f.count, f.name))


def by_area(tickets: TicketQuerySet, now: datetime) -> list[Figure]:
    """Open tickets by service area, the second level of the place tree (ORG-3)."""
    areas = list(Place.objects.filter(level=2).order_by("path"))
    inside = [When(place__path__startswith=area.path, then=Value(area.pk)) for area in areas]
    if not inside:
        return []
    counts = counted(tickets.open().annotate(area=Case(*inside, default=None)), "area", now)
    figures = [
        Figure(a.name, *counts.get(a.pk, (0, 0)), listed(place=a.pk, open=1), listed(place=a.pk, overdue=1), a.pk)
        for a in areas
    ]
    return sorted(figures, key=lambda figure: -figure.count)


def ageing(tickets: TicketQuerySet, now: datetime) -> list[Figure]:
    """Open tickets by working days since they were filed: 0–5, 6–10, 11–15, more."""
    today = timezone.localtime(now).date()
    borders = [_working_days_back(today, days) for days in AGES]
    bounds = [(None, borders[0]), *((borders[i], borders[i + 1]) for i in range(len(AGES) - 1)), (borders[-1], None)]
    names = [
        _("%(days)s 日内") % {"days": AGES[0]},
        *(_("%(a)s–%(b)s 日") % {"a": AGES[i] + 1, "b": AGES[i + 1]} for i in range(len(AGES) - 1)),
        _("%(days)s 日以上") % {"days": AGES[-1]},
    ]
    buckets = {f"b{i}": Count("pk", _filed_between(*bound)) for i, bound in enumerate(bounds)}
    counts = tickets.open().aggregate(**buckets)
    return [
        Figure(
            name,
            counts[f"b{i}"],
            url=listed(
                open=1,
                filed_after=bounds[i][1],
                filed_before=bounds[i][0] - timedelta(days=1) if bounds[i][0] else None,
            ),
        )
        for i, name in enumerate(names)
    ]


def _working_days_back(today: date, days: int) -> date:
    """The earliest day on which something filed is not older than `days` working days."""
    known, day = calendar(), today
    while days >= 0:
        if known.is_working(day):
            if days == 0:
                return day
            days -= 1
        day -= timedelta(days=1)
    return day


def _filed_between(younger: date | None, older: date | None) -> Q:
    """Filed on or after `older` and before `younger`."""
    bounds = Q()
    if older is not None:
        bounds &= Q(filed_at__gte=datetime.combine(older, datetime.min.time(), SHANGHAI))
    if younger is not None:
        bounds &= Q(filed_at__lt=datetime.combine(younger, datetime.min.time(), SHANGHAI))
    return bounds


# What was done --------------------------------------------------------------------------------------------------


def by_category(tickets: TicketQuerySet, month: Month) -> list[Figure]:
    """Tickets filed in the month by category, most first; unclassified ones are left to triage."""
    counts = dict(
        tickets.filter(month.within("filed_at"), category__isnull=False)
        .order_by()
        .values_list("category")
        .annotate(n=Count("pk"))
    )
    figures = [
        Figure(
            str(category),
            counts[category.pk],
            url=listed(category=category.pk, **month.query("filed")),
            key=category.pk,
        )
        for category in Category.objects.filter(pk__in=counts)
    ]
    return sorted(figures, key=lambda figure: -figure.count)


def on_time(tickets: TicketQuerySet, month: Month) -> Rate:
    """Closed in the month with every handling clock met in time, of all closed (SUP-4)."""
    closed = tickets.filter(month.within("closed_at"), status=stages.CLOSED)
    whole = closed.count()
    late = closed.handled_late().count()
    return Rate(whole - late, whole, listed(status="closed", late_handled=1, **month.query("closed")))


def on_time_trend(tickets: TicketQuerySet, month: Month, months: int = 12) -> list[tuple[date, float | None]]:
    """The on-time rate of each of the last months, oldest first; None where nothing was closed."""
    since = month.back(months - 1)
    met_late = TicketDeadline.objects.filter(
        subject=OuterRef("pk"), obligation__in=WORK.values(), met_at__gt=F("due_at")
    )
    rows = (
        tickets.filter(status=stages.CLOSED, closed_at__gte=since.since, closed_at__lt=month.until)
        .order_by()
        .annotate(month=TruncMonth("closed_at", tzinfo=SHANGHAI), late=Exists(met_late))
        .values("month", "late")
        .annotate(n=Count("pk"))
    )
    counts: dict[date, list[int]] = {}
    for row in rows:
        counts.setdefault(row["month"].date(), [0, 0])[bool(row["late"])] += row["n"]
    points = []
    for back in range(months - 1, -1, -1):
        good, late = counts.get(month.back(back).first, (0, 0))
        points.append((month.back(back).first, Rate(good, good + late).percent))
    return points


def first_response(tickets: TicketQuerySet, month: Month) -> tuple[int | None, Rate]:
    """Median working minutes to the first human answer to what the month brought; the share within 30 (SLA-10)."""
    answered = TicketDeadline.objects.filter(
        obligation="first_response",
        met_at__isnull=False,
        subject__in=tickets.filter(month.within("filed_at")).values("pk"),
    )
    known = calendar()
    minutes = [known.working_minutes_between(a, b) for a, b in answered.order_by().values_list("started_at", "met_at")]
    within = sum(m <= FIRST_RESPONSE_GOAL for m in minutes)
    return (int(median(minutes)) if minutes else None), Rate(within, len(minutes))


def handling_days(tickets: TicketQuerySet, month: Month) -> float | None:
    """Mean working days from filing to closing of what was closed in the month."""
    closed = tickets.filter(month.within("closed_at"), status=stages.CLOSED).order_by()
    known = calendar()
    days = [
        known.working_days_between(timezone.localtime(a).date(), timezone.localtime(b).date())
        for a, b in closed.values_list("filed_at", "closed_at")
    ]
    return round(sum(days) / len(days), 1) if days else None


def satisfaction(tickets: TicketQuerySet, month: Month) -> Rate:
    """Closed in the month with a last score above 2, of all scored; 未联系上 and 未回应 never count (APP-13)."""
    called = Revisit.objects.filter(ticket=OuterRef("pk"), reached=True).order_by("-id").values("overall")[:1]
    rated = Rating.objects.filter(ticket=OuterRef("pk")).order_by("-id").values("overall")[:1]
    scored = (
        tickets.filter(month.within("closed_at"), status=stages.CLOSED)
        .annotate(overall=Coalesce(Subquery(called), Subquery(rated)))
        .filter(overall__isnull=False)
        .aggregate(whole=Count("pk"), good=Count("pk", Q(overall__gt=DISSATISFIED)))
    )
    return Rate(scored["good"], scored["whole"], listed(status="closed", **month.query("closed")))


def worst(tickets: TicketQuerySet, now: datetime, limit: int = 10) -> list[Ticket]:
    """The late items, the longest overdue first."""
    late = tickets.overdue(now).for_rows().alias(since=_late_since(now)).order_by("since", "pk")
    return list(late[:limit])


def _late_since(now: datetime) -> Subquery:
    due = TicketDeadline.objects.overdue(now).exclude(obligor_kind="enterprise")
    return Subquery(due.filter(subject=OuterRef("pk")).order_by("due_at").values("due_at")[:1])


def public(now: datetime) -> dict[str, object]:
    """What everybody may read on the public home: this month's aggregates, nothing confidential."""
    tickets = Ticket.objects.filter(confidential=False)
    month = Month.of(now)
    minutes, _share = first_response(tickets, month)
    return {
        "closed": tickets.filter(month.within("closed_at"), status=stages.CLOSED).count(),
        "on_time": on_time(tickets, month),
        "minutes": minutes,
        "satisfaction": satisfaction(tickets, month),
        "overdue": tickets.overdue(now).count(),
    }
