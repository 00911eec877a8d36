"""回访: the centre calls back before closing (APP-13); the checklist that must hold before a ticket closes (APP-14)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.people.models import User
from requests import facts, limits, stages
from requests.flow.core import Refused, begin, move, note
from requests.flow.feedback import Scores, dissatisfied, still_dissatisfied
from requests.models import Assignment, Result, Revisit, Ticket
from requests.models.handling import DISSATISFIED
from requests.models.ticket import Round


@transaction.atomic
def record_revisit(
    ticket: Ticket,
    *,
    by: User,
    reached: bool,
    real: bool | None = None,
    scores: Scores | None = None,
    text: str = "",
    at: datetime | None = None,
) -> Ticket:
    """One call. Reached and satisfied, or not reached three times (未联系上): closed. Dissatisfied: round again."""
    ticket, at = begin(ticket, "record_revisit", by, at)
    result = ticket.results.select_for_update(no_key=True).filter(signed_at__isnull=False).latest("id")
    call = _call(ticket, result, by, reached, real, scores, text, at)
    note("ticket.revisited", ticket, by=by, at=at, firm_sees=False, tell=False, attempt=call.attempt, reached=reached)
    if reached and call.overall <= DISSATISFIED and not result.dissatisfied:
        if ticket.round != Round.ORDER:
            return dissatisfied(ticket, result, by, at)
        still_dissatisfied(ticket, result, by, at)
    if not reached and call.attempt < Revisit.ATTEMPTS:
        return ticket
    return _close(ticket, by, at, reached)


def _call(
    ticket: Ticket,
    result: Result,
    by: User,
    reached: bool,
    real: bool | None,
    scores: Scores | None,
    text: str,
    at: datetime,
) -> Revisit:
    if reached and (scores is None or not 1 <= scores.overall <= 5):
        raise Refused(_("联系上了，请记下总体评价(1 到 5 分)。"), "overall")
    if reached and real is None:
        raise Refused(_("请记下办理结果是否属实。"), "real")
    scored = scores if reached else None
    return Revisit.objects.create(
        ticket=ticket,
        result=result,
        attempt=ticket.revisits.filter(result=result).count() + 1,
        reached=reached,
        real=real if reached else None,
        overall=scored.overall if scored else None,
        attitude=scored.attitude if scored else None,
        timeliness=scored.timeliness if scored else None,
        text=text.strip(),
        by=by,
        at=at,
    )


def _close(ticket: Ticket, by: User, at: datetime, reached: bool) -> Ticket:
    missing = missing_to_close(ticket)
    if missing:
        raise Refused(_("还不能办结，缺：%(items)s。") % {"items": _("、").join(missing)})
    move(ticket, stages.CLOSED, at)
    facts.settle(ticket)
    ticket.save()
    ticket.assignments.filter(ended_at=None).update(ended_at=at)
    limits.ended(ticket, at)
    note("ticket.closed", ticket, by=by, at=at, reached=reached)
    return ticket


def checklist(ticket: Ticket) -> list[tuple[str, bool]]:
    """The closing checklist (APP-14): what must be there, and whether it is."""
    result = ticket.results.exclude(signed_at=None).order_by("-id").first()
    parts = ticket.assignments.filter(part=Assignment.Part.CO).select_related("department").order_by("id")
    items = [
        (_("已联系企业"), ticket.deadlines.filter(obligation="contact", met_at__isnull=False).exists()),
        *((_("%(name)s意见") % {"name": p.department.short_name}, p.opinion_at is not None) for p in parts),
        (_("办理结果"), result is not None),
        (_("负责人签批"), result is not None and result.signed_at is not None),
    ]
    if result is not None and result.needs_written_reply:
        items.append((_("书面答复"), bool(result.written_reply)))
    if ticket.instructions.exists():
        items.append((_("批示已答复"), not ticket.instructions.open().exists()))
    items.append((_("企业已知晓结果"), result is not None and bool(result.answer)))
    items.append((_("已回访"), ticket.revisits.filter(result=result).exists() if result else False))
    return items


def missing_to_close(ticket: Ticket) -> list[str]:
    """The names of what the checklist still lacks; empty when the ticket may close."""
    return [name for name, there in checklist(ticket) if not there]
