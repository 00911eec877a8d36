"""历史疑难件 (APP-15): what could not be met, or waits, comes up again each quarter, and what follows."""

from datetime import date, timedelta

import pytest

from portal.deadlines.models import SlaRule
from portal.deadlines.sweep import sweep
from requests import flow
from requests.models import SecondLook, Ticket, TicketDeadline
from tests.requests import factories as make
from tests.requests import respite
from tests.requests.factories import moment
from tests.requests.walks import verbs_for

CLOSED = moment("2026-11-13 09:00")
UP = moment("2027-02-12 17:00")  # 91 days later


def unmet(town, **given):
    ticket = make.closed(town, result="cannot", **given)
    assert ticket.closed_at == CLOSED
    return ticket


def up(town, **given):
    ticket = unmet(town, **given)
    sweep(UP)
    return ticket


def look(ticket):
    return ticket.looks.latest("pk")


@pytest.mark.parametrize(("result", "planned"), [("cannot", 1), ("partly", 1), ("solved", 0), ("explained", 0)])
def test_what_was_not_met_is_planned_when_it_closes(town, result, planned):
    assert make.closed(town, result=result).looks.count() == planned


def test_it_comes_up_by_itself_once_a_quarter_later(town):
    ticket = unmet(town)
    assert sweep(UP - timedelta(minutes=1)).timed == 0
    assert look(ticket).came_up_at is None
    assert sweep(UP + timedelta(days=2)).timed == 1
    assert sweep(UP + timedelta(days=3)).timed == 0
    assert look(ticket).came_up_at == UP
    assert make.events(ticket).filter(kind="ticket.came_up_again").count() == 1
    assert make.fresh(ticket).status == "closed"


def test_how_long_a_quarter_is_says_the_administrator(town):
    SlaRule.objects.filter(obligation="look_again").update(amount=30)
    assert look(unmet(town)).due_at == moment("2026-12-14 17:00")  # 13 December is a Sunday


def test_unchanged_it_comes_up_again_a_quarter_later(town, refusal):
    ticket = up(town)
    at = UP + timedelta(days=4)
    assert refusal(flow.look_again, ticket, by=town.triager, found="unchanged", text=" ", at=at).field == "text"
    assert refusal(flow.look_again, ticket, by=town.triager, found="?", text="还在排队", at=at).field == "found"
    flow.look_again(ticket, by=town.triager, found="unchanged", text="用地指标还没下来", at=at)
    assert [bool(one.looked_at) for one in ticket.looks.all()] == [True, False]
    assert look(ticket).due_at == moment("2027-05-18 17:00")
    assert Ticket.objects.count() == 1


def test_changed_a_new_ticket_follows_and_the_old_one_stays_closed(town):
    ticket = up(town)
    before = {field: getattr(make.fresh(ticket), field) for field in ("status", "closed_at", "outcome", "worked_days")}
    at = UP + timedelta(days=4)
    done = flow.look_again(ticket, by=town.supervisor, found="changed", text="用地指标已下达", at=at)
    new = done.follow_up
    assert (new.status, new.title, new.enterprise, new.filed_at) == ("triaging", ticket.title, ticket.enterprise, at)
    assert new.first_responder == ticket.first_responder
    assert new.number != ticket.number
    assert {field: getattr(make.fresh(ticket), field) for field in before} == before
    assert [clock.obligation for clock in TicketDeadline.objects.open().filter(subject=new)] == ["dispatch"]
    assert not ticket.looks.planned().exists()
    assert make.events(new).get().data["follows"] == ticket.number
    assert make.events(new).get().role == "supervisor"


def test_it_may_be_looked_at_before_its_time(town, refusal):
    ticket = unmet(town)
    assert "look_again" in verbs_for(ticket, town.triager, CLOSED)
    flow.look_again(ticket, by=town.triager, found="changed", text="新政策昨天出台", at=CLOSED + timedelta(days=3))
    assert "look_again" not in verbs_for(make.fresh(ticket), town.triager, CLOSED)
    error = refusal(flow.look_again, ticket, by=town.triager, found="changed", text="再来", at=UP)
    assert "没有要再看的" in error.sentence


def test_who_looks(town):
    ticket = up(town)
    may = {name for name, by in town.people.items() if "look_again" in verbs_for(ticket, by, UP)}
    assert may == {"triager", "supervisor"}


def waiting_long(town):
    ticket = respite.suspended(town, cause="authority", until=date(2027, 4, 6))
    assert "look_again" not in verbs_for(ticket, town.triager, respite.CENTRE)
    sweep(moment("2027-02-12 09:00"))
    assert "look_again" in verbs_for(make.fresh(ticket), town.triager, UP)
    return ticket


def test_what_waits_long_is_looked_at_too(town, refusal):
    ticket, at = waiting_long(town), moment("2027-02-15 10:00")
    flow.look_again(ticket, by=town.triager, found="unchanged", text="上级还在研究", at=at)
    assert (make.fresh(ticket).status, ticket.looks.count()) == ("suspended", 2)
    again = {"found": "changed", "text": "批文已到", "at": at + timedelta(days=1)}
    assert "没有要再看的" in refusal(flow.look_again, ticket, by=town.triager, **again).sentence


def test_what_waits_goes_on_when_it_can(town):
    ticket = waiting_long(town)
    flow.look_again(ticket, by=town.triager, found="changed", text="批文已到", at=moment("2027-02-15 10:00"))
    assert (make.fresh(ticket).status, respite.request(ticket).ended_note) == ("handling", "批文已到")
    assert not ticket.looks.planned().exists()


def test_a_look_falls_away_with_the_suspension(town):
    ticket = respite.suspended(town)
    assert ticket.looks.planned().exists()
    sweep(moment("2026-11-19 09:00"))
    assert SecondLook.objects.get(ticket=ticket).dropped_at == moment("2026-11-19 09:00")


def test_the_list_of_all_tickets_shows_them_and_so_does_the_queue(town, client):
    ticket, other = up(town), make.closed(town)
    later = unmet(town, title="还没到时候")
    client.force_login(town.triager)
    shown = {
        which: {number for number in (ticket.number, other.number, later.number) if number in page}
        for which in ("any", "due", "later")
        if (page := client.get(f"/tickets/?look={which}").content.decode())
    }
    assert shown == {"any": {ticket.number, later.number}, "due": {ticket.number}, "later": {later.number}}
    queue = client.get("/queues/triage/?part=look").content.decode()
    assert ticket.number in queue
    assert later.number not in queue
