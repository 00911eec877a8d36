"""What supervision asks for, person by person: offered where there is something to do, and refused to everybody else.

Written out by hand from APP-21, DL-5 and SLA-9; nothing is derived from `requests/stages.py`.
"""

from datetime import timedelta

import pytest

from requests import flow
from tests.matrix.test_verbs import DONE, NOT_YOU, everybody, tried
from tests.requests import factories as make
from tests.requests import overdue
from tests.requests.walks import verbs_for

ASKED = {"answer_instruction", "make_commitment", "approve_commitment", "return_commitment", "report_progress"}
LEAD = {"handler", "colleague", "deputy_head", "department_head", "stand_in"}
HEADS = {"deputy_head", "department_head", "stand_in"}


def instruct(ticket, by, **whom):
    return flow.instruct(ticket, by=by, text="请抓紧", days=3, at=ticket.moved_at, **whom).ticket


def instructed_department(town):
    return instruct(make.handling(town), town.leader, department=town.housing)


def instructed_person(town):
    return instruct(make.handling(town), town.leader, person=town.handler)


def instructed_responder(town):
    return instruct(make.filed(town), town.leader, person=town.steward)


def instructed_supervisor(town):
    return instruct(make.filed(town), town.leader, person=town.supervisor)


# What stands: {verb: who may do it}; whoever and whatever is not named may not.
STANDS = {
    "in time": (make.handling, {}),
    "late": (overdue.handling, {"make_commitment": LEAD, "report_progress": LEAD}),
    "late, not taken on": (overdue.assigned, {"make_commitment": LEAD, "report_progress": LEAD}),
    "late, at the head's": (overdue.signoff, {"make_commitment": LEAD, "report_progress": LEAD}),
    "promised": (
        overdue.promised,
        {"approve_commitment": {"supervisor"}, "return_commitment": {"supervisor"}, "report_progress": LEAD},
    ),
    "approved": (overdue.approved, {"report_progress": LEAD}),
    "returned": (overdue.returned, {"make_commitment": LEAD, "report_progress": LEAD}),
    "broken": (overdue.broken, {"make_commitment": LEAD, "report_progress": LEAD}),
    "the department is instructed": (instructed_department, {"answer_instruction": LEAD}),
    "a handler is instructed": (instructed_person, {"answer_instruction": HEADS | {"handler"}}),
    "the first responder is instructed": (instructed_responder, {"answer_instruction": {"steward"}}),
    "a supervisor is instructed": (instructed_supervisor, {"answer_instruction": {"supervisor"}}),
}


@pytest.mark.parametrize("stand", STANDS)
def test_who_is_offered_what(town, stand):
    start, may = STANDS[stand]
    ticket = make.fresh(start(town))
    in_time = stand == "in time" or "instructed" in stand
    at = ticket.moved_at + timedelta(hours=1) if in_time else overdue.NOW
    offered = {name: ASKED & set(verbs_for(make.fresh(ticket), by, at)) for name, by in everybody(town).items()}
    assert offered == {name: {verb for verb, who in may.items() if name in who} for name in offered}


@pytest.mark.parametrize("stand", STANDS)
def test_who_may_do_it_and_who_is_refused(town, stand):
    start, may = STANDS[stand]
    ticket = make.fresh(start(town))
    wrong = []
    for name, by in everybody(town).items():
        for verb in ASKED:
            outcome = tried(town, verb, ticket, by, overdue.NOW)
            if (outcome == DONE) != (name in may.get(verb, ())):
                wrong.append((name, verb, outcome))
    assert wrong == []


def test_by_their_office_others_are_told_that_it_is_not_theirs(town):
    ticket = overdue.promised(town)
    for name in ("leader", "triager", "enterprise_member", "congress_observer", "economy_handler", "administrator"):
        for verb in ("make_commitment", "approve_commitment", "return_commitment", "report_progress"):
            assert tried(town, verb, ticket, town.people[name], overdue.NOW) == NOT_YOU, (name, verb)
