"""The same act on several tickets: each for itself, what was refused is told, and all of it can be taken back."""

import pytest
from django.urls import reverse

from portal.worktime import clock
from requests import batch as batches
from tests.requests import factories as f
from tests.requests.factories import fresh


def start(client, user, verb, tickets, **typed):
    client.force_login(user)
    data = {"t": [ticket.number for ticket in tickets], "next": "/queues/intake/", **typed}
    return client.post(reverse("requests:batch", args=[verb]), data, follow=True)


def statuses(*tickets) -> list[str]:
    return [fresh(ticket).status for ticket in tickets]


def test_several_are_accepted_and_taken_back_together(town, client):
    some = [f.filed(town, filed_at=clock.now()) for _ in range(3)]
    response = start(client, town.intake_clerk, "accept", some)
    assert statuses(*some) == ["triaging"] * 3
    (message,) = response.context["messages"]
    assert str(message).startswith("已受理 3 件")
    response = client.post(message.extra_tags.removeprefix("undo:"), follow=True)
    assert "已撤销 3 件" in response.text
    assert statuses(*some) == ["received"] * 3


def test_the_bar_knows_which_status_each_act_begins_from(town, client):
    """pick.js offers for the rows chosen only what can be done to one of them."""
    f.filed(town)
    f.rejected(town)
    client.force_login(town.intake_clerk)
    page = client.get("/tickets/").text
    assert 'data-key="shift+a" data-begins="received"' in page
    assert {'data-status="received"', 'data-status="rejected"'} <= set(page.replace(">", " ").split())


def test_what_cannot_be_done_is_named_and_delays_nothing(town, client):
    good, moved = f.filed(town, filed_at=clock.now()), f.accepted(town, title="已受理的")
    hidden = f.filed(town, title="保密的")
    type(hidden).objects.filter(pk=hidden.pk).update(confidential=True)
    response = start(client, town.intake_clerk, "accept", [moved, hidden, good])
    assert statuses(good, moved, hidden) == ["triaging", "triaging", "received"]
    text = response.text
    assert "已受理 1 件，2 件没有办成" in text
    assert "现在是“待研判”" in text
    assert "已受理的" in text
    assert "保密的" not in text


def test_dispatch_keeps_each_ones_category_and_urgency(town, client):
    one = f.accepted(town, filed_at=clock.now(), urgency="urgent")
    other = f.accepted(town, filed_at=clock.now(), category=town.other_category)
    bare = f.accepted(town, filed_at=clock.now(), category=None)
    asked = start(client, town.triager, "dispatch", [one, other])
    assert asked.status_code == 200
    assert statuses(one, other) == ["triaging"] * 2  # first the choices
    typed = {"sure": "1", "kind": "coordination", "lead": town.housing.pk}
    response = start(client, town.triager, "dispatch", [one, other, bare], **typed)
    assert statuses(one, other, bare) == ["assigned", "assigned", "triaging"]
    assert "请选类别" in response.text
    one, other = fresh(one), fresh(other)
    assert (one.urgency, other.urgency) == ("urgent", "ordinary")
    assert (one.category, other.category) == (town.category, town.other_category)
    assert {one.lead_department, other.lead_department} == {town.housing}


def test_what_is_asked_of_several_shows_the_time_each_has_left(town, client):
    page = start(client, town.triager, "dispatch", [f.accepted(town), f.accepted(town)]).content.decode()
    assert page.count("sx-due") == 2


def test_wrong_choices_are_pointed_out_before_anything_is_done(town, client):
    ticket = f.accepted(town)
    response = start(client, town.triager, "dispatch", [ticket], sure="1", kind="nonsense", lead="99999")
    assert response.status_code == 422
    assert statuses(ticket) == ["triaging"]


def test_a_handler_for_several(town, client):
    some = [f.handling(town), f.dispatched(town)]
    start(client, town.department_head, "name_handler", some, sure="1", handler=town.colleague.pk)
    assert [fresh(ticket).handler for ticket in some] == [town.colleague] * 2
    response = start(client, town.department_head, "name_handler", some, sure="1", handler=town.police_handler.pk)
    assert response.status_code == 422


def test_several_are_taken(town, client):
    mine, elsewhere = f.dispatched(town), f.dispatched(town, lead=town.police)
    response = start(client, town.handler, "take", [mine, elsewhere])
    assert statuses(mine, elsewhere) == ["handling", "assigned"]
    assert fresh(mine).handler == town.handler
    assert "看不到了" in response.text


@pytest.mark.parametrize(
    ("who", "verb"),
    [
        ("handler", "accept"),
        ("triager", "take"),
        ("intake_clerk", "dispatch"),
        ("handler", "name_handler"),
        ("enterprise_member", "accept"),
        ("supervisor", "accept"),
        ("intake_clerk", "reject"),
        ("intake_clerk", "nonsense"),
    ],
)
def test_who_never_does_it_has_no_such_page(town, client, who, verb):
    ticket = f.filed(town)
    assert start(client, getattr(town, who), verb, [ticket]).status_code == 404
    assert statuses(ticket) == ["received"]


def test_nothing_chosen_and_too_much_chosen(town, client):
    assert "还没有选诉求" in start(client, town.intake_clerk, "accept", []).text
    client.force_login(town.intake_clerk)
    many = {"t": [f"SX-20260101-{n:04d}" for n in range(101)], "next": "/queues/intake/"}
    assert "一次最多办 100 件" in client.post("/batch/accept/", many, follow=True).text


def test_it_goes_step_by_step_and_each_step_once(town, client, monkeypatch):
    monkeypatch.setattr(batches, "STEP", 2)
    some = [f.filed(town) for _ in range(5)]
    client.force_login(town.intake_clerk)
    response = client.post("/batch/accept/", {"t": [t.number for t in some], "next": "/queues/intake/"})
    assert "已办 2 件，共 5 件" in response.text
    assert statuses(*some) == ["triaging", "triaging", "received", "received", "received"]
    token = response.context["batch"].token
    on = reverse("requests:batch-on", args=[token])
    client.force_login(town.second_clerk)  # not his
    client.post(on)
    assert statuses(*some).count("triaging") == 2
    client.force_login(town.intake_clerk)
    assert "已办 4 件" in client.post(on, headers={"HX-Request": "true"}).text
    last = client.post(on, headers={"HX-Request": "true"})
    assert last.headers["HX-Redirect"] == "/queues/intake/"
    assert statuses(*some) == ["triaging"] * 5
    assert client.post(on).url == "/queues/"


def test_hostile_ways_back_are_not_taken(town, client):
    client.force_login(town.intake_clerk)
    response = client.post("/batch/accept/", {"t": [f.filed(town).number], "next": "https://evil.example/"})
    assert response.url == "/queues/"
    assert client.post("/batch/seen/", {"t": ["x" * 5000, "\0"], "next": "//evil.example"}).url == "/queues/"
