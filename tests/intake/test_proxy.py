"""A chamber or association lodges a matter for its member; the member's own people answer (APP-1, APP-2)."""

import re
import uuid

import pytest
from django.urls import reverse
from stdnum.cn import uscc

from enterprises.models import Enterprise, Member
from portal.outbox.delivery import deliver
from portal.outbox.models import Delivery
from requests import flow
from requests.models import Draft, Ticket
from tests.requests import factories as make
from tests.requests.factories import LONG_AGO, MONDAY
from tests.requests.walks import verbs_for

STEM = "5132058500000001X"[:17]


@pytest.fixture
def club(town):
    """An association with one person, who belongs to no other firm."""
    code = STEM + uscc.calc_check_digit(STEM)
    made = Enterprise.objects.create(uscc=code, name="无何有镇企业家协会", short_name="企协", place=town.place)
    Member.objects.create(enterprise=made, user=town.nobody, since=LONG_AGO, is_primary=True)
    town.forget()
    return made


def lodged(town, club, **given):
    given = {"proxy": club} | given
    return flow.file(make.matter(town, **given), by=town.nobody, key=uuid.uuid4(), at=MONDAY)


def test_app_2_both_are_kept_and_the_member_sees_it(town, club):
    ticket = make.fresh(lodged(town, club))
    assert (ticket.enterprise, ticket.proxy, ticket.filed_by) == (town.firm, club, town.nobody)
    assert ticket.proxy_for == "无何有镇企业家协会"
    assert make.sees(town.enterprise_member, ticket)
    assert make.sees(town.nobody, ticket)
    assert not make.sees(town.other_member, ticket)


@pytest.mark.parametrize(("name", "whose"), [("无名氏", "无何有镇企业家协会"), ("某", "企业联系人")])
def test_app_2_the_associations_person_is_not_called_the_members_contact(town, club, client, name, whose):
    ticket = lodged(town, club, contact_name=name)
    client.force_login(town.intake_clerk)
    people = client.get(f"/tickets/{ticket.number}/").content.decode().partition("<h2>人员</h2>")[2]
    assert re.search(rf'<b>{name}</b>.*?<span class="s">(.*?)</span>', people, re.S)[1] == whose


def test_app_2_the_member_confirms_and_withdraws_the_association_does_not(town, club):
    ticket = lodged(town, club)
    assert verbs_for(ticket, town.enterprise_member, MONDAY) == ["withdraw", "urge", "write"]
    assert verbs_for(ticket, town.nobody, MONDAY) == ["urge", "write"]


@pytest.mark.parametrize("member", ["not on file", "without an account"])
def test_app_2_where_the_member_cannot_speak_the_association_does(town, club, member):
    if member == "not on file":
        ticket = lodged(town, club, enterprise=None, business_name="会员小厂")
        assert ticket.firm_name == "会员小厂"
    else:
        Member.objects.filter(enterprise=town.foreign_firm).delete()
        ticket = lodged(town, club, enterprise=town.foreign_firm)
    assert verbs_for(ticket, town.nobody, MONDAY) == ["withdraw", "urge", "write"]


@pytest.mark.parametrize("who", ["enterprise_member", "steward", "intake_clerk"])
def test_app_2_only_its_own_people_lodge_for_it(town, club, refusal, who):
    matter = make.matter(town, enterprise=town.foreign_firm, proxy=club)
    error = refusal(flow.file, matter, by=town.people[who], key=uuid.uuid4())
    assert error.sentence == "只有商会、协会的联系人可以代会员企业提交。"


def test_app_2_a_firm_is_no_association(town, refusal):
    matter = make.matter(town, enterprise=town.foreign_firm, proxy=town.firm)
    assert "只有商会" in refusal(flow.file, matter, by=town.enterprise_member, key=uuid.uuid4()).sentence


def test_app_2_what_is_internal_stays_hidden_from_an_official_of_the_association(town, club):
    Member.objects.create(enterprise=club, user=town.triager, since=LONG_AGO)
    town.forget()
    ticket = flow.accept(lodged(town, club), by=town.intake_clerk)
    assert verbs_for(ticket, town.triager) == ["urge", "write"]
    assert not Ticket.objects.filter(confidential=True).exists()


def test_app_2_both_are_told(town, club):
    flow.accept(lodged(town, club), by=town.intake_clerk)
    deliver()
    told = set(Delivery.objects.filter(title__startswith="诉求已受理").values_list("recipient__username", flat=True))
    assert told >= {"enterprise_member", "nobody"}


def test_app_2_the_page_asks_an_association_for_its_member(town, club, client):
    client.force_login(town.nobody)
    key = uuid.uuid4()
    address = reverse("requests:draft", args=[key])
    assert "代会员企业反映" in client.get(address).content.decode()
    typed = {"enterprise": club.uscc, "contact_name": "无名氏", "contact_phone": "13800000009", "description": "缺工"}
    bad = client.post(address, typed | {"member_uscc": "91320585"})
    assert bad.status_code == 422
    assert Draft.objects.get(key=key).data["member_uscc"] == "91320585"
    client.post(address, typed | {"member_name": town.firm.name})
    ticket = Ticket.objects.get()
    assert (ticket.enterprise, ticket.proxy) == (town.firm, club)
    page = client.get(reverse("requests:ticket", args=[ticket.number])).content.decode()
    assert "无何有镇企业家协会" in page
    assert ticket.number in client.get(reverse("requests:mine")).content.decode()


def test_app_2_without_a_member_it_files_for_itself(town, club, client):
    client.force_login(town.nobody)
    typed = {
        "enterprise": club.uscc,
        "contact_name": "无名氏",
        "contact_phone": "13800000009",
        "description": "缺会议室",
    }
    client.post(reverse("requests:draft", args=[uuid.uuid4()]), typed)
    assert Ticket.objects.values_list("enterprise", "proxy").get() == (club.pk, None)


def test_app_2_other_firms_are_not_asked(town, client):
    client.force_login(town.enterprise_member)
    address = reverse("requests:draft", args=[uuid.uuid4()])
    assert "代会员企业反映" not in client.get(address).content.decode()
    typed = {"enterprise": town.firm.uscc, "contact_name": "某", "contact_phone": "13800000009", "description": "停电"}
    client.post(address, typed | {"member_name": town.foreign_firm.name})
    assert Ticket.objects.values_list("enterprise", "proxy").get() == (town.firm.pk, None)


def test_app_1_what_a_clerk_takes_down_for_an_association_its_people_see(town, club, client):
    client.force_login(town.intake_clerk)
    typed = {"key": uuid.uuid4(), "contact_phone": "13800000009", "business_name": "会员小厂", "contact_name": "某"}
    typed |= {"channel": "phone", "description": "缺工三十人", "urgency": "ordinary", "proxy_for": club.name}
    client.post(reverse("requests:register"), typed)
    ticket = Ticket.objects.get()
    assert (ticket.proxy, ticket.proxy_for, ticket.registered_by) == (club, club.name, town.intake_clerk)
    assert make.sees(town.nobody, ticket)
