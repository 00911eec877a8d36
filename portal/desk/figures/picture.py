"""Where the open matters stand: the flow, by department, area, age, and the worst; one query for all (SUP-2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.desk.figures.counting import Areas, Open, Report, Tally
from portal.desk.figures.measures import MEASURE, Query, Rate, listed
from portal.desk.figures.periods import Period, month_of
from portal.people.models import Department
from portal.worktime.calendar import SHANGHAI, calendar
from requests import facts, lateness, stages
from requests.journey import Branch, Journey, Station
from requests.models import Category, SecondLook, Ticket, TicketDeadline
from requests.models.ticket import Channel, TicketQuerySet

AGES = (5, 10, 15)  # borders of the ageing buckets, in working days


@dataclass(frozen=True)
class Figure:
    """A number, what of it is late, and the lists behind both."""

    name: str
    count: int
    late: int = 0
    url: str = ""
    late_url: str = ""
    key: int | str | None = None


def counted(tickets: QuerySet, by: str, now: datetime, whose: Department | None = None) -> dict:
    """Tickets by one column: {value: (all, late)}, in one query; late with anybody, or with the department `whose`."""
    rows = tickets.order_by().annotate(late=facts.is_late(now, whose)).values_list(by, "late").annotate(n=Count("pk"))
    counts: dict = {}
    for value, late, n in rows:
        total, overdue = counts.get(value, (0, 0))
        counts[value] = (total + n, overdue + n * bool(late))
    return counts


class Picture:
    """What is open now of the tickets that are given; `scope` is the list's filter that leaves just them."""

    def __init__(self, tickets: TicketQuerySet, now: datetime, scope: Query | None = None) -> None:
        self.tickets, self.now, self.scope = tickets, now, dict(scope or {})
        self.areas = Areas()

    @cached_property
    def open(self) -> Open:
        bounds = [_midnight(day) for day in reversed(self._borders)]
        return Open(self.tickets, self.now, bounds, self.areas)

    @cached_property
    def _borders(self) -> list[date]:
        """The earliest day on which something filed is not older than each of AGES."""
        today = timezone.localtime(self.now).date()
        return [_working_days_back(today, days) for days in AGES]

    @cached_property
    def names(self) -> dict[str, dict]:
        """The names of the values of each dimension."""
        return {
            "department": dict(Department.objects.order_by().values_list("pk", "short_name")),
            "category": {category.pk: str(category) for category in Category.objects.all()},
            "area": {area.pk: area.name for area in self.areas.all},
            "channel": {str(value): str(label) for value, label in Channel.choices},
        }

    def flow(self) -> Journey:
        """Open tickets at each of the six stations, late ones apart, and what went back: the line with counts."""
        counts = self.open.by("status")
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
                    url=listed(**self.scope, stage=key, open=1),
                    late_url=listed(**self.scope, stage=key, overdue=1),
                )
            )
        return Journey(stations, self._branches(), _("在办诉求停在哪一站"))

    def _branches(self) -> list[Branch]:
        rounds = {name: total for name, (total, _late) in self.open.by("round").items()}
        disputed, again = rounds.get("rework", 0), rounds.get("second", 0) + rounds.get("order", 0)
        branches = []
        if disputed:
            url = listed(**self.scope, round="rework", open=1)
            branches.append(Branch("b-54", _("企业有异议"), disputed, url))
        if again:
            branches.append(Branch("b-64", _("二次交办"), again, listed(**self.scope, round="again", open=1)))
        return branches

    def by_department(self) -> list[Figure]:
        """Open tickets in departments' hands, most late first: what it leads, and what it is late with beside that."""
        figures = [
            Figure(
                self.names["department"][pk],
                tally.in_department + tally.in_department_beside,
                tally.in_department_late,
                listed(**self.scope, burden=pk, in_department=1),
                listed(**self.scope, late_by=pk, in_department=1),
                pk,
            )
            for pk, tally in self.open.departments.items()
            if pk is not None and tally.in_department + tally.in_department_beside
        ]
        return sorted(figures, key=lambda f: (-f.late, -f.count, f.name))

    @property
    def in_departments(self) -> int:
        """How many are in departments' hands, each once."""
        return sum(total for status, (total, _late) in self.open.by("status").items() if status in stages.IN_DEPARTMENT)

    def by_area(self) -> list[Figure]:
        """Open tickets by service area, the second level of the place tree (ORG-3)."""
        counts = self.open.by("area")
        figures = [
            Figure(
                area.name,
                *counts.get(area.pk, (0, 0)),
                listed(**self.scope, place=area.pk, open=1),
                listed(**self.scope, place=area.pk, overdue=1),
                area.pk,
            )
            for area in self.areas.all
        ]
        return sorted(figures, key=lambda figure: -figure.count)

    def ageing(self) -> list[Figure]:
        """Open tickets by working days since they were filed: 0–5, 6–10, 11–15, more."""
        counts, last = self.open.by("age"), len(AGES)
        names = [
            _("%(days)s 日内") % {"days": AGES[0]},
            *(_("%(a)s–%(b)s 日") % {"a": AGES[i] + 1, "b": AGES[i + 1]} for i in range(last - 1)),
            _("%(days)s 日以上") % {"days": AGES[-1]},
        ]
        younger = [None, *self._borders]
        older = [*self._borders, None]
        return [
            Figure(
                name,
                *counts.get(last - place, (0, 0)),
                url=listed(
                    **self.scope,
                    open=1,
                    filed_after=older[place],
                    filed_before=day - timedelta(days=1) if (day := younger[place]) else None,
                ),
            )
            for place, name in enumerate(names)
        ]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), SHANGHAI)


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


def by_category(report: Report, names: dict, period: Period, scope: Query | None = None) -> list[Figure]:
    """What the period brought by category, most first; unclassified ones are left to triage."""
    figures = [
        Figure(names[pk], tally.filed, url=MEASURE["filed"].url(period, {**(scope or {}), "category": pk}), key=pk)
        for pk, tally in report.by("category").items()
        if pk is not None and tally.filed
    ]
    return sorted(figures, key=lambda figure: -figure.count)


def rate(key: str, tally: Tally, period: Period, scope: Query | None = None) -> Rate:
    """A measure that is a share, with the list of what it counts."""
    measure = MEASURE[key]
    return Rate(getattr(tally, measure.part), getattr(tally, measure.whole), measure.url(period, scope or {}))


def pledges(tickets: TicketQuerySet, now: datetime, scope: Query | None = None) -> Rate:
    """Of the matters with a public commitment that came to its end this year, those that kept every one (DL-5)."""
    ended = tickets.order_by().filter(lateness.pledged("any", now))
    counts = ended.aggregate(broken=Count("pk", filter=lateness.pledged("broken", now)), whole=Count("pk"))
    return Rate(counts["whole"] - counts["broken"], counts["whole"], listed(**(scope or {}), pledge="any"))


@dataclass(frozen=True)
class Looks:
    """历史疑难件: how many are looked at again, how many of them now, and when the next of the others comes up."""

    count: int
    due: int
    next_at: datetime | None
    url: str


def looks(tickets: TicketQuerySet, scope: Query | None = None) -> Looks:
    """What could not be met, or waits, of the tickets that are given (APP-15)."""
    planned = SecondLook.objects.planned().filter(ticket__in=tickets.order_by().values("pk"))
    later = Q(came_up_at=None)
    counts = {"count": Count("pk"), "due": Count("pk", filter=~later), "next_at": Min("due_at", filter=later)}
    return Looks(**planned.order_by().aggregate(**counts), url=listed(**(scope or {}), look="any"))


def late_handled(period: Period, scope: Query | None = None) -> str:
    """The list of what the on-time rate leaves out."""
    return listed(**{**(scope or {}), "status": stages.CLOSED, "late_handled": 1, **period.query("closed")})


def worst(tickets: TicketQuerySet, now: datetime, limit: int = 10) -> list[Ticket]:
    """The late items, the longest overdue first: which they are is found before all that is shown of them."""
    late = TicketDeadline.objects.late(now).filter(subject__in=tickets.open().order_by().values("pk"))
    since = late.order_by().values("subject").annotate(since=Min("due_at")).order_by("since", "subject")
    return list(lateness.longest_first(Ticket.objects.filter(pk__in=since.values("subject")[:limit]), now))


def public(now: datetime) -> dict[str, object]:
    """What everybody may read on the public home: this month's aggregates, nothing confidential."""
    tickets = Ticket.objects.filter(confidential=False)
    month = month_of(timezone.localtime(now).date())
    tally = Report(tickets, [month], Areas(), whole=True).whole()
    return {
        "closed": tally.closed,
        "on_time": rate("on_time", tally, month),
        "minutes": tally.minutes,
        "satisfaction": rate("satisfied", tally, month),
        "overdue": tickets.overdue(now).count(),
    }
