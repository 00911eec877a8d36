"""Whose the clocks of inspections are: an agency's its people's, the centre's by role, an inspected firm's its own.

A look at them costs questions only for whoever can owe any.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet

from enterprises.models import firms_of
from inspections.models import (
    Agency,
    BookingDeadline,
    CodelessDeadline,
    EntryDeadline,
    JointVisitDeadline,
    PlanDeadline,
    RectificationDeadline,
    RoundDeadline,
)
from inspections.models.agencies import HEADS, OF_AGENCY
from portal.deadlines.models import Deadline
from portal.desk.sorts import INSPECTIONS, Sort
from portal.people.models import User
from portal.people.rights import Rights, rights_of
from portal.people.roles import Role

HEADS_OWE = ("plan_approve",)
OF_AGENCIES = (RectificationDeadline, JointVisitDeadline, PlanDeadline, RoundDeadline, BookingDeadline)
AT_CENTRE: dict[Role, tuple[tuple[type[Deadline], ...], tuple[str, ...]]] = {
    Role.SUPERVISOR: ((EntryDeadline, CodelessDeadline), ("whitelist_appeal", "codeless")),
    Role.LEADER: ((RoundDeadline, PlanDeadline), ("whitelist_approve", "plan_approve")),
}


def owed_in_inspections(user: User) -> tuple[QuerySet[Any], ...]:
    """His open clocks of each kind; nothing of what he may not see."""
    rights, firms = rights_of(user), firms_of(user)
    owing = set(_owing(user, rights))
    if firms:
        owing.add(RectificationDeadline)
    return tuple(_of(sort, user, rights, firms) for sort in INSPECTIONS if sort.model in owing)


def _owing(user: User, rights: Rights) -> Iterator[type[Deadline]]:
    """The sorts of clocks that he can owe as an official; one question, and none for who inspects nothing."""
    if rights.is_outside:
        return
    if rights.has(*OF_AGENCY) and Agency.objects.worked_by(user).exists():
        yield from OF_AGENCIES
    for role, (models, _obligations) in AT_CENTRE.items():
        if rights.has(role):
            yield from models


def _of(sort: Sort, user: User, rights: Rights, firms: Any) -> QuerySet[Any]:
    mine = Q(pk__in=[])
    for part in _official(rights):
        mine |= part
    if sort.firm:
        own = Q(**{f"subject__{sort.firm}__in": firms})
        mine = mine & ~own | Q(obligor_kind="inspected") & own
    clocks: Any = sort.model
    found: QuerySet[Any] = clocks.objects.open().filter(mine, subject__in=sort.seen_by(user)).order_by("due_at", "pk")
    return found


def _official(rights: Rights) -> Iterator[Q]:
    by_department = Q(obligor_kind="department")
    yield by_department & Q(department__in=rights.subtree(*HEADS))
    yield by_department & Q(department__in=rights.departments(*OF_AGENCY)) & ~Q(obligation__in=HEADS_OWE)
    for role, (_models, obligations) in AT_CENTRE.items():
        if rights.has(role):
            yield Q(obligor_kind="centre", obligation__in=obligations)
