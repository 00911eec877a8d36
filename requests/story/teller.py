"""What tells an event in words: knows the rows of its part of the loop and loads them at once, however many events."""

from __future__ import annotations

from collections.abc import Sequence

from portal.trail.models import Event
from requests.models import Attachment, Ticket

Said = tuple[str, str, str]  # what was done, the words said, a small line of facts


class Teller:
    """One part of a ticket's story for one side; `events` are those that this side may read, the oldest first."""

    def __init__(self, ticket: Ticket, events: Sequence[Event], *, firm_side: bool) -> None:
        self.ticket, self.events, self.firm_side = ticket, events, firm_side
        self.load()

    def load(self) -> None:
        """Reads its rows, a constant number of queries."""

    def said(self, event: Event) -> Said | None:
        """None for an event of another part."""
        return None

    def came_with(self, file: Attachment, event: Event) -> bool:
        """Whether the file was attached in the act that the event tells of."""
        return False

    def has(self, kind: str) -> bool:
        return any(event.kind == kind for event in self.events)
