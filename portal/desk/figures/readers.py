"""Who may read which figures: of which tickets, and which of them open a list (SUP-2, SEC-1)."""

from __future__ import annotations

from dataclasses import dataclass

from portal.people.models import Department, User
from portal.people.rights import rights_of
from portal.people.roles import Role
from requests import facts
from requests.models import Ticket
from requests.models.ticket import TicketQuerySet

WHOLE_TOWN = (Role.LEADER, Role.SUPERVISOR, Role.CONGRESS_OBSERVER, Role.EVALUATOR)
READS_ALL = (Role.LEADER, Role.SUPERVISOR)
HEADS = (Role.DEPUTY_HEAD, Role.DEPARTMENT_HEAD)
EVERY = frozenset({"open", "late", "filed", "closed"})


@dataclass(frozen=True)
class Reader:
    """The tickets whose figures a person reads; `opens` are the bases (open, late, filed, closed) he may list."""

    tickets: TicketQuerySet
    opens: frozenset[str]
    departments: tuple[Department, ...]  # he may choose one of these and what is below it
    whole: bool  # or read all of them together
    own: frozenset[int] = frozenset()  # those he leads


def reader_of(user: User) -> Reader | None:
    """None for who reads no figures.

    Leaders and supervisors count what they may list. A congress observer and an evaluator read the figures of all
    ordinary matters, but list no more than they may: overdue and closed ones, or nothing. Heads read their departments.
    """
    rights = rights_of(user)
    if rights.is_outside:
        return None
    seen = Ticket.objects.visible_to(user)
    active = Department.objects.filter(active=True).order_by("name")
    if rights.has(*READS_ALL):
        return Reader(seen, EVERY, tuple(active), whole=True)
    if rights.has(Role.CONGRESS_OBSERVER):
        return Reader(_ordinary(), frozenset({"late", "closed"}), tuple(active), whole=True)
    if rights.has(Role.EVALUATOR):
        return Reader(_ordinary(), frozenset(), tuple(active), whole=True)
    below = rights.subtree(*HEADS)
    if not below:
        return None
    departments = tuple(active.filter(pk__in=below))
    led = seen.filter(lead_department__in=below)
    return Reader(led, EVERY, departments, whole=False, own=rights.departments(*HEADS))


def _ordinary() -> TicketQuerySet:
    return Ticket.objects.filter(confidential=False)


def under(tickets: TicketQuerySet, department: Department | None) -> TicketQuerySet:
    """Those led by the department or one below it; all where none is chosen."""
    return tickets.filter(lead_department__in=facts.departments_below(department)) if department else tickets
