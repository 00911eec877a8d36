"""The verbs on an import, and what the worker does with those that wait: check, apply, undo.

The verbs only ask. Each step is one transaction under the import's own lock: a worker that is killed leaves everything
or nothing, and the next beat takes it up again. One import of a kind applies at a time, because the preview of the next
must be read against it.
"""

import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from portal.files.storing import store
from portal.files.tables import Headed, as_text, check_table, find_headings, open_table
from portal.outbox import queue
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import Grant, rights_of
from portal.trail.entries import record
from portal.worktime import clock

from .models import Import
from .remembering import as_before

logger = logging.getLogger(__name__)

State = Import.State
Tell = Callable[[int, str], None]
TRIES = 3
PROGRESS_SECONDS = 900
SAMPLES = 2
# Where an import stands again when its step cannot be done.
BACK = {State.CHECKING: State.FAILED, State.APPLYING: State.READY, State.UNDOING: State.APPLIED}


class Stale(Exception):
    """What is on file is no longer what the preview showed: it must be made and read again."""


@dataclass(frozen=True)
class Act:
    """Who does it, when, and by what right, for the trail."""

    by: User
    at: datetime
    grant: Grant | None


class Importing:
    """One kind of import. A room says what its columns are and how rows are examined, written and taken back."""

    Model: ClassVar[type[Any]]
    name: ClassVar[str]  # of its events and messages: `firm_import`
    alone: ClassVar[int]  # the advisory lock of whoever applies or undoes
    labels: ClassVar[Mapping[str, Any]]  # each column's name and what people call it
    required: ClassVar[tuple[str, ...]]
    by_heading: ClassVar[Mapping[str, str]]
    outcomes: ClassVar[tuple[str, ...]] = (
        "new",
        "changed",
        "unchanged",
        "rejected",
    )  # that its rows may have, in order
    remembered: ClassVar[tuple[str, ...]] = ()  # what is taken over, beside the columns, from the last such file
    by_number: ClassVar[tuple[str, ...]] = ()  # those of `remembered` that are kept by a column's number
    related: ClassVar[tuple[str, ...]] = ()  # foreign keys that the worker's steps need

    # Of each room ----------------------------------------------------------------------------------------------

    def only(self) -> str:
        """The sentence for whoever may not import."""
        raise NotImplementedError

    def nothing(self) -> str:
        """The sentence where a preview has nothing to apply."""
        raise NotImplementedError

    def no_table(self) -> str:
        """The sentence, with `%(name)s`, where a file has no row of headings."""
        raise NotImplementedError

    def moved(self) -> str:
        """What stands on a preview that had to be made anew."""
        raise NotImplementedError

    def guess(self, headings: list[str]) -> dict[str, str]:
        raise NotImplementedError

    def check(self, batch: Any, at: datetime, tell: Tell) -> Mapping[str, int]:
        """Writes the rows of the preview anew; how many have each outcome."""
        raise NotImplementedError

    def write(self, batch: Any, act: Act, tell: Tell) -> None:
        """Does what the preview shows. Raises Stale before any of it."""
        raise NotImplementedError

    def take_back(self, batch: Any, act: Act, tell: Tell) -> int:
        """Undoes it; how many rows were left as they are."""
        raise NotImplementedError

    def wake(self) -> None:
        """Asks the worker to begin now."""
        raise NotImplementedError

    # What a room may refine ------------------------------------------------------------------------------------

    def bound(self, batch: Any) -> "Importing":
        """The one for this import, where there are several of the kind, each with columns of its own."""
        return self

    def scope(self) -> dict[str, Any]:
        """What tells its imports from others of the same Model."""
        return {}

    def begun(self, batch: Any, headed: Headed) -> None:
        """Fills in what else a new import can guess from its file; it is saved afterwards."""

    def demand_effect(self, batch: Any) -> None:
        """Raises Refused where there is nothing to apply."""
        _demand(batch.new + batch.changed + batch.conflicting > 0, self.nothing())

    # The verbs -------------------------------------------------------------------------------------------------

    @transaction.atomic
    def upload(self, file: UploadedFile, *, by: User, at: datetime | None = None) -> Any:
        """Keep a table and guess its columns: as last time for the same headings, else one heading at a time.

        Raises Refused for a file that cannot be read (SEC-7).
        """
        grant = self._demand_right(by, at)
        assert file.file is not None
        stored = store(file, by=by, check=check_table)
        headed = self.open(file.file, stored.name)
        headings = list(headed.headings)
        key = hashlib.sha256("\n".join(headings).encode()).hexdigest()
        at = at or clock.now()
        batch = self.Model(
            file=stored,
            sheet=headed.sheet[:100],
            heading_row=headed.row,
            headings=headings,
            headings_key=key,
            samples=samples_of(headed),
            by=by,
            at=at,
            moved_at=at,
            **self.scope(),
            **as_before(self, headings, key),
        )
        self.begun(batch, headed)
        batch.save()
        self._record("uploaded", batch, by, at, grant)
        return batch

    def open(self, file: Any, name: str) -> Headed:
        """The table in a file that `files.store` has checked, from its headings on. Raises Refused."""
        headed = find_headings(open_table(file, name, checked=True), self.by_heading)
        if headed is None:
            raise Refused(self.no_table() % {"name": name})
        return headed

    @transaction.atomic
    def choose_columns(
        self, batch: Any, columns: Mapping[str, str], *, by: User, at: datetime | None = None, **further: Any
    ) -> Any:
        """Say what each column is, by its number from 0, and what is `remembered` beside it; the check begins."""
        batch, grant = self._lock(batch), self._demand_right(by, at)
        _demand(batch.state in (State.MAPPING, State.READY, State.FAILED), _("这次导入已经不能再改列"))
        self.demand_columns(columns, len(batch.headings))
        batch.columns = dict(columns)
        for field, value in further.items():
            setattr(batch, field, value)
        return self._move(batch, State.CHECKING, "checked", by, at, grant, {"columns": sorted(columns.values())})

    def demand_columns(self, columns: Mapping[str, str], width: int) -> None:
        """Raises Refused unless every named column exists once, those that are needed among them."""
        names = list(columns.values())
        for name in names:
            _demand(name in self.labels, _("没有这一项"))
            _demand(names.count(name) == 1, _("“%(label)s”选了两次"), label=str(self.labels[name]))
        for name in self.required:
            _demand(name in names, _("请指明哪一列是“%(label)s”"), label=str(self.labels[name]))
        _demand(all(number.isdecimal() and int(number) < width for number in columns), _("没有这一项"))

    @transaction.atomic
    def apply(self, batch: Any, *, by: User, seen: str | None = None, at: datetime | None = None) -> Any:
        """Ask for what the preview shows to be done; the second of two clicks is refused.

        `seen` is the `version` of the preview that was read: one made anew in another tab must be read first.
        """
        batch, grant = self._lock(batch), self._demand_right(by, at)
        _demand(batch.state == State.READY, _("这次导入现在不能导入：别处刚刚处理过，以本页显示的为准"))
        _demand(seen in (None, batch.version), _("预览已经更新，请再看一遍"))
        self.demand_effect(batch)
        return self._move(batch, State.APPLYING, "asked", by, at, grant)

    @transaction.atomic
    def undo(self, batch: Any, *, by: User, at: datetime | None = None) -> Any:
        """Ask for the import to be taken back; what was used or changed since stays and is named."""
        batch, grant = self._lock(batch), self._demand_right(by, at)
        _demand(batch.state == State.APPLIED, _("这次导入现在不能撤销：别处刚刚处理过，以本页显示的为准"))
        _demand(batch.rows.exists(), _("这次导入的明细已过保存期限，不能再撤销"))
        return self._move(batch, State.UNDOING, "undo_asked", by, at, grant)

    @transaction.atomic
    def drop(self, batch: Any, *, by: User, at: datetime | None = None) -> Any:
        """Give up an import that was not applied; its rows, which nobody needs any more, go (SEC-3)."""
        batch, grant = self._lock(batch), self._demand_right(by, at)
        _demand(
            batch.state in (State.MAPPING, State.READY, State.FAILED),
            _("这次导入现在不能放弃：别处刚刚处理过，以本页显示的为准"),
        )
        batch.rows.all().delete()
        batch.samples = []
        return self._move(batch, State.DROPPED, "dropped", by, at, grant)

    def _lock(self, batch: Any) -> Any:
        return self.Model.objects.select_for_update(of=("self",), no_key=True).get(pk=batch.pk)

    def _demand_right(self, by: User, at: datetime | None) -> Grant:
        grant = self._grant(by, at)
        if grant is None:
            raise Refused(self.only())
        return grant

    def _grant(self, by: User, at: datetime | None = None) -> Grant | None:
        return next(filter(None, map(rights_of(by, at).grant, self.Model.IMPORTERS)), None)

    def _move(
        self,
        batch: Any,
        state: str,
        verb: str,
        by: User,
        at: datetime | None,
        grant: Grant,
        data: dict[str, Any] | None = None,
    ) -> Any:
        at = at or clock.now()
        batch.state, batch.moved_at, batch.acting, batch.tries, batch.problem = state, at, by, 0, ""
        batch.save()
        self._record(verb, batch, by, at, grant, data)
        if batch.is_waiting:
            transaction.on_commit(self.wake, robust=True)
        return batch

    def _record(
        self, verb: str, batch: Any, by: User, at: datetime, grant: Grant | None, data: dict[str, Any] | None = None
    ) -> None:
        record(f"{self.name}.{verb}", batch, by=by, at=at, data=data, grant=grant)

    # The worker ------------------------------------------------------------------------------------------------

    def carry_on(self) -> int:
        """Do everything that waits, the oldest first; returns how many steps were done or given up."""
        done = 0
        while (pk := self._claim()) is not None:
            if not self._step(pk):
                break
            done += 1
        return done

    def progress_of(self, batch: Any) -> dict[str, object]:
        """{"percent": …, "sentence": …} of a step that is going on; its very beginning where nobody has begun yet."""
        known: dict[str, object] | None = cache.get(self._progress_key(batch.pk))
        return known or {"percent": 0, "sentence": _("排队中，马上开始")}

    def _progress_key(self, pk: int) -> str:
        return f"{self.name}.{pk}"

    def _waiting(self) -> Any:
        found = self.Model.objects.filter(state__in=Import.WAITING)
        return found.select_for_update(of=("self",), skip_locked=True, no_key=True)

    @transaction.atomic
    def _claim(self) -> int | None:
        """The next one; the try is counted in its own transaction, so that one that kills the worker counts."""
        batch = self._waiting().order_by("moved_at", "pk").first()
        if batch is None:
            return None
        batch.tries += 1
        batch.save(update_fields=["tries"])
        return int(batch.pk)

    def _step(self, pk: int) -> bool:
        """Whether the step was done, refused or given up; False where it must wait."""
        try:
            with transaction.atomic():
                found = self._waiting().filter(pk=pk).select_related("acting", "file", *self.related).first()
                if found is None:
                    return True
                with translation.override(found.acting.language if found.acting else None):
                    return self.bound(found)._do(found)
        except Exception:
            logger.exception("%s %s: the step failed and is tried again", self.name, pk)
            return False
        finally:
            cache.delete(self._progress_key(pk))

    def _do(self, batch: Any) -> bool:
        if batch.tries > TRIES:
            self._give_back(batch, _("试了几次都没有做成，请联系管理员"))
            return True
        try:
            with transaction.atomic():
                return self._begin(batch)
        except Refused as refusal:
            self._give_back(batch, str(refusal))
        except Stale:
            self._settle(batch, State.CHECKING, problem=self.moved())
        return True

    def _begin(self, batch: Any) -> bool:
        act = self._act(batch)
        if batch.state == State.CHECKING:
            self._check(batch, act.at)
            return True
        if not self._alone():
            self.Model.objects.filter(pk=batch.pk).update(tries=batch.tries - 1)
            return False
        (self._apply if batch.state == State.APPLYING else self._undo)(batch, act)
        return True

    def _act(self, batch: Any) -> Act:
        """As the one who asked, if he still may."""
        by: User | None = batch.acting
        grant = self._grant(by) if by else None
        if by is None or grant is None:
            raise Refused(self.only())
        return Act(by, clock.now(), grant)

    def _alone(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [self.alone])
            return bool(cursor.fetchone()[0])

    def _check(self, batch: Any, at: datetime) -> None:
        counts = self.check(batch, at, self._teller(batch))
        for outcome in self.outcomes:
            setattr(batch, outcome, counts[outcome])
        self._settle(batch, State.READY, problem=batch.problem)

    def _apply(self, batch: Any, act: Act) -> None:
        self.write(batch, act, self._teller(batch))
        batch.applied_at = act.at
        self._finish(batch, act, State.APPLIED, {"new": batch.new, "changed": batch.changed})

    def _undo(self, batch: Any, act: Act) -> None:
        batch.kept = self.take_back(batch, act, self._teller(batch))
        batch.undone_at = act.at
        self._finish(batch, act, State.UNDONE, {"kept": batch.kept})

    def _finish(self, batch: Any, act: Act, state: State, data: dict[str, int]) -> None:
        kind = f"{self.name}.{state.value}"
        record(kind, batch, by=act.by, at=act.at, data=data, grant=act.grant)
        queue(kind, batch, key=f"{kind}:{batch.pk}", at=act.at)
        self._settle(batch, state)

    def _give_back(self, batch: Any, problem: str) -> None:
        self._settle(batch, BACK[State(batch.state)], problem=problem)

    def _settle(self, batch: Any, state: State, problem: str = "") -> None:
        batch.state, batch.tries, batch.problem, batch.moved_at = state, 0, problem, clock.now()
        batch.save()

    def _teller(self, batch: Any) -> Tell:
        def tell(percent: int, sentence: str) -> None:
            known = {"percent": percent, "sentence": sentence}
            cache.set(self._progress_key(batch.pk), known, PROGRESS_SECONDS)

        return tell


def _demand(holds: bool, sentence: str, **named: str) -> None:
    if not holds:
        raise Refused(sentence % named)


def samples_of(headed: Headed) -> list[list[str]]:
    """The first rows, for the page on which the columns are named."""
    rows: Iterable[Any] = (cells for _number, (_row, cells) in zip(range(SAMPLES), headed.rows, strict=False))
    return [[as_text(cell)[:40] for cell in cells] for cells in rows]
