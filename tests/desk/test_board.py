"""The board (SUP-1): what comes to it and when it leaves, and in which words."""

from datetime import timedelta

import pytest
from django.db import transaction

from portal import deadlines
from portal.deadlines.models import LadderRung
from portal.deadlines.sweep import sweep
from portal.desk.board import SHOWN, Item, Screen
from portal.people.models import Department, Membership
from portal.worktime.calendar import calendar
from requests import flow
from requests.models import Ticket, TicketDeadline
from tests.desk.overdue_town import BOARD, DUE, LATER, OCTOBER, commit, late, work
from tests.requests.factories import Town, accepted, confirming, filed, handling, report

pytestmark = pytest.mark.django_db


def shown(at=LATER) -> list[Item]:
    return Screen(at).items


def test_an_item_comes_with_the_firing_of_its_board_rung(town: Town) -> None:
    ticket = handling(town, filed_at=OCTOBER)
    assert work(ticket).due_at == DUE
    before = BOARD - timedelta(seconds=1)
    sweep(before)
    assert shown(before) == []
    assert shown(BOARD) == []  # reached, but nobody has been told yet
    sweep(BOARD)
    (item,) = shown(BOARD)
    assert (item.key, item.days) == (ticket.pk, 3)


def test_which_rung_it_is_says_the_ladder(town: Town) -> None:
    late(town, at=DUE)
    assert shown(DUE + timedelta(hours=1)) == []
    LadderRung.objects.filter(obligor_kind="department", number=2).update(tells=["handler", "board"])
    assert len(shown(DUE + timedelta(hours=1))) == 1


def test_confidential_matters_never_appear(town: Town) -> None:
    ticket = late(town)
    assert len(shown()) == 1
    Ticket.objects.filter(pk=ticket.pk).update(confidential=True)
    assert shown() == []
    assert Screen(LATER).open == 0  # nor in the figures


def test_nothing_of_the_centre_or_the_firm_appears(town: Town) -> None:
    filed(town, filed_at=OCTOBER)
    accepted(town, filed_at=OCTOBER)
    confirming(town, filed_at=OCTOBER)
    sweep(LATER)
    for deadline in TicketDeadline.objects.open():  # whatever an administrator's ladder might say
        TicketDeadline.objects.filter(pk=deadline.pk).update(next_rung=6, next_rung_at=None)
    assert shown() == []
    assert Screen(LATER).late > 0


def test_it_leaves_when_it_is_answered(town: Town) -> None:
    ticket = late(town)
    report(ticket, LATER)
    flow.sign_off(Ticket.objects.get(pk=ticket.pk), by=town.department_head, at=LATER)
    assert shown(LATER + timedelta(minutes=1)) == []


def test_it_leaves_when_the_time_is_extended_and_comes_back_only_with_a_new_firing(town: Town) -> None:
    ticket, further = late(town), LATER + timedelta(days=7)
    with transaction.atomic():
        deadlines.extend(TicketDeadline, ticket, "handle", at=LATER, to=further)
    assert shown() == []
    assert shown(further + timedelta(days=1)) == []
    again = calendar().due(further, deadlines.models.clocks.Limit.working_days(3)).at
    sweep(again)
    assert len(shown(again)) == 1


def test_the_longest_overdue_come_first_and_each_ticket_once(town: Town) -> None:
    younger = late(town, filed_at=OCTOBER + timedelta(days=7))
    older = late(town, co=[town.police])  # and its co-handler is late as well
    assert [item.key for item in shown()] == [older.pk, younger.pk]
    assert [(item.number, item.of) for item in shown()] == [(1, 2), (2, 2)]


def test_a_co_handlers_lateness_is_said_to_be_his(town: Town) -> None:
    ticket = handling(town, filed_at=OCTOBER, co=[town.police])
    ticket.deadlines.filter(obligation="co_handle").update(due_at=DUE - timedelta(days=2))
    ticket.deadlines.exclude(obligation="co_handle").update(next_rung_at=None)
    sweep(LATER)
    (item,) = shown()
    assert (item.is_lead, item.department) == (False, "执法局")
    assert item.head == "惠施"
    assert item.step, "of a part no commitment is made: the board says what is late"


def test_the_leads_commitment_is_shown_though_a_co_handler_is_late_for_longer(town: Town) -> None:
    ticket = late(town, co=[town.police])
    ticket.deadlines.filter(obligation="co_handle").update(due_at=DUE - timedelta(days=2))
    commit(town, ticket)
    (item,) = shown()
    assert (item.is_lead, item.promise, item.step) == (True, "承诺 running", "")


def test_it_names_firm_problem_unit_and_who_answers_for_it(town: Town) -> None:
    late(town)
    (item,) = shown()
    assert (item.firm, item.title) == ("乌有精密制造有限公司", "雨污管网倒灌，3 号车间停产")
    assert (item.department, item.is_lead) == ("住建局", True)
    assert item.head == town.department_head.name
    assert item.in_charge == town.leader.name
    here = [station for station in item.line.stations if station.state == "here"]
    assert [(s.key, s.late, s.lines) for s in here] == [("handle", True, ["应于 11月3日办结"])]
    assert [s.lines for s in item.line.stations[:3]] == [["10月12日"], ["10月12日"], ["10月13日"]]


def test_the_leader_of_the_department_above_answers_where_it_has_none(town: Town) -> None:
    late(town, lead=town.utilities)
    (item,) = shown()
    assert item.in_charge == town.leader.name
    Department.objects.update(leader_in_charge=None)
    assert shown()[0].in_charge == ""


def test_a_former_head_is_not_named(town: Town) -> None:
    late(town)
    Membership.objects.filter(user=town.department_head).update(until=LATER - timedelta(days=1))
    assert shown()[0].head == ""


@pytest.mark.parametrize("state", ["pending", "returned"])
def test_words_that_nobody_approved_are_not_shown(town: Town, state: str) -> None:
    ticket = late(town)
    commit(town, ticket, state)
    (item,) = shown()
    assert (item.reason, item.promise, item.measure, item.until) == ("", "", "", None)
    assert item.head == town.department_head.name


def test_the_approved_commitment_is_shown_with_the_leader_who_makes_it(town: Town) -> None:
    ticket = late(town)
    made = commit(town, ticket)
    (item,) = shown()
    assert (item.reason, item.promise, item.measure) == ("原因 running", "承诺 running", "措施 running")
    assert (item.until, item.head, item.broken) == (made.until, town.deputy_head.name, False)


def test_a_broken_commitment_stands_there_until_a_new_one_is_approved(town: Town) -> None:
    ticket = late(town)
    commit(town, ticket, "broken")
    pending = commit(town, ticket, "pending")
    assert (shown()[0].promise, shown()[0].broken) == ("承诺 broken", True)
    pending.approved_by, pending.approved_at = town.supervisor, LATER
    pending.save()
    assert (shown()[0].promise, shown()[0].broken) == ("承诺 pending", False)


@pytest.mark.parametrize(
    "title, said",
    [
        ("请联系乌有先生 13800000001", "请联系… …"),
        ("回信到 a.b@c.example 即可", "回信到 … 即可"),
        ("3 号车间停产 15 天", "3 号车间停产 15 天"),
    ],
)
def test_no_person_and_no_number_is_read_out_in_the_lobby(town: Town, title: str, said: str) -> None:
    late(town, title=title)
    assert shown()[0].title == said


def test_the_figures_are_those_of_the_dashboard(town: Town) -> None:
    late(town)
    filed(town, filed_at=LATER)
    screen = Screen(LATER)
    assert (screen.open, screen.late, screen.month.closed, screen.on_time) == (2, 1, 0, None)


def test_more_than_can_be_shown_are_counted(town: Town, monkeypatch) -> None:
    monkeypatch.setattr("portal.desk.board.SHOWN", 2)
    for _n in range(3):
        handling(town, filed_at=OCTOBER)
    sweep(LATER)
    screen = Screen(LATER)
    assert (len(screen.items), screen.total, SHOWN) == (2, 3, 40)
