"""The pages of triage: the suggestion, what may be the same, merging and taking apart, and who sees what of it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from requests import flow
from requests.models import Suggestion, Ticket
from tests.requests import factories as make
from tests.requests.factories import MONDAY, fresh

FLOODED = {"title": "仓库进水", "description": "雨后仓库进水，排水管网堵塞，请疏通。"}


@pytest.fixture
def flooded(town):
    """The same problem: twice at the firm, once at another firm."""
    other = {"enterprise": town.foreign_firm, "by": town.other_member}
    return make.accepted(town, **FLOODED), make.accepted(town, **FLOODED), make.accepted(town, **FLOODED, **other)


def test_the_panel_names_the_firms_own_and_the_same_at_others(town, flooded, as_):
    main, ticket, foreign = flooded
    page = as_(town.triager).see(ticket, "panel/").content.decode()
    assert f"/tickets/{main.number}/" in page.partition("这家企业可能已经提过")[2].partition("别的企业")[0]
    assert f"/tickets/{foreign.number}/" in page.partition("别的企业反映过相近的")[2]


def test_a_clerk_sees_them_but_is_not_offered_to_merge(town, flooded, as_):
    ticket = make.filed(town, **FLOODED)
    page = as_(town.intake_clerk).see(ticket, "panel/").content.decode()
    assert "这家企业可能已经提过" in page
    assert "并入它" not in page


def test_from_the_list_to_the_merged_one_in_two_steps(town, flooded, as_):
    main, ticket, _foreign = flooded
    desk = as_(town.triager)
    form = desk.see(ticket, "merge/", into=main.number)
    assert f"并入 {main.number}" in form.content.decode()
    done = desk.do(ticket, "merge", into=main.number)
    assert done.status_code == 303
    assert fresh(ticket).merged_into == main


@pytest.mark.parametrize("typed", ["", "SX-19990101-0001", "'; --", "x" * 300, "\0"])
def test_a_number_of_nothing_is_refused_beside_its_field(town, as_, typed):
    ticket = make.accepted(town)
    answer = as_(town.triager).do(ticket, "merge", into=typed)
    assert answer.status_code == 422
    assert answer.context["form"].errors["into"]


def test_the_same_form_twice_merges_once(town, flooded, as_):
    main, ticket, _foreign = flooded
    desk = as_(town.triager)
    for _click in range(2):
        assert desk.do(ticket, "merge", into=main.number, once="same").status_code == 303
    assert make.events(ticket).filter(kind="ticket.merged").count() == 1


@pytest.mark.parametrize("name", ["intake_clerk", "handler", "supervisor", "enterprise_member", "leader"])
def test_only_a_triager_merges_and_splits(town, flooded, as_, name):
    main, ticket, _foreign = flooded
    assert as_(getattr(town, name)).do(ticket, "merge", into=main.number).status_code == 404
    flow.merge(ticket, by=town.triager, into=main, at=MONDAY)
    assert as_(getattr(town, name)).do(ticket, "split").status_code == 404


def test_the_other_firms_page_shows_stage_and_nobody(town, flooded, as_):
    main, _own, foreign = flooded
    flow.merge(foreign, by=town.triager, into=main, at=MONDAY)
    page = as_(town.other_member).see(foreign).content.decode()
    assert "与同类诉求并案办理" in page
    assert [one for one in (main.number, town.firm.name, town.firm.short_name) if one in page] == []
    assert as_(town.other_member).see(main).status_code == 404


def test_the_mains_firm_does_not_see_the_other_firms_matter(town, flooded, as_):
    main, _own, foreign = flooded
    flow.merge(foreign, by=town.triager, into=main, at=MONDAY)
    page = as_(town.enterprise_member).see(main).content.decode()
    assert [one for one in (foreign.number, town.foreign_firm.name) if one in page] == []


def test_the_suggestion_fills_nothing_by_itself(town, flooded, as_):
    Ticket.objects.filter(pk=flooded[0].pk).update(status="closed", closed_at=MONDAY, lead_department=town.housing)
    page = as_(town.triager).see(flooded[1], "dispatch/")
    assert page.context["form"]["lead"].value() is None
    assert f"lead={town.housing.pk}" in page.content.decode()
    assert Suggestion.objects.get().department == town.housing


def test_a_preview_works_nothing_out(town, flooded, as_):
    with CaptureQueriesContext(connection) as asked:
        as_(town.triager).do(flooded[1], "dispatch", preview="1", kind="coordination")
    assert not [q for q in asked.captured_queries if "unnest" in q["sql"]]


def test_a_confidential_matter_is_beside_nothing(town, flooded, as_):
    main, ticket, _foreign = flooded
    Ticket.objects.filter(pk=main.pk).update(confidential=True)
    assert main.number not in as_(town.triager).see(ticket, "panel/").content.decode()


def test_while_registering_the_same_is_shown_and_the_reason_of_the_category(town, flooded, as_):
    Ticket.objects.filter(pk=flooded[0].pk).update(status="closed", closed_at=MONDAY, lead_department=town.housing)
    typed = {"description": FLOODED["description"], "enterprise": town.firm.uscc, "urgency": "ordinary"}
    headers = {"HX-Request": "true", "HX-Target": "guess"}
    page = as_(town.intake_clerk).post("/tickets/register/caller/", typed, headers=headers).content.decode()
    assert "这家企业可能已经提过" in page
    assert "由住建局办结" in page
    assert f'<option value="{town.category.pk}" selected>' in page


def test_the_firm_learns_of_its_own_alone(town, flooded, as_):
    key = "6f1b1f38-7a57-4d0b-8a4f-3f8f6f1b1f38"
    typed = {"description": FLOODED["description"], "enterprise": town.foreign_firm.uscc}
    page = as_(town.other_member).post(f"/matters/drafts/{key}/hints/", typed).content.decode()
    assert flooded[2].number in page
    assert flooded[0].number not in page
