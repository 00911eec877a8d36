"""人大核实: the congress observer asks the firm himself; he changes no ticket, and departments do not read it (§1)."""

from datetime import timedelta

import pytest
from django.test import Client

from portal.deadlines.sweep import sweep
from portal.people.models import User
from portal.worktime import clock
from requests import flow
from requests.models import Ticket, Verification
from requests.story import Story
from tests.requests import factories as make
from tests.requests import overdue
from tests.requests.walks import verbs_for

pytestmark = pytest.mark.django_db
SAID = {"real": False, "satisfied": "no", "text": "打电话问了，只办了一半"}
READERS = {"supervisor", "leader", "congress_observer"}


def person(town, name):
    return User.objects.get(pk=town.people[name].pk)


def client_of(town, name):
    client = Client()
    client.force_login(person(town, name))
    return client


@pytest.fixture
def verified(town, at):
    ticket = at("closed")
    return flow.verify(ticket, by=town.congress_observer, at=ticket.closed_at + timedelta(days=1), **SAID)


def test_it_changes_nothing_of_the_ticket(town, at, verified):
    before, after = at("closed"), make.fresh(verified.ticket)
    assert (after.status, after.moved_at, after.score) == (before.status, before.moved_at, before.score)
    assert (verified.real, verified.satisfied, verified.by) == (False, "no", town.congress_observer)


def test_closed_and_overdue_ordinary_matters_and_no_others(town, at, refusal):
    stands = {"closed": at("closed").closed_at, "late": overdue.NOW, "handling": at("handling").moved_at}
    offered = {
        name for name, now in stands.items() if "verify" in verbs_for(at(name), person(town, "congress_observer"), now)
    }
    assert offered == {"closed", "late"}
    early = refusal(flow.verify, at("handling"), by=town.congress_observer, at=at("handling").moved_at, **SAID)
    assert "只核实已办结或超期" in early.sentence
    Ticket.objects.filter(pk=at("closed").pk).update(confidential=True)
    refusal(flow.verify, at("closed"), by=town.congress_observer, at=at("closed").closed_at, **SAID)
    for name in ("supervisor", "leader", "revisitor", "handler", "enterprise_member"):
        refusal(flow.verify, at("late"), by=town.people[name], at=overdue.NOW, **SAID)


def test_who_reads_the_finding(town, verified):
    see = {name for name in town.people if Verification.objects.visible_to(person(town, name)).exists()}
    assert see == READERS
    url = f"/tickets/{verified.ticket.number}/"
    for name in ("handler", "department_head", "enterprise_member", "intake_clerk", "steward"):
        assert SAID["text"] not in client_of(town, name).get(url).content.decode(), name
    for name in READERS:
        assert SAID["text"] in client_of(town, name).get(url).content.decode(), name


def test_what_was_found_is_read_before_any_department_has_it(town):
    ticket = make.filed(town, filed_at=make.LONG_AGO)
    sweep(clock.now())
    flow.verify(make.fresh(ticket), by=town.congress_observer, at=clock.now(), **SAID)
    url = f"/tickets/{ticket.number}/"
    assert SAID["text"] not in client_of(town, "intake_clerk").get(url).content.decode()
    for name in READERS:
        assert SAID["text"] in client_of(town, name).get(url).content.decode(), name


def test_the_firm_reads_that_the_congress_asked(town, verified):
    line = next(one for one in Story(verified.ticket, firm_side=True).lines if one.kind == "ticket.verified")
    assert (line.what, line.text, line.small) == ("向企业核实办理情况", "", "人大督查")


def test_his_page_lists_what_is_left_and_draws_the_same_lot_for_one_seed(town, at, verified):
    observer = client_of(town, "congress_observer")
    Ticket.objects.filter(pk=at("closed").pk).update(title="已核实的那件")
    page = observer.get("/verify/").content.decode()
    assert at("late").number in page
    assert "已核实的那件" not in page
    assert observer.get("/verify/", {"tab": "wrong"}).content.decode().count("已核实的那件") == 1
    drawn = [observer.get("/verify/", {"draw": seed}).content.decode().partition("<ol")[2] for seed in ("a1", "a1")]
    assert drawn[0] == drawn[1]
    assert observer.get("/verify/", {"draw": "new"}).status_code == 302
    assert observer.get("/verify/", {"draw": "'; --" * 30, "department": "9" * 30}).status_code == 200


def test_others_read_the_findings_or_nothing(town, verified):
    for name in ("supervisor", "leader"):
        page = client_of(town, name).get("/verify/", {"tab": "todo"}).content.decode()
        assert SAID["text"] in page
        assert "向企业核实</a>" not in page
    for name in ("handler", "intake_clerk", "enterprise_member", "administrator"):
        assert client_of(town, name).get("/verify/").status_code == 404, name


def test_through_the_form(town, at):
    observer, url = client_of(town, "congress_observer"), f"/tickets/{at('closed').number}/verify/"
    page = observer.get(url).content.decode()
    assert "tel:13800000001" in page
    assert observer.post(url, {"real": "yes"}).status_code == 422
    sent = observer.post(url, {"real": "yes", "satisfied": "unsaid", "text": "企业说属实", "next": "/verify/"})
    assert (sent.status_code, sent["Location"]) == (303, "/verify/")
    assert Verification.objects.get().real is True
