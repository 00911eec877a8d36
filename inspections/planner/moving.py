"""What a person does on the calendar: checks go to another day, with whoever can do them there."""

from __future__ import annotations

from collections.abc import Collection

from .model import Instance, Kind, Need, Plan, Visit
from .roster import dispatch


def moved(instance: Instance, plan: Plan, needs: Collection[int], day: int | None) -> Plan:
    """The plan with these needs of one firm on that day, wherever they were; None: unserved. A visit there is joined.

    No rule is asked: `broken_by(instance, plan, firm, day)` says what is wrong with it. Teams of the day are sent anew
    where that makes room. Raises ValueError where the needs are not of one firm.
    """
    firms = {instance.needs[key].firm for key in needs}
    if len(firms) != 1:
        raise ValueError("needs of one firm are moved together")
    kept = [_without(visit, needs) for visit in plan.visits]
    visits = [visit for visit in kept if visit.by]
    if day is None:
        return Plan(tuple(visits), plan.unserved | frozenset(needs))
    visits = _joined(instance, visits, firms.pop(), needs, day)
    visits = _sent_anew(instance, visits, {instance.needs[key].agency for key in needs}, day)
    return Plan(tuple(sorted(visits, key=lambda one: (one.firm, one.day))), plan.unserved - frozenset(needs))


def _without(visit: Visit, needs: Collection[int]) -> Visit:
    if visit.needs.isdisjoint(needs):
        return visit
    return Visit(visit.firm, visit.day, {key: kind for key, kind in visit.by.items() if key not in needs}, visit.locked)


def _joined(instance: Instance, visits: list[Visit], firm: int, needs: Collection[int], day: int) -> list[Visit]:
    there = next((visit for visit in visits if (visit.firm, visit.day) == (firm, day)), None)
    by = dict(there.by) if there else {}
    by |= {key: _some_kind(instance, instance.needs[key], day) for key in sorted(needs)}
    visit = Visit(firm, day, by, there is not None and there.locked)
    return [*(one for one in visits if one is not there), visit]


def _some_kind(instance: Instance, need: Need, day: int) -> Kind:
    """Of those there; where nobody is there or qualified, `rules` will say so."""
    kinds = instance.capacity.get((need.agency, day), {})
    able = (kind for kind in kinds if need.skill is None or need.skill in kind.skills)
    return next(able, next(iter(kinds), Kind(need.agency, frozenset())))


def _sent_anew(instance: Instance, visits: list[Visit], agencies: set[int], day: int) -> list[Visit]:
    """Who does what on that day, in these agencies; as it was where no way is found."""
    by: dict[int, Kind] = {}
    for agency in agencies:
        keys = [key for visit in visits if visit.day == day for key in visit.by]
        needs = [instance.needs[key] for key in keys if instance.needs[key].agency == agency]
        by |= dispatch(needs, instance.capacity.get((agency, day), {})) or {}
    return [
        Visit(visit.firm, day, {key: by.get(key, kind) for key, kind in visit.by.items()}, visit.locked)
        if visit.day == day
        else visit
        for visit in visits
    ]
