"""The demo's messages: a ticket's written at once, from the ticket as it is at that step, those of all else (claims,
services, visits, inspections) at the end, from what they have come to; all stored as delivered long ago.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.apps import apps

from policies.claims import stages
from portal.outbox.letters import Letter
from portal.outbox.models import Delivery, Message, State
from portal.outbox.rendering import inboxed, letters_of, seen_by, to_accounts
from portal.people.models import User
from portal.worktime.calendar import calendar
from requests.models import Ticket
from requests.notices.alerts import RUNG

BATCH = 2000
TOLD_OF = ("enterprise", "lead_department", "handler", "first_responder")
OF_TICKETS = Ticket._meta.label_lower
# What such a letter asks for stands in the claim no longer once it has gone on.
ONLY_WHILE = {
    "claim.supplement_asked": (stages.SUPPLEMENT,),
    "claim.sent_back": (stages.SUBMITTED, stages.REVIEW),
    "claim.rejected": (stages.REJECTED,),
}


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
        fresh = list(held.filter(subject_type=OF_TICKETS).order_by("pk"))
        self.last = fresh[-1].pk if fresh else self.last
        return self.waiting + fresh

    def deliver(self) -> None:
        """Writes and puts what is left; what is still to be told stays queued for its time."""
        self.write(self.now)
        self._write_of_others()
        self.put()
        for message in self.waiting:
            opening = told_at(message)
            Message.objects.filter(pk=message.pk).update(state=State.QUEUED, not_before=opening, next_try_at=opening)
        held = Message.objects.filter(state=State.HELD)
        held.filter(at__lt=self.keep_since).update(state=State.DROPPED)
        held.update(state=State.RENDERED)

    def put(self) -> None:
        """Every letter written so far into its recipient's inbox at its own time, if he may see the subject (SEC-1)."""
        seen = self._seen()
        rows = [
            inboxed(message, letter, at, at if at < self.read_before else None)
            for message, letter in self.written
            for at in [told_at(message)]
            if message.subject_id in seen.get((letter.to.pk or 0, message.subject_type), ())
        ]
        Delivery.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
        self.written = []

    def _write_of_others(self) -> None:
        """Of claims what nobody is asked for any more is not written (`policies.claims.notices`)."""
        held = Message.objects.filter(state=State.HELD, at__gte=self.keep_since).exclude(subject_type=OF_TICKETS)
        by_type: dict[str, list[Message]] = defaultdict(list)
        for message in held.order_by("at", "kind", "subject_id", "pk"):
            (self.waiting if told_at(message) > self.now else by_type[message.subject_type]).append(message)
        for name, messages in by_type.items():
            subjects = apps.get_model(name)._base_manager.in_bulk({message.subject_id for message in messages})
            for message in messages:
                subject = subjects[message.subject_id]
                if message.kind in ONLY_WHILE and subject.status not in ONLY_WHILE[message.kind]:
                    continue
                message.params["told_at"] = told_at(message).isoformat()
                self.written += [(message, letter) for letter in to_accounts(letters_of(message, subject))]

    def _seen(self) -> dict[tuple[int, str], set[int]]:
        """Which subjects of each kind each person may see; one query for each."""
        people: dict[int, User] = {}
        about: dict[tuple[int, str], set[int]] = defaultdict(set)
        for message, letter in self.written:
            assert isinstance(letter.to, User), "only letters to accounts are kept"
            people.setdefault(letter.to.pk, letter.to)
            about[letter.to.pk, message.subject_type].add(message.subject_id)
        return {(pk, name): seen_by(people[pk], apps.get_model(name), ids) for (pk, name), ids in about.items()}


def told_at(message: Message) -> datetime:
    """When it is told: alerts wait for office hours (DL-4)."""
    return calendar().opens_at(message.at) if message.kind == RUNG else message.at
