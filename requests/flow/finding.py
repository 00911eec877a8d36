"""三确认与认定: both sides heard, on site seen, an expert where needed; then the finding, then the result (APP-18)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal import outbox
from portal.people.models import User
from portal.people.refusal import required
from portal.people.rights import HEADS, rights_of
from portal.worktime import clock
from requests.flow.core import Refused, begin, note
from requests.models import Confirmation, Finding, Ticket, UnitQuestion


@transaction.atomic
def ask_unit(ticket: Ticket, *, by: User, text: str, at: datetime | None = None) -> UnitQuestion:
    """请被投诉单位说明: in the supervisor's own words, and nothing else; its heads answer at an address of their own.

    Refused where the words name who complains.
    """
    ticket, at = begin(ticket, "ask_unit", by, at)
    text = required(text, _("请写要单位说明什么。"), "text")
    accused = ticket.complaint.accused
    if accused is None:
        raise Refused(_("先认定投诉的是哪个单位，再请它说明。"), "text")
    told = next((word for word in _of_the_complainant(ticket) if word in text), None)
    if told:
        raise Refused(_("这段话里有“%(word)s”，单位会知道是谁投诉的。请改写。") % {"word": told}, "text")
    asked = UnitQuestion.objects.create(ticket=ticket, department=accused, text=text, asked_by=by, asked_at=at)
    note("ticket.unit_asked", ticket, by=by, at=at, firm_sees=False, tell=False, question=asked.pk)
    outbox.queue("unit.asked", asked, key=f"unit.asked:{asked.pk}", at=at)
    return asked


def _of_the_complainant(ticket: Ticket) -> list[str]:
    """The words that would tell who complains."""
    firm = ticket.enterprise
    words = [ticket.number, ticket.contact_name, ticket.contact_phone, ticket.business_name]
    words += [firm.name, firm.short_name, firm.uscc] if firm else []
    words += [ticket.filed_by.name] if ticket.filed_by and ticket.registered_by_id is None else []
    return [word for word in words if len(word) > 1]


@transaction.atomic
def answer_unit_question(question: UnitQuestion, *, by: User, text: str, at: datetime | None = None) -> UnitQuestion:
    """单位说明: one of its heads answers, once."""
    question = UnitQuestion.objects.select_for_update(of=("self",), no_key=True).get(pk=question.pk)
    at = at or clock.now()
    rights = rights_of(by, at)
    grant = next((g for g in (rights.grant_over(question.department_id, role) for role in HEADS) if g), None)
    if grant is None:
        raise Refused(_("这一步不由您办理。"))
    if question.answered_by is not None:
        raise Refused(_("%(name)s已经答复过了。") % {"name": question.answered_by.name})
    question.answer = required(text, _("请写答复。"), "text")
    question.answered_by, question.answered_at = by, at
    question.save()
    ticket = question.ticket
    ticket.acting = grant
    note("ticket.unit_answered", ticket, by=by, at=at, firm_sees=False, question=question.pk)
    return question


@transaction.atomic
def record_confirmation(
    ticket: Ticket, *, by: User, what: str, text: str, waived: bool = False, at: datetime | None = None
) -> Confirmation:
    """三确认: one of the confirmations that come before the finding; only an expert may be found unnecessary."""
    ticket, at = begin(ticket, "record_confirmation", by, at)
    if what not in Confirmation.What.values:
        raise Refused(_("请选确认了什么。"), "what")
    if waived and what != Confirmation.What.EXPERT:
        raise Refused(_("只有专家意见可以写不需要，双方和现场都要确认。"), "waived")
    sentence = _("请写为什么不需要专家。") if waived else _("请写确认的经过和结果。")
    made = Confirmation.objects.create(
        ticket=ticket, what=what, waived=waived, text=required(text, sentence, "text"), by=by, at=at
    )
    note("ticket.fact_confirmed", ticket, by=by, at=at, firm_sees=False, tell=False, confirmation=made.pk)
    return made


def still_missing(ticket: Ticket) -> list[str]:
    """The confirmations that there are none of yet, by name."""
    there = set(ticket.confirmations.values_list("what", flat=True))
    return [str(what.label) for what in Confirmation.What if what not in there]


@transaction.atomic
def find(ticket: Ticket, *, by: User, outcome: str, text: str, at: datetime | None = None) -> Finding:
    """认定: founded, partly or not; refused while one of the three confirmations is missing."""
    ticket, at = begin(ticket, "find", by, at)
    if outcome not in Finding.Outcome.values:
        raise Refused(_("请选认定结论。"), "outcome")
    missing = still_missing(ticket)
    if missing:
        raise Refused(_("还缺%(names)s，三确认齐了才能认定。") % {"names": _("、").join(missing)})
    made = Finding.objects.create(
        ticket=ticket, outcome=outcome, text=required(text, _("请写认定的事实和依据。"), "text"), by=by, at=at
    )
    note("ticket.found", ticket, by=by, at=at, firm_sees=False, finding=made.pk)
    return made
