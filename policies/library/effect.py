"""A version in force, and a policy's end: what follows for its clauses, their criteria and so their matches (POL-2)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from enterprises.criteria import flow as criteria
from enterprises.criteria.reading import parse, unparse
from enterprises.models import Criterion
from portal import outbox
from portal.people.actors import CLOCK
from portal.trail.entries import record
from portal.worktime.words import local_day

from ..models import Clause, ClauseVersion, Policy, PolicyVersion
from . import stages

SOON = timedelta(days=30)  # before the last day the department is told that a policy ends


def scheduled(at: datetime) -> QuerySet[PolicyVersion]:
    """Approved versions whose day has come."""
    found = PolicyVersion.objects.filter(status=stages.SCHEDULED, effective_on__lte=local_day(at))
    return found.order_by("effective_on", "pk")


def put_in_force(version: PolicyVersion, at: datetime) -> PolicyVersion:
    """The version holds from now on: the former one is closed, clauses point to it, their criteria follow.

    The policy is locked and the version is of status `scheduled`; the actor is the clock.
    """
    policy = version.policy
    former = policy.current
    if former is not None:
        former.status, former.superseded_at = stages.SUPERSEDED, at
        former.save(update_fields=["status", "superseded_at"])
    version.status, version.took_effect_at = stages.IN_FORCE, at
    version.save(update_fields=["status", "took_effect_at"])
    policy.current, policy.expiry_told_at = version, None
    policy.save(update_fields=["current", "expiry_told_at"])
    rows = {row.clause_id: row for row in version.clauses.all()}
    for clause in policy.clauses.select_related("criterion__current").order_by("number"):
        _follow(clause, rows.get(clause.pk), policy, at)
    event = record("policy.took_effect", policy, by=CLOCK, at=at, data={"version": version.pk})
    outbox.queue("policy.took_effect", policy, key=f"policy.took_effect:{event.pk}", at=at, version=version.pk)
    return version


def _follow(clause: Clause, row: ClauseVersion | None, policy: Policy, at: datetime) -> None:
    if row is None and (clause.current_id is None or clause.ended_at is not None):
        return  # never in force, or gone for long
    if row is None:
        clause.ended_at = at
    else:
        clause.current, clause.ended_at = row, None
    criterion, tree = clause.criterion, row.tree if row is not None else None
    if row is None or tree is None:
        clause.criterion = None
    elif criterion is None:
        clause.criterion = criteria.define(_free_code(clause, policy), _name(row), tree, by=CLOCK, at=at)
    else:
        _revise(criterion, row, at)
    clause.save(update_fields=["current", "ended_at", "criterion"])
    if tree is None and criterion is not None:
        criteria.retire(criterion, by=CLOCK, at=at)


def _revise(criterion: Criterion, row: ClauseVersion, at: datetime) -> None:
    """Only what changed: an unchanged condition is not evaluated again."""
    if criterion.name != _name(row):
        Criterion.objects.filter(pk=criterion.pk).update(name=_name(row))
    assert criterion.current is not None
    if unparse(parse(row.tree)) != criterion.current.tree:
        criteria.revise(criterion, row.tree, by=CLOCK, note=row.version.note[:200], at=at)


def _name(row: ClauseVersion) -> str:
    return row.title[:60]


def _free_code(clause: Clause, policy: Policy) -> str:
    """`policy-3`; a clause whose condition comes back after it was taken out gets a criterion of its own."""
    code = f"{policy.code}-{clause.number}"
    used = Criterion.objects.filter(Q(code=code) | Q(code__startswith=f"{code}-v")).count()
    return f"{code}-v{used + 1}" if used else code


def close(policy: Policy, at: datetime) -> None:
    """The policy holds no more: its clauses end and their criteria are evaluated no longer."""
    clauses = list(policy.clauses.filter(ended_at=None, current__isnull=False).select_related("criterion"))
    Clause.objects.filter(pk__in=[clause.pk for clause in clauses]).update(ended_at=at, criterion=None)
    for clause in clauses:
        if clause.criterion is not None and clause.criterion.retired_at is None:
            criteria.retire(clause.criterion, by=CLOCK, at=at)


# What time does ---------------------------------------------------------------------------------------------------


def expiring(day: date) -> QuerySet[Policy]:
    """In force with a last day that is near, and nobody was told yet."""
    near = Policy.objects.in_force(day).filter(current__valid_to__lte=day + SOON, expiry_told_at=None)
    return near.order_by("current__valid_to", "pk")


def expired(day: date) -> QuerySet[Policy]:
    """Past the last day, with clauses that still stand."""
    over = Policy.objects.filter(ended_at=None, current__valid_to__lt=day)
    return over.filter(clauses__ended_at=None, clauses__current__isnull=False).distinct().order_by("pk")


def tell_expiring(policy: Policy, at: datetime) -> bool:
    locked = _locked(policy)
    if locked is None or not expiring(local_day(at)).filter(pk=locked.pk).exists():
        return False
    locked.expiry_told_at = at
    locked.save(update_fields=["expiry_told_at"])
    outbox.queue("policy.expiring", locked, key=f"policy.expiring:{locked.pk}:{locked.current_id}", at=at)
    return True


def expire(policy: Policy, at: datetime) -> bool:
    """已失效: its last day is over; what it says stays to be read."""
    locked = _locked(policy)
    if locked is None or not expired(local_day(at)).filter(pk=locked.pk).exists():
        return False
    close(locked, at)
    event = record("policy.expired", locked, by=CLOCK, at=at, data={"version": locked.current_id})
    outbox.queue("policy.expired", locked, key=f"policy.expired:{event.pk}", at=at)
    return True


def _locked(policy: Policy) -> Policy | None:
    rows = Policy.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    return rows.filter(pk=policy.pk).first()


def state_of(policy: Policy, day: date) -> str:
    """What the policy is on that day, in a word: 现行, 未到生效期, 已失效, 已废止, 编制中."""
    version = policy.current
    if version is None:
        return _("编制中")
    if policy.ended_at is not None:
        return _("已废止")
    if version.valid_to is not None and version.valid_to < day:
        return _("已失效")
    return _("未到有效期") if version.valid_from > day else _("现行")
