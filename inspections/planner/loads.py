"""What visits as wholes ask of each agency's day; qualifications are rows of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from .model import Instance
from .units import Unit

Row = tuple[int, str | None]  # agency, and the qualification asked for; None: its whole time


@dataclass(frozen=True, slots=True)
class Loads:
    """`whole[row][day]`: parts there are; `demands[unit]`: rows and parts that the unit takes, whatever its day."""

    rows: list[Row]
    whole: list[list[int]]
    demands: list[tuple[tuple[int, int], ...]]


def loads_of(instance: Instance, units: Iterable[Unit]) -> Loads:
    number: dict[Row, int] = {}
    demands = []
    for unit in units:
        parts: Counter[int] = Counter()
        for need in unit.needs:
            for skill in {None, need.skill}:
                parts[number.setdefault((need.agency, skill), len(number))] += need.parts
        demands.append(tuple(parts.items()))
    return Loads(list(number), [_parts(instance, *row) for row in number], demands)


def _parts(instance: Instance, agency: int, skill: str | None) -> list[int]:
    kinds = (instance.capacity.get((agency, day), {}) for day in range(instance.days))
    return [sum(parts for kind, parts in there.items() if skill is None or skill in kind.skills) for there in kinds]
