"""Asking a caller without an account: a one-time link to supply what is missing, or to ask for a review (APP-2, 6).

Beside `requests.links`, by which he answers to a result.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from portal import outbox
from portal.people.actors import Actor
from portal.people.models import User, plain_mobile
from portal.worktime import clock
from requests import stages
from requests.capacity import grant_used, standing
from requests.flow.core import Refused, note
from requests.links import AGAIN_AFTER, MOST, OFFICE, is_caller
from requests.models import CallerLink, Review, Ticket

VERBS = {stages.INCOMPLETE: "supplement", stages.REJECTED: "ask_review"}  # what is waited for, by where it stands
SENDERS = ("intake_clerk", "triager", "first_responder")


def wanted(ticket: Ticket, at: datetime | None = None) -> str:
    """The verb for which a caller needs a link now; empty where nobody does."""
    verb = VERBS.get(ticket.status, "")
    if not verb or ticket.old_number or not is_caller(ticket, at):
        return ""
    return "" if verb == "ask_review" and Review.objects.filter(ticket=ticket).exists() else verb


def offer(ticket: Ticket, verb: str, *, by: Actor, at: datetime) -> CallerLink | None:
    """With the act: a link for the caller who needs one; None where nobody does or no text message can go out."""
    if wanted(ticket, at) != verb or not outbox.reaches_telephones():
        return None
    link = CallerLink.objects.create(ticket=ticket, verb=verb, phone=plain_mobile(ticket.contact_phone), sent_at=at)
    _send(link, ticket, by, at)
    return link


@transaction.atomic
def send_again(ticket: Ticket, *, by: User, at: datetime | None = None) -> CallerLink:
    """再发一次: the same link to the same telephone, not more often than every ten minutes."""
    ticket = Ticket.objects.select_for_update(of=("self",), no_key=True).get(pk=ticket.pk)
    at = at or clock.now()
    held, verb = standing(ticket, by, at), wanted(ticket, at)
    if held.keys().isdisjoint(SENDERS):
        raise Refused(_("这一步不由您办理。"))
    if not verb:
        raise Refused(_("现在没有要来电人补充或说明的。"))
    if not outbox.reaches_telephones():
        raise Refused(_("短信没有接通，请打电话告诉来电人，替他登记。"))
    ticket.acting = grant_used("ask_supplement", held) or grant_used("write", held)
    link = CallerLink.objects.filter(ticket=ticket, verb=verb).first()
    if link is None:
        made = offer(ticket, verb, by=by, at=at)
        assert made is not None
        return made
    if at < link.sent_at + AGAIN_AFTER:
        raise Refused(_("链接刚发过，10 分钟后才能再发。"))
    if link.times >= MOST:
        raise Refused(_("已发过 %(n)s 次，请打电话，替他登记。") % {"n": link.times})
    link.sent_at, link.times = at, link.times + 1
    link.save(update_fields=["sent_at", "times"])
    _send(link, ticket, by, at)
    return link


def _send(link: CallerLink, ticket: Ticket, by: Actor, at: datetime) -> None:
    facts: dict[str, Any] = {"link": link.pk, "times": link.times, "verb": link.verb}
    note("ticket.caller_link_sent", ticket, by=by, at=at, firm_sees=False, **facts)


def address(ticket: Ticket, params: Mapping[str, Any]) -> str | None:
    """What goes out in place of SECRET; None once it is no longer needed."""
    link = CallerLink.objects.filter(ticket=ticket, pk=params["link"]).first()
    if link is None or not link.opens(ticket):
        return None
    return settings.BASE_URL.rstrip("/") + reverse("requests:caller-link", args=[link.token])


def state(ticket: Ticket, held: frozenset[str], at: datetime) -> dict[str, Any] | None:
    """For the ticket's page, while a caller's word is waited for: the link, and whether one may have it sent."""
    if ticket.status not in VERBS or held.isdisjoint(OFFICE):
        return None
    verb = wanted(ticket, at)
    if not verb:
        return None
    link = CallerLink.objects.filter(ticket=ticket, verb=verb).first()
    return {"verb": verb, "link": link, "again": not held.isdisjoint(SENDERS) and outbox.reaches_telephones()}
