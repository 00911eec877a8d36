"""Who may do what to a confidential complaint, status by status, written out by hand from APP-18 and SEC-1.

Nothing here is derived from `requests/stages.py`.
"""

from datetime import timedelta

import pytest

from requests import flow, stages
from tests.confidential import factories as make
from tests.matrix.test_verbs import NOT_YOU, everybody, tried
from tests.requests.factories import fresh
from tests.requests.walks import verbs_for

# The officials who may do anything at all: a supervisor, and the handler he has named (`town.economy_handler`).
KEEPS = {
    "received": "accept ask_supplement reject identify write",
    "triaging": "ask_supplement reject entrust identify write",
    "assigned": "entrust identify write",
    "handling": "entrust identify ask_unit write",
    "signoff": "identify sign_off send_back write",
    "confirming": "identify confirm dispute write",
    "revisiting": "identify record_revisit write",
}
HANDLES = {
    "assigned": "take write",
    "handling": "log_contact record_confirmation ask_extension ask_suspension write",
    "signoff": "write",
    "confirming": "write",
    "revisiting": "write",
}
ASKED_OF_THE_FIRM = {"supplement", "withdraw", "confirm", "dispute", "urge", "write"}


def offered(ticket, by):
    return set(verbs_for(fresh(ticket), by, ticket.moved_at + timedelta(hours=1)))


@pytest.mark.parametrize("status", make.AT)
def test_the_buttons_a_person_sees(town, status):
    ticket = make.AT[status](town)
    assert ticket.status == status
    wrong = {}
    for name, by in everybody(town).items():
        if name in ("enterprise_member", "clock"):
            continue
        may = {"supervisor": KEEPS, "economy_handler": HANDLES}.get(name, {}).get(status, "")
        if (seen := offered(ticket, by)) != set(may.split()):
            wrong[name] = seen
    assert wrong == {}
    assert "write" in offered(ticket, town.enterprise_member)
    assert offered(ticket, town.enterprise_member) <= ASKED_OF_THE_FIRM


def test_the_finding_is_offered_after_the_confirmations_and_the_result_after_the_finding(town):
    ticket = make.confirmed(town)
    assert {"find", "report"} & offered(ticket, town.economy_handler) == {"find"}
    flow.find(ticket, by=town.economy_handler, outcome="founded", text="属实")
    assert {"find", "report"} & offered(ticket, town.economy_handler) == {"report"}


# By their office these would act on an ordinary ticket; here they are told that it isn't theirs.
USUALLY = {
    "received": ("accept", {"intake_clerk", "second_clerk", "triager"}),
    "triaging": ("dispatch", {"triager", "supervisor"}),
    "assigned": ("take", {"handler", "department_head", "stand_in", "police_handler", "supervisor"}),
    "handling": ("report", {"handler", "police_head", "supervisor"}),
    "signoff": ("sign_off", {"deputy_head", "department_head", "economy_handler", "leader"}),
    "confirming": ("confirm", {"intake_clerk", "revisitor", "steward", "member_official"}),
    "revisiting": ("record_revisit", {"revisitor", "economy_handler"}),
}


@pytest.mark.parametrize("status", USUALLY)
def test_whose_office_it_usually_is_has_none_here(town, status):
    verb, names = USUALLY[status]
    ticket = make.AT[status](town)
    assert {name: tried(town, verb, ticket, town.people[name]) for name in names} == dict.fromkeys(names, NOT_YOU)


def test_what_no_confidential_complaint_knows_is_done_to_none(town):
    """A verb that is not named for confidential matters is refused to officials, whichever is added to the loop."""
    ticket = make.handling(town)
    held = {"confidential.supervisor", "supervisor", "intake_clerk", "triager", "revisitor", "first_responder"}
    for verb in ("dispatch", "instruct", "make_commitment", "give_opinion", "name_handler", "report_progress"):
        assert not stages.may(verb, ticket.status, frozenset(held)), verb
