"""延期、挂起 (APP-10, SLA-14): who asks, who decides, what happens to the clocks, and how it ends by itself."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from portal.deadlines.models import SlaRule
from portal.deadlines.sweep import sweep
from portal.people.models import Membership
from requests import flow
from requests.models import HandlingRequest, TicketDeadline
from tests.requests import factories as make
from tests.requests import respite
from tests.requests.factories import moment
from tests.requests.respite import ASKED, CENTRE, HEAD, LATER, REVIEWED, request, work
from tests.requests.walks import verbs_for

DUE = moment("2026-12-01 17:00")  # SLA-4: 15 working days after Tuesday 10 November


def clocks(ticket, obligation):
    return list(TicketDeadline.objects.filter(subject=ticket, obligation=obligation).order_by("pk"))


# Extension -----------------------------------------------------------------------------------------------------


def test_an_extension_is_approved_by_the_head_and_then_the_centre(town):
    ticket = respite.extending(town, co=[town.police])
    assert work(ticket).due_at == DUE
    (head,) = clocks(ticket, "decide")
    assert (head.obligor_kind, head.department, head.due_at) == ("department", town.housing, moment("2026-11-13 17:00"))
    ticket = flow.approve_request(ticket, by=town.department_head, at=HEAD)
    head, centre = clocks(ticket, "decide")
    assert (head.met_at, centre.obligor_kind, centre.department) == (HEAD, "centre", None)
    assert work(ticket).due_at == DUE  # the clock runs on until it is so
    part = work(ticket, "co_handle").due_at
    flow.approve_request(ticket, by=town.supervisor, at=CENTRE)
    after = work(ticket)
    assert (after.due_at, after.extended_at, after.cycle) == (moment("2026-12-15 17:00"), CENTRE, 1)
    assert (part, work(ticket, "co_handle").due_at) == (moment("2026-11-27 17:00"), moment("2026-12-11 17:00"))
    assert request(ticket).state == "approved"
    assert not TicketDeadline.objects.open().filter(subject=ticket, obligation="decide").exists()


def test_where_the_head_asks_himself_only_the_centre_decides(town):
    ticket = make.handling(town)
    flow.ask_extension(ticket, by=town.department_head, until=LATER, reason="管材要订做", at=ASKED)
    asked = request(ticket)
    assert (asked.head_by, asked.head_at, asked.state) == (town.department_head, ASKED, "centre")
    assert [clock.obligor_kind for clock in clocks(ticket, "decide")] == ["centre"]


def test_a_department_that_nobody_heads_asks_the_centre(town):
    Membership.objects.filter(role="department_head", department=town.housing).update(
        until=make.LONG_AGO + timedelta(1)
    )
    town.forget()
    ticket = make.handling(town)
    flow.ask_extension(ticket, by=town.handler, until=LATER, reason="管材要订做", at=ASKED)
    assert (request(ticket).state, request(ticket).head_by) == ("centre", None)


def test_a_refused_one_leaves_the_clock_as_it_ran(town, refusal):
    ticket = respite.extending(town)
    assert refusal(flow.refuse_request, ticket, by=town.department_head, reason=" ", at=HEAD).field == "reason"
    flow.refuse_request(ticket, by=town.department_head, reason="库存够用", at=HEAD)
    assert (work(ticket).due_at, work(ticket).cycle) == (DUE, 0)
    assert (request(ticket).state, request(ticket).refused_by_head) == ("refused", True)
    assert not TicketDeadline.objects.open().filter(subject=ticket, obligation="decide").exists()
    flow.ask_extension(ticket, by=town.handler, until=LATER, reason="再试一次", at=CENTRE)  # refused ones do not count


def test_once_by_default_and_as_often_as_the_administrator_says(town, refusal):
    ticket = respite.extended(town)
    again = {"by": town.handler, "until": date(2026, 12, 22), "reason": "还差一批", "at": CENTRE + timedelta(days=1)}
    assert refusal(flow.ask_extension, ticket, **again).sentence == "这个时限最多延 1 次，不能再延。"
    SlaRule.objects.filter(obligation="extension").update(amount=2)
    assert flow.ask_extension(ticket, **again).state == "head"


@pytest.mark.parametrize(
    ("until", "said"),
    [
        (date(2026, 12, 1), "新的日期要晚于现在的时限"),
        (date(2026, 12, 5), "这一天休息"),
        (date(2028, 1, 4), "日期最远一年"),
        (date(9999, 12, 31), "日期最远一年"),
    ],
)
def test_the_new_date_is_a_working_day_after_the_due_day(town, refusal, until, said):
    error = refusal(flow.ask_extension, make.handling(town), by=town.handler, until=until, reason="管材", at=ASKED)
    assert said in error.sentence
    assert error.field == "until"


def test_what_is_overdue_is_not_extended_but_a_request_made_in_time_may_be(town, refusal):
    ticket = make.handling(town)
    late = {"by": town.handler, "until": LATER, "reason": "管材", "at": DUE + timedelta(seconds=1)}
    assert "时限已过" in refusal(flow.ask_extension, ticket, **late).sentence
    flow.ask_extension(ticket, **late | {"at": DUE})
    flow.approve_request(ticket, by=town.department_head, at=DUE + timedelta(hours=16))
    flow.approve_request(ticket, by=town.triager, at=DUE + timedelta(hours=17))
    assert work(ticket).due_at == moment("2026-12-15 17:00")


def test_a_request_whose_date_has_passed_is_approved_no_more(town, refusal):
    ticket = respite.passed(town)
    error = refusal(flow.approve_request, ticket, by=town.triager, at=moment("2026-12-15 17:00"))
    assert "不晚于现在的时限" in error.sentence


def test_nobody_decides_twice(town, refusal):
    Membership.objects.create(user=town.department_head, role="triager", department=town.centre, since=make.LONG_AGO)
    town.forget()
    ticket = respite.passed(town)
    assert refusal(flow.approve_request, ticket, by=town.department_head, at=CENTRE).sentence.startswith("部门已批")
    assert "approve_request" not in verbs_for(ticket, town.department_head, CENTRE)


def test_the_asker_or_who_handles_it_now_takes_it_back(town, refusal):
    ticket = respite.extending(town)
    assert refusal(flow.withdraw_request, ticket, by=town.colleague, at=HEAD).sentence == "由申请的人撤回。"
    flow.name_handler(ticket, by=town.department_head, handler=town.colleague, at=HEAD)
    flow.withdraw_request(ticket, by=town.colleague, at=HEAD)
    assert request(ticket).state == "withdrawn"
    assert clocks(ticket, "decide")[0].cancelled_at == HEAD
    assert "ask_extension" in verbs_for(make.fresh(ticket), town.handler, HEAD)


def test_a_result_makes_the_request_fall_away(town):
    ticket = respite.extending(town)
    make.report(ticket, HEAD)
    assert request(ticket).state == "fallen"
    assert clocks(ticket, "decide")[0].cancelled_at == HEAD


def test_one_request_at_a_time(town, refusal):
    ticket = respite.extending(town)
    error = refusal(
        flow.ask_suspension, ticket, by=town.handler, cause="court", until=REVIEWED, reason="已起诉", at=HEAD
    )
    assert "已有一个" in error.sentence
    (first,) = ticket.handling_requests.all()
    first.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save(force_insert=True)


# Suspension ----------------------------------------------------------------------------------------------------


def test_a_suspension_lets_the_departments_clocks_wait_until_its_review_date(town):
    ticket = respite.suspended(town, co=[town.police])
    assert ticket.status == "suspended"
    at = ASKED + timedelta(days=30)
    assert {work(ticket, which).light(at) for which in ("handle", "co_handle")} == {"paused"}
    late = TicketDeadline.objects.late(at).filter(subject=ticket).values_list("obligation", flat=True)
    assert list(late) == ["co_accept"]  # which was late before: what is overdue runs on
    sweep(moment("2026-11-19 08:00"))
    assert make.fresh(ticket).status == "suspended"
    sweep(moment("2026-11-20 11:00"))  # late by a day: counted from the review date's morning all the same
    ticket, asked = make.fresh(ticket), request(ticket)
    assert (ticket.status, ticket.moved_at) == ("handling", moment("2026-11-20 11:00"))
    assert (asked.ended_at, asked.ended_how, asked.ended_by) == (moment("2026-11-19 08:30"), "date", None)
    # DL-1: 13 working days were left after the pause's day, so it is due on the 13th after the review date.
    assert (work(ticket).due_at, work(ticket).cycle) == (moment("2026-12-08 17:00"), 1)


@pytest.mark.parametrize("who", ["department_head", "stand_in", "triager", "supervisor"])
def test_head_and_centre_end_it_earlier(town, who):
    ticket = respite.suspended(town, cause="authority")
    at = CENTRE + timedelta(days=1)
    flow.end_suspension(ticket, by=town.people[who], text="批文已到", at=at)
    asked = request(ticket)
    assert (asked.ended_how, asked.ended_by, asked.ended_note) == ("early", town.people[who], "批文已到")
    assert work(ticket).due_at == moment("2026-12-02 17:00")


def test_the_firms_answer_ends_it_where_it_waited_for_the_firm(town):
    at = CENTRE + timedelta(hours=3)
    ticket = respite.suspended(town, cause="enterprise")
    flow.write(ticket, by=town.steward, text="已转告企业", at=at)
    assert make.fresh(ticket).status == "suspended"
    flow.write(ticket, by=town.enterprise_member, text="图纸在此", at=at)
    assert (make.fresh(ticket).status, request(ticket).ended_how) == ("handling", "answered")
    other = respite.suspended(town, cause="court")
    flow.write(other, by=town.enterprise_member, text="法院还没开庭", at=at)
    assert make.fresh(other).status == "suspended"


def test_an_overdue_clock_is_not_paused(town, refusal):
    ticket = respite.suspending(town)
    error = refusal(flow.approve_request, ticket, by=town.triager, at=DUE + timedelta(days=1))
    assert "超期的不能挂起" in error.sentence
    assert (make.fresh(ticket).status, request(ticket).state) == ("handling", "centre")


def test_a_co_handlers_overdue_part_runs_on(town):
    ticket = make.handling(town, co=[town.police])
    at = moment("2026-11-30 10:00")  # the part was due on the 27th, the lead is on 1 December
    flow.ask_suspension(
        ticket, by=town.department_head, cause="court", until=date(2026, 12, 10), reason="已起诉", at=at
    )
    flow.approve_request(ticket, by=town.triager, at=at)
    assert (work(ticket).is_paused, work(ticket, "co_handle").is_paused) == (True, False)
    flow.give_opinion(ticket, by=town.police_handler, text="已查", at=at)
    assert work(ticket, "co_handle").met_at == at


def test_the_firm_is_contacted_before_its_matter_waits(town, refusal):
    ticket = make.handling(town, contacted=False)
    given = {"cause": "enterprise", "until": REVIEWED, "reason": "等图纸"}
    error = refusal(flow.ask_suspension, ticket, by=town.handler, at=moment("2026-11-10 10:00"), **given)
    assert "先联系企业" in error.sentence


def test_the_reviewing_day_is_a_later_working_day(town, refusal):
    ticket = make.handling(town)
    given = {"by": town.handler, "cause": "court", "reason": "已起诉", "at": ASKED}
    for day in (ASKED.date(), date(2026, 11, 21), date(2026, 11, 2)):
        assert refusal(flow.ask_suspension, ticket, until=day, **given).field == "until"
    assert refusal(flow.ask_suspension, ticket, until=REVIEWED, **given | {"cause": "coffee"}).field == "cause"


def test_what_is_withdrawn_while_it_waits_waits_no_more(town):
    ticket = respite.suspended(town)
    flow.withdraw(ticket, by=town.enterprise_member, at=CENTRE + timedelta(hours=1))
    assert (request(ticket).ended_how, make.fresh(ticket).status) == ("moved", "withdrawn")
    assert not TicketDeadline.objects.open().filter(subject=ticket).exists()
    assert not HandlingRequest.objects.suspending().exists()
    assert sweep(moment("2026-11-25 09:00")).parked == 0


def test_before_its_date_the_clock_does_not_end_it(town, refusal):
    assert refusal(flow.end_suspension, respite.suspended(town), at=CENTRE).sentence == "还没有到复核日。"
