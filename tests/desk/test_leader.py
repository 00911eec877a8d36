"""The leader's figures of commitments and of what is looked at again, each with the list that opens behind it."""

import pytest
from django.test import Client
from django.urls import reverse

from portal.worktime import clock
from requests.models import SecondLook, Ticket
from tests.desk.overdue_town import LATER, commit, late
from tests.requests.factories import Town, closed, handling, moment

pytestmark = pytest.mark.django_db

LEADER = reverse("desk:leader")


@pytest.fixture
def leader(town: Town, client: Client, monkeypatch) -> Client:
    monkeypatch.setattr(clock, "now", lambda: LATER)
    client.force_login(town.leader)
    return client


def listed(client: Client, url: str) -> set[Ticket]:
    return set(client.get(url).context["page"].object_list)


def decided(town: Town, ticket: Ticket, *, kept: bool, on: str = "2026-11-19 17:00") -> None:
    row = commit(town, ticket, "broken")
    row.kept, row.decided_at = kept, moment(on)
    row.save()


def test_of_the_words_given_this_year_those_that_were_kept(town, leader):
    kept, broken, before, running = (late(town) for _n in range(4))
    decided(town, kept, kept=True)
    decided(town, broken, kept=True)
    decided(town, broken, kept=False)  # kept once and broken once: not kept
    decided(town, before, kept=False, on="2025-12-31 23:59")
    commit(town, running)
    page = leader.get(LEADER)
    rate = page.context["pledges"]
    assert (rate.part, rate.whole) == (1, 2)
    assert "今年 1 件失约" in page.content.decode()
    assert listed(leader, rate.url) == {kept, broken}
    assert listed(leader, f"{reverse('requests:list')}?pledge=kept") == {kept}
    assert listed(leader, f"{reverse('requests:list')}?pledge=broken") == {broken}


def test_without_a_word_given_the_figure_is_a_dash(town, leader):
    page = leader.get(LEADER)
    assert page.context["pledges"].percent is None
    assert "今年还没有到期的承诺" in page.content.decode()


def test_what_is_looked_at_again_is_counted_with_the_next_day(town, leader):
    one, other = closed(town), closed(town)
    SecondLook.objects.create(ticket=one, due_at=moment("2026-12-31 17:00"))
    page = leader.get(LEADER)
    assert (page.context["looks"].count, page.context["looks"].due) == (1, 0)
    assert "最近一件" in page.content.decode()
    SecondLook.objects.create(ticket=other, due_at=moment("2026-11-20 17:00"), came_up_at=moment("2026-11-20 17:00"))
    page = leader.get(LEADER)
    assert (page.context["looks"].count, page.context["looks"].due) == (2, 1)
    assert "1 件该再看了" in page.content.decode()
    assert listed(leader, page.context["looks"].url) == {one, other}


def test_of_his_own_departments_every_figure_opens_their_list_alone(town, leader):
    mine = late(town)  # he is in charge of housing
    other = late(town, lead=town.economy)
    for ticket in (mine, other):
        decided(town, ticket, kept=True)
    page = leader.get(LEADER, {"mine": "1"}).context
    assert listed(leader, page["all_url"]) == listed(leader, page["late_url"]) == {mine}
    assert listed(leader, page["pledges"].url) == {mine}
    assert listed(leader, page["departments"][0]["url"]) == {mine}
    assert listed(leader, leader.get(LEADER).context["late_url"]) == {mine, other}


def test_what_is_late_says_until_when_it_is_promised(town, leader):
    commit(town, late(town), until=moment("2026-11-27 17:00"))
    handling(town)
    page = leader.get(LEADER).content.decode()
    assert "承诺：承诺 running" in page
    assert "11月27日" in page
