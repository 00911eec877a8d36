"""The verbs on what excludes what (POL-3): keep a rule, end it. One in use is never changed: another follows it."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from policies.models import Clause, Exclusion
from policies.models.policies import WRITES_POLICIES
from portal.people.actors import Actor, Clock
from portal.people.models import Department, User
from portal.people.refusal import Refused
from portal.people.rights import Grant, rights_of
from portal.trail.entries import record
from portal.worktime import clock

from .check import MOST

MOST_CLAUSES = 30


@transaction.atomic
def keep_exclusion(
    clauses: Iterable[Clause],
    *,
    name: str,
    rule: str,
    department: Department,
    by: Actor,
    cap: Decimal | None = None,
    basis: str = "",
    at: datetime | None = None,
) -> Exclusion:
    """A rule over clauses in force, of whichever policies; one of them at least is the department's own (POL-3)."""
    at = at or clock.now()
    grant = _demand_right(by, department, at)
    chosen = {clause.pk: clause for clause in clauses}
    _demand(bool(name.strip()), _("请填写名称"), "name")
    _demand(rule in Exclusion.Rule.values, _("请选择规则"), "rule")
    _demand(2 <= len(chosen) <= MOST_CLAUSES, _("请选择 2 至 %(most)s 项条款") % {"most": MOST_CLAUSES}, "clauses")
    standing = Clause.objects.filter(pk__in=chosen, ended_at=None, current__isnull=False)
    list(standing.select_for_update(of=("self",), no_key=True).order_by("pk"))  # pressed twice, the second one waits
    _demand(standing.count() == len(chosen), _("有条款已经不再执行，请重新选择"), "clauses")
    _demand(standing.filter(policy__department=department).exists(), _("至少要有一项本单位的条款"), "clauses")
    if rule == Exclusion.Rule.CAP:
        _demand(cap is not None and 0 < cap <= MOST, _("请填写合计上限"), "cap")
    limit = cap if rule == Exclusion.Rule.CAP else None
    _demand(not _is_kept(rule, limit, set(chosen)), _("已经有同样的规则"), "clauses")
    kept = Exclusion.objects.create(name=name.strip(), basis=basis.strip(), rule=rule, cap=limit, department=department)
    kept.clauses.set(chosen.values())
    data = {"rule": rule, "clauses": sorted(chosen)} | ({"cap": str(limit)} if limit is not None else {})
    record("exclusion.kept", kept, by=by, at=at, data=data, grant=grant)
    return kept


@transaction.atomic
def end_exclusion(exclusion: Exclusion, *, by: Actor, at: datetime | None = None) -> Exclusion:
    """It holds no more; claims that it stopped stay as they were decided."""
    at = at or clock.now()
    ended = Exclusion.objects.select_for_update(of=("self",), no_key=True).get(pk=exclusion.pk)
    grant = _demand_right(by, ended.department, at)
    _demand(ended.ended_at is None, _("这条规则已经停用"))
    ended.ended_at = at
    ended.save(update_fields=["ended_at"])
    record("exclusion.ended", ended, by=by, at=at, grant=grant)
    return ended


def _is_kept(rule: str, cap: Decimal | None, clauses: set[int]) -> bool:
    """Whether the same rule holds already."""
    alike = Exclusion.objects.filter(ended_at=None, rule=rule, cap=cap).prefetch_related("clauses")
    return any({clause.pk for clause in one.clauses.all()} == clauses for one in alike)


def _demand_right(by: Actor, department: Department, at: datetime) -> Grant | None:
    if isinstance(by, Clock):
        return None
    grant = rights_of(by, at).grant(WRITES_POLICIES, department.pk) if isinstance(by, User) else None
    _demand(grant is not None, _("您不能设置这个单位的互斥规则"))
    return grant


def _demand(holds: bool, sentence: str, field: str | None = None) -> None:
    if not holds:
        raise Refused(sentence, field)
