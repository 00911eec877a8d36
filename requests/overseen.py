"""What supervision orders, replies under seal and the congress observer's questions ask for on one ticket now.

Pages and verbs ask the same functions (see `requests.owed`), so that what is offered and what is refused cannot differ.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.deadlines.obligations import ASIDE
from portal.worktime import clock
from requests import stages
from requests.models import Result, SupervisionOrder, Ticket, WrittenReply
from requests.models.ticket import WORK, Round

ORDERS = {"answer_order", "amend_order", "judge_order"}
ASKED = {"issue_order", "deliver_scan", "verify", "record_revisit", *ORDERS}
THEIRS = ("accept", *WORK.values())  # the lead department's own work


def order_running(ticket: Ticket) -> SupervisionOrder | None:
    """The order to which the department owes its answer."""
    return SupervisionOrder.objects.running().filter(ticket=ticket).select_related("deadline").first()


def order_to_judge(ticket: Ticket) -> SupervisionOrder | None:
    """The answered order that waits longest for the supervisor's word."""
    return SupervisionOrder.objects.to_judge().filter(ticket=ticket).order_by("answered_at", "pk").first()


def orderable(ticket: Ticket, at: datetime) -> bool:
    """Whether the lead department's work is late and no order runs: then a supervisor may give one by hand (SEC-1)."""
    if ticket.status not in stages.IN_DEPARTMENT or any(d.obligation == "order" for d in ticket.open_deadlines):
        return False
    return any(d.obligation in THEIRS and d.is_overdue(at) for d in ticket.open_deadlines)


def reply_to_deliver(ticket: Ticket) -> WrittenReply | None:
    """The written reply of the result that holds: its sealed scan is what the department delivers."""
    signed = ticket.results.filter(signed_at__isnull=False)
    result: Result | None = signed.select_related("reply__department").order_by("-id").first()
    return getattr(result, "reply", None)


def scan_missing(ticket: Ticket, result: Result | None) -> bool:
    """Whether the reply under seal is due and was not delivered (APP-11, APP-14)."""
    if result is None or not result.needs_written_reply:
        return False
    reply = getattr(result, "reply", None)
    return reply is None or reply.scan is None


def scan_due(ticket: Ticket) -> bool:
    """Whether the result that holds still lacks its sealed reply."""
    return scan_missing(ticket, ticket.results.filter(signed_at__isnull=False).order_by("-id").first())


def verifiable(ticket: Ticket, by: Any, at: datetime) -> bool:
    """Whether the congress observer may ask the firm: closed and overdue ordinary matters that he reads (SEC-1)."""
    return _asks_for_it(ticket, at) and Ticket.objects.visible_to(by, at).filter(pk=ticket.pk).exists()


def _asks_for_it(ticket: Ticket, at: datetime) -> bool:
    if ticket.confidential:
        return False
    return ticket.status == stages.CLOSED or any(
        d.obligor_kind != "enterprise" and d.obligation not in ASIDE and d.is_overdue(at) for d in ticket.open_deadlines
    )


def offered(ticket: Ticket, verbs: list[str], at: datetime | None = None) -> list[str]:
    """Of the verbs that somebody may do by his office, those for which there is something to do now."""
    asked = ASKED & set(verbs)
    if not asked:
        return verbs
    at = at or clock.now()
    there_is = {
        "issue_order": "issue_order" in asked and orderable(ticket, at),
        "answer_order": "answer_order" in asked and _by_hand(ticket),
        "deliver_scan": "deliver_scan" in asked and reply_to_deliver(ticket),
        "verify": "verify" in asked and _asks_for_it(ticket, at),
        "record_revisit": "record_revisit" in asked and not scan_due(ticket),
    }
    if "judge_order" in asked:
        orders = list(SupervisionOrder.objects.filter(ticket=ticket, judged_at=None).select_related("deadline"))
        there_is["amend_order"] = any(order.state == "running" for order in orders)
        there_is["judge_order"] = any(order.state == "answered" for order in orders)
    return [verb for verb in verbs if there_is.get(verb, True)]


def _by_hand(ticket: Ticket) -> bool:
    """An order beside the round's own work; that of the round is answered by its result."""
    return ticket.round != Round.ORDER and any(d.obligation == "order" for d in ticket.open_deadlines)
