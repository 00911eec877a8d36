"""A change of steward takes the firm's open matters along (APP-8, SEC-2)."""

import pytest

from enterprises.models import Stewardship
from portal.people.models import Membership
from portal.trail.models import Event
from requests.models import Ticket
from tests.requests import factories as make
from tests.requests.factories import LONG_AGO


@pytest.fixture
def successor(town):
    return make.person("successor", "某管家", ("steward", None))


def page(town, end: str = "") -> str:
    return f"/enterprises/{town.firm.uscc}/stewards/{end}"


def test_the_new_steward_follows_what_is_open_and_the_old_one_no_longer_reads_it(town, client, successor):
    open_one, ended = make.handling(town), make.closed(town)
    foreign = make.filed(town, enterprise=town.foreign_firm, by=town.other_member)
    assert open_one.first_responder == town.steward
    client.force_login(town.intake_clerk)
    client.post(page(town), {"kind": "steward", "user": successor.pk})
    followed = dict(Ticket.objects.values_list("pk", "first_responder"))
    assert followed[open_one.pk] == successor.pk
    assert followed[ended.pk] == town.steward.pk  # what has ended stays as it was
    assert followed[foreign.pk] == foreign.first_responder_id
    town.forget()
    assert not Ticket.objects.visible_to(town.steward).filter(pk=open_one.pk).exists()
    assert Ticket.objects.visible_to(successor).filter(pk=open_one.pk).exists()
    event = Event.objects.about(open_one).get(kind="ticket.handed_over")
    assert (event.data["before"], event.data["after"], event.role) == (town.steward.pk, successor.pk, "intake_clerk")


def test_without_a_successor_the_next_by_the_rule_follows_it(town, client):
    ticket = make.handling(town)
    Stewardship.objects.filter(kind="project_assistant").update(until=LONG_AGO.replace(year=2020))
    tie = Stewardship.objects.get(user=town.steward)
    client.force_login(town.intake_clerk)
    client.post(page(town, f"{tie.pk}/end/"))
    ticket.refresh_from_db()
    assert Membership.objects.filter(user=ticket.first_responder, role="intake_clerk").exists()


@pytest.mark.parametrize("who", ["steward", "grid_member", "handler", "enterprise_member", "administrator"])
def test_only_clerks_and_supervisors_name_stewards(town, client, successor, who):
    client.force_login(getattr(town, who))
    assert client.post(page(town), {"kind": "steward", "user": successor.pk}).status_code == 404
    assert not Stewardship.objects.filter(user=successor).exists()


def test_a_steward_files_for_his_firm_from_its_page(town, client):
    client.force_login(town.steward)
    link = f"/matters/new/?firm={town.firm.uscc}"
    assert link in client.get(f"/enterprises/{town.firm.uscc}/").text
    client.force_login(town.grid_member)
    assert link not in client.get(f"/enterprises/{town.firm.uscc}/").text
