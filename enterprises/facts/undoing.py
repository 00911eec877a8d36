"""Taking a delivery back (ENT-2): what it said goes, what stood before comes again, what came later stays."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import Grant, rights_of
from portal.people.roles import Role
from portal.trail.entries import record
from portal.worktime import clock

from ..models import Conflict, Delivery
from .writing import Comparison, as_array, joining, lock, mark_stale, rows, run


@dataclass(frozen=True)
class Undone:
    """`kept`: by the key of each fact that later deliveries changed, the codes of the columns that stay as they are."""

    restored: int
    removed: int
    kept: Mapping[int, list[str]] = field(default_factory=dict)


def grant_for(delivery: Delivery, by: User, at: datetime | None = None) -> Grant | None:
    """The right to take it back: a data officer's of the line whose word it was, or whose resource it is."""
    lines = [delivery.line, delivery.resource.line]
    departments = [line.department_id for line in lines if line is not None and line.department_id]
    grants = (rights_of(by, at).grant(Role.DATA_OFFICER, department) for department in departments)
    return next(filter(None, grants), None)


@transaction.atomic
def undo(delivery: Delivery, *, by: User, grant: Grant | None = None, at: datetime | None = None) -> Undone:
    """Take back all that still stands of it, all or nothing. Raises Refused for one that was taken back before."""
    at = at or clock.now()
    grant = grant or grant_for(delivery, by, at)
    if grant is None:
        raise Refused(_("只有来源条线或所属条线的数据员可以撤销这批数据"))
    lock(delivery.resource)
    delivery = Delivery.objects.select_related("resource").get(pk=delivery.pk)
    if delivery.undone_at is not None:
        raise Refused(_("这批数据已经撤销过了"))
    Delivery.objects.filter(pk=delivery.pk).update(undone_at=at)
    with joining(delivery.new + delivery.changed + delivery.conflicting):
        kept = _kept(delivery)
        restored, firms = _restore(delivery)
        _forget(delivery)
        firms |= _settle(delivery, at)
        removed, gone = _remove(delivery)
    mark_stale(firms | gone)
    data = {"resource": delivery.resource_id, "restored": restored, "removed": removed, "kept": len(kept)}
    record("facts.undone", delivery, by=by, at=at, grant=grant, data=data)
    return Undone(restored, removed, kept)


def _kept(delivery: Delivery) -> dict[int, list[str]]:
    """The facts of which later deliveries changed something that this one had said."""
    codes = {column.place: column.code for column in delivery.resource.columns.all()}
    found = rows(
        f"""SELECT f.id, array_agg(DISTINCT p.place) FROM enterprises_fact f
        JOIN enterprises_formerfact h ON h.fact_id = f.id AND {delivery.pk} = ANY(h.deliveries)
        CROSS JOIN LATERAL unnest(h.deliveries) WITH ORDINALITY p (origin, place)
        WHERE f.resource_id = {delivery.resource_id} AND p.origin = {delivery.pk}
            AND f.deliveries[p.place] IS DISTINCT FROM {delivery.pk}
        GROUP BY f.id"""
    )
    return {fact: [codes[place] for place in places] for fact, places in found}


def _restore(delivery: Delivery) -> tuple[int, set[int]]:
    """Where its word still stands, what stood before it: a former fact, or nothing where the row came with it."""
    places = Comparison(delivery.resource, None, delivery.way).places
    mine = f"f.deliveries[%d] = {delivery.pk}"
    values, origins = (
        as_array(f"CASE WHEN {mine % n} THEN h.{name}[{n}] ELSE f.{name}[{n}] END" for n in places)
        for name in ("values", "deliveries")
    )
    count, firms = run(
        f"""WITH done AS (UPDATE enterprises_fact t SET values = n.values, deliveries = n.deliveries
            FROM (SELECT f.id, {values} AS values, {origins} AS deliveries FROM enterprises_fact f
                LEFT JOIN enterprises_formerfact h ON h.fact_id = f.id AND h.delivery_id = {delivery.pk}
                WHERE f.resource_id = {delivery.resource_id} AND {delivery.pk} = ANY(f.deliveries)) n
            WHERE t.id = n.id RETURNING t.enterprise_id)
        SELECT count(*), coalesce(array_agg(DISTINCT enterprise_id), '{{}}') FROM done"""
    )
    return count, set(firms)


def _forget(delivery: Delivery) -> None:
    """In what later deliveries replaced, its word becomes what it had replaced itself: undoing them won't revive it."""
    places = Comparison(delivery.resource, None, delivery.way).places
    mine = f"l.deliveries[%d] = {delivery.pk}"
    values, origins = (
        as_array(f"CASE WHEN {mine % n} THEN h.{name}[{n}] ELSE l.{name}[{n}] END" for n in places)
        for name in ("values", "deliveries")
    )
    run(
        f"""UPDATE enterprises_formerfact t SET values = n.values, deliveries = n.deliveries
        FROM (SELECT l.id, {values} AS values, {origins} AS deliveries FROM enterprises_formerfact l
            JOIN enterprises_fact f ON f.id = l.fact_id AND f.resource_id = {delivery.resource_id}
            LEFT JOIN enterprises_formerfact h ON h.fact_id = l.fact_id AND h.delivery_id = {delivery.pk}
            WHERE {delivery.pk} = ANY(l.deliveries)) n
        WHERE t.id = n.id"""
    )


def _settle(delivery: Delivery, at: datetime) -> set[int]:
    """What it offered against others is gone; what others offered against it stands, where nothing else does now."""
    Conflict.objects.filter(delivery=delivery, state=Conflict.State.OPEN).update(state=Conflict.State.GONE, ruled_at=at)
    firms: set[int] = set()
    for place in Comparison(delivery.resource, None, delivery.way).places:
        (found,) = run(
            f"""WITH offered AS (
                SELECT DISTINCT ON (c.fact_id) c.id, c.fact_id, c.offered, c.delivery_id FROM enterprises_conflict c
                JOIN enterprises_fact f ON f.id = c.fact_id
                WHERE c.state = 'open' AND c.place = {place} AND f.resource_id = {delivery.resource_id}
                    AND f.deliveries[{place}] IS NULL ORDER BY c.fact_id, c.id DESC),
            gone AS (UPDATE enterprises_conflict c SET state = 'gone', ruled_at = %s FROM offered
                WHERE c.fact_id = offered.fact_id AND c.place = {place} AND c.state = 'open'),
            done AS (UPDATE enterprises_fact f
                SET values[{place}] = offered.offered, deliveries[{place}] = offered.delivery_id
                FROM offered WHERE f.id = offered.fact_id RETURNING f.enterprise_id)
            SELECT coalesce(array_agg(DISTINCT enterprise_id), '{{}}') FROM done""",
            [at],
        )
        firms |= set(found)
    return firms


def _remove(delivery: Delivery) -> tuple[int, set[int]]:
    """Rows that came with a delivery that was taken back, and of which nothing is said any more."""
    gone = f"""SELECT f.id FROM enterprises_fact f JOIN enterprises_delivery d ON d.id = f.delivery
        WHERE f.resource_id = {delivery.resource_id} AND d.undone_at IS NOT NULL
            AND array_remove(f.deliveries, NULL) = '{{}}'"""
    run(f"DELETE FROM enterprises_conflict WHERE fact_id IN ({gone})")
    run(f"DELETE FROM enterprises_formerfact WHERE fact_id IN ({gone})")
    count, firms = run(
        f"""WITH done AS (DELETE FROM enterprises_fact WHERE id IN ({gone}) RETURNING enterprise_id)
        SELECT count(*), coalesce(array_agg(DISTINCT enterprise_id), '{{}}') FROM done"""
    )
    return count, set(firms)


def as_json(columns: Iterable[str]) -> str:
    return json.dumps(list(columns))
