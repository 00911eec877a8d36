"""What systems outside are told of a ticket: of events that the firm sees too (portal.outbox.hooks)."""

from __future__ import annotations

from portal.outbox import pushes
from requests.models import Ticket

PUSHED = (
    *("ticket.filed", "ticket.registered", "ticket.accepted", "ticket.supplement_asked", "ticket.supplemented"),
    *("ticket.supplement_lapsed", "ticket.rejected", "ticket.withdrawn", "ticket.dispatched", "ticket.taken"),
    *("ticket.review_asked", "ticket.review_upheld", "ticket.review_overturned"),
    *("ticket.answered", "ticket.confirmed", "ticket.disputed", "ticket.left_unanswered"),
    *("ticket.assigned_again", "ticket.ordered", "ticket.replied", "ticket.urged", "ticket.closed"),
)


@pushes(*PUSHED)
def told(ticket: Ticket) -> dict[str, str]:
    """Number, status and stage: no word that anybody wrote, and no person (SEC-3)."""
    return {"number": ticket.number, "status": ticket.status, "stage": ticket.stage}


@pushes("ticket.written_back")
def written_back(ticket: Ticket) -> dict[str, str]:
    """What the hotline is told (APP-1): beside the number, its own number and the answer meant for it."""
    return {**told(ticket), "hotline_number": ticket.hotline_number, "text": ticket.write_backs.latest("id").text}
