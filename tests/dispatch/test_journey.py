"""退回的一路, by the pages themselves: returned, refused, returned again, the supervisor, the chiefs (APP-9, NET-6)."""

from uuid import uuid4

import pytest
from django.test import Client

from requests.models import Ticket
from tests.requests import factories as make
from tests.requests.factories import sees


@pytest.fixture
def acts():
    """`acts(user, ticket, verb, **typed)`: opens the verb's page and sends its form; the page that follows."""

    def do(user, ticket, verb, **typed):
        client = Client()
        client.force_login(user)
        page = client.get(f"/tickets/{ticket.number}/")
        assert f"/tickets/{ticket.number}/{verb}/" in page.content.decode(), f"{verb} is not offered"
        address = f"/tickets/{ticket.number}/{verb}/"
        assert client.get(address).status_code == 200
        sent = client.post(address, {"once": uuid4().hex, **typed}, follow=True)
        assert sent.status_code == 200, sent.content.decode()[:2000]
        return sent.content.decode()

    return do


def test_from_the_first_return_to_the_chiefs_word(town, chiefs, acts):
    ticket = make.handling(town)
    acts(town.handler, ticket, "ask_return", reason="管网归水务管", proposed=town.police.pk)
    page = acts(town.triager, ticket, "rule_return", granted="no", reason="仍由住建局牵头")
    assert "时限没有变" in page
    acts(town.handler, ticket, "ask_return", reason="没有执法权")
    acts(town.supervisor, ticket, "rule_return", granted="no", reason="接着办")
    acts(town.handler, ticket, "ask_return", reason="办不下去")
    page = acts(town.supervisor, ticket, "refer_to_chiefs", reason="三次都不接")
    assert "叶公" in page  # the chiefs stand in the tile, each with his view or without
    acts(chiefs[1], ticket, "give_view", taker=town.police.pk, text="执法局有执法权")
    page = acts(chiefs[2], ticket, "give_view", taker=town.police.pk)
    assert "执法局有执法权" in page
    acts(chiefs[0], ticket, "decide_raised", lead=town.police.pk, text="执法局牵头，住建局配合")
    ticket = Ticket.objects.get(pk=ticket.pk)
    assert (ticket.lead_department, ticket.status, ticket.complexity) == (town.police, "assigned", "difficult")
    assert not sees(town.handler, ticket)
    client = Client()
    client.force_login(town.police_handler)
    page = client.get(f"/tickets/{ticket.number}/").content.decode()
    assert f"/tickets/{ticket.number}/ask_return/" not in page
    client.force_login(town.handler)
    own = client.get(f"/tickets/{ticket.number}/").content.decode()
    assert "办不下去" in own
    assert ticket.title not in own
    client.force_login(town.enterprise_member)
    firms = client.get(f"/tickets/{ticket.number}/").content.decode()
    assert "改由执法局主办" in firms
    assert "执法局有执法权" not in firms


def test_a_granted_return_on_the_page_and_the_queues_it_passes(town, acts):
    ticket = make.handling(town, co=[town.economy])
    acts(town.handler, ticket, "ask_return", reason="管网归水务管")
    client = Client()
    client.force_login(town.triager)
    assert ticket.number in client.get("/queues/triage/?part=return").content.decode()
    typed = {"granted": "yes", "reason": "归执法局", "lead": town.police.pk, "co": [town.economy.pk]}
    acts(town.triager, ticket, "rule_return", **typed)
    client.force_login(town.police_handler)
    assert ticket.number in client.get("/queues/handling/?part=assigned").content.decode()


def test_refused_what_was_typed_is_kept(town, client):
    ticket = make.handling(town)
    client.force_login(town.handler)
    client.post(f"/tickets/{ticket.number}/ask_return/", {"once": "a", "reason": "管网归水务管"})
    client.force_login(town.triager)
    typed = {"once": "b", "granted": "yes", "reason": "归别家办"}
    page = client.post(f"/tickets/{ticket.number}/rule_return/", typed)
    assert page.status_code == 422
    assert "归别家办" in page.content.decode()
    assert "请选改由哪个部门主办" in page.content.decode()


def test_who_has_given_the_group_his_opinion_is_not_asked_for_it_again(town, client, acts):
    ticket = make.handling(town, complexity="difficult")
    given = {"convener": town.police_head.pk, "members": [town.department_head.pk], "reason": "每周碰头"}
    acts(town.triager, ticket, "give_to_group", **given)
    client.force_login(town.police_head)
    address = f"/tickets/{ticket.number}/"
    assert "请提交工作组意见" in client.get(address).content.decode()
    acts(town.police_head, ticket, "contribute", text="已会商")
    page = client.get(address).content.decode()
    assert f"您的工作组意见已提交，等{town.housing.short_name}办理" in page
    assert "请提交工作组意见" not in page
    assert f'{address}contribute/"' in page  # a further one stays possible
    client.force_login(town.department_head)  # of the lead department: the others still ask him for his
    assert "您的工作组意见已提交" not in client.get(address).content.decode()


def test_the_panel_of_a_group_and_of_parts(town, acts):
    ticket = make.handling(town, complexity="difficult")
    given = {"convener": town.police_head.pk, "members": [town.department_head.pk], "reason": "每周碰头"}
    acts(town.triager, ticket, "give_to_group", **given)
    acts(town.police_head, ticket, "contribute", text="已会商")
    acts(town.handler, ticket, "add_part", department=town.economy.pk, instruction="请核用电")
    acts(town.economy_handler, ticket, "take_part")
    acts(town.economy_handler, ticket, "give_opinion", text="可增容", outcome="done")
    acts(town.handler, ticket, "end_part", department=town.economy.pk, reason="办完了")
    acts(town.supervisor, ticket, "raise_level", complexity="major", reason="影响投产")
    acts(town.police_head, ticket, "end_group", reason="已理顺")
    acts(town.supervisor, ticket, "reassign", lead=town.economy.pk, reason="机构调整")
