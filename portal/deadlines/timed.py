"""What happens by itself when its time has come (timed verbs): rooms register it, the sweep runs it row by row.

A verb of a deadline is called once for one cycle of a deadline that is past due and still open:

    timed(TicketDeadline, "confirm")(flow.lapse_confirmation)      # verb(subject, *, by=CLOCK, at)

Whatever else waits for an instant brings its own queryset, and stops being in it once it is done:

    timed_rows("requests.commitments", due=DeadlineCommitment.objects.undecided, act=decide)
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from enum import Enum
from functools import lru_cache, partial
from typing import Any, NamedTuple, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection, models, transaction

from portal.deadlines import parking
from portal.deadlines.models import Deadline
from portal.people.actors import CLOCK
from portal.worktime import clock
from portal.worktime.limits import SHANGHAI

Verb = TypeVar("Verb", bound=Callable[..., Any])

SECONDS = 15.0  # after which a sweep leaves the rest to the next one, so that rungs never wait long behind verbs
BATCH = 500
# Not the bare column: to have its order for nothing, PostgreSQL would read all that is overdue by another index.
OLDEST_FIRST = models.ExpressionWrapper(models.F("due_at") + timedelta(0), models.DateTimeField())
PATIENCE = "2s"  # how long a verb waits for a row that somebody else has locked


@dataclass(frozen=True)
class Timer:
    """Rows that fall due, and what is done with one of them at an instant; False says that it was left for later."""

    name: str
    due: Callable[[datetime], models.QuerySet[Any]]
    act: Callable[[Any, datetime], object]
    lapsing: tuple[type[Deadline], str] | None = None  # for a deadline's verb: whose, of which obligation


class Outcome(Enum):
    DONE, LEFT, PARKED = range(3)


TIMERS: dict[str, Timer] = {}


def timed(Model: type[Deadline], obligation: str) -> Callable[[Verb], Verb]:
    """Register `verb(subject, *, by=CLOCK, at)` for open, running deadlines of this obligation that are past due.

    It is called in a savepoint of its own, the subject and the deadline being locked. `at` is the sweep's instant; the
    lawful time is the deadline's `due_at`. Raises ValueError where two verbs ask for the same obligation.
    """

    def register(verb: Verb) -> Verb:
        def due(at: datetime) -> models.QuerySet[Any]:
            return Model.objects.lapsing(at).filter(obligation=obligation).order_by(OLDEST_FIRST, "pk")

        _register(Timer(f"{Model._meta.label}.{obligation}", due, partial(_lapse, verb), (Model, obligation)))
        return verb

    return register


def timed_rows(
    name: str, due: Callable[[datetime], models.QuerySet[Any]], act: Callable[[Any, datetime], object]
) -> None:
    """Register rows that are no deadlines: `due(at)` those whose time has come, oldest first; `act(row, at)` for each.

    Of `at`, `due` uses the instant itself and its day in Shanghai, nothing else: it is asked once a day (`_question`).
    `act` locks what it changes, asks again whether it is still due (another sweep may have been quicker), and must take
    the row out of `due`. It runs in a savepoint of its own.
    """
    _register(Timer(name, due, act))


def _register(timer: Timer) -> None:
    if timer.name in TIMERS:
        raise ValueError(f"two timers called “{timer.name}”")
    TIMERS[timer.name] = timer


class Done(NamedTuple):
    """How many rows were done, and how many failed and were put aside."""

    done: int
    parked: int


def run(at: datetime | None, now: datetime | None = None, seconds: float = SECONDS) -> Done:
    """Do what has fallen due, row by row. A row that fails is put aside (`parking`) and delays nobody.

    `now` is the database's, where the caller has just asked for it.
    """
    until, moment = time.monotonic() + seconds, at or now or clock.now()
    outcomes = [outcome for timer in _waiting(moment) for outcome in _run_one(timer, moment, at, until)]
    return Done(outcomes.count(Outcome.DONE), outcomes.count(Outcome.PARKED))


# Each obligation by itself, the oldest first: else PostgreSQL, which expects many such rows, reads the whole table or
# all that is overdue by another index, to find that there is none.
LAPSING = """
SELECT %s WHERE (
    SELECT true FROM {deadlines} d WHERE d.obligation = %s AND d.due_at < %s AND d.met_at IS NULL
    AND d.cancelled_at IS NULL AND d.paused_at IS NULL AND d.lapsed_at IS NULL ORDER BY d.due_at LIMIT 1)"""
PROBE = time_of_day(12, 34, 56, 789)  # no timer's own time


def _waiting(at: datetime) -> list[Timer]:
    """Those of which a row waits: one statement for all, so that a sweep with nothing to do is nearly free."""
    statement, values = _question(tuple(TIMERS.values()), at.astimezone(SHANGHAI).date())
    if not statement:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, [at if value is PROBE else value for value in values])
        found = {name for (name,) in cursor.fetchall()}
    return [timer for timer in TIMERS.values() if timer.name in found]


@lru_cache(maxsize=2)
def _question(timers: tuple[Timer, ...], day: date) -> tuple[str, list[Any]]:
    """The statement and its values, PROBE where the instant goes: put together once a day, for that takes longer than
    the answer. Raises ValueError where a timer makes another instant of the one that it was given.
    """
    probe = datetime.combine(day, PROBE, SHANGHAI)
    questions: list[str] = []
    values: list[Any] = []
    for timer in timers:
        if timer.lapsing:
            Model, obligation = timer.lapsing
            questions.append(LAPSING.format(deadlines=connection.ops.quote_name(Model._meta.db_table)))
            values += [timer.name, obligation, PROBE]
            continue
        with suppress(EmptyResultSet):  # nothing can be in it, so there is nothing to ask
            sql, params = timer.due(probe).query.exists().sql_with_params()
            questions.append(f"SELECT %s WHERE EXISTS ({sql})")
            values += [timer.name, *(PROBE if param == probe else param for param in params)]
    if any(isinstance(value, datetime) for value in values):
        raise ValueError("a timer may go by the instant itself and by its day, not by another instant")
    return " UNION ALL ".join(questions), values


def _run_one(timer: Timer, moment: datetime, at: datetime | None, until: float) -> Iterator[Outcome]:
    due = timer.due(moment)
    for row in list(due.exclude(pk__in=parking.resting(timer.name, due.model, moment))[:BATCH]):
        if time.monotonic() > until:
            break
        yield _try(timer, row, at)


def _try(timer: Timer, row: models.Model, at: datetime | None) -> Outcome:
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
            return Outcome.LEFT if timer.act(row, at or clock.now()) is False else Outcome.DONE
    except Exception as error:
        if not connection.is_usable():
            raise  # the server is gone, which is no fault of the row
        parking.park(timer.name, type(row), row.pk, error, at)
        return Outcome.PARKED


def _lapse(verb: Callable[..., Any], seen: Any, at: datetime) -> bool:
    """Run the verb of a deadline that was seen past due, if it still is and nobody is at work on its subject."""
    Model, Subject = type(seen), seen._meta.get_field("subject").related_model
    subjects = Subject._base_manager.select_for_update(of=("self",), no_key=True, skip_locked=True)
    subject = subjects.filter(pk=seen.subject_id).first()
    if subject is None:
        return False
    due = Model.objects.lapsing(at).select_for_update(of=("self",), no_key=True, skip_locked=True)
    locked = due.filter(pk=seen.pk).first()
    if locked is None:
        return False
    verb(subject, by=CLOCK, at=at)
    Model.objects.open().filter(pk=locked.pk, cycle=locked.cycle).update(lapsed_at=at)
    return True
