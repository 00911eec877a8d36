"""Due times by walking day by day and minute by minute: pauses, urgency, extensions, changing office hours.

As slow and plain as `oracle`, of which it takes the published days alone; office hours change on the way.
"""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache

from tests.worktime.oracle import NOTICES

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)

# 2027 has no notice yet: the days that the law names, and a day off for each of them that falls on a weekend.
NEW_YEAR, SPRING = {date(2027, 1, 1)}, {date(2027, 2, day) for day in (5, 6, 7, 8, 9, 10)}
STATUTORY = NEW_YEAR | SPRING | {date(2027, 4, 5), date(2027, 5, 3), date(2027, 5, 4)}

Hours = list[tuple[time, time]]
# From which day on the office is open when: summer hours of two years, then those of the beginning again.
HOURS: list[tuple[date, Hours]] = [
    (date(2019, 1, 1), [(time(8, 30), time(11, 30)), (time(13), time(17))]),
    (date(2022, 7, 1), [(time(8), time(11, 30)), (time(14, 30), time(18))]),
    (date(2022, 9, 16), [(time(8, 30), time(11, 30)), (time(13), time(17))]),
    (date(2025, 7, 1), [(time(9), time(17, 30))]),
    (date(2025, 9, 1), [(time(8, 30), time(11, 30)), (time(13), time(17))]),
]


@dataclass
class Facts:
    """What a clock is made of; times without a zone, in Shanghai."""

    kind: str
    start: datetime
    amount: int
    divisor: int = 1
    pauses: list[tuple[datetime, datetime]] = field(default_factory=list)
    extended: tuple[datetime, datetime] | None = None  # decided at, until


@cache
def works(day: date) -> bool:
    return NOTICES.get(day, day.weekday() < 5 and day not in STATUTORY)


@cache
def hours(day: date) -> Hours:
    return [spans for since, spans in HOURS if since <= day][-1]


@cache
def open_minutes(day: date) -> list[datetime]:
    """Every minute of the day in which the office is open."""
    midnight = datetime.combine(day, time.min)
    minutes = [midnight + minute * MINUTE for minute in range(24 * 60)]
    spans = hours(day) if works(day) else []
    return [at for at in minutes if any(opens <= at.time() < closes for opens, closes in spans)]


def close(day: date) -> datetime:
    return datetime.combine(day, hours(day)[-1][1])


def nth_working_day(after: date, n: int) -> date:
    day = after
    while n:
        day += DAY
        n -= works(day)
    return day


def working_days(after: date, until: date) -> int:
    days, day = 0, after
    while day < until:
        day += DAY
        days += works(day)
    return days


def minutes_due(start: datetime, n: int) -> datetime:
    at, day = start, start.date()
    while n:
        for minute in open_minutes(day):
            if n and minute >= start:
                at, n = minute + MINUTE, n - 1
        day += DAY
    return at


def minutes_between(since: datetime, until: datetime) -> int:
    minutes, day = 0, since.date()
    while day <= until.date():
        minutes += sum(since <= minute < until for minute in open_minutes(day))
        day += DAY
    return minutes


def resumed(due: datetime, paused: datetime, back: datetime) -> datetime:
    """k working days after the pause's day up to the due day, counted again from the day of coming back (DL-1)."""
    k = working_days(paused.date(), due.date())
    if k:
        return close(nth_working_day(back.date(), k))
    day = back.date()
    while not works(day) or close(day) <= back:
        day += DAY
    return close(day)


def due(facts: Facts) -> datetime:
    if facts.extended:
        decided, at = facts.extended
        for paused, back in facts.pauses:
            if paused >= decided:
                at = resumed(at, paused, back)
        return at
    amount = facts.amount if facts.kind == "calendar_days" else -(-facts.amount // facts.divisor)
    if facts.kind == "working_minutes":
        begun = facts.start
        for paused, back in facts.pauses:
            amount -= minutes_between(begun, paused)
            begun = back
        return minutes_due(begun, amount)
    day = facts.start.date()
    if facts.kind == "working_days":
        day = nth_working_day(day, amount)
    else:
        day += amount * DAY
        while not works(day):
            day += DAY
    at = close(day)
    for paused, back in facts.pauses:
        at = resumed(at, paused, back)
    return at


# Random clocks ------------------------------------------------------------------------------------------------

FIRST = datetime(2019, 1, 2)
MINUTES = int((datetime(2026, 12, 20) - FIRST) / MINUTE)
MOST = {"working_days": 30, "calendar_days": 60, "working_minutes": 240}
# Every third clock starts where it matters: at turns of the year and before long holidays.
EDGES = [datetime(year, 12, 25) for year in range(2019, 2027)] + [datetime(year, 9, 24) for year in range(2019, 2027)]


def random_facts(dice: random.Random) -> Facts:
    """A clock with up to three pauses, none begun when it was overdue, and now and then an extension."""
    kind = dice.choice(list(MOST))
    since, within = (dice.choice(EDGES), 60 * 24 * 10) if dice.random() < 1 / 3 else (FIRST, MINUTES)
    start = since + dice.randrange(within) * MINUTE
    facts = Facts(kind, start, dice.randint(1, MOST[kind]), dice.choice([1, 1, 2, 4]))
    now, ends = start, due(facts)
    for _ in range(dice.choice([0, 0, 1, 1, 2, 3])):
        paused = now + dice.randint(0, int((ends - now) / MINUTE)) * MINUTE
        now = paused + dice.randrange(60 * 24 * 12) * MINUTE
        facts.pauses.append((paused, now))
        ends = due(facts)
        if facts.extended is None and dice.random() < 0.2 and now < ends:
            now += dice.randint(0, int((ends - now) / MINUTE)) * MINUTE
            ends += dice.randint(1, 60 * 24 * 20) * MINUTE
            facts.extended = now, ends
    return facts
