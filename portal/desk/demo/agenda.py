"""One agenda of all that happens in the demo town, done in the order of time, whoever does it.

A script is a generator: it gives the instant of its next act, and is gone on with when that instant has come. What lies
after the town's now is not done.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from heapq import heappop, heappush
from typing import NamedTuple

from portal.desk.demo.story import Step, Story

Script = Iterator[datetime]


class Entry(NamedTuple):
    """`number` orders what falls on one instant: who was put down first acts first. `story`: whose step it is."""

    at: datetime
    number: int
    script: Script
    story: Story | None


class Agenda:
    """Scripts in the order of their next acts; iterating gives each entry, which `go_on` then does."""

    def __init__(self, now: datetime) -> None:
        self.now, self.entries, self.added = now, list[Entry](), 0

    def add(self, script: Script, story: Story | None = None) -> None:
        self.added += 1
        self._put(self.added, script, story)

    def __iter__(self) -> Iterator[Entry]:
        while self.entries:
            yield heappop(self.entries)

    def go_on(self, entry: Entry) -> None:
        """Does the act and puts the script's next one down."""
        self._put(entry.number, entry.script, entry.story)

    def _put(self, number: int, script: Script, story: Story | None) -> None:
        at = next(script, None)
        if at is not None and at <= self.now:
            heappush(self.entries, Entry(at, number, script, story))


def told(steps: list[Step]) -> Script:
    """The script of a story: its steps, asides at their own instants."""
    for step in sorted(steps, key=lambda step: step.at):
        yield step.at
        step.do(step.at)


class Free:
    """The stories' tickets that nobody in them moves any more, from their last step on; each is picked once."""

    def __init__(self) -> None:
        self.ends: list[tuple[Story, datetime]] = []
        self.picked: set[int] = set()

    def add(self, story: Story, steps: list[Step]) -> None:
        self.ends.append((story, max(step.at for step in steps)))

    def standing(self, at: datetime) -> list[int]:
        """Their keys, without those that were picked."""
        over = (story.ticket for story, end in self.ends if end <= at)
        return [ticket.pk for ticket in over if ticket is not None and ticket.pk not in self.picked]
