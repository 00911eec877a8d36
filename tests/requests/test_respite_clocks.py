"""Suspended and extended clocks against brute force; two who decide in the same moment (DL-1, APP-10)."""

import random
from datetime import datetime, timedelta

import pytest

from portal.deadlines.sweep import sweep
from requests import flow
from requests.models import Ticket
from tests.requests import factories as make
from tests.requests import respite
from tests.requests.factories import SHANGHAI, moment
from tests.requests.respite import CENTRE, work
from tests.requests.test_concurrency import at_once
from tests.worktime import brute


def naive(at: datetime) -> datetime:
    return at.astimezone(SHANGHAI).replace(tzinfo=None)


def wait(town, ticket: Ticket, at: datetime, days: int) -> tuple[datetime, datetime] | None:
    """A suspension, ended by the sweep some hours late: its stretch; None where it was refused."""
    until = brute.nth_working_day(naive(at).date(), days)
    try:
        flow.ask_suspension(ticket, by=town.department_head, cause="court", until=until, reason="已起诉", at=at)
        flow.approve_request(ticket, by=town.triager, at=at)
    except flow.Refused:
        return None
    back = datetime(until.year, until.month, until.day, 8, 30, tzinfo=SHANGHAI)
    sweep(back + timedelta(hours=5))
    return at, back


@pytest.mark.parametrize("seed", range(4))
def test_suspensions_and_an_extension_in_any_order_are_due_when_brute_force_says(town, seed):
    dice = random.Random(seed)
    ticket = make.handling(town)
    facts = brute.Facts("working_days", naive(ticket.moved_at), 15)
    at = CENTRE
    for _step in range(3):
        if facts.extended is None and dice.random() < 0.4:
            to = brute.nth_working_day(naive(work(ticket).due_at).date(), dice.randint(1, 9))
            flow.ask_extension(ticket, by=town.department_head, until=to, reason="管材要订做", at=at)
            flow.approve_request(ticket, by=town.triager, at=at)
            facts.extended = naive(at), brute.close(to)
        elif (stretch := wait(town, ticket, at, dice.randint(1, 6))) is not None:
            facts.pauses.append((naive(stretch[0]), naive(stretch[1])))
            at = stretch[1]
        assert naive(work(ticket).due_at) == brute.due(facts), facts
        at = brute_opening(at + timedelta(days=dice.randint(1, 3)), dice)


def brute_opening(at: datetime, dice: random.Random) -> datetime:
    """Some hour of that working day, or of the next one."""
    day = naive(at).date()
    while not brute.works(day):
        day += timedelta(days=1)
    return datetime(day.year, day.month, day.day, dice.randint(9, 16), tzinfo=SHANGHAI)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_approve_at_once_one_does(town):
    ticket = respite.passed(town)
    acts = [lambda by=by: flow.approve_request(ticket, by=by, at=CENTRE) for by in (town.triager, town.supervisor)]
    done = at_once(acts)
    assert sorted(type(one).__name__ for one in done) == ["Refused", "Ticket"]
    assert (work(ticket).cycle, make.events(ticket).filter(kind="ticket.extended").count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_the_review_date_and_the_head_end_a_suspension_once(town):
    ticket = respite.suspended(town)
    at = moment("2026-11-19 08:30")
    acts = [lambda: sweep(at), lambda: flow.end_suspension(ticket, by=town.department_head, at=at)]
    swept, ended = at_once(acts)
    assert not isinstance(swept, Exception), swept
    assert isinstance(ended, (Ticket, flow.Refused)), ended
    assert make.fresh(ticket).status == "handling"
    assert make.events(ticket).filter(kind="ticket.resumed").count() == 1
    assert work(ticket).due_at == moment("2026-12-08 17:00")
