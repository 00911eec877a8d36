"""The verbs on a conflict between two sources (ENT-3): the owning line keeps what stands or takes what was offered."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.outbox import queue
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import Grant, rights_of
from portal.people.roles import Role
from portal.trail.entries import record_each
from portal.worktime import clock

from ..models import Conflict, Delivery, Line, Resource
from . import writing
from .delivering import deliver_kept
from .staging import KeptRow, width_of

State = Conflict.State


@transaction.atomic
def keep(conflict: Conflict, *, by: User, reason: str, seen: int | None = None, at: datetime | None = None) -> Conflict:
    """What stands stays; the same value offered again opens no conflict. `seen` is what stood when it was read."""
    _rule([_open(conflict, seen)], State.KEPT, by=by, reason=reason, at=at)
    conflict.refresh_from_db()
    return conflict


@transaction.atomic
def take(conflict: Conflict, *, by: User, reason: str, seen: int | None = None, at: datetime | None = None) -> Conflict:
    """What was offered stands from now on, as the word of the line that offered it."""
    _rule([_open(conflict, seen)], State.TAKEN, by=by, reason=reason, at=at)
    conflict.refresh_from_db()
    return conflict


@transaction.atomic
def keep_all(delivery: Delivery, *, by: User, reason: str, at: datetime | None = None) -> int:
    """`keep` of all that one delivery left open; how many."""
    return _rule(_all_open(delivery), State.KEPT, by=by, reason=reason, at=at)


@transaction.atomic
def take_all(delivery: Delivery, *, by: User, reason: str, at: datetime | None = None) -> int:
    return _rule(_all_open(delivery), State.TAKEN, by=by, reason=reason, at=at)


def grant_over(line: Line, by: User, at: datetime | None = None) -> Grant:
    """The right by which he speaks for the line. Raises Refused."""
    grant = rights_of(by, at).grant(Role.DATA_OFFICER, line.department_id) if line.department_id else None
    if grant is None:
        raise Refused(_("只有%(line)s条线的数据员可以决定") % {"line": line})
    return grant


def _open(conflict: Conflict, seen: int | None) -> Conflict:
    """The conflict, locked after its resource, as by every delivery, so that none settles it meanwhile."""
    writing.lock(conflict.fact.resource)
    found = Conflict.objects.told().select_for_update(of=("self",), no_key=True).get(pk=conflict.pk)
    if found.state != State.OPEN:
        raise Refused(_("这项冲突已经处理过了"))
    if seen is not None and seen != standing(found):
        raise Refused(_("现有的值刚刚变了，请再看一遍"))
    return found


def _all_open(delivery: Delivery) -> list[Conflict]:
    writing.lock(delivery.resource)
    found = Conflict.objects.open().filter(delivery=delivery).told()
    conflicts = list(found.select_for_update(of=("self",), no_key=True).order_by("pk"))
    if not conflicts:
        raise Refused(_("这一批没有待处理的冲突"))
    return conflicts


def standing(conflict: Conflict) -> int | None:
    """What the fact says now, as it is kept."""
    values = conflict.fact.values
    return values[conflict.place - 1] if len(values) >= conflict.place else None


def _rule(conflicts: Sequence[Conflict], state: State, *, by: User, reason: str, at: datetime | None) -> int:
    resource, delivery, at = conflicts[0].fact.resource, conflicts[0].delivery, at or clock.now()
    grant = grant_over(resource.line, by, at)
    reason = reason.strip()
    if not reason:
        raise Refused(_("请写明理由"), "reason")
    chosen = {"state": state, "ruled_by": by, "ruled_at": at, "reason": reason}
    Conflict.objects.filter(pk__in=[one.pk for one in conflicts]).update(**chosen)
    told = {one.pk: {"fact": one.fact_id, "place": one.place} for one in conflicts}
    record_each(f"conflict.{state.value}", Conflict, told, by=by, at=at, grant=grant)
    sources = _sources(conflicts)
    if state == State.TAKEN:
        _take(resource, conflicts, delivery.line, by, grant, at)
    lines = sorted({source.line_id for source in [delivery, *sources] if source.line_id} - {resource.line_id})
    key = f"conflict.ruled:{conflicts[0].pk}:{len(conflicts)}"
    queue("conflict.ruled", conflicts[0], key=key, at=at, lines=lines, count=len(conflicts), by=by.pk)
    return len(conflicts)


def _sources(conflicts: Sequence[Conflict]) -> list[Delivery]:
    """The deliveries that what stands came with."""
    found = (one.fact.deliveries[one.place - 1] for one in conflicts if len(one.fact.deliveries) >= one.place)
    return list(Delivery.objects.filter(pk__in={pk for pk in found if pk is not None}))


def _take(
    resource: Resource, conflicts: Sequence[Conflict], line: Line | None, by: User, grant: Grant, at: datetime
) -> None:
    width = width_of(resource.columns.all())
    rows: dict[int, KeptRow] = {}
    for one in conflicts:
        fact = one.fact
        row = rows.setdefault(fact.pk, (fact.enterprise_id, fact.period, fact.item, [None] * width))
        row[3][one.place - 1] = one.offered  # type: ignore[index]
    deliver_kept(resource, rows.values(), line=line, way=Delivery.Way.RULING, by=by, grant=grant, at=at)
