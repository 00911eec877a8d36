"""Units without accounts (ORG-1): a liaison, or where there is none the clerk, records for them what they do.

A county counterpart or a third party may have nobody who signs in, or nobody who signs: then whoever records for it
does what its handler or its head would do, and the trail has both, the person and the unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from portal.people.models import Department, Membership
from portal.people.rights import Grant, Rights
from portal.people.roles import Role
from requests import stages
from requests.models import Ticket

SERVED = (Department.Kind.COUNTY, Department.Kind.THIRD_PARTY, Department.Kind.VILLAGE)
HEADS = (Role.DEPUTY_HEAD, Role.DEPARTMENT_HEAD)


def is_served(department: Department | None) -> bool:
    return department is not None and department.kind in SERVED


def without_accounts(at: datetime | None = None) -> QuerySet[Department]:
    """The units for which the clerks record, since nobody of theirs has an account."""
    there = Membership.objects.current(at).filter(department=OuterRef("pk"), user__is_active=True)
    return Department.objects.filter(~Exists(there), kind__in=SERVED).order_by()


def is_headless(department: Department) -> bool:
    """Whether it is a served unit with nobody of its own who signs: whoever records for it signs too."""
    heads = Membership.objects.current().filter(department=department, user__is_active=True, role__in=HEADS)
    return is_served(department) and not heads.exists()


def recording_for(department: Department, rights: Rights, at: datetime | None = None) -> dict[str, Grant]:
    """The roles in which he records for the unit, with the right by which he does: as handler, and as head if it has
    none with an account. Empty for a unit with people of its own, and for whoever is neither its liaison nor a clerk.
    """
    liaisons = (g for g in rights.grants if g.is_liaison and g.department_id == department.pk)
    mine = next(liaisons, None) or rights.grant(Role.INTAKE_CLERK)
    if mine is None or not is_served(department):
        return {}
    held = Membership.objects.current(at).filter(department=department, user__is_active=True)
    there = set(held.values_list("role", "is_liaison"))
    if not mine.is_liaison and there:
        return {}
    headless = not any(role in HEADS for role, _liaison in there)
    return {str(Role.HANDLER): mine} | ({str(Role.DEPARTMENT_HEAD): mine} if headless else {})


def recorded_unit(ticket: Ticket, verb: str, held: Mapping[str, Grant | None]) -> int | None:
    """The unit for which the verb is recorded by its liaison or a clerk; None where people act for themselves."""
    used = {name: held[name] for name in stages.doers(verb, frozenset(held)) if name in held}
    sides = {name.partition(".")[0] for name in used}
    grants = [grant for grant in used.values() if grant is not None]
    if not grants or not sides <= {"lead", "co"} or not all(_records(grant) for grant in grants):
        return None
    units = [ticket.lead_department] if "lead" in sides else []
    if "co" in sides:
        parts = ticket.assignments.filter(part="co", ended_at=None).select_related("department")
        units += [part.department for part in parts]
    found = (unit for unit in units if is_served(unit) and _is_for(unit, grants[0]))
    return next((unit.pk for unit in found if unit is not None), None)


def _records(grant: Grant) -> bool:
    return grant.is_liaison or grant.role == Role.INTAKE_CLERK


def _is_for(unit: Department | None, grant: Grant) -> bool:
    return unit is not None and (not grant.is_liaison or grant.department_id == unit.pk)
