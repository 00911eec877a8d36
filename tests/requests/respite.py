"""Tickets whose department has asked for more time, by the verbs themselves (APP-10)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from requests import flow
from requests.models import HandlingRequest, Ticket, TicketDeadline
from tests.requests import factories as make
from tests.requests.factories import Town, moment

ASKED = moment("2026-11-12 10:00")  # a Thursday, two days after the ticket was taken; it is due on 1 December
HEAD = ASKED + timedelta(hours=1)
CENTRE = ASKED + timedelta(hours=2)
LATER = date(2026, 12, 15)  # a Tuesday
REVIEWED = date(2026, 11, 19)  # a Thursday


def work(ticket: Ticket, obligation: str = "handle") -> TicketDeadline:
    return TicketDeadline.objects.get(subject=ticket, obligation=obligation)


def extending(town: Town, **handled: Any) -> Ticket:
    """办理中: the handler has asked for an extension, its head has it."""
    ticket = make.handling(town, **handled)
    flow.ask_extension(ticket, by=town.handler, until=LATER, reason="管材要订做", at=ASKED)
    return make.fresh(ticket)


def passed(town: Town, **handled: Any) -> Ticket:
    """The head has approved, the centre has it."""
    return flow.approve_request(extending(town, **handled), by=town.department_head, at=HEAD)


def extended(town: Town, **handled: Any) -> Ticket:
    return make.fresh(flow.approve_request(passed(town, **handled), by=town.triager, at=CENTRE))


def suspending(town: Town, cause: str = "enterprise", until: date = REVIEWED, **handled: Any) -> Ticket:
    """Asked for by the head, whose approval is given with it."""
    ticket = make.handling(town, **handled)
    given = {"cause": cause, "until": until, "reason": "等企业补图纸"}
    flow.ask_suspension(ticket, by=town.department_head, at=HEAD, **given)
    return make.fresh(ticket)


def suspended(town: Town, **asked: Any) -> Ticket:
    """已挂起."""
    return make.fresh(flow.approve_request(suspending(town, **asked), by=town.triager, at=CENTRE))


def request(ticket: Ticket) -> HandlingRequest:
    return ticket.handling_requests.latest("pk")
