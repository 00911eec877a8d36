"""Which rules a plan breaks (INS-4), asked of the plan alone; whoever moves a visit by hand is told the same.

Written apart from what makes plans: nothing of it is imported there, and nothing of that here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from .model import Instance, Kind, Need, Plan, Visit


class Rule(StrEnum):
    UNKNOWN = "unknown"  # a firm or need that is not there, or another firm's need
    TWICE = "twice"  # a need done twice, or done and named as unserved; two visits of a firm on one day
    LOST = "lost"  # a need neither in a visit nor named as unserved
    EMPTY = "empty"  # a visit without a need
    HORIZON = "horizon"  # a day that is none of the horizon's
    WINDOW = "window"  # outside the need's window
    SHUT = "shut"  # the firm is closed
    SKILL = "skill"  # a team of another agency, or without the qualification
    CAPACITY = "capacity"  # more than the agency's teams can do on the day
    GAP = "gap"  # too soon after another visit of the firm
    CAP = "cap"  # more visits than the yearly cap allows
    LOCK = "lock"  # what a person has fixed is not as he fixed it


@dataclass(frozen=True, slots=True)
class Broken:
    """One breach; what it does not concern is None. `limit`: parts of the day, days of the gap, visits of the cap."""

    rule: Rule
    firm: int | None = None
    day: int | None = None
    need: int | None = None
    agency: int | None = None
    limit: int | None = None


def broken(instance: Instance, plan: Plan) -> list[Broken]:
    """Everything that is wrong with a plan; nothing: it may be approved."""
    of_firm: defaultdict[int, list[Visit]] = defaultdict(list)
    for visit in plan.visits:
        of_firm[visit.firm].append(visit)
    return [
        *_count(instance, plan),
        *(one for firm, visits in of_firm.items() for one in _firm(instance, firm, visits)),
        *_capacity(instance, plan.visits),
        *_locks(instance.locked, plan.visits),
    ]


def broken_by(instance: Instance, plan: Plan, firm: int, day: int) -> list[Broken]:
    """What is wrong with one firm's visits, and with the agencies' teams on the day of one of them."""
    own = [visit for visit in plan.visits if visit.firm == firm]
    agencies = {instance.needs[key].agency for v in own if v.day == day for key in v.by if key in instance.needs}
    of_day = _capacity(instance, (visit for visit in plan.visits if visit.day == day))
    return [
        *_firm(instance, firm, own),
        *(one for one in of_day if one.agency in agencies),
        *_locks([lock for lock in instance.locked if lock.firm == firm], own),
    ]


def _count(instance: Instance, plan: Plan) -> Iterator[Broken]:
    done = Counter(key for visit in plan.visits for key in visit.by)
    for key, times in done.items():
        if times > 1 or key in plan.unserved:
            yield Broken(Rule.TWICE, need=key)
    for key in instance.needs.keys() - done.keys() - plan.unserved:
        yield Broken(Rule.LOST, firm=instance.needs[key].firm, need=key)
    for key in plan.unserved - instance.needs.keys():
        yield Broken(Rule.UNKNOWN, need=key)


def _firm(instance: Instance, firm: int, visits: list[Visit]) -> Iterator[Broken]:
    if firm not in instance.firms:
        yield Broken(Rule.UNKNOWN, firm=firm)
        return
    for visit in visits:
        yield from _visit(instance, visit)
    known = instance.firms[firm]
    former = known.last_visit
    for day in sorted(visit.day for visit in visits):
        if former is not None and day == former:
            yield Broken(Rule.TWICE, firm=firm, day=day)
        elif former is not None and day - former < instance.gap:
            yield Broken(Rule.GAP, firm=firm, day=day, limit=instance.gap)
        former = day
    capped = sum(any(n in instance.needs and instance.needs[n].capped for n in visit.by) for visit in visits)
    if known.left is not None and capped > known.left:
        yield Broken(Rule.CAP, firm=firm, limit=known.left)


def _visit(instance: Instance, visit: Visit) -> Iterator[Broken]:
    if not visit.by:
        yield Broken(Rule.EMPTY, firm=visit.firm, day=visit.day)
    if not 0 <= visit.day < instance.days:
        yield Broken(Rule.HORIZON, firm=visit.firm, day=visit.day)
    if visit.day in instance.firms[visit.firm].shut:
        yield Broken(Rule.SHUT, firm=visit.firm, day=visit.day)
    for key, kind in visit.by.items():
        need = instance.needs.get(key)
        if need is None or need.firm != visit.firm:
            yield Broken(Rule.UNKNOWN, firm=visit.firm, day=visit.day, need=key)
            continue
        if not need.first <= visit.day <= need.last:
            yield Broken(Rule.WINDOW, firm=visit.firm, day=visit.day, need=key)
        if not _may(need, kind):
            yield Broken(Rule.SKILL, firm=visit.firm, day=visit.day, need=key, agency=need.agency)


def _may(need: Need, kind: Kind) -> bool:
    return need.agency == kind.agency and (need.skill is None or need.skill in kind.skills)


def _capacity(instance: Instance, visits: Iterable[Visit]) -> Iterator[Broken]:
    used: Counter[tuple[Kind, int]] = Counter()
    for visit in visits:
        for key, kind in visit.by.items():
            if key in instance.needs:
                used[kind, visit.day] += instance.needs[key].parts
    for (kind, day), parts in used.items():
        there = instance.capacity.get((kind.agency, day), {}).get(kind, 0)
        if parts > there:
            yield Broken(Rule.CAPACITY, day=day, agency=kind.agency, limit=there)


def _locks(locks: Iterable[Visit], visits: Iterable[Visit]) -> Iterator[Broken]:
    standing = {(visit.firm, visit.day): visit.needs for visit in visits}
    for lock in locks:
        if not lock.needs <= standing.get((lock.firm, lock.day), frozenset()):
            yield Broken(Rule.LOCK, firm=lock.firm, day=lock.day)
