"""Confidential complaints at each step of the loop, brought there by the verbs: about the police, by the firm."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from portal.people.models import User
from requests import flow
from requests.flow.confidential import Grievance
from requests.models import Ticket
from tests.requests.factories import MONDAY, Town, fresh

HOUR = timedelta(hours=1)


def grievance(town: Town, **given: Any) -> Grievance:
    return Grievance(
        **{
            "about": "inspection",
            "accused": town.police,
            "unit_name": "",
            "persons": "穿制服的两个人",
            "description": "上周三来厂里检查，没有出示证件，要求当场交钱。",
            "contact_name": "乌有先生",
            "contact_phone": "13800000001",
            "enterprise": town.firm,
            **given,
        }
    )


def filed(town: Town, *, by: User | None = None, at: datetime = MONDAY, files: Any = (), **given: Any) -> Ticket:
    by = by or town.enterprise_member
    return flow.complain(grievance(town, **given), by=by, key=uuid.uuid4(), files=files, at=at)


def taken_down(town: Town, *, at: datetime = MONDAY, **given: Any) -> Ticket:
    told = {"enterprise": None, "business_name": "庖丁熟食店", "contact_phone": "13800000077", **given}
    return flow.take_down(grievance(town, **told), by=town.intake_clerk, key=uuid.uuid4(), at=at)


def accepted(town: Town, **given: Any) -> Ticket:
    ticket = filed(town, **given)
    return flow.accept(ticket, by=town.supervisor, at=ticket.filed_at + HOUR)


def entrusted(town: Town, *, handlers: list[User] | None = None, **given: Any) -> Ticket:
    ticket = accepted(town, **given)
    handlers = handlers or [town.economy_handler]
    return flow.entrust(ticket, by=town.supervisor, handlers=handlers, at=ticket.filed_at + 2 * HOUR)


def handling(town: Town, *, contacted: bool = True, **given: Any) -> Ticket:
    ticket = entrusted(town, **given)
    by = named(ticket)
    flow.take(fresh(ticket), by=by, at=ticket.filed_at + 3 * HOUR)
    if contacted:
        flow.log_contact(fresh(ticket), by=by, text="已与投诉人当面谈", at=ticket.filed_at + 4 * HOUR)
    return fresh(ticket)


def named(ticket: Ticket) -> User:
    return ticket.named_handlers.filter(ended_at=None).first().user


def confirmed(town: Town, **given: Any) -> Ticket:
    """All three confirmations made; no expert was needed."""
    ticket = handling(town, **given)
    by, at = named(ticket), ticket.filed_at + 5 * HOUR
    for what in ("complainant", "unit", "site"):
        flow.record_confirmation(ticket, by=by, what=what, text="已核实", at=at)
    flow.record_confirmation(ticket, by=by, what="expert", text="事实清楚", waived=True, at=at)
    return fresh(ticket)


def found(town: Town, **given: Any) -> Ticket:
    ticket = confirmed(town, **given)
    flow.find(ticket, by=named(ticket), outcome="partly", text="检查时未出示证件属实", at=ticket.filed_at + 6 * HOUR)
    return fresh(ticket)


def signoff(town: Town, **given: Any) -> Ticket:
    ticket = found(town, **given)
    flow.report(ticket, by=named(ticket), kind="partly", text="已责令改正", at=ticket.filed_at + 7 * HOUR)
    return fresh(ticket)


def confirming(town: Town, **given: Any) -> Ticket:
    ticket = signoff(town, **given)
    return flow.sign_off(ticket, by=town.supervisor, at=ticket.filed_at + 8 * HOUR)


def revisiting(town: Town, **given: Any) -> Ticket:
    ticket = confirming(town, **given)
    return flow.confirm(ticket, by=town.enterprise_member, at=ticket.filed_at + 9 * HOUR)


AT = {
    "received": filed,
    "triaging": accepted,
    "assigned": entrusted,
    "handling": handling,
    "signoff": signoff,
    "confirming": confirming,
    "revisiting": revisiting,
}
