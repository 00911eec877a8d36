"""What triage did with the engine's help: suggestions taken or not, and one matter merged into another firm's (APP-16)."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.desk.demo.agenda import Free, Script
from portal.desk.demo.office import later
from portal.people.models import User
from portal.people.roles import Role
from portal.worktime.calendar import calendar
from requests import flow, stages
from requests.likeness import suggesting
from requests.likeness.duplicates import likely_of
from requests.likeness.finding import text_of
from requests.models import Ticket

SUGGESTED = 120  # of the latest dispatches, so many had been shown what near matters suggest; some are closed by now
ALIKE = 0.4  # from which likeness on the demo's triager merges
LEFT_TO_DO = 3  # waiting matters that stay for whoever tries the demo
BEGINS = timedelta(hours=-7, minutes=-30)  # counted from the close of business


def merging(now: datetime, free: Free) -> Script:
    """Since the last working day the triager looks every hour whether one of what waits says the same as another."""
    triager, at = User.objects.get(username=Role.TRIAGER), calendar().close_before(now, 1) + BEGINS
    while True:
        yield (at := later(at, 60))
        pair = _alike(triager, free, at)
        if pair is not None:
            ticket, main = pair
            free.picked.add(ticket.pk)
            flow.merge(ticket, by=triager, into=main, at=at)
            return


def _alike(triager: User, free: Free, at: datetime) -> tuple[Ticket, Ticket] | None:
    waiting = Ticket.objects.filter(status__in=(stages.RECEIVED, stages.TRIAGING), confidential=False)
    if waiting.count() <= LEFT_TO_DO:
        return None
    for ticket in waiting.filter(pk__in=free.standing(at)).order_by("moved_at", "pk"):
        for like in likely_of(ticket, triager, at).others:
            main = like.ticket
            if like.score >= ALIKE and main.status == stages.HANDLING:
                return ticket, main
    return None


def suggest() -> None:
    """As it would have been shown before each of the latest dispatches: only from what had been closed by then."""
    triager = User.objects.get(username=Role.TRIAGER)
    latest = Ticket.objects.filter(dispatched_at__isnull=False, confidential=False).order_by("-dispatched_at", "-pk")
    for ticket in latest[:SUGGESTED]:
        at = ticket.dispatched_at or ticket.filed_at
        closed = Ticket.objects.filter(closed_at__lt=at).exclude(pk=ticket.pk)
        advice = suggesting.advise(text_of(ticket), tickets=closed, at=at)
        suggesting.keep(ticket, advice, to=triager, at=at)
        suggesting.chosen(ticket, at)
