"""The enterprise code (ENT-15): what it opens for each kind of viewer, who renews it, and that the old one is dead."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from enterprises.codes import flow
from enterprises.models import EnterpriseCode
from portal.outbox.models import Message
from portal.people.refusal import Refused
from portal.trail.models import Event


@pytest.fixture(autouse=True)
def no_tries():
    cache.clear()


@pytest.fixture
def code(town):
    return flow.renew(town.firm, by=town.enterprise_member)


def opened(client, code):
    return client.get(reverse("desk:code", args=[code.token]))


def test_the_firms_person_comes_to_his_own_space(town, code, signed_in):
    client = signed_in("enterprise_member")
    assert opened(client, code).url == reverse("desk:firm")
    assert client.session["firm"] == town.firm.pk


def test_an_official_comes_to_the_portrait(town, code, signed_in):
    assert opened(signed_in("handler"), code).url == reverse("enterprises:detail", args=[town.firm.uscc])


@pytest.mark.parametrize("name", ["other_member", "former_member", "evaluator", "administrator"])
def test_others_signed_in_read_the_name_alone(town, code, signed_in, name):
    nothing_but_the_name(town, opened(signed_in(name), code))


def test_a_stranger_reads_the_name_alone(town, code):
    nothing_but_the_name(town, opened(Client(), code))


def nothing_but_the_name(town, answer):
    page = answer.content.decode()
    assert answer.status_code == 200
    assert town.firm.name in page
    for told in (town.firm.uscc, town.place.name, town.steward.name, town.enterprise_member.name):
        assert told not in page


def test_a_renewed_code_is_dead_and_says_nothing(town, code, signed_in):
    after = flow.renew(town.firm, by=town.enterprise_member, seen=code.token)
    for client in (Client(), signed_in("handler")):
        dead, never = opened(client, code), client.get(reverse("desk:code", args=["x" * 22]))
        assert dead.status_code == never.status_code == 404
        assert town.firm.name not in dead.content.decode()
    assert opened(Client(), after).status_code == 200
    event = Event.objects.about(town.firm).filter(kind="enterprise.code_renewed").last()
    assert event.data == {"code": after.pk, "before": code.pk}
    assert event.actor == town.enterprise_member
    assert Message.objects.filter(kind="enterprise.code_renewed").count() == 1  # of the first one nobody is warned


def test_pressed_twice_there_is_one_new_code(town, code):
    made = [flow.renew(town.firm, by=town.enterprise_member, seen=code.token) for _press in range(2)]
    assert made[0] == made[1]
    assert EnterpriseCode.objects.count() == 2


@pytest.mark.parametrize("name", ["intake_clerk", "supervisor", "steward", "enterprise_member"])
def test_primary_contact_and_centre_renew(town, name):
    assert flow.renew(town.firm, by=town.people[name]).token


@pytest.mark.parametrize("name", ["handler", "leader", "other_member", "member_official", "administrator"])
def test_nobody_else_does(town, name):
    with pytest.raises(Refused):
        flow.renew(town.firm, by=town.people[name])
    assert not EnterpriseCode.objects.exists()


def test_tokens_cannot_be_guessed(town, code):
    other = flow.renew(town.foreign_firm, by=town.intake_clerk)
    assert len(code.token) == len(other.token) == 22  # 128 bits
    assert code.token != other.token
    assert town.firm.uscc not in code.token


def test_who_tries_too_often_waits(town, code):
    client = Client(REMOTE_ADDR="10.9.9.9")
    answers = [client.get(reverse("desk:code", args=["y" * 22])).status_code for _try in range(31)]
    assert answers == [404] * 30 + [429]
    assert opened(client, code).status_code == 429
    assert opened(Client(REMOTE_ADDR="10.9.9.8"), code).status_code == 200


def test_the_first_code_ends_no_other(town, signed_in):
    client, renew = signed_in("enterprise_member"), reverse("enterprises:code-renew", args=[town.firm.uscc])
    assert "已经失效" not in client.post(renew, {"seen": ""}, follow=True).content.decode()
    seen = EnterpriseCode.objects.get().token
    assert "以前的已经失效" in client.post(renew, {"seen": seen}, follow=True).content.decode()


def test_the_card_has_the_code_to_print(town, code, signed_in):
    page = signed_in("enterprise_member").get(reverse("enterprises:code", args=[town.firm.uscc]))
    assert "<svg" in page.context["qr"]
    assert "style=" not in page.context["qr"]
    assert page.context["address"].endswith(reverse("desk:code", args=[code.token]))
    assert "data-print" in page.content.decode()
    colleague = signed_in("member_official").get(reverse("enterprises:code", args=[town.firm.uscc])).content.decode()
    assert "换一个新码" not in colleague
