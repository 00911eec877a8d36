"""What the page of a confidential complaint shows beside the story: who handles it, what is confirmed, who has read."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from portal.trail.models import Read, subject_type
from requests import stages
from requests.confiding import WHAT, complaint_of, named
from requests.models import Confirmation, Ticket

LATEST = 8  # readings named; the number says how many there were


def confided_page(ticket: Ticket, held: frozenset[str]) -> dict[str, Any]:
    """`reads` for keepers alone; for the firm's side only what it said itself."""
    if stages.MEMBER in held:
        return {"complaint": complaint_of(ticket)}
    rows = {row.what: row for row in ticket.confirmations.all()}
    shown = {
        "complaint": complaint_of(ticket),
        "named": named(ticket),
        "facts": [(what.label, rows.get(what.value)) for what in Confirmation.What],
        "finding": ticket.findings.last(),
        "keeps": stages.KEEPER in held,
    }
    return shown | (_read(ticket) if shown["keeps"] else {})


def _read(ticket: Ticket) -> dict[str, Any]:
    about = Read.objects.filter(subject_type=subject_type(ticket), subject_id=ticket.pk)
    latest = list(about.select_related("reader").order_by("-at", "-pk")[:LATEST])
    said = [{"reader": row.reader, "at": row.at, "said": _(WHAT.get(row.what, ""))} for row in latest]
    return {"times": about.count(), "reads": said}
