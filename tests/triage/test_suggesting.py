"""Suggestions at triage: from closed matters, with their reason, silent when unsure, and what became of them."""

from urllib.parse import parse_qs, urlsplit

import pytest

from requests import flow
from requests.likeness.accuracy import Accuracy, behind
from requests.likeness.suggesting import advise, shown, vote
from requests.models import Suggestion, Ticket
from tests.requests import factories as make
from tests.requests.factories import MONDAY, fresh

TEXT = "仓库进水，排水管网堵塞，请来疏通"


@pytest.fixture
def precedents(town):
    """Three closed matters that say nearly the same."""
    said = ("仓库门口积水，排水管网堵塞，请疏通", "雨后仓库进水，管网堵塞没有疏通", "排水管网堵塞，仓库进水两次")
    made = [make.accepted(town, title="仓库进水", description=text) for text in said]
    ended = {"status": "closed", "closed_at": MONDAY, "lead_department": town.housing}
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in made]).update(**ended)
    return made


def advice(town, text=TEXT):
    return advise(text, tickets=Ticket.objects.visible_to(town.triager))


def test_what_near_matters_had_is_suggested_with_the_reason(town, precedents):
    found = advice(town)
    assert (found.category.value, found.department.value) == (town.category, town.housing)
    assert found.because == "相近的 3 件里 3 件由住建局办结"
    assert set(found.near) == set(precedents)


@pytest.mark.parametrize("text", ["食堂的菜太咸了", "", "想请消防站来上课"])
def test_it_is_silent_where_nothing_is_near(town, precedents, text):
    assert advice(town, text).silent


def test_it_is_silent_where_the_near_ones_disagree():
    assert vote([("a", 0.4), ("b", 0.4)]) is None
    assert vote([("a", 0.4), ("b", 0.1)]).value == "a"


def test_one_faint_likeness_is_not_enough():
    assert vote([("a", 0.3)]) is None


def test_open_matters_and_closed_offices_suggest_nothing(town, precedents):
    type(town.housing).objects.filter(pk=town.housing.pk).update(active=False)
    assert advice(town).department is None
    Ticket.objects.update(status="triaging", closed_at=None)
    assert advice(town).silent


def test_what_was_shown_is_stored_once_with_what_was_chosen(town, precedents):
    ticket = make.accepted(town, title="仓库进水", description=TEXT)
    shown(ticket, to=town.triager, at=MONDAY)
    shown(ticket, to=town.triager, at=MONDAY)
    flow.dispatch(
        ticket,
        by=town.triager,
        kind="coordination",
        complexity="ordinary",
        category=town.other_category,
        lead=town.housing,
        at=ticket.moved_at,
    )
    row = Suggestion.objects.get()
    assert (row.category, row.department) == (town.category, town.housing)
    assert (row.chosen_category, row.chosen_department) == (town.other_category, town.housing)


def test_silence_is_stored_as_well(town):
    shown(make.accepted(town), to=town.triager, at=MONDAY)
    row = Suggestion.objects.get()
    assert (row.category, row.department, row.near) == (None, None, [])


def test_it_stays_what_it_was_when_the_town_goes_on(town, precedents):
    ticket = make.accepted(town, title="仓库进水", description=TEXT)
    first = shown(ticket, to=town.triager, at=MONDAY)
    Ticket.objects.filter(pk__in=[t.pk for t in precedents]).update(lead_department=town.police)
    assert shown(ticket, to=town.triager, at=MONDAY).department == first.department


@pytest.fixture
def decided(town, precedents):
    """One suggestion right in both, one wrong in its category, one silent; the last is unsure of the category."""
    for category, text in ((town.category, TEXT), (town.other_category, TEXT), (town.category, "食堂的菜太咸了")):
        _close(town, category, text)
    shown(make.accepted(town, title="仓库进水", description=TEXT), to=town.triager, at=MONDAY)
    return Accuracy(town.supervisor, MONDAY)


def _close(town, category, text):
    ticket = make.accepted(town, title="仓库进水" if text == TEXT else "食堂", description=text)
    shown(ticket, to=town.triager, at=MONDAY)
    given = {"kind": "coordination", "complexity": "ordinary", "lead": town.housing}
    ticket = flow.dispatch(ticket, by=town.triager, category=category, at=ticket.moved_at, **given)
    Ticket.objects.filter(pk=ticket.pk).update(status="closed", closed_at=ticket.moved_at)


def test_the_page_counts_against_the_final_decision(decided):
    category, department = decided.totals["category"], decided.totals["department"]
    wanted = {"shown": 4, "silent": 2, "given": 2, "dispatched": 2, "taken": 1, "decided": 2, "right": 1, "wrong": 1}
    assert category.counts == wanted
    assert category.rate == 50
    assert (department.counts["right"], department.rate) == (2, 100)


def test_every_figure_is_the_length_of_its_list(decided, town):
    tallies = [tally for rows in (decided.by_value, decided.by_month) for part in rows.values() for tally in part]
    for tally in (*decided.totals.values(), *tallies):
        for which, count in tally.counts.items():
            link = parse_qs(urlsplit(tally.urls[which]).query)["advice"][0]
            assert behind(Ticket.objects.visible_to(town.supervisor), link).count() == count, link


def test_the_list_opens_from_a_figure(decided, town, as_):
    page = as_(town.supervisor).get(decided.totals["category"].urls["wrong"])
    assert page.context["page"].paginator.count == 1
    assert "类别，与最终不一致" in page.content.decode()


LINKS = ["", "category", "category:all", "x:right", "category:right:' OR 1", "category:right:1:2026-13"]


@pytest.mark.parametrize("link", LINKS)
def test_a_link_that_is_none_shows_nothing(town, link):
    shown(make.accepted(town), to=town.triager, at=MONDAY)
    assert behind(Ticket.objects.all(), "category:shown").count() == 1
    assert not behind(Ticket.objects.all(), link).exists()


def test_a_closed_ticket_keeps_its_suggestion(town, precedents):
    assert not Suggestion.objects.filter(ticket__in=precedents).exists()
    shown(fresh(precedents[0]), to=town.triager, at=MONDAY)  # not at triage any more: nothing is made up afterwards
    assert not Suggestion.objects.exists()
