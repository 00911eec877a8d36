"""What does not fit together in an instance, said before anything is planned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .model import Instance


def check(instance: Instance) -> None:
    """Raises ValueError with the first that is wrong."""
    for sentence in faults(instance):
        raise ValueError(sentence)


def faults(instance: Instance) -> Iterator[str]:
    if instance.days < 1:
        yield "the horizon has no day"
    if instance.gap < 1:
        yield f"a gap of {instance.gap} days: it is one day at least"
    yield from _firms(instance)
    yield from _needs(instance)
    for number, team in enumerate(instance.teams):
        if team.inspectors < 2:
            yield f"team {number} of agency {team.agency} has fewer than two inspectors"
    yield from _locks(instance)


def _firms(instance: Instance) -> Iterator[str]:
    for key, firm in instance.firms.items():
        if firm.key != key:
            yield f"firm {firm.key} stands under the key {key}"
        if firm.last_visit is not None and firm.last_visit >= 0:
            yield f"firm {key}: its last visit lies within the horizon; lock it instead"
        if firm.left is not None and firm.left < 0:
            yield f"firm {key}: {firm.left} visits left"


def _needs(instance: Instance) -> Iterator[str]:
    from .model import SIZES

    for key, need in instance.needs.items():
        if need.key != key:
            yield f"need {need.key} stands under the key {key}"
        if need.firm not in instance.firms:
            yield f"need {key}: there is no firm {need.firm}"
        if need.parts not in SIZES:
            yield f"need {key}: {need.parts} parts, not one of {', '.join(map(str, SIZES))}"
        if need.first > need.last:
            yield f"need {key}: its window ends before it begins"


def _locks(instance: Instance) -> Iterator[str]:
    seen: set[int] = set()
    visits: set[tuple[int, int]] = set()
    for lock in instance.locked:
        where = f"the locked visit of firm {lock.firm} on day {lock.day}"
        if lock.firm not in instance.firms or not 0 <= lock.day < instance.days:
            yield f"{where}: there is no such firm or day"
        if (lock.firm, lock.day) in visits or not lock.by:
            yield f"{where} is there twice or has no need"
        visits.add((lock.firm, lock.day))
        for key in lock.by:
            if key not in instance.needs or instance.needs[key].firm != lock.firm:
                yield f"{where}: need {key} is not one of the firm's"
            if key in seen:
                yield f"need {key} is locked twice"
            seen.add(key)
