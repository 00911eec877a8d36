"""The line (六环线) of one ticket: six stations, who was there, when, how long, and the branches of what went back.

Read from the ticket's own columns for a row of a list; the trail adds people and times on the ticket's page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _

from portal.deadlines.rules import NoRule, rule_under
from portal.trail.models import Event
from portal.worktime import clock, words
from portal.worktime.calendar import calendar
from portal.worktime.limits import LimitKind
from requests import limits, stages
from requests.models import Ticket, TicketDeadline
from requests.models.ticket import WORKS, Round

ORDER = tuple(stages.STAGES)
DONE, HERE, AHEAD, BEEN = "done", "here", "ahead", "been"


@dataclass
class Station:
    key: str
    name: str
    state: str
    late: bool = False
    who: str = ""
    lines: list[str] = field(default_factory=list)
    short: str = ""
    count: int | None = None
    late_count: int = 0
    url: str = ""
    late_url: str = ""


@dataclass
class Branch:
    """A return: `cls` is `b-64` for station 6 back to station 4."""

    cls: str
    text: str
    count: int | None = None
    url: str = ""


@dataclass
class Journey:
    stations: list[Station]
    branches: list[Branch]
    label: str
    late: bool = False
    closed: bool = False


def journey(
    ticket: Ticket, now: datetime, events: Iterable[Event] | None = None, due: TicketDeadline | None = None
) -> Journey:
    """The ticket's line. Without `events` it costs no query beyond the deadlines that `for_rows` has loaded.

    It is red where `due` is late, the limit that is shown beside it: by default the one that a list shows.
    """
    here = _index(ticket)
    due = due or ticket.deadline
    late = due is not None and due.obligor_kind != "enterprise" and due.is_overdue(now)
    been = _been(ticket)
    stations = []
    for index, (key, name) in enumerate(_stations(get_language())):
        state = DONE if index < here else HERE if index == here else BEEN if index <= been else AHEAD
        stations.append(Station(key, name, state, late=late and state == HERE))
    line = Journey(stations, _branches(ticket), _label(ticket, here), late, ticket.status == stages.CLOSED)
    if events is not None:
        _tell(line, ticket, list(events), now)
    return line


@lru_cache(maxsize=8)
def _stations(language: str | None) -> tuple[tuple[str, str], ...]:
    """The six stations with their names in a language: a list says them for each of its rows."""
    return tuple((key, _(name)) for key, name in stages.STAGES.items())


def _index(ticket: Ticket) -> int:
    """The station where the ticket stands, 0–5; 6 when it has passed them all; where it ended if it ended before."""
    if ticket.status == stages.CLOSED:
        return len(ORDER)
    if ticket.status == stages.WITHDRAWN and ticket.dispatched_at:
        return ORDER.index(stages.HANDLE) if ticket.handler_id else ORDER.index(stages.DISPATCH)
    return ORDER.index(ticket.stage)


def _been(ticket: Ticket) -> int:
    """The furthest station passed before the ticket went back, to be passed again."""
    if ticket.ended or ticket.round == Round.FIRST:
        return -1
    return ORDER.index(stages.REVISIT if ticket.dissatisfied else stages.FEEDBACK)


def _branches(ticket: Ticket) -> list[Branch]:
    branches = []
    if ticket.disputes:
        branches.append(Branch("b-54", _("企业有异议")))
    if ticket.dissatisfied == 1:
        branches.append(Branch("b-64", _("二次交办")))
    elif ticket.dissatisfied > 1:
        branches.append(Branch("b-64", _("二次交办，督办")))
    return branches[-1:] if ticket.dissatisfied else branches


def _label(ticket: Ticket, here: int) -> str:
    if ticket.ended:
        return _("诉求进程：%(status)s") % {"status": ticket.status_name}
    return _at_station(get_language(), here)


@lru_cache(maxsize=16)
def _at_station(language: str | None, here: int) -> str:
    said = {"stage": _(stages.STAGES[ORDER[here]]), "here": here + 1}
    return _("诉求进程：现在%(stage)s，第 %(here)s 站，共 6 站") % said


# With the trail -----------------------------------------------------------------------------------------------

# Which event says that the ticket left a station, and so who was there and when.
LEFT_BY = {
    stages.INTAKE: ("ticket.accepted", "ticket.registered", "ticket.rejected", "ticket.reopened"),
    stages.TRIAGE: ("ticket.dispatched",),
    stages.DISPATCH: ("ticket.taken",),
    stages.HANDLE: ("ticket.answered",),
    stages.FEEDBACK: ("ticket.confirmed", "ticket.disputed", "ticket.left_unanswered"),
    stages.REVISIT: ("ticket.closed",),
}
# What brought it to another department: the time there is counted from it (APP-9).
ENTERED_ANEW = {stages.DISPATCH: ("ticket.returned", "ticket.reassigned", "ticket.raised_decided")}


def _tell(line: Journey, ticket: Ticket, events: list[Event], now: datetime) -> None:
    last = {kind: event for event in sorted(events, key=lambda e: (e.at, e.pk)) for kind in [event.kind]}
    entered = ticket.filed_at
    for station in line.stations:
        anew = [last[kind].at for kind in ENTERED_ANEW.get(station.key, ()) if kind in last]
        entered = max([entered, *anew])
        leavings = (last[kind] for kind in LEFT_BY[station.key] if kind in last)
        left = max(leavings, key=lambda event: (event.at, event.pk), default=None)
        if station.state == DONE and left is not None:
            station.who = _who(station.key, ticket, left)
            station.lines = [words.moment(left.at), _took(station.key, ticket, entered, left.at)]
            station.short = words.day(left.at, weekday=False)
            entered = left.at
        elif station.state == HERE and ticket.ended:
            station.who, station.lines = ticket.status_name, [words.moment(ticket.moved_at)]
            station.short = words.day(ticket.moved_at, weekday=False)
        elif station.state == HERE:
            station.who = holder_name(ticket)
            station.lines = [_since(ticket), _so_far(ticket, now)]
            station.short = _short(ticket, now)
        elif station.state != DONE and not ticket.ended and station.key in PROMISED:
            station.lines = [_(PROMISED[station.key][0]), _promise(station.key, ticket, now)]
        station.lines = [line for line in station.lines if line]


# What the firm may expect of the stations ahead: who, since when counted, and whose limit it is (SLA-7, SLA-11).
PROMISED = {
    stages.FEEDBACK: (gettext_noop("企业确认"), "confirm", gettext_noop("送达后 %(amount)s内")),
    stages.REVISIT: (gettext_noop("中心回访"), "revisit", gettext_noop("确认后 %(amount)s内")),
}


def _promise(stage: str, ticket: Ticket, now: datetime) -> str:
    """“送达后 3 个工作日内”, as the table of limits says now."""
    _who_then, obligation, words_of = PROMISED[stage]
    try:
        limit = rule_under(obligation, limits.conditions(ticket), at=now).limit
    except NoRule:
        return ""
    if limit is None or limit.amount is None or limit.kind != LimitKind.WORKING_DAYS:
        return ""
    days = ngettext("%(days)s 个工作日", "%(days)s 个工作日", limit.amount) % {"days": limit.amount}
    return _(words_of) % {"amount": days}


def _since(ticket: Ticket) -> str:
    return _("%(moment)s 起") % {"moment": words.moment(ticket.moved_at)}


def _so_far(ticket: Ticket, now: datetime) -> str:
    """“第 7 个工作日，共 8 个” while a limit of several days runs, else when it is due."""
    deadline = work_deadline(ticket) or ticket.deadline
    if deadline is None or deadline.is_paused:
        return ticket.status_name if ticket.status == stages.SUSPENDED else ""
    day, total = _day_of(deadline, now)
    if total and 0 < day <= total:
        return _("第 %(day)s 个工作日，共 %(total)s 个") % {"day": day, "total": total}
    return words.by_when(deadline.due_at)


def _day_of(deadline: TicketDeadline, now: datetime) -> tuple[int, int]:
    """Which working day of how many; (0, 0) where the limit is not of several working days."""
    if deadline.limit_kind != LimitKind.WORKING_DAYS or deadline.extended_to or (deadline.limit_amount or 0) < 2:
        return 0, 0
    passed = calendar().working_days_between(words.local_day(deadline.started_at), words.local_day(now))
    return passed, deadline.limit_amount or 0


def _short(ticket: Ticket, now: datetime) -> str:
    """One word under the station where it stands: “第 7 天”, “在办”."""
    if ticket.status == stages.SUSPENDED:
        return _("挂起")
    deadline = work_deadline(ticket)
    day, total = _day_of(deadline, now) if deadline else (0, 0)
    return _("第 %(day)s 天") % {"day": day} if 0 < day <= total else _("在办")


def _who(stage: str, ticket: Ticket, left: Event) -> str:
    if stage == stages.HANDLE and ticket.lead_department:
        return f"{ticket.lead_department.short_name} {ticket.handler.name if ticket.handler else ''}".strip()
    if stage == stages.DISPATCH and ticket.lead_department:
        return ticket.lead_department.short_name
    if left.kind == "ticket.left_unanswered":
        return _("未回应")
    return left.actor.name if left.actor else ""


def _took(stage: str, ticket: Ticket, entered: datetime, left: datetime) -> str:
    if stage == stages.INTAKE and left == entered and not ticket.first_response_at:
        return ""  # typed in by a clerk: nobody knows when it came
    if stage == stages.INTAKE and ticket.first_response_at:
        minutes = calendar().working_minutes_between(ticket.filed_at, ticket.first_response_at)
        return _("%(span)s首次响应") % {"span": words.span(minutes)} if minutes else _("当场响应")
    return _("用时 %(span)s") % {"span": duration(entered, left)}


def duration(since: datetime, until: datetime) -> str:
    """Working time between two instants in the words of a person: minutes and hours within a day, else working days."""
    minutes = calendar().working_minutes_between(since, until)
    days = calendar().working_days_between(words.local_day(since), words.local_day(until))
    if days < 2:
        return words.span(minutes)
    return ngettext("%(days)s 个工作日", "%(days)s 个工作日", days) % {"days": days}


def work_deadline(ticket: Ticket) -> TicketDeadline | None:
    """The clock of the department that has the ticket: to accept it, or to handle it in this round."""
    wanted = {"accept", *WORKS}
    return next((d for d in ticket.open_deadlines if d.obligation in wanted), None)


def work_by(ticket: Ticket) -> str:
    """By when the work is due, for a sentence about what is next; a time that is past is not named as if it were one.

    Nothing where no such clock runs.
    """
    deadline = work_deadline(ticket)
    if deadline is None:
        return ""
    return words.by_when(deadline.due_at) if deadline.due_at > clock.now() else _("已超期，请马上")


def holder_name(ticket: Ticket) -> str:
    """Who has the ticket now, as the firm may read it (APP-20)."""
    if ticket.stage == stages.FEEDBACK:
        return _("企业确认")
    if ticket.status == stages.INCOMPLETE:
        return _("等企业补充")
    if ticket.lead_department and ticket.status in stages.IN_DEPARTMENT:
        name = ticket.handler.name if ticket.handler and ticket.status != stages.ASSIGNED else ""
        return f"{ticket.lead_department.short_name} {name}".strip()
    return _("企业服务中心")
