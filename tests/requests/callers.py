"""A matter of somebody who called and has no account, brought to the result that waits for his answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from requests import flow
from requests.models import ResultLink, Ticket
from tests.requests import factories as make
from tests.requests.factories import Town

CALLER = {"enterprise": None, "business_name": "路边小店", "contact_phone": "138 0000 0077"}


def confirming(town: Town, *, filed_at: datetime = make.MONDAY, **given: Any) -> Ticket:
    """待企业确认, taken down at the telephone; the signature sent the link."""
    ticket = flow.dispatch(
        make.registered(town, filed_at=filed_at, **(CALLER | given)),
        by=town.triager,
        kind="coordination",
        complexity="ordinary",
        category=town.category,
        lead=town.housing,
        co=[],
        at=filed_at + make.DISPATCHED,
    )
    flow.take(ticket, by=town.handler, at=filed_at + make.TAKEN)
    flow.log_contact(make.fresh(ticket), by=town.handler, text="已联系", at=filed_at + make.CONTACTED)
    ticket = make.report(make.fresh(ticket), filed_at + make.REPORTED)
    return flow.sign_off(ticket, by=town.department_head, at=filed_at + make.SIGNED)


def link_of(ticket: Ticket) -> ResultLink:
    """The link for its latest signed result; made here where the firm needs none."""
    result = ticket.results.exclude(signed_at=None).latest("id")
    made = {"ticket": ticket, "phone": "13800000077", "sent_at": result.signed_at}
    return ResultLink.objects.get_or_create(result=result, defaults=made)[0]
