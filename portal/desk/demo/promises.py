"""Public commitments of matters that were answered late: mostly kept, as they were meant; one in five was broken (DL-5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from portal.desk.demo.agenda import Script
from portal.desk.demo.content import table
from portal.desk.demo.office import later
from portal.desk.demo.plan import Told
from portal.desk.demo.story import Step
from portal.people.models import User
from portal.people.roles import Role
from portal.worktime.calendar import calendar
from portal.worktime.words import by_when, local_day
from requests import flow
from requests.flow.commitments import heads_of
from requests.models import Ticket

PROMISED, APPROVED = 40, 95  # working minutes after the due time, and after the promise
SWEEP = timedelta(seconds=20)  # how long after its time the clock acts
BROKEN = 5  # of so many one promises too early a day


def scripts(told_ones: Iterable[Told]) -> Iterator[Script]:
    """One for each matter whose result came long enough after its due time for a commitment before."""
    number = 0
    for one in told_ones:
        late = _late(one.steps)
        if late is not None:
            yield _promised(one, number, *late)
            number += 1


def _late(steps: list[Step]) -> tuple[datetime, datetime] | None:
    """When the first round's handling was due and when its result was signed, where that was late."""
    due = next((step.due for step in steps if step.name == "taken"), None)
    signed = next((step.at for step in steps if step.name == "signed"), None)
    if due is None or signed is None or signed <= later(later(due, PROMISED), APPROVED):
        return None
    return due, signed


def _promised(one: Told, number: int, due: datetime, signed: datetime) -> Script:
    yield (at := later(due, PROMISED))
    assert one.story.ticket is not None, "it was due, so it was filed"
    ticket = Ticket.objects.get(pk=one.story.ticket.pk)  # as it is by now
    heads = heads_of(ticket, at)
    if not heads:
        return
    day = _day(number, at, signed)
    commitment = flow.make_commitment(ticket, by=heads[0], at=at, until=day, **_words(number, day))
    yield (at := later(at, APPROVED))
    flow.approve_commitment(ticket, by=User.objects.get(username=Role.SUPERVISOR), at=at)
    yield (at := min(signed, calendar().close(day)) + SWEEP)
    flow.decide_commitment(ticket, commitment=commitment, at=at)


def _day(number: int, at: datetime, signed: datetime) -> date:
    """The promised day: when it was done, or in vain the very day of the promise."""
    in_vain = number % BROKEN == BROKEN - 1 and local_day(signed) > local_day(at)
    return local_day(at if in_vain else signed)


def _words(number: int, day: date) -> dict[str, str]:
    said = table("words")["oversight"]
    reason, measure, wording = (said[kind][number % len(said[kind])] for kind in ("reasons", "measures", "wordings"))
    return {"reason": reason, "measure": measure, "wording": wording.format(day=by_when(calendar().close(day)))}
