"""Third parties and units without accounts: what they read, whose limit it is, who records for them (APP-7, ORG-1)."""

from datetime import timedelta

import pytest

from enterprises.models import Enterprise
from portal.people.models import Membership
from portal.people.rights import rights_of
from requests import flow
from requests.capacity import capacities, verbs_with
from requests.done import done
from requests.models import Ticket
from requests.models.conversation import Attachment
from tests.commons import making
from tests.requests import factories as make
from tests.requests.factories import LONG_AGO, department, person

HOUR = timedelta(hours=1)


@pytest.fixture
def mediators(town):
    """A mediation organisation that has a handler with an account, its liaison, and no head."""
    unit = department("企业纠纷调解委员会", "third_party", short="调解会")
    town.people["mediator"] = person("mediator", "柳下惠", ("handler", unit))
    Membership.objects.filter(user=town.mediator).update(is_liaison=True)
    town.mediator.forget_rights()
    return unit


def verbs(ticket, by):
    ticket = make.fresh(ticket)
    return set(verbs_with(ticket, capacities(ticket, by), by, ticket.moved_at + 7 * HOUR))


def mediating(town, unit, **given):
    ticket = make.dispatched(town, lead=unit, **given)
    return flow.take(ticket, by=town.mediator, at=ticket.moved_at + HOUR)


def test_mediation_runs_for_calendar_days_in_place_of_handling(town, mediators):
    ticket = mediating(town, mediators)
    running = {d.obligation: d for d in ticket.deadlines.open()}
    assert set(running) == {"mediation", "contact"}
    deadline = running["mediation"]
    assert (deadline.limit_kind, deadline.limit_amount) == ("calendar_days", 22)
    flow.log_contact(ticket, by=town.mediator, text="已约谈", at=ticket.moved_at + HOUR)
    ticket = make.report(make.fresh(ticket), ticket.moved_at + 2 * HOUR)
    ticket = flow.sign_off(ticket, by=town.mediator, at=ticket.moved_at + HOUR)  # for the head, who has no account
    assert deadline.__class__.objects.get(pk=deadline.pk).met_at
    assert make.events(ticket).filter(kind="ticket.answered").get().data["for_unit"] == mediators.pk


def test_no_head_is_said_to_be_told_where_the_unit_has_none(town, mediators):
    """Whoever records for it signs for it, and is told so (ORG-1)."""
    ticket = mediating(town, mediators)
    flow.log_contact(ticket, by=town.mediator, text="已约谈", at=ticket.moved_at + HOUR)
    ticket = make.report(make.fresh(ticket), ticket.moved_at + 2 * HOUR)
    assert done(ticket, "report").startswith("结果已报，这个单位没有负责人账号\n请代为签批，")
    person("head", "臧文仲", ("department_head", mediators))
    assert done(make.fresh(ticket), "report").startswith("结果已报，负责人已收到通知\n")


def test_as_a_co_handler_it_has_the_same_limit(town, mediators):
    ticket = make.handling(town, co=[mediators])
    deadline = ticket.deadlines.get(obligation="co_handle")
    assert (deadline.department, deadline.limit_amount) == (mediators, 22)


def test_it_reads_its_tickets_and_nothing_else(town, mediators, client):
    ticket, other = mediating(town, mediators), make.handling(town)
    assert rights_of(town.mediator).is_outside
    assert list(Ticket.objects.visible_to(town.mediator)) == [ticket]
    assert not Enterprise.objects.visible_to(town.mediator).exists()
    client.force_login(town.mediator)
    codes = {
        f"/tickets/{ticket.number}/": 200,
        f"/tickets/{other.number}/": 404,
        f"/enterprises/{town.firm.uscc}/": 404,
        "/enterprises/": 404,
        "/queues/handling/": 200,
        "/tickets/": 200,
        "/parts/": 200,
    }
    assert {path: client.get(path).status_code for path in codes} == codes
    page = client.get(f"/tickets/{ticket.number}/").content.decode()
    assert f"/enterprises/{town.firm.uscc}/" not in page
    home = client.get("/", follow=True)
    assert home.redirect_chain[-1][0].startswith("/queues/")
    assert "/department/" not in home.content.decode()
    found = client.get("/search/", {"q": "住建"})
    assert found.status_code in (200, 404)
    assert "住房和城乡建设局" not in found.content.decode()


def test_it_reads_no_internal_note_of_others_but_its_own(town, mediators, client, stored_file):
    ticket = mediating(town, mediators, co=[town.police], complexity="cross")
    at = ticket.moved_at + HOUR
    flow.write(ticket, by=town.triager, text="有前科", audience="office", files=[stored_file("前科.txt")], at=at)
    flow.write(ticket, by=town.mediator, text="我方记录：双方愿谈", audience="office", at=at + HOUR)
    flow.give_opinion(ticket, by=town.police_handler, text="给主办的意见", at=at + HOUR)
    flow.instruct(ticket, by=town.leader, text="领导私下说的话", person=town.supervisor, days=2, at=at + HOUR)
    client.force_login(town.mediator)
    for tab in ("all", "internal", "files", "trail"):
        page = client.get(f"/tickets/{ticket.number}/", {"tab": tab}).content.decode()
        assert "前科" not in page
        assert "领导私下说的话" not in page
    page = client.get(f"/tickets/{ticket.number}/").content.decode()
    assert "我方记录：双方愿谈" in page
    assert "给主办的意见" in page
    hidden = Attachment.objects.get(file__name="前科.txt")
    assert client.get(f"/tickets/{ticket.number}/files/{hidden.pk}/").status_code == 404
    api = client.get(f"/api/v1/tickets/{ticket.number}/").content.decode()
    assert "前科" not in api


def test_letters_of_internal_notes_do_not_reach_it(town, mediators):
    from requests.notices.loop import noted

    ticket = mediating(town, mediators)
    comment = flow.write(ticket, by=town.triager, text="内部：先别说", audience="office", at=ticket.moved_at + HOUR)
    told = noted(make.fresh(ticket), {"comment": comment.pk, "by": town.triager.pk})
    assert town.mediator not in {letter.to for letter in told}


def test_a_clerk_records_for_a_unit_without_accounts(town):
    customs = department("海关驻镇办", "county", short="海关")
    ticket = make.dispatched(town, lead=customs)
    assert {"take"} <= verbs(ticket, town.intake_clerk)
    ticket = flow.take(ticket, by=town.intake_clerk, at=ticket.moved_at + HOUR)
    assert ticket.handler == town.intake_clerk
    event = make.events(ticket).filter(kind="ticket.taken").get()
    assert (event.actor, event.data["for_unit"]) == (town.intake_clerk, customs.pk)
    from requests.story import Story

    line = next(line for line in Story(ticket, firm_side=False).lines if line.kind == "ticket.taken")
    assert (line.who, line.deputy) == (town.intake_clerk.name, "海关")


def test_a_clerk_gives_the_opinion_of_a_co_handler_without_accounts(town):
    customs = department("海关驻镇办", "county", short="海关")
    ticket = make.handling(town, co=[customs])
    part = flow.give_opinion(ticket, by=town.second_clerk, text="电话答复：可以", at=ticket.moved_at + HOUR)
    assert (part.department, part.opinion_by) == (customs, town.second_clerk)
    assert make.events(ticket).last().data["for_unit"] == customs.pk


def test_as_soon_as_the_unit_has_people_the_clerks_record_no_more(town):
    customs = department("海关驻镇办", "county", short="海关")
    ticket = make.dispatched(town, lead=customs)
    person("customs", "秦越人", ("handler", customs))
    assert "take" not in verbs(ticket, town.intake_clerk)


def test_a_town_office_without_people_is_nobodys_to_record_for(town, refusal):
    office = department("空办公室", "town_office")
    ticket = make.dispatched(town, lead=office)
    assert "take" not in verbs(ticket, town.intake_clerk)
    assert refusal(flow.take, ticket, by=town.intake_clerk)


def test_whoever_also_works_for_the_town_is_no_outsider(town, mediators):
    Membership.objects.create(user=town.mediator, role="handler", department=town.economy, since=LONG_AGO)
    town.mediator.forget_rights()
    assert not rights_of(town.mediator).is_outside


def test_app_7_no_way_leads_a_third_party_to_the_templates_that_are_not_for_it(town, mediators, client):
    ticket = mediating(town, mediators)
    client.force_login(town.mediator)
    for page in ("", "log_contact/", "report/"):
        assert "/templates/" not in client.get(f"/tickets/{ticket.number}/{page}").content.decode()
    assert client.get("/templates/").status_code == 404


def test_app_7_a_third_party_reads_no_article_in_the_words_for_the_office(town, mediators, client):
    making.published(town, public_answer="请打服务中心电话。")
    ticket = mediating(town, mediators, description=f"{making.WORDS['question']}{making.WORDS['keywords']}")
    client.force_login(town.triager)
    assert 'id="answers"' in client.get(f"/tickets/{ticket.number}/").content.decode(), "it is near"
    client.force_login(town.mediator)
    page = client.get(f"/tickets/{ticket.number}/").content.decode()
    assert 'id="answers"' not in page
    assert making.WORDS["answer"] not in page
