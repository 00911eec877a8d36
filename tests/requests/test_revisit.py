"""回访 and 办结: APP-13 and APP-14."""

from datetime import timedelta

import pytest

from requests import flow
from requests.checklist import items, missing_to_close
from requests.flow.feedback import Scores
from requests.models import Revisit
from tests.requests import factories as make
from tests.requests.factories import MONDAY, REVISITED

AT = MONDAY + REVISITED
DAY = timedelta(days=1)


def call(town, ticket, overall=None, **given):
    call = {"reached": overall is not None, "scores": overall and Scores(overall), "real": True if overall else None}
    return flow.record_revisit(ticket, by=town.revisitor, **{"at": AT} | call | given)


@pytest.mark.parametrize("overall", [3, 4, 5])
def test_app_13_reached_and_satisfied_is_closed(town, overall):
    scores = Scores(overall, attitude=4, timeliness=3)
    ticket = call(town, make.revisiting(town), scores=scores, reached=True, real=True, text=" 已通水 ")
    ticket = make.fresh(ticket)
    assert (ticket.status, ticket.closed_at) == ("closed", AT)
    row = Revisit.objects.get()
    assert (row.attempt, row.reached, row.real, row.text, row.by) == (1, True, True, "已通水", town.revisitor)
    assert (row.overall, row.attitude, row.timeliness) == (overall, 4, 3)
    assert not ticket.deadlines.open().exists()
    assert not ticket.assignments.filter(ended_at=None).exists()


def test_app_13_three_attempts_then_not_reached_and_never_satisfied(town):
    ticket = make.revisiting(town)
    for days in (3, 4):  # after the weekend
        ticket = make.fresh(call(town, ticket, at=AT + days * DAY))
        assert ticket.status == "revisiting"
        assert ("已回访", False) in checklist(ticket)  # a call that nobody took is none
    ticket = make.fresh(call(town, ticket, at=AT + 5 * DAY, scores=Scores(5)))  # a score that nobody gave
    assert ticket.status == "closed"
    assert ("三次未联系上", True) in checklist(ticket)
    rows = Revisit.objects.values_list("attempt", "reached", "overall", "real")
    assert list(rows) == [(1, False, None, None), (2, False, None, None), (3, False, None, None)]


def test_app_13_reached_at_the_third_attempt(town):
    ticket = call(town, call(town, make.revisiting(town)), at=AT + 3 * DAY)
    assert call(town, ticket, 4, at=AT + 4 * DAY).status == "closed"


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("overall", {"scores": None}),
        ("overall", {"scores": Scores(0)}),
        ("overall", {"scores": Scores(6)}),
        ("real", {"real": None}),
    ],
)
def test_app_13_whoever_was_reached_has_said_something(town, refusal, field, given):
    ticket = make.revisiting(town)
    assert refusal(call, town, ticket, 5, **given).field == field
    assert not Revisit.objects.exists()


# Dissatisfied at the revisit -----------------------------------------------------------------------------------


@pytest.mark.parametrize("overall", [1, 2])
def test_app_13_dissatisfied_at_the_revisit_is_assigned_a_second_time(town, overall):
    ticket = make.fresh(call(town, make.revisiting(town, stars=5), overall))
    assert (ticket.status, ticket.round, ticket.dissatisfied) == ("handling", "second", 1)
    assert ticket.deadlines.get(obligation="revisit").met_at == AT


def test_app_13_once_by_rating_and_once_at_the_revisit_make_an_order(town):
    ticket = make.revisiting(town, stars=2)
    assert (ticket.status, ticket.round) == ("handling", "second")
    ticket = make.answer_again(town, ticket, AT)
    ticket = flow.confirm(ticket, by=town.enterprise_member, at=AT + DAY)
    ticket = make.fresh(call(town, ticket, 2, at=AT + 2 * DAY))
    assert (ticket.status, ticket.round, ticket.dissatisfied) == ("handling", "order", 2)


def test_app_13_a_result_counts_once(town):
    """Dissatisfied with the order's result in the portal, and again on the telephone: counted once, and closed."""
    ticket = make.confirming(town)
    for days in (0, 2, 4):
        at = AT + days * DAY
        ticket = flow.confirm(ticket, by=town.enterprise_member, scores=Scores(1), at=at)
        if ticket.status == "handling":
            ticket = make.answer_again(town, ticket, at + DAY)
    assert (ticket.status, ticket.dissatisfied) == ("revisiting", 3)
    ticket = make.fresh(call(town, ticket, 1, at=AT + 6 * DAY))
    assert (ticket.status, ticket.dissatisfied) == ("closed", 3)


def test_app_13_dissatisfaction_with_the_orders_result_at_the_revisit_is_counted_and_told(town):
    ticket = make.confirming(town)
    for days in (0, 2):
        ticket = flow.confirm(ticket, by=town.enterprise_member, scores=Scores(1), at=AT + days * DAY)
        ticket = make.answer_again(town, ticket, AT + (days + 1) * DAY)
    ticket = flow.confirm(ticket, by=town.enterprise_member, at=AT + 4 * DAY)
    ticket = make.fresh(call(town, ticket, 1, at=AT + 5 * DAY))
    assert (ticket.status, ticket.dissatisfied, ticket.result.dissatisfied) == ("closed", 3, True)
    assert make.events(ticket).filter(kind="ticket.still_dissatisfied").count() == 1


# APP-14 --------------------------------------------------------------------------------------------------------


def checklist(ticket):
    return [(item.name, item.there) for item in items(ticket)]


def test_app_14_the_checklist_names_what_is_missing(town):
    ticket = make.dispatched(town, co=[town.police])
    assert checklist(ticket) == [
        ("已联系企业", False),
        ("执法局意见", False),
        ("办理结果", False),
        ("负责人签批", False),
        ("企业已知晓结果", False),
        ("已回访", False),
    ]


def test_app_14_it_fills_step_by_step(town):
    ticket = make.revisiting(town, co=[town.police], result="cannot")
    assert checklist(ticket) == [
        ("已联系企业", True),
        ("执法局意见", True),
        ("办理结果", True),
        ("负责人签批", True),
        ("书面答复", True),
        ("盖章答复已送达", True),
        ("企业已知晓结果", True),
        ("附件已归档", True),
        ("已回访", False),
    ]
    call(town, ticket, 5)
    assert missing_to_close(make.fresh(ticket)) == []


def test_app_14_a_ticket_does_not_close_while_something_is_missing(town, refusal):
    ticket = make.revisiting(town, result="cannot")
    ticket.results.update(written_reply="")  # lost by an import, say
    error = refusal(call, town, ticket, 5)
    assert error.sentence == "还不能办结，缺：书面答复。"
    assert make.fresh(ticket).status == "revisiting"
    assert not Revisit.objects.exists()


def test_app_14_a_reported_result_is_there_and_waits_for_its_signature(town):
    found = checklist(make.signoff(town))
    assert ("办理结果", True) in found
    assert ("负责人签批", False) in found


def test_app_14_what_was_disputed_is_missing_again(town):
    ticket = flow.dispute(make.confirming(town), by=town.enterprise_member, reason="路灯还是不亮", at=AT)
    assert [name for name, there in checklist(make.fresh(ticket)) if not there] == [
        *("办理结果", "负责人签批", "企业已知晓结果", "已回访")
    ]
