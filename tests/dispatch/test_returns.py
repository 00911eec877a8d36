"""退回、裁定、改派、兜底 (APP-9, SLA-6, NET-6, SEC-2)."""

from datetime import timedelta

import pytest

from requests import flow
from requests.capacity import capacities, verbs_with
from requests.done_dispatch import DISPATCHING
from requests.models import HandlingRequest, Instruction, Referral, ReturnRequest
from requests.views.clocks import parts
from tests.requests import factories as make
from tests.requests import respite
from tests.requests.factories import sees

HOUR = timedelta(hours=1)


def ask(town, ticket, by=None, at=None, **given):
    at = at or ticket.moved_at + HOUR
    flow.ask_return(ticket, by=by or town.handler, reason="管网归水务管", at=at, **given)
    return make.fresh(ticket)


def rule(town, ticket, by=None, *, granted=False, at=None, **given):
    at = at or ticket.moved_at + 2 * HOUR
    return flow.rule_return(ticket, by=by or town.triager, granted=granted, reason="按三定方案", at=at, **given)


def refused_once(town):
    return make.fresh(rule(town, ask(town, make.handling(town))))


def asked_twice(town):
    ticket = refused_once(town)
    return ask(town, ticket, at=ticket.moved_at + 3 * HOUR)


def asked_thrice(town):
    ticket = asked_twice(town)
    ticket = make.fresh(rule(town, ticket, by=town.supervisor, at=ticket.moved_at + 4 * HOUR))
    return ask(town, ticket, at=ticket.moved_at + 5 * HOUR)


def referred(town):
    ticket = asked_thrice(town)
    flow.refer_to_chiefs(ticket, by=town.supervisor, reason="三次都不接", at=ticket.moved_at + 6 * HOUR)
    return make.fresh(ticket)


def clocks(ticket):
    return {(d.obligation, d.department_id) for d in ticket.deadlines.open()}


def verbs(ticket, by):
    return verbs_with(make.fresh(ticket), capacities(make.fresh(ticket), by), by, ticket.moved_at + 7 * HOUR)


def test_sec_2_a_return_shows_no_other_matters_extension(town, client):
    """Both are a “request” in the trail; their rows have numbers of their own."""
    other = respite.extending(town)
    ticket = make.fresh(rule(town, ask(town, make.handling(town)), granted=True, lead=town.police))
    HandlingRequest.objects.filter(ticket=other).update(id=ReturnRequest.objects.get(ticket=ticket).pk)
    for person in (town.enterprise_member, town.triager):
        client.force_login(person)
        page = client.get(f"/tickets/{ticket.number}/").content.decode()
        assert "改由" in page
        assert "管材要订做" not in page
        assert "延期和挂起" not in page


def test_the_asking_departments_clock_runs_on_beside_the_centres(town):
    before = make.handling(town)
    ticket = ask(town, before, proposed=town.police)
    assert ticket.status == "handling"
    assert clocks(ticket) == {("handle", town.housing.pk), ("return", None)}
    due = ticket.deadlines.get(obligation="return").due_at
    assert due == make.moment("2026-11-12 17:00")  # asked on Tuesday, 2 wd


def test_refused_it_keeps_its_clock(town):
    ticket = ask(town, make.handling(town))
    due = ticket.deadlines.get(obligation="handle").due_at
    ticket = rule(town, ticket)
    assert clocks(ticket) == {("handle", town.housing.pk)}
    assert ticket.deadlines.get(obligation="handle").due_at == due
    assert ReturnRequest.objects.get().outcome == "refused"


def test_granted_the_next_lead_starts_fresh_and_the_former_one_is_out_at_once(town):
    ticket = make.handling(town, co=[town.economy])
    responder, filed = ticket.first_responder, ticket.filed_at
    ticket = rule(town, ask(town, ticket), granted=True, lead=town.police, co=[town.economy])
    assert (ticket.status, ticket.lead_department, ticket.handler) == ("assigned", town.police, None)
    assert (ticket.first_responder, ticket.filed_at) == (responder, filed)
    assert clocks(ticket) == {("accept", town.police.pk), ("co_accept", town.economy.pk)}
    accept = ticket.deadlines.get(obligation="accept", department=town.police)
    assert accept.started_at == ticket.moved_at
    assert [sees(u, ticket) for u in (town.handler, town.department_head, town.police_handler)] == [False, False, True]
    assert sees(town.economy_handler, ticket)  # whose part goes on
    ticket = flow.take(ticket, by=town.police_handler, at=ticket.moved_at + HOUR)
    assert ("co_handle", town.economy.pk) in clocks(ticket)  # anew, counted from the new lead's limit


def test_a_co_handler_may_become_the_lead_and_who_is_left_out_is_out(town):
    ticket = make.handling(town, co=[town.police, town.economy])
    flow.give_opinion(ticket, by=town.economy_handler, text="不归我们", at=ticket.moved_at + HOUR)
    ticket = rule(town, ask(town, make.fresh(ticket)), granted=True, lead=town.police)
    assert [(p.part, p.department) for p in ticket.assignments.filter(ended_at=None)] == [("lead", town.police)]
    assert not sees(town.economy_handler, ticket)
    own = ticket.assignments.visible_to(town.economy_handler).get()
    assert own.opinion == "不归我们"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "lead"),
        ({"lead": "housing"}, "lead"),
        ({"lead": "centre"}, "lead"),
        ({"lead": "police", "co": ["police"]}, "co"),
        ({"lead": "police", "co": ["centre"]}, "co"),
    ],
)
def test_a_granted_return_names_who_takes_it(town, refusal, given, field):
    ticket = ask(town, make.handling(town))
    if "lead" in given:
        given = {"lead": getattr(town, given["lead"]), "co": [getattr(town, n) for n in given.get("co", ())]}
    refused = refusal(rule, town, ticket, granted=True, **given)
    assert refused.field == field
    assert clocks(make.fresh(ticket)) == {("handle", town.housing.pk), ("return", None)}


def test_whose_return_was_granted_is_not_given_it_again(town, refusal):
    ticket = rule(town, ask(town, make.dispatched(town)), granted=True, lead=town.police)
    ticket = ask(town, ticket, by=town.police_handler)
    given = {"granted": True, "lead": town.housing, "at": ticket.moved_at + 2 * HOUR}
    assert refusal(rule, town, ticket, town.supervisor, **given).field == "lead"


def test_the_second_makes_it_difficult_and_a_supervisor_rules(town, refusal):
    ticket = asked_twice(town)
    assert ticket.complexity == "difficult"
    assert refusal(rule, town, ticket, town.triager, at=ticket.moved_at + 4 * HOUR).sentence == "这一步不由您办理。"
    assert "rule_return" not in verbs(ticket, town.triager)
    assert {"rule_return", "refer_to_chiefs"} <= set(verbs(ticket, town.supervisor))
    ticket = rule(town, ticket, town.supervisor, granted=True, lead=town.police, at=ticket.moved_at + 4 * HOUR)
    assert ticket.lead_department == town.police


def test_a_return_that_the_department_took_back_does_not_count(town):
    ticket = ask(town, make.dispatched(town))
    ticket = flow.take(ticket, by=town.handler, at=ticket.moved_at + 2 * HOUR)
    assert ReturnRequest.objects.get().outcome == "dropped"
    assert "return" not in {obligation for obligation, _department in clocks(ticket)}
    ticket = ask(town, ticket)
    assert (ReturnRequest.objects.last().number, ticket.complexity) == (1, "ordinary")


def test_the_department_is_told_that_the_third_return_goes_to_the_chiefs(town):
    assert "督查员报总召集人" in DISPATCHING["ask_return"](asked_thrice(town))[1]
    assert "督查员报总召集人" not in DISPATCHING["ask_return"](asked_twice(town))[1]


def test_after_two_rounds_only_the_chiefs_decide(town, chiefs, refusal):
    ticket = asked_thrice(town)
    at = ticket.moved_at + 6 * HOUR
    assert "报总召集人" in refusal(rule, town, ticket, town.supervisor, at=at).sentence
    assert "rule_return" not in verbs(ticket, town.supervisor)
    flow.refer_to_chiefs(ticket, by=town.supervisor, reason="三次都不接", at=at)
    ticket = make.fresh(ticket)
    assert clocks(ticket) == {("handle", town.housing.pk), ("return", None)}
    convener, second, _third = chiefs
    assert {"give_view", "decide_raised"} <= set(verbs(ticket, convener))
    assert "give_view" in verbs(ticket, second)
    assert "decide_raised" not in verbs(ticket, second)
    assert "give_view" not in verbs(ticket, make.person("outsider", "局外人", ("leader", None)))


def test_the_convener_decides_after_the_others_views_or_says_why_not(town, chiefs, refusal):
    ticket, (convener, second, third) = referred(town), chiefs
    at = ticket.moved_at + 7 * HOUR
    flow.give_view(ticket, by=second, taker=town.police, text="管网在路下", at=at)
    given = {"by": convener, "lead": town.police, "text": "执法局牵头", "at": at + HOUR}
    refused = refusal(flow.decide_raised, ticket, **given)
    assert (refused.field, third.name in refused.sentence, second.name in refused.sentence) == ("without", True, False)
    ticket = flow.decide_raised(ticket, **given, without="出差")
    referral = Referral.objects.get()
    assert (referral.taker, referral.decided_without) == (town.police, "出差")
    assert ReturnRequest.objects.last().outcome == "referred"
    assert clocks(ticket) == {("accept", town.police.pk)}
    assert "ask_return" not in verbs(ticket, town.police_handler)
    refused = refusal(flow.ask_return, ticket, by=town.police_handler, reason="不归我们", at=at + 2 * HOUR)
    assert "总召集人" in refused.sentence


def test_the_chiefs_may_leave_it_where_it_is(town, chiefs):
    ticket = referred(town)
    at = ticket.moved_at + 7 * HOUR
    for chief in chiefs[1:]:
        flow.give_view(ticket, by=chief, taker=town.housing, at=at)
    ticket = flow.decide_raised(ticket, by=chiefs[0], lead=town.housing, text="住建局接着办", at=at)
    assert (ticket.status, ticket.handler) == ("handling", town.handler)
    assert clocks(ticket) == {("handle", town.housing.pk)}
    assert "ask_return" not in verbs(ticket, town.handler)


def test_without_chiefs_it_says_whom_to_ask(town, refusal):
    ticket = asked_thrice(town)
    sentence = refusal(flow.refer_to_chiefs, ticket, by=town.supervisor, reason="不接").sentence
    assert "管理员" in sentence


def test_who_stands_in_for_a_chief_gives_his_view_and_the_trail_says_for_whom(town, chiefs):
    from portal.people.models import Delegation

    ticket = referred(town)
    Delegation.objects.create(
        principal=chiefs[1], deputy=town.nobody, since=make.LONG_AGO, until=make.moment("2030-01-01 00:00")
    )
    town.forget()
    view = flow.give_view(ticket, by=town.nobody, taker=town.police, at=ticket.moved_at + 7 * HOUR)
    assert (view.chief, view.by) == (chiefs[1], town.nobody)
    assert make.events(ticket).last().principal == chiefs[1]


def test_a_supervisor_gives_it_to_another_at_any_time_while_it_is_with_one(town, refusal):
    for start in (make.dispatched, make.handling, make.signoff):
        ticket = start(town, co=[town.economy]) if start != make.signoff else start(town)
        given = {"by": town.supervisor, "reason": "机构调整", "at": ticket.moved_at + HOUR}
        ticket = flow.reassign(ticket, lead=town.police, **given)
        assert (ticket.status, ticket.lead_department) == ("assigned", town.police)
        assert not ticket.results.filter(signed_at=None, sent_back_at=None).exists()
    assert refusal(flow.reassign, ticket, lead=town.police, **given).field == "lead"
    assert refusal(flow.reassign, ticket, lead=town.economy, **given | {"by": town.triager})


def test_in_a_later_round_the_next_lead_works_under_that_rounds_clock(town):
    ticket = make.confirming(town)
    ticket = flow.dispute(ticket, by=town.enterprise_member, reason="没好", at=ticket.moved_at + HOUR)
    ticket = flow.reassign(ticket, by=town.supervisor, lead=town.police, reason="换人", at=ticket.moved_at + HOUR)
    ticket = flow.take(ticket, by=town.police_handler, at=ticket.moved_at + HOUR)
    assert ("rework", town.police.pk) in clocks(ticket)


def test_a_leaders_instruction_moves_on_and_progress_falls_away(town):
    ticket = make.handling(town)
    at = ticket.moved_at + HOUR
    flow.instruct(ticket, by=town.leader, text="请抓紧", person=town.handler, days=3, at=at)
    flow.instruct(ticket, by=town.leader, text="请协调", person=town.supervisor, days=3, at=at)
    ticket = flow.reassign(ticket, by=town.supervisor, lead=town.police, reason="机构调整", at=at + HOUR)
    assert clocks(ticket) == {("accept", town.police.pk), ("instruction", town.police.pk), ("instruction", None)}
    moved = Instruction.objects.get(text="请抓紧")
    assert (moved.deadline.department, moved.deadline.user) == (town.police, None)
    assert flow.answer_instruction(ticket, by=town.police_handler, text="已落实", at=at + 2 * HOUR) == moved


def test_the_firm_reads_who_has_it_now_and_not_the_offices_reasons(town):
    ticket = rule(town, ask(town, make.handling(town)), granted=True, lead=town.police)
    from requests.story import Story

    told = " ".join(f"{line.what} {line.text} {line.small}" for line in Story(ticket, firm_side=True).lines)
    assert "改由执法局主办" in told
    assert "三定方案" not in told
    assert "管网归水务管" not in told


def test_what_waits_falls_away_with_the_ticket(town, chiefs):
    ticket = referred(town)
    flow.withdraw(ticket, by=town.enterprise_member, at=ticket.moved_at + 8 * HOUR)
    assert ReturnRequest.objects.last().outcome == "dropped"
    assert not Referral.objects.open().exists()
    assert not clocks(ticket)


def test_only_in_the_first_round_and_only_the_lead(town, refusal):
    ticket = make.handling(town, co=[town.police])
    assert refusal(flow.ask_return, ticket, by=town.police_handler, reason="不归我们")
    assert refusal(flow.ask_return, ticket, by=town.handler, reason="  ").field == "reason"
    assert refusal(flow.ask_return, ticket, by=town.handler, reason="x", proposed=town.housing).field == "proposed"
    again = make.confirming(town)
    again = flow.dispute(again, by=town.enterprise_member, reason="没好", at=again.moved_at + HOUR)
    assert "ask_return" not in verbs(again, town.handler)
    assert refusal(flow.ask_return, again, by=town.handler, reason="不归我们")


def test_a_department_to_which_the_chiefs_give_it_back_is_listed_once(town, chiefs):
    ticket = make.fresh(rule(town, ask(town, make.handling(town)), granted=True, lead=town.police))
    ticket = make.fresh(rule(town, ask(town, ticket, by=town.police_handler), by=town.supervisor))
    ticket = ask(town, ticket, by=town.police_handler)
    flow.refer_to_chiefs(ticket, by=town.supervisor, reason="三次都不接", at=ticket.moved_at + 6 * HOUR)
    given = {"by": chiefs[0], "lead": town.housing, "text": "住建局先办", "without": "出差"}
    ticket = make.fresh(flow.decide_raised(ticket, at=ticket.moved_at + 7 * HOUR, **given))
    listed = parts(ticket, explained=False)
    assert [row["part"].department for row in listed] == [town.housing]
    assert listed[0]["deadline"].obligation == "accept"
