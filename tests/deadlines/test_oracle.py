"""10,000 random clocks against brute force: no due time differs, and the rungs follow it (DL-1, DL-4)."""

import random
from collections import Counter
from datetime import date, datetime

from portal.deadlines.flow import reckon
from portal.deadlines.models import LadderRung
from portal.worktime.engine import Calendar
from portal.worktime.limits import SHANGHAI, Limit, LimitKind, Pause
from requests.models import TicketDeadline
from tests.worktime import brute
from tests.worktime.factories import town_calendar

CLOCKS = 10_000
AFTER = (1, 3, 5)
RUNGS = [LadderRung(anchor="near"), LadderRung(anchor="due")] + [
    LadderRung(anchor="after", working_days=days) for days in AFTER
]


def aware(at: datetime) -> datetime:
    return at.replace(tzinfo=SHANGHAI)


def calendar() -> Calendar:
    """The shipped days under office hours that change."""
    town = town_calendar()
    hours = [(since, tuple(spans)) for since, spans in brute.HOURS]
    return Calendar(date(2019, 1, 1), date(2030, 12, 31), town.notes, town.published, hours)


def clock(facts: brute.Facts) -> TicketDeadline:
    limit = Limit(LimitKind(facts.kind), facts.amount).hastened(facts.divisor)
    extended = [aware(at) for at in facts.extended] if facts.extended else [None, None]
    return TicketDeadline(
        obligor_kind="department",
        started_at=aware(facts.start),
        limit_kind=limit.kind.value,
        limit_amount=limit.amount,
        hastened=facts.divisor,
        extended_at=extended[0],
        extended_to=extended[1],
    )


def test_ten_thousand_random_clocks() -> None:
    dice, known, kinds, differ = random.Random(20261122), calendar(), Counter[str](), []
    for _ in range(CLOCKS):
        facts = brute.random_facts(dice)
        deadline = clock(facts)
        reckon(deadline, known, [Pause(aware(since), aware(until)) for since, until in facts.pauses], RUNGS)
        due = brute.due(facts)
        after = [aware(brute.close(brute.nth_working_day(due.date(), days))) for days in AFTER]
        if deadline.due_at != aware(due) or deadline.rung_times[1:] != [aware(due), *after]:
            differ.append((facts, deadline.due_at))
        assert deadline.near_at <= deadline.due_at
        kinds.update([facts.kind, f"divisor {facts.divisor}"])
        kinds.update({"paused": bool(facts.pauses), "extended": bool(facts.extended)})
        kinds.update({"over new year": facts.start.year != due.year})
    assert differ == []
    assert min(kinds.values()) > CLOCKS / 20, kinds  # each kind is there often enough to tell anything
