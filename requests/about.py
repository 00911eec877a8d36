"""What a ticket asks about, told by the rooms above: a policy (POL-9). On its page, and as a suggestion at triage.

A room registers a function when the site starts; what a reader may not see it leaves out. Of a confidential ticket
nobody is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from portal.people.models import Department
from requests.models import Ticket


@dataclass(frozen=True)
class About:
    """`label` names the kind of thing, `title` it, `url` leads there; `lead` is who answers for it."""

    label: str
    title: str
    url: str
    lead: Department | None = None


Tells = Callable[[Ticket, Any], Iterator[About]]
TELLS: list[Tells] = []


def register(tells: Tells) -> Tells:
    TELLS.append(tells)
    return tells


def about(ticket: Ticket, reader: Any) -> list[About]:
    """One query for each room that has registered."""
    return [] if ticket.confidential else [one for tells in TELLS for one in tells(ticket, reader)]
