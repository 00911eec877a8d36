"""What the worker does with imports that wait: check, apply, undo. The rows say what waits, the broker only wakes.

Each is one transaction under the import's own lock: a worker that is killed leaves everything or nothing, and the next
beat takes it up again. Only one import applies at a time, because the preview of the next must be read against it.
"""

import logging
from datetime import datetime

from django.core.cache import cache
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from portal.outbox import queue
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import rights_of
from portal.trail.entries import record
from portal.worktime import clock

from ..models.imports import IMPORTS_FIRMS, FirmImport
from . import applying
from .applying import Act, Stale
from .checking import Tell, check

logger = logging.getLogger(__name__)

State = FirmImport.State
TRIES = 3
ALONE = 0x5348_494D  # the advisory lock of whoever applies or undoes
PROGRESS_SECONDS = 900
# Where an import stands again when its step cannot be done.
BACK = {State.CHECKING: State.FAILED, State.APPLYING: State.READY, State.UNDOING: State.APPLIED}


def carry_on() -> int:
    """Do everything that waits, the oldest first; returns how many steps were done or given up."""
    done = 0
    while (pk := _claim()) is not None:
        if not _step(pk):
            break
        done += 1
    return done


def progress_of(batch: FirmImport) -> dict[str, object]:
    """{"percent": …, "sentence": …} of a step that is going on; at its very beginning where nobody has begun yet."""
    known: dict[str, object] | None = cache.get(_progress_key(batch.pk))
    return known or {"percent": 0, "sentence": _("排队中，马上开始")}


def _progress_key(pk: int) -> str:
    return f"firm-import.{pk}"


@transaction.atomic
def _claim() -> int | None:
    """The next one; the try is counted in its own transaction, so that one that kills the worker counts."""
    waiting = FirmImport.objects.filter(state__in=FirmImport.WAITING).order_by("moved_at", "pk")
    batch = waiting.select_for_update(of=("self",), skip_locked=True, no_key=True).first()
    if batch is None:
        return None
    batch.tries += 1
    batch.save(update_fields=["tries"])
    return batch.pk


def _step(pk: int) -> bool:
    """Whether the step was done, refused or given up; False where it must wait."""
    try:
        with transaction.atomic():
            batch = FirmImport.objects.select_for_update(of=("self",), skip_locked=True, no_key=True).filter(pk=pk)
            found = (
                batch.filter(state__in=FirmImport.WAITING).select_related("acting", "file", "fallback_place").first()
            )
            if found is None:
                return True
            with translation.override(found.acting.language if found.acting else None):
                return _do(found)
    except Exception:
        logger.exception("import %s: the step failed and is tried again", pk)
        return False
    finally:
        cache.delete(_progress_key(pk))


def _do(batch: FirmImport) -> bool:
    if batch.tries > TRIES:
        _give_back(batch, _("试了几次都没有做成，请联系管理员"))
        return True
    try:
        with transaction.atomic():
            return _begin(batch)
    except Refused as refusal:
        _give_back(batch, str(refusal))
    except Stale:
        _settle(batch, State.CHECKING, problem=_("预览以后名单有了变动，已重新核对，请再看一遍"))
    return True


def _begin(batch: FirmImport) -> bool:
    act = _act(batch)
    if batch.state == State.CHECKING:
        _check(batch, act.at)
        return True
    if not _alone():
        FirmImport.objects.filter(pk=batch.pk).update(tries=batch.tries - 1)
        return False
    (_apply if batch.state == State.APPLYING else _undo)(batch, act)
    return True


def _act(batch: FirmImport) -> Act:
    """As the one who asked, if he still may."""
    by: User | None = batch.acting
    grant = next(filter(None, map(rights_of(by).grant, IMPORTS_FIRMS)), None) if by else None
    if by is None or grant is None:
        raise Refused(_("只有条线数据员可以导入企业名单"))
    return Act(by, clock.now(), grant)


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ALONE])
        return bool(cursor.fetchone()[0])


def _check(batch: FirmImport, at: datetime) -> None:
    counts = check(batch, at, _teller(batch))
    for outcome in ("new", "changed", "unchanged", "rejected"):
        setattr(batch, outcome, counts[outcome])
    _settle(batch, State.READY, problem=batch.problem)


def _apply(batch: FirmImport, act: Act) -> None:
    applying.apply(batch, act, _teller(batch))
    batch.applied_at = act.at
    _finish(batch, act, State.APPLIED, {"new": batch.new, "changed": batch.changed})


def _undo(batch: FirmImport, act: Act) -> None:
    batch.kept = applying.undo(batch, act, _teller(batch))
    batch.undone_at = act.at
    _finish(batch, act, State.UNDONE, {"kept": batch.kept})


def _finish(batch: FirmImport, act: Act, state: State, data: dict[str, int]) -> None:
    kind = f"firm_import.{state.value}"
    record(kind, batch, by=act.by, at=act.at, data=data, grant=act.grant)
    queue(kind, batch, key=f"{kind}:{batch.pk}", at=act.at)
    _settle(batch, state)


def _give_back(batch: FirmImport, problem: str) -> None:
    _settle(batch, BACK[State(batch.state)], problem=problem)


def _settle(batch: FirmImport, state: State, problem: str = "") -> None:
    batch.state, batch.tries, batch.problem, batch.moved_at = state, 0, problem, clock.now()
    batch.save()


def _teller(batch: FirmImport) -> Tell:
    def tell(percent: int, sentence: str) -> None:
        cache.set(_progress_key(batch.pk), {"percent": percent, "sentence": sentence}, PROGRESS_SECONDS)

    return tell
