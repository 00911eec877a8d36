"""One matter of the demo: who is in it, what it says, and how a step of it is planned and done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from random import Random
from typing import Any

from portal.deadlines.rules import rule_under
from portal.desk.demo.content import Matter
from portal.desk.demo.fates import Fate
from portal.desk.demo.firms import Writer
from portal.desk.demo.office import Diary
from portal.desk.demo.slots import Slots, road_of
from portal.desk.demo.units import Town, Unit
from portal.people.models import User
from portal.worktime.calendar import Limit, calendar
from requests.models import Category, ListItem, Ticket
from requests.models.ticket import DIVISOR, Urgency

CO_SHARE = 0.35  # of the matters that other departments could join
OF_THE_FIRM = ("confirm", "supplement")  # limits that urgency does not hasten


@dataclass(frozen=True)
class Step:
    """What happens at `at`: `do` is called with the instant. `moves`: it belongs to the ticket's way through the loop.
    `due`: until when the next step is owed."""

    at: datetime
    name: str
    do: Callable[[datetime], object]
    moves: bool
    due: datetime


@dataclass(frozen=True)
class Setting:
    """What all stories share. `limits` remembers the town's rules by obligation, kind and complexity."""

    seed: int
    town: Town
    categories: dict[str, Category]
    items: dict[str, ListItem]
    words: dict[str, Any]
    carriers: list[str]
    limits: dict[tuple[str, str, str], Limit] = field(default_factory=dict)


class Story:
    """Planned by `chapters.tell`; the planned steps, done in order, make the ticket."""

    ticket: Ticket | None = None

    def __init__(
        self, setting: Setting, number: int, matter: Matter, writer: Writer, fate: Fate, filed_at: datetime
    ) -> None:
        self.setting, self.number, self.matter, self.writer, self.fate = setting, number, matter, writer, fate
        self.at = self.filed_at = self.due_at = filed_at
        self.random = Random(f"{setting.seed}/{number}")
        self.diary = Diary(self.random)
        self.lead: Unit | None = setting.town.units[matter.lead] if matter.lead else None
        self.co = self._co_units()
        self.complexity = matter.complexity or ("cross" if self.co else "ordinary")
        self.handler = self.random.choice(self.lead.handlers[:2]) if self.lead else None
        self.clerk = self.random.choice(setting.town.clerks)
        self.triager = self.random.choice(setting.town.triagers)
        self.revisitor = self.random.choice(setting.town.revisitors)
        self.member: User | None = writer.user if fate.on_file else None
        self.slots = self._slots()

    def _co_units(self) -> list[Unit]:
        needed = self.matter.complexity or "co" in self.fate.late or self.random.random() < CO_SHARE
        return [self.setting.town.units[name] for name in self.matter.joined_by] if needed else []

    def _slots(self) -> Slots:
        fixed = {
            "contact": self.writer.user.name,
            "village": self.writer.village,
            "road": road_of(self.writer.firm.address, self.random),
            "park": self.random.choice(self.setting.carriers),
            "phone": self.lead.row.phone if self.lead else "",
        }
        return Slots(self.random, fixed, self.matter.vary)

    def happens(self, chance: float) -> bool:
        return self.random.random() < chance

    def hastily(self, low: int, high: int) -> datetime:
        """After so many working minutes, half or a quarter of them where it is urgent or critical."""
        divisor = DIVISOR[Urgency(self.matter.urgency)]
        return self.diary.minutes(self.at, low // divisor, high // divisor)

    def word(self, name: str) -> str:
        """One of the sayings of words.toml."""
        return str(self.random.choice(self.setting.words[name]))

    def say(self, part: str, at: datetime | None = None) -> str:
        """A part of the matter as somebody says it at `at`."""
        return self.slots.tell(getattr(self.matter, part), at or self.at)

    def owe(self, obligation: str, since: datetime) -> datetime:
        """Notes until when the next step is owed, by the town's own rules; returns it."""
        key = (obligation, self.matter.kind, self.complexity)
        limit = self.setting.limits.get(key)
        if limit is None:
            conditions = {"kind": self.matter.kind, "complexity": self.complexity}
            rule = rule_under(obligation, conditions, at=since)
            limit = self.setting.limits[key] = rule.limit or Limit.working_days(1)
        if obligation not in OF_THE_FIRM:
            limit = limit.hastened(DIVISOR[Urgency(self.matter.urgency)])
        self.due_at = calendar().due(since, limit).at
        return self.due_at

    def step(
        self,
        name: str,
        at: datetime,
        verb: Callable[..., Any],
        owes: str = "",
        since: datetime | None = None,
        **how: Any,
    ) -> Step:
        """The ticket's next step; afterwards `owes` is owed, counted from `since` (None: from the step itself)."""
        self.at = max(self.at, at)
        if owes:
            self.owe(owes, since or self.at)
        return Step(self.at, name, partial(self._do, verb, how), True, self.due_at)

    def aside(self, name: str, at: datetime, verb: Callable[..., Any], **how: Any) -> Step:
        """A step beside the ticket's way, planned for its own instant."""
        return Step(at, name, partial(self._do, verb, how), False, self.due_at)

    def _do(self, verb: Callable[..., Any], how: dict[str, Any], at: datetime) -> object:
        assert self.ticket is not None, "nothing can be done before the filing"
        return verb(self.ticket, at=at, **how)
