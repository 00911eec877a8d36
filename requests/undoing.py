"""What somebody can take back just now: kept under a token as long as it can be, and no longer.

A lost cache costs nothing but the offer.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from uuid import uuid4

from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext as _

from portal import outbox
from portal.people.models import User
from requests import flow, stages
from requests.flow.undo import HOLD, Before
from requests.models import Ticket


def waiting(verb: str) -> AbstractContextManager[None]:
    """Inside, the messages of a verb that can be taken back wait until it no longer can."""
    return outbox.waiting(HOLD) if verb in stages.UNDOABLE else nullcontext()


def offer(user: User, acts: Iterable[Before]) -> str:
    """The tag of a message that offers to take the acts back (docs/look.md); empty where there is nothing."""
    acts = list(acts)
    if not acts:
        return ""
    token = uuid4()
    cache.set(_key(user, str(token)), acts, HOLD.total_seconds())
    return f"undo:{reverse('requests:undo', args=[token])}"


def _key(user: User, token: str) -> str:
    return f"undo:{user.pk}:{token}"


@dataclass
class Undone:
    """What became of it: the tickets put back, and why others could not be."""

    done: list[Ticket] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)  # number, sentence


def take_back(user: User, token: str) -> Undone | None:
    """Takes each act back that still can be; None where nothing is offered (any more) under this token."""
    key = _key(user, token)
    acts: list[Before] | None = cache.get(key)
    if acts is None or not cache.delete(key):  # whoever deletes it takes it: the second click finds nothing
        return None
    undone = Undone()
    found = Ticket.objects.visible_to(user).in_bulk([act.ticket for act in acts])
    for act in reversed(acts):
        ticket = found.get(act.ticket)
        if ticket is None:
            undone.refused.append(("", _("有一件您已看不到，不能撤销。")))
            continue
        try:
            undone.done.append(flow.undo(ticket, by=user, before=act))
        except flow.Refused as refused:
            undone.refused.append((ticket.number, refused.sentence))
    return undone
