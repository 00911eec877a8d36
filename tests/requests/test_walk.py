"""Whatever people do, in whatever order, some things always hold."""

from datetime import timedelta

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.deadlines.obligations import ASIDE
from requests import flow, owed, stages
from requests.flow.revisit import missing_to_close
from requests.owed_intake import review_open
from tests.requests import factories as make
from tests.requests.dispatch_acts import convene
from tests.requests.walks import actors, attempt, verbs_for

# Who owes something while a ticket stands at a status; paused clocks are asked for by themselves.
OBLIGOR = {
    "received": {"centre"},
    "incomplete": {"enterprise", "centre"},
    "triaging": {"centre"},
    "assigned": {"department"},
    "handling": {"department"},
    "suspended": {"department"},
    "signoff": {"department"},
    "confirming": {"enterprise"},
    "revisiting": {"centre"},
    "rejected": {"centre"},  # a review
}
# Who is asked to do a verb, so that most steps of a walk go somewhere; every fourth is anybody doing anything.
CENTRE, HEADS = ["intake_clerk", "triager"], ["deputy_head", "department_head", "stand_in"]
LEAD, FIRM = ["handler", "colleague", *HEADS], ["enterprise_member", "steward"]
POLICE, GROUP = ["police_handler", "police_head"], ["police_head", "economy_handler"]
CHIEFS = ["leader", "second_chief", "third_chief"]
DOERS = {
    "accept": CENTRE,
    "ask_supplement": CENTRE,
    "supplement": [*FIRM, "intake_clerk"],
    "reject": CENTRE,
    "withdraw": ["enterprise_member"],
    "dispatch": ["triager"],
    "take": LEAD,
    "name_handler": HEADS,
    "log_contact": LEAD,
    "give_opinion": POLICE,
    "report": LEAD,
    "sign_off": HEADS,
    "send_back": HEADS,
    "confirm": [*FIRM, "revisitor"],
    "dispute": [*FIRM, "revisitor"],
    "lapse_supplement": ["clock"],
    "begin_handling": ["clock"],
    "lapse_confirmation": ["clock"],
    "record_revisit": ["revisitor"],
    "urge": FIRM,
    "write": [*FIRM, *LEAD, "supervisor"],
    "instruct": ["leader"],
    "answer_instruction": ["steward", "intake_clerk"],  # the first responder, whom they are addressed to here
    "make_commitment": LEAD,
    "approve_commitment": ["supervisor"],
    "return_commitment": ["supervisor"],
    "report_progress": LEAD,
    "ask_extension": LEAD,
    "ask_suspension": LEAD,
    "approve_request": ["department_head", "triager", "supervisor"],
    "refuse_request": ["department_head", "triager", "supervisor"],
    "withdraw_request": LEAD,
    "end_suspension": ["department_head", "triager", "supervisor"],
    "bring_back": ["clock"],
    "look_again": ["triager", "supervisor"],
    "ask_review": FIRM,
    "rule_review": ["supervisor"],
    "write_back": ["intake_clerk", "supervisor"],
    "merge": ["triager"],
    "split": ["triager", "clock"],
    "ask_return": LEAD,
    "rule_return": ["triager", "supervisor"],
    "refer_to_chiefs": ["supervisor"],
    "give_view": CHIEFS,
    "decide_raised": CHIEFS,
    "reassign": ["supervisor"],
    "take_part": POLICE,
    "add_part": [*LEAD, "triager"],
    "end_part": [*LEAD, "triager"],
    "raise_level": [*HEADS, "triager", "supervisor"],
    "give_to_group": ["triager", "supervisor"],
    "contribute": GROUP,
    "report_up": ["triager", "supervisor"],
    "end_group": [*GROUP, "triager", "supervisor"],
    "issue_order": ["supervisor"],
    "answer_order": LEAD,
    "amend_order": ["supervisor"],
    "judge_order": ["supervisor"],
    "deliver_scan": LEAD,
    "verify": ["congress_observer"],
}
CONFIDED = {"entrust", "identify", "ask_unit", "record_confirmation", "find"}  # of complaints (tests/confidential)
VERBS = [verb for verb in stages.TRANSITIONS if verb not in owed.TIMED | CONFIDED]  # timed: about rows of their own
STARTS = ["received", "assigned", "handling", "suspended", "signoff", "confirming", "rejected", "merged"]
ENDINGS = {"withdraw", "reject", "lapse_supplement"}  # drawn blindly only, else most walks are over soon


def check(ticket):
    assert ticket.status in stages.STATUSES
    assert (ticket.closed_at is not None) == (ticket.status in stages.ENDED)
    assert ticket.moved_at >= ticket.filed_at
    clocks = list(ticket.deadlines.open().exclude(obligation__in=ASIDE))
    assert {c.obligor_kind for c in clocks} <= OBLIGOR.get(ticket.status, set())
    reviewed = ticket.status == "rejected" and review_open(ticket)
    assert bool(clocks) == (ticket.status in stages.OPEN or reviewed)
    assert [c.obligation for c in clocks if c.is_paused] == [] or ticket.status in ("incomplete", "suspended")
    assert all(c.department in _departments(ticket) for c in clocks if c.obligor_kind == "department")
    moments = list(make.events(ticket).order_by("pk").values_list("at", flat=True))
    assert moments == sorted(moments)
    counted = ticket.results.filter(dissatisfied=True).count()
    assert (ticket.dissatisfied, ticket.dissatisfied <= 3) == (counted, True)
    if ticket.status == "closed":
        assert missing_to_close(ticket) == []


def _departments(ticket):
    return {a.department for a in ticket.assignments.filter(ended_at=None)}


@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_walk_keeps_the_loop_in_order(town, data):
    with transaction.atomic():
        walk(town, data)
        transaction.set_rollback(True)


def walk(town, data):
    make.accepted(town)  # an older one, to be merged into
    people = actors(town) | {user.username: user for user in convene(town)}
    start = data.draw(st.sampled_from(STARTS), "start")
    ticket = make.fresh(make.AT[start](town))
    at = make.events(ticket).latest("at").at  # a call to the firm, say, comes after the last move
    for _step in range(data.draw(st.integers(5, 20), "steps")):
        at += timedelta(hours=data.draw(st.sampled_from([0, 1, 20, 60, 120]), "hours"))
        blind = data.draw(st.integers(1, 4), "blind") == 4
        verb = data.draw(st.sampled_from(VERBS if blind else likely(ticket.status)), "verb")
        name = data.draw(st.sampled_from(list(people) if blind else DOERS[verb]), "by")
        lot = data.draw(st.integers(0, 4), "lot")
        ticket = step(town, ticket, verb, people[name], at, lot)
        check(ticket)
        if ticket.status in ("withdrawn", "closed"):
            return


def likely(status):
    """The verbs from here, those that lead on three times as likely as the talk beside them."""
    known = [verb for verb in stages.verbs_from(status) if verb in VERBS and verb not in ENDINGS]
    return known + [verb for verb in known if verb in stages.FORWARD or verb == "dispute"] * 2


def step(town, ticket, verb, by, at, lot):
    """The verb is done as the buttons promise, or refused and nothing has changed."""
    offered = verb in verbs_for(ticket, by, at)
    try:
        attempt(town, verb, ticket, by, at, lot=lot)
    except flow.Refused:
        after = make.fresh(ticket)
        assert state(after) == state(ticket)
        return after
    assert offered
    return make.fresh(ticket)


def state(ticket):
    return ticket.status, ticket.round, ticket.moved_at, ticket.urges, ticket.dissatisfied
