"""How a message about a ticket is written: who is told, under which heading, in which words.

Each notice says who is told what, the most personal words first: whoever is meant twice gets the first letter only.
Recipients are resolved at delivery; whoever may no longer read the ticket is dropped by the outbox (SEC-1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.outbox import Letter, notice
from portal.people.models import User
from portal.worktime.words import by_when
from requests.models import Ticket
from requests.recipients import firm

Params = Mapping[str, Any]
FIRM = "firm"  # in place of people: the firm's own
Words = tuple[Iterable[User] | str, str, str]  # who, the title, the text
Write = Callable[[Ticket, Params], Iterator[Words]]


def tells(kind: str) -> Callable[[Write], Callable[[Ticket, Params], list[Letter]]]:
    """Registers the words of a message about a ticket as a notice."""

    def register(write: Write) -> Callable[[Ticket, Params], list[Letter]]:
        @wraps(write)
        def letters(ticket: Ticket, params: Params) -> list[Letter]:
            if ticket.confidential:
                return _quiet(kind, ticket, params)
            return letters_of(ticket, write(ticket, params), params.get("by"))

        return notice(kind, subject=Ticket)(letters)

    return register


def _quiet(kind: str, ticket: Ticket, params: Params) -> list[Letter]:
    from requests.notices.confidential import quiet

    return quiet(kind, ticket, params)


def letters_of(ticket: Ticket, words: Iterable[Words], by: int | None) -> list[Letter]:
    """One letter each. To officials: not to whoever did it, and to nobody of the firm itself (§1: own case)."""
    own = {user.pk: user for user in firm(ticket)}
    url = reverse("requests:ticket", args=[ticket.number])
    letters: dict[int, Letter] = {}
    for to, title, body in words:
        heading = _("%(title)s：%(what)s") % {"title": title, "what": ticket.title}
        meant = own.values() if isinstance(to, str) else (u for u in to if u.pk != by and u.pk not in own)
        for user in meant:
            letters.setdefault(user.pk, Letter(to=user, title=heading, body=body, url=url))
    return list(letters.values())


def due(ticket: Ticket, obligation: str) -> str:
    """“11月24日(周二)17:00 前” of the latest such clock, stopped since or not; empty where there was none."""
    latest = ticket.deadlines.filter(obligation=obligation).order_by("-id").first()
    return by_when(latest.due_at) if latest else ""
