"""The verbs on a criterion: define, revise, retire. Each is one transaction and leaves an event; outcomes follow."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.people.actors import Actor, Clock
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import Grant, rights_of
from portal.trail.entries import record
from portal.worktime import clock

from ..models import WRITES_CRITERIA, Criterion, CriterionVersion
from .check import checked
from .language import Condition
from .reading import unparse
from .uses import kept_elsewhere, uses_of


@transaction.atomic
def define(
    code: str,
    name: str,
    tree: Any,
    *,
    by: Actor,
    source: str = "",
    note: str = "",
    keeps_almost: bool = True,
    at: datetime | None = None,
) -> Criterion:
    """A new criterion in its first version (ENT-5), evaluated for all firms at once."""
    grant, at, node = _demand_right(by, at), at or clock.now(), _sound(tree)
    _demand(bool(name.strip()), _("请填写名称"), "name")
    try:
        with transaction.atomic():
            criterion = Criterion.objects.create(code=code, name=name.strip(), source=source, keeps_almost=keeps_almost)
    except IntegrityError:
        raise Refused(_("已有编号为“%(code)s”的条件") % {"code": code}, "code") from None
    _add_version(criterion, node, by, at, grant, note, "defined")
    _evaluate(criterion, at)
    return criterion


@transaction.atomic
def revise(
    criterion: Criterion, tree: Any, *, by: Actor, seen: int | None = None, note: str = "", at: datetime | None = None
) -> Criterion:
    """The next version; what holds by it follows in the same transaction. `seen`: the version that was read."""
    grant, node = _demand_right(by, at), _sound(tree)
    criterion = _locked(criterion)
    at = at or clock.now()
    assert criterion.current is not None
    _demand(criterion.retired_at is None, _("这个条件已经停用"))
    _demand(isinstance(by, Clock) or not kept_elsewhere(criterion), _("这个条件随政策条款变动，请在政策里修改"))
    _demand(seen in (None, criterion.current.number), _("这个条件已被他人修改，请重新打开"))
    _demand(unparse(node) != criterion.current.tree, _("内容没有变化"))
    _add_version(criterion, node, by, at, grant, note, "revised")
    _evaluate(criterion, at)
    return criterion


@transaction.atomic
def retire(criterion: Criterion, *, by: Actor, at: datetime | None = None) -> Criterion:
    """Used no more; its versions stay. Refused while something still asks by it."""
    grant = _demand_right(by, at)
    criterion = _locked(criterion)
    at = at or clock.now()
    _demand(criterion.retired_at is None, _("这个条件已经停用"))
    uses = uses_of(criterion)
    _demand(not uses, _("还在使用，不能停用：%(uses)s") % {"uses": _("、").join(use.label for use in uses[:5])})
    criterion.retired_at, criterion.flips_on = at, None
    criterion.save(update_fields=["retired_at", "flips_on"])
    criterion.outcomes.all().delete()
    record("criterion.retired", criterion, by=by, at=at, grant=grant)
    return criterion


def _add_version(
    criterion: Criterion, node: Condition, by: Actor, at: datetime, grant: Grant | None, note: str, verb: str
) -> None:
    number = criterion.current.number + 1 if criterion.current else 1
    person = by if isinstance(by, User) else None
    criterion.current = CriterionVersion.objects.create(
        criterion=criterion, number=number, tree=unparse(node), by=person, at=at, note=note.strip()
    )
    criterion.save(update_fields=["current"])
    record(f"criterion.{verb}", criterion, by=by, at=at, data={"version": criterion.current.pk}, grant=grant)


def _locked(criterion: Criterion) -> Criterion:
    locked = Criterion.objects.select_for_update(of=("self",), no_key=True).select_related("current")
    return locked.get(pk=criterion.pk)


def _demand_right(by: Actor, at: datetime | None) -> Grant | None:
    if isinstance(by, Clock):
        return None
    grants = map(rights_of(by, at).grant, WRITES_CRITERIA) if isinstance(by, User) else iter(())
    grant = next(filter(None, grants), None)
    _demand(grant is not None, _("您不能编写条件"))
    return grant


def _sound(tree: Any) -> Condition:
    node, faults = checked(tree)
    if node is None or faults:
        raise Refused(str(faults[0]), "tree")
    return node


def _demand(holds: bool, sentence: str, field: str | None = None) -> None:
    if not holds:
        raise Refused(sentence, field)


def _evaluate(criterion: Criterion, at: datetime) -> None:
    from .store import refresh  # NumPy is loaded where it is used

    refresh([criterion], at=at)
