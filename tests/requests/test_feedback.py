"""反馈: APP-12, and APP-13's “dissatisfied” once and twice."""

from datetime import timedelta

import pytest

from requests import flow
from requests.flow.feedback import Scores
from requests.models import Rating
from tests.requests import factories as make
from tests.requests.factories import CONFIRMED, MONDAY, SIGNED, moment

AT = MONDAY + CONFIRMED
DAY = timedelta(days=1)


def confirm(town, ticket, stars=None, **given):
    scores = Scores(stars) if stars is not None else None
    return flow.confirm(ticket, **{"by": town.enterprise_member, "scores": scores, "at": AT} | given)


def dispute(town, ticket, **given):
    return flow.dispute(ticket, **{"by": town.enterprise_member, "reason": "泵又停了", "at": AT} | given)


# APP-12: confirmed ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stars", [None, 3, 4, 5])
def test_app_12_confirmed_goes_on_to_revisit(town, stars):
    ticket = make.fresh(confirm(town, make.confirming(town), stars))
    assert (ticket.status, ticket.round, ticket.dissatisfied) == ("revisiting", "first", 0)
    assert (ticket.result.answer, ticket.result.answered_by) == ("confirmed", town.enterprise_member)
    assert (ticket.result.answered_at, ticket.result.by_telephone) == (AT, False)
    assert list(Rating.objects.values_list("overall", flat=True)) == ([stars] if stars else [])


def test_app_13_the_rating_keeps_all_that_the_firm_said(town):
    scores = Scores(overall=4, attitude=5, timeliness=3, text=" 师傅很热心 ")
    flow.confirm(make.confirming(town), by=town.enterprise_member, scores=scores, at=AT)
    rating = Rating.objects.get()
    assert (rating.overall, rating.attitude, rating.timeliness, rating.text) == (4, 5, 3, "师傅很热心")
    assert (rating.by, rating.at, rating.result) == (town.enterprise_member, AT, rating.ticket.result)


@pytest.mark.parametrize("stars", [0, 6, -1])
def test_app_13_a_rating_is_from_1_to_5(town, refusal, stars):
    ticket = make.confirming(town)
    assert refusal(confirm, town, ticket, stars).field == "overall"
    assert make.fresh(ticket).status == "confirming"
    assert ticket.results.get().answer == ""


@pytest.mark.parametrize("who", ["steward", "intake_clerk", "revisitor"])
def test_app_12_an_official_records_what_the_firm_said_by_telephone(town, who):
    for verb in (confirm, dispute):
        ticket = make.fresh(verb(town, make.confirming(town), by=town.people[who]))
        assert (ticket.result.by_telephone, ticket.result.answered_by) == (True, town.people[who])


# APP-12: disputed ----------------------------------------------------------------------------------------------


def test_app_12_disputed_goes_back_to_the_same_department(town):
    ticket = make.fresh(dispute(town, make.confirming(town)))
    assert (ticket.status, ticket.round, ticket.disputes, ticket.dissatisfied) == ("handling", "rework", 1, 0)
    assert (ticket.lead_department, ticket.handler) == (town.housing, town.handler)
    assert (ticket.result.answer, ticket.result.answer_text) == ("disputed", "泵又停了")


def test_app_12_a_dispute_says_what_is_wrong(town, refusal):
    ticket = make.confirming(town)
    assert refusal(dispute, town, ticket, reason=" ").field == "reason"
    assert make.fresh(ticket).status == "confirming"


def test_app_12_the_result_of_a_rework_may_be_signed_by_the_deputy(town):
    ticket = make.report(dispute(town, make.confirming(town)), AT + DAY)
    assert flow.sign_off(ticket, by=town.deputy_head, at=AT + DAY).status == "confirming"


def test_app_12_a_second_dispute_counts_as_dissatisfied(town):
    ticket = make.answer_again(town, dispute(town, make.confirming(town)), AT + DAY)
    ticket = make.fresh(dispute(town, ticket, at=AT + 2 * DAY))
    assert (ticket.status, ticket.round, ticket.disputes, ticket.dissatisfied) == ("handling", "second", 2, 1)
    assert ticket.result.dissatisfied


def test_app_12_every_later_dispute_is_the_next_step(town):
    """Second assignment disputed → supervision order disputed → no further round, the ticket goes on to revisit."""
    ticket = make.answer_again(town, dispute(town, make.confirming(town)), AT + DAY)
    ticket = make.answer_again(town, dispute(town, ticket, at=AT + 2 * DAY), AT + 3 * DAY)
    ticket = dispute(town, ticket, at=AT + 4 * DAY)
    assert (ticket.status, ticket.round, ticket.dissatisfied) == ("handling", "order", 2)
    ticket = make.answer_again(town, ticket, AT + 5 * DAY)
    ticket = make.fresh(dispute(town, ticket, at=AT + 6 * DAY))
    assert (ticket.status, ticket.round, ticket.dissatisfied) == ("revisiting", "order", 3)


# APP-13: dissatisfied ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stars", [1, 2])
def test_app_13_dissatisfied_once_is_assigned_a_second_time(town, stars):
    ticket = make.fresh(confirm(town, make.confirming(town), stars))
    assert (ticket.status, ticket.round, ticket.dissatisfied) == ("handling", "second", 1)
    assert ticket.lead_department == town.housing
    assert (ticket.result.answer, ticket.result.dissatisfied) == ("confirmed", True)


def test_app_13_dissatisfied_twice_is_a_supervision_order(town):
    ticket = make.answer_again(town, confirm(town, make.confirming(town), 2), AT + DAY)
    ticket = make.fresh(confirm(town, ticket, 1, at=AT + 2 * DAY))
    assert (ticket.status, ticket.round, ticket.dissatisfied) == ("handling", "order", 2)


@pytest.mark.parametrize("round_", ["second", "order"])
def test_app_13_the_second_time_ends_in_a_written_reply_signed_by_the_head(town, refusal, round_):
    ticket = confirm(town, make.confirming(town), 1)
    if round_ == "order":
        ticket = confirm(town, make.answer_again(town, ticket, AT + DAY), 1, at=AT + 2 * DAY)
    at = AT + 3 * DAY
    assert ticket.round == round_
    assert refusal(flow.report, ticket, by=town.handler, kind="solved", text="已修", at=at).field == "written_reply"
    reported = make.report(ticket, at, written_reply="经核查，已更换水泵。")
    assert refusal(flow.sign_off, reported, by=town.deputy_head, at=at).field is None
    assert flow.sign_off(reported, by=town.department_head, at=at).status == "confirming"


def test_app_13_after_the_order_there_is_no_further_round(town):
    ticket = make.confirming(town)
    for days in (0, 2, 4):
        ticket = confirm(town, ticket, 1, at=AT + days * DAY)
        if ticket.status == "handling":
            ticket = make.answer_again(town, ticket, AT + (days + 1) * DAY)
    assert (ticket.status, ticket.round, ticket.dissatisfied) == ("revisiting", "order", 3)


# APP-12: no answer ---------------------------------------------------------------------------------------------

LAPSES = moment("2026-11-16 17:00")  # signed Wednesday 11th: the 3rd working day after
LAPSES_AGAIN = moment("2026-11-19 17:00")


def test_app_12_without_an_answer_the_firm_is_asked_once_more_then_it_is_unanswered(town):
    ticket = flow.lapse_confirmation(make.confirming(town), at=LAPSES)
    assert ticket.status == "confirming"
    assert ticket.deadlines.open().get().due_at == LAPSES_AGAIN
    ticket = make.fresh(flow.lapse_confirmation(ticket, at=LAPSES_AGAIN))
    assert (ticket.status, ticket.result.answer, ticket.result.answered_by) == ("revisiting", "unanswered", None)
    assert (ticket.result.dissatisfied, Rating.objects.exists()) == (
        False,
        False,
    )  # never “satisfied”, nor the opposite
    assert ticket.deadlines.get(obligation="revisit").due_at == moment("2026-11-26 17:00")


def test_app_12_a_confirmation_does_not_lapse_early(town, refusal):
    ticket = make.confirming(town)
    assert refusal(flow.lapse_confirmation, ticket, at=LAPSES - timedelta(seconds=1)).sentence == "确认时限还没有到。"
    ticket = flow.lapse_confirmation(ticket, at=LAPSES)
    refusal(flow.lapse_confirmation, ticket, at=LAPSES_AGAIN - timedelta(seconds=1))
    assert make.fresh(ticket).status == "confirming"


def test_app_12_after_the_first_lapse_the_firm_may_still_answer(town):
    ticket = flow.lapse_confirmation(make.confirming(town), at=LAPSES)
    assert confirm(town, ticket, 5, at=LAPSES + DAY).status == "revisiting"


def test_app_12_each_result_lapses_twice_before_it_is_unanswered(town):
    """A lapse of the first result does not count against the next one."""
    ticket = flow.lapse_confirmation(make.confirming(town), at=LAPSES)
    ticket = make.answer_again(town, dispute(town, ticket, at=LAPSES + DAY), moment("2026-11-18 10:00"))
    ticket = flow.lapse_confirmation(ticket, at=moment("2026-11-23 17:00"))
    assert ticket.status == "confirming"


def test_a_result_answered_does_not_lapse(town, refusal):
    assert "待回访" in refusal(flow.lapse_confirmation, make.revisiting(town), at=LAPSES).sentence


def test_the_firm_answers_a_signed_result_only(town, refusal):
    assert "待签批" in refusal(confirm, town, make.signoff(town), at=MONDAY + SIGNED).sentence
