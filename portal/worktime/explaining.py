"""How a due time came about, day by day: the answer to "how was this computed?" (DL-1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from portal.worktime.limits import SHANGHAI, Limit, LimitKind, Pause, Step, StepKind

if TYPE_CHECKING:
    from portal.worktime.engine import Calendar

DAY = timedelta(days=1)
NAMED = (StepKind.FIXED, StepKind.OTHER)  # given: the count begins or ends there, whatever the holidays will be


def explain(calendar: Calendar, start: datetime, limit: Limit, pauses: Sequence[Pause]) -> list[Step]:
    """The steps from the day of the event to the due day, in the order of counting; the last one is the due day."""
    ended = [pause for pause in pauses if pause.until is not None]
    if limit.kind is LimitKind.WORKING_MINUTES:
        return list(_by_minutes(calendar, start, limit, ended))
    return list(_by_days(calendar, start, limit, ended))


def _by_days(calendar: Calendar, start: datetime, limit: Limit, pauses: Sequence[Pause]) -> Iterator[Step]:
    day, counted = _day(start), 0
    yield _step(calendar, day, StepKind.EVENT, counted)
    walk = WALKS.get(limit.kind, _walk_days)
    for number, pause in enumerate(pauses):
        due = calendar.due(start, limit, pauses[:number]).at
        stop = min(_day(pause.since), _day(due))
        for step in walk(calendar, day, _day(due), limit, counted):
            if step.day <= stop:
                yield step
                counted = step.counted
        day = _day(pause.until or pause.since)
        counted = counted if limit.kind is LimitKind.WORKING_DAYS else 0
        yield _step(calendar, _day(pause.since), StepKind.PAUSED, counted)
        yield _step(calendar, day, StepKind.RESUMED, counted)
        walk = _walk_working  # after a pause every limit but minutes is counted in working days
    due_day = _day(calendar.due(start, limit, pauses).at)
    yield from walk(calendar, day, due_day, limit, counted)


def _walk_working(calendar: Calendar, after: date, until: date, limit: Limit, counted: int) -> Iterator[Step]:
    for day in _days(after + DAY, until):
        kind = _kind(calendar, day)
        counted += kind is StepKind.COUNTED
        yield _step(calendar, day, kind, counted)


def _walk_days(calendar: Calendar, after: date, until: date, limit: Limit, counted: int) -> Iterator[Step]:
    """Working days, or calendar days that move on to a working day."""
    if limit.kind is LimitKind.WORKING_DAYS:
        yield from _walk_working(calendar, after, until, limit, counted)
        return
    for number, day in enumerate(_days(after + DAY, until), 1):
        if number <= (limit.amount or 0):
            yield _step(calendar, day, StepKind.DAY, number)
        else:
            yield _step(calendar, day, StepKind.MOVED, limit.amount or 0)


def _walk_fixed(calendar: Calendar, after: date, until: date, limit: Limit, counted: int) -> Iterator[Step]:
    yield _step(calendar, until, StepKind.FIXED, counted)


def _walk_on(calendar: Calendar, after: date, until: date, limit: Limit, counted: int) -> Iterator[Step]:
    yield from _walk_working(calendar, _day(limit.instant or datetime.max) - DAY, until, limit, counted)


def _walk_back(calendar: Calendar, after: date, until: date, limit: Limit, counted: int) -> Iterator[Step]:
    """From the day of the other one back to the due day, unless both are the same."""
    other = _day(limit.instant or datetime.max)
    yield _step(calendar, other, StepKind.OTHER, 0)
    for day in _days(until, other - DAY)[::-1]:
        kind = _kind(calendar, day)
        counted += kind is StepKind.COUNTED
        yield _step(calendar, day, StepKind.BACK if kind is StepKind.COUNTED else kind, counted)


WALKS = {LimitKind.UNTIL: _walk_fixed, LimitKind.BEFORE: _walk_back, LimitKind.ON: _walk_on}


def _by_minutes(calendar: Calendar, start: datetime, limit: Limit, pauses: Sequence[Pause]) -> Iterator[Step]:
    used, begun = timedelta(), start
    for pause in pauses:
        yield from _minutes(calendar, begun, pause.since, used)
        used += calendar.office_time(begun, pause.since)
        yield _step(calendar, _day(pause.since), StepKind.PAUSED, _whole(used))
        begun = pause.until or pause.since
        yield _step(calendar, _day(begun), StepKind.RESUMED, _whole(used))
    yield from _minutes(calendar, begun, calendar.due(start, limit, pauses).at, used)


def _minutes(calendar: Calendar, since: datetime, until: datetime, used: timedelta) -> Iterator[Step]:
    """The days of one stretch in which the clock ran, with the minutes used up by the end of each."""
    for day in _days(_day(since), _day(until)):
        evening = datetime.combine(day + DAY, datetime.min.time(), SHANGHAI)
        total = used + calendar.office_time(since, min(until, evening))
        yield _step(calendar, day, _kind(calendar, day), _whole(total))


def _kind(calendar: Calendar, day: date) -> StepKind:
    if calendar.is_working(day):
        return StepKind.COUNTED
    return StepKind.HOLIDAY if day in calendar.notes else StepKind.WEEKEND


def _step(calendar: Calendar, day: date, kind: StepKind, counted: int) -> Step:
    note = calendar.notes.get(day)
    provisional = kind not in NAMED and calendar.is_provisional(day)
    return Step(day, kind, counted, note.name if note else "", provisional)


def _days(first: date, last: date) -> list[date]:
    return [first + offset * DAY for offset in range((last - first).days + 1)]


def _day(instant: datetime) -> date:
    return instant.astimezone(SHANGHAI).date()


def _whole(span: timedelta) -> int:
    return span // timedelta(minutes=1)
