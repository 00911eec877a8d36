"""What all verbs share: lock, check the table, note the event. A status is written nowhere else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from portal import outbox, trail
from portal.people.actors import Actor
from portal.people.refusal import Refused
from portal.worktime import clock
from requests import respite, stages
from requests.capacity import grant_used, standing
from requests.models import Ticket
from requests.models.dispatch import wind_up
from requests.serving import recorded_unit


def begin(ticket: Ticket, verb: str, by: Actor, at: datetime | None) -> tuple[Ticket, datetime]:
    """The ticket, locked, and the verb's one instant; refuses what the table does not allow.

    Call it first in the verb's transaction: the subject is locked before its deadlines, always (design: Deadlines).
    """
    locked = Ticket.objects.select_for_update(of=("self",), no_key=True).get(pk=ticket.pk)
    at = at or max(clock.now(), locked.moved_at)
    held = standing(locked, by, at)
    if not stages.may(verb, locked.status, frozenset(held)):
        if verb in stages.verbs_from(locked.status):
            raise Refused(_("这一步不由您办理。"))
        raise Refused(
            _("这件诉求现在是“%(status)s”，不能再做这一步。请刷新后看最新进展。") % {"status": locked.status_name}
        )
    locked.acting = grant_used(verb, held)
    locked.for_unit = recorded_unit(locked, verb, held)
    return locked, at


def move(ticket: Ticket, status: str, at: datetime) -> None:
    """Sets the status that the verb decided on; ended tickets get their end time."""
    respite.left(ticket, status, at)
    ticket.status = status
    ticket.moved_at = at
    if status in stages.ENDED:
        ticket.closed_at = at
        wind_up(ticket, at)


def note(
    kind: str, ticket: Ticket, *, by: Actor, at: datetime, firm_sees: bool = True, tell: bool = True, **data: Any
) -> trail.Event:
    """`outbox.tell` with the right that `begin` found; the firm sees it unless the verb says otherwise."""
    if ticket.for_unit is not None:
        data["for_unit"] = ticket.for_unit
    return outbox.tell(kind, ticket, by, at, ticket.acting, firm_sees=firm_sees, told=tell, **data)


def stopped(text: str) -> str:
    """The text with a full stop, so that another sentence can follow what somebody wrote."""
    text = text.strip()
    return text if not text or text[-1] in "。！？.!?；" else text + _("。")


def run_on(said: str, more: str) -> str:
    """Two sentences as one text: a language that parts its sentences by a space gets one."""
    return _("%(said)s%(more)s") % {"said": said, "more": more} if said and more else said + more
