"""The messages of supervision: instructions, commitments, progress (APP-21, DL-5, SLA-9); see `requests.notices`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from portal.outbox import topics
from portal.outbox.models import Topic
from portal.people.models import User
from portal.people.roles import Role
from portal.worktime.words import by_when, day
from requests.models import DeadlineCommitment, Instruction, ProgressReport, Ticket
from requests.notices.letters import FIRM, Params, Words, tells
from requests.recipients import department, handler, responder

MUST = ("ticket.instructed", "ticket.commitment_returned", "ticket.commitment_lapsed", "ticket.commitment_broken")
WORK = ("ticket.instruction_answered", "ticket.commitment_made", "ticket.commitment_approved", "ticket.progress_owed")
HEADS = (Role.DEPARTMENT_HEAD, Role.DEPUTY_HEAD)
topics.put_under(Topic.MUST, *MUST)
topics.put_under(Topic.WORK, *WORK)
topics.put_under(Topic.NEWS, "ticket.progress_reported")


def addressees(instruction: Instruction) -> list[User]:
    """Who must answer: the person and who stands in for him, else the department's handler and heads."""
    deadline = instruction.deadline
    if deadline.user_id is not None:
        return list(User.objects.answering_for(deadline.user_id))
    if deadline.department_id != instruction.ticket.lead_department_id:  # of a co-handler everybody who may act
        people = User.objects.holding
        return [user for role in (Role.HANDLER, *HEADS) for user in people(role, deadline.department)]
    return in_charge(instruction.ticket)


def in_charge(ticket: Ticket) -> list[User]:
    """The handler and the heads of the lead department."""
    return [*handler(ticket), *department(ticket, *HEADS)]


def supervisors() -> Iterable[User]:
    return User.objects.holding(Role.SUPERVISOR)


@tells("ticket.instructed")
def instructed(ticket: Ticket, params: Params) -> Iterator[Words]:
    found = Instruction.objects.select_related("given_by", "deadline", "ticket").get(pk=params["instruction"])
    if not found.deadline.is_open:
        return  # answered before this was delivered
    body = _("%(leader)s：%(text)s %(due)s答复。") % {
        "leader": found.given_by.name,
        "text": found.text,
        "due": by_when(found.deadline.due_at),
    }
    yield addressees(found), _("领导批示，请落实"), body


@tells("ticket.instruction_answered")
def instruction_answered(ticket: Ticket, params: Params) -> Iterator[Words]:
    found = Instruction.objects.select_related("given_by", "answered_by").get(pk=params["instruction"])
    body = _("%(name)s答复：%(text)s") % {"name": found.answered_by.name, "text": found.answer}
    yield User.objects.answering_for(found.given_by), _("批示有答复"), body


def _commitment(params: Params) -> DeadlineCommitment:
    return DeadlineCommitment.objects.select_related("leader", "deadline").get(pk=params["commitment"])


@tells("ticket.commitment_made")
def commitment_made(ticket: Ticket, params: Params) -> Iterator[Words]:
    found = _commitment(params)
    if found.approved_at or found.returned_at:
        return  # done before this was delivered
    body = _("%(department)s承诺%(day)s办结：%(wording)s 请审核，批准后才公开。") % {
        "department": ticket.lead_department.short_name,
        "day": day(found.until),
        "wording": found.wording,
    }
    yield supervisors(), _("公开承诺待审"), body


@tells("ticket.commitment_approved")
def commitment_approved(ticket: Ticket, params: Params) -> Iterator[Words]:
    found = _commitment(params)
    given = {"department": ticket.lead_department.short_name, "wording": found.wording, "day": day(found.until)}
    yield FIRM, _("部门作出承诺"), _("%(department)s承诺：%(wording)s 承诺%(day)s办结。") % given
    office = _("承诺已批准并公开：%(wording)s 请在 %(due)s办结。") % {**given, "due": by_when(found.until)}
    yield [*in_charge(ticket), *responder(ticket)], _("承诺已公开"), office


@tells("ticket.commitment_returned")
def commitment_returned(ticket: Ticket, params: Params) -> Iterator[Words]:
    body = _("理由：%(reason)s 请改好再送审。") % {"reason": _commitment(params).returned_for}
    yield in_charge(ticket), _("承诺退回，请重写"), body


@tells("ticket.commitment_lapsed")
def commitment_lapsed(ticket: Ticket, params: Params) -> Iterator[Words]:
    body = _("承诺到%(day)s还没有审，日期已过，没有公开。请重写一份，改定日期。") % {
        "day": day(_commitment(params).until)
    }
    yield [*in_charge(ticket), *supervisors()], _("承诺没有及时审核"), body


@tells("ticket.commitment_broken")
def commitment_broken(ticket: Ticket, params: Params) -> Iterator[Words]:
    """One rung up is brought forward and tells its own people (DL-5); here those who promised and who approved."""
    found = _commitment(params)
    body = _("%(department)s承诺%(day)s办结，没有办成，考核按两倍计。请再作承诺，尽快办结。") % {
        "department": ticket.lead_department.short_name,
        "day": day(found.until),
    }
    yield [found.leader, *in_charge(ticket), *supervisors()], _("公开承诺没有兑现"), body


@tells("ticket.progress_owed")
def progress_owed(ticket: Ticket, params: Params) -> Iterator[Words]:
    next_one = ticket.deadlines.open().filter(obligation="progress").first()
    if next_one is None:
        return  # done meanwhile
    body = _("这件已超期。办结前每月第一个工作日报一次进展，这次 %(due)s报。") % {"due": by_when(next_one.due_at)}
    yield in_charge(ticket), _("超期件要按月报进展"), body


@tells("ticket.progress_reported")
def progress_reported(ticket: Ticket, params: Params) -> Iterator[Words]:
    found = ProgressReport.objects.select_related("by").get(pk=params["progress"])
    if found.audience == "firm":
        yield FIRM, _("办理进展"), found.text
    yield responder(ticket), _("办理进展"), found.text
