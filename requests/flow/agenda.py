"""The agenda of the next supervision meeting (DL-4, SUP-5): what is long overdue comes on it by itself.

A supervisor adds remarks, takes an item off with a reason, or puts it on again; each is a row of its own, so that
nothing noted is lost. The note belongs to the deadline: another one of the same ticket comes on anew.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from portal.deadlines.ladders import first_telling
from portal.deadlines.obligations import ASIDE
from portal.people.models import User
from portal.people.refusal import required
from portal.worktime import clock
from requests.capacity import standing
from requests.flow.core import Refused, note
from requests.models import AgendaNote, Ticket, TicketDeadline

NEVER = 100  # where no rung of the ladder brings anything on the agenda
PLACE = "agenda"  # the word of a rung that brings an item on the agenda
REMARK, REMOVED, RESTORED = AgendaNote.Kind.REMARK, AgendaNote.Kind.REMOVED, AgendaNote.Kind.RESTORED
WHO = "supervisor"


def reached() -> QuerySet[Any]:
    """Running deadlines whose agenda rung has fired, taken off or not (`removed`); never of confidential matters.

    What supervision itself asked for is not among them: the ticket's own work is what the meeting is about.
    """
    rung = first_telling("department", PLACE) or NEVER
    last = AgendaNote.objects.filter(deadline=OuterRef("pk")).exclude(kind=REMARK).order_by("-at", "-pk")
    return (
        TicketDeadline.objects.running()
        .exclude(obligation__in=ASIDE)
        .filter(subject__confidential=False)
        .filter(obligor_kind="department", next_rung__gt=rung)
        .annotate(reached_at=F(f"rung_times__{rung - 1}"), last_note=Subquery(last.values("kind")[:1]))
        .order_by("due_at", "pk")
    )


def on_agenda() -> QuerySet[Any]:
    return reached().filter(Q(last_note=None) | ~Q(last_note=REMOVED))


def taken_off() -> QuerySet[Any]:
    return reached().filter(last_note=REMOVED)


@transaction.atomic
def note_agenda(deadline: TicketDeadline, *, by: User, kind: str, text: str, at: datetime | None = None) -> AgendaNote:
    """A remark, the reason why it is taken off, or why it is on again. Only a supervisor; the office's own."""
    ticket = Ticket.objects.select_for_update(of=("self",), no_key=True).get(pk=deadline.subject_id)
    at = at or clock.now()
    held = standing(ticket, by, at)
    if WHO not in held:
        raise Refused(_("这一步不由您办理。"))
    ticket.acting = held[WHO]
    if kind not in AgendaNote.Kind.values:
        raise Refused(_("请选备注还是移出。"), "kind")
    where = taken_off() if kind == RESTORED else on_agenda()
    if not where.filter(pk=deadline.pk).exists():
        raise Refused(_("这一件已经不在这里了：办结了，或者刚才有人动过。请刷新后看。"))
    said = required(text, _("请写理由。") if kind != REMARK else _("请写备注。"), "text")
    row = AgendaNote.objects.create(deadline=deadline, kind=kind, text=said, by=by, at=at)
    note("ticket.agenda_noted", ticket, by=by, at=at, firm_sees=False, tell=False, note=row.pk, what=kind)
    return row
