"""反馈: the firm confirms or disputes the result, in the portal or by telephone (APP-12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.people.actors import CLOCK, Actor, Clock, LinkHolder, person
from portal.people.models import User
from portal.people.refusal import required
from requests import limits, stages
from requests.capacity import capacities
from requests.flow import orders
from requests.flow.core import Refused, begin, move, note
from requests.models import Rating, Result, Ticket
from requests.models.handling import DISSATISFIED
from requests.models.ticket import Channel, Round


@dataclass(frozen=True)
class Scores:
    """The firm's rating of a result, 1–5 each (APP-13)."""

    overall: int
    attitude: int | None = None
    timeliness: int | None = None
    text: str = ""


@transaction.atomic
def confirm(
    ticket: Ticket, *, by: User | LinkHolder, scores: Scores | None = None, at: datetime | None = None
) -> Ticket:
    """确认: the firm says it is done, and may rate; 2 or less counts as dissatisfied and goes round again (APP-13)."""
    ticket, at = begin(ticket, "confirm", by, at)
    result = _answer(ticket, Result.Answer.CONFIRMED, by, at)
    if scores is not None:
        _rate(ticket, result, scores, by, at)
    if scores is not None and scores.overall <= DISSATISFIED:
        note("ticket.confirmed", ticket, by=by, at=at, tell=False, by_telephone=result.by_telephone)
        return dissatisfied(ticket, result, by, at)
    limits.confirmed(ticket, at)
    move(ticket, stages.REVISITING, at)
    ticket.save()
    note("ticket.confirmed", ticket, by=by, at=at, by_telephone=result.by_telephone)
    return ticket


@transaction.atomic
def dispute(ticket: Ticket, *, by: User | LinkHolder, reason: str, at: datetime | None = None) -> Ticket:
    """没办好: back to handling in the same department (SLA-12); the second dispute counts as dissatisfied (APP-12).

    So does the first one about a second assignment or an order: the firm was dissatisfied once already, and another
    round of mere rework would take the matter out of the head's hands again (APP-13).
    """
    ticket, at = begin(ticket, "dispute", by, at)
    reason = required(reason, _("请写下哪里没办好，部门照着接着办。"), "reason")
    result = _answer(ticket, Result.Answer.DISPUTED, by, at, reason)
    ticket.disputes += 1
    if ticket.disputes > 1 or ticket.round != Round.FIRST:
        note("ticket.disputed", ticket, by=by, at=at, tell=False, times=ticket.disputes)
        return dissatisfied(ticket, result, by, at)
    send_round_again(ticket, Round.REWORK, at)
    note("ticket.disputed", ticket, by=by, at=at, times=ticket.disputes)
    return ticket


@transaction.atomic
def lapse_confirmation(ticket: Ticket, *, by: Clock = CLOCK, at: datetime | None = None) -> Ticket:
    """No answer within the limit: the first responder is told to call; after the second limit on to revisit, 未回应."""
    ticket, at = begin(ticket, "lapse_confirmation", by, at)
    if not ticket.deadlines.open().filter(obligation="confirm", due_at__lte=at).exists():
        raise Refused(_("确认时限还没有到。"))
    if not ticket.deadlines.filter(obligation="confirm", cancelled_at__gte=ticket.moved_at).exists():
        limits.lapsed(ticket, at)
        note("ticket.confirmation_lapsed", ticket, by=by, at=at)
        return ticket
    _answer(ticket, Result.Answer.UNANSWERED, by, at)
    move(ticket, stages.REVISITING, at)
    ticket.save()
    limits.lapsed_again(ticket, at)
    note("ticket.left_unanswered", ticket, by=by, at=at)
    return ticket


def _answer(ticket: Ticket, answer: str, by: Actor, at: datetime, text: str = "") -> Result:
    result = ticket.results.select_for_update(no_key=True).filter(signed_at__isnull=False).latest("id")
    result.answer = answer
    result.answer_text = text
    result.answered_at = at
    result.answered_by = person(by)
    result.by_telephone = not isinstance(by, Clock) and _spoken(ticket, capacities(ticket, by, at))
    result.save()
    if isinstance(by, LinkHolder):
        by.link.use(at)
    return result


def _spoken(ticket: Ticket, held: frozenset[str]) -> bool:
    """Whether the firm's answer was spoken to somebody: an official, or a hotline that passes it on."""
    if stages.LINE in held:
        return ticket.channel in (Channel.HOTLINE, Channel.PHONE)
    return held.isdisjoint({stages.MEMBER, stages.LINK})


def _rate(ticket: Ticket, result: Result, scores: Scores, by: User | LinkHolder, at: datetime) -> None:
    if not 1 <= scores.overall <= 5:
        raise Refused(_("总体评价请选 1 到 5 分。"), "overall")
    Rating.objects.create(
        ticket=ticket,
        result=result,
        overall=scores.overall,
        attitude=scores.attitude,
        timeliness=scores.timeliness,
        text=scores.text.strip(),
        by=person(by),
        at=at,
    )


def dissatisfied(ticket: Ticket, result: Result, by: User | LinkHolder, at: datetime) -> Ticket:
    """Once → second assignment (二次交办), twice → supervision order (督查督办); a result counts once (APP-13).

    After the order's result there is no further round: the ticket goes on to revisit, and the score stands.
    """
    if ticket.round == Round.ORDER:
        move(ticket, stages.REVISITING, at)
        limits.confirmed(ticket, at)
        return still_dissatisfied(ticket, result, by, at)
    _count(ticket, result)
    send_round_again(ticket, Round.SECOND if ticket.dissatisfied == 1 else Round.ORDER, at)
    if ticket.round == Round.SECOND:
        note("ticket.assigned_again", ticket, by=by, at=at, result=result.pk)
    else:
        order = orders.issue_by_rule(ticket, at)
        note("ticket.ordered", ticket, by=by, at=at, result=result.pk, order=order.pk)
    return ticket


def still_dissatisfied(ticket: Ticket, result: Result, by: User | LinkHolder, at: datetime) -> Ticket:
    """Dissatisfied with the order's own result: counted, and the supervisor is told."""
    _count(ticket, result)
    ticket.save()
    note("ticket.still_dissatisfied", ticket, by=by, at=at, result=result.pk)
    return ticket


def _count(ticket: Ticket, result: Result) -> None:
    result.dissatisfied = True
    result.save()
    ticket.dissatisfied += 1


def send_round_again(ticket: Ticket, which: Round, at: datetime) -> None:
    """Back to the same department with a fresh clock."""
    ticket.round = which
    move(ticket, stages.HANDLING, at)
    ticket.save()
    limits.sent_round_again(ticket, at)
