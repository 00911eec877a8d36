"""批示 (APP-21): a leader instructs on a ticket, whoever is addressed answers within the limit; the office's own.

Addressed is whoever works on the ticket or follows it and so may read it anyway: the lead department, one of its
people, the first responder, a supervisor, and a co-handling department; the sight of that one ends with its part
(SEC-2), so what it has not answered by then passes to the lead.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.people.models import Department, User
from portal.people.refusal import required
from portal.people.roles import Role
from portal.worktime.calendar import Limit, OutsideCalendar, calendar
from requests import limits, owed
from requests.capacity import IN_DEPARTMENT, own_case
from requests.flow.core import Refused, begin, note
from requests.models import Assignment, Instruction, Ticket

MOST_DAYS = 90  # working days


@transaction.atomic
def instruct(
    ticket: Ticket,
    *,
    by: User,
    text: str,
    department: Department | None = None,
    person: User | None = None,
    days: int | None = None,
    until: date | None = None,
    at: datetime | None = None,
) -> Instruction:
    """An obligation of the department or the person, for `days` working days or to the close of business of `until`.

    Several may be open at once. The limit is the leader's own: urgency does not shorten it.
    """
    ticket, at = begin(ticket, "instruct", by, at)
    text = required(text, _("请写批示内容。"), "text")
    department = _addressed(ticket, department, person, at)
    deadline = limits.instructed(ticket, at, _limit(days, until, at), department=department, user=person)
    instruction = Instruction.objects.create(ticket=ticket, deadline=deadline, text=text, given_by=by, given_at=at)
    note("ticket.instructed", ticket, by=by, at=at, firm_sees=False, instruction=instruction.pk)
    return instruction


def addressees(ticket: Ticket, at: datetime | None = None) -> dict[int, User]:
    """The people who may be instructed by name."""
    people = {user.pk: user for user in User.objects.serving(Role.SUPERVISOR)}
    if ticket.first_responder:
        people[ticket.first_responder.pk] = ticket.first_responder
    people |= {user.pk: user for user in _of_department(ticket, at)}
    return {pk: user for pk, user in people.items() if user.is_active and not own_case(ticket, user, at)}


def departments(ticket: Ticket) -> list[Department]:
    """The departments that may be instructed, the lead first."""
    parts = ticket.assignments.filter(part=Assignment.Part.CO, ended_at=None).select_related("department")
    lead = [ticket.lead_department] if ticket.lead_department else []
    return lead + [part.department for part in parts.order_by("pk")] if lead else []


def _of_department(ticket: Ticket, at: datetime | None) -> list[User]:
    if ticket.lead_department_id is None:
        return []
    return [user for role in IN_DEPARTMENT for user in User.objects.holding(role, ticket.lead_department_id, at)]


def _addressed(ticket: Ticket, department: Department | None, person: User | None, at: datetime) -> Department | None:
    """The department that owes it: of a person the lead department, if he works there; None for the centre's."""
    if person is not None:
        if person.pk not in addressees(ticket, at):
            raise Refused(_("批示只能交给办这件的人：主办部门、首问负责人、督查员。"), "person")
        works_there = any(user.pk == person.pk for user in _of_department(ticket, at))
        return ticket.lead_department if works_there else None
    if department is None:
        raise Refused(_("请选批示交给谁。"), "person")
    if department.pk not in {one.pk for one in departments(ticket)}:
        raise Refused(_("批示只能交给主办部门和正在协办的部门。"), "department")
    return department


def _limit(days: int | None, until: date | None, at: datetime) -> Limit:
    if until is not None:
        try:
            close = calendar().close(until)
        except OutsideCalendar:
            raise Refused(_("日期超出了日历，请改近一点。"), "until") from None
        if close <= at:
            raise Refused(_("这一天已经过了，请选以后的日期。"), "until")
        return Limit.until(close)
    if days is None or not 1 <= days <= MOST_DAYS:
        raise Refused(_("请写几个工作日内答复(1 到 %(most)s)，或者写日期。") % {"most": MOST_DAYS}, "days")
    return Limit.working_days(days)


@transaction.atomic
def answer_instruction(
    ticket: Ticket, *, by: User, text: str, instruction: Instruction | None = None, at: datetime | None = None
) -> Instruction:
    """What was done about it; the leader who gave it is told. Where several are open, `instruction` names which."""
    ticket, at = begin(ticket, "answer_instruction", by, at)
    mine = [deadline.pk for deadline in owed.instructions_to(ticket, by, at)]
    asked = Instruction.objects.filter(deadline__in=mine).select_related("deadline__subject")
    wanted = asked.order_by("deadline__due_at", "pk") if instruction is None else asked.filter(pk=instruction.pk)
    found = wanted.first()
    if found is None:
        raise Refused(_("没有等您答复的批示：已经答复，或者不是交给您的。"))
    found.answer = required(text, _("请写怎么落实的。"), "text")
    found.answered_by, found.answered_at = by, at
    found.save()
    limits.instruction_answered(found.deadline, at)
    note("ticket.instruction_answered", ticket, by=by, at=at, firm_sees=False, instruction=found.pk)
    return found
