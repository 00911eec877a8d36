"""The verbs of deadlines, called by the subjects' verbs inside their transaction: the only writer of these rows.

The caller has locked the subject; these lock its deadlines after it (design: one locking order). `at` is the verb's
instant. Model is the concrete deadline, e.g. `requests.models.TicketDeadline`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar, cast

from django.apps import apps
from django.db import models

from portal.deadlines.held import Tables, tables
from portal.deadlines.ladders import ladder, rung_times
from portal.deadlines.models import Deadline, LadderRung
from portal.deadlines.rules import rule_under
from portal.people.models import Department, User
from portal.worktime.calendar import Calendar, Due, Limit, Pause, calendar

D = TypeVar("D", bound=Deadline)

PAUSES = "pauses"  # the relation every concrete deadline has


class NeedsLimit(ValueError):
    """The rule names no amount of its own: whoever starts the clock must say until when."""


class NotPausable(ValueError):
    """An overdue clock cannot be paused, a paused one not again (APP-10)."""


class Moved(NamedTuple):
    """A deadline whose due time was computed anew and came out different."""

    deadline: Deadline
    former: datetime


def start(
    Model: type[D],
    subject: models.Model,
    obligation: str,
    *,
    at: datetime,
    obligor_kind: str,
    department: Department | None = None,
    user: User | None = None,
    limit: Limit | None = None,
    conditions: Mapping[str, str] | None = None,
    divisor: int = 1,
) -> D:
    """Start a clock at `at`: with `limit`, or with the SLA rule for the obligation under `conditions`.

    `divisor` hastens limits in working time (APP-2). Raises NoRule or NeedsLimit where no limit can be told,
    IntegrityError where the department's clock for it is already open.
    """
    rule, held = None, tables()
    if limit is None:
        rule = rule_under(obligation, conditions or {}, at=at, known=held)
        if (limit := rule.limit) is None:
            raise NeedsLimit(f"{rule.reference}: “{obligation}” has no amount of its own, give a limit")
    limit = limit.hastened(divisor)
    deadline = Model(
        subject=subject,
        obligation=obligation,
        obligor_kind=obligor_kind,
        department=department,
        user=user,
        started_at=at,
        limit_kind=limit.kind.value,
        limit_amount=limit.amount,
        limit_until=limit.instant,
        rule=rule,
        hastened=divisor,
    )
    reckon(deadline, calendar(), (), held.ladder(obligor_kind))
    deadline.save(force_insert=True)
    return deadline


def meet(
    Model: type[D],
    subject: models.Model,
    obligation: str,
    *,
    at: datetime,
    department: Department | None = None,
    only: int | None = None,
) -> list[D]:
    """What was owed is done: stop the open clocks of the obligation (of one department, if given) and return them.

    `only` names the one that is meant, where several may be open (`obligations.SEVERAL`). A paused clock runs again
    first, so that waiting is not counted as being late. None open: nothing happens.
    """

    def stop(deadline: D) -> None:
        if deadline.is_paused:
            _let_run(deadline, at)
        deadline.met_at, deadline.next_rung_at = at, None

    return _change(Model, subject, obligation, department, stop, only)


def cancel(
    Model: type[D],
    subject: models.Model,
    obligation: str | None = None,
    *,
    at: datetime,
    department: Department | None = None,
    only: int | None = None,
) -> list[D]:
    """What was owed falls away: stop the open clocks, all of them where no obligation is named, and return them.

    `only` names the one that is meant, as in `meet`.
    """

    def stop(deadline: D) -> None:
        if deadline.is_paused:
            _let_run(deadline, at)
        deadline.cancelled_at, deadline.next_rung_at = at, None

    return _change(Model, subject, obligation, department, stop, only)


def pause(
    Model: type[D],
    subject: models.Model,
    obligation: str,
    *,
    at: datetime,
    department: Department | None = None,
    reason: str = "",
) -> list[D]:
    """Stop the clocks for a while. Raises NotPausable for one that is overdue or already paused (APP-10)."""

    def hold(deadline: Any) -> None:
        if deadline.is_paused or at > deadline.due_at:
            raise NotPausable(f"{deadline}: {'already paused' if deadline.is_paused else 'overdue'}")
        deadline.pauses.create(paused_at=at, reason=reason)
        deadline.paused_at, deadline.next_rung_at = at, None

    return _change(Model, subject, obligation, department, hold)


def resume(
    Model: type[D],
    subject: models.Model,
    obligation: str,
    *,
    at: datetime,
    department: Department | None = None,
) -> list[D]:
    """Let paused clocks run again; what was left when they stopped is left now (DL-1). Running ones run on."""

    def run(deadline: D) -> None:
        if deadline.is_paused:
            _let_run(deadline, at)

    return _change(Model, subject, obligation, department, run)


def extend(
    Model: type[D],
    subject: models.Model,
    obligation: str,
    *,
    at: datetime,
    to: datetime,
    department: Department | None = None,
) -> list[D]:
    """Give the open clocks until `to`, decided at `at` (APP-10). Raises ValueError where that is not later.

    Of one that is counted back from another (SLA-16), `to` is when that other one is due now.
    """

    def lengthen(deadline: D) -> None:
        if to <= deadline.due_at:
            raise ValueError(f"{deadline}: an extension ends later than the limit it extends")
        deadline.extended_at, deadline.extended_to = at, to
        _climb_anew(deadline)

    return _change(Model, subject, obligation, department, lengthen)


def bring_forward(Model: type[D], deadline: int, *, at: datetime) -> int | None:
    """The next rung is reached at `at` and not at its own later time (DL-5): its number, None where none is left.

    Only its time is moved: the sweep fires it once, like any other, and the rungs after it keep theirs. A calendar
    that changes later gives the rung its own time back, when it has fired long since.
    """
    row = _open(Model).select_for_update(of=("self",), no_key=True).filter(pk=deadline).first()
    if row is None or row.next_rung_at is None:
        return None
    row.rung_times[row.next_rung - 1] = row.next_rung_at = min(at, row.next_rung_at)
    row.save()
    return row.next_rung


def readdress(Model: type[D], subject: models.Model, user: User, to: User | None) -> list[D]:
    """What was owed by `user` by name is owed by `to`, or by the department as such; the clocks run on as they ran."""

    def pass_on(deadline: D) -> None:
        if deadline.user_id == user.pk:
            deadline.user = to

    return _change(Model, subject, None, None, pass_on)


def undo(Model: type[D], subject: models.Model, *, running: Collection[int], at: datetime) -> None:
    """An act was taken back: the clocks `running` before it run on as if they had not stopped, later ones fall away.

    For acts that paused and extended nothing. Rungs that have fired stay fired.
    """
    started_since = _open(Model).filter(models.Q(subject=subject)).exclude(pk__in=running)
    for later in started_since.select_for_update(of=("self",), no_key=True).order_by("pk"):
        later.cancelled_at, later.next_rung_at = at, None
        later.save()
    stopped = Model._default_manager.filter(models.Q(subject=subject), pk__in=running).filter(
        models.Q(met_at__isnull=False) | models.Q(cancelled_at__isnull=False)
    )
    for deadline in stopped.select_for_update(of=("self",), no_key=True).order_by("pk"):
        deadline.met_at = deadline.cancelled_at = None
        set_next(deadline)
        deadline.save()


def concrete() -> list[type[Deadline]]:
    """The deadlines of all rooms."""
    return [model for model in apps.get_models() if issubclass(model, Deadline)]


def apart(some: Sequence[D]) -> tuple[list[D], list[D]]:
    """Clocks of one room: those that stand by themselves, then those that hang on another one, which is older."""
    leads = [one for one in some if one.obligation not in one.HANGING]
    return leads, [one for one in some if one.obligation in one.HANGING]


def lock_open(Model: type[D], pk: int) -> D | None:
    """The deadline under its lock while it is open; needs a transaction, and the subject's lock where a verb asks."""
    return _open(Model).select_for_update(of=("self",), no_key=True).filter(pk=pk).first()


def reckon(deadline: Deadline, known: Calendar, pauses: Sequence[Pause], rungs: Sequence[LadderRung]) -> None:
    """Replay the facts: set due and near time and the rungs' times on the object; saves nothing."""
    due = replay(deadline, known, pauses)
    deadline.due_at, deadline.provisional = due.at, due.provisional
    deadline.near_at = known.near_at(deadline.started_at, due.at, counted_by(deadline), pauses)
    deadline.rung_times = rung_times(known, rungs, deadline.near_at, due.at)
    set_next(deadline)


def reckon_on(deadline: Deadline, known: Calendar, held: Tables, anchor: datetime | None = None) -> None:
    """`reckon` with everything as it is now; `anchor` is when the other one is due that it is counted back from."""
    deadline.limit_until = anchor or deadline.limit_until
    reckon(deadline, known, stretches(deadline), held.ladder(deadline.obligor_kind))


def replay(deadline: Deadline, known: Calendar, pauses: Sequence[Pause]) -> Due:
    """The due time from start, limit, extension and pauses, with its steps. An extension outdates what was before."""
    if deadline.extended_at is None or deadline.extended_to is None:
        return known.due(deadline.started_at, deadline.limit, pauses)
    begun = deadline.extended_at
    later = [Pause(max(since, begun), until) for since, until in pauses if until is None or until > begun]
    return known.due(begun, counted_by(deadline), later)


def counted_by(deadline: Deadline) -> Limit:
    """What the steps of `replay` count: the deadline's limit, or what an extension made of it."""
    return deadline.limit if deadline.extended_to is None else deadline.limit.moved_to(deadline.extended_to)


def set_next(deadline: Deadline) -> None:
    climbing = deadline.is_open and not deadline.is_paused and deadline.next_rung <= len(deadline.rung_times)
    deadline.next_rung_at = deadline.rung_times[deadline.next_rung - 1] if climbing else None


def _change(
    Model: type[D],
    subject: models.Model,
    obligation: str | None,
    department: Department | None,
    change: Callable[[D], None],
    only: int | None = None,
) -> list[D]:
    """Lock the subject's open deadlines that are meant, change and save them; needs a transaction."""
    meant = _open(Model).filter(models.Q(subject=subject))
    if obligation is not None:
        meant = meant.filter(obligation=obligation)
    if department is not None:
        meant = meant.filter(department=department)
    if only is not None:
        meant = meant.filter(pk=only)
    deadlines = list(meant.select_for_update(of=("self",), no_key=True).order_by("pk"))
    for deadline in deadlines:
        change(deadline)
        deadline.save()
    return deadlines


def _open(Model: type[D]) -> models.QuerySet[D]:
    return cast("models.QuerySet[D]", Model.objects.open())


def stretches(deadline: Any) -> list[Pause]:
    """A deadline's pauses in order; what was read along is taken as it is, for a hundred thousand ask."""
    read = getattr(deadline, "_prefetched_objects_cache", {}).get(PAUSES)
    return sorted(pause.stretch for pause in (deadline.pauses.all() if read is None else read))


def _let_run(deadline: Any, at: datetime) -> None:
    """End the open pause. Where that moves the due time the ladder begins anew, else it goes on as it was (DL-4)."""
    former = deadline.due_at
    deadline.pauses.open().update(resumed_at=at)
    deadline.paused_at = None
    reckon(deadline, calendar(), stretches(deadline), ladder(deadline.obligor_kind))
    if deadline.due_at != former:
        _climb_anew(deadline)


def _climb_anew(deadline: Deadline) -> None:
    deadline.cycle += 1
    deadline.next_rung, deadline.lapsed_at = 1, None
    reckon(deadline, calendar(), stretches(deadline), ladder(deadline.obligor_kind))
