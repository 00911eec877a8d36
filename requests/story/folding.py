"""What the clock told people stands together: five reminders in a row are one line that opens, not five."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from requests.notices import alerts

if TYPE_CHECKING:
    from requests.story import Line

FEW = 2  # so many in a row are shown as they are


@dataclass(frozen=True)
class Folded:
    """Reminders of time limits that follow each other, the latest first."""

    reminders: list[Line]

    @property
    def first(self) -> Line:
        return self.reminders[-1]

    @property
    def last(self) -> Line:
        return self.reminders[0]


def folded(lines: Iterable[Line]) -> list[Line | Folded]:
    """The lines in their order; reminders between two things that somebody did are one."""
    found: list[Line | Folded] = []
    for reminders, group in groupby(lines, lambda line: line.kind == alerts.RUNG):
        row = list(group)
        if reminders and len(row) > FEW:
            found.append(Folded(row))
        else:
            found.extend(row)
    return found
