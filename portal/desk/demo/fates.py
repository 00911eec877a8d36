"""What becomes of a demo matter: which turns it takes, which steps come late, where it stands today."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from portal.desk.demo.content import Matter

CHANNELS = {
    "online": 60,
    "phone": 13,
    "hotline": 8,
    "visit": 6,
    "counter": 4,
    "wechat": 3,
    "meeting": 2,
    "station": 2,
    "congress": 1,
    "import": 1,
}
LATE = {"accept": 0.04, "dispatch": 0.03, "take": 0.03, "handle": 0.05, "co": 0.04, "revisit": 0.03}


@dataclass(frozen=True)
class Fate:
    """The turns of one matter. `stands`: the step after which nothing moves any more (empty: it goes on to its end);
    `due`: then working days from today to the due day of what is owed, negative when it is overdue."""

    channel: str = "online"
    end: str = "closed"
    late: frozenset[str] = frozenset()
    supplement: bool = False
    sent_back: bool = False
    disputed: bool = False
    unhappy: int = 0
    at_revisit: bool = False  # says so only when called back
    lapses: int = 0
    missed: int = 0
    urged: bool = False
    by_steward: bool = False
    with_assistant: bool = False  # of a firm whose only contact is the demo's project assistant (APP-8)
    on_file: bool = True
    stands: str = ""
    due: int | None = None
    twin: bool = False  # the same trouble as of another firm's matter that stands at the handler, in time

    def wants(self, matter: Matter) -> bool:
        """Whether the matter has the words for these turns."""
        needs = {
            "ask": self.supplement,
            "dispute": self.disputed,
            "unhappy": self.unhappy > 0,
            "withdraw": self.end == "withdrawn",
            "joined_by": "co" in self.late,
        }
        return all(getattr(matter, name) for name, needed in needs.items() if needed)


def drawn(random: Random, matter: Matter) -> Fate:
    """A fate as they come: four fifths go straight through, the rest take the turns the matter has words for."""

    def happens(chance: float) -> bool:
        return random.random() < chance

    channel = random.choices(list(CHANNELS), list(CHANNELS.values()))[0]
    fate = Fate(
        channel=channel,
        late=frozenset(step for step, chance in LATE.items() if happens(chance) and (step != "co" or matter.joined_by)),
        supplement=bool(matter.ask) and happens(0.5),
        sent_back=happens(0.05),
        disputed=bool(matter.dispute) and happens(0.12),
        urged=happens(0.08),
        by_steward=channel == "visit" and happens(0.6),
        on_file=channel not in {"phone", "counter"} or not happens(0.12),
        lapses=random.choices((0, 1, 2), (88, 8, 4))[0],
        missed=random.choices((0, 1, 2, 3), (82, 11, 4, 3))[0],
    )
    if fate.supplement and happens(0.08):
        return replace(fate, end="lapsed")
    if matter.withdraw and happens(0.3):
        return replace(fate, end="withdrawn", on_file=True)
    if matter.unhappy and happens(0.17):
        return replace(fate, unhappy=random.choices((1, 2), (4, 1))[0], at_revisit=happens(0.4), lapses=0, missed=0)
    return fate


# What must be seen today, whatever chance brings: every station, in time, near, late, and every branch.
STANDING = (
    Fate(stands="filed", due=0),
    Fate(stands="taken", due=-3, urged=True),
    Fate(stands="taken", due=0),
    Fate(stands="signed", due=2, channel="hotline"),
    Fate(stands="confirmed", due=3),
    Fate(stands="accepted", due=1),
    Fate(stands="dispatched", due=1),
    Fate(stands="taken", due=4),
    Fate(stands="reported", due=3),
    Fate(stands="asked", due=6, supplement=True),
    Fate(stands="disputed", due=3, disputed=True),
    Fate(stands="unhappy_1", due=8, unhappy=1),
    Fate(stands="unhappy_2", due=2, unhappy=2),
    Fate(stands="taken", due=6, late=frozenset({"co"})),
    Fate(stands="taken", due=-6, urged=True),
    Fate(stands="taken", due=1),
    Fate(stands="confirmed", due=-1),
    Fate(stands="accepted", due=-1),
    Fate(stands="dispatched", due=-1),
    Fate(stands="lapsed", due=2, lapses=1, with_assistant=True),
    Fate(stands="unanswered", due=4, lapses=2),
    Fate(stands="signed", due=0, channel="phone", on_file=False),  # the caller has a one-time link
    Fate(stands="reported", due=0),
    Fate(stands="missed", due=2, missed=2),
    Fate(stands="accepted", due=0, channel="hotline"),
    Fate(stands="taken", due=9, with_assistant=True),
    Fate(stands="disputed", due=0, disputed=True),
    Fate(stands="unhappy_1", due=-1, unhappy=1, at_revisit=True),
    Fate(stands="taken", due=-1),
    Fate(stands="taken", due=-2),
    Fate(stands="filed", due=0, urged=True),
    Fate(stands="asked", due=2, supplement=True, channel="phone", on_file=False),
    Fate(stands="supplemented", due=9, supplement=True),
)

# Some more at each rung of the ladders (DL-4), so that the board and the next agenda have something.
OVERDUE = (
    Fate(stands="taken", due=-4),
    Fate(stands="taken", due=-5),
    Fate(stands="taken", due=-7, urged=True),
    Fate(stands="taken", due=-9),
    Fate(stands="accepted", due=-2),
    Fate(stands="confirmed", due=-3),
    Fate(stands="dispatched", due=-2, late=frozenset({"take"})),
)

# Some more in hand and in time, for what is asked about running work: returns, more time, merging.
RUNNING = (
    *(Fate(stands="taken", due=due) for due in (9, 7, 8, 5, 10, 6, 7, 9, 8)),
    Fate(stands="accepted", due=1, twin=True),
)

# What must have ended lately, so that every way to an end can be looked up.
ENDED = (
    Fate(end="rejected"),
    Fate(end="withdrawn"),
    Fate(unhappy=2),
    Fate(missed=3),
    Fate(lapses=2),
    Fate(channel="counter", on_file=False),
    Fate(end="rejected", channel="phone"),
    Fate(channel="visit", by_steward=True),
    Fate(end="lapsed", supplement=True),
    Fate(late=frozenset({"handle"})),
    Fate(late=frozenset({"handle"})),
)
