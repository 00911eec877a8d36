"""Which tickets, of those he may see, have something new for a person: messages about them that he has not read."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from portal.outbox.models import Delivery, DeliveryQuerySet
from portal.people.models import User
from portal.trail.models import subject_type
from requests.models import Ticket


def _about(user: User, pks: Sequence[int]) -> DeliveryQuerySet:
    told = Delivery.objects.received(user).unread()
    return told.filter(message__subject_type=subject_type(Ticket), message__subject_id__in=pks)


def unread(user: User, pks: Sequence[int]) -> set[int]:
    """Those of the tickets about which the person has been told something he has not read; one query."""
    return set(_about(user, pks).order_by().values_list("message__subject_id", flat=True))


def seen(user: User, ticket: Ticket) -> None:
    """The person has opened the ticket: what he was told about it is read, whichever way he came."""
    _about(user, [ticket.pk]).mark_read()


def seen_all(user: User, tickets: QuerySet[Ticket]) -> int:
    """The same for several; returns of how many there was something new."""
    pks = unread(user, list(tickets.order_by().values_list("pk", flat=True)))
    _about(user, list(pks)).mark_read()
    return len(pks)
