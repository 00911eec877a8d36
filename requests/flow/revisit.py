"""回访: the centre calls back before closing (APP-13); nothing closes before its checklist holds (APP-14)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.people.models import User
from portal.worktime.calendar import calendar
from portal.worktime.words import moment
from requests import calls, facts, limits, respite, stages
from requests.checklist import missing_to_close
from requests.flow.core import Refused, begin, move, note
from requests.flow.feedback import Scores, dissatisfied, still_dissatisfied
from requests.flow.merging import tell_of_end
from requests.models import CallDraft, Result, Revisit, Ticket
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
    if not reached:
        _refuse_again_too_soon(result, at)
    call = _call(ticket, result, by, reached, real, scores, text, at)
    CallDraft.objects.filter(ticket=ticket).delete()
    note("ticket.revisited", ticket, by=by, at=at, firm_sees=False, tell=False, attempt=call.attempt, reached=reached)
    if reached and call.overall <= DISSATISFIED and not result.dissatisfied:
        if ticket.round != Round.ORDER:
            return dissatisfied(ticket, result, by, at)
        still_dissatisfied(ticket, result, by, at)
    if not reached and call.attempt < Revisit.ATTEMPTS:
        return ticket
    return _close(ticket, by, at, reached)


def _refuse_again_too_soon(result: Result, at: datetime) -> None:
    """Three attempts within one half-day would be one: whoever was not there at ten is not there at eleven (APP-13)."""
    if not calls.counts(at):
        when = moment(calendar().opens_at(at))
        raise Refused(_("现在不是上班时间，没联系上不算一次，%(when)s 起再打。") % {"when": when}, "reached")
    last = result.revisits.order_by("-attempt").first()
    if last is not None and at < last.half_day_ends:
        raise Refused(_("这半天已经打过，%(when)s 起再打，另算一次。") % {"when": moment(last.next_at)}, "reached")


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
    respite.plan_look(ticket, at)
    ticket.assignments.filter(ended_at=None).update(ended_at=at)
    limits.ended(ticket, at)
    note("ticket.closed", ticket, by=by, at=at, reached=reached)
    tell_of_end(ticket, by=by, at=at)
    return ticket
