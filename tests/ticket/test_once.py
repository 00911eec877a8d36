"""A verb's form asked for by whom it is not for, too late, twice at once, or again after its server died."""

from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.core.cache import cache

from requests import flow, stages
from tests.requests import factories
from tests.requests.factories import AT, filed, fresh, handling
from tests.ticket.test_verbs import text_of

pytestmark = pytest.mark.django_db
CALLED = factories.MONDAY + factories.REVISITED + timedelta(hours=1)  # Friday morning: hours in which firms are called


def test_what_he_never_may_do_is_not_there(town, as_):
    ticket = handling(town)
    for who, verb in (
        (town.leader, "write"),
        (town.colleague, "sign_off"),
        (town.enterprise_member, "report"),
        (town.triager, "take"),
        (town.handler, "lapse_confirmation"),  # the clock's
        (town.handler, "no-such-verb"),
        (town.economy_handler, "report"),
        (town.member_official, "dispatch"),  # his own firm's case
    ):
        desk = as_(who)
        assert desk.see(ticket, f"{verb}/").status_code == 404, (who, verb)
        assert desk.do(ticket, verb, text="x").status_code == 404, (who, verb)


def test_the_second_of_two_tabs_reads_what_it_is_now(town, as_):
    ticket, desk = filed(town), as_(town.intake_clerk)
    assert desk.do(ticket, "accept").status_code == 303
    late = desk.do(ticket, "accept")
    assert late.status_code == 409
    assert "现在是“待研判”" in text_of(late)
    assert desk.see(ticket, "accept/").status_code == 409


@pytest.mark.parametrize(
    ("status", "who", "verb", "typed"),
    [
        ("received", "intake_clerk", "accept", {}),
        ("handling", "handler", "write", {"text": "周三来", "audience": "firm"}),
        ("handling", "enterprise_member", "urge", {"text": "请抓紧"}),
        ("revisiting", "revisitor", "record_revisit", {"reached": "no", "text": "没人接"}),
    ],
)
def test_the_same_form_sent_twice_is_done_once(town, as_, monkeypatch, status, who, verb, typed):
    monkeypatch.setattr("portal.worktime.clock.now", lambda: CALLED)
    ticket, desk = AT[status](town), as_(town.people[who])
    once = desk.see(ticket, f"{verb}/").context["once"]
    desk.do(ticket, verb, once=once, **typed)
    before = _traces(ticket)
    again = desk.do(ticket, verb, once=once, **typed)
    assert "这一步刚才已经做过，没有再做一次" in str(list(desk.get(again["Location"]).context["messages"])[-1])
    assert _traces(ticket) == before


def test_a_form_whose_server_died_is_not_called_done_and_can_be_sent_again(town, as_, monkeypatch):
    ticket, desk = filed(town), as_(town.intake_clerk)
    once = desk.see(ticket, "accept/").context["once"]
    with monkeypatch.context() as killed:
        killed.setattr("requests.views.verbs.cache.delete", lambda key: None)  # nobody is left to do it
        killed.setattr("requests.forms.base.VerbForm.do", Mock(side_effect=RuntimeError))
        with pytest.raises(RuntimeError):
            desk.do(ticket, "accept", once=once)
    again = desk.do(ticket, "accept", once=once)
    assert "这一步正在办，请过一会儿再看" in str(list(desk.get(again["Location"]).context["messages"])[-1])
    cache.clear()  # a minute later
    assert desk.do(ticket, "accept", once=once).status_code == 303
    assert fresh(ticket).status == "triaging"


def _traces(ticket):
    ticket = fresh(ticket)
    return ticket.status, ticket.urges, ticket.comments.count(), ticket.revisits.count()


def test_a_refused_form_can_be_sent_again(town, as_):
    ticket, desk = handling(town, co=[town.police]), as_(town.handler)
    typed = {"kind": "solved", "text": "通了", "once": "a1"}
    assert desk.do(ticket, "report", **typed).status_code == 422
    as_(town.police_handler).do(ticket, "give_opinion", text="已查")
    assert desk.do(ticket, "report", **typed).status_code == 303


def test_a_call_on_another_day_is_another_attempt(town, as_, monkeypatch):
    ticket, desk = factories.revisiting(town), as_(town.revisitor)
    monkeypatch.setattr("portal.worktime.clock.now", lambda: CALLED + timedelta(days=7))
    for days in (1, 4):  # Friday and Monday
        flow.record_revisit(ticket, by=town.revisitor, reached=False, at=ticket.moved_at + timedelta(days=days))
    page = desk.see(ticket, "record_revisit/")
    assert "第 3 次，共 3 次" in text_of(page)
    desk.do(ticket, "record_revisit", reached="no", once=page.context["once"])
    assert fresh(ticket).status == stages.CLOSED
    assert ticket.revisits.count() == 3
