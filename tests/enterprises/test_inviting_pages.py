"""The pages of inviting and accepting, walked through by those who invite and those who are invited."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from enterprises.joining import flow
from enterprises.models import Invitation
from portal.outbox import demo
from portal.outbox.delivery import deliver
from portal.people.models import User
from tests.enterprises import factories
from tests.enterprises.test_joining_pages import NUMBER, PASSWORD, clerk, said

pytestmark = pytest.mark.django_db


# Inviting ----------------------------------------------------------------------------------------------------------


def link_of(invitation: Invitation) -> str:
    return reverse("joining:accept", args=[invitation.token])


def test_a_primary_contact_invites_a_colleague_who_makes_an_account():
    firm, boss, client = factories.firm(1), factories.person("boss"), Client()
    factories.member(firm, boss, is_primary=True)
    client.force_login(boss)
    url = reverse("joining:invite", args=[firm.uscc])
    assert "邀请人员" in said(client.get(f"/enterprises/{firm.uscc}/"))
    assert client.post(url, {"to": "138 0000 0021", "title": "会计"}).status_code == 302
    page = said(client.get(url))
    assert "138 **** 0021" in page
    assert NUMBER not in page
    deliver()
    link = re.search(r"/join/[\w-]+/", demo.kept()[0]["body"])[0]

    guest = Client()
    looked = guest.get(link)
    assert looked.status_code == 200
    assert (looked["X-Robots-Tag"], looked["Referrer-Policy"]) == ("noindex, nofollow", "no-referrer")
    assert "no-store" in looked["Cache-Control"]
    assert Invitation.objects.get().accepted_at is None, "looking uses nothing up"
    account = {"name": "周南", "password1": PASSWORD, "password2": PASSWORD}
    assert guest.post(link, account).url == "/firm/"
    user = User.objects.get(mobile=NUMBER)
    assert firm.members.filter(user=user, title="会计").exists()
    assert guest.get("/firm/").status_code == 200
    over = guest.get(link)
    assert over.status_code == 410
    assert "已经用过" in said(over)


def test_an_invitation_by_mail_asks_for_a_user_name():
    user, _office = clerk()
    firm = factories.firm(1)
    invitation = flow.invite(firm, by=user, email="zhou@example.com")
    guest = Client()
    account = {"name": "周南", "password1": PASSWORD, "password2": PASSWORD}
    assert guest.post(link_of(invitation), account).context["form"].errors["username"]
    assert guest.post(link_of(invitation), account | {"username": "clerk"}).status_code == 422, "taken"
    assert guest.post(link_of(invitation), account | {"username": "zhou"}).status_code == 302
    assert (User.objects.get(username="zhou").email, firm.members.count()) == ("zhou@example.com", 1)


def test_who_has_an_account_signs_in_and_accepts():
    user, _office = clerk()
    zhou, firm = factories.person("zhou", mobile=NUMBER), factories.firm(1)
    link = link_of(flow.invite(firm, by=user, mobile=NUMBER))
    guest = Client()
    assert "您已有账号" in said(guest.get(link))
    assert guest.post(link, {"name": "x"}).status_code == 200
    guest.force_login(zhou)
    assert guest.post(link).status_code == 302
    assert firm.members.get().user == zhou


def test_a_link_that_opens_nothing():
    user, office = clerk()
    firm = factories.firm(1)
    invitation = flow.invite(firm, by=user, mobile=NUMBER)
    assert Client().get("/join/aaaaaaaaaaaaaaaaaaaaaaaa/").status_code == 404
    assert "不能接受自己发出的邀请" in said(office.post(link_of(invitation)))
    office.post(reverse("joining:revoke", args=[firm.uscc, invitation.pk]))
    response = Client().get(link_of(invitation))
    assert (response.status_code, "已收回" in said(response)) == (410, True)
    assert "已收回" in said(office.get(reverse("joining:invite", args=[firm.uscc])))


@pytest.mark.parametrize("to", ["", "0512-0000 2210", "zhou@", "@", "x" * 300, "13800000021,13800000022"])
def test_what_is_no_address(to):
    _user, office = clerk()
    response = office.post(reverse("joining:invite", args=[factories.firm(1).uscc]), {"to": to})
    assert response.status_code == 422
    assert response.context["form"].errors["to"]


def test_who_may_not_invite_finds_no_page():
    user, _office = clerk()
    firm, foreign = factories.firm(1), factories.firm(2)
    invitation = flow.invite(firm, by=user, mobile=NUMBER)
    boss, member = factories.person("boss"), factories.person("member")
    factories.member(foreign, boss, is_primary=True)
    factories.member(firm, member)
    for someone in (boss, member, factories.person("h", "handler"), factories.person("s", "steward")):
        client = Client()
        client.force_login(someone)
        assert client.get(reverse("joining:invite", args=[firm.uscc])).status_code == 404
        assert client.post(reverse("joining:invite", args=[firm.uscc]), {"to": NUMBER}).status_code == 404
        assert client.post(reverse("joining:revoke", args=[firm.uscc, invitation.pk])).status_code == 404
    boss_client = Client()
    boss_client.force_login(boss)
    assert boss_client.post(reverse("joining:revoke", args=[foreign.uscc, invitation.pk])).status_code == 404
    assert Invitation.objects.get().revoked_at is None
