"""The demo's common problems and its knowledge base, made by the verbs from matters that are closed (APP-16, APP-17)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from portal.desk.demo.agenda import Script
from portal.desk.demo.content import table
from portal.people.models import Department, User
from portal.people.roles import Role
from portal.worktime.calendar import calendar
from portal.worktime.words import local_day
from requests import flow, stages
from requests.clusters import find_clusters
from requests.models import Article, ArticleUse, Category, CommonProblem, Ticket

MORNING = timedelta(hours=-7)  # from the close of business
NOON = timedelta(hours=-2, minutes=-55)
LATER = timedelta(hours=-2, minutes=-10)
KINDS = ArticleUse.Kind
MEASURE = ("kind", "measure", "public_words")
Act = tuple[datetime, Callable[[datetime], None]]  # when, and what
NAMES = uuid.UUID("9b1d2c4e-5f60-4a7b-8c9d-0e1f2a3b4c5d")  # visitors' votes come out the same in each loading


def scripts(now: datetime) -> Iterator[Script]:
    """Of each common problem and each article."""
    content = table("commons")
    yield from (_script(_problem(about, now)) for about in content["problem"])
    yield from (_script(_article(about, n, now)) for n, about in enumerate(content["article"]))
    yield _looking(now)


def _looking(now: datetime) -> Script:
    """What is done every night: the problems that several firms seem to have wait for somebody to look at them."""
    yield now
    find_clusters(now)


def _script(acts: Iterator[Act]) -> Script:
    for at, act in acts:
        yield at
        act(at)


def _day(now: datetime, days: int) -> datetime:
    """The close of business so many working days ago."""
    return calendar().close_before(now, days)


def _one(role: str) -> User:
    return User.objects.get(username=role)


# Common problems ----------------------------------------------------------------------------------------------


def _problem(about: dict[str, Any], now: datetime) -> Iterator[Act]:
    decided = about.get("decided", False)
    opened = _day(now, 24 if decided else 6) + MORNING
    made: list[CommonProblem] = []

    def gather(at: datetime) -> None:
        tickets = _of(about["from"], at)
        if len(tickets) > 1:
            words = {"title": about["title"], "statement": about["statement"]}
            made.append(flow.open_problem(tickets, by=_one(Role.TRIAGER), at=at, **words))

    def name(at: datetime) -> None:
        until = local_day(_day(now, 16)) if decided else calendar().add_working_days(local_day(now), 4)
        for problem in made:
            flow.name_owner(problem, by=_one(Role.SUPERVISOR), department=_led(about), until=until, at=at)

    def decide(at: datetime) -> None:
        for problem in made:
            head = User.objects.holding(Role.DEPARTMENT_HEAD, _led(about), at).order_by("pk")[0]
            flow.decide_measure(problem, by=head, at=at, **{key: about[key] for key in MEASURE})

    def tell(at: datetime) -> None:
        for problem in made:
            flow.close_problem(problem, by=_one(Role.TRIAGER), at=at)

    yield opened, gather
    yield opened + timedelta(hours=1), name
    if decided:
        yield _day(now, 17) + NOON, decide
        yield _day(now, 15) + MORNING, tell


def _led(about: dict[str, Any]) -> Department:
    return Department.objects.get(short_name=about["department"])


def _of(titles: list[str], at: datetime) -> list[Ticket]:
    """The latest matters of these kinds that were filed before, of different firms, eight at most."""
    found: dict[int, Ticket] = {}
    for title in titles:
        rows = Ticket.objects.filter(title__startswith=title, confidential=False, filed_at__lt=at)
        rows = rows.exclude(status__in=(stages.REJECTED, stages.WITHDRAWN)).order_by("-filed_at", "pk")
        for ticket in rows.filter(problems=None)[:2]:
            found.setdefault(ticket.enterprise_id or -ticket.pk, ticket)
    return list(found.values())[:8]


# Articles -----------------------------------------------------------------------------------------------------


def _article(about: dict[str, Any], number: int, now: datetime) -> Iterator[Act]:
    """Drafted in the department that had the matter, reviewed in the centre; some are only on their way."""
    days = 255 if about.get("aged") else 120 - 9 * number
    at = _day(now, days) + NOON
    made: list[Article] = []

    def write(at: datetime) -> None:
        source = _source(about, at)
        writer = source.handler if source and source.handler else _one(Role.TRIAGER)
        words = {key: about.get(key, "") for key in ("question", "answer", "basis", "keywords", "public_answer")}
        words |= {key: " ".join(about.get(key, "").split()) for key in ("question_en", "answer_en")}
        words |= {"category": Category.objects.get(code=about["category"]), "department": _led(about)}
        made.append(flow.draft_article(source, by=writer, at=at, public=about.get("public", False), **words))

    def submit(at: datetime) -> None:
        flow.submit_article(made[0], by=made[0].opened_by, at=at)

    def publish(at: datetime) -> None:
        own = made[0].opened_by.username == Role.TRIAGER
        flow.publish_article(made[0], by=_one(Role.SUPERVISOR if own else Role.TRIAGER), at=at)

    def use(at: datetime) -> None:
        _used(made[0], about, number, now)

    yield at, write
    if about.get("state") != "draft":
        yield at + timedelta(minutes=20), submit
    if "state" not in about:
        yield _day(now, days - 2) + LATER, publish
        yield now, use


def _source(about: dict[str, Any], at: datetime) -> Ticket | None:
    """A closed matter of that kind with an answer, and a writer who could have written it; else none."""
    for title in (about["from"], about.get("alternative", "")):
        closed = Ticket.objects.filter(title__startswith=title, status=stages.CLOSED, confidential=False)
        for ticket in closed.filter(closed_at__lt=at).order_by("-closed_at", "pk") if title else ():
            if ticket.handler and flow.articles.may_draft(ticket, ticket.handler):
                return ticket
    return None


def _used(article: Article, about: dict[str, Any], number: int, now: datetime) -> None:
    for kind in (KINDS.HELPED, KINDS.USELESS):
        for n in range(about.get(kind, 0)):
            at, visitor = _day(now, 1 + 2 * n), uuid.uuid5(NAMES, f"{number} {kind} {n}")
            flow.use_article(article, kind=kind, by=None, session=visitor, at=at)
    for n in range(about.get("spared", 0)):
        key = uuid.uuid5(NAMES, f"{number} draft {n}")
        flow.use_article(
            article, kind=KINDS.SPARED, by=_one(Role.ENTERPRISE_MEMBER), draft_key=key, at=_day(now, 3 + n)
        )
    handling = Ticket.objects.filter(status=stages.HANDLING, category=article.category, handler__isnull=False)
    for ticket in handling.order_by("pk")[:1] if about.get("cited") else ():
        flow.use_article(article, kind=KINDS.CITED, by=ticket.handler, ticket=ticket, at=_day(now, 1) + NOON)
