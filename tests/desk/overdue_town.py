"""Late matters for the board and the overdue dashboard: rungs by the sweep itself, commitments as rows."""

from datetime import datetime, timedelta
from typing import Any

from portal.deadlines.sweep import sweep
from requests.models import DeadlineCommitment, Ticket, TicketDeadline
from tests.requests.factories import Town, fresh, handling, moment

OCTOBER = moment("2026-10-12 09:00")  # its work falls due on 3 November, at 17:00
DUE = moment("2026-11-03 17:00")
BOARD = moment("2026-11-06 17:00")  # three working days later, when the board rung fires
LATER = moment("2026-11-23 15:20")


def work(ticket: Ticket) -> TicketDeadline:
    return ticket.deadlines.open().get(obligation="handle")


def late(town: Town, *, at: datetime = LATER, filed_at: datetime = OCTOBER, **given: Any) -> Ticket:
    """In handling since October, with every rung fired that was reached by `at`."""
    ticket = handling(town, filed_at=filed_at, **given)
    sweep(at)
    return fresh(ticket)


def commit(town: Town, ticket: Ticket, state: str = "running", *, until: datetime | None = None) -> DeadlineCommitment:
    """A commitment about the ticket's work: running, pending, broken or returned."""
    made = LATER - timedelta(days=4)
    decided = {"approved_by": town.supervisor, "approved_at": made}
    return DeadlineCommitment.objects.create(
        deadline=work(ticket),
        reason=f"原因 {state}",
        measure=f"措施 {state}",
        wording=f"承诺 {state}",
        until=until or LATER + timedelta(days=4),
        leader=town.deputy_head,
        made_by=town.department_head,
        made_at=made,
        **{
            "running": decided,
            "pending": {},
            "broken": decided | {"kept": False, "decided_at": made},
            "returned": {"returned_by": town.supervisor, "returned_at": made, "returned_for": "说清哪天"},
        }[state],
    )
