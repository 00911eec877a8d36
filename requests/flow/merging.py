"""并案: a matter that says the same as another joins it, and is taken apart again (APP-16). Both numbers live on."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.people.actors import Actor, Clock
from portal.people.models import User
from requests import limits, stages
from requests.flow.core import Refused, begin, move, note
from requests.flow.intake import answered
from requests.joined import UNANSWERED
from requests.models import Result, Ticket


@transaction.atomic
def merge(ticket: Ticket, *, by: User, into: Ticket, at: datetime | None = None) -> Ticket:
    """并入: the ticket ends and follows `into`, which must be open and no merged one itself.

    Its clocks stop; it counts as ended by merging, never as solved. Its firm is told, and so is that of `into`.
    """
    main = _both(ticket, into)
    ticket, at = begin(ticket, "merge", by, at)
    _check(ticket, main, by, at)
    answered(ticket, at)
    ticket.merged_into = main
    move(ticket, stages.MERGED, at)
    ticket.save()
    limits.ended(ticket, at)
    note("ticket.merged", ticket, by=by, at=at, main=main.pk)
    main.acting = ticket.acting
    note("ticket.joined", main, by=by, at=at, merged=ticket.pk)
    return ticket


def _both(ticket: Ticket, other: Ticket) -> Ticket:
    """Locks the two in the order of their keys, whichever way they are merged: no two verbs wait for each other."""
    pks = {ticket.pk, other.pk}
    rows = Ticket.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=pks).order_by("pk")
    return {row.pk: row for row in rows}[other.pk]


def _check(ticket: Ticket, main: Ticket, by: User, at: datetime) -> None:
    if main.pk == ticket.pk:
        raise Refused(_("不能并入它自己，请写另一件的编号。"), "into")
    if main.confidential or not Ticket.objects.visible_to(by, at).filter(pk=main.pk).exists():
        raise Refused(_("没有这一件，请核对编号。"), "into")
    if main.status == stages.MERGED:
        raise Refused(_("那一件自己已经并入别的诉求，请并入主件。"), "into")
    if main.ended:
        given = {"status": main.status_name}
        raise Refused(_("那一件“%(status)s”，不能再并入。请单独办理，或不予受理。") % given, "into")
    if ticket.merged.exists():
        raise Refused(_("已有别的诉求并入这一件，请反过来，把那一件并入这一件。"), "into")


@transaction.atomic
def split(ticket: Ticket, *, by: Actor, at: datetime | None = None) -> Ticket:
    """拆出: back to triage, to be dispatched by itself, with a new limit.

    By a triager while the main is under way; by the clock where the main was rejected or withdrawn, so that nothing
    merged is lost with it.
    """
    found = Ticket.objects.filter(merged=ticket.pk).first()
    main = _both(ticket, found or ticket)
    ticket, at = begin(ticket, "split", by, at)
    if ticket.merged_into_id != main.pk:  # taken apart and merged anew between the question and the lock
        raise Refused(_("这一件刚刚改并到别的诉求，请刷新后再办。"))
    if isinstance(by, Clock) and main.status not in UNANSWERED:
        raise Refused(_("主件还在办，不用拆出。"))
    if main.status == stages.CLOSED:
        raise Refused(_("主件已经办结，不能再拆出。企业还有问题的，请另登记一件。"))
    ticket.merged_into, ticket.closed_at = None, None
    move(ticket, stages.TRIAGING, at)
    ticket.save()
    limits.split(ticket, at)
    note("ticket.split", ticket, by=by, at=at, main=main.pk, ended=main.ended)
    main.acting = ticket.acting
    note("ticket.parted", main, by=by, at=at, firm_sees=False, tell=False, merged=ticket.pk)
    return ticket


def tell_of_answer(main: Ticket, result: Result, *, by: Actor, at: datetime) -> None:
    """Those merged into a matter learn of its answer (APP-16). The main is locked, so none joins meanwhile."""
    for ticket in main.merged.order_by("pk"):
        ticket.acting = main.acting
        note("ticket.main_answered", ticket, by=by, at=at, main=main.pk, result=result.pk)


def tell_of_end(main: Ticket, *, by: Actor, at: datetime) -> None:
    for ticket in main.merged.order_by("pk"):
        ticket.acting = main.acting
        note("ticket.main_closed", ticket, by=by, at=at, main=main.pk)
