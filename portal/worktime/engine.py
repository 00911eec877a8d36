"""The calendar: immutable tables, built once, from which every question about working time is answered (DL-1 to 3).

Days are looked up in lists by their ordinal, office time by bisection; nothing here reads the database.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

from portal.worktime.explaining import explain
from portal.worktime.limits import SHANGHAI, Due, Limit, LimitKind, Pause, Remaining

Spans = tuple[tuple[time, time], ...]

MICROSECOND = timedelta(microseconds=1)
MINUTE = 60_000_000  # microseconds
NEAR_PERCENT = 80  # DL-3


@dataclass(frozen=True, slots=True)
class DayNote:
    """A day that differs from its weekday, or that has a name."""

    working: bool
    name: str


class OutsideCalendar(ValueError):
    """A day before the first or after the last one the calendar knows."""


class Calendar:
    """Working days and office hours from `first` to `last`, in Asia/Shanghai.

    `notes` are the days that differ from the week, `published` the years with a State Council notice, `hours` the
    office hours by the day they begin to hold. Raises OutsideCalendar for days it does not cover.
    """

    def __init__(
        self,
        first: date,
        last: date,
        notes: Mapping[date, DayNote],
        published: frozenset[int],
        hours: Sequence[tuple[date, Spans]],
    ) -> None:
        if not hours or hours[0][0] > first:
            raise ValueError("office hours must be given from the calendar's first day on")
        self.first, self.last, self.notes, self.published = first, last, notes, published
        self._base = first.toordinal()
        self._rank: list[int] = []  # working days up to and including each day
        self._before: list[int] = [0]  # microseconds of office time before each day
        self._spans: list[tuple[tuple[int, int], ...]] = []  # office hours of each day, empty when it is off
        self._dates: list[date] = []  # the working days
        self._closes: list[datetime] = []  # and their closes of business
        self._fill(hours)

    def _fill(self, hours: Sequence[tuple[date, Spans]]) -> None:
        upcoming = [*hours[1:], (date.max, ())]
        spans, following = hours[0][1], 0
        ticks = _ticks(spans)
        for ordinal in range(self._base, self.last.toordinal() + 1):
            day = date.fromordinal(ordinal)
            while day >= upcoming[following][0]:
                spans, following = upcoming[following][1], following + 1
                ticks = _ticks(spans)
            note = self.notes.get(day)
            working = note.working if note else day.weekday() < 5
            if working:
                self._dates.append(day)
                self._closes.append(datetime.combine(day, spans[-1][1], SHANGHAI))
            self._rank.append(len(self._dates))
            self._spans.append(ticks if working else ())
            self._before.append(self._before[-1] + (sum(b - a for a, b in ticks) if working else 0))

    # Days -----------------------------------------------------------------------------------------------------

    def _index(self, day: date) -> int:
        index = day.toordinal() - self._base
        if not 0 <= index < len(self._rank):
            raise OutsideCalendar(f"{day:%Y-%m-%d} is outside the calendar ({self.first} to {self.last})")
        return index

    def _working_day(self, after: date, n: int) -> int:
        """The place among the working days of the n-th one after a day; n = 0: that day, or the next working day."""
        index = self._index(after)
        place = self._rank[index] + n - 1
        if n == 0 and not self._spans[index]:
            place += 1
        if place >= len(self._dates):
            raise OutsideCalendar(f"{n} working days after {after:%Y-%m-%d} lie after the calendar's end, {self.last}")
        return place

    def is_working(self, day: date) -> bool:
        return bool(self._spans[self._index(day)])

    def is_provisional(self, day: date) -> bool:
        """Whether the day's year has no State Council notice yet."""
        return day.year not in self.published

    def add_working_days(self, day: date, n: int) -> date:
        """The n-th working day after `day`; n = 0: that day, or the next working day."""
        if n < 0:
            raise ValueError("working days are counted forwards")
        return self._dates[self._working_day(day, n)]

    def working_days_between(self, after: date, until: date) -> int:
        """Working days after the one day, up to and including the other; negative when they lie the other way."""
        return self._rank[self._index(until)] - self._rank[self._index(after)]

    def close(self, day: date) -> datetime:
        """The close of business of that day, or of the next working day."""
        return self._closes[self._working_day(day, 0)]

    def close_before(self, due: datetime, n: int) -> datetime:
        """The close of business of the n-th working day before the due day (SLA-16)."""
        if n < 1:
            raise ValueError("n is at least 1")
        index = self._index(due.astimezone(SHANGHAI).date())
        place = self._rank[index] - n - (1 if self._spans[index] else 0)
        if place < 0:
            raise OutsideCalendar(f"{n} working days before {due} lie before the calendar's beginning, {self.first}")
        return self._closes[place]

    # Office time, in microseconds -----------------------------------------------------------------------------

    def _office_time(self, instant: datetime) -> int:
        """Office time from the calendar's beginning to an instant."""
        local = instant.astimezone(SHANGHAI)
        index = self._index(local.date())
        tick = _tick(local.time())
        return self._before[index] + sum(min(tick, b) - a for a, b in self._spans[index] if tick > a)

    def _at_office_time(self, ticks: int) -> datetime:
        """The first instant at which so much office time has passed."""
        index = bisect_left(self._before, ticks) - 1
        if index < 0 or index >= len(self._spans):
            raise OutsideCalendar(f"the calendar ends on {self.last}")
        left = ticks - self._before[index]
        for opens, closes in self._spans[index]:
            if left <= closes - opens:
                midnight = datetime.combine(date.fromordinal(self._base + index), time.min, SHANGHAI)
                return midnight + timedelta(microseconds=opens + left)
            left -= closes - opens
        raise AssertionError("the office time before each day does not fit its hours")

    def _after(self, instant: datetime, ticks: int) -> datetime:
        if ticks == 0:
            return instant.astimezone(SHANGHAI)
        return self._at_office_time(self._office_time(instant) + ticks)

    def is_open(self, instant: datetime) -> bool:
        local = instant.astimezone(SHANGHAI)
        tick = _tick(local.time())
        return any(a <= tick < b for a, b in self._spans[self._index(local.date())])

    def opens_at(self, instant: datetime) -> datetime:
        """The instant itself while the office is open, else the next opening."""
        local = instant.astimezone(SHANGHAI)
        if self.is_open(local):
            return local
        # One tick of office time after the instant lies one tick after the opening.
        return self._after(local, 1) - MICROSECOND

    def office_time(self, since: datetime, until: datetime) -> timedelta:
        """Office time from one instant to a later one, to the microsecond; none when it is not later."""
        return timedelta(microseconds=max(0, self._office_time(until) - self._office_time(since)))

    def working_minutes_between(self, since: datetime, until: datetime) -> int:
        """Whole working minutes from one instant to a later one; 0 when it is not later."""
        return max(0, self._office_time(until) - self._office_time(since)) // MINUTE

    # Due times ------------------------------------------------------------------------------------------------

    def due(self, start: datetime, limit: Limit, pauses: Sequence[Pause] = ()) -> Due:
        """When a limit that starts with an event at `start` ends (DL-1), its finished pauses in order.

        An open pause does not move the due time until it ends. Raises ValueError for pauses out of order.
        """
        at = self._unpaused(start, limit)
        before = start
        for pause in pauses:
            if pause.since < before or (pause.until is not None and pause.until < pause.since):
                raise ValueError("pauses lie after the start, one after the other, and end after they begin")
            if pause.until is None:
                break
            at = self._resumed(at, limit, pause.since, pause.until)
            before = pause.until
        # A day that somebody named does not depend on the holidays; what is counted back from one does.
        fixed = limit.kind is LimitKind.UNTIL and before is start
        provisional = not fixed and self._touches_unpublished(start, max(at, limit.instant or at))
        return Due(at, provisional, partial(explain, self, start, limit, tuple(pauses)))

    def _unpaused(self, start: datetime, limit: Limit) -> datetime:
        amount = limit.amount or 0
        if limit.instant is not None:
            instant = limit.instant.astimezone(SHANGHAI)
            if limit.kind is LimitKind.ON:
                return self.close(instant.date())
            early = self.close_before(instant, amount) if limit.kind is LimitKind.BEFORE else instant
            return early if early > start else instant  # with the other one, where that leaves no time
        if limit.kind is LimitKind.WORKING_MINUTES:
            return self._after(start, amount * MINUTE)
        day = start.astimezone(SHANGHAI).date()
        if limit.kind is LimitKind.CALENDAR_DAYS:
            return self.close(day + timedelta(days=amount))
        return self._closes[self._working_day(day, amount)]

    def _resumed(self, due: datetime, limit: Limit, since: datetime, until: datetime) -> datetime:
        """The due time after a pause: minute clocks keep what was left, others their k working days."""
        if limit.kind is LimitKind.WORKING_MINUTES:
            return self._after(until, max(0, self._office_time(due) - self._office_time(since)))
        k = max(0, self.working_days_between(since.astimezone(SHANGHAI).date(), due.astimezone(SHANGHAI).date()))
        day = until.astimezone(SHANGHAI).date()
        if k == 0 and self.close(day) <= until:  # nobody comes back to a clock that ended before he came back
            k = 1
        return self._closes[self._working_day(day, k)]

    def _touches_unpublished(self, start: datetime, due: datetime) -> bool:
        years = range(start.astimezone(SHANGHAI).year, due.astimezone(SHANGHAI).year + 1)
        return not self.published.issuperset(years)

    # A running clock ------------------------------------------------------------------------------------------

    def near_at(self, start: datetime, due: datetime, limit: Limit, pauses: Sequence[Pause] = ()) -> datetime:
        """When a running deadline turns yellow (DL-3): 80 % of its working minutes used, or the start of the due day
        if that is earlier; for limits of one working day and less the 80 % only."""
        runs = [(a, b, self._office_time(b) - self._office_time(a)) for a, b in _running(start, due, pauses)]
        left = sum(ticks for _, _, ticks in runs) * NEAR_PERCENT // 100
        near = due
        for since, _, ticks in runs:
            if left <= ticks:
                near = self._after(since, left)
                break
            left -= ticks
        if not self._is_short(start, due, limit):
            near = min(near, datetime.combine(due.astimezone(SHANGHAI).date(), time.min, SHANGHAI))
        return max(start.astimezone(SHANGHAI), min(near, due.astimezone(SHANGHAI)))

    def _is_short(self, start: datetime, due: datetime, limit: Limit) -> bool:
        """Whether a limit is of one working day or less."""
        if limit.kind is LimitKind.WORKING_DAYS:
            return limit.amount == 1
        days = self.working_days_between(start.astimezone(SHANGHAI).date(), due.astimezone(SHANGHAI).date())
        return days <= 1

    def elapsed(self, start: datetime, now: datetime, pauses: Sequence[Pause] = ()) -> int:
        """Whole working minutes a clock has run from its start until now, pauses left out."""
        runs = _running(start, max(start, now), pauses)
        return sum(self._office_time(b) - self._office_time(a) for a, b in runs) // MINUTE

    def remaining(self, now: datetime, due: datetime) -> Remaining:
        """What is left at `now` until `due`, or by how much it is past; on the instant itself it is not late."""
        today, day = now.astimezone(SHANGHAI).date(), due.astimezone(SHANGHAI).date()
        if now > due:  # n working days late from the close of the n-th one after the due day on, as the ladders count
            begun = self.is_working(today) and now < self.close(today)
            days = max(self.working_days_between(day, today) - begun, 0)
            return Remaining(days, self.working_minutes_between(due, now), True)
        return Remaining(self.working_days_between(today, day), self.working_minutes_between(now, due), False)


def _tick(moment: time) -> int:
    return ((moment.hour * 60 + moment.minute) * 60 + moment.second) * 1_000_000 + moment.microsecond


def _ticks(spans: Spans) -> tuple[tuple[int, int], ...]:
    return tuple((_tick(opens), _tick(closes)) for opens, closes in spans)


def _running(start: datetime, end: datetime, pauses: Sequence[Pause]) -> Iterator[tuple[datetime, datetime]]:
    """The stretches between `start` and `end` in which the clock ran."""
    for pause in pauses:
        if pause.since >= end:
            break
        yield start, pause.since
        if pause.until is None or pause.until >= end:
            return
        start = pause.until
    yield start, end
