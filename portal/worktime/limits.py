"""The words of working time: a limit, a pause, a due time, what remains of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class LimitKind(StrEnum):
    """How a limit is counted (DL-1)."""

    WORKING_DAYS = "working_days"
    WORKING_MINUTES = "working_minutes"
    CALENDAR_DAYS = "calendar_days"
    UNTIL = "until"
    BEFORE = "before"
    ON = "on"


@dataclass(frozen=True, slots=True)
class Limit:
    """So much time for something: `amount` working days, working minutes or calendar days, or until a fixed instant,
    or until `amount` working days before an instant, at which something else is due (SLA-16), or until the close of the
    day of an instant, or of the next working day if it is none (SLA-9).

    Raises ValueError for an amount below 1, or an instant that is missing or has no time zone.
    """

    kind: LimitKind
    amount: int | None = None
    instant: datetime | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", LimitKind(self.kind))
        if self.instant is not None and self.instant.tzinfo is None:
            raise ValueError("the instant of a limit needs a time zone")
        if self.kind in (LimitKind.UNTIL, LimitKind.ON):
            if self.instant is None or self.amount is not None:
                raise ValueError("a limit until an instant needs an instant and no amount")
        elif self.kind is LimitKind.BEFORE:
            if self.instant is None or self.amount is None or self.amount < 1:
                raise ValueError("a limit before an instant needs an instant and an amount of at least 1")
        elif self.amount is None or self.amount < 1 or self.instant is not None:
            raise ValueError(f"a limit in {self.kind} needs an amount of at least 1 and no instant")

    @classmethod
    def working_days(cls, amount: int) -> Limit:
        return cls(LimitKind.WORKING_DAYS, amount)

    @classmethod
    def working_minutes(cls, amount: int) -> Limit:
        return cls(LimitKind.WORKING_MINUTES, amount)

    @classmethod
    def calendar_days(cls, amount: int) -> Limit:
        return cls(LimitKind.CALENDAR_DAYS, amount)

    @classmethod
    def until(cls, instant: datetime) -> Limit:
        return cls(LimitKind.UNTIL, instant=instant)

    @classmethod
    def before(cls, instant: datetime, working_days: int) -> Limit:
        return cls(LimitKind.BEFORE, working_days, instant)

    @classmethod
    def on(cls, instant: datetime) -> Limit:
        return cls(LimitKind.ON, instant=instant)

    def moved_to(self, instant: datetime) -> Limit:
        """What an extension to `instant` makes of it: a fixed instant, or as many days before it as before."""
        return replace(self, instant=instant) if self.kind is LimitKind.BEFORE else Limit.until(instant)

    @property
    def in_working_time(self) -> bool:
        return self.kind in (LimitKind.WORKING_DAYS, LimitKind.WORKING_MINUTES)

    def hastened(self, divisor: int) -> Limit:
        """The limit of an urgent matter: working time divided and rounded up; other limits stay (APP-2)."""
        if divisor < 1:
            raise ValueError("the divisor is at least 1")
        if not self.in_working_time or self.amount is None:
            return self
        return Limit(self.kind, -(-self.amount // divisor))


class Pause(NamedTuple):
    """The clock stood still from `since` to `until`; None: it stands still now."""

    since: datetime
    until: datetime | None = None


class StepKind(StrEnum):
    EVENT = "event"
    COUNTED = "counted"  # a working day, or a day with working minutes
    DAY = "day"  # a calendar day, whatever it is
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    PAUSED = "paused"
    RESUMED = "resumed"
    MOVED = "moved"
    FIXED = "fixed"
    OTHER = "other"  # the day that is counted back from
    BACK = "back"  # a working day counted back


@dataclass(frozen=True, slots=True)
class Step:
    """One day of the answer to "how was this computed?": what the day was, and how much has been counted after it.

    `counted` is in the limit's own unit (days or minutes), `name` the holiday's or make-up day's name.
    """

    day: date
    kind: StepKind
    counted: int
    name: str = ""
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """When a limit ends, in Shanghai's time; provisional where a year without the State Council's notice is touched."""

    at: datetime
    provisional: bool
    explain: Callable[[], list[Step]] = field(repr=False, compare=False)

    @property
    def steps(self) -> list[Step]:
        """Day by day how `at` came about, worked out when asked for."""
        return self.explain()


class Remaining(NamedTuple):
    """What is left until the due time, or by how much it is past.

    `days`: working days after today up to and including the due day; late: those after the due day that are over, as
    the ladders of DL-4 count. `minutes`: whole working minutes between now and then.
    """

    days: int
    minutes: int
    late: bool
