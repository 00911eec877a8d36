"""Loading the demo town in parts, each whole or not at all: the town and its firms, two years of matters, visits,
policies, inspections. What is there can be used while the next is made; a load that was cut off goes on with the part
it lacks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import chain

from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.utils.translation import gettext_noop as _

from enterprises.models import Enterprise
from portal import trail
from portal.deadlines.sweep import fire, sweep
from portal.desk import displays
from portal.desk.demo import (
    addresses,
    association,
    commons,
    corrections,
    dispatch,
    intake,
    newcomers,
    promises,
    respite,
    sealing,
    triage,
    visits,
)
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
from portal.worktime.calendar import SHANGHAI
from portal.worktime.held import begin_request, end_request
from requests.models import Category, ListItem, Ticket, TicketDeadline

PROGRESS = "demo.progress"  # in the cache while the town is being loaded: {"percent": …, "sentence": …}
PROGRESS_SECONDS = 900
PART, LOADED = "town.part_loaded", "town.loaded"
LOCK = 0x5348_4158  # one loading at a time
BEFORE = timedelta(days=60)  # everybody is in office before the first matter comes in
KEPT = timedelta(days=180)  # messages of the last half year lie in the inboxes
UNREAD = timedelta(days=3)  # those of these last days unread

Report = Callable[[int, str], None]


@dataclass(frozen=True)
class Loaded:
    """What is there now, and whether this call made some of it."""

    enterprises: int
    tickets: int
    fresh: bool


@dataclass(frozen=True)
class Size:
    """What was asked for when the load began; whoever takes it up again makes the same town."""

    enterprises: int
    tickets: int
    seed: int


@dataclass(frozen=True)
class Part:
    """One transaction: `load` is called with the size, the town's now and the report."""

    name: str
    percent: int
    sentence: str
    load: Callable[[Size, datetime, Report], None]


def load(*, enterprises: int, tickets: int, seed: int, now: datetime, report: Report) -> Loaded:
    """The town as it is at `now`. Does nothing where it is loaded already; a load that was cut off is taken up again,
    with the size and the moment it was begun with."""
    size, fresh = Size(enterprises, tickets, seed), False
    try:
        with one_calendar():
            for part in PARTS:
                with transaction.atomic():
                    _alone()
                    begun = Event.objects.filter(kind__in=(PART, LOADED)).order_by("pk").first()
                    if begun is not None:
                        size, now = Size(*(begun.data[name] for name in asdict(size))), begun.at
                    if not _is_there(part):
                        fresh = True
                        _tell(report, part.percent, part.sentence)
                        part.load(size, now, report)
                        _record(part, size, now)
    finally:
        cache.delete(PROGRESS)
    return Loaded(Enterprise.objects.count(), Ticket.objects.filter(confidential=False).count(), fresh)


def _is_there(part: Part) -> bool:
    """By its own event, or by that of a whole town."""
    done = Event.objects.filter(kind=LOADED) | Event.objects.filter(kind=PART, data__part=part.name)
    return done.exists()


def _record(part: Part, size: Size, now: datetime) -> None:
    centre = Department.objects.get(kind=Department.Kind.CENTRE)
    trail.record(PART, centre, by=CLOCK, at=now, data={"part": part.name, **asdict(size)})
    if part is PARTS[-1]:
        trail.record(LOADED, centre, by=CLOCK, at=now, data=asdict(size))


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


def _make_town(size: Size, now: datetime, report: Report) -> None:
    since = now - timedelta(days=DAYS) - BEFORE
    for command in ("load_industries", "load_places"):
        call_command(command, verbosity=0, stdout=_Silent())
    make_town(since)
    _tell(report, 5, _("正在登记企业，装入三年数据"))
    make_firms(size.enterprises, size.tickets, size.seed, since, now)
    association.make(since)


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


def _live(size: Size, now: datetime, report: Report) -> None:
    """Does all that happened in the order of time, as two years would have done it."""
    administrator = User.objects.get(username=Role.ADMINISTRATOR)
    displays.make("大厅屏", by=administrator, key=DEMO_BOARD.partition("=")[2], at=now)
    stories = Plan(setting_of(size.seed), find_writers(), size.tickets, now).stories()
    with _posted(now) as post:
        _do(_agenda(stories, now), sum(len(one.steps) for one in stories), post, now, report)


@contextmanager
def _posted(now: datetime) -> Iterator[Post]:
    """What happens inside is told to nobody; in the end the clocks are as they are at `now`, and the letters lie there."""
    post = Post(now, keep_since=now - KEPT, read_before=now - UNREAD)
    with held():
        yield post
        sweep(now)
    post.deliver()


def _chapter(load_chapter: Callable[[int, datetime], None], size: Size, now: datetime, report: Report) -> None:
    with _posted(now):
        load_chapter(size.seed, now)


def _visits(seed: int, now: datetime) -> None:
    triage.suggest()
    visits.load(now)
    corrections.load(now)


def _accounts(seed: int, now: datetime) -> None:
    newcomers.load(seed, now)
    addresses.load(now)


def _agenda(told_ones: list[Told], now: datetime) -> Agenda:
    """The stories, and what supervision, the centre and the departments do between their steps."""
    agenda, free = Agenda(now), Free()
    for one in told_ones:
        agenda.add(told(one.steps), one.story)
        free.add(one.story, one.steps)
    areas = (
        Oversight(now, free).scripts(),
        promises.scripts(told_ones),
        commons.scripts(now),
        sealing.verify(now),
        [triage.merging(now, free)],
        dispatch.scripts(now, free),
        respite.scripts(now, free),
        intake.scripts(now),
        association.scripts(now),
    )
    for script in chain(*areas):
        agenda.add(script)
    return agenda


def _do(agenda: Agenda, steps: int, post: Post, now: datetime, report: Report) -> None:
    shown, done = 0, 0
    today, is_put = now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0), False
    for entry in agenda:
        if entry.at >= today and not is_put:
            post.put()  # before today's first number: from then on whoever files waits for the commit (APP-5)
            is_put = True
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
        percent = 15 + 70 * done // steps
        if percent >= shown + 5:
            shown = percent
            _tell(report, percent, _("正在办理两年的诉求"))


PARTS = (
    Part("town", 1, _("正在建立部门和人员"), _make_town),
    Part("matters", 15, _("正在排两年的诉求"), _live),
    Part("visits", 86, _("正在走访企业"), partial(_chapter, _visits)),
    Part("policies", 89, _("正在发布政策、办理申报"), partial(_chapter, policies.load)),
    Part("inspections", 94, _("正在安排联合检查"), partial(_chapter, inspections.load)),
    Part("newcomers", 98, _("正在核对注册申请"), partial(_chapter, _accounts)),
)
