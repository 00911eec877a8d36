"""Taking back what was done just now: everything as it was, an event of its own, and nobody told (APP-19)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from portal.outbox.delivery import deliver
from portal.outbox.models import Delivery, Message
from portal.worktime import clock
from requests import flow, undoing
from requests.flow.undo import HOLD, before
from requests.models import TicketDeadline
from requests.story import Story
from tests.requests import factories as f
from tests.requests.factories import MONDAY, fresh

NOW = MONDAY + timedelta(days=7)

ACTS = {
    "accept": (f.filed, "intake_clerk", lambda town: {}),
    "dispatch": (
        f.accepted,
        "triager",
        lambda town: {
            "kind": "coordination",
            "complexity": "cross",
            "category": town.other_category,
            "lead": town.housing,
            "co": [town.police],
            "urgency": "urgent",
        },
    ),
    "take": (lambda town: f.dispatched(town, co=[town.police]), "handler", lambda town: {}),
    "name_handler": (f.handling, "department_head", lambda town: {"handler": town.colleague}),
}


def row(ticket):
    kept = {field.attname: getattr(fresh(ticket), field.attname) for field in ticket._meta.concrete_fields}
    open_clocks = TicketDeadline.objects.open().filter(subject=ticket).order_by("pk")
    return kept, list(open_clocks.values_list("pk", "obligation", "due_at", "next_rung", "next_rung_at"))


def act(town, verb, at=NOW):
    """The ticket, how it stood, what it was, and who did it."""
    make, who, given = ACTS[verb]
    ticket = make(town)
    was, stood, by = row(ticket), before(ticket, verb), getattr(town, who)
    with undoing.waiting(verb):
        getattr(flow, verb)(ticket, by=by, at=at, **given(town))
    assert row(ticket) != was
    return ticket, stood, was, by


@pytest.mark.parametrize("verb", ACTS)
def test_everything_stands_as_before_and_nobody_is_told(town, verb):
    ticket, stood, was, by = act(town, verb)
    told = Delivery.objects.count()
    assert deliver(at=NOW + timedelta(seconds=29)) >= 0
    kinds = set(Message.objects.filter(at=NOW).values_list("kind", "state"))
    assert {state for _kind, state in kinds} == {"queued"}
    flow.undo(ticket, by=by, before=stood, at=NOW + timedelta(seconds=20))
    assert row(ticket) == was
    deliver(at=NOW + timedelta(hours=1))
    new = Delivery.objects.filter(message__at=NOW)
    assert not new.exists(), (told, list(new.values_list("message__kind", flat=True)))
    last = f.events(ticket).order_by("-pk").first()
    assert (last.kind, last.actor, last.data["verb"]) == ("ticket.retracted", by, verb)
    for firm_side in (True, False):
        assert Story(fresh(ticket), firm_side=firm_side).lines


@pytest.mark.parametrize("verb", ACTS)
def test_it_can_be_done_again_and_is_told_once(town, verb):
    ticket, stood, _was, by = act(town, verb)
    flow.undo(ticket, by=by, before=stood, at=NOW + timedelta(seconds=20))
    later = NOW + timedelta(minutes=5)
    getattr(flow, verb)(fresh(ticket), by=by, at=later, **ACTS[verb][2](town))
    deliver()
    assert Delivery.objects.filter(message__at=later).exists()
    assert not Delivery.objects.filter(message__at=NOW).exists()


def test_after_half_a_minute_it_stands(town):
    ticket, stood, _was, by = act(town, "accept")
    with pytest.raises(flow.Refused, match="30 秒"):
        flow.undo(ticket, by=by, before=stood, at=NOW + HOLD + timedelta(seconds=1))
    assert fresh(ticket).status == "triaging"


def test_once_somebody_was_told_it_stands(town):
    ticket, stood, _was, by = act(town, "accept")
    deliver(at=NOW + HOLD)
    with pytest.raises(flow.Refused, match="通知已经发出"):
        flow.undo(ticket, by=by, before=stood, at=NOW + HOLD)


def test_once_somebody_went_on_it_stands(town):
    ticket, stood, _was, by = act(town, "accept")
    flow.write(ticket, by=town.enterprise_member, text="请快些", at=NOW + timedelta(seconds=5))
    with pytest.raises(flow.Refused, match="新的进展"):
        flow.undo(ticket, by=by, before=stood, at=NOW + timedelta(seconds=10))


def test_what_stood_before_an_act_in_between_is_not_brought_back(town):
    """A picture taken too early: somebody acted after it and before the act."""
    ticket = f.handling(town)
    stood = before(ticket, "name_handler")
    flow.write(ticket, by=town.enterprise_member, text="请快些", at=NOW)
    flow.name_handler(ticket, by=town.department_head, handler=town.colleague, at=NOW)
    with pytest.raises(flow.Refused, match="新的进展"):
        flow.undo(ticket, by=town.department_head, before=stood, at=NOW)


def test_nobody_takes_back_anothers_act(town):
    ticket, stood, _was, _by = act(town, "accept")
    for who in (town.second_clerk, town.triager, town.supervisor, town.enterprise_member):
        with pytest.raises(flow.Refused):
            flow.undo(ticket, by=who, before=stood, at=NOW)


def test_twice_is_once(town):
    ticket, stood, _was, by = act(town, "accept")
    flow.undo(ticket, by=by, before=stood, at=NOW)
    with pytest.raises(flow.Refused, match="新的进展"):
        flow.undo(ticket, by=by, before=stood, at=NOW)


def test_the_coworkers_of_an_undone_dispatch_no_longer_see_it(town):
    """SEC-2: access ends with the part."""
    ticket, stood, _was, by = act(town, "dispatch")
    assert f.sees(town.police_handler, ticket)
    flow.undo(ticket, by=by, before=stood, at=NOW)
    assert not f.sees(town.police_handler, ticket)
    assert not f.sees(town.handler, ticket)


@pytest.mark.parametrize("verb", ["reject", "sign_off", "report", "ask_supplement", "withdraw"])
def test_what_speaks_to_the_firm_or_is_signed_cannot_be_taken_back(town, verb):
    assert before(f.filed(town), verb) is None


# Through the pages ------------------------------------------------------------------------------------------------


def post(client, user, ticket, verb, **typed):
    client.force_login(user)
    return client.post(reverse("requests:verb", args=[ticket.number, verb]), typed, follow=True)


def undo_url(response) -> str:
    (message,) = response.context["messages"]
    return message.extra_tags.removeprefix("undo:")


def test_the_toast_offers_it_once_and_only_to_him(town, client):
    ticket = f.filed(town, filed_at=clock.now())
    url = undo_url(post(client, town.intake_clerk, ticket, "accept"))
    client.force_login(town.second_clerk)
    assert "不能撤销了" in client.post(url, follow=True).text
    assert fresh(ticket).status == "triaging"
    client.force_login(town.intake_clerk)
    assert "已撤销 1 件" in client.post(url, follow=True).text
    assert fresh(ticket).status == "received"
    assert "不能撤销了" in client.post(url, follow=True).text
    assert client.get(url).status_code == 405


def test_an_act_that_stands_offers_nothing(town, client):
    response = post(client, town.department_head, f.signoff(town), "sign_off")
    (message,) = response.context["messages"]
    assert not message.extra_tags
