"""办理: contact, co-handlers' parts, the result and its signature by rank (APP-4, APP-11, APP-21, handbook §1)."""

from datetime import timedelta

import pytest

from requests import flow
from requests.capacity import capacities, verbs_with
from requests.checklist import items
from requests.models import Result
from requests.next_act import NextAct
from tests.requests import factories as make
from tests.requests.factories import MONDAY, OPINION, REPORTED, SIGNED

AT = MONDAY + REPORTED


def report(town, ticket, **given):
    return flow.report(ticket, **{"by": town.handler, "kind": "solved", "text": "已疏通管网", "at": AT} | given)


def test_app_21_the_first_contact_is_logged_where_the_firm_sees_it(town, refusal):
    ticket = make.handling(town, contacted=False)
    at = MONDAY + timedelta(days=1, hours=2)
    comment = flow.log_contact(ticket, by=town.handler, text=" 约定周三现场看 ", at=at)
    assert (comment.text, comment.audience, comment.author) == ("约定周三现场看", "firm", town.handler)
    assert ticket.deadlines.get(obligation="contact").met_at == at
    assert refusal(flow.log_contact, ticket, by=town.handler, text=" ", at=at).field == "text"


# APP-4: co-handlers --------------------------------------------------------------------------------------------


def test_app_4_the_result_waits_for_the_co_handlers_parts(town, refusal):
    ticket = make.handling(town, co=[town.police, town.utilities])
    assert refusal(
        report, town, ticket
    ).sentence == "还缺综合执法局、市政管理站的协办意见，意见到了就能报结果。".replace("综合执法局", "执法局")
    flow.give_opinion(ticket, by=town.police_handler, text="已查排口", at=MONDAY + OPINION)
    assert refusal(report, town, ticket).sentence == "还缺市政管理站的协办意见，意见到了就能报结果。"
    part = flow.give_opinion(ticket, by=town.utilities_handler, text=" 已通管道 ", at=MONDAY + OPINION)
    assert (part.department, part.opinion, part.opinion_by) == (town.utilities, "已通管道", town.utilities_handler)
    assert report(town, ticket).kind == "solved"


def test_app_4_a_part_is_given_once_and_not_empty(town, refusal):
    ticket = make.handling(town, co=[town.police])
    assert refusal(flow.give_opinion, ticket, by=town.police_head, text=" ", at=MONDAY + OPINION).field == "text"
    flow.give_opinion(ticket, by=town.police_head, text="已查排口", at=MONDAY + OPINION)
    error = refusal(flow.give_opinion, ticket, by=town.police_handler, text="再补充", at=MONDAY + OPINION)
    assert error.sentence == "您部门的协办意见已经提交过。"


def test_sec_2_co_handling_ends_when_the_result_is_signed(town):
    ticket = make.signoff(town, co=[town.police])
    assert make.sees(town.police_handler, ticket)
    flow.sign_off(ticket, by=town.deputy_head, at=MONDAY + SIGNED)
    assert not make.sees(town.police_handler, ticket)
    assert make.sees(town.handler, ticket)


# APP-11: the result --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["solved", "partly", "explained"])
def test_app_11_what_can_be_done_is_signed_by_the_deputy_head(town, kind):
    ticket = make.signoff(town, result=kind)
    signed = make.fresh(flow.sign_off(ticket, by=town.deputy_head, at=MONDAY + SIGNED))
    assert signed.status == "confirming"
    assert (signed.result.kind, signed.result.signed_by, signed.result.signed_at) == (
        kind,
        town.deputy_head,
        MONDAY + SIGNED,
    )


def test_app_11_what_cannot_be_met_is_signed_by_the_head_alone(town, refusal):
    """能办的由分管领导回复，不能办的由一把手回复."""
    ticket = make.signoff(town, result="cannot")
    error = refusal(flow.sign_off, ticket, by=town.deputy_head, at=MONDAY + SIGNED)
    assert error.sentence == "不能办理、二次交办和督办件要由部门主要负责人签批。"
    assert make.fresh(ticket).status == "signoff"
    assert flow.sign_off(ticket, by=town.department_head, at=MONDAY + SIGNED).status == "confirming"


def test_app_11_what_cannot_be_met_needs_a_written_reply(town, refusal):
    ticket = make.handling(town)
    assert refusal(report, town, ticket, kind="cannot", written_reply=" ").field == "written_reply"
    assert report(town, ticket, kind="cannot", written_reply="依据不足，不能办理。").written_reply


@pytest.mark.parametrize(("given", "field"), [({"kind": "done"}, "kind"), ({"text": " "}, "text")])
def test_app_11_what_is_missing_is_named(town, refusal, given, field):
    assert refusal(report, town, make.handling(town), **given).field == field
    assert not Result.objects.exists()


def test_the_results_files_reach_the_firm_with_the_signature(town, stored_file):
    ticket = make.handling(town)
    report(town, ticket, files=[stored_file("现场.txt")])
    mine = ticket.attachments.visible_to(town.enterprise_member)
    assert not mine.exists()
    flow.sign_off(ticket, by=town.deputy_head, at=MONDAY + SIGNED)
    assert [a.file.name for a in mine.all()] == ["现场.txt"]


def test_the_head_sends_a_result_back_with_a_reason(town, refusal):
    ticket = make.signoff(town)
    assert refusal(flow.send_back, ticket, by=town.deputy_head, reason=" ", at=MONDAY + SIGNED).field == "reason"
    due = ticket.deadlines.get(obligation="handle").due_at
    ticket = make.fresh(flow.send_back(ticket, by=town.deputy_head, reason="请补现场照片", at=MONDAY + SIGNED))
    assert ticket.status == "handling"
    assert (ticket.result.sent_back_reason, ticket.result.signed_at) == ("请补现场照片", None)
    assert ticket.deadlines.open().get(obligation="handle").due_at == due  # the clock ran on
    again = make.report(ticket, MONDAY + timedelta(days=3))
    assert again.results.count() == 2
    assert flow.sign_off(again, by=town.deputy_head, at=MONDAY + timedelta(days=4)).result == again.result


def test_app_21_no_result_before_the_firm_was_called(town, refusal):
    """Else the closing checklist would say “已联系企业” of a firm that nobody ever called (APP-14)."""
    ticket = make.handling(town, contacted=False)
    at = ticket.moved_at
    refusal(flow.report, ticket, by=town.handler, kind="solved", text="已疏通", at=at)
    assert not items(ticket)[0].there
    flow.log_contact(ticket, by=town.handler, text="已电话联系", at=at)
    assert items(ticket)[0].there
    flow.report(ticket, by=town.handler, kind="solved", text="已疏通", at=at)


def test_app_21_the_page_puts_the_call_forward_then_the_result(town):
    def first(ticket):
        held = capacities(ticket, town.handler, MONDAY)
        return NextAct(ticket, town.handler, verbs_with(ticket, held, town.handler), MONDAY, firm_side=False).form.verb

    assert first(make.handling(town, contacted=False)) == "log_contact"
    assert first(make.handling(town)) == "report"
