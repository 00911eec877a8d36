"""More time for a handful of the demo's open matters (APP-10), and its old unmet ones that come up again (APP-15).

One extension waits for its head, one for the centre, one was granted and one refused; one matter waits for its firm and
one for a court. Of the old ones one was looked at, one goes on under a new number, the others wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from portal.desk.demo.agenda import Free, Script
from portal.desk.demo.office import later
from portal.people.models import User
from portal.people.roles import Role
from portal.worktime.calendar import calendar
from portal.worktime.words import local_day
from requests import flow, respite, stages
from requests.models import HandlingRequest, SecondLook, Ticket

BEGINS = timedelta(hours=-6, minutes=-20)  # counted from the close of business
STEP = 25  # working minutes
LONGER = 8  # working days
PARTS = "厂家来函，订做的部件月底才能到货，到货后三天内装好。"
SURVEY = "现场勘察与图纸不符，要重新测绘，设计单位下周出图。"
LATER = "牵头的专题会改到下周，会后才能定方案。"
ENOUGH = "现有人手可以按期办结，请先办能办的部分。"
PLAN = "还缺一份盖章的厂区平面图，已电话告诉联系人。"
SUIT = "企业已就同一事项向法院起诉，法院已受理。"
STILL = "用地指标今年没有新增，列入明年计划再看。"
NOW_IT_CAN = "上级文件放宽了条件，现在可以按新规定办。"

RECENT = timedelta(days=45)  # what came up since then still waits
WEEKS = 11  # over which the looks were made: the next ones are all to come
UNCHANGED, CHANGED = SecondLook.Found.UNCHANGED, SecondLook.Found.CHANGED

Does = Callable[[Ticket, User, datetime], Script]


def scripts(now: datetime, free: Free) -> Iterator[Script]:
    """One after another they pick their matters; then those of old that come up again, some every week."""
    begins = calendar().close_before(now, 1) + BEGINS
    acts: list[Does] = [_waits_for_firm, _with_head, _with_centre, _granted, _waits_for_court, _refused]
    for number, act in enumerate(acts):
        yield _picked(free, act, later(begins, 1 + 6 * number))
    yield _looked_at(now)


def _picked(free: Free, act: Does, at: datetime) -> Script:
    yield at
    for ticket, head in _in_time(free, at):
        free.picked.add(ticket.pk)
        yield from act(ticket, head, at)
        return


def _in_time(free: Free, at: datetime) -> Iterator[tuple[Ticket, User]]:
    """Ordinary matters in time whose firm was called, of departments with a head; the latest first."""
    found = Ticket.objects.filter(pk__in=free.standing(at), status=stages.HANDLING, handler__isnull=False)
    for ticket in found.order_by("-moved_at", "pk"):
        work = respite.work_of(ticket)
        if work is None or work.due_at < at + timedelta(days=3) or _asked_already(ticket):
            continue
        heads = User.objects.holding(Role.DEPARTMENT_HEAD, ticket.lead_department, at).order_by("pk")
        if heads:
            yield ticket, heads[0]


def _asked_already(ticket: Ticket) -> bool:
    return any(clock.obligation in ("contact", "return", "decide") for clock in ticket.open_deadlines)


def _extend(ticket: Ticket, at: datetime, reason: str) -> None:
    work = respite.work_of(ticket)
    assert work is not None, "only of what is in time"
    until = calendar().add_working_days(local_day(work.due_at), LONGER)
    flow.ask_extension(ticket, by=_handler(ticket), until=until, reason=reason, at=at)


def _suspend(ticket: Ticket, head: User, at: datetime, cause: str, days: int, reason: str) -> Script:
    until: date = calendar().add_working_days(local_day(at), days)
    flow.ask_suspension(ticket, by=_handler(ticket), cause=cause, until=until, reason=reason, at=at)
    yield (at := later(at, STEP))
    flow.approve_request(ticket, by=head, at=at)
    yield (at := later(at, STEP))
    flow.approve_request(ticket, by=_one(Role.TRIAGER), at=at)


def _handler(ticket: Ticket) -> User:
    assert ticket.handler is not None, "only of what somebody handles"
    return ticket.handler


def _one(role: str) -> User:
    return User.objects.get(username=role)


def _with_head(ticket: Ticket, head: User, at: datetime) -> Script:
    _extend(ticket, at, PARTS)
    yield from ()


def _with_centre(ticket: Ticket, head: User, at: datetime) -> Script:
    _extend(ticket, at, LATER)
    yield (at := later(at, STEP))
    flow.approve_request(ticket, by=head, at=at)


def _granted(ticket: Ticket, head: User, at: datetime) -> Script:
    _extend(ticket, at, SURVEY)
    yield (at := later(at, STEP))
    flow.approve_request(ticket, by=head, at=at)
    yield (at := later(at, STEP))
    flow.approve_request(ticket, by=_one(Role.SUPERVISOR), at=at)


def _refused(ticket: Ticket, head: User, at: datetime) -> Script:
    _extend(ticket, at, LATER)
    yield (at := later(at, STEP))
    flow.refuse_request(ticket, by=head, reason=ENOUGH, at=at)


def _waits_for_firm(ticket: Ticket, head: User, at: datetime) -> Script:
    return _suspend(ticket, head, at, HandlingRequest.Cause.ENTERPRISE, 6, PLAN)


def _waits_for_court(ticket: Ticket, head: User, at: datetime) -> Script:
    return _suspend(ticket, head, at, HandlingRequest.Cause.COURT, 40, SUIT)


def _looked_at(now: datetime) -> Script:
    """What came up long ago was looked at since, a share of it every week; the latest still wait.

    The last one looked at goes on under a new number.
    """
    for week in reversed(range(WEEKS)):
        yield (at := calendar().close_before(now, 1 + 5 * week) + BEGINS)
        long_ago = min(at, now - RECENT)
        due = list(SecondLook.objects.due(long_ago).select_related("ticket").order_by("due_at", "pk"))
        for number, look in enumerate(due[: -(-len(due) // (week + 1))]):
            last = week == 0 and number == len(due) - 1
            yield (at := later(at, STEP))
            flow.bring_back(look.ticket, at=at)
            found, text = (CHANGED, NOW_IT_CAN) if last else (UNCHANGED, STILL)
            yield (at := later(at, STEP))
            flow.look_again(look.ticket, by=_one(Role.TRIAGER), found=found, text=text, at=at)
