"""Who is told about a ticket, as things stand when the message is delivered (see `requests.notices`)."""

from __future__ import annotations

from enterprises.models import Member
from portal.people.models import Department, User
from portal.people.roles import Role
from requests import stages
from requests.capacity import may_handle
from requests.models import Supplement, Ticket
from requests.serving import is_served


def firm(ticket: Ticket) -> list[User]:
    """The firm's people while their membership lasts, and those of the association that lodged it for the firm."""
    firms = {ticket.enterprise_id, ticket.proxy_id} - {None}
    if not firms:
        return []
    members = Member.objects.current().filter(enterprise__in=firms, user__is_active=True)
    return [member.user for member in members.select_related("user")]


def department(ticket: Ticket, *roles: str) -> list[User]:
    return people_of(ticket.lead_department, *roles)


def people_of(unit: Department | None, *roles: str) -> list[User]:
    """Who holds these roles in it; for a unit without accounts the clerks, who record for it (ORG-1)."""
    found = [user for role in roles for user in User.objects.holding(role, unit)]
    return found if found or not is_served(unit) else list(User.objects.holding(Role.INTAKE_CLERK))


def handler(ticket: Ticket) -> list[User]:
    """The named handler and who stands in for him; all of the department's before there is one, or when he left."""
    if ticket.lead_department is None:
        return []
    if ticket.handler and may_handle(ticket, ticket.handler):
        return list(User.objects.answering_for(ticket.handler))
    return department(ticket, Role.HANDLER)


def holder(ticket: Ticket, status: str = "") -> list[User]:
    """Whoever has the next act, or had it at another status."""
    status = status or ticket.status
    if status == stages.INCOMPLETE:
        status = Supplement.objects.get(ticket=ticket).asked_from
    if status in AT_CENTRE:
        return list(User.objects.holding(AT_CENTRE[status]))
    if status == stages.SIGNOFF:
        return department(ticket, Role.DEPUTY_HEAD, Role.DEPARTMENT_HEAD)
    return handler(ticket)


AT_CENTRE = {
    stages.RECEIVED: Role.INTAKE_CLERK,
    stages.TRIAGING: Role.TRIAGER,
    stages.MERGED: Role.TRIAGER,  # who can take it apart again
    stages.REVISITING: Role.REVISITOR,
}


def waited_for(ticket: Ticket, status: str) -> list[User]:
    """Whoever has the act at this status; nobody once it has been done, before the message is delivered."""
    return holder(ticket) if ticket.status == status else []


def responder(ticket: Ticket) -> list[User]:
    """The first responder and who stands in for him."""
    return list(User.objects.answering_for(ticket.first_responder)) if ticket.first_responder else []
