"""复核: a rejection is looked at once more by a supervisor, if the firm asks for it (APP-6)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.people.actors import Actor, LinkHolder, person
from portal.people.models import User
from portal.people.refusal import required
from requests import limits, owed_intake, stages
from requests.flow.core import Refused, begin, move, note
from requests.models import Review, Ticket


@transaction.atomic
def ask_review(ticket: Ticket, *, by: Actor, reasons: str, at: datetime | None = None) -> Review:
    """申请复核: once, with the firm's own reasons; the supervisor has SLA-13's limit, the matter stays rejected.

    A clerk writes down what a caller says. What was imported from an old system is not looked at again.
    """
    ticket, at = begin(ticket, "ask_review", by, at)
    item = ticket.rejected_item
    if item is None or not owed_intake.may_ask_review(ticket):
        raise Refused(_("复核只有一次，这件已经申请过。"))
    review = Review.objects.create(
        ticket=ticket,
        item=item,
        go_to=ticket.end_reason,
        reasons=required(reasons, _("请写明为什么应当受理。"), "reasons"),
        asked_by=person(by),
        asked_at=at,
    )
    if isinstance(by, LinkHolder):
        by.link.use(at)
    limits.review_asked(ticket, at)
    note("ticket.review_asked", ticket, by=by, at=at, review=review.pk)
    return review


@transaction.atomic
def rule_review(ticket: Ticket, *, by: User, upheld: bool, ruling: str, at: datetime | None = None) -> Ticket:
    """裁定复核: upheld with reasons it stays rejected for good; overturned it goes back to triage with a fresh SLA-1.

    Not by who rejected it, nor by who stands in for him (APP-6).
    """
    ticket, at = begin(ticket, "rule_review", by, at)
    review = Review.objects.select_for_update(no_key=True).filter(ticket=ticket, upheld=None).first()
    if review is None:
        raise Refused(_("没有待裁定的复核，可能刚有人裁定过。"))
    if owed_intake.rejected_by(ticket, by, at):
        raise Refused(_("这件是您不予受理的，要由另一位督查员裁定。"))
    review.upheld, review.ruled_by, review.ruled_at = upheld, by, at
    review.ruling = required(ruling, _("请写明裁定的理由，企业看得到。"), "ruling")
    review.save()
    if not upheld:
        ticket.rejected_item, ticket.end_reason, ticket.closed_at = None, "", None
        move(ticket, stages.TRIAGING, at)
        ticket.save()
    limits.review_ruled(ticket, at)
    note("ticket.review_upheld" if upheld else "ticket.review_overturned", ticket, by=by, at=at, review=review.pk)
    return ticket
