"""What a ticket's page says of its second look (APP-15): when it comes up, what followed it, what it follows."""

from __future__ import annotations

from typing import Any

from portal.people.models import User
from requests import respite, stages
from requests.models import Ticket
from requests.story import Story

LOOKED_AT = (stages.SUSPENDED, stages.CLOSED)


def second_look(ticket: Ticket, user: User, story: Story, *, firm_side: bool) -> dict[str, Any]:
    """No query for a ticket of which nothing is to be said; no link leads to what he may not see."""
    planned = respite.look_of(ticket) if ticket.status in LOOKED_AT and not firm_side else None
    look = next((one for one in story.respite.looks.values() if one.follow_up_id), None)
    other = None if look is None else look.ticket if look.follow_up_id == ticket.pk else look.follow_up
    if other is not None and not Ticket.objects.visible_to(user).filter(pk=other.pk).exists():
        other = None
    return {"look": planned, "linked": other, "follows": bool(look and look.follow_up_id == ticket.pk)}
