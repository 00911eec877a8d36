"""How long there is for a plan, and who wants to know how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from .model import Figures


@dataclass(frozen=True, slots=True)
class Progress:
    """`share`: of the time, 0 to 1; `step`: start, unserved, visits, journeys, load or done; what stands by then."""

    share: float
    step: str
    figures: Figures


class Clock:
    """`seconds` from now on; `stop` is asked whenever somebody asks how much is left."""

    def __init__(
        self,
        seconds: float,
        listener: Callable[[Progress], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> None:
        self.began = time.monotonic()
        self.until = self.began + seconds
        self.listener, self.stop = listener, stop

    def left(self) -> float:
        """Seconds, 0 where somebody has said stop."""
        if self.stop is not None and self.stop():
            self.until = time.monotonic()
            self.stop = None
        return max(self.until - time.monotonic(), 0.0)

    def passed(self) -> float:
        """Seconds so far."""
        return time.monotonic() - self.began

    def tell(self, step: str, figures: Figures) -> None:
        if self.listener is not None:
            whole = max(self.until - self.began, 0.001)
            self.listener(Progress(min((time.monotonic() - self.began) / whole, 1.0), step, figures))

    def within(self, seconds: float) -> Stretch:
        return Stretch(self, seconds)


class Stretch:
    """A part of the time that is left."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self.clock, self.began, self.seconds = clock, time.monotonic(), min(seconds, clock.left())

    def passed(self) -> float:
        """The share of it that has passed, 1 at its end or where somebody has said stop."""
        if self.seconds <= 0 or self.clock.left() <= 0:
            return 1.0
        return min((time.monotonic() - self.began) / self.seconds, 1.0)
