"""What is merged with what, as each side may read it (APP-16): of another firm's the stage and the answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from requests import anonymity, stages
from requests.journey import Journey, journey
from requests.models import Result, Ticket

UNANSWERED = (stages.REJECTED, stages.WITHDRAWN)  # ended so that whoever is merged into it has got nothing


def lost_their_main(at: datetime) -> QuerySet[Ticket]:
    """Merged ones whose main ended without an answer: they go on by themselves."""
    # Only who is merged has a main; said so that the sweep, every 20 seconds, finds them by their index.
    merged = Ticket.objects.filter(status=stages.MERGED, merged_into__isnull=False)
    return merged.filter(merged_into__status__in=UNANSWERED)


def same_firm(one: Ticket, other: Ticket) -> bool:
    return one.enterprise_id is not None and one.enterprise_id == other.enterprise_id


def answer_of(main: Ticket) -> Result | None:
    """The latest answer that the firm of the main has before it."""
    return main.results.filter(signed_at__isnull=False).order_by("-id").first()


def answer_for(ticket: Ticket, main: Ticket, result: Result | None) -> str:
    """The answer as the firm of a merged one reads it: without what the main knows of another firm."""
    if result is None:
        return ""
    return result.text if same_firm(ticket, main) else anonymity.cleaned(main, result.text)


@dataclass
class Joined:
    """The part of a ticket's page: the main one it follows, or those that follow it."""

    main: Ticket | None = None  # where the reader may open it
    main_status: str = ""
    own: bool = False  # the main is of the same firm
    line: Journey | None = None  # of the main while it is under way, without people
    result: Result | None = None
    answer: str = ""
    over: bool = False  # the main is closed: nothing more will come
    merged: list[Ticket] = field(default_factory=list)
    others: int = 0  # firms whose matters follow this one, beside its own

    @property
    def any(self) -> bool:
        return bool(self.main_status or self.merged)


def joined(ticket: Ticket, user: Any, now: datetime, *, firm_side: bool) -> Joined:
    if ticket.merged_into_id is not None:
        return _following(ticket, user, now, firm_side)
    merged = list(ticket.merged.select_related("enterprise").order_by("pk"))
    if not merged:
        return Joined()
    readable = set(Ticket.objects.visible_to(user).filter(pk__in=[t.pk for t in merged]).values_list("pk", flat=True))
    shown = [t for t in merged if t.pk in readable and (not firm_side or same_firm(t, ticket))]
    foreign = {t.enterprise_id or t.business_name for t in merged if not same_firm(t, ticket)}
    return Joined(merged=shown, others=0 if firm_side else len(foreign))


def _following(ticket: Ticket, user: Any, now: datetime, firm_side: bool) -> Joined:
    main = Ticket.objects.select_related("enterprise").get(merged=ticket.pk)
    own, result = same_firm(ticket, main), answer_of(main)
    opens = Ticket.objects.visible_to(user).filter(pk=main.pk).exists() and (own or not firm_side)
    return Joined(
        main=main if opens else None,
        main_status=main.status_name,
        own=own,
        result=result,
        answer=result.text if opens and result else answer_for(ticket, main, result),
        line=None if main.status == stages.CLOSED else journey(main, now),
        over=main.status == stages.CLOSED,
    )
