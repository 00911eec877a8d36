"""In which capacities a person stands towards a ticket: the words the transition table's `who` column uses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from enterprises.models import Member, Stewardship, firms_of
from portal.api.tokens import line_of
from portal.people.actors import Actor, Clock, LinkHolder
from portal.people.models import Department, User
from portal.people.rights import Grant, Rights, rights_of, standing_in
from portal.people.roles import OFFICIALS, Role
from requests import respite, stages
from requests.asked import asked
from requests.beside import beside
from requests.confiding import confided, filer, is_named, offered
from requests.models.handling import Assignment
from requests.models.ticket import Ticket
from requests.owed import answerable
from requests.serving import recording_for

IN_DEPARTMENT = (Role.HANDLER, Role.DEPUTY_HEAD, Role.DEPARTMENT_HEAD)
STEWARDS = (Role.STEWARD, Role.PROJECT_ASSISTANT)
NARROWED = (*IN_DEPARTMENT, *STEWARDS)  # roles that count only together with a department or a firm


def is_firm_side(user: Any, at: datetime | None = None) -> bool:
    """Whether the person holds no office: he reads what is written to the firm and nothing internal."""
    return not rights_of(user, at).is_official


def capacities(ticket: Ticket, by: Actor, at: datetime | None = None) -> frozenset[str]:
    """All capacities of `by` towards this ticket. A member of the firm is never an official of his own case (§1)."""
    return frozenset(standing(ticket, by, at))


def standing(ticket: Ticket, by: Actor, at: datetime | None = None) -> dict[str, Grant | None]:
    """Each capacity of `by` towards this ticket, with the right that gives it: his own before one he stands in for.

    None for the clock, the firm, a line system and a link: none of them acts by an office.
    """
    if isinstance(by, Clock):
        return {stages.CLOCK: None}
    if isinstance(by, LinkHolder):
        return {stages.LINK: None} if by.link.opens(ticket) else {}
    if ticket.confidential:
        return confided(ticket, by, at)
    if ticket.enterprise_id and ticket.enterprise_id in firms_of(by, at):
        return {stages.MEMBER: None}
    if ticket.proxy_id and ticket.proxy_id in firms_of(by, at):
        return _as_proxy(ticket, at)
    line = line_of(by)
    if line is not None:
        return {stages.LINE: None} if ticket.line_system_id == line.pk else {}
    rights = rights_of(by, at)
    wide = [grant for grant in rights.grants if grant.role not in NARROWED]
    ties = ties_to(ticket.enterprise_id, by, at)
    held: dict[str, Grant | None] = {str(grant.role): grant for grant in reversed(wide)} | dict(ties)
    following = _following(ticket, by, rights, ties)
    if following is not None:
        held["first_responder"] = following
    return _in_departments(ticket, rights, at) | held | beside(ticket, by, rights, at)


def is_members(ticket: Ticket, by: User) -> bool:
    """Whether `by` speaks for the firm now, and so in no office of his, if he holds one (§1)."""
    return filer(ticket, by) if ticket.confidential else ticket.enterprise_id in firms_of(by)


def _in_departments(ticket: Ticket, rights: Rights, at: datetime | None) -> dict[str, Grant | None]:
    """As one of the lead department, or of those that co-handle it."""
    held: dict[str, Grant | None] = {}
    if ticket.lead_department is not None:
        held |= _part(rights, ticket.lead_department, "lead", at)
    for row in co_parts(ticket):
        part = _part(rights, row.department, "co", at)
        held = {**part, **held}
        if part and row.opinion_at is None:
            held[stages.OWES] = None
    return held


def _as_proxy(ticket: Ticket, at: datetime | None) -> dict[str, Grant | None]:
    """An association speaks for its member only where nobody of the member has an account to speak himself (APP-2)."""
    people = Member.objects.current(at).filter(enterprise=ticket.enterprise_id, user__is_active=True)
    if ticket.enterprise_id is not None and people.exists():
        return {stages.PROXY: None}
    return {stages.PROXY: None, stages.MEMBER: None}


def grant_used(verb: str, held: Mapping[str, Grant | None]) -> Grant | None:
    """The right under which somebody so standing does the verb: his own before one he stands in for (AB角)."""
    allowed = (held[capacity] for capacity in stages.doers(verb, frozenset(held)) if capacity in held)
    return min(filter(None, allowed), key=lambda grant: grant.principal is not None, default=None)


def ties_to(enterprise: int | None, by: User, at: datetime | None = None) -> dict[str, Grant]:
    """`firm.steward` and `firm.project_assistant`, as he has them himself or for whom he stands in.

    Only with the role that the tie is for: with its end ends what the tie opened (SEC-2).
    """
    grants = [grant for grant in rights_of(by, at).grants if grant.role in STEWARDS]
    if enterprise is None or not grants:
        return {}
    ties = Stewardship.objects.current(at).filter(enterprise=enterprise, user__in=standing_in(by, at))
    tied = set(ties.values_list("kind", "user"))
    return {f"firm.{g.role}": g for g in reversed(grants) if (g.role.value, _holder(g, by)) in tied}


def _holder(grant: Grant, by: User) -> int:
    return grant.principal.pk if grant.principal else by.pk


def _following(ticket: Ticket, by: User, rights: Rights, ties: dict[str, Grant]) -> Grant | None:
    """The right by which the first responder, or who stands in for him, follows it: the firm's tie, the desk, any."""
    if ticket.first_responder_id is None:
        return None
    own = [g for g in rights.grants if g.role in OFFICIALS and _holder(g, by) == ticket.first_responder_id]
    return min(own, key=lambda g: (g not in ties.values(), g.role != Role.INTAKE_CLERK), default=None)


def co_parts(ticket: Ticket) -> list[Assignment]:
    """The parts that other departments handle now, with their departments."""
    if "assignments" in getattr(ticket, "_prefetched_objects_cache", {}):
        return [a for a in ticket.assignments.all() if a.part == Assignment.Part.CO and a.ended_at is None]
    if ticket.status not in stages.IN_DEPARTMENT:
        return []
    return list(ticket.assignments.filter(part=Assignment.Part.CO, ended_at=None).select_related("department"))


def _part(rights: Rights, department: Department, part: str, at: datetime | None) -> dict[str, Grant | None]:
    """`lead.handler` and the like. Heads answer for the departments below theirs as well, recorders for theirs."""
    return {f"{part}.{role}": grant for role, grant in _offices(department, rights, at).items()}


def _offices(department: Department, rights: Rights, at: datetime | None) -> dict[str, Grant]:
    """The roles in which he acts for a department, with their rights: his own there before what he records for it."""
    found = {str(role): rights.grant_over(department.pk, role) for role in IN_DEPARTMENT}
    own = {role: grant for role, grant in found.items() if grant is not None}
    return recording_for(department, rights, at) | own


def own_parts(ticket: Ticket, by: User, at: datetime | None = None) -> list[Assignment]:
    """The co-handling parts that he answers for: of his departments, and of units for which he records."""
    return [row for row in co_parts(ticket) if _offices(row.department, rights_of(by, at), at)]


def grant_in(department: int, by: User, at: datetime | None = None) -> Grant | None:
    """The right by which he works for a department: his own before one he stands in for."""
    grants = filter(None, (rights_of(by, at).grant_over(department, role) for role in IN_DEPARTMENT))
    return min(grants, key=lambda grant: grant.principal is not None, default=None)


def part_grant(part: Assignment, by: User, at: datetime | None = None) -> Grant | None:
    """The right by which he does a co-handling part, as one of the department or recording for it."""
    grants = _offices(part.department, rights_of(by, at), at).values()
    return min(grants, key=lambda grant: grant.principal is not None, default=None)


def may_handle(ticket: Ticket, user: User, at: datetime | None = None) -> bool:
    """Whether he works for the lead department and is not of the ticket's own firm (§1: own case)."""
    rights, lead = rights_of(user, at), ticket.lead_department
    works = is_named(ticket, user) if ticket.confidential else lead is not None and lead.pk in rights.workplaces
    if not works and lead is not None and not ticket.confidential:
        works = bool(recording_for(lead, rights, at))
    return works and not own_case(ticket, user, at)


def own_case(ticket: Ticket, user: User, at: datetime | None = None) -> bool:
    return not firms_of(user, at).isdisjoint({ticket.enterprise_id, ticket.proxy_id})


def verbs_with(ticket: Ticket, held: frozenset[str], by: Any, at: datetime | None = None) -> list[str]:
    """The verbs of `by`, who has these capacities, in the table's order: what the buttons of a page are derived from.

    What only the head may sign is not offered to his deputies (handbook §1), nor an opinion asked for that was given,
    nor what supervision asks for where nothing is late at `at` (None: now), nor an answer to another's instruction.
    """
    verbs = [verb for verb in stages.verbs_from(ticket.status) if stages.may(verb, ticket.status, held)]
    if "sign_off" in verbs and "lead.department_head" not in held and ticket.result.signed_by_head_only:
        verbs.remove("sign_off")
    if "give_opinion" in verbs and stages.OWES not in held:
        verbs.remove("give_opinion")
    if ticket.confidential:
        verbs = offered(ticket, verbs)
    verbs = respite.offered(ticket, verbs, held, by, at)
    return answerable(ticket, asked(ticket, verbs, held, by, at), by, at)
