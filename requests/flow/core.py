"""What all verbs share: lock, check the table, note the event. A status is written nowhere else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from portal import outbox, trail
from portal.people.actors import Actor
from portal.people.refusal import Refused
from portal.worktime import clock
from requests import stages
from requests.capacity import grant_used, standing
from requests.models import Ticket


def begin(ticket: Ticket, verb: str, by: Actor, at: datetime | None) -> tuple[Ticket, datetime]:
    """The ticket, locked, and the verb's one instant; refuses what the table does not allow.

    Call it first in the verb's transaction: the subject is locked before its deadlines, always (design: Deadlines).
    """
    locked = Ticket.objects.select_for_update(of=("self",), no_key=True).get(pk=ticket.pk)
    at = at or max(clock.now(), locked.moved_at)
    held = standing(locked, by, at)
    if not stages.may(verb, locked.status, frozenset(held)):
        if verb in stages.verbs_from(locked.status):
            raise Refused(_("这一步不由您办理。"))
        raise Refused(
            _("这件诉求现在是“%(status)s”，不能再做这一步。请刷新后看最新进展。") % {"status": locked.status_name}
        )
    locked.acting = grant_used(verb, held)
    return locked, at


def move(ticket: Ticket, status: str, at: datetime) -> None:
    """Sets the status that the verb decided on; ended tickets get their end time."""
    ticket.status = status
    ticket.moved_at = at
    if status in stages.ENDED:
        ticket.closed_at = at


def note(
    kind: str, ticket: Ticket, *, by: Actor, at: datetime, firm_sees: bool = True, tell: bool = True, **data: Any
) -> trail.Event:
    """Writes the event and queues its message, keyed by the event so that it can never be sent twice."""
    audience = trail.Audience.FIRM if firm_sees else trail.Audience.OFFICE
    event = trail.record(kind, ticket, by=by, at=at, data=data, audience=audience, grant=ticket.acting)
    if tell:
        outbox.queue(kind, ticket, key=f"{kind}:{event.pk}", at=at, by=by.pk, **data)
    return event


def one_line(text: str) -> str:
    """The text as one line of visible characters: it becomes a subject, a row, a file name."""
    return "".join(char for char in " ".join((text or "").split()) if char.isprintable())


def required(text: str, sentence: str, field: str) -> str:
    """The text without surrounding space, or a refusal that names the field."""
    text = (text or "").strip()
    if not text:
        raise Refused(sentence, field)
    return text
