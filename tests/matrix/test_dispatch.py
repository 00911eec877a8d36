"""Returns, referrals, groups, person by person: offered where one waits, and refused to everybody else.

Written out by hand from APP-9, NET-6, APP-4 and SEC-1; nothing is derived from `requests/stages.py`.
"""

from datetime import timedelta

import pytest

from requests import flow
from tests.dispatch import test_parts as parts
from tests.dispatch import test_returns as returns
from tests.dispatch.conftest import chiefs
from tests.matrix.dispatching import PENDING
from tests.matrix.test_verbs import DONE, everybody, tried
from tests.requests import factories as make
from tests.requests.walks import verbs_for

__all__ = ["chiefs"]


def asked_once(town):
    return returns.ask(town, make.handling(town))


def viewed(town):
    ticket = returns.referred(town)
    for name in ("second_chief", "third_chief"):
        chief = make.User.objects.get(username=name)
        flow.give_view(ticket, by=chief, taker=town.police, at=ticket.moved_at + timedelta(hours=7))
    return make.fresh(ticket)


def in_group(town):
    return parts.force(town, make.handling(town, complexity="difficult"))


# What stands: {verb: who may do it}; whoever and whatever is not named may not. `leader` is the convener here.
CHIEFS = {"leader"}
STANDS = {
    "nothing waits": (make.handling, {}),
    "a first return": (asked_once, {"rule_return": {"triager"}}),
    "a second return": (
        returns.asked_twice,
        {"rule_return": {"supervisor"}, "refer_to_chiefs": {"supervisor"}},
    ),
    "a third return": (returns.asked_thrice, {"refer_to_chiefs": {"supervisor"}}),
    "before the chiefs": (viewed, {"give_view": CHIEFS, "decide_raised": CHIEFS}),
    "a major matter": (lambda town: make.handling(town, complexity="major"), {"report_up": {"triager", "supervisor"}}),
    "a group at work": (
        in_group,
        {
            "contribute": {"economy_handler", "police_head"},
            "end_group": {"police_head", "triager", "supervisor"},
        },
    ),
}


@pytest.mark.parametrize("stand", STANDS)
def test_who_is_offered_what_and_who_is_refused(town, chiefs, stand):
    start, may = STANDS[stand]
    ticket = make.fresh(start(town))
    town.forget()
    at = ticket.moved_at + timedelta(hours=9)
    people = everybody(town, ticket)
    offered = {name: PENDING & set(verbs_for(make.fresh(ticket), by, at)) for name, by in people.items()}
    assert offered == {name: {verb for verb, who in may.items() if name in who} for name in people}
    wrong = []
    for name, by in people.items():
        for verb in PENDING:
            outcome = tried(town, verb, ticket, by, at)
            if (outcome == DONE) != (name in may.get(verb, ())):
                wrong.append((name, verb, outcome))
    assert wrong == []
