"""How facts come in, whatever brings them: a file, an interface, a visit, a ruling, the firm itself (ENT-2, ENT-3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from portal.outbox import queue
from portal.people.models import User
from portal.people.rights import Grant
from portal.trail.entries import record
from portal.worktime import clock

from ..models import Conflict, Delivery, Line, Resource
from . import staging, writing
from .staging import KeptRow, Row
from .writing import Comparison


@dataclass(frozen=True)
class Delivered:
    """What came of a delivery, in rows; `conflicting` rows may have changed in other places all the same."""

    delivery: Delivery
    new: int
    changed: int
    unchanged: int
    conflicting: int


def deliver(
    resource: Resource,
    rows: Iterable[Row],
    *,
    line: Line | None,
    way: str,
    by: User,
    grant: Grant | None = None,
    at: datetime | None = None,
) -> Delivered:
    """Write the rows, all or none; who may is the caller's to ask. The same rows again change nothing.

    A row is (the firm's key, its period's first day or None, its item or "", {column: value}). A column left out says
    nothing, None takes away. What another source said is not overwritten: a Conflict opens instead (ENT-3), unless
    `way` is a visit's confirmed correction or a ruling. Raises Refused for what does not fit the resource's columns
    or comes twice, ValueError for a firm that does not exist.
    """
    at = at or clock.now()
    kept = staging.kept_rows(resource, rows, timezone.localdate(at))
    return deliver_kept(resource, kept, line=line, way=way, by=by, grant=grant, at=at)


@transaction.atomic
def deliver_kept(
    resource: Resource,
    rows: Iterable[KeptRow],
    *,
    line: Line | None,
    way: str,
    by: User,
    grant: Grant | None = None,
    at: datetime | None = None,
) -> Delivered:
    """`deliver` for rows whose values are kept numbers by place already: None says nothing, UNKNOWN takes away."""
    writing.lock(resource)
    staging.stage(resource, rows)
    return write(staging.TABLE, resource, line=line, way=way, by=by, grant=grant, at=at or clock.now())


def write(
    source: str,
    resource: Resource,
    *,
    line: Line | None,
    way: str,
    by: User,
    at: datetime,
    grant: Grant | None = None,
) -> Delivered:
    """One delivery out of the rows of a relation (`writing`); the caller has locked the resource."""
    delivery = Delivery.objects.create(resource=resource, line=line, way=way, by=by, at=at)
    written = writing.write(source, Comparison(resource, line, way), delivery, at)
    delivery.new, delivery.changed, delivery.conflicting = written.new, written.changed, written.conflicting
    delivery.unchanged = written.rows - written.new - written.changed - written.conflicting
    delivery.save(update_fields=["new", "changed", "unchanged", "conflicting"])
    counts = {name: getattr(delivery, name) for name in ("new", "changed", "unchanged", "conflicting")}
    record("facts.delivered", delivery, by=by, at=at, grant=grant, data={"resource": resource.pk, "way": way, **counts})
    if written.conflicting:
        _tell_of_conflicts(delivery, at)
    return Delivered(delivery, **counts)


def _tell_of_conflicts(delivery: Delivery, at: datetime) -> None:
    """One letter to the owning line for all that this delivery opened."""
    opened = Conflict.objects.open().filter(delivery=delivery).order_by("pk")
    first = opened.first()
    if first is not None:
        queue("conflict.opened", first, key=f"conflict.opened:{delivery.pk}", at=at, count=opened.count())
