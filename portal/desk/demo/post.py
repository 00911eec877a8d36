"""The demo's messages: written at once from the ticket as it is at that step, stored at the end as delivered long ago."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from portal.outbox.letters import Letter
from portal.outbox.models import Delivery, Message, State
from portal.outbox.rendering import inboxed, letters_of, seen_by, to_accounts
from portal.people.models import User
from requests.models import Ticket

BATCH = 2000
TOLD_OF = ("enterprise", "lead_department", "handler", "first_responder")


class Post:
    """Takes what the verbs queued inside `held()`; nothing is sent to anybody.

    Messages from before `keep_since` are dropped, as nobody looks for them; those from before `read_before` are read.
    """

    def __init__(self, keep_since: datetime, read_before: datetime) -> None:
        self.keep_since, self.read_before = keep_since, read_before
        self.last = 0
        self.moved: set[int] = set()
        self.written: list[tuple[Message, Letter]] = []

    def before(self, ticket: Ticket | None) -> None:
        """Before a ticket's next step its letters must be written; those of several tickets are then read together."""
        if ticket and ticket.pk in self.moved:
            self.write()

    def after(self, ticket: Ticket, at: datetime) -> None:
        if at >= self.keep_since:
            self.moved.add(ticket.pk)

    def write(self) -> None:
        """Writes the letters of what has been queued since, from the tickets as they are."""
        held = Message.objects.filter(state=State.HELD, pk__gt=self.last, at__gte=self.keep_since)
        held = held.filter(subject_type=Ticket._meta.label_lower)  # co-handlers' parts have letters of their own
        queued = list(held.order_by("pk"))
        tickets = Ticket.objects.select_related(*TOLD_OF).in_bulk({message.subject_id for message in queued})
        for message in queued:
            self.last = message.pk
            letters = letters_of(message, tickets[message.subject_id])
            self.written += [(message, letter) for letter in to_accounts(letters)]
        self.moved.clear()

    def deliver(self) -> None:
        """Puts every letter into its recipient's inbox at its own time, if he may see the ticket (SEC-1)."""
        self.write()
        seen = self._seen()
        rows = [
            inboxed(message, letter, message.at, message.at if message.at < self.read_before else None)
            for message, letter in self.written
            if message.subject_id in seen[letter.to.pk]
        ]
        Delivery.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
        held = Message.objects.filter(state=State.HELD)
        held.filter(at__lt=self.keep_since).update(state=State.DROPPED)
        held.update(state=State.RENDERED)

    def _seen(self) -> dict[int, set[int]]:
        """Which tickets each person may see; one query per person."""
        people: dict[int, User] = {}
        about: dict[int, set[int]] = defaultdict(set)
        for message, letter in self.written:
            people.setdefault(letter.to.pk, letter.to)
            about[letter.to.pk].add(message.subject_id)
        return {pk: seen_by(people[pk], Ticket, ids) for pk, ids in about.items()}
