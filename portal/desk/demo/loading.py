"""Loading the demo town: first the town and its firms, then two years of matters, each in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.utils.translation import gettext_noop as _

from enterprises.models import Enterprise
from portal import trail
from portal.deadlines.sweep import fire, sweep
from portal.desk import displays
from portal.desk.demo import commons, dispatch, intake, respite, sealing, triage, visits
from portal.desk.demo.agenda import Agenda, Free, told
from portal.desk.demo.content import table
from portal.desk.demo.firms import carriers, find_writers, make_firms
from portal.desk.demo.inspections import chapter as inspections
from portal.desk.demo.oversight import Oversight
from portal.desk.demo.plan import DAYS, Plan, Told
from portal.desk.demo.policies import chapter as policies
from portal.desk.demo.post import Post
from portal.desk.demo.story import Setting
from portal.desk.demo.units import find_town, make_town
from portal.outbox.queueing import held
from portal.people.actors import CLOCK
from portal.people.demo import DEMO_BOARD
from portal.people.models import Department, User
from portal.people.roles import Role
from portal.trail.models import Event
from portal.worktime.held import begin_request, end_request
from requests.models import Category, ListItem, Ticket, TicketDeadline

PROGRESS = "demo.progress"  # in the cache while the town is being loaded: {"percent": …, "sentence": …}
PROGRESS_SECONDS = 900
LOADED = "town.loaded"
LOCK = 0x5348_4158  # one loading at a time
BEFORE = timedelta(days=60)  # everybody is in office before the first matter comes in
KEPT = timedelta(days=180)  # messages of the last half year lie in the inboxes
UNREAD = timedelta(days=3)  # those of these last days unread

Report = Callable[[int, str], None]


@dataclass(frozen=True)
class Loaded:
    """What is there now, and whether this call made it."""

    enterprises: int
    tickets: int
    fresh: bool


def load(*, enterprises: int, tickets: int, seed: int, now: datetime, report: Report) -> Loaded:
    """The town as it is at `now`. Does nothing where it is loaded already; a load that was cut off is taken up again."""
    try:
        with one_calendar():
            with transaction.atomic():
                _alone()
                if not User.objects.filter(username=Role.INTAKE_CLERK).exists():
                    _make_town(enterprises, tickets, seed, now, report)
            with transaction.atomic():
                _alone()
                fresh = not Event.objects.filter(kind=LOADED).exists()
                if fresh:
                    _live(tickets, seed, now, report)
    finally:
        cache.delete(PROGRESS)
    return Loaded(Enterprise.objects.count(), Ticket.objects.filter(confidential=False).count(), fresh)


@contextmanager
def one_calendar() -> Iterator[None]:
    """Calendar and limits are read once for all that happens inside, as for a web request; else every question asks."""
    begin_request()
    try:
        yield
    finally:
        end_request()


def _alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _tell(report: Report, percent: int, sentence: str) -> None:
    cache.set(PROGRESS, {"percent": percent, "sentence": sentence}, PROGRESS_SECONDS)
    report(percent, sentence)


def _make_town(enterprises: int, tickets: int, seed: int, now: datetime, report: Report) -> None:
    _tell(report, 1, _("正在建立部门和人员"))
    since = now - timedelta(days=DAYS) - BEFORE
    for command in ("load_industries", "load_places"):
        call_command(command, verbosity=0, stdout=_Silent())
    make_town(since)
    _tell(report, 5, _("正在登记企业，装入三年数据"))
    make_firms(enterprises, tickets, seed, since, now)


class _Silent:
    def write(self, text: str) -> None:
        pass


def setting_of(seed: int) -> Setting:
    """The town that all stories share, as it is in the database."""
    return Setting(
        seed=seed,
        town=find_town(),
        categories={category.code: category for category in Category.objects.all()},
        items={item.code: item for item in ListItem.objects.all()},
        words=table("words"),
        carriers=carriers(),
    )


def _live(tickets: int, seed: int, now: datetime, report: Report) -> None:
    """Does all that happened in the order of time, as two years would have done it."""
    _tell(report, 15, _("正在排两年的诉求"))
    stories = Plan(setting_of(seed), find_writers(), tickets, now).stories()
    _do(_agenda(stories, now), sum(len(one.steps) for one in stories), seed, now, report)
    displays.make("大厅屏", by=User.objects.get(username=Role.ADMINISTRATOR), key=DEMO_BOARD.partition("=")[2], at=now)
    centre = Department.objects.get(kind=Department.Kind.CENTRE)
    data = {"enterprises": Enterprise.objects.count(), "tickets": tickets, "seed": seed}
    trail.record(LOADED, centre, by=CLOCK, at=now, data=data)


def _agenda(told_ones: list[Told], now: datetime) -> Agenda:
    """The stories, and what supervision, the centre and the departments do between their steps."""
    agenda, free = Agenda(now), Free()
    for one in told_ones:
        agenda.add(told(one.steps), one.story)
        free.add(one.story, one.steps)
    areas = (
        Oversight(now, free).scripts(),
        commons.scripts(now),
        sealing.verify(now),
        [triage.merging(now, free)],
        dispatch.scripts(now, free),
        respite.scripts(now, free),
        intake.scripts(now),
    )
    for script in chain(*areas):
        agenda.add(script)
    return agenda


def _do(agenda: Agenda, steps: int, seed: int, now: datetime, report: Report) -> None:
    shown, done, post = 0, 0, Post(now, keep_since=now - KEPT, read_before=now - UNREAD)
    with held():
        for entry in agenda:
            if fire(TicketDeadline, entry.at):  # what was reached since the act before, by whichever ticket (DL-4)
                post.rungs_fired()
            if entry.story is None:
                post.write(entry.at)
                agenda.go_on(entry)
                post.write(entry.at)
                continue
            post.before(entry.story.ticket, entry.at)
            agenda.go_on(entry)
            ticket = entry.story.ticket
            assert ticket is not None
            post.after(ticket, entry.at)
            if ticket.from_hotline:
                agenda.add(intake.write_back(ticket, entry.at, now))
            done += 1
            percent = 20 + 70 * done // steps
            if percent >= shown + 5:
                shown = percent
                _tell(report, percent, _("正在办理两年的诉求"))
        triage.suggest()
        visits.load(now)
        _tell(report, 92, _("正在发布政策、办理申报"))
        policies.load(seed, now)
        _tell(report, 94, _("正在安排联合检查"))
        inspections.load(seed, now)
        sweep(now)
    _tell(report, 96, _("正在送达消息"))
    post.deliver()
