"""How far pushing reaches (POL-4): of each policy whom it fits, who was told, can be reached, has read, has claimed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from enterprises.models import Enterprise, Member, Outcome
from policies.models import Claim, Policy, Pushed
from policies.models.policies import OVERSEE_POLICIES, PolicyQuerySet, kept_by
from portal.people.models import User
from portal.people.rights import rights_of

from .matches import in_force


@dataclass(frozen=True)
class Coverage:
    """Firms of one policy, or of all: counted once each, whatever number of its clauses fit."""

    policy: Policy | None
    matched: int = 0
    pushed: int = 0
    reached: int = 0  # somebody of the firm has an account
    read: int = 0
    claimed: int = 0

    @property
    def counts(self) -> tuple[int, ...]:
        return self.matched, self.pushed, self.reached, self.read, self.claimed

    @property
    def department(self) -> str:
        return self.policy.department.name if self.policy else ""

    @property
    def share(self) -> int | None:
        """How many of a hundred that can be reached have read; None where nobody can."""
        return round(100 * self.read / self.reached) if self.reached else None


COVERED = """WITH yes AS (
    SELECT DISTINCT c.policy_id, o.enterprise_id FROM policies_clause c
    JOIN enterprises_outcome o ON o.criterion_id = c.criterion_id AND o.outcome = 1
    JOIN enterprises_enterprise e ON e.id = o.enterprise_id AND e.status = 'active'
    WHERE c.id = ANY(%(clauses)s)
), pushed AS (
    SELECT c.policy_id, p.enterprise_id, bool_or(p.read_at IS NOT NULL) AS read FROM policies_pushed p
    JOIN policies_clauseversion v ON v.id = p.clause_id JOIN policies_clause c ON c.id = v.clause_id
    WHERE c.id = ANY(%(clauses)s) GROUP BY 1, 2
), claimed AS (
    SELECT DISTINCT c.policy_id, k.enterprise_id FROM policies_claim k JOIN policies_round r ON r.id = k.round_id
    JOIN policies_clauseversion v ON v.id = r.clause_id JOIN policies_clause c ON c.id = v.clause_id
    WHERE c.id = ANY(%(clauses)s) AND k.filed_at IS NOT NULL
), reached AS (
    SELECT DISTINCT enterprise_id FROM enterprises_member
    WHERE since <= %(at)s AND (until IS NULL OR until > %(at)s)
)
SELECT y.policy_id, count(*), count(p.policy_id), count(r.enterprise_id), count(*) FILTER (WHERE p.read),
    count(k.policy_id)
FROM yes y LEFT JOIN pushed p USING (policy_id, enterprise_id) LEFT JOIN claimed k USING (policy_id, enterprise_id)
LEFT JOIN reached r USING (enterprise_id) GROUP BY 1"""


def policies_of(user: User) -> PolicyQuerySet:
    """Whose coverage he reads: his departments' policies, all for who oversees the town."""
    found = Policy.objects.visible_to(user).public()
    return found if rights_of(user).has(*OVERSEE_POLICIES) else found.filter(department__in=kept_by(user))


def coverage(user: User, at: datetime) -> list[Coverage]:
    """Of each of his policies in force, what reaches fewest first; two queries."""
    day = timezone.localdate(at)
    policies = {one.pk: one for one in policies_of(user).in_force(day).select_related("current", "department")}
    counted = _counted(list(policies), at)
    rows = [Coverage(policy, *counted.get(key, ())) for key, policy in policies.items()]
    return sorted(rows, key=lambda row: (row.share is None, row.share or 0, -row.matched))


def coverage_of(policy: Policy, at: datetime) -> Coverage:
    return Coverage(policy, *_counted([policy.pk], at).get(policy.pk, ()))


def total(rows: list[Coverage]) -> Coverage:
    """Sums over policies: a firm counts with each policy that fits it."""
    names = ("matched", "pushed", "reached", "read", "claimed")
    return Coverage(None, **{name: sum(getattr(row, name) for row in rows) for name in names})


def _counted(policies: list[int], at: datetime) -> dict[int, tuple[int, ...]]:
    clauses = list(in_force(timezone.localdate(at)).filter(policy__in=policies).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(COVERED, {"clauses": clauses, "at": at})
        return {policy: tuple(counts) for policy, *counts in cursor.fetchall()}


def firms_of_policy(policy: Policy, at: datetime) -> QuerySet[Enterprise]:
    """The active firms that it fits, each with `pushed`, `has_read`, `reached`, `has_claimed`."""
    clauses = in_force(timezone.localdate(at)).filter(policy=policy)
    fits = Outcome.objects.filter(outcome=Outcome.Is.YES, criterion__in=clauses.order_by().values("criterion"))
    pushes = Pushed.objects.filter(enterprise=OuterRef("pk"), clause__clause__policy=policy)
    claims = Claim.objects.filter(enterprise=OuterRef("pk"), round__clause__clause__policy=policy)
    found: Any = Enterprise.objects.filter(status="active", pk__in=fits.values("enterprise_id"))
    return found.annotate(
        pushed=Exists(pushes),
        has_read=Exists(pushes.exclude(read_at=None)),
        reached=Exists(Member.objects.current(at).filter(enterprise=OuterRef("pk"))),
        has_claimed=Exists(claims.exclude(filed_at=None)),
    )
