"""督查督办 as a row: by the rule, by hand, answered, amended, judged (APP-13, SLA-13, SEC-1)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from portal.deadlines.sweep import sweep
from portal.people.models import User
from requests import flow
from requests.models import SupervisionOrder
from requests.story import Story
from tests.requests import factories as make
from tests.requests import overdue
from tests.requests.walks import verbs_for
from tests.revisit.stands import DAY, DEMAND, FIRST

pytestmark = pytest.mark.django_db
LATER = overdue.NOW + timedelta(hours=2)


def order_of(ticket) -> SupervisionOrder:
    return SupervisionOrder.objects.select_related("deadline").get(ticket=ticket)


def test_app_13_twice_dissatisfied_makes_an_order_with_number_demand_and_limit(town, at):
    order = order_of(at("ordered"))
    assert (order.state, order.cause, order.by_hand) == ("running", "dissatisfied", False)
    assert order.department == town.housing
    assert order.number.startswith("沙督〔2026〕")
    assert "书面答复" in order.demand
    assert order.deadline.obligation == "order"
    assert order.deadline.due_at == make.moment("2026-11-20 17:00")  # 5 wd after Saturday the 14th (SLA-13)


def test_app_13_dissatisfied_once_makes_none(town, at):
    assert not SupervisionOrder.objects.filter(ticket=at("second")).exists()


def test_its_result_is_its_answer_and_the_supervisor_judges(town, at):
    ticket = at("answered")
    order = order_of(ticket)
    assert (order.state, order.answer, order.answered_by) == ("answered", "已疏通管网", town.department_head)
    assert order.result == ticket.results.latest("id")
    assert order.deadline.met_at is not None
    flow.judge_order(ticket, by=town.supervisor, judgement="unmet", text=" 只通了一半 ", at=FIRST + 5 * DAY)
    order = order_of(ticket)
    assert (order.state, order.judgement_text, order.judged_by) == ("unmet", "只通了一半", town.supervisor)
    assert make.fresh(ticket).status == "confirming"  # the round goes on, whatever was judged


def test_an_order_is_judged_once_and_with_words(town, at, refusal):
    ticket = at("answered")
    judge = {"by": town.supervisor, "at": FIRST + 5 * DAY}
    assert refusal(flow.judge_order, ticket, judgement="met", text=" ", **judge).field == "text"
    assert refusal(flow.judge_order, ticket, judgement="good", text="好", **judge).field == "judgement"
    flow.judge_order(ticket, judgement="met", text="看过", **judge)
    assert "没有等评定" in refusal(flow.judge_order, ticket, judgement="met", text="看过", **judge).sentence


def test_what_was_not_answered_is_not_judged(town, at, refusal):
    assert (
        "没有等评定"
        in refusal(
            flow.judge_order, at("ordered"), by=town.supervisor, judgement="met", text="好", at=FIRST + 3 * DAY
        ).sentence
    )
    with pytest.raises(IntegrityError, match="order_answered_before_judged"), transaction.atomic():
        SupervisionOrder.objects.filter(ticket=at("ordered")).update(judgement="met", judged_at=FIRST)


# By hand -------------------------------------------------------------------------------------------------------


def test_sec_1_by_hand_it_has_a_clock_beside_the_late_one(town, at):
    ticket = at("by hand")
    order = order_of(ticket)
    assert (order.cause, order.issued_by, order.demand) == ("overdue", town.supervisor, DEMAND)
    assert order.deadline.due_at == make.moment("2026-11-26 17:00")
    assert {d.obligation for d in ticket.open_deadlines} >= {"handle", "order"}
    assert ticket.round == "first"


def test_it_is_given_on_late_work_alone_and_not_twice(town, at, refusal):
    for name, sentence in (("handling", "没有超期"), ("by hand", "已经在督办"), ("ordered", "已经在督办")):
        ticket = at(name)
        at_once = max(ticket.moved_at, LATER) if name == "by hand" else ticket.moved_at
        said = refusal(flow.issue_order, ticket, by=town.supervisor, demand=DEMAND, at=at_once)
        assert sentence in said.sentence, name
    assert refusal(flow.issue_order, at("late"), by=town.supervisor, demand=" ", at=LATER).field == "demand"


def test_the_department_answers_and_its_clock_stops(town, at, refusal):
    ticket = at("by hand")
    flow.answer_order(ticket, by=town.department_head, text="已约有关单位", at=LATER)
    order = order_of(ticket)
    assert (order.state, order.answered_by, order.deadline.met_at) == ("answered", town.department_head, LATER)
    handle = ticket.deadlines.get(obligation="handle")
    assert handle.is_open
    assert "没有等您答复" in refusal(flow.answer_order, ticket, by=town.handler, text="再答", at=LATER).sentence


def test_an_order_of_the_rule_is_answered_by_its_result_alone(town, at, refusal):
    said = refusal(flow.answer_order, at("ordered"), by=town.handler, text="办了", at=FIRST + 3 * DAY)
    assert "报办理结果就是答复" in said.sentence


def test_the_signed_result_answers_an_order_by_hand_as_well(town, at):
    ticket = make.answer_again(town, at("by hand"), LATER)
    order = order_of(ticket)
    assert (order.state, order.answer) == ("answered", "已疏通管网")
    assert not ticket.deadlines.open().filter(obligation="order").exists()


def test_amending_keeps_the_former_words_and_the_limit(town, at, refusal):
    ticket = at("by hand")
    due = order_of(ticket).deadline.due_at
    flow.amend_order(ticket, by=town.supervisor, demand="两日内到现场", at=LATER)
    order = order_of(ticket)
    assert (order.demand, order.deadline.due_at) == ("两日内到现场", due)
    event = make.events(ticket).get(kind="ticket.order_amended")
    assert event.data["former"] == DEMAND
    line = next(line for line in Story(ticket, firm_side=False).lines if line.kind == event.kind)
    assert DEMAND in line.text
    assert refusal(flow.amend_order, ticket, by=town.supervisor, demand="两日内到现场", at=LATER).field == "demand"


def test_with_the_matter_withdrawn_the_order_falls(town, at):
    ticket = at("by hand")
    flow.withdraw(ticket, by=town.enterprise_member, reason="自己解决了", at=LATER)
    order = order_of(ticket)
    assert (order.state, order.state_name) == ("fallen", "不再需要")
    assert order in SupervisionOrder.objects.over()


def test_an_overdue_order_climbs_its_own_ladder(town, at):
    ticket = at("by hand")
    sweep(make.moment("2026-11-27 17:30"))
    assert order_of(ticket).deadline.firings.filter(rung=3).exists()


# Who sees and does what ----------------------------------------------------------------------------------------


def test_who_is_offered_what(town, at):
    seen = {}
    for name, now in (
        ("late", overdue.NOW),
        ("by hand", LATER),
        ("ordered", FIRST + 3 * DAY),
        ("answered", FIRST + 4 * DAY),
    ):
        for who in ("supervisor", "handler", "department_head", "leader", "congress_observer", "enterprise_member"):
            verbs = verbs_for(at(name), User.objects.get(pk=town.people[who].pk), now)
            seen[name, who] = {verb for verb in verbs if verb.endswith("_order")}
    assert {key: verbs for key, verbs in seen.items() if verbs} == {
        ("late", "supervisor"): {"issue_order"},
        ("by hand", "supervisor"): {"amend_order"},
        ("by hand", "handler"): {"answer_order"},
        ("by hand", "department_head"): {"answer_order"},
        ("ordered", "supervisor"): {"amend_order"},
        ("answered", "supervisor"): {"judge_order"},
    }


def test_orders_are_for_officials_who_read_the_ticket(town, at):
    mine = SupervisionOrder.objects.filter(ticket=at("by hand"))
    people = {name: User.objects.get(pk=user.pk) for name, user in town.people.items()}
    see = {name for name, user in people.items() if mine.visible_to(user).exists()}
    assert {"supervisor", "leader", "handler", "department_head", "stand_in", "intake_clerk"} <= see
    assert not see & {"enterprise_member", "member_official", "economy_handler", "administrator", "nobody", "auditor"}


def test_the_firm_reads_that_it_is_ordered_and_not_what_was_demanded(town, at):
    story = Story(at("ordered"), firm_side=True)
    said = next(line for line in story.lines if line.kind == "ticket.ordered")
    assert (said.who, said.unit, said.what, said.text) == ("系统", "", "督查督办", "")  # by rule, not the firm's act
    assert not any("order_" in line.kind for line in Story(at("by hand"), firm_side=True).lines)


def test_a_confidential_matters_order_takes_no_number(town, at):
    ticket = at("late")
    make.Ticket.objects.filter(pk=ticket.pk).update(confidential=True)
    before = SupervisionOrder.objects.exclude(serial=None).count()
    order = flow.issue_order(ticket, by=town.supervisor, demand=DEMAND, at=LATER)
    assert (order.serial, order.number) == (None, "")
    assert SupervisionOrder.objects.exclude(serial=None).count() == before
