"""历史疑难件 (APP-15): what could not be met, or waits, is looked at again every quarter ⚙, for conditions change.

A closed ticket stays closed. Where it can be done now a new one follows it, with its own number and clocks, and the
firm is told; what is suspended is simply gone on with.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.people.actors import CLOCK, Clock
from portal.people.models import User
from portal.people.refusal import required
from portal.people.rights import rights_of
from requests import limits, respite, stages
from requests.flow.core import Refused, begin, note
from requests.flow.intake import Matter, written
from requests.flow.respite import resume
from requests.models import HandlingRequest, SecondLook, Ticket
from requests.respite import plan_look

UNCHANGED, CHANGED = SecondLook.Found.UNCHANGED, SecondLook.Found.CHANGED


@transaction.atomic
def bring_back(ticket: Ticket, *, by: Clock = CLOCK, at: datetime | None = None) -> Ticket:
    """Its time has come: it stands in the queues of triage and supervision, who are told."""
    ticket, at = begin(ticket, "bring_back", by, at)
    look = ticket.looks.due(at).select_for_update(no_key=True).first()
    if look is None:
        raise Refused(_("还没有到再看的时候。"))
    look.came_up_at = look.due_at
    look.save()
    note("ticket.came_up_again", ticket, by=by, at=at, firm_sees=False, look=look.pk)
    return ticket


@transaction.atomic
def look_again(ticket: Ticket, *, by: User, found: str, text: str, at: datetime | None = None) -> SecondLook:
    """Unchanged: the next look in a quarter. Changed: a new ticket follows a closed one, a suspended one goes on."""
    ticket, at = begin(ticket, "look_again", by, at)
    look = ticket.looks.planned().select_for_update(of=("self",), no_key=True).first()
    if look is None or not respite.to_look_at(ticket):
        raise Refused(_("这件没有要再看的，或者刚才有人看过。"))
    if found not in SecondLook.Found.values:
        raise Refused(_("请选条件有没有变化。"), "found")
    look.found, look.looked_by, look.looked_at = found, by, at
    look.text = required(text, _("请写现在的情况。"), "text")
    look.save()
    if found == UNCHANGED:
        plan_look(ticket, at)
        note("ticket.looked_again", ticket, by=by, at=at, firm_sees=False, tell=False, look=look.pk)
    elif ticket.status == stages.SUSPENDED:
        _go_on(ticket, look, by, at)
    else:
        look.follow_up = _follow_up(ticket, look, by, at)
        look.save()
        note("ticket.looked_again", ticket, by=by, at=at, look=look.pk, follow_up=look.follow_up.number)
    return look


def _go_on(ticket: Ticket, look: SecondLook, by: User, at: datetime) -> None:
    request = respite.suspension_of(ticket)
    assert request is not None, "a suspended ticket has its suspension"
    note("ticket.looked_again", ticket, by=by, at=at, firm_sees=False, tell=False, look=look.pk)
    resume(ticket, request, by=by, how=HandlingRequest.End.EARLY, text=look.text, at=at)


def _follow_up(former: Ticket, look: SecondLook, by: User, at: datetime) -> Ticket:
    """The same matter anew, at triage; what is known of it is in the former one, to which it leads back."""
    matter = Matter(
        contact_name=former.contact_name,
        contact_phone=former.contact_phone,
        title=former.title,
        description=former.description,
        channel=former.channel,
        enterprise=former.enterprise,
        business_name=former.business_name,
        category=former.category,
        place=former.place,
        urgency=former.urgency,
        proxy=former.proxy,
        proxy_for=former.proxy_for,
    )
    ticket = written(matter, by, uuid.uuid4(), at, registered_by=by)
    if former.first_responder is not None and former.first_responder.is_active:
        ticket.first_responder = former.first_responder  # APP-8: to the end
        ticket.save(update_fields=["first_responder"])
    limits.filed(ticket, at)
    grants = [grant for role in stages.RULES if (grant := rights_of(by, at).grant(role))]
    ticket.acting = min(grants, key=lambda grant: grant.principal is not None, default=None)
    note("ticket.reopened", ticket, by=by, at=at, follows=former.number, look=look.pk)
    return ticket
