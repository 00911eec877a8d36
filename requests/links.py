"""Bringing a result to a caller without an account: a one-time link to his telephone (APP-12)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from enterprises import phones
from enterprises.models import Member
from portal import outbox
from portal.people.actors import Actor
from portal.people.models import User, plain_mobile
from portal.worktime import clock
from requests import stages
from requests.capacity import grant_used, standing
from requests.flow.core import Refused, note
from requests.models import Result, ResultLink, Ticket

AGAIN_AFTER = timedelta(minutes=10)
MOST = 5  # times one link is sent
OFFICE = (*stages.BY_TELEPHONE, *stages.CENTRE, *stages.LEAD, "supervisor", "leader")


def reads_in_portal(ticket: Ticket, at: datetime | None = None) -> bool:
    """Whether the firm's side is told: one of its people with an account, or the system that brought the matter in."""
    if ticket.line_system_id:
        return True
    firms = {ticket.enterprise_id, ticket.proxy_id} - {None}  # an association speaks for a member without an account
    people = Member.objects.current(at).filter(enterprise__in=firms, user__is_active=True)
    return bool(firms) and people.exists()


def reads_it(ticket: Ticket) -> bool:
    """Whether it is read here on the firm's side: a confidential complaint only by who filed it himself (APP-18)."""
    return ticket.registered_by_id is None if ticket.confidential else reads_in_portal(ticket)


def is_caller(ticket: Ticket, at: datetime | None = None) -> bool:
    """Whether the contact has no account to answer with, and a mobile telephone that a link can be sent to.

    Where the firm's own person filed it online, he answers, whomever he named as contact. Confidential matters are
    spoken of in person only (APP-18).
    """
    if ticket.confidential or ticket.line_system_id or not phones.is_mobile(ticket.contact_phone):
        return False
    if not reads_in_portal(ticket, at):
        return True
    owns = phones.matching("user__mobile", ticket.contact_phone) | phones.matching("user__phone", ticket.contact_phone)
    own = Member.objects.current(at).filter(owns, enterprise=ticket.enterprise_id, user__is_active=True)
    return ticket.registered_by_id is not None and not own.exists()


def offer(ticket: Ticket, result: Result, *, by: Actor, at: datetime) -> ResultLink | None:
    """With the signature: a link for the caller who needs one; None where nobody does or no text message can go out."""
    if not (is_caller(ticket, at) and outbox.reaches_telephones()):
        return None
    link = ResultLink.objects.create(ticket=ticket, result=result, phone=plain_mobile(ticket.contact_phone), sent_at=at)
    _send(link, ticket, by, at)
    return link


@transaction.atomic
def send_again(ticket: Ticket, *, by: User, at: datetime | None = None) -> ResultLink:
    """再发一次: the same link to the same telephone, not more often than every ten minutes."""
    ticket = Ticket.objects.select_for_update(of=("self",), no_key=True).get(pk=ticket.pk)
    at = at or clock.now()
    held = standing(ticket, by, at)
    if held.keys().isdisjoint(stages.BY_TELEPHONE):
        raise Refused(_("这一步不由您办理。"))
    if ticket.status != stages.CONFIRMING or not is_caller(ticket, at):
        raise Refused(_("现在没有要来电人确认的结果，或他不用链接确认。"))
    if not outbox.reaches_telephones():
        raise Refused(_("短信没有接通，请打电话告诉来电人，替他登记。"))
    ticket.acting = grant_used("confirm", held)
    result = ticket.results.filter(signed_at__isnull=False).latest("id")
    link = ResultLink.objects.filter(result=result).first()
    if link is None:
        made = offer(ticket, result, by=by, at=at)
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


def _send(link: ResultLink, ticket: Ticket, by: Actor, at: datetime) -> None:
    note("ticket.link_sent", ticket, by=by, at=at, firm_sees=False, link=link.pk, times=link.times)


def address(ticket: Ticket, params: Mapping[str, Any]) -> str | None:
    """What goes out in place of SECRET; None once somebody has answered."""
    link = ResultLink.objects.filter(ticket=ticket, pk=params["link"]).first()
    if link is None or not link.opens(ticket):
        return None
    return settings.BASE_URL.rstrip("/") + reverse("requests:link", args=[link.token])


def state(ticket: Ticket, held: frozenset[str], at: datetime) -> dict[str, Any] | None:
    """For the ticket's page, while a caller's answer is waited for: the link, and whether one may have it sent."""
    if ticket.status != stages.CONFIRMING or held.isdisjoint(OFFICE) or not is_caller(ticket, at):
        return None
    return {"link": sent(ticket), "again": not held.isdisjoint(stages.BY_TELEPHONE) and outbox.reaches_telephones()}


def sent(ticket: Ticket) -> ResultLink | None:
    """The link for the result that waits for its answer now."""
    if ticket.status != stages.CONFIRMING:
        return None
    return ResultLink.objects.filter(ticket=ticket, result__answer="").first()
