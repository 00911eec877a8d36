"""What is said while a ticket stands still: to the firm, among officials, by the firm, and 催办."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.files.models import StoredFile
from portal.people.models import User
from portal.people.rights import rights_of
from portal.trail.models import Event
from portal.worktime.words import local_day
from requests import limits, stages
from requests.capacity import capacities, grant_in
from requests.flow.core import Refused, begin, note, required
from requests.flow.intake import answered, attach
from requests.models import Assignment, Comment, Ticket
from requests.models.conversation import Audience

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
    return comment


@transaction.atomic
def log_contact(ticket: Ticket, *, by: User, text: str, at: datetime | None = None) -> Comment:
    """已联系业主: the handler's first call to the firm is logged (APP-21); the firm sees what was agreed."""
    ticket, at = begin(ticket, "log_contact", by, at)
    text = required(text, _("请写下联系了谁、谈定了什么。"), "text")
    comment = Comment.objects.create(ticket=ticket, audience=Audience.FIRM, author=by, text=text, at=at)
    limits.contacted(ticket, at)
    note("ticket.contacted", ticket, by=by, at=at, tell=False, comment=comment.pk)
    return comment


@transaction.atomic
def give_opinion(
    ticket: Ticket, *, by: User, text: str, files: Iterable[StoredFile] = (), at: datetime | None = None
) -> Assignment:
    """协办意见: a co-handling department's own part (APP-4); officials only, the lead answers the firm."""
    ticket, at = begin(ticket, "give_opinion", by, at)
    open_parts = ticket.assignments.filter(part=Assignment.Part.CO, ended_at=None, opinion_at=None)
    part = open_parts.select_for_update(no_key=True).filter(department__in=rights_of(by, at).workplaces).first()
    if part is None:
        raise Refused(_("您部门的协办意见已经提交过。"))
    ticket.acting = grant_in(part.department_id, by, at)
    part.opinion = required(text, _("请写协办意见。"), "text")
    part.opinion_by, part.opinion_at = by, at
    part.save()
    attach(ticket, files, Audience.OFFICE, assignment=part)
    limits.part_given(ticket, part.department, at)
    note("ticket.opinion_given", ticket, by=by, at=at, firm_sees=False, department=part.department_id)
    return part


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
