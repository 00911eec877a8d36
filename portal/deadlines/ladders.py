"""The ladders of DL-4: at which instants a deadline's rungs are reached, stored with it for the sweep."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from portal.deadlines.held import tables
from portal.deadlines.models import LadderRung
from portal.worktime.engine import Calendar
from portal.worktime.limits import Limit


def ladder(obligor_kind: str) -> list[LadderRung]:
    """The rungs of one kind of obligor, in order."""
    return tables().ladder(obligor_kind)


def first_telling(obligor_kind: str, place: str) -> int | None:
    """The number of the lowest rung that tells `place`; None where none does."""
    return next((rung.number for rung in ladder(obligor_kind) if place in rung.tells), None)


def rung_times(calendar: Calendar, rungs: Iterable[LadderRung], near_at: datetime, due_at: datetime) -> list[datetime]:
    """When each rung is reached: when it turns yellow, at the due time, or working days after it."""
    times = []
    for rung in rungs:
        match rung.anchor:
            case LadderRung.Anchor.NEAR:
                times.append(near_at)
            case LadderRung.Anchor.DUE:
                times.append(due_at)
            case _:
                times.append(calendar.due(due_at, Limit.working_days(rung.working_days)).at)
    return times
