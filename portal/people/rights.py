"""What a person may do: the union of his memberships and of those he stands in for (handbook §1, SEC-1)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.contrib.auth.models import AnonymousUser
from django.db import connection

from portal.people.actors import Actor
from portal.people.models import Department, User
from portal.people.roles import OFFICIALS, Role

HEADS = (Role.DEPUTY_HEAD, Role.DEPARTMENT_HEAD)  # answer for the departments below theirs as well


@dataclass(frozen=True)
class Grant:
    """One role held, in one department or none; `principal` is the one acted for (AB角), None when it is one's own."""

    role: Role
    department_id: int | None
    principal: User | None
    since: datetime = field(compare=False)
    until: datetime | None = field(compare=False)
    on_duty: bool = False
    is_liaison: bool = False  # the department's 联络人: he records for a unit whose own people have no account (ORG-1)
    outside: bool = False  # held in a third party: a mediation organisation, a law firm (APP-7)

    def holds_at(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


class Holdings:
    """All a person ever held or was lent, and the tree of departments once it is asked for."""

    def __init__(self, grants: Iterable[Grant], now: datetime | None) -> None:
        self.grants = tuple(sorted(grants, key=lambda grant: grant.principal is not None))
        self.now = now

    @cached_property
    def children(self) -> dict[int, list[int]]:
        children: dict[int, list[int]] = {}
        for pk, parent in Department.objects.order_by().values_list("pk", "parent"):
            if parent is not None:
                children.setdefault(parent, []).append(pk)
        return children


class Rights:
    """The grants of one person at one instant. Own grants come before delegated ones."""

    def __init__(self, holdings: Holdings, at: datetime | None = None) -> None:
        self._holdings, self.asked = holdings, at
        self.at = at or holdings.now
        self.grants = tuple(grant for grant in holdings.grants if self.at and grant.holds_at(self.at))

    def __repr__(self) -> str:
        return f"Rights({', '.join(sorted(self.roles))})"

    @cached_property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    @cached_property
    def principals(self) -> tuple[User, ...]:
        """Those the person stands in for now."""
        return tuple({grant.principal.pk: grant.principal for grant in self.grants if grant.principal}.values())

    @property
    def is_official(self) -> bool:
        return bool(self.roles & OFFICIALS)

    @cached_property
    def is_outside(self) -> bool:
        """Whether all his offices are a third party's: he reads what it was given, and nothing else of the office.

        To evaluate is no such office: whoever does it reads aggregates of the town, wherever he comes from.
        """
        offices = [grant for grant in self.grants if grant.role in OFFICIALS and grant.role != Role.EVALUATOR]
        return bool(offices) and all(grant.outside for grant in offices)

    def has(self, *roles: str) -> bool:
        """Whether he holds any of the roles, in whatever department."""
        return any(grant.role in roles for grant in self.grants)

    def departments(self, *roles: str) -> frozenset[int]:
        """The departments in which he holds one of the roles (any role, if none is named)."""
        held = (grant for grant in self.grants if not roles or grant.role in roles)
        return frozenset(grant.department_id for grant in held if grant.department_id is not None)

    def subtree(self, *roles: str) -> frozenset[int]:
        """Those departments and all below them; costs one more query, once."""
        return self._below(set(self.departments(*roles)))

    def _below(self, fresh: set[int]) -> frozenset[int]:
        reached = set[int]()
        while fresh:
            reached |= fresh
            fresh = {child for parent in fresh for child in self._holdings.children.get(parent, ())} - reached
        return frozenset(reached)

    @cached_property
    def workplaces(self) -> frozenset[int]:
        """The departments he works for: as handler, and as head those below his own as well."""
        return self.departments(Role.HANDLER) | self.subtree(*HEADS)

    @cached_property
    def lineage(self) -> frozenset[int]:
        """The departments he belongs to in whatever role, those above them, and as head those below."""
        parents = {child: parent for parent, below in self._holdings.children.items() for child in below}
        reached = set[int]()
        for department in self.departments():
            above: int | None = department
            while above is not None and above not in reached:
                reached.add(above)
                above = parents.get(above)
        return frozenset(reached) | self.subtree(*HEADS)

    def grant_over(self, department_id: int, role: str) -> Grant | None:
        """The grant by which he acts as `role` for that department: held in it or, by a head, above; his own first."""
        for grant in self.grants:
            if grant.role == role and grant.department_id is not None:
                held = {grant.department_id}
                if department_id in (self._below(held) if role in HEADS else held):
                    return grant
        return None

    def grant(self, role: str, department_id: int | None = None) -> Grant | None:
        """The grant under which he acts as `role` (in that department, if given); his own before a delegated one."""
        for grant in self.grants:
            if grant.role == role and department_id in (None, grant.department_id):
                return grant
        return None


NOBODY = Rights(Holdings((), None))


def rights_of(user: Actor | AnonymousUser | None, at: datetime | None = None) -> Rights:
    """What `user` may do at `at` (None: the database's now()). One query per user object (one more where
    he stands in for somebody), none for the anonymous.

    The inactive have no rights, and nobody has any through a principal who is inactive.
    """
    if not isinstance(user, User) or not user.is_active:
        return NOBODY
    known: Rights | None = user._rights
    if known is None or known.asked != at:
        if user._holdings is None:
            user._holdings = _holdings_of(user)
        known = user._rights = Rights(user._holdings, at)
    return known


def standing_in(user: User, at: datetime | None = None) -> tuple[User, ...]:
    """The person and those he stands in for now (AB角): what is bound to one of them by name is bound to him."""
    return (user, *rights_of(user, at).principals)


# Written by hand: it is asked in every request and every verb, and to build it took longer than to run it.
HELD = """
    SELECT held.id, role, department_id, NULL AS principal, since, until, on_duty, is_liaison,
           (SELECT kind = 'third_party' FROM people_department WHERE id = department_id), CURRENT_TIMESTAMP
      FROM people_membership held WHERE user_id = %(user)s
    UNION ALL
    SELECT held.id, role, department_id, principal_id, greatest(held.since, lent.since), least(held.until, lent.until),
           on_duty, is_liaison,
           (SELECT kind = 'third_party' FROM people_department WHERE id = department_id), CURRENT_TIMESTAMP
      FROM people_delegation lent
      JOIN people_user principal ON principal.id = principal_id AND is_active
      JOIN people_membership held ON held.user_id = principal_id
     WHERE deputy_id = %(user)s
     ORDER BY id
"""


def _holdings_of(user: User) -> Holdings:
    """His memberships and those of his principals, in one query that also tells the database's time."""
    with connection.cursor() as cursor:
        cursor.execute(HELD, {"user": user.pk})
        rows = cursor.fetchall()
    lenders = {principal for _id, _role, _department, principal, *_ in rows if principal}
    principals = User.objects.in_bulk(lenders) if lenders else {}
    grants = (
        Grant(Role(role), department, principals.get(principal), since, until, on_duty, is_liaison, bool(outside))
        for _id, role, department, principal, since, until, on_duty, is_liaison, outside, _now in rows
    )
    return Holdings(grants, rows[0][-1] if rows else None)
