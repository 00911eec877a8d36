"""研判 and 流转: what kind of matter it is, who works on it, and the department's taking it on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.people.actors import CLOCK, Clock
from portal.people.models import Department, User
from requests import limits, stages
from requests.capacity import capacities, may_handle, own_case
from requests.flow.core import Refused, begin, move, note
from requests.flow.passing import drop_open
from requests.likeness import suggesting
from requests.models import Assignment, Category, Ticket
from requests.models.ticket import Complexity, Kind, Urgency


@transaction.atomic
def dispatch(
    ticket: Ticket,
    *,
    by: User,
    kind: str,
    complexity: str,
    category: Category,
    lead: Department,
    co: Iterable[Department] = (),
    urgency: str | None = None,
    instruction: str = "",
    at: datetime | None = None,
) -> Ticket:
    """转交: settles kind, complexity, category and urgency, and gives it to its departments (APP-3 to 5, SLA-1)."""
    ticket, at = begin(ticket, "dispatch", by, at)
    co = [department for department in co if department != lead]
    _check(kind, complexity, lead, co)
    ticket.kind, ticket.complexity, ticket.category = kind, complexity, category
    ticket.urgency = Urgency(urgency or ticket.urgency)
    ticket.lead_department = lead
    ticket.dispatched_at = at
    move(ticket, stages.ASSIGNED, at)
    ticket.save()
    parts = [(lead, Assignment.Part.LEAD), *((department, Assignment.Part.CO) for department in co)]
    Assignment.objects.bulk_create(
        Assignment(
            ticket=ticket,
            department=department,
            part=part,
            instruction=instruction.strip(),
            assigned_by=by,
            assigned_at=at,
        )
        for department, part in parts
    )
    limits.dispatched(ticket, at)
    suggesting.chosen(ticket, at)
    settled = {"kind": kind, "complexity": complexity, "category": category.code, "urgency": ticket.urgency}
    note("ticket.dispatched", ticket, by=by, at=at, lead=lead.pk, co=[d.pk for d in co], settled=settled)
    return ticket


def _check(kind: str, complexity: str, lead: Department, co: list[Department]) -> None:
    if kind not in Kind.values:
        raise Refused(_("请选办理类型。"), "kind")
    if complexity not in Complexity.values:
        raise Refused(_("请选复杂程度。"), "complexity")
    if not lead.active:
        raise Refused(_("%(name)s已停用，请换一个主办部门。") % {"name": lead.name}, "lead")
    for department in co:
        if not department.active:
            raise Refused(_("%(name)s已停用，请换一个协办部门。") % {"name": department.name}, "co")
    if complexity == Complexity.ORDINARY and co:
        raise Refused(_("一般事项由一个部门办。要协办，请选“多跨”。"), "complexity")
    if complexity == Complexity.CROSS and not co:
        raise Refused(_("多跨事项至少要有一个协办部门。"), "co")


@transaction.atomic
def take(
    ticket: Ticket,
    *,
    by: User,
    handler: User | None = None,
    until: datetime | None = None,
    at: datetime | None = None,
) -> Ticket:
    """签收: the lead department takes the ticket on; the handling clock begins (SLA-2, SLA-3, SLA-4).

    A handler takes it for whom the head has named, else himself; heads take it for anybody of theirs. `until` is the
    day to be done by, where the table of limits leaves it to the department.
    """
    ticket, at = begin(ticket, "take", by, at)
    if ticket.handler is not None and not may_handle(ticket, ticket.handler, at):
        ticket.handler = None  # whom the head had named has left
    handler = handler or ticket.handler or by
    if handler != (ticket.handler or by) and capacities(ticket, by, at).isdisjoint(stages.HEADS):
        raise Refused(_("由谁承办由部门负责人指定，您可以自己签收。"), "handler")
    assignment = ticket.assignments.get(part=Assignment.Part.LEAD, ended_at=None)
    assignment.taken_by, assignment.taken_at = by, at
    assignment.save()
    _check_handler(ticket, handler, at)
    ticket.handler = handler
    move(ticket, stages.HANDLING, at)
    ticket.save()
    by_date = limits.handling_by_date(ticket, at)
    if by_date and (until is None or until <= at):
        raise Refused(_("这件要由部门定办结日期，请写今天以后的一天。"), "until")
    drop_open(ticket, by=by, at=at)  # whoever takes it on asks to return it no longer
    limits.taken(ticket, at, until if by_date else None)
    note("ticket.taken", ticket, by=by, at=at, department=assignment.department_id, handler=ticket.handler.pk)
    return ticket


@transaction.atomic
def begin_handling(ticket: Ticket, *, by: Clock = CLOCK, at: datetime | None = None) -> Ticket:
    """逾期未签收: the limit to accept has passed and the handling clock begins, at that limit's due time (SLA-3).

    The department still has to take it, and that stays overdue: its ladder tells so, hence no message of its own.
    Nothing begins where the department has to name the day itself, nor a second time.
    """
    ticket, at = begin(ticket, "begin_handling", by, at)
    owed = limits.running(ticket, "accept")
    if owed is None or owed.due_at > at:
        raise Refused(_("签收时限还没有到。"))
    began = limits.handling_began(ticket)
    if began is not None:
        due_at = began.due_at.isoformat()
        note("ticket.handling_began", ticket, by=by, at=at, firm_sees=False, tell=False, due_at=due_at)
    return ticket


@transaction.atomic
def name_handler(ticket: Ticket, *, by: User, handler: User, at: datetime | None = None) -> Ticket:
    """指定承办人: the head names who handles it in his department."""
    ticket, at = begin(ticket, "name_handler", by, at)
    _check_handler(ticket, handler, at)
    before, ticket.handler = ticket.handler_id, handler
    ticket.save()
    note("ticket.handler_named", ticket, by=by, at=at, firm_sees=False, before=before, handler=handler.pk)
    return ticket


def _check_handler(ticket: Ticket, handler: User, at: datetime) -> None:
    if own_case(ticket, handler, at):
        raise Refused(_("%(name)s是这家企业的人，不能承办自己企业的事。") % {"name": handler.name}, "handler")
    if not may_handle(ticket, handler, at):
        raise Refused(_("%(name)s不在主办部门，请另选承办人。") % {"name": handler.name}, "handler")
