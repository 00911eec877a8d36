"""A plan while it is being made: what stands, what room is left, and whether one more check may be put somewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from .model import Instance, Kind, Need, Plan, Visit
from .roster import Roster

NOBODY = Roster({})  # where an agency has no team at all


class Making:
    """Keeps every rule of `rules` at every moment, so that it can be stopped at any time and be a plan."""

    def __init__(self, instance: Instance, visits: Iterable[Visit] | None = None) -> None:
        """Begins with the visits given, or those that are locked."""
        self.instance = instance
        self.rosters = {where: Roster(kinds) for where, kinds in instance.capacity.items()}
        self.at: dict[int, dict[int, set[int]]] = {firm: {} for firm in instance.firms}
        self.day_of: dict[int, int] = {}
        self.places: Counter[tuple[tuple[str, int], int]] = Counter()
        self.locked = {(lock.firm, lock.day) for lock in instance.locked}
        for visit in instance.locked if visits is None else visits:
            for key, kind in visit.by.items():
                self.put(instance.needs[key], visit.day, kind)

    def room(self, agency: int, day: int) -> Roster:
        return self.rosters.get((agency, day), NOBODY)

    def may_go(self, firm: int, day: int, capped: bool) -> bool:
        """Whether the firm may have a visit on that day: the one that is there, or one more."""
        return self.keeps_gap(firm, day) and (not capped or self.is_within_cap(firm, day))

    def keeps_gap(self, firm: int, day: int) -> bool:
        own = self.at[firm]
        return day in own or all(abs(day - other) >= self.instance.gap for other in own)

    def is_within_cap(self, firm: int, day: int) -> bool:
        """Whether a check that counts may come on that day."""
        own, left = self.at[firm], self.instance.firms[firm].left
        if left is None or self.is_capped(own.get(day, ())):
            return True
        return sum(self.is_capped(needs) for needs in own.values()) < left

    def is_capped(self, needs: Iterable[int]) -> bool:
        return any(self.instance.needs[key].capped for key in needs)

    def fits(self, need: Need, day: int) -> bool:
        """Whether every rule allows it there; the day is one of the possible ones."""
        return self.room(need.agency, day).fits(need) and self.may_go(need.firm, day, need.capped)

    def put(self, need: Need, day: int, kind: Kind | None = None) -> None:
        """What `fits`, by that kind of team or any. Raises ValueError where the agency has no time."""
        self.room(need.agency, day).put(need, kind)
        self.note(need, day)

    def note(self, need: Need, day: int) -> None:
        """That it is done there, whoever does it."""
        visit = self.at[need.firm].get(day)
        if visit is None:
            visit = self.at[need.firm][day] = set()
            self.places[self.instance.place(need.firm), day] += 1
        visit.add(need.key)
        self.day_of[need.key] = day

    def take(self, need: Need) -> int:
        """Out of its visit; returns the day of that."""
        day = self.day_of.pop(need.key)
        self.rosters[need.agency, day].take(need)
        visit = self.at[need.firm][day]
        visit.discard(need.key)
        if not visit:
            del self.at[need.firm][day]
            self.places[self.instance.place(need.firm), day] -= 1
        return day

    def remembered(self, needs: Iterable[Need]) -> Callable[[], None]:
        """To be called when all of these have been taken out again: they stand as now, done by the same teams."""
        days = {need: self.day_of[need.key] for need in needs}
        rosters = [self.rosters[where] for where in {(need.agency, day) for need, day in days.items()}]
        stood = [(roster, {need: roster.by[key] for key, need in roster.needs.items()}) for roster in rosters]

        def stand_again() -> None:
            for roster, by in stood:
                roster.arrange(by)
            for need, day in days.items():
                self.note(need, day)

        return stand_again

    def put_if_possible(self, need: Need, day: int) -> bool:
        """Put it on that day where every rule allows it."""
        if day not in self.instance.possible_sets[need.key] or not self.fits(need, day):
            return False
        self.put(need, day)
        return True

    def plan(self) -> Plan:
        visits = tuple(
            Visit(firm, day, {key: self._kind(key, day) for key in sorted(needs)}, (firm, day) in self.locked)
            for firm, days in self.at.items()
            for day, needs in sorted(days.items())
        )
        return Plan(visits, frozenset(self.instance.needs.keys() - self.day_of.keys()))

    def _kind(self, key: int, day: int) -> Kind:
        return self.rosters[self.instance.needs[key].agency, day].by[key]
