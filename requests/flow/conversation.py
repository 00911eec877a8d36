"""What is said while a ticket stands still: to the firm, among officials, by the firm, and 催办."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.files.models import StoredFile
from portal.people.models import User
from portal.people.refusal import required
from portal.trail.models import Event
from portal.worktime.words import local_day
from requests import limits, stages
from requests.capacity import capacities
from requests.flow.core import Refused, begin, note
from requests.flow.intake import answered, attach
from requests.flow.respite import firm_answered
from requests.models import Comment, Ticket
from requests.models.conversation import Audience, Way

FIRM_SIDE = frozenset(stages.FIRM_SIDE)


@transaction.atomic
def write(
    ticket: Ticket,
    *,
    by: User,
    text: str,
    audience: str = Audience.FIRM,
    files: Iterable[StoredFile] = (),
    at: datetime | None = None,
) -> Comment:
    """A reply to the firm, the firm's own words, or an internal note that the firm never sees."""
    ticket, at = begin(ticket, "write", by, at)
    held = capacities(ticket, by, at)
    from_firm = not FIRM_SIDE.isdisjoint(held)
    if from_firm:
        audience = Audience.FIRM
    comment = Comment.objects.create(
        ticket=ticket,
        audience=audience,
        author=by,
        from_firm=from_firm,
        text=required(text, _("请写下要说的话。"), "text"),
        at=at,
    )
    attach(ticket, files, audience, comment=comment)
    if audience == Audience.FIRM and not held.isdisjoint(stages.CENTRE):
        answered(ticket, at)
        ticket.save()
    kind = "ticket.firm_wrote" if from_firm else "ticket.replied" if audience == Audience.FIRM else "ticket.noted"
    note(kind, ticket, by=by, at=at, firm_sees=audience == Audience.FIRM, comment=comment.pk)
    if from_firm:
        firm_answered(ticket, by, at)
    return comment


@transaction.atomic
def log_contact(
    ticket: Ticket, *, by: User, text: str, way: str = Way.TELEPHONE, at: datetime | None = None
) -> Comment:
    """已联系业主: every contact with the firm is logged, the first within a working day (APP-21); the firm sees it."""
    ticket, at = begin(ticket, "log_contact", by, at)
    text = required(text, _("请写下联系了谁、谈定了什么。"), "text")
    if way not in Way.values:
        raise Refused(_("请选怎么联系的。"), "way")
    comment = Comment.objects.create(ticket=ticket, audience=Audience.FIRM, author=by, text=text, way=way, at=at)
    limits.contacted(ticket, at)
    note("ticket.contacted", ticket, by=by, at=at, tell=False, comment=comment.pk)
    return comment


@transaction.atomic
def urge(ticket: Ticket, *, by: User, text: str = "", at: datetime | None = None) -> Ticket:
    """催办: counted, and shown to whoever holds the ticket and his head (APP-20); once a day, for all are told."""
    ticket, at = begin(ticket, "urge", by, at)
    last = Event.objects.about(ticket).filter(kind="ticket.urged").order_by("-at").first()
    if last is not None and local_day(last.at) == local_day(at):
        raise Refused(_("今天已经催办过，经办人和负责人都收到了。有话可以留言。"))
    ticket.urges += 1
    ticket.save()
    text = (text or "").strip()
    comment = None
    if text:
        from_firm = not FIRM_SIDE.isdisjoint(capacities(ticket, by, at))
        comment = Comment.objects.create(
            ticket=ticket, audience=Audience.FIRM, author=by, from_firm=from_firm, text=text, at=at
        )
    note("ticket.urged", ticket, by=by, at=at, times=ticket.urges, comment=comment.pk if comment else None)
    return ticket
