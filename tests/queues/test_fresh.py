"""An open queue learns of what has changed, cheaply, and without keeping its session awake (SEC-4)."""

import time

import pytest
from django.urls import reverse

from requests import flow
from tests.requests import factories as f


@pytest.fixture
def ask(town, client):
    client.force_login(town.intake_clerk)

    def get(etag="", **query):
        headers = {"X-Asks-Only": "1", "Accept": "application/json"} | ({"If-None-Match": etag} if etag else {})
        return client.get(reverse("requests:fresh", args=["intake"]), query, headers=headers)

    return get


def test_nothing_new_is_304_and_a_new_ticket_is_told_with_the_counts(town, ask):
    ticket = f.filed(town)
    first = ask()
    assert first.json()["rows"] == [ticket.pk]
    assert first.json()["counts"]["intake:new"] == 1
    etag = first.headers["ETag"]
    assert ask(etag).status_code == 304
    other = f.filed(town)
    assert ask(etag).json()["rows"] == [ticket.pk, other.pk]
    flow.accept(ticket, by=town.second_clerk)
    assert ask(etag).json()["rows"] == [other.pk]


def test_it_narrows_as_the_page_does(town, ask):
    f.filed(town, urgency="urgent")
    assert ask(urgency="critical").json()["rows"] == []
    assert ask(part="nonsense").status_code == 404


def test_the_page_says_what_it_already_shows(town, ask, client):
    ticket = f.filed(town)
    assert f'data-known="{ticket.pk}"' in client.get("/queues/intake/").text


def test_it_costs_the_same_for_any_number_of_rows(town, client, queries):
    client.force_login(town.intake_clerk)
    f.filed(town)
    first = queries(client, "/queues/intake/fresh/")
    for _ in range(2):
        f.filed(town)
    assert [first, queries(client, "/queues/intake/fresh/")] == [4, 4]


def test_asking_does_not_keep_the_session_awake(town, ask, client, settings):
    settings.IDLE_MINUTES = 10
    session = client.session
    seen = int(time.time()) - 300
    session["seen"] = seen
    session.save()
    assert ask().status_code == 200
    assert client.session["seen"] == seen
    client.get("/queues/intake/")
    assert client.session["seen"] > seen


def test_only_who_works_in_it_may_ask(town, client):
    client.force_login(town.handler)
    assert client.get(reverse("requests:fresh", args=["intake"])).status_code == 404


# From ticket to ticket ---------------------------------------------------------------------------------------------


def test_a_ticket_opened_from_a_queue_leads_to_the_next_one(town, client):
    one, two, three = (f.filed(town, title=title) for title in ("甲件", "乙件", "丙件"))
    client.force_login(town.intake_clerk)
    rows = [row for group in client.get("/queues/intake/?sort=old").context["groups"] for row in group["rows"]]
    assert [row.ticket for row in rows] == [one, two, three]
    page = client.get(rows[1].url)
    walk = page.context["walk"]
    assert (walk.left, walk.title) == (1, "接诉")
    assert three.number in walk.next_url
    assert one.number in walk.previous_url
    done = client.post(reverse("requests:verb", args=[two.number, "accept"]), {"next": walk.onward}, follow=True)
    assert done.context["ticket"] == three
    assert done.context["walk"].left == 0
    assert "这是最后一件" in done.text
    last = client.post(reverse("requests:verb", args=[three.number, "accept"]), {"next": done.context["walk"].onward})
    assert last.url == "/queues/intake/?sort=old"


@pytest.mark.parametrize(
    "came_from",
    ["//evil.example/queues/intake/", "/queues/nonsense/", "/tickets/", "nonsense", "/queues/triage/", "\0"],
)
def test_a_way_that_is_none_is_not_shown(town, client, came_from):
    ticket = f.filed(town)
    client.force_login(town.intake_clerk)
    page = client.get(reverse("requests:ticket", args=[ticket.number]), {"from": came_from})
    assert page.status_code == 200
    assert page.context["walk"] is None


def test_letters_are_unique_among_the_acts_of_a_status():
    from requests import stages
    from requests.forms.verbs import FORMS

    for status in stages.OPEN:
        keys = [FORMS[verb].key for verb in stages.verbs_from(status) if verb in FORMS and FORMS[verb].key]
        assert len(keys) == len(set(keys)), (status, keys)
    taken = {"j", "k", "x", "g", "n"}
    assert not taken & {form.key for form in FORMS.values()}
