"""When people do things: officials in office hours on working days, firms whenever they get round to it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random

from portal.worktime.calendar import SHANGHAI, Limit, calendar

MINUTE = timedelta(minutes=1)
DAY_MINUTES = 420  # working minutes of a day with the usual office hours


def later(at: datetime, minutes: int) -> datetime:
    """After so many working minutes; never on the very close, which is no office time any more."""
    until = calendar().due(at, Limit.working_minutes(max(1, minutes))).at
    return until if calendar().is_open(until) else until - MINUTE


class Diary:
    """Instants drawn for one matter; every one is later than the one it counts from."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def minutes(self, at: datetime, low: int, high: int) -> datetime:
        """After `low` to `high` working minutes, within office hours."""
        return self.worked(at, self.random.randint(low, high))

    def worked(self, at: datetime, minutes: int) -> datetime:
        """After so many working minutes; never on the very close, which is no office time any more."""
        until = calendar().due(at, Limit.working_minutes(max(1, minutes))).at
        seconds = timedelta(seconds=self.random.randint(0, 40))
        return until + seconds if calendar().is_open(until + seconds) else until - MINUTE + seconds

    def days(self, at: datetime, n: int) -> datetime:
        """At some office hour of the n-th working day after `at`; n = 0: later the same day, else the next morning."""
        if n == 0:
            return self.minutes(at, 10, 90)
        day = calendar().add_working_days(at.astimezone(SHANGHAI).date(), n)
        return self.minutes(datetime.combine(day, time.min, SHANGHAI), 5, DAY_MINUTES - 20)

    def share(self, since: datetime, until: datetime, part: float) -> datetime:
        """At this part of the working time between two instants."""
        return self.worked(since, int(calendar().working_minutes_between(since, until) * part))

    def firm(self, at: datetime, low: float, high: float) -> datetime:
        """After `low` to `high` hours, between 07:30 and 21:30, weekends included."""
        then = (at + timedelta(hours=self.random.uniform(low, high))).astimezone(SHANGHAI)
        if time(7, 30) <= then.time() <= time(21, 30):
            return then.replace(microsecond=0)
        morning = then.date() + timedelta(days=1 if then.time() > time(21, 30) else 0)
        opens = datetime.combine(morning, time(7, 30), SHANGHAI)
        return max(opens + timedelta(minutes=self.random.randint(0, 120)), at + MINUTE)
