"""Two at once: rulings, a return against taking it on, two returns; real threads and real commits."""

from datetime import timedelta

import pytest

from requests import flow
from requests.models import ReturnRequest
from tests.requests import dispatch_acts as acts
from tests.requests import factories as make
from tests.requests.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def consistent(ticket):
    """A request that waits has its clock, and no clock runs without one; one lead, one clock of each kind for it."""
    ticket = make.fresh(ticket)
    waits = ReturnRequest.objects.open().filter(ticket=ticket).exists()
    clocks = [d.obligation for d in ticket.deadlines.open()]
    assert waits == ("return" in clocks)
    assert len(clocks) == len(set(clocks))
    assert ticket.assignments.get(part="lead", ended_at=None).department == ticket.lead_department
    return ticket


def test_of_two_rulings_one_holds(town):
    ticket = acts.asked(town)
    at = ticket.moved_at + timedelta(hours=3)
    common = {"by": town.triager, "reason": "按职责清单", "at": at}
    outcomes = at_once(
        [
            lambda: flow.rule_return(ticket, granted=False, **common),
            lambda: flow.rule_return(ticket, granted=True, lead=town.police, **common),
            lambda: flow.rule_return(ticket, granted=True, lead=town.economy, **common),
        ]
    )
    assert sum(isinstance(outcome, flow.Refused) for outcome in outcomes) == 2
    ticket = consistent(ticket)
    granted = ReturnRequest.objects.get().outcome == "granted"
    assert granted == (ticket.lead_department != town.housing)


def test_a_return_and_taking_it_on(town):
    """Whichever comes first: taken on it is not asked to return any more, or asked again of what was taken on."""
    ticket = make.dispatched(town)
    at = ticket.moved_at + timedelta(hours=1)
    outcomes = at_once(
        [
            lambda: flow.take(ticket, by=town.colleague, at=at),
            lambda: flow.ask_return(ticket, by=town.handler, reason="不归我们", at=at),
        ]
    )
    assert not any(isinstance(outcome, Exception) for outcome in outcomes), outcomes
    assert consistent(ticket).status == "handling"


def test_of_two_returns_one_waits(town):
    ticket = make.handling(town)
    at = ticket.moved_at + timedelta(hours=1)
    people = (town.handler, town.colleague, town.department_head)
    outcomes = at_once(lambda by=by: flow.ask_return(ticket, by=by, reason="不归我们", at=at) for by in people)
    assert sum(isinstance(outcome, flow.Refused) for outcome in outcomes) == 2
    consistent(ticket)
