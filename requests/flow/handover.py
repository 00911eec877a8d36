"""When somebody leaves, his open work goes to another in one act (handbook §1)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from portal.people.actors import Actor
from portal.people.models import User
from portal.worktime import clock
from requests.flow.core import note
from requests.models import Ticket


@transaction.atomic
def hand_over(user: User, to: User, *, by: Actor, at: datetime | None = None) -> int:
    """Gives every open ticket that `user` follows or handles to `to`; returns how many. Each gets its event."""
    at = at or clock.now()
    held = Ticket.objects.open().filter(Q(handler=user) | Q(first_responder=user)).order_by("pk")
    tickets = list(held.select_for_update(of=("self",), no_key=True))
    for ticket in tickets:
        if ticket.handler_id == user.pk:
            ticket.handler = to
        if ticket.first_responder_id == user.pk:
            ticket.first_responder = to
        ticket.save()
        note("ticket.handed_over", ticket, by=by, at=at, before=user.pk, after=to.pk)
    return len(tickets)
