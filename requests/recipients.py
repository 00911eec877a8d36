"""Who is told about a ticket, as things stand when the message is delivered (see `requests.notices`)."""

from __future__ import annotations

from enterprises.models import Member
from portal.people.models import User
from portal.people.roles import Role
from requests import stages
from requests.capacity import may_handle
from requests.models import Supplement, Ticket


def firm(ticket: Ticket) -> list[User]:
    """The firm's people: who filed it, and the firm's other members while their membership lasts."""
    if not ticket.enterprise_id:
        return []
    members = Member.objects.current().filter(enterprise=ticket.enterprise_id, user__is_active=True)
    return [member.user for member in members.select_related("user")]


def department(ticket: Ticket, *roles: str) -> list[User]:
    return [user for role in roles for user in User.objects.holding(role, ticket.lead_department)]


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
    stages.REVISITING: Role.REVISITOR,
}


def waited_for(ticket: Ticket, status: str) -> list[User]:
    """Whoever has the act at this status; nobody once it has been done, before the message is delivered."""
    return holder(ticket) if ticket.status == status else []


def responder(ticket: Ticket) -> list[User]:
    """The first responder and who stands in for him."""
    return list(User.objects.answering_for(ticket.first_responder)) if ticket.first_responder else []
