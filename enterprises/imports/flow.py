"""The verbs on an import: upload, name the columns, apply, undo, drop. Each is one transaction and leaves an event.

What takes time is only asked for here; `work` does it in the worker, as the one who asked.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from portal import files
from portal.files.tables import check_table
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import Grant, rights_of
from portal.trail.entries import record
from portal.worktime import clock

from ..models import Place
from ..models.imports import IMPORTS_FIRMS, FirmImport
from .checking import open_list, samples_of
from .columns import BY_NAME, REQUIRED, guess

State = FirmImport.State


@transaction.atomic
def upload(file: UploadedFile, *, by: User, at: datetime | None = None) -> FirmImport:
    """Keep a list of firms and guess its columns: as last time for the same headings, else by the headings' words.

    Raises Refused for a file that cannot be read (SEC-7).
    """
    grant = _demand_right(by, at)
    assert file.file is not None
    stored = files.store(file, by=by, check=check_table)
    headed = open_list(file.file, stored.name)
    headings = list(headed.headings)
    key = hashlib.sha256("\n".join(headings).encode()).hexdigest()
    before = FirmImport.objects.filter(headings_key=key).exclude(state=State.MAPPING).first()
    at = at or clock.now()
    batch = FirmImport.objects.create(
        file=stored,
        sheet=headed.sheet[:100],
        heading_row=headed.row,
        headings=headings,
        headings_key=key,
        samples=samples_of(headed),
        columns=before.columns if before else guess(headings),
        fallback_place=before.fallback_place if before else None,
        by=by,
        at=at,
        moved_at=at,
    )
    _record("uploaded", batch, by, at, grant)
    return batch


@transaction.atomic
def choose_columns(
    batch: FirmImport,
    columns: Mapping[str, str],
    *,
    by: User,
    fallback: Place | None = None,
    at: datetime | None = None,
) -> FirmImport:
    """Say what each column is, by its number from 0, and where new firms without a place belong; the check begins."""
    batch, grant = _lock(batch), _demand_right(by, at)
    _demand(batch.state in (State.MAPPING, State.READY, State.FAILED), _("这次导入已经不能再改列"))
    demand_columns(columns, len(batch.headings))
    batch.columns, batch.fallback_place = dict(columns), fallback
    return _move(batch, State.CHECKING, "checked", by, at, grant, {"columns": sorted(columns.values())})


def demand_columns(columns: Mapping[str, str], width: int) -> None:
    """Raises Refused unless every named column exists once, those that are needed among them."""
    names = list(columns.values())
    for name in names:
        _demand(name in BY_NAME, _("没有这一项"))
        _demand(names.count(name) == 1, _("“%(label)s”选了两次"), label=str(BY_NAME[name].label))
    for name in REQUIRED:
        _demand(name in names, _("请指明哪一列是“%(label)s”"), label=str(BY_NAME[name].label))
    _demand(all(number.isdecimal() and int(number) < width for number in columns), _("没有这一项"))


@transaction.atomic
def apply(batch: FirmImport, *, by: User, seen: str | None = None, at: datetime | None = None) -> FirmImport:
    """Ask for what the preview shows to be done; the second of two clicks is refused.

    `seen` is the `version` of the preview that was read: one made anew in another tab must be read first.
    """
    batch, grant = _lock(batch), _demand_right(by, at)
    _demand(batch.state == State.READY, _("这次导入现在不能导入"))
    _demand(seen in (None, batch.version), _("预览已经更新，请再看一遍"))
    _demand(batch.new + batch.changed > 0, _("没有要新增或变更的企业"))
    return _move(batch, State.APPLYING, "asked", by, at, grant)


@transaction.atomic
def undo(batch: FirmImport, *, by: User, at: datetime | None = None) -> FirmImport:
    """Ask for the import to be taken back; what was used or changed since stays and is named."""
    batch, grant = _lock(batch), _demand_right(by, at)
    _demand(batch.state == State.APPLIED, _("这次导入现在不能撤销"))
    return _move(batch, State.UNDOING, "undo_asked", by, at, grant)


@transaction.atomic
def drop(batch: FirmImport, *, by: User, at: datetime | None = None) -> FirmImport:
    """Give up an import that was not applied; its rows, which nobody needs any more, go (SEC-3)."""
    batch, grant = _lock(batch), _demand_right(by, at)
    _demand(batch.state in (State.MAPPING, State.READY, State.FAILED), _("这次导入现在不能放弃"))
    batch.rows.all().delete()
    batch.samples = []
    return _move(batch, State.DROPPED, "dropped", by, at, grant)


def _lock(batch: FirmImport) -> FirmImport:
    return FirmImport.objects.select_for_update(of=("self",), no_key=True).get(pk=batch.pk)


def _demand_right(by: User, at: datetime | None) -> Grant:
    grant = next(filter(None, map(rights_of(by, at).grant, IMPORTS_FIRMS)), None)
    if grant is None:
        raise Refused(_("只有条线数据员可以导入企业名单"))
    return grant


def _demand(holds: bool, sentence: str, **named: str) -> None:
    if not holds:
        raise Refused(sentence % named)


def _move(
    batch: FirmImport,
    state: str,
    verb: str,
    by: User,
    at: datetime | None,
    grant: Grant,
    data: dict[str, Any] | None = None,
) -> FirmImport:
    at = at or clock.now()
    batch.state, batch.moved_at, batch.acting, batch.tries, batch.problem = state, at, by, 0, ""
    batch.save()
    _record(verb, batch, by, at, grant, data)
    if batch.is_waiting:
        from .tasks import wake

        transaction.on_commit(wake, robust=True)
    return batch


def _record(
    verb: str, batch: FirmImport, by: User, at: datetime, grant: Grant, data: dict[str, Any] | None = None
) -> None:
    record(f"firm_import.{verb}", batch, by=by, at=at, data=data, grant=grant)
