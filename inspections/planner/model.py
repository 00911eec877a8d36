"""What is given to the planner, and what comes out (INS-4).

Days are the working days of the horizon, counted from 0. A team is two inspectors or more of one agency who go
together; its day has four parts, and a check takes one, two or four of them. Parts of such sizes fill a team's day
without gaps, the longest first, so that counting parts is enough to know that everybody can be sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from .bounds import fewest_days
from .faults import check

PARTS = 4  # of a team's day
SIZES = (1, 2, 4)  # a quarter, half or whole day


@dataclass(frozen=True, slots=True)
class Need:
    """One agency's wish to check one firm: on a day from `first` to `last`, both included, for `parts` of a team's day.

    `skill`: what one of the team must be qualified for; None: nothing. `capped`: it counts against the firm's yearly
    cap (self-chosen and random checks; not statutory ones, complaints and follow-ups).
    """

    key: int
    firm: int
    agency: int
    first: int
    last: int
    parts: int = 1
    skill: str | None = None
    capped: bool = True


Group = tuple[Need, ...]  # of one firm, done together


@dataclass(frozen=True, slots=True)
class Firm:
    """`carrier`: the industrial carrier it lies in, None where it lies alone; `shut`: days on which it is closed.

    `last_visit`: the day of its latest visit before the horizon (-1 is the working day before day 0), None: never.
    `left`: how many more visits with capped needs the yearly cap allows; None: no cap. A joint visit counts once.
    """

    key: int
    carrier: int | None = None
    shut: frozenset[int] = frozenset()
    last_visit: int | None = None
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """Inspectors of one agency who go together, and what they are qualified for; `away`: days they are not there."""

    agency: int
    skills: frozenset[str] = frozenset()
    away: frozenset[int] = frozenset()
    inspectors: int = 2


class Kind(NamedTuple):
    """Teams of one kind can take each other's place."""

    agency: int
    skills: frozenset[str]


@dataclass(frozen=True)
class Visit:
    """One visit to one firm on one day: its needs, each with the kind of team that does it."""

    firm: int
    day: int
    by: Mapping[int, Kind]  # need's key: kind
    locked: bool = False  # a person has fixed it

    @property
    def needs(self) -> frozenset[int]:
        return frozenset(self.by)


@dataclass(frozen=True)
class Instance:
    """`gap`: so many working days lie at least from one visit of a firm to its next (1: the next day will do).

    `locked`: visits that a person has fixed; firm, day and needs stay as they are, which teams come may change.
    Raises ValueError with a sentence for whatever does not fit together.
    """

    days: int
    firms: Mapping[int, Firm]
    needs: Mapping[int, Need]
    teams: tuple[Team, ...]
    gap: int = 1
    locked: tuple[Visit, ...] = ()

    def __post_init__(self) -> None:
        check(self)

    @cached_property
    def lock_of(self) -> dict[int, int]:
        """The day of each need that a person has fixed."""
        return {key: lock.day for lock in self.locked for key in lock.by}

    @cached_property
    def of_firm(self) -> dict[int, tuple[Need, ...]]:
        """Each firm's needs, those first that must be done first."""
        found: dict[int, list[Need]] = {}
        for need in self.needs.values():
            found.setdefault(need.firm, []).append(need)
        return {firm: tuple(sorted(needs, key=lambda n: (n.last, n.first, n.key))) for firm, needs in found.items()}

    @cached_property
    def capacity(self) -> dict[tuple[int, int], dict[Kind, int]]:
        """For each agency and day the parts that its teams have, by kind, the least qualified first."""
        found: dict[tuple[int, int], dict[Kind, int]] = {}
        for team in sorted(self.teams, key=lambda one: (len(one.skills), sorted(one.skills))):
            for day in range(self.days):
                if day not in team.away:
                    kinds = found.setdefault((team.agency, day), {})
                    kind = Kind(team.agency, team.skills)
                    kinds[kind] = kinds.get(kind, 0) + PARTS
        return found

    @cached_property
    def possible(self) -> dict[int, tuple[int, ...]]:
        """For each need the days on which it could be done if it were the only one; the one day that is fixed."""
        fixed = self.lock_of
        return {key: (fixed[key],) if key in fixed else tuple(self._days_of(n)) for key, n in self.needs.items()}

    @cached_property
    def possible_sets(self) -> dict[int, frozenset[int]]:
        return {key: frozenset(days) for key, days in self.possible.items()}

    @cached_property
    def fewest_days_of(self) -> dict[int, int]:
        """For each firm the fewest days that serve all of its needs that can be served at all."""
        return {firm: fewest_days(self.possible[need.key] for need in needs) for firm, needs in self.of_firm.items()}

    def _days_of(self, need: Need) -> Iterator[int]:
        firm = self.firms[need.firm]
        if need.capped and firm.left is not None and firm.left < 1:
            return
        begins = 0 if firm.last_visit is None else firm.last_visit + self.gap
        able = self._able[need.agency, need.skill]
        for day in range(max(need.first, begins, 0), min(need.last, self.days - 1) + 1):
            if day in able and day not in firm.shut:
                yield day

    @cached_property
    def _able(self) -> dict[tuple[int, str | None], frozenset[int]]:
        """For each agency and qualification that is asked for the days on which `is_able` says yes."""
        one_of = {(need.agency, need.skill): need for need in self.needs.values()}
        days = range(self.days)
        return {asked: frozenset(day for day in days if self.is_able(need, day)) for asked, need in one_of.items()}

    def is_able(self, need: Need, day: int) -> bool:
        """Whether the agency has a team there that may do it, however busy."""
        return any(
            need.skill is None or need.skill in kind.skills for kind in self.capacity.get((need.agency, day), ())
        )

    def place(self, firm: int) -> tuple[str, int]:
        """Firms of one carrier are one journey on a day; a firm that lies alone is a journey of its own."""
        carrier = self.firms[firm].carrier
        return ("firm", firm) if carrier is None else ("carrier", carrier)


class Figures(NamedTuple):
    """What is compared, in this order, less being better. `unevenness`: each agency's parts per day squared, summed."""

    unserved: int
    visits: int
    journeys: int
    unevenness: int


@dataclass(frozen=True)
class Plan:
    """Visits by firm and day; every need is in one of them or in `unserved`."""

    visits: tuple[Visit, ...]
    unserved: frozenset[int] = field(default_factory=frozenset)

    def figures(self, instance: Instance) -> Figures:
        journeys = {(instance.place(visit.firm), visit.day) for visit in self.visits}
        return Figures(len(self.unserved), len(self.visits), len(journeys), self._unevenness(instance))

    def singly(self, instance: Instance) -> Figures:
        """The same needs on the same days as it was before: each check a visit, each agency for itself on the way."""
        done = [(instance.needs[key], visit) for visit in self.visits for key in visit.by]
        journeys = {(need.agency, instance.place(visit.firm), visit.day) for need, visit in done}
        return Figures(len(self.unserved), len(done), len(journeys), self._unevenness(instance))

    def _unevenness(self, instance: Instance) -> int:
        loads: dict[tuple[int, int], int] = {}
        for visit in self.visits:
            for key in visit.by:
                need = instance.needs[key]
                loads[need.agency, visit.day] = loads.get((need.agency, visit.day), 0) + need.parts
        return sum(load * load for load in loads.values())
