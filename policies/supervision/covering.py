"""What a department's coverage is made of, clause by clause (POL-6): the list behind its figures."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Q

from policies.models import Clause
from portal.people.models import Department

from .departments import fitting, pushes, standing


@dataclass
class Covered:
    """One clause: firms that fit and claimed, where it can be claimed here; firms told of it and those that read."""

    clause: Clause | None = None
    matched: int = 0
    claimed: int = 0
    pushed: int = 0
    read: int = 0


def by_clause(department: Department) -> list[Covered]:
    """As they stand today, whose firms claim least first; the sums are the department's figures. Four queries."""
    keys = [department.pk]
    found: dict[int, Covered] = defaultdict(Covered)
    fits = fitting(keys).values_list("criterion__clause")
    for clause, n, claimed in fits.annotate(n=Count("pk"), claimed=Count("pk", filter=Q(held=True))):
        found[clause].matched, found[clause].claimed = n, claimed
    told = pushes(keys).values_list("clause__clause")
    for clause, n, read in told.annotate(n=Count("pk"), read=Count("pk", filter=Q(read_at__isnull=False))):
        found[clause].pushed, found[clause].read = n, read
    wanted = Q(pk__in=found) | Q(pk__in=standing(keys).values("pk"))
    for clause in Clause.objects.filter(wanted).select_related("current", "policy__current"):
        found[clause.pk].clause = clause
    return sorted(found.values(), key=lambda row: (-(row.matched - row.claimed), -row.pushed))
