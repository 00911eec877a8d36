"""Which clock runs when: the time limits of handbook §3 on the straight path, with due times worked out by hand.

Everything is filed on Monday 9 November 2026, 09:00; there is no holiday until New Year.
"""

from datetime import date, timedelta

import pytest

from portal.deadlines.models import SlaChoice, SlaTable
from requests import flow
from requests.flow.feedback import Scores
from requests.forms.dispatching import DispatchForm
from requests.forms.taking import TakeForm
from tests.requests import factories as make
from tests.requests.factories import MONDAY, moment


def due(ticket, obligation):
    return ticket.deadlines.get(obligation=obligation).due_at


def open_clocks(ticket):
    return {d.obligation: d.due_at for d in ticket.deadlines.open()}


def facts(deadline):
    return deadline.obligor_kind, deadline.department, deadline.started_at, deadline.rule.reference


def test_sla_1_and_10_run_from_receipt(town):
    ticket = make.filed(town)
    assert open_clocks(ticket) == {
        "first_response": moment("2026-11-09 09:30"),  # 30 working minutes
        "dispatch": moment("2026-11-10 17:00"),  # 1 wd
    }
    assert facts(ticket.deadlines.get(obligation="first_response")) == ("centre", None, MONDAY, "SLA-10")
    assert facts(ticket.deadlines.get(obligation="dispatch")) == ("centre", None, MONDAY, "SLA-1")


def test_dl_1_what_comes_at_night_waits_for_the_opening(town):
    friday_evening = make.filed(town, filed_at=moment("2026-11-13 20:00"))
    assert open_clocks(friday_evening) == {
        "first_response": moment("2026-11-16 09:00"),
        "dispatch": moment("2026-11-16 17:00"),
    }
    assert due(make.filed(town, filed_at=moment("2026-11-14 12:00")), "dispatch") == moment("2026-11-16 17:00")
    # The first days of October are holidays, Saturday 10th is worked instead.
    assert due(make.filed(town, filed_at=moment("2026-10-01 09:00")), "dispatch") == moment("2026-10-08 17:00")


@pytest.mark.parametrize("channel", ["phone", "counter", "visit", "meeting"])
def test_sla_10_whoever_speaks_to_a_person_has_been_answered(town, channel):
    ticket = make.registered(town, channel=channel)
    assert open_clocks(ticket) == {"dispatch": moment("2026-11-10 17:00")}
    assert ticket.first_response_at == MONDAY


@pytest.mark.parametrize("channel", ["hotline", "wechat", "congress", "station", "import"])
def test_sla_10_what_a_clerk_types_in_was_not_answered_within_0_minutes(town, channel):
    """Nobody knows when it came in: there is nothing to measure, neither good nor bad."""
    ticket = make.registered(town, channel=channel)
    assert not ticket.deadlines.filter(obligation="first_response").exists()
    assert ticket.first_response_at is None
    flow.ask_supplement(ticket, by=town.triager, items="照片", at=MONDAY + timedelta(hours=1))
    assert make.fresh(ticket).first_response_at is None


def test_sla_10_a_reply_is_an_answer(town):
    ticket = make.filed(town)
    flow.write(ticket, by=town.steward, text="已转告中心", at=MONDAY + timedelta(minutes=2))
    assert make.fresh(ticket).first_response_at is None  # of the centre, not of the steward
    flow.write(ticket, by=town.intake_clerk, text="请补照片", audience="office", at=MONDAY + timedelta(minutes=3))
    assert make.fresh(ticket).first_response_at is None  # nor to a colleague
    at = MONDAY + timedelta(minutes=5)
    flow.write(ticket, by=town.intake_clerk, text="马上联系您", at=at)
    assert ticket.deadlines.get(obligation="first_response").met_at == make.fresh(ticket).first_response_at == at
    ticket = flow.accept(ticket, by=town.intake_clerk, at=MONDAY + timedelta(minutes=9))
    assert ticket.first_response_at == at


def test_sla_10_the_first_human_answer_meets_it(town):
    for verb in (make.accepted, make.incomplete, make.rejected):
        ticket = verb(town)
        first = ticket.deadlines.get(obligation="first_response")
        assert first.met_at == ticket.first_response_at == MONDAY + make.ACCEPTED
        assert first.light(MONDAY + timedelta(days=1)) == "met"


def test_sla_10_answered_a_minute_too_late_is_late(town):
    ticket = flow.accept(make.filed(town), by=town.intake_clerk, at=moment("2026-11-09 09:31"))
    assert ticket.deadlines.get(obligation="first_response").light(MONDAY) == "met_late"


def test_sla_2_runs_from_the_assignment(town):
    ticket = make.dispatched(town)
    assert ticket.deadlines.get(obligation="dispatch").met_at == MONDAY + make.DISPATCHED
    assert open_clocks(ticket) == {"accept": moment("2026-11-10 17:00")}
    clock = ticket.deadlines.get(obligation="accept")
    assert facts(clock) == ("department", town.housing, MONDAY + make.DISPATCHED, "SLA-2")


@pytest.mark.parametrize(
    ("kind", "reference", "until"),
    [
        ("consultation", "SLA-3", "2026-11-17 17:00"),  # 5 wd from Tuesday 10th
        ("coordination", "SLA-4", "2026-12-01 17:00"),  # 15 wd
        ("complaint", "SLA-4", "2026-12-01 17:00"),
        ("suggestion", "SLA-4", "2026-12-01 17:00"),
        ("approval", "SLA-5", "2026-12-08 17:00"),  # the statutory 20 wd of the Licensing Act
    ],
)
def test_sla_3_4_5_run_from_acceptance(town, kind, reference, until):
    ticket = make.handling(town, kind=kind, contacted=False)
    assert open_clocks(ticket) == {"handle": moment(until), "contact": moment("2026-11-11 17:00")}
    clock = ticket.deadlines.get(obligation="handle")
    assert facts(clock) == ("department", town.housing, MONDAY + make.TAKEN, reference)
    assert ticket.deadlines.get(obligation="accept").met_at == MONDAY + make.TAKEN


def test_sla_3_at_latest_from_the_time_by_which_it_should_have_been_accepted(town):
    ticket = make.dispatched(town, kind="consultation")
    late = moment("2026-11-13 10:00")  # due was Tuesday 17:00
    ticket = flow.take(ticket, by=town.handler, at=late)
    assert due(ticket, "handle") == moment("2026-11-17 17:00")  # 5 wd from Tuesday, not from Friday
    assert due(ticket, "contact") == moment("2026-11-16 17:00")  # 1 wd from the acceptance itself (APP-21)


@pytest.mark.parametrize(
    ("urgency", "first", "handle"),
    [
        ("ordinary", "2026-11-09 09:30", "2026-12-01 17:00"),
        ("urgent", "2026-11-09 09:15", "2026-11-20 17:00"),  # 15 minutes, 8 wd
        ("critical", "2026-11-09 09:08", "2026-11-16 17:00"),  # 8 minutes, 4 wd: rounded up
    ],
)
def test_app_2_urgent_halves_and_critical_quarters_working_time(town, urgency, first, handle):
    ticket = make.handling(town, urgency=urgency)
    assert due(ticket, "first_response") == moment(first)
    assert due(ticket, "dispatch") == moment("2026-11-10 17:00")  # 1 wd is never less
    assert due(ticket, "handle") == moment(handle)
    signed = make.confirming(town, urgency=urgency)
    assert due(signed, "confirm") == moment("2026-11-16 17:00")  # the firm is not hurried


def test_app_2_urgency_found_at_triage_holds_from_then_on(town):
    ticket = make.handling(town, given_urgency="urgent")
    assert due(ticket, "first_response") == moment("2026-11-09 09:30")
    assert due(ticket, "handle") == moment("2026-11-20 17:00")


def test_sla_16_co_handlers_are_due_two_working_days_before_the_lead(town):
    ticket = make.handling(town, co=[town.police, town.economy])
    parts = ticket.deadlines.filter(obligation="co_handle").order_by("pk")
    assert [(d.department, d.due_at) for d in parts] == [
        (town.police, moment("2026-11-27 17:00")),
        (town.economy, moment("2026-11-27 17:00")),
    ]
    flow.give_opinion(ticket, by=town.police_handler, text="已查", at=MONDAY + make.OPINION)
    assert ticket.deadlines.get(obligation="co_handle", met_at=None).department == town.economy


def test_sla_16_where_no_time_is_left_a_part_is_due_with_the_lead(town):
    ticket = make.dispatched(town, co=[town.police], kind="consultation", urgency="critical")
    ticket = flow.take(ticket, by=town.handler, at=moment("2026-11-11 09:00"))  # due on the 10th, so counted from there
    assert due(ticket, "handle") == moment("2026-11-12 17:00")  # 2 wd
    assert due(ticket, "co_handle") == moment("2026-11-12 17:00")


def test_the_departments_clock_runs_until_the_head_has_signed(town):
    ticket = make.signoff(town)
    assert "handle" in open_clocks(ticket)
    signed = make.confirming(town)
    assert signed.deadlines.get(obligation="handle").met_at == MONDAY + make.SIGNED


def test_sla_7_the_firm_has_three_working_days(town):
    ticket = make.confirming(town)
    assert open_clocks(ticket) == {"confirm": moment("2026-11-16 17:00")}  # from Wednesday 11th
    clock = ticket.deadlines.get(obligation="confirm")
    assert facts(clock) == ("enterprise", None, MONDAY + make.SIGNED, "SLA-7")


def test_sla_11_runs_from_the_confirmation(town):
    ticket = make.revisiting(town)
    assert open_clocks(ticket) == {"revisit": moment("2026-11-19 17:00")}  # 5 wd from Thursday 12th
    clock = ticket.deadlines.get(obligation="revisit")
    assert facts(clock) == ("centre", None, MONDAY + make.CONFIRMED, "SLA-11")
    assert make.closed(town).deadlines.get(obligation="revisit").met_at == MONDAY + make.REVISITED


def test_sla_12_rework_has_a_clock_of_its_own(town):
    ticket = make.confirming(town)
    ticket = flow.dispute(ticket, by=town.enterprise_member, reason="泵又停了", at=MONDAY + make.CONFIRMED)
    assert open_clocks(ticket) == {"rework": moment("2026-11-19 17:00")}  # 5 wd
    clock = ticket.deadlines.get(obligation="rework")
    assert facts(clock) == ("department", town.housing, MONDAY + make.CONFIRMED, "SLA-12")
    again = make.answer_again(town, ticket, moment("2026-11-19 16:00"))
    assert again.deadlines.get(obligation="rework").met_at == moment("2026-11-19 17:00")
    assert again.deadlines.get(obligation="rework").light(MONDAY) == "met"  # 17:00 sharp is on time


def test_sla_8_and_13_second_assignment_and_supervision_order(town):
    ticket = make.revisiting(town, stars=1)  # rated on Thursday 12th
    assert open_clocks(ticket) == {"second": moment("2026-12-03 17:00")}  # 15 wd
    ticket = make.answer_again(town, ticket, moment("2026-11-17 10:00"))
    at = moment("2026-11-18 10:00")
    ticket = flow.confirm(ticket, by=town.enterprise_member, scores=Scores(2), at=at)
    assert open_clocks(ticket) == {"order": moment("2026-11-25 17:00")}  # 5 wd
    assert facts(ticket.deadlines.get(obligation="order")) == ("department", town.housing, at, "SLA-13")


@pytest.fixture
def for_land(town):
    """Matters of `town.other_category` go by the table 1-3-5."""
    table = SlaTable.objects.get(code="1-3-5")
    code = town.other_category.code
    SlaChoice.objects.create(table=table, category=code, valid_from=date(2019, 1, 1))
    return {"category": town.other_category}


def test_a_table_chosen_for_a_category_holds_for_it(town, for_land):
    ticket = make.handling(town, contacted=False, **for_land)
    assert due(ticket, "handle") == moment("2026-11-13 17:00")  # 3 wd from Tuesday 10th
    assert due(make.handling(town, contacted=False), "handle") == moment("2026-12-01 17:00")
    form = DispatchForm(ticket=make.accepted(town), user=town.triager, now=MONDAY)
    form.initial |= {"kind": "coordination", "category": town.other_category.pk, "lead": town.housing.pk}
    assert form.act() == "转交住建局，3 个工作日内办结"


@pytest.mark.parametrize(("now", "provisional"), [("2026-11-09 09:00", False), ("2026-12-10 09:00", True)])
def test_dl_2_before_dispatch_a_date_that_a_notice_may_move_is_said_to_be_provisional(town, now, provisional):
    form = DispatchForm(ticket=make.accepted(town), user=town.triager, now=moment(now))
    form.initial |= {"kind": "coordination", "lead": town.housing.pk}
    assert any("暂按法定假日算" in sentence for sentence in form.follows()) is provisional


def test_where_the_department_names_the_day_it_is_asked_for(town, for_land, refusal):
    ticket = make.dispatched(town, complexity="difficult", **for_land)
    at = ticket.moved_at
    assert refusal(flow.take, ticket, by=town.handler, at=at).field == "until"
    assert refusal(flow.take, ticket, by=town.handler, until=at, at=at).field == "until"
    form = TakeForm({"until": "2026-12-05"}, ticket=ticket, user=town.handler, now=at)
    assert form.asks
    assert form.do(), form.errors
    assert due(ticket, "handle") == moment("2026-12-07 17:00")  # a Saturday moves to Monday


def test_elsewhere_no_day_is_asked_for_and_none_is_taken(town):
    ticket = make.dispatched(town)
    assert "until" not in TakeForm(ticket=ticket, user=town.handler, now=MONDAY).fields
    ticket = flow.take(ticket, by=town.handler, until=moment("2030-01-07 17:00"), at=ticket.moved_at)
    assert due(ticket, "handle") == moment("2026-11-30 17:00")


@pytest.mark.parametrize("end", ["closed", "rejected", "withdrawn"])
def test_an_ended_ticket_owes_nothing(town, end):
    assert open_clocks(make.AT[end](town)) == {}
