"""The closing checklist on the pages, with the ways to what is missing (APP-14)."""

from __future__ import annotations

from collections.abc import Collection

from portal.people.models import User
from requests.capacity import verbs_with
from requests.checklist import Item, items
from requests.models import Ticket


def to_close(ticket: Ticket, verbs: Collection[str]) -> list[Item]:
    """Everything that must be there."""
    return [item.for_reader(ticket, verbs) for item in items(ticket)]


def lacking(ticket: Ticket, user: User, held: frozenset[str]) -> list[Item]:
    """What is missing besides the call itself, for whoever makes it."""
    wanted = to_close(ticket, verbs_with(ticket, held, user))
    return [item for item in wanted if not item.there and "record_revisit" not in item.verbs]
