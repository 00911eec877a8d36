"""The line (六环线): where a ticket stands, what it has passed, and the branches of what went back (look.md)."""

from datetime import timedelta

import pytest

from portal.worktime.limits import SHANGHAI
from requests import flow
from requests.journey import journey
from tests.requests import factories as make
from tests.requests.factories import MONDAY, moment


@pytest.fixture(autouse=True)
def _in_that_week(time_machine):
    """Dates of another year are written with it."""
    time_machine.move_to(MONDAY.astimezone(SHANGHAI) + timedelta(days=8))


def drawn(ticket, now=MONDAY, events=None):
    """The six stations as signs: ● passed, ◉ here, ○ ahead, ◌ passed before and to be passed again."""
    signs = {"done": "●", "here": "◉", "ahead": "○", "been": "◌"}
    return "".join(signs[s.state] for s in journey(ticket, now, events).stations)


@pytest.mark.parametrize(
    ("status", "line"),
    [
        ("received", "◉○○○○○"),
        ("incomplete", "◉○○○○○"),
        ("triaging", "●◉○○○○"),
        ("assigned", "●●◉○○○"),
        ("handling", "●●●◉○○"),
        ("signoff", "●●●◉○○"),
        ("confirming", "●●●●◉○"),
        ("revisiting", "●●●●●◉"),
        ("closed", "●●●●●●"),
        ("rejected", "◉○○○○○"),
    ],
)
def test_where_it_stands(town, status, line):
    ticket = make.AT[status](town)
    assert drawn(ticket) == line
    assert journey(ticket, MONDAY).branches == []
    assert journey(ticket, MONDAY).closed == (status == "closed")


@pytest.mark.parametrize(("before", "line"), [("received", "◉○○○○○"), ("assigned", "●●◉○○○"), ("handling", "●●●◉○○")])
def test_a_withdrawn_ticket_stands_where_it_ended(town, before, line):
    ticket = make.AT[before](town)
    assert drawn(flow.withdraw(ticket, by=town.enterprise_member, at=ticket.moved_at)) == line


def test_what_went_back_is_a_branch_and_a_hollow_station(town):
    disputed = flow.dispute(make.confirming(town), by=town.enterprise_member, reason="没好", at=MONDAY + make.CONFIRMED)
    assert drawn(disputed) == "●●●◉◌○"
    assert [(b.cls, b.text) for b in journey(disputed, MONDAY).branches] == [("b-54", "企业有异议")]
    second = make.revisit(town, make.revisiting(town), overall=1)
    assert drawn(second) == "●●●◉◌◌"
    assert [(b.cls, b.text) for b in journey(second, MONDAY).branches] == [("b-64", "二次交办")]
    again = make.answer_again(town, second, MONDAY + timedelta(days=5))
    assert drawn(again) == "●●●●◉◌"


def test_late_is_what_an_office_owes_never_the_firm(town):
    handled, waiting = make.handling(town), make.confirming(town)
    due = moment("2026-12-01 17:00")
    assert not journey(handled, due).late
    late = journey(make.fresh(handled), due + timedelta(minutes=1))
    assert late.late
    assert [s.key for s in late.stations if s.late] == ["handle"]
    assert not journey(waiting, due + timedelta(days=30)).late


def test_a_row_costs_no_query(town, django_assert_num_queries):
    from requests.models import Ticket

    make.handling(town)
    ticket = Ticket.objects.for_rows().get()
    with django_assert_num_queries(0):
        journey(ticket, MONDAY)


def test_the_trail_tells_who_when_and_how_long(town):
    ticket = make.closed(town)
    line = journey(ticket, MONDAY, make.events(ticket).select_related("actor"))
    told = [(s.who, s.lines) for s in line.stations]
    assert told == [
        ("计然", ["11月9日 09:10", "10 分钟首次响应"]),
        ("邓析", ["11月9日 10:00", "用时 50 分钟"]),
        ("住建局", ["11月10日 09:00", "用时 6 小时"]),
        ("住建局 公输班", ["11月11日 10:00", "用时 8 小时"]),
        ("钟离春", ["11月12日 09:00", "用时 6 小时"]),
        ("淳于髡", ["11月13日 09:00", "用时 7 小时"]),
    ]


def test_the_station_here_says_since_when_and_until_when(town):
    ticket = make.handling(town)
    line = journey(ticket, MONDAY, make.events(ticket))
    here = line.stations[3]
    assert (here.who, here.lines) == ("住建局 公输班", ["11月10日 09:00 起", "12月1日(周二)17:00 前"])
    assert [s.lines for s in line.stations[4:]] == [
        ["企业确认", "送达后 3 个工作日内"],
        ["中心回访", "确认后 5 个工作日内"],
    ]
    assert line.label == "诉求进程：现在办理，第 4 站，共 6 站"


def test_a_station_passed_twice_shows_the_second_time(town):
    """Confirmed with one star, done again, then not answered: the first round's confirmer did not bring it here."""
    ticket = make.answer_again(town, make.revisiting(town, stars=1), MONDAY + timedelta(days=7))
    for _limit in range(2):
        ticket = flow.lapse_confirmation(ticket, at=ticket.deadlines.open().get(obligation="confirm").due_at)
        ticket = make.fresh(ticket)
    line = journey(ticket, ticket.moved_at, make.events(ticket))
    assert line.stations[4].who == "未回应"


def test_what_was_typed_in_by_a_clerk_shows_no_time_of_answer(town):
    ticket = make.registered(town, channel="wechat")
    assert journey(ticket, MONDAY, make.events(ticket)).stations[0].lines == ["11月9日 09:00"]
    spoken = make.registered(town, channel="phone")
    assert journey(spoken, MONDAY, make.events(spoken)).stations[0].lines == ["11月9日 09:00", "当场响应"]
