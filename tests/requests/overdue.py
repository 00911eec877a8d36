"""Overdue tickets, brought there by the verbs and by the sweep's timed verbs: a consultation has five working days.

Filed on Monday 9 November 2026, taken on Tuesday; due on Tuesday the 17th at 17:00. `NOW` is Thursday the 19th.
"""

from datetime import date, datetime
from typing import Any

from portal.deadlines.sweep import sweep
from requests import flow
from requests.models import DeadlineCommitment, Ticket, TicketDeadline
from tests.requests import factories as make
from tests.requests.factories import Town, fresh, moment

DUE = moment("2026-11-17 17:00")
NOW = moment("2026-11-19 10:00")
UNTIL = date(2026, 11, 23)  # a Monday
CLOSE = moment("2026-11-23 17:00")
BROKEN = moment("2026-11-24 09:00")


def handling(town: Town, *, at: datetime = NOW, **given: Any) -> Ticket:
    """办理中, two working days late; the sweep has been by."""
    ticket = make.handling(town, **{"kind": "consultation"} | given)
    sweep(at)
    return fresh(ticket)


def assigned(town: Town) -> Ticket:
    """待签收: nobody took it, so the handling clock began by itself (SLA-3) and has passed as well."""
    ticket = make.dispatched(town, kind="consultation")
    for at in (moment("2026-11-11 08:00"), moment("2026-11-18 17:30"), NOW):
        sweep(at)
    return fresh(ticket)


def signoff(town: Town) -> Ticket:
    return make.report(handling(town), NOW)


def work(ticket: Ticket) -> TicketDeadline:
    return ticket.deadlines.get(obligation="handle")


def promise(town: Town, ticket: Ticket, *, at: datetime = NOW, **given: Any) -> DeadlineCommitment:
    words = {"reason": "管道要等材料", "measure": "周五材料到，周六进场"}
    words |= {"wording": "修好广漠路雨污管网", "until": UNTIL}
    return flow.make_commitment(ticket, by=town.handler, at=at, **words | given)


def promised(town: Town) -> Ticket:
    ticket = handling(town)
    promise(town, ticket)
    return fresh(ticket)


def approved(town: Town) -> Ticket:
    ticket = promised(town)
    flow.approve_commitment(ticket, by=town.supervisor, at=NOW)
    return fresh(ticket)


def returned(town: Town) -> Ticket:
    ticket = promised(town)
    flow.return_commitment(ticket, by=town.supervisor, reason="太笼统", at=NOW)
    return fresh(ticket)


def broken(town: Town) -> Ticket:
    """Its time passed: the sweep has decided. (What is tried at `NOW` afterwards is tried in its past: no matter.)"""
    ticket = approved(town)
    sweep(BROKEN)
    return fresh(ticket)
