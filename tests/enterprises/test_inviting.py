"""Invitations to act for a firm, and the proof of a telephone number: what is sent, what it opens, when it ends."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from enterprises.flow import Refused
from enterprises.joining import flow
from enterprises.models import Enterprise, Invitation, Member
from portal.outbox import demo
from portal.outbox.delivery import deliver
from portal.outbox.models import Delivery
from portal.people.models import User
from tests.enterprises import factories
from tests.enterprises.test_joining import clerk, letters, zhou

__all__ = ["clerk", "zhou"]
pytestmark = pytest.mark.django_db


# Inviting ----------------------------------------------------------------------------------------------------------


def invited(firm: Enterprise, by: User, **given) -> Invitation:
    return flow.invite(firm, by=by, **({"mobile": "138 0000 0099", "title": "会计"} | given))


def test_an_invitation_goes_out_with_its_link_and_the_link_is_nowhere_in_the_database(clerk):
    firm = factories.firm(1)
    invitation = invited(firm, clerk)
    deliver()
    delivery = Delivery.objects.get(address="13800000099")
    assert invitation.token not in delivery.body + invitation.digest + invitation.nonce
    assert Invitation.of(invitation.token) == invitation
    assert Invitation.of(invitation.token[:-1] + "x") is None
    assert f"/join/{invitation.token}/" in demo.kept()[0]["body"]


def test_accepting_makes_a_member_once_and_tells_who_invited(clerk, zhou):
    firm = factories.firm(1)
    invitation = invited(firm, clerk)
    member = flow.accept(invitation, by=zhou)
    assert (member.user, member.enterprise, member.title) == (zhou, firm, "会计")
    assert letters(clerk) == ["邀请已被接受"]
    with pytest.raises(Refused, match="用过"):
        flow.accept(invitation, by=factories.person("other"))


def test_an_invitation_ends(clerk, zhou, settings):
    firm = factories.firm(1)
    late = invited(firm, clerk, at=timezone.now() - timedelta(days=settings.INVITATION_DAYS + 1))
    revoked = invited(firm, clerk)
    flow.revoke(revoked, by=clerk)
    for ended in (late, revoked):
        with pytest.raises(Refused, match="用过、收回或过期"):
            flow.accept(ended, by=zhou)
        with pytest.raises(Refused, match="已经用过"):
            flow.revoke(ended, by=clerk)
    deliver()
    assert set(Delivery.objects.exclude(address="").values_list("state", flat=True)) == {"dropped"}


@pytest.mark.parametrize(
    "given, sentence",
    [
        ({"mobile": ""}, "写手机号或邮箱"),
        ({"email": "zhou@example.com"}, "写一样"),
        ({"mobile": "0512-00002210"}, "11 位"),
        ({"mobile": "13800000"}, "11 位"),
    ],
)
def test_what_is_no_invitation(clerk, given, sentence):
    with pytest.raises(Refused, match=sentence):
        invited(factories.firm(1), clerk, **given)


def test_the_same_person_is_not_invited_twice_at_once_and_not_to_a_firm_that_ended(clerk):
    firm = factories.firm(1)
    first = invited(firm, clerk)
    with pytest.raises(Refused, match="已经邀请过"):
        invited(firm, clerk)
    flow.revoke(first, by=clerk)
    invited(firm, clerk)
    with pytest.raises(Refused, match="吊销"):
        invited(factories.firm(2, status="revoked"), clerk)


def test_a_firm_invites_a_few_people_a_day(clerk):
    firm = factories.firm(1)
    for number in range(flow.INVITED_A_DAY):
        invited(firm, clerk, mobile=f"138000001{number:02d}")
    with pytest.raises(Refused, match="明天再邀请"):
        invited(firm, clerk)


def test_without_a_gateway_mail_is_the_way(clerk, settings):
    settings.DEMO, settings.WEBHOOK_URL = False, ""
    firm = factories.firm(1)
    with pytest.raises(Refused, match="短信没有接通"):
        invited(firm, clerk)
    assert invited(firm, clerk, mobile="", email="zhou@example.com").email == "zhou@example.com"


@pytest.mark.parametrize(
    "role, may",
    [("intake_clerk", True), ("supervisor", True), ("steward", True), ("grid_member", False), ("handler", False)],
)
def test_who_invites(role, may):
    firm, user = factories.firm(1), factories.person("someone", role)
    factories.steward(firm, user)
    if may:
        invited(firm, user)
    else:
        with pytest.raises(Refused, match="不能邀请"):
            invited(firm, user)


def test_the_primary_contact_invites_and_revokes_and_no_other_member_does(zhou):
    firm, boss, other = factories.firm(1), factories.person("boss"), factories.person("other")
    factories.member(firm, boss, is_primary=True)
    factories.member(firm, other)
    invitation = invited(firm, boss)
    for act in (lambda: invited(firm, other, mobile="13800000098"), lambda: flow.revoke(invitation, by=other)):
        with pytest.raises(Refused):
            act()
    assert list(Invitation.objects.visible_to(boss)) == [invitation]
    assert not Invitation.objects.visible_to(other).exists()
    with pytest.raises(Refused, match="自己发出"):
        flow.accept(invitation, by=boss)


@pytest.mark.django_db(transaction=True)
def test_two_people_with_one_link_are_one_member(clerk):
    invitation = invited(factories.firm(1), clerk)
    people = [factories.person(f"p{n}") for n in range(4)]

    def accept(user: User) -> str:
        try:
            flow.accept(invitation, by=user)
        except Refused:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(accept, people))
    assert outcomes == ["done", "refused", "refused", "refused"]
    assert Member.objects.count() == 1


# The proof of a number ---------------------------------------------------------------------------------------------


def test_the_code_that_was_sent_proves_the_number():
    proof = flow.send_code("13800000021")
    deliver()
    assert proof.code in demo.kept()[0]["body"]
    assert proof.code not in Delivery.objects.get().body
    assert flow.prove(proof, proof.code).proven_at
    with pytest.raises(Refused, match="失效"):
        flow.prove(proof, proof.code)


def wrong(proof) -> str:
    return f"{(int(proof.code) + 1) % 1_000_000:06d}"


def test_a_code_is_worth_a_few_tries_and_a_few_minutes():
    proof = flow.send_code("13800000021")
    for _try in range(proof.TRIES):
        with pytest.raises(Refused, match="不对"):
            flow.prove(proof, wrong(proof))
    with pytest.raises(Refused, match="失效"):
        flow.prove(proof, proof.code)
    late = flow.send_code("13800000021", at=timezone.now() - timedelta(minutes=proof.MINUTES + 1))
    with pytest.raises(Refused, match="失效"):
        flow.prove(late, late.code)


def test_one_proofs_code_is_not_anothers():
    one, two = flow.send_code("13800000021"), flow.send_code("13800000021")
    assert one.token != two.token
    if one.code != two.code:
        with pytest.raises(Refused, match="不对"):
            flow.prove(two, one.code)
