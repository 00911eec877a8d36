"""全程: the ticket's own clock, which runs beside those of whoever owes something, and waits for a supplement."""

from datetime import timedelta

from requests import flow
from requests.total import outer_limit, total
from tests.requests import factories as make
from tests.requests.factories import MONDAY, moment


def said(ticket, at):
    return total(make.fresh(ticket), moment(at)).said


def test_it_runs_in_working_time_from_receipt_whoever_has_the_ticket(town):
    ticket = make.handling(town)
    assert said(ticket, "2026-11-09 11:10") == "2 小时 10 分"
    assert said(ticket, "2026-11-10 09:00") == "1 个工作日"
    assert said(ticket, "2026-11-15 12:00") == "4 个工作日"  # a weekend is no working time
    assert said(ticket, "2026-11-16 08:00") == "5 个工作日"


def test_it_stands_still_while_the_firm_supplies_what_is_missing(town):
    ticket = make.incomplete(town)  # asked at 09:10
    assert said(ticket, "2026-11-13 10:00") == "10 分钟，等补正停计"
    flow.supplement(ticket, by=town.enterprise_member, answer="附后", at=moment("2026-11-13 10:00"))
    assert said(ticket, "2026-11-13 10:20") == "30 分钟"
    assert said(ticket, "2026-11-17 10:00") == "2 个工作日"


def test_it_ends_with_the_ticket(town):
    ticket = make.closed(town)
    assert said(ticket, "2026-12-30 10:00") == "4 个工作日"
    lapsed = make.incomplete(town)
    flow.lapse_supplement(lapsed, at=moment("2026-11-23 17:00"))
    assert said(lapsed, "2026-12-30 10:00") == "10 分钟"


def test_the_calculator_counts_the_same_day_by_day(town, client):
    """Over the wait for a supplement, over a weekend, in minutes on the first day, and not before anything has run."""
    ticket = make.incomplete(town)
    flow.supplement(ticket, by=town.enterprise_member, answer="附后", at=moment("2026-11-13 10:00"))
    for at, ends in [("2026-11-13 10:20", "11月13日(周五)10:20 前"), ("2026-11-17 10:00", "11月17日(周二)17:00 前")]:
        question = total(make.fresh(ticket), moment(at)).question
        assert ends in client.get(f"/worktime/?{question}").content.decode()
    assert total(ticket, ticket.filed_at).question == ""
    client.force_login(town.triager)
    side = client.get(f"/tickets/{ticket.number}/").content.decode().partition("<b>全程</b>")[2]
    assert "/worktime/?start=2026-11-09T09%3A00&amp;kind=working_days" in side.partition("</li>")[0]


def test_the_hotlines_limit_for_the_whole_has_a_light_of_its_own(town):
    ticket = make.registered(town, channel="hotline", outer_due_at=MONDAY + timedelta(days=10))
    light = outer_limit(ticket).light
    assert [light(MONDAY + timedelta(days=n)) for n in (1, 9, 11)] == ["green", "yellow", "red"]
    assert outer_limit(make.registered(town)) is None
