"""Which matters the demo tells: when each comes in, from whom, and what becomes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random

from portal.desk.demo.chapters import standing, tell
from portal.desk.demo.content import Matter, matters, out_of_scope
from portal.desk.demo.fates import ENDED, OVERDUE, RUNNING, STANDING, Fate, drawn
from portal.desk.demo.firms import Writer
from portal.desk.demo.office import Diary
from portal.desk.demo.story import Setting, Step, Story
from portal.worktime.calendar import SHANGHAI, calendar

DAYS = 730  # how far back the town's matters reach
OUT_OF_SCOPE = 0.04
LOOK_BACK = 75  # working days within which a ticket that stands today can have come in
TRIES = 12

# The demo member's own matters: what becomes of them, and how long ago they came in where they have ended.
OWN = (
    ("技改设备补助按哪份发票算", Fate(), 420),
    ("外籍工程师工作许可快到期", Fate(supplement=True), 330),
    ("货车限行，进出绕行{km}公里", Fate(disputed=True), 240),
    ("高企认定奖励到现在没领到", Fate(), 150),
    ("{road}夜间停电，一批件报废", Fate(urged=True), 90),
    ("能否享受技改贷款贴息", Fate(channel="phone"), 45),
    ("二期厂房消防车道未接市政道路", Fate(stands="taken", due=1, late=frozenset({"co"}), urged=True), 0),
    ("扩产项目用电增容 {kva} kVA", Fate(stands="accepted", due=1), 0),
    ("新招员工社保减免没有到账", Fate(stands="signed", due=2), 0),
)


@dataclass(frozen=True)
class Told:
    """A story with its steps up to now."""

    story: Story
    steps: list[Step]


class Plan:
    """Draws `tickets` stories for the writers, told up to `now`; the same arguments give the same plan."""

    def __init__(self, setting: Setting, writers: Sequence[Writer], tickets: int, now: datetime) -> None:
        self.setting, self.writers, self.tickets, self.now = setting, writers, tickets, now
        self.today = now.astimezone(SHANGHAI).date()
        self.random = Random(f"plan {setting.seed}")
        self.told: list[Told] = []
        self.used: Counter[str] = Counter()
        self.filed: Counter[int] = Counter()
        self.by_title = {matter.title: matter for matter in matters()}

    def stories(self) -> list[Told]:
        """The demo member's own, then what must be seen today or have ended lately, then as chance has it."""
        wanted: list[Callable[[int], Told]] = [partial(self._own, own) for own in OWN]
        wanted += [partial(self._standing, fate) for fate in STANDING]
        wanted += [partial(self._ended, fate) for fate in ENDED]
        wanted += [partial(self._standing, fate) for fate in OVERDUE]
        wanted += [partial(self._standing, fate) for fate in RUNNING]
        for number, make in enumerate(wanted[: self.tickets], 1):
            self.told.append(make(number))
        return self.told + [self._any(number) for number in range(len(self.told) + 1, self.tickets + 1)]

    def _own(self, own: tuple[str, Fate, int], number: int) -> Told:
        title, fate, ago = own
        matter, writer = self.by_title[title], self.writers[0]
        if fate.stands:
            return self._stood(number, fate, [(matter, writer)])
        return self._tell(number, matter, writer, fate, self._moment(self.today - timedelta(days=ago), fate))

    def _standing(self, fate: Fate, number: int) -> Told:
        if fate.twin:
            return self._stood(number, fate, self._twins(fate))
        wanted = [m for m in self._least_used() if fate.wants(m) and m.fits_month(self.today.month)]
        return self._stood(number, fate, [(matter, self._writer(matter, fate)) for matter in wanted[:TRIES]])

    def _twins(self, fate: Fate) -> list[tuple[Matter, Writer]]:
        """The matter told last that is being handled in time, and other firms that could have it."""
        first = [one.story for one in self.told if one.story.fate.stands == "taken"][-1]
        pairs = [(first.matter, self._writer(first.matter, fate)) for _try in range(TRIES)]
        return [pair for pair in pairs if pair[1].firm != first.writer.firm]

    def _ended(self, fate: Fate, number: int) -> Told:
        day = _shifted(self.today, -self.random.randint(38, 55))
        return self._tell_of(number, self._least_used(fate), fate, day)

    def _stood(self, number: int, fate: Fate, pairs: Sequence[tuple[Matter, Writer]]) -> Told:
        """The first of the pairs that, having come in on some day, stands today with its due day where it should be."""
        due_day = _shifted(self.today, fate.due or 0)
        best: tuple[int, Told] | None = None
        for matter, writer in pairs:
            for back in range(LOOK_BACK):
                filed_at = self._moment(_shifted(self.today, -back), fate)
                story = Story(self.setting, number, matter, writer, fate, filed_at)
                steps = tell(story)
                at = standing(story, steps)
                if at.at > self.now:
                    continue
                off = abs((at.due.astimezone(SHANGHAI).date() - due_day).days)
                if best is None or off < best[0]:
                    best = off, Told(story, self._until_now(steps))
                if off == 0:
                    break
            if best and best[0] == 0:
                break
        assert best is not None, f"{fate.stands}: no day on which it could have come in"
        self._count(best[1].story)
        return best[1]

    def _any(self, number: int) -> Told:
        day = self._day()
        if self.random.random() < OUT_OF_SCOPE:
            fate = Fate(end="rejected", channel=self.random.choice(("online", "online", "phone")))
            return self._tell_of(number, self._least_used(fate), fate, day)
        matter = next(m for m in self._least_used() if m.fits_month(day.month))
        return self._tell_of(number, [matter], drawn(self.random, matter), day)

    def _tell_of(self, number: int, fitting: Sequence[Matter], fate: Fate, day: date) -> Told:
        matter = next((m for m in fitting if m.fits_month(day.month)), fitting[0])
        return self._tell(number, matter, self._writer(matter, fate), fate, self._moment(day, fate))

    def _tell(self, number: int, matter: Matter, writer: Writer, fate: Fate, filed_at: datetime) -> Told:
        story = Story(self.setting, number, matter, writer, fate, filed_at)
        self._count(story)
        return Told(story, self._until_now(tell(story)))

    def _count(self, story: Story) -> None:
        self.used[story.matter.title] += 1
        self.filed[story.writer.firm.pk] += 1

    def _until_now(self, steps: list[Step]) -> list[Step]:
        return [step for step in steps if step.at <= self.now]

    def _least_used(self, fate: Fate | None = None) -> list[Matter]:
        """The matters with words for this fate, those told least first, among equals by chance."""
        known = out_of_scope() if fate and fate.end == "rejected" else matters()
        fitting = [matter for matter in known if fate is None or fate.wants(matter)]
        return sorted(self.random.sample(fitting, len(fitting)), key=lambda matter: self.used[matter.title])

    def _writer(self, matter: Matter, fate: Fate) -> Writer:
        """A firm that can have this matter, one that has filed little more often than one that has filed much."""
        others = [w for w in self.writers[1:] if w.has_steward or not fate.by_steward] or self.writers
        if fate.with_assistant:
            others = [writer for writer in others if writer.has_assistant] or others
        fitting = [writer for writer in others if matter.fits_firm(writer.industry)] or others
        weights = [1 / (1 + self.filed[writer.firm.pk]) for writer in fitting]
        return self.random.choices(fitting, weights)[0]

    def _day(self) -> date:
        """A day of the two years, later ones more often; weekends seldom."""
        while True:
            back = int(DAYS * (1 - self.random.random() ** 0.55))
            day = self.today - timedelta(days=back)
            if calendar().is_working(day) or self.random.random() < 0.15:
                return day

    def _moment(self, day: date, fate: Fate) -> datetime:
        """When on that day it comes in: at office hours what is told to a clerk, else from morning to night."""
        diary, opens = Diary(self.random), datetime.combine(day, time(8, 0), SHANGHAI)
        if fate.channel == "online":
            at = opens + timedelta(minutes=int(self.random.triangular(0, 800, 150)))
            return min(at, self.now - timedelta(minutes=self.random.randint(4, 50)))
        at = diary.minutes(opens, 5, 400)
        if at < self.now:
            return at
        return diary.minutes(datetime.combine(_shifted(self.today, -1), time(8, 0), SHANGHAI), 5, 400)


def _shifted(day: date, n: int) -> date:
    """The n-th working day after or, where n is negative, before a day."""
    if n >= 0:
        return calendar().add_working_days(day, n)
    while n < 0:
        day -= timedelta(days=1)
        n += calendar().is_working(day)
    return day
