"""撤销: within half a minute whoever did an act takes it back, by an act of its own (APP-19: nothing is deleted).

The messages of such acts wait that long in the outbox (`outbox.waiting`), so that nobody is told what did not last.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from portal import deadlines, outbox
from portal.people.models import User
from portal.trail.models import Audience, Event
from portal.worktime import clock
from requests import stages
from requests.asked import open_return
from requests.capacity import grant_used, standing
from requests.flow.core import Refused, note
from requests.models import Assignment, Ticket, TicketDeadline

HOLD = timedelta(seconds=30)  # how long an act can be taken back, and its messages wait


def _settled(ticket: Ticket) -> dict[str, Any]:
    """Everything of the row but what people wrote in words: no undoable verb touches that, and none of it is kept."""
    fields = (field for field in ticket._meta.concrete_fields if not field.primary_key)
    return {f.attname: getattr(ticket, f.attname) for f in fields if f.choices or not isinstance(f, WORDS)}


WORDS = (models.CharField, models.TextField)


@dataclass(frozen=True)
class Before:
    """How a ticket stood before an act, to which it can go back: small, and without anybody's words or name."""

    ticket: int
    verb: str
    event: int | None  # the last one before the act
    settled: dict[str, Any]
    clocks: frozenset[int]  # the deadlines that ran
    parts: frozenset[int]  # the departments' parts


def before(ticket: Ticket, verb: str) -> Before | None:
    """What `undo` needs; take it before the verb. None for a verb that cannot be taken back."""
    if verb not in stages.UNDOABLE or (verb == "take" and open_return(ticket)):
        return None  # to take it on takes back what the department had asked for (APP-9)
    clocks = TicketDeadline.objects.open().filter(subject=ticket).values_list("pk", "paused_at")
    if any(paused_at for _pk, paused_at in clocks):
        return None  # meeting a paused clock ends its pause, and no act puts that back
    return Before(
        ticket=ticket.pk,
        verb=verb,
        event=_events(ticket).values_list("pk", flat=True).first(),
        settled=_settled(ticket),
        clocks=frozenset(pk for pk, _paused_at in clocks),
        parts=frozenset(Assignment.objects.filter(ticket=ticket, ended_at=None).values_list("pk", flat=True)),
    )


def _events(ticket: Ticket) -> Any:
    """What people and verbs did; that a reminder fired meanwhile is no act (DL-4)."""
    return Event.objects.about(ticket).exclude(kind="deadline.rung").order_by("-pk")


@transaction.atomic
def undo(ticket: Ticket, *, by: User, before: Before, at: datetime | None = None) -> Ticket:
    """Puts the ticket back to `before`: by whoever did the act, while nobody acted since and nobody was told of it.

    Raises Refused after half a minute, after another act, and where a message has left.
    """
    ticket = Ticket.objects.select_for_update(of=("self",), no_key=True).get(pk=ticket.pk)
    at = at or max(clock.now(), ticket.moved_at)
    act = _act_of(ticket, before, by)
    held = standing(ticket, by, at)
    if not stages.may(before.verb, before.settled["status"], frozenset(held)):
        raise Refused(_("这一步不由您办理。"))
    if at > act.at + HOLD:
        raise Refused(_("已过 %(n)s 秒，通知已经发出，不能撤销。") % {"n": int(HOLD.total_seconds())})
    if not outbox.withdraw(f"{act.kind}:{act.pk}"):
        raise Refused(_("通知已经发出，不能撤销。"))
    for name, value in before.settled.items():
        setattr(ticket, name, value)
    ticket.save()
    _give_back_parts(ticket, before, act, at)
    deadlines.undo(TicketDeadline, ticket, running=before.clocks, at=at)
    ticket.acting = grant_used(before.verb, held)
    sees = act.audience == Audience.FIRM
    note("ticket.retracted", ticket, by=by, at=at, firm_sees=sees, tell=False, verb=before.verb, event=act.pk)
    return ticket


def _act_of(ticket: Ticket, before: Before, by: User) -> Event:
    """The event of the act, which must be the last one, follow what `before` saw, and be his own."""
    last = list(_events(ticket)[:2])
    follows = (last[1].pk if len(last) > 1 else None) == before.event
    if not last or last[0].actor_id != by.pk or not follows:
        raise Refused(_("这件诉求又有了新的进展，不能撤销。"))
    return last[0]


def _give_back_parts(ticket: Ticket, before: Before, act: Event, at: datetime) -> None:
    """Parts given out by the act end, and what was signed for in it is not signed for."""
    parts = Assignment.objects.filter(ticket=ticket, ended_at=None)
    parts.exclude(pk__in=before.parts).update(ended_at=at)
    if before.verb == "take":
        parts.filter(part=Assignment.Part.LEAD).update(taken_by=None, taken_at=None)
    if before.verb == "take_part":
        parts.filter(pk=act.data["part"]).update(taken_by=None, taken_at=None)
