"""The departments' parts and all open clocks of a ticket, as its page and the panel list them."""

from __future__ import annotations

from typing import Any

from requests import stages
from requests.models import Assignment, Ticket
from requests.models.ticket import WORKS
from requests.reckoning import basis_of, reckoning

MAIN = ("accept", *WORKS, "co_accept", "co_handle")  # a department's own clock


def parts(ticket: Ticket, *, explained: bool) -> list[dict[str, Any]]:
    """Each department's part with its clock, the lead first; of one that leads again its latest part."""
    clocks = main_clocks(ticket)
    given = [part for part in ticket.assignments.all() if not _undone(part, ticket)]
    leads = [part for part in given if part.part == Assignment.Part.LEAD]
    rows = []
    for part in given:
        lead = part in leads
        if lead and (part != leads[-1] or part.department_id != ticket.lead_department_id):
            continue
        deadline = None if part.ended_at else clocks.get(part.department_id)
        waits = not explained and ticket.status == stages.SUSPENDED and deadline is not None
        if waits and not deadline.is_paused:  # a co-handler's delay runs on (APP-10), but the firm's matter waits
            deadline = None
        told = _explained(ticket, deadline, explained)
        rows.append({"part": part, "lead": lead, "deadline": deadline, "waits": waits, **told})
    return sorted(rows, key=lambda row: not row["lead"])


def main_clocks(ticket: Ticket) -> dict[int | None, Any]:
    """Each department's own clock, the one that is due first: before it has accepted, handling may run already."""
    return {d.department_id: d for d in reversed(ticket.open_deadlines) if d.obligation in MAIN}


def _undone(part: Assignment, ticket: Ticket) -> bool:
    """Whether the dispatch that gave it was taken back before anybody worked on it."""
    given_since = ticket.dispatched_at is not None and part.assigned_at >= ticket.dispatched_at
    return bool(part.ended_at) and not (given_since or part.taken_at or part.opinion_at)


def limits(ticket: Ticket, *, firm_side: bool) -> list[dict[str, Any]]:
    """The other open clocks: the centre's, the firm's, the first contact. The firm sees its own."""
    main = main_clocks(ticket).values()
    rest = [d for d in ticket.open_deadlines if d not in main]
    told = [d for d in rest if d.obligation not in ("instruction", "outer")]  # these stand with their words
    shown = [d for d in told if d.obligor_kind == "enterprise" or not firm_side]
    co = {a.department_id: a.department.short_name for a in ticket.assignments.all() if a.part == Assignment.Part.CO}
    return [{"deadline": d, "co": co.get(d.department_id), **_explained(ticket, d, not firm_side)} for d in shown]


def _explained(ticket: Ticket, deadline: Any, explained: bool) -> dict[str, Any]:
    if deadline is None or not explained:
        return {"basis": "", "steps": []}
    return {"basis": basis_of(deadline, ticket), "steps": reckoning(deadline)}
