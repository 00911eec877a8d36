"""Whatever people do, in whatever order, some things always hold."""

from datetime import timedelta

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.deadlines.obligations import ASIDE
from requests import flow, owed, stages
from requests.flow.revisit import missing_to_close
from tests.requests import factories as make
from tests.requests.walks import actors, attempt, verbs_for

# Who owes something while a ticket stands at a status; paused clocks are asked for by themselves.
OBLIGOR = {
    "received": {"centre"},
    "incomplete": {"enterprise", "centre"},
    "triaging": {"centre"},
    "assigned": {"department"},
    "handling": {"department"},
    "signoff": {"department"},
    "confirming": {"enterprise"},
    "revisiting": {"centre"},
}
# Who is asked to do a verb, so that most steps of a walk go somewhere; every fourth is anybody doing anything.
CENTRE, HEADS = ["intake_clerk", "triager"], ["deputy_head", "department_head", "stand_in"]
LEAD, FIRM = ["handler", "colleague", *HEADS], ["enterprise_member", "steward"]
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
    "give_opinion": ["police_handler", "police_head"],
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
}
VERBS = [verb for verb in stages.TRANSITIONS if verb not in owed.TIMED]  # those are about rows of their own
ENDINGS = {"withdraw", "reject", "lapse_supplement"}  # drawn blindly only, else most walks are over soon


def check(ticket):
    assert ticket.status in stages.STATUSES
    assert (ticket.closed_at is not None) == (ticket.status in stages.ENDED)
    assert ticket.moved_at >= ticket.filed_at
    clocks = list(ticket.deadlines.open().exclude(obligation__in=ASIDE))
    assert {c.obligor_kind for c in clocks} <= OBLIGOR.get(ticket.status, set())
    assert bool(clocks) == (ticket.status in stages.OPEN)
    assert [c.obligation for c in clocks if c.is_paused] == [] or ticket.status == "incomplete"
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
    people = actors(town)
    start = data.draw(st.sampled_from(["received", "assigned", "signoff", "confirming"]), "start")
    ticket = make.fresh(make.AT[start](town))
    at = ticket.moved_at
    for _step in range(data.draw(st.integers(5, 20), "steps")):
        at += timedelta(hours=data.draw(st.sampled_from([0, 1, 20, 60, 120]), "hours"))
        blind = data.draw(st.integers(1, 4), "blind") == 4
        verb = data.draw(st.sampled_from(VERBS if blind else likely(ticket.status)), "verb")
        name = data.draw(st.sampled_from(list(people) if blind else DOERS[verb]), "by")
        lot = data.draw(st.integers(0, 4), "lot")
        ticket = step(town, ticket, verb, people[name], at, lot)
        check(ticket)
        if ticket.ended:
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
