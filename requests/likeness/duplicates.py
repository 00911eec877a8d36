"""Matters that may be the same: of the same firm, and the same problem at others, which only officials see (APP-16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from enterprises.models import Enterprise
from portal.people.models import User
from requests import stages
from requests.likeness.finding import Like, similar, text_of
from requests.models import Ticket
from requests.models.ticket import TicketQuerySet

# From these likenesses on: measured (docs/likeness.md).
SAME_FIRM = 0.09  # a firm's own: nearly all that are shown are the same matter
SAME_PROBLEM = 0.14  # at others: about every second one
RECENT = timedelta(days=90)  # how long ago what is ended may have ended
OWN, OTHERS = 4, 5  # shown at most
SHORTEST = 6  # characters: less says too little to be like anything


@dataclass(frozen=True)
class Likely:
    own: Sequence[Like]
    others: Sequence[Like]

    @property
    def any(self) -> bool:
        return bool(self.own or self.others)


def likely(text: str, *, firm: Enterprise | None, user: User, now: datetime, besides: Ticket | None = None) -> Likely:
    """What an official should look at before this text becomes a matter of its own, among what he may read."""
    recent = Ticket.objects.visible_to(user).select_related("enterprise", "lead_department")
    recent = recent.exclude(status=stages.MERGED)
    recent = recent.filter(Q(closed_at=None) | Q(closed_at__gt=now - RECENT))
    if besides is not None:
        recent = recent.exclude(pk=besides.pk)
    own = of_firm(text, recent.filter(enterprise=firm), OWN) if firm else []
    others = recent.exclude(enterprise=firm) if firm else recent
    return Likely(own, _near(text, others, OTHERS, SAME_PROBLEM))


def likely_of(ticket: Ticket, user: User, now: datetime) -> Likely:
    return likely(text_of(ticket), firm=ticket.enterprise, user=user, now=now, besides=ticket)


def of_firm(text: str, tickets: TicketQuerySet, most: int) -> list[Like]:
    """Among one firm's own matters those that say the same."""
    return _near(text, tickets, most, SAME_FIRM)


def _near(text: str, tickets: TicketQuerySet, most: int, least: float) -> list[Like]:
    if len(text.strip()) < SHORTEST:
        return []
    return [like for like in similar(text, tickets=tickets, most=most) if like.score >= least]
