"""What waits for a decision about more time, person by person, written out by hand from APP-10, SLA-14 and APP-15."""

import pytest

from portal.deadlines.sweep import sweep
from tests.matrix.test_verbs import DONE, everybody, tried
from tests.requests import factories as make
from tests.requests import respite
from tests.requests.factories import moment
from tests.requests.walks import verbs_for

ASKED = {"approve_request", "refuse_request", "withdraw_request", "ask_extension", "ask_suspension", "look_again"}
LEAD = {"handler", "colleague", "deputy_head", "department_head", "stand_in"}
HEAD = {"department_head", "stand_in"}  # the deputies sign what can be done, and approve no more time (§1)
CENTRE = {"triager", "supervisor"}


def unmet(town):
    return make.closed(town, result="cannot")


def came_up(town):
    ticket = unmet(town)
    sweep(moment("2027-02-12 17:00"))
    return ticket


STANDS = {
    "nothing is asked": (make.handling, {"ask_extension": LEAD, "ask_suspension": LEAD}),
    "with the head": (
        respite.extending,
        {"approve_request": HEAD, "refuse_request": HEAD, "withdraw_request": {"handler"}},
    ),
    "with the centre": (
        respite.passed,
        {"approve_request": CENTRE, "refuse_request": CENTRE, "withdraw_request": {"handler"}},
    ),
    "asked by the head": (
        respite.suspending,
        {
            "approve_request": CENTRE,
            "refuse_request": CENTRE,
            "withdraw_request": {"handler", "department_head", "stand_in"},
        },
    ),
    "extended": (respite.extended, {"ask_suspension": LEAD}),  # once
    "suspended": (respite.suspended, {}),
    "closed unmet": (unmet, {"look_again": CENTRE}),
    "came up again": (came_up, {"look_again": CENTRE}),
    "closed": (make.closed, {}),
}


@pytest.mark.parametrize("stand", STANDS)
def test_who_is_offered_what_and_who_may_do_it(town, stand):
    start, may = STANDS[stand]
    ticket = make.fresh(start(town))
    at = max(respite.CENTRE, ticket.moved_at)
    offered, wrong = {}, []
    for name, by in everybody(town).items():
        offered[name] = ASKED & set(verbs_for(make.fresh(ticket), by, at))
        for verb in ASKED:
            done = tried(town, verb, ticket, by, at) == DONE
            if done != (name in may.get(verb, ())):
                wrong.append((name, verb, done))
    assert offered == {name: {verb for verb, who in may.items() if name in who} for name in offered}
    assert wrong == []
