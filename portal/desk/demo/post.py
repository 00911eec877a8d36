"""The demo's messages: written at once from the ticket as it is at that step, stored at the end as delivered long ago."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from portal.outbox.letters import Letter
from portal.outbox.models import Delivery, Message, State
from portal.outbox.rendering import inboxed, letters_of, seen_by, to_accounts
from portal.people.models import User
from portal.worktime.calendar import calendar
from requests.alerts import RUNG
from requests.models import Ticket

BATCH = 2000
TOLD_OF = ("enterprise", "lead_department", "handler", "first_responder")


class Post:
    """Takes what the verbs queued inside `held()`; nothing is sent to anybody.

    Messages from before `keep_since` are dropped, as nobody looks for them; those from before `read_before` are read.
    What would be told after `now` stays queued for its time.
    """

    def __init__(self, now: datetime, keep_since: datetime, read_before: datetime) -> None:
        self.now, self.keep_since, self.read_before = now, keep_since, read_before
        self.last = 0
        self.moved: set[int] = set()
        self.fired = False
        self.waiting: list[Message] = []  # alerts of the evening, which are written when the office opens
        self.written: list[tuple[Message, Letter]] = []

    def before(self, ticket: Ticket | None, at: datetime) -> None:
        """Before a ticket's next step its letters must be written; those of several tickets are then read together."""
        if ticket and (self.fired or ticket.pk in self.moved):
            self.write(at)

    def after(self, ticket: Ticket, at: datetime) -> None:
        if at >= self.keep_since:
            self.moved.add(ticket.pk)

    def rungs_fired(self) -> None:
        """Alerts were queued, of any tickets: before the next step they are written, too."""
        self.fired = True

    def write(self, at: datetime) -> None:
        """Writes the letters of what has been queued since and is told by `at`, from the tickets as they are."""
        queued = self._queued()
        ready = [message for message in queued if told_at(message) <= at]
        self.waiting = [message for message in queued if told_at(message) > at]
        tickets = Ticket.objects.select_related(*TOLD_OF).in_bulk({message.subject_id for message in ready})
        for message in ready:
            message.params["told_at"] = told_at(message).isoformat()
            letters = letters_of(message, tickets[message.subject_id])
            self.written += [(message, letter) for letter in to_accounts(letters)]
        self.moved, self.fired = {message.subject_id for message in self.waiting}, False

    def _queued(self) -> list[Message]:
        held = Message.objects.filter(state=State.HELD, pk__gt=self.last, at__gte=self.keep_since)
        held = held.filter(subject_type=Ticket._meta.label_lower)  # co-handlers' parts have letters of their own
        fresh = list(held.order_by("pk"))
        self.last = fresh[-1].pk if fresh else self.last
        return self.waiting + fresh

    def deliver(self) -> None:
        """Puts every letter into its recipient's inbox at its own time, if he may see the ticket (SEC-1)."""
        self.write(self.now)
        seen = self._seen()
        rows = [
            inboxed(message, letter, at, at if at < self.read_before else None)
            for message, letter in self.written
            for at in [told_at(message)]
            if message.subject_id in seen[letter.to.pk]
        ]
        Delivery.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
        for message in self.waiting:
            opening = told_at(message)
            Message.objects.filter(pk=message.pk).update(state=State.QUEUED, not_before=opening, next_try_at=opening)
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


def told_at(message: Message) -> datetime:
    """When it is told: alerts wait for office hours (DL-4)."""
    return calendar().opens_at(message.at) if message.kind == RUNG else message.at
