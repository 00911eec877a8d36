"""Loading the demo town: first the town and its firms, then two years of matters, each in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.utils.translation import gettext_noop as _

from enterprises.models import Enterprise
from portal import trail
from portal.deadlines.sweep import fire, sweep
from portal.desk import displays
from portal.desk.demo.content import table
from portal.desk.demo.firms import carriers, find_writers, make_firms
from portal.desk.demo.oversight import Oversight
from portal.desk.demo.plan import DAYS, Plan
from portal.desk.demo.post import Post
from portal.desk.demo.story import Setting, Step, Story
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
    return Loaded(Enterprise.objects.count(), Ticket.objects.count(), fresh)


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
    _tell(report, 5, _("正在登记企业"))
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
    """Does all steps of all stories in the order of time, as two years would have done them."""
    _tell(report, 15, _("正在排两年的诉求"))
    told = Plan(setting_of(seed), find_writers(), tickets, now).stories()
    steps = [(step.at, one.story.number, i, one.story, step) for one in told for i, step in enumerate(one.steps)]
    _do([entry[3:] for entry in sorted(steps, key=lambda entry: entry[:3])], now, report)
    displays.make("大厅屏", by=User.objects.get(username=Role.ADMINISTRATOR), key=DEMO_BOARD.partition("=")[2], at=now)
    centre = Department.objects.get(kind=Department.Kind.CENTRE)
    data = {"enterprises": Enterprise.objects.count(), "tickets": tickets, "seed": seed}
    trail.record(LOADED, centre, by=CLOCK, at=now, data=data)


def _do(steps: list[tuple[Story, Step]], now: datetime, report: Report) -> None:
    shown, post = 0, Post(now, keep_since=now - KEPT, read_before=now - UNREAD)
    ends = {id(story): step.at for story, step in steps if step.moves}
    stories = {id(story): story for story, _step in steps}

    def standing(at: datetime) -> list[int]:
        over = (story.ticket for key, story in stories.items() if ends[key] <= at)
        return [ticket.pk for ticket in over if ticket is not None]

    oversight = Oversight(now, standing)
    with held():
        for done, (story, step) in enumerate(steps, 1):
            _oversee(oversight, post, step.at)
            _fire(post, step.at)
            post.before(story.ticket, step.at)
            step.do(step.at)
            assert story.ticket is not None
            post.after(story.ticket, step.at)
            percent = 20 + 75 * done // len(steps)
            if percent >= shown + 5:
                shown = percent
                _tell(report, percent, _("正在办理两年的诉求"))
        _oversee(oversight, post, now)
        sweep(now)
    _tell(report, 96, _("正在送达消息"))
    post.deliver()


def _oversee(oversight: Oversight, post: Post, at: datetime) -> None:
    """What supervision does before the next step of a story."""
    for act in oversight.until(at):
        _fire(post, act.at)
        ticket = act.find(act.at)
        if ticket is not None:
            post.before(ticket, act.at)
            act.do(ticket, act.at)
            post.after(ticket, act.at)


def _fire(post: Post, at: datetime) -> None:
    """What was reached since the step before, by whichever ticket (DL-4)."""
    if fire(TicketDeadline, at):
        post.rungs_fired()
