"""全程: a ticket's own clock from receipt to its end, beside the clocks of those who owe something (design, Deadlines).

No deadline: no rule gives the whole a limit, so nobody owes it and no ladder climbs on it. It is read from the ticket's
facts and shown. Only the time in which the centre waited for what was missing is left out (APP-2).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.worktime import words
from portal.worktime.calendar import SHANGHAI, LimitKind, calendar
from requests.models import Ticket, TicketDeadline


@dataclass(frozen=True)
class Total:
    """Whole working `days` and working `minutes` that have run `since`; `waits`: it stands still for the supplement.

    `stood`: from when to when it stood still, where it has run on.
    """

    days: int
    minutes: int
    waits: bool
    since: datetime
    stood: tuple[datetime, datetime] | None = None

    @property
    def said(self) -> str:
        """“6 个工作日”, “2 小时 10 分” within the day, with “等补正，停计” while it stands."""
        return _("%(span)s，等补正停计") % {"span": self.run} if self.waits else self.run

    @property
    def run(self) -> str:
        """The time alone."""
        days = ngettext("%(days)s 个工作日", "%(days)s 个工作日", self.days) % {"days": self.days}
        return days if self.days else words.span(self.minutes)

    @property
    def question(self) -> str:
        """What the public calculator is asked to count the same day by day (DL-1); empty before any has run."""
        if not self.minutes:
            return ""
        kind, n = (LimitKind.WORKING_DAYS, self.days) if self.days else (LimitKind.WORKING_MINUTES, self.minutes)
        asked = {"start": _typed(self.since), "kind": kind.value, "n": n}
        if self.stood:
            asked |= {"p1": _typed(self.stood[0]), "r1": _typed(self.stood[1])}
        return urlencode(asked)


def total(ticket: Ticket, now: datetime) -> Total:
    """How long it has taken until now, or took until it ended. Reads the ticket's supplement besides the ticket."""
    until = ticket.closed_at or now
    asked = getattr(ticket, "supplement", None)
    if asked is None or asked.asked_at >= until:
        return Total(*_between(ticket.filed_at, until), False, ticket.filed_at)
    resumed = asked.answered_at or asked.lapsed_at
    before, after, stood = _between(ticket.filed_at, asked.asked_at), (0, 0), None
    if resumed and resumed < until:
        after, stood = _between(resumed, until), (asked.asked_at, resumed)
    waits = not ticket.ended and resumed is None
    return Total(before[0] + after[0], before[1] + after[1], waits, ticket.filed_at, stood)


def _typed(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")


def _between(since: datetime, until: datetime) -> tuple[int, int]:
    """Working days after the one's day up to the other's, never negative, and working minutes."""
    days = calendar().working_days_between(words.local_day(since), words.local_day(until))
    return max(days, 0), calendar().working_minutes_between(since, until)


def outer_limit(ticket: Ticket) -> TicketDeadline | None:
    """The limit that a hotline set for the whole (APP-1), met when it was told; the latest where it is told again."""
    if not ticket.from_hotline:
        return None
    return ticket.deadlines.filter(obligation="outer").order_by("-id").first()
