"""In which capacities a person stands towards a ticket: the words the transition table's `who` column uses."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from enterprises.models import Stewardship, firms_of
from portal.people.actors import Actor, Clock
from portal.people.rights import Grant, Rights, rights_of
from portal.people.roles import Role
from requests import stages
from requests.models.handling import Assignment
from requests.models.ticket import Ticket

IN_DEPARTMENT = (Role.HANDLER, Role.DEPUTY_HEAD, Role.DEPARTMENT_HEAD)


def is_firm_side(user: Any, at: datetime | None = None) -> bool:
    """Whether the person holds no office: he reads what is written to the firm and nothing internal."""
    return not rights_of(user, at).is_official


def capacities(ticket: Ticket, by: Actor, at: datetime | None = None) -> frozenset[str]:
    """All capacities of `by` towards this ticket. A member of the firm is never an official of his own case (§1)."""
    if isinstance(by, Clock):
        return frozenset({stages.CLOCK})
    if ticket.enterprise_id and ticket.enterprise_id in firms_of(by, at):
        return frozenset({stages.MEMBER})
    rights = rights_of(by, at)
    held = {grant.role for grant in rights.grants}
    if ticket.enterprise_id and held & {Role.STEWARD, Role.PROJECT_ASSISTANT}:
        ties = Stewardship.objects.current(at).filter(user=by, enterprise=ticket.enterprise_id)
        held |= {f"firm.{kind}" for kind in ties.values_list("kind", flat=True)}
    if ticket.first_responder_id == by.pk and rights.is_official:
        held.add("first_responder")
    held |= _parts(rights, ticket.lead_department_id, "lead")
    for department in co_departments(ticket):
        held |= _parts(rights, department, "co")
    return frozenset(str(capacity) for capacity in held - {*IN_DEPARTMENT, Role.STEWARD, Role.PROJECT_ASSISTANT})


def grant_used(ticket: Ticket, verb: str, by: Actor, at: datetime, held: frozenset[str]) -> Grant | None:
    """The right under which `by` does the verb, his own before one he stands in for (AB角); None for firm and clock."""
    if isinstance(by, Clock):
        return None
    rights = rights_of(by, at)
    allowed = [capacity for capacity in stages.TRANSITIONS[verb][2] if capacity in held]
    grants = [_grant(rights, ticket, *capacity.rpartition(".")[::2]) for capacity in allowed]
    return min(filter(None, grants), key=lambda grant: grant.principal is not None, default=None)


def _grant(rights: Rights, ticket: Ticket, part: str, role: str) -> Grant | None:
    here = rights.grant(role, ticket.lead_department_id) if part == "lead" else None
    return here or rights.grant(role)


def co_departments(ticket: Ticket) -> list[int]:
    """Departments that handle a part of the ticket now."""
    if "assignments" in getattr(ticket, "_prefetched_objects_cache", {}):
        rows = ticket.assignments.all()
        return [a.department_id for a in rows if a.part == Assignment.Part.CO and a.ended_at is None]
    if ticket.status not in stages.IN_DEPARTMENT:
        return []
    return list(ticket.assignments.filter(part="co", ended_at=None).values_list("department_id", flat=True))


def _parts(rights: Any, department: int | None, part: str) -> set[str]:
    """`lead.handler` and the like. Heads answer for the departments below theirs as well."""
    if department is None:
        return set()
    held = {f"{part}.{Role.HANDLER}"} if department in rights.departments(Role.HANDLER) else set()
    heads = (Role.DEPUTY_HEAD, Role.DEPARTMENT_HEAD)
    return held | {f"{part}.{role}" for role in heads if department in rights.subtree(role)}


def verbs_for(ticket: Ticket, by: Actor, at: datetime | None = None) -> list[str]:
    """The verbs this person may do now, in the table's order: what the buttons of a page are derived from."""
    return verbs_with(ticket, capacities(ticket, by, at))


def verbs_with(ticket: Ticket, held: frozenset[str]) -> list[str]:
    """The same for known capacities. What only the head may sign is not offered to his deputies (handbook §1)."""
    verbs = [verb for verb in stages.verbs_from(ticket.status) if stages.may(verb, ticket.status, held)]
    if "sign_off" in verbs and "lead.department_head" not in held and ticket.result.signed_by_head_only:
        verbs.remove("sign_off")
    return verbs
