"""What the clock does by itself (DL-4): its verbs, the instants they count from, and the sweep that runs them.

Filed on Monday 9 November 2026, 09:00; there is no holiday until New Year.
"""

from datetime import timedelta

import pytest

from portal.deadlines.models import SlaChoice, SlaTable
from portal.deadlines.models.sweeping import TimedFailure
from portal.deadlines.sweep import sweep
from requests import flow
from requests.forms.taking import TakeForm
from requests.models import Supplement
from requests.next_act import NextAct
from tests.requests import factories as make
from tests.requests.factories import MONDAY, moment

TICK = timedelta(seconds=20)
ACCEPT_DUE = moment("2026-11-10 17:00")  # dispatched Monday: 1 wd
HANDLE_DUE = moment("2026-12-01 17:00")  # 15 wd from Tuesday 10th
SUPPLEMENT_DUE = moment("2026-11-23 17:00")  # asked Monday 9th: 10 wd
CONFIRM_DUE = moment("2026-11-16 17:00")  # signed Wednesday 11th: 3 wd
WEEKS = timedelta(days=14)  # an outage


def clocks(ticket):
    return {(d.obligation, d.department): d for d in ticket.deadlines.open()}


def swept(at):
    done = sweep(at)
    assert not TimedFailure.objects.exists()
    return done.timed


# SLA-3: the limit to accept passes ------------------------------------------------------------------------------


@pytest.mark.parametrize("late", [TICK, timedelta(days=3), WEEKS])
def test_sla_3_handling_runs_from_the_end_of_the_limit_to_accept_however_late_the_sweep(town, late):
    ticket = make.dispatched(town)
    assert swept(ACCEPT_DUE - TICK) == 0
    assert swept(ACCEPT_DUE + late) == 1
    handle = ticket.deadlines.get(obligation="handle")
    assert (handle.started_at, handle.due_at, handle.department) == (ACCEPT_DUE, HANDLE_DUE, town.housing)
    assert make.fresh(ticket).status == "assigned"  # the department still has to take it
    assert ticket.deadlines.get(obligation="accept").light(ACCEPT_DUE + late) == "red"


def test_sla_3_it_begins_once(town):
    ticket = make.dispatched(town)
    assert [swept(ACCEPT_DUE + n * TICK) for n in (1, 2, 3)] == [1, 0, 0]
    flow.begin_handling(ticket, at=ACCEPT_DUE + WEEKS)  # and by hand it changes nothing
    assert ticket.deadlines.filter(obligation="handle").count() == 1
    assert make.events(ticket).filter(kind="ticket.handling_began").count() == 1


def test_sla_3_not_before_the_limit_to_accept_has_passed(town, refusal):
    ticket = make.dispatched(town)
    assert refusal(flow.begin_handling, ticket, at=ACCEPT_DUE - TICK).sentence == "签收时限还没有到。"


def test_sla_3_who_takes_it_late_goes_on_with_the_clock_that_runs(town):
    ticket = make.dispatched(town)
    swept(ACCEPT_DUE + TICK)
    at = moment("2026-11-13 10:00")
    ticket = flow.take(ticket, by=town.handler, at=at)
    open_now = clocks(ticket)
    assert open_now["handle", town.housing].due_at == HANDLE_DUE
    assert open_now["contact", town.housing].due_at == moment("2026-11-16 17:00")
    assert ticket.deadlines.get(obligation="accept").light(at) == "met_late"
    assert len(open_now) == 2


def test_sla_16_the_co_handlers_part_runs_from_then_as_well(town):
    ticket = make.dispatched(town, co=[town.police])
    swept(ACCEPT_DUE + WEEKS)
    assert clocks(ticket)["co_handle", town.police].due_at == moment("2026-11-27 17:00")  # 2 wd before the lead's
    ticket = flow.take(ticket, by=town.handler, at=ACCEPT_DUE + WEEKS)
    assert ticket.deadlines.filter(obligation="co_handle").count() == 1


def test_an_opinion_given_before_it_began_is_not_asked_for_again(town):
    ticket = make.dispatched(town, co=[town.police])
    flow.give_opinion(ticket, by=town.police_handler, text="已查", at=MONDAY + timedelta(hours=2))
    swept(ACCEPT_DUE + TICK)
    assert not ticket.deadlines.filter(obligation="co_handle").exists()


def test_nothing_begins_where_the_department_names_the_day(town):
    table = SlaTable.objects.get(code="1-3-5")
    SlaChoice.objects.create(table=table, complexity="difficult", valid_from="2026-01-01")
    ticket = make.dispatched(town, complexity="difficult")
    assert [swept(ACCEPT_DUE + n * TICK) for n in (1, 2)] == [1, 0]
    assert set(clocks(ticket)) == {("accept", town.housing)}
    assert not make.events(ticket).filter(kind="ticket.handling_began").exists()
    form = TakeForm(ticket=make.fresh(ticket), user=town.handler, now=ACCEPT_DUE + TICK)
    assert "until" in form.fields
    ticket = flow.take(ticket, by=town.handler, until=moment("2026-12-10 17:00"), at=ACCEPT_DUE + TICK)
    assert clocks(ticket)["handle", town.housing].due_at == moment("2026-12-10 17:00")


def test_a_clock_that_has_begun_keeps_its_limit_where_the_table_changes(town):
    ticket = make.dispatched(town, complexity="difficult")
    swept(ACCEPT_DUE + TICK)
    SlaChoice.objects.create(table=SlaTable.objects.get(code="1-3-5"), complexity="difficult", valid_from="2026-01-01")
    ticket = flow.take(ticket, by=town.handler, at=ACCEPT_DUE + TICK)
    assert clocks(ticket)["handle", town.housing].due_at == HANDLE_DUE


# APP-2: a request for completion lapses ---------------------------------------------------------------------------


@pytest.mark.parametrize("late", [TICK, WEEKS])
def test_app_2_what_was_not_supplied_in_ten_working_days_counts_as_withdrawn(town, late):
    ticket = make.incomplete(town)
    assert swept(SUPPLEMENT_DUE - TICK) == 0
    assert swept(SUPPLEMENT_DUE + late) == 1
    ticket = make.fresh(ticket)
    assert (ticket.status, ticket.closed_at) == ("withdrawn", SUPPLEMENT_DUE + late)
    assert Supplement.objects.get(ticket=ticket).lapsed_at == SUPPLEMENT_DUE
    assert not clocks(ticket)


def test_app_2_a_supplement_that_comes_before_the_clock_counts(town):
    ticket = make.incomplete(town)
    at = SUPPLEMENT_DUE + timedelta(hours=1)
    ticket = flow.supplement(ticket, by=town.enterprise_member, answer="照片附后", at=at)
    assert swept(at + TICK) == 0
    assert make.fresh(ticket).status == "received"


def test_app_2_not_before_the_limit(town, refusal):
    ticket = make.incomplete(town)
    assert refusal(flow.lapse_supplement, ticket, at=SUPPLEMENT_DUE - TICK).sentence == "补正时限还没有到。"


def test_app_2_its_page_says_why_it_ended(town):
    make.incomplete(town)
    swept(SUPPLEMENT_DUE + TICK)
    ticket = make.fresh(Supplement.objects.get().ticket)
    act = NextAct(ticket, town.enterprise_member, [], SUPPLEMENT_DUE + WEEKS, firm_side=True)
    assert act.because.startswith("11月23日(周一)17:00 前没有补齐材料，按撤回处理")


# SLA-7: no answer ---------------------------------------------------------------------------------------------


def test_sla_7_the_second_limit_runs_from_the_end_of_the_first(town):
    ticket = make.confirming(town)
    assert swept(CONFIRM_DUE + timedelta(days=1)) == 1
    second = clocks(ticket)["confirm", None]
    assert (second.started_at, second.due_at) == (CONFIRM_DUE, moment("2026-11-19 17:00"))


def test_sla_7_after_an_outage_longer_than_itself_it_runs_from_now(town):
    """Nobody can answer within a limit that he has not been told of."""
    ticket = make.confirming(town)
    at = moment("2026-11-20 10:00")
    assert [swept(at), swept(at + TICK)] == [1, 0]
    assert clocks(ticket)["confirm", None].due_at == moment("2026-11-25 17:00")
    assert make.fresh(ticket).status == "confirming"


def test_sla_11_the_revisit_is_owed_from_the_second_lapse_however_late_the_sweep(town):
    ticket = make.confirming(town)
    swept(CONFIRM_DUE + TICK)
    swept(moment("2026-11-24 09:00"))  # the second limit ended on Thursday 19th
    revisit = clocks(ticket)["revisit", None]
    assert make.fresh(ticket).status == "revisiting"
    assert (revisit.started_at, revisit.due_at) == (moment("2026-11-19 17:00"), moment("2026-11-26 17:00"))


def test_whoever_acts_first_leaves_the_clock_nothing(town):
    flow.confirm(make.confirming(town), by=town.enterprise_member, at=CONFIRM_DUE + TICK)
    flow.take(make.dispatched(town), by=town.handler, at=ACCEPT_DUE + TICK)
    assert swept(CONFIRM_DUE + 2 * TICK) == 0
