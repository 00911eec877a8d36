"""研判 and 流转: APP-3, 4, 5 and 8 of the handbook; who takes a ticket on."""

from datetime import timedelta

import pytest

from requests import flow
from requests.models import Assignment
from requests.models.ticket import Complexity, Kind
from tests.requests import factories as make
from tests.requests.factories import DISPATCHED, MONDAY, TAKEN

AT = MONDAY + DISPATCHED


def dispatch(town, ticket, **given):
    order = {"kind": "coordination", "complexity": "ordinary", "category": town.category, "lead": town.housing}
    return flow.dispatch(ticket, by=town.triager, at=AT, **order | given)


@pytest.mark.parametrize("kind", Kind.values)
@pytest.mark.parametrize("complexity", ["ordinary", "difficult", "major"])
def test_app_3_and_4_triage_settles_kind_and_complexity(town, kind, complexity):
    ticket = make.fresh(dispatch(town, make.accepted(town), kind=kind, complexity=complexity))
    assert (ticket.status, ticket.kind, ticket.complexity) == ("assigned", kind, complexity)
    assert (ticket.lead_department, ticket.dispatched_at) == (town.housing, AT)


def test_app_4_cross_department_has_a_lead_and_co_handlers(town):
    co = [town.police, town.housing, town.economy]  # the lead among them is meant as lead only
    ticket = dispatch(town, make.accepted(town), complexity="cross", co=co, instruction=" 先排水 ")
    parts = {a.department: a.part for a in ticket.assignments.all()}
    assert parts == {town.housing: "lead", town.police: "co", town.economy: "co"}
    assert {a.instruction for a in ticket.assignments.all()} == {"先排水"}
    assert {(a.assigned_by, a.assigned_at) for a in ticket.assignments.all()} == {(town.triager, AT)}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "gossip"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"complexity": "simple"}, "complexity"),
        ({"complexity": Complexity.CROSS}, "co"),
    ],
)
def test_app_3_and_4_what_triage_left_open_is_named(town, refusal, given, field):
    ticket = make.accepted(town)
    assert refusal(dispatch, town, ticket, **given).field == field
    assert make.fresh(ticket).status == "triaging"


def test_app_4_one_department_has_no_co_handlers(town, refusal):
    assert refusal(dispatch, town, make.accepted(town), co=[town.police]).field == "complexity"


def test_a_closed_department_gets_no_ticket(town, refusal):
    town.housing.active = False
    error = refusal(dispatch, town, make.accepted(town))
    assert (error.field, error.sentence) == ("lead", "住房和城乡建设局已停用，请换一个主办部门。")


def test_nor_does_it_take_part(town, refusal):
    town.police.active = False
    error = refusal(dispatch, town, make.accepted(town), complexity="cross", co=[town.police])
    assert (error.field, error.sentence) == ("co", "综合执法局已停用，请换一个协办部门。")


def test_app_5_triage_may_correct_category_and_urgency(town):
    ticket = dispatch(town, make.accepted(town), category=town.other_category, urgency="critical")
    assert (ticket.category, ticket.urgency) == (town.other_category, "critical")
    assert dispatch(town, make.accepted(town, urgency="urgent")).urgency == "urgent"  # left as it was filed


# Taking it on --------------------------------------------------------------------------------------------------


def test_sla_2_the_lead_takes_it_on_and_the_taker_handles_it(town):
    ticket = make.dispatched(town)
    at = MONDAY + TAKEN
    ticket = make.fresh(flow.take(ticket, by=town.colleague, at=at))
    assert (ticket.status, ticket.handler) == ("handling", town.colleague)
    lead = ticket.assignments.get(part=Assignment.Part.LEAD)
    assert (lead.taken_by, lead.taken_at, lead.ended_at) == (town.colleague, at, None)


def test_the_head_names_the_handler_before_and_after(town):
    named = flow.name_handler(make.dispatched(town), by=town.department_head, handler=town.colleague, at=AT)
    taken = flow.take(named, by=town.handler, at=MONDAY + TAKEN)
    assert taken.handler == town.colleague  # who was named, not who pressed the button
    again = flow.name_handler(taken, by=town.deputy_head, handler=town.handler, at=MONDAY + TAKEN)
    assert (make.fresh(again).handler, again.status) == (town.handler, "handling")


def test_a_head_of_the_department_above_answers_for_the_one_below(town):
    ticket = make.dispatched(town, lead=town.utilities)
    assert flow.take(ticket, by=town.department_head, at=MONDAY + TAKEN).handler == town.department_head


@pytest.mark.parametrize("who", ["police_handler", "utilities_handler", "enterprise_member", "triager", "nobody"])
def test_nobody_outside_the_lead_department_handles(town, refusal, who):
    ticket = make.dispatched(town, co=[town.police])
    error = refusal(flow.name_handler, ticket, by=town.department_head, handler=town.people[who], at=AT)
    assert error.field == "handler"
    error = refusal(flow.take, ticket, by=town.handler, handler=town.people[who], at=MONDAY + TAKEN)
    assert error.field == "handler"
    assert make.fresh(ticket).status == "assigned"


def test_who_stands_in_acts_and_the_trail_says_for_whom(town):
    """AB角: the deputy acts with the head's role, shown as such."""
    ticket = make.dispatched(town)
    flow.name_handler(ticket, by=town.stand_in, handler=town.colleague, at=AT)
    event = make.events(ticket).get(kind="ticket.handler_named")
    assert (event.actor, event.principal, event.role) == (town.stand_in, town.department_head, "department_head")
    own = make.events(ticket).get(kind="ticket.dispatched")
    assert (own.actor, own.principal, own.role) == (town.triager, None, "triager")


# Handing over --------------------------------------------------------------------------------------------------


def test_when_somebody_leaves_his_open_work_goes_to_another_in_one_act(town):
    handled = make.handling(town)
    followed = make.filed(town, filed_at=MONDAY + timedelta(days=1))
    done = make.closed(town)
    at = MONDAY + timedelta(days=7)
    assert flow.hand_over(town.handler, town.colleague, by=town.administrator, at=at) == 1
    assert flow.hand_over(town.steward, town.project_assistant, by=town.administrator, at=at) == 2
    assert make.fresh(handled).handler == town.colleague
    assert make.fresh(handled).first_responder == make.fresh(followed).first_responder == town.project_assistant
    assert (make.fresh(done).handler, make.fresh(done).first_responder) == (town.handler, town.steward)
    handed = make.events(handled).filter(kind="ticket.handed_over").values_list("data", flat=True)
    assert [(data["before"], data["after"]) for data in handed] == [
        (town.handler.pk, town.colleague.pk),
        (town.steward.pk, town.project_assistant.pk),
    ]
    assert not make.events(done).filter(kind="ticket.handed_over").exists()
