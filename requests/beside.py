"""Who stands towards a ticket beside firm, centre and departments: the group at work on it, the chiefs (NET-6)."""

from __future__ import annotations

from datetime import datetime

from portal.people.models import TaskGroupMember, User
from portal.people.rights import Grant, Rights, standing_in
from portal.people.roles import OFFICIALS, Role
from requests import stages
from requests.models import Ticket
from requests.models.dispatch import chiefs


def beside(ticket: Ticket, by: User, rights: Rights, at: datetime | None = None) -> dict[str, Grant | None]:
    """These capacities of an official, with his own office, or that of the one he stands in for (AB角)."""
    if ticket.status not in stages.IN_DEPARTMENT or not rights.is_official:
        return {}
    held = _of_group(ticket, by, rights, at)
    return held | _as_chief(by, rights, at) if rights.has(Role.LEADER) else held


def _of_group(ticket: Ticket, by: User, rights: Rights, at: datetime | None) -> dict[str, Grant | None]:
    inside = TaskGroupMember.objects.current(at).filter(
        group__works__ticket=ticket, group__works__ended_at=None, group__active=True, user__in=standing_in(by, at)
    )
    held: dict[str, Grant | None] = {}
    for member, leads in inside.values_list("user", "is_head"):
        held[stages.GROUP] = _office(member, by, rights)
        if leads:
            held[stages.GROUP_HEAD] = held[stages.GROUP]
    return held


def _as_chief(by: User, rights: Rights, at: datetime | None) -> dict[str, Grant | None]:
    known = chiefs(at)
    held: dict[str, Grant | None] = {}
    for person in standing_in(by, at):
        if person.pk in known:
            held.setdefault(stages.CHIEF, _office(person.pk, by, rights, Role.LEADER))
            if known[person.pk].is_head:
                held[stages.CONVENER] = _office(person.pk, by, rights, Role.LEADER)
    return held


def _office(holder: int, by: User, rights: Rights, *roles: Role) -> Grant | None:
    """A grant of the person himself, or lent by the one whose place he takes."""
    wanted = roles or tuple(OFFICIALS)
    return next((g for g in rights.grants if g.role in wanted and (g.principal or by).pk == holder), None)
