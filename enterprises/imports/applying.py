"""Doing and undoing what the preview says: a few statements for any number of rows, in the caller's transaction."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import ManyToOneRel, Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.files.importing import Act, Stale, Tell
from portal.trail.entries import record_each
from portal.trail.models import Audience

from .. import sounds
from ..attributes import stale
from ..models import Enterprise, EnterpriseName
from ..models.imports import FirmImport, FirmImportRow
from .checking import compare_all, stored
from .columns import COLUMNS

Outcome = FirmImportRow.Outcome
CHUNK = 2000
WRITTEN = [column for column in COLUMNS if column.name != "uscc"]
# A row's JSON as typed columns: r.values beside r.former, by the names of the columns.
TYPED = ", ".join(f'"{column.name}" {column.sql}' for column in WRITTEN)


def apply(batch: FirmImport, act: Act, tell: Tell) -> None:
    """New firms come in, changed ones change, former names are kept (ENT-1). Raises Stale before any of it."""
    tell(5, _("正在核对名单有没有变动"))
    changed = batch.rows.filter(outcome=Outcome.CHANGED)
    lock(changed)
    demand_fresh(batch)
    tell(30, _("正在写入新企业"))
    insert(batch)
    tell(60, _("正在写入变更"))
    _keep_former_names(changed.filter(former__has_key="name"), timezone.localdate(act.at))
    _write(batch, "w", condition=f"r.outcome = '{Outcome.CHANGED.value}'")
    sounds.fill()
    stale.mark(batch.rows.filter(outcome__in=[Outcome.NEW, Outcome.CHANGED]).values_list("enterprise", flat=True))
    tell(75, _("正在留痕"))
    trail(batch, act, "registered", batch.rows.filter(outcome=Outcome.NEW))
    trail(batch, act, "updated", changed)


def lock(rows: QuerySet[FirmImportRow], *, key: bool = False) -> None:
    """In the order of their ids, as every verb that takes several firms."""
    firms = Enterprise.objects.filter(pk__in=rows.values("enterprise")).order_by("pk")
    list(firms.select_for_update(of=("self",), no_key=not key).values_list("pk", flat=True))


def demand_fresh(batch: FirmImport) -> None:
    """What is applied is what was shown."""
    rows = batch.rows.filter(outcome__in=[Outcome.NEW, Outcome.CHANGED]).order_by("pk")
    for chunk in chunks(rows):
        shown = [(row.outcome, row.former) for row in chunk]
        compare_all(chunk)
        if shown != [(row.outcome, row.former) for row in chunk]:
            raise Stale


def chunks(rows: QuerySet) -> Iterator[list[Any]]:
    """In pieces of CHUNK, each a query of its own, so that memory stays small."""
    last = 0
    while piece := list(rows.filter(pk__gt=last)[:CHUNK]):
        yield piece
        last = piece[-1].pk


def insert(batch: FirmImport) -> None:
    """All new firms in one statement; what no column says, and what later models add, has the model's default."""
    named = {column.attribute: f'w."{column.name}"' for column in WRITTEN} | {"uscc": "r.uscc"}
    into, values, defaults = [], [], []
    for field in Enterprise._meta.concrete_fields:
        if not (field.primary_key or field.generated or field.has_db_default()):
            into.append(field.column)
            values.append(f"COALESCE({named[field.attname]}, %s)" if field.attname in named else "%s")
            defaults.append(field.get_db_prep_save(field.get_default(), connection))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO enterprises_enterprise ({', '.join(into)}) SELECT {', '.join(values)}"
            f" FROM enterprises_firmimportrow r, jsonb_to_record(r.values) AS w({TYPED})"
            " WHERE r.batch_id = %s AND r.outcome = %s ORDER BY r.number",
            [*defaults, batch.pk, Outcome.NEW.value],
        )
        cursor.execute(
            "UPDATE enterprises_firmimportrow r SET enterprise_id = e.id FROM enterprises_enterprise e"
            " WHERE r.batch_id = %s AND r.outcome = %s AND e.uscc = r.uscc",
            [batch.pk, Outcome.NEW.value],
        )


def _keep_former_names(rows: QuerySet[FirmImportRow], today: date) -> None:
    """Each name that changes joins the former names, from the day the one before it ended (as flow.change_name)."""
    for chunk in chunks(rows.select_related("enterprise").order_by("pk")):
        known = EnterpriseName.objects.filter(enterprise__in=[row.enterprise_id for row in chunk]).order_by()
        last = dict(known.values_list("enterprise").annotate(Max("until")))
        for row in chunk:
            since = last.get(row.enterprise_id) or row.enterprise.established_on
            row.renamed = EnterpriseName(
                enterprise=row.enterprise,
                name=row.former["name"],
                since=min(since, today) if since else None,
                until=today,
            )
        EnterpriseName.objects.bulk_create(row.renamed for row in chunk)
        FirmImportRow.objects.bulk_update(chunk, ["renamed"])


def _write(batch: FirmImport, source: str, condition: str) -> None:
    """Set every column that a row's `former` names to its new (`w`) or former (`f`) value, all firms at once."""
    sets = ", ".join(
        f"{column.attribute} = CASE WHEN r.former ? '{column.name}' AND NOT r.kept ? '{column.name}'"
        f' THEN {source}."{column.name}" ELSE e.{column.attribute} END'
        for column in WRITTEN
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE enterprises_enterprise e SET {sets} FROM enterprises_firmimportrow r,"
            f" jsonb_to_record(r.values) AS w({TYPED}), jsonb_to_record(r.former) AS f({TYPED})"
            f" WHERE r.batch_id = %s AND e.id = r.enterprise_id AND {condition}",
            [batch.pk],
        )


def trail(batch: FirmImport, act: Act, verb: str, rows: QuerySet[FirmImportRow]) -> int:
    """One event for each firm, naming the import and the columns; returns how many."""
    count = 0
    for chunk in chunks(rows.exclude(enterprise=None).order_by("pk")):
        data = {row.enterprise_id: {"import": batch.pk, **_fields(row)} for row in chunk}
        record_each(
            f"enterprise.{verb}", Enterprise, data, by=act.by, at=act.at, grant=act.grant, audience=Audience.FIRM
        )
        count += len(chunk)
    return count


def _fields(row: FirmImportRow) -> dict[str, Any]:
    fields = sorted(set(row.former) - set(row.kept))
    return {"fields": fields} if fields else {}


# Undoing ---------------------------------------------------------------------------------------------------------


def undo(batch: FirmImport, act: Act, tell: Tell) -> int:
    """Former values come back and firms that came with the import go, unless they were used or changed since.

    Those are named in their rows' `kept` and stay as they are, column by column; returns how many rows that is.
    """
    touched = batch.rows.filter(outcome__in=[Outcome.NEW, Outcome.CHANGED])
    tell(10, _("正在看哪些企业后来用到或改过"))
    stale.mark(touched.exclude(enterprise=None).values_list("enterprise", flat=True))  # first: nobody computes them now
    lock(touched, key=True)
    kept = _mark_kept(touched)
    tell(40, _("正在恢复原值"))
    changed = batch.rows.filter(outcome=Outcome.CHANGED)
    _write(batch, "f", condition=f"r.outcome = '{Outcome.CHANGED.value}'")
    sounds.fill()
    restored = Q(renamed__isnull=False) & ~Q(kept__contains=["name"])
    EnterpriseName.objects.filter(pk__in=list(changed.filter(restored).values_list("renamed", flat=True))).delete()
    tell(60, _("正在去掉随导入新增的企业"))
    trail(batch, act, "restored", changed)
    gone = batch.rows.filter(outcome=Outcome.NEW, kept=[])
    trail(batch, act, "removed", gone)
    _remove(list(gone.exclude(enterprise=None).values_list("enterprise", flat=True)))
    return kept


def _mark_kept(rows: QuerySet[FirmImportRow]) -> int:
    count = 0
    for chunk in chunks(rows.select_related("enterprise").order_by("pk")):
        used = used_since([row.enterprise_id for row in chunk if row.outcome == Outcome.NEW and row.enterprise_id])
        for row in chunk:
            row.kept = _kept(row, used)
        found = [row for row in chunk if row.kept]
        FirmImportRow.objects.bulk_update(found, ["kept"])
        count += len(found)
    return count


def _kept(row: FirmImportRow, used: set[int]) -> list[str]:
    if row.enterprise is None:
        return []
    if row.enterprise_id in used:
        return ["used"]
    names = row.former if row.outcome == Outcome.CHANGED else row.values
    return [name for name in names if stored(row.enterprise, name) != row.values[name]]


def used_since(firms: Sequence[int]) -> set[int]:
    """Those of the firms to which a row of any room points: people, stewards, matters, whatever comes later.

    What is computed of a firm is no use of it, what somebody declared of it is.
    """
    used = stale.with_values_by_hand(firms)
    for relation in Enterprise._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel) and relation.related_model not in {FirmImportRow, *stale.COMPUTED}:
            field = relation.field.attname
            rows = relation.related_model._base_manager.filter(**{f"{field}__in": firms})
            used.update(rows.order_by().values_list(field, flat=True).distinct())
    return used


def _remove(firms: Sequence[int]) -> None:
    """Nothing points to them but rows of imports; a foreign key that was forgotten would stop it (PROTECT)."""
    for start in range(0, len(firms), CHUNK):
        stale.forget(firms[start : start + CHUNK])
        Enterprise.objects.filter(pk__in=firms[start : start + CHUNK]).delete()
