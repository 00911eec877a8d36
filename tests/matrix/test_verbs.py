"""Every status × verb × person: who may do what, written out by hand from handbook §1, §2 and SEC-1.

Nothing here is derived from `requests/stages.py`: the table of the code and this one must agree.
"""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from enterprises.models import Member
from portal.people.actors import LinkHolder
from portal.people.models import Membership
from requests import flow
from tests.matrix import dispatching, respite
from tests.requests import callers
from tests.requests import factories as make
from tests.requests.test_trail import ARTICLES, PROBLEMS
from tests.requests.walks import actors, attempt, verbs_for

# One letter for each status, in the order of the loop; at A, H and S `town.police` is co-handling.
LETTERS = {
    "R": "received",
    "I": "incomplete",
    "T": "triaging",
    "A": "assigned",
    "H": "handling",
    "P": "suspended",
    "S": "signoff",
    "C": "confirming",
    "V": "revisiting",
    "X": "closed",
    "J": "rejected",
    "W": "withdrawn",
    "M": "merged",
}
OPEN = "RITAHPSCV"
TALK = f"{OPEN}M"  # a firm that finds itself merged says so in the merged one

FIRM = {"supplement": "I", "withdraw": "RITAHPS", "confirm": "C", "dispute": "C", "urge": "RTAHPSV", "write": TALK}
ON_BEHALF = {"supplement": "I", "urge": "RTAHPSV", "write": TALK}
BY_TELEPHONE = {"confirm": "C", "dispute": "C"}
CLERK = {"accept": "R", "ask_supplement": "RT", "supplement": "I", "reject": "RT", "write": TALK} | BY_TELEPHONE
FIRM, ON_BEHALF, CLERK = ({**may, "ask_review": "J"} for may in (FIRM, ON_BEHALF, CLERK))
HANDLER = {"take": "A", "log_contact": "HP", "report": "H", "write": "AHPSCV"}
HEAD = HANDLER | {"name_handler": "AHP", "sign_off": "S", "send_back": "S"}
CO = {"give_opinion": "AHP", "write": "AHPS"}  # ends with the signature (SEC-2)

MAY = {
    # the firm's side
    "enterprise_member": FIRM,
    "member_official": FIRM,  # a triager, but this is his own case (§1)
    "other_member": {},  # of another firm
    "former_member": {},  # his membership has ended
    "steward": ON_BEHALF | BY_TELEPHONE,  # also the first responder (APP-8)
    "project_assistant": ON_BEHALF,
    "grid_member": {},
    # the centre
    "intake_clerk": CLERK,
    "second_clerk": CLERK,
    "triager": {"accept": "R", "ask_supplement": "RT", "reject": "RT", "dispatch": "T", "write": TALK}
    | {"merge": "RT", "split": "M"},
    "revisitor": {"record_revisit": "V", "write": TALK} | BY_TELEPHONE,
    "supervisor": {"write": TALK},
    # the departments
    "handler": HANDLER,
    "colleague": HANDLER,
    "former_handler": {},
    "deputy_head": HEAD,
    "department_head": HEAD,
    "stand_in": HEAD,  # for the head (AB角)
    "police_handler": CO,
    "police_head": CO,
    "utilities_handler": {},  # of the office below the lead department
    "economy_handler": {},
    # everybody else
    "congress_observer": {},
    "leader": {"instruct": OPEN},
    "data_officer": {},
    "policy_officer": {},
    "inspector": {},
    "evaluator": {},
    "auditor": {},
    "administrator": {},
    "nobody": {},
    "anonymous": {},
    "clock": {"lapse_supplement": "I", "begin_handling": "A", "lapse_confirmation": "C", "split": "M"},
    "link": BY_TELEPHONE,  # to this ticket's result; it opens nothing at any other status
    "another's link": {},
}
MAY = {name: may | dispatching.MAY.get(name, {}) | respite.MAY.get(name, {}) for name, may in MAY.items()}
VERBS = sorted({verb for may in MAY.values() for verb in may})


def ticket_at(town, letter):
    return make.AT[LETTERS[letter]](town, **({"co": [town.police]} if letter in "AHPSCVX" else {}))


def everybody(town, ticket=None):
    """Everybody of the town, a stranger, and two one-time links: for this ticket, once it has a result, and another."""
    foreign = LinkHolder(callers.link_of(callers.confirming(town)))
    has_result = ticket is not None and ticket.results.exclude(signed_at=None).exists()
    own = LinkHolder(callers.link_of(ticket)) if has_result else foreign
    return actors(town) | {"anonymous": AnonymousUser(), "link": own, "another's link": foreign}


# What is no step of a ticket that stands somewhere: how it comes in, whose it is, and taking a step back.
BESIDE = {"file", "register", "relay", "complain", "take_down", "hand_over", "follow_steward", "undo"}
# What supervision asks for is offered where something is late or was instructed: `test_supervision`.
OVERSEEN = {
    *("answer_instruction", "make_commitment", "approve_commitment", "return_commitment", "report_progress"),
    *("decide_commitment", "owe_progress", "note_agenda"),
    *("rule_review", "write_back"),  # where a review was asked for, a hotline waits: `tests/intake/test_matrix.py`
    # orders, sealed replies, the congress observer's question: `tests/revisit/test_matrix.py`
    *("issue_order", "answer_order", "amend_order", "judge_order", "deliver_scan", "verify"),
    # of confidential complaints alone: `test_confidential`
    *("entrust", "identify", "ask_unit", "answer_unit_question", "record_confirmation", "find"),
}


def test_everybody_and_every_verb_of_the_table_is_here(town):
    assert set(MAY) == set(everybody(town))
    known = set(VERBS) | BESIDE | OVERSEEN | dispatching.PENDING | respite.PENDING | PROBLEMS | ARTICLES
    assert known == set(flow.__all__) - {"Refused"}


@pytest.mark.parametrize("letter", LETTERS)
def test_the_buttons_a_person_sees(town, letter):
    ticket = ticket_at(town, letter)
    people = everybody(town, ticket).items()
    seen = {name: set(verbs_for(ticket, by, ticket.moved_at)) for name, by in people}
    expected = {name: {verb for verb, letters in may.items() if letter in letters} for name, may in MAY.items()}
    if letter == "X":
        expected["congress_observer"].add("verify")  # overdue ones as well: `tests/revisit/test_matrix.py`
    assert seen == expected


@pytest.mark.parametrize("letter", LETTERS)
def test_the_verbs_do_what_the_table_allows_and_refuse_the_rest(town, letter):
    if letter in "RT":
        make.accepted(town)  # an older one, to be merged into
    ticket = ticket_at(town, letter)
    with_opinion = make.handling(town, co=[town.police], opinions=True) if letter == "H" else ticket
    wrong = []
    for name, by in everybody(town, ticket).items():
        for verb in VERBS:
            subject = with_opinion if verb == "report" else ticket
            outcome = tried(town, verb, subject, by)
            if outcome != expected(name, verb, letter):
                wrong.append((name, verb, outcome))
    assert wrong == []


DONE, NOT_YOU, NOT_NOW = "done", "not you", "not now"
UNDER_WAY = "主件还在办，不用拆出。"  # the clock waits until that one has ended: `tests/triage/test_merging`


def expected(name, verb, letter):
    if (name, verb, letter) == ("clock", "split", "M"):
        return UNDER_WAY
    if letter in MAY[name].get(verb, ""):
        return DONE
    somebody_may = any(letter in may.get(verb, "") for may in MAY.values())
    return NOT_YOU if somebody_may else NOT_NOW


def tried(town, verb, ticket, by, at=None):
    """What came of it; whatever was done is undone again."""
    outcome = DONE
    with transaction.atomic():
        try:
            attempt(town, verb, ticket, by, at or ticket.moved_at + timedelta(days=20))
        except flow.Refused as error:
            outcome = NOT_YOU if error.sentence == "这一步不由您办理。" else NOT_NOW
            if outcome == NOT_NOW and f"现在是“{ticket.status_name}”" not in error.sentence:
                outcome = error.sentence
        transaction.set_rollback(True)
    return outcome


# Narrower than a role ------------------------------------------------------------------------------------------


def test_a_head_acts_for_the_departments_below_and_not_for_those_above(town):
    below = make.dispatched(town, lead=town.utilities)
    assert "take" in verbs_for(below, town.department_head)
    assert "take" not in verbs_for(below, town.handler)
    assert "take" not in verbs_for(make.dispatched(town), town.utilities_handler)


def test_what_only_the_head_may_sign_is_not_offered_to_his_deputies(town):
    for ticket in (make.signoff(town, result="cannot"), make.report(make.revisiting(town, stars=1), make.MONDAY)):
        assert "sign_off" not in verbs_for(ticket, town.deputy_head)
        assert "send_back" in verbs_for(ticket, town.deputy_head)
        assert "sign_off" in verbs_for(ticket, town.department_head)


def test_a_steward_acts_for_his_own_firms_only(town):
    ticket = make.filed(town, enterprise=town.foreign_firm, by=town.other_member)
    assert verbs_for(ticket, town.steward) == []


def test_whoever_is_first_responder_records_what_the_firm_says(town):
    ticket = make.confirming(town)
    assert not {"confirm", "dispute"} & set(verbs_for(ticket, town.leader))
    ticket.first_responder = town.leader
    assert {"confirm", "dispute"} <= set(verbs_for(ticket, town.leader))


def test_nobody_acts_as_first_responder_for_want_of_one(town):
    ticket = make.confirming(town)
    ticket.first_responder = None
    assert verbs_for(ticket, AnonymousUser()) == []


def test_an_opinion_is_asked_for_once(town):
    ticket = make.handling(town, co=[town.police, town.economy])
    assert "give_opinion" in verbs_for(ticket, town.police_handler)
    flow.give_opinion(ticket, by=town.police_handler, text="已查", at=make.MONDAY + make.OPINION)
    assert verbs_for(ticket, town.police_handler) == verbs_for(ticket, town.police_head) == ["write"]
    assert "give_opinion" in verbs_for(ticket, town.economy_handler)


def test_naming_another_is_for_heads_a_handler_takes_it_himself(town):
    ticket = make.dispatched(town)
    at = ticket.moved_at
    with pytest.raises(flow.Refused):
        flow.take(ticket, by=town.handler, handler=town.colleague, at=at)
    named = flow.name_handler(make.dispatched(town), by=town.deputy_head, handler=town.colleague, at=at)
    with pytest.raises(flow.Refused):
        flow.take(named, by=town.handler, handler=town.handler, at=at)
    assert flow.take(named, by=town.handler, at=at).handler == town.colleague
    assert flow.take(ticket, by=town.department_head, handler=town.colleague, at=at).handler == town.colleague


def test_whom_the_head_had_named_and_who_has_left_is_in_nobodys_way(town):
    ticket = flow.name_handler(make.dispatched(town), by=town.deputy_head, handler=town.colleague, at=make.MONDAY)
    Membership.objects.filter(user=town.colleague).update(until=make.LONG_AGO)
    ticket = make.fresh(ticket)
    assert flow.take(ticket, by=town.handler, at=ticket.moved_at).handler == town.handler


def test_nobody_handles_the_case_of_his_own_firm(town):
    """§1: own case. Whoever keeps its books cannot be named, nor take it, whatever his office."""
    Member.objects.create(enterprise=town.firm, user=town.colleague, since=make.LONG_AGO)
    town.forget()
    ticket = make.dispatched(town)
    for verb in (flow.name_handler, flow.take):
        with pytest.raises(flow.Refused) as refused:
            verb(ticket, by=town.department_head, handler=town.colleague, at=ticket.moved_at)
        assert refused.value.field == "handler"
    assert "take" not in verbs_for(ticket, town.colleague)


def test_co_handling_again_opens_the_ticket_again(town):
    ticket = make.confirming(town, co=[town.police])
    assert verbs_for(ticket, town.police_handler) == []
    again = make.dispatched(town, co=[town.police])
    assert "give_opinion" in verbs_for(again, town.police_handler)
