"""Beside a ticket's story: its papers and scans, supervision orders, what the congress observer found."""

from __future__ import annotations

from typing import Any

from portal.people.models import User
from portal.people.rights import rights_of
from requests import papers
from requests.models import ReplyScan, Ticket, Verification
from requests.models.conversation import Audience
from requests.models.orders import FINDINGS_FOR
from requests.stages import FIRM_SIDE


def on_paper(ticket: Ticket, user: User, held: frozenset[str]) -> dict[str, Any]:
    """The firm's side gets what was given to it; the office its own beside."""
    firm_side = held <= set(FIRM_SIDE)
    shown: dict[str, Any] = {"papers": papers.papers_of(ticket, held, user), "scans": _scans(ticket, firm_side)}
    if firm_side:
        return shown
    if held & {str(role) for role in FINDINGS_FOR}:  # also of what is overdue before any department has it
        shown["verifications"] = list(Verification.objects.visible_to(user).filter(ticket=ticket).select_related("by"))
    if not ticket.lead_department_id:
        return shown
    rights = rights_of(user)
    orders = papers.orders_of(ticket)
    shown["orders"] = [one for one in orders if not rights.is_outside or one.department_id in rights.workplaces]
    return shown


def _scans(ticket: Ticket, firm_side: bool) -> list[ReplyScan]:
    """The sealed replies; the firm's side reads those that hold."""
    if not ticket.lead_department_id:
        return []
    scans = ReplyScan.objects.filter(reply__result__ticket=ticket).select_related("delivered_by", "reply__department")
    shown = scans.filter(attachment__audience=Audience.FIRM) if firm_side else scans
    return list(shown.order_by("-id"))
