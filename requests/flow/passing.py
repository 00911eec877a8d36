"""改由另一个部门办: what a granted return, the chiefs' word and a supervisor's re-assignment do alike (APP-9, NET-6).

The former lead's part ends and with it its sight of the ticket (SEC-2); the next one starts fresh (SLA-2). The first
responder and the ticket's own clock stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from portal import outbox
from portal.people.models import Department, User
from requests import limits, stages
from requests.flow.core import Refused, move
from requests.models import Assignment, Instruction, Referral, ReturnRequest, Ticket


def pass_on(
    ticket: Ticket,
    lead: Department,
    *,
    by: User,
    at: datetime,
    reason: str,
    co: Sequence[Department] | None = None,
    instruction: str = "",
    by_chiefs: bool = False,
) -> Assignment:
    """Gives the locked ticket to `lead`; co-handlers become `co`, or stay (None). Returns the part that ended."""
    demand_able(lead)
    former = ticket.assignments.select_related("department").get(part=Assignment.Part.LEAD, ended_at=None)
    if former.department_id == lead.pk:
        raise Refused(_("现在就由%(name)s主办，请另选一个部门。") % {"name": lead.short_name}, "lead")
    parts = {part.department_id: part for part in open_parts(ticket)}
    staying = parts.keys() if co is None else {department.pk for department in co}
    leaving = [part for pk, part in parts.items() if pk == lead.pk or pk not in staying]
    for part in (former, *leaving):
        end(part, by=by, at=at, reason=reason)
    ticket.results.filter(signed_at=None, sent_back_at=None).update(sent_back_at=at, sent_back_reason=reason)
    ticket.lead_department, ticket.handler = lead, None
    move(ticket, stages.ASSIGNED, at)
    ticket.save()
    give(ticket, lead, Assignment.Part.LEAD, by=by, at=at, instruction=instruction, by_chiefs=by_chiefs)
    limits.passed_on(ticket, at)
    for department in co or ():
        if department.pk not in parts and department != lead:
            give(ticket, department, Assignment.Part.CO, by=by, at=at, instruction=instruction)
            limits.part_assigned(ticket, department, at)
    for part in (former, *leaving):
        move_instructions(ticket, part.department, by=by, at=at)
    return former


def open_parts(ticket: Ticket) -> list[Assignment]:
    """The co-handlers' parts under way, locked after the ticket."""
    parts = ticket.assignments.filter(part=Assignment.Part.CO, ended_at=None).select_related("department")
    return list(parts.select_for_update(of=("self",), no_key=True))


def give(
    ticket: Ticket,
    department: Department,
    part: str,
    *,
    by: User,
    at: datetime,
    instruction: str = "",
    by_chiefs: bool = False,
) -> Assignment:
    return Assignment.objects.create(
        ticket=ticket,
        department=department,
        part=part,
        instruction=instruction.strip(),
        assigned_by=by,
        assigned_at=at,
        by_chiefs=by_chiefs,
    )


def end(part: Assignment, *, by: User, at: datetime, reason: str) -> None:
    """The part is over before the matter is; the department is told by a message about its part, all it still sees."""
    part.ended_at, part.ended_by, part.ended_reason = at, by, reason
    part.save()
    if part.part == Assignment.Part.CO:
        limits.part_ended(part.ticket, part.department, at)
    outbox.queue("assignment.ended", part, key=f"assignment.ended:{part.pk}", at=at, by=by.pk)


def demand_able(*departments: Department, field: str = "lead") -> None:
    """A department that can be given a part: in use, and not the centre, which dispatches."""
    for department in departments:
        if not department.active:
            raise Refused(_("%(name)s已停用，请另选一个部门。") % {"name": department.name}, field)
        if department.kind == Department.Kind.CENTRE:
            raise Refused(_("中心转交，不承办，请另选一个部门。"), field)


def settle_open(ticket: Ticket, outcome: str, *, by: User, at: datetime, ruling: str = "") -> None:
    """Ends what waits for a ruling: the return and, where nobody decided, the referral."""
    waiting = ReturnRequest.objects.open().filter(ticket=ticket)
    waiting.update(outcome=outcome, ended_by=by, ended_at=at, ruling=ruling)
    Referral.objects.open().filter(ticket=ticket).update(ended_by=by, ended_at=at)


def drop_open(ticket: Ticket, *, by: User, at: datetime) -> None:
    """The department does it after all, or the matter ended: nothing is left to rule on."""
    settle_open(ticket, ReturnRequest.Outcome.DROPPED, by=by, at=at)
    limits.return_dropped(ticket, at)


def move_instructions(ticket: Ticket, former: Department, *, by: User, at: datetime) -> None:
    """A leader's word is about the matter: what a department that leaves was asked the lead one owes (APP-21)."""
    if former.pk == ticket.lead_department_id:
        return
    asked = Instruction.objects.open().filter(ticket=ticket, deadline__department=former)
    for one in asked.select_related("deadline__subject"):
        one.deadline.subject = ticket
        one.deadline = limits.instruction_moved(one.deadline, at)
        one.save(update_fields=["deadline"])
        key = f"ticket.instructed:moved:{one.deadline.pk}"
        outbox.queue("ticket.instructed", ticket, key=key, at=at, by=by.pk, instruction=one.pk)
