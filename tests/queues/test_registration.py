"""A case from the telephone or the counter: who calls is found, one page is one ticket (APP-1)."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.people.models import User
from requests import flow
from requests.models import Draft, Ticket
from tests.requests import factories as f
from tests.requests.factories import Town, moment

PAGE, CALLER = "/tickets/register/", "/tickets/register/caller/"


@pytest.fixture
def clerk(town: Town) -> Client:
    client = Client()
    client.force_login(town.intake_clerk)
    return client


def form(town: Town, **given: object) -> dict[str, object]:
    return {
        "key": str(uuid.uuid4()),
        "contact_phone": "138 0000 1000",
        "enterprise": town.firm.uscc,
        "contact_name": "钟离春",
        "channel": "phone",
        "description": "园区东路夜里停电三次。请尽快协调检修。",
        "urgency": "ordinary",
        **given,
    }


def test_a_telephone_case_is_registered_and_accepted_in_one_act(town, clerk):
    response = clerk.post(PAGE, form(town, category=town.category.pk, urgency="urgent"))
    ticket = Ticket.objects.get()
    assert response.url == f"/tickets/{ticket.number}/receipt/?print=1"
    assert (ticket.status, ticket.channel, ticket.urgency) == ("triaging", "phone", "urgent")
    assert (ticket.enterprise, ticket.business_name) == (town.firm, "")
    assert (ticket.contact_name, ticket.contact_phone) == ("钟离春", "138 0000 1000")
    assert ticket.title == "园区东路夜里停电三次"  # the first sentence, where none was written
    assert ticket.category == town.category
    assert ticket.registered_by == town.intake_clerk
    assert clerk.get(response.url).status_code == 200


@pytest.mark.parametrize(("said", "published"), [({"public": "on"}, True), ({}, False)])
def test_it_is_published_only_where_the_caller_agreed(town, clerk, said, published):
    clerk.post(PAGE, form(town, **said))
    assert Ticket.objects.published().exists() is published


def test_a_business_not_on_file_is_registered_by_its_name(town, clerk):
    clerk.post(PAGE, form(town, enterprise="", business_name="无何有饭店", channel="counter", title="招牌怎么报批"))
    ticket = Ticket.objects.get()
    assert (ticket.enterprise, ticket.business_name, ticket.title) == (None, "无何有饭店", "招牌怎么报批")
    assert ticket.first_responder == town.intake_clerk  # APP-8: no steward, so the clerk who registered it


def test_a_firm_that_was_picked_outweighs_the_name_that_was_searched(town, clerk):
    clerk.post(PAGE, form(town, business_name="乌有"))
    assert Ticket.objects.get().business_name == ""


def test_a_hotline_case_keeps_its_number_and_its_outer_limit(town, clerk):
    """APP-1: it is written back by its own number; the outer limit is not ours."""
    given = {"channel": "hotline", "hotline_number": "12345-0001", "outer_due_at": "2049-11-30T17:00"}
    clerk.post(PAGE, form(town, **given))
    ticket = Ticket.objects.get()
    assert ticket.hotline_number == "12345-0001"
    assert ticket.outer_due_at == moment("2049-11-30 17:00")
    clerk.post(PAGE, form(town, **given | {"channel": "phone"}))  # the channel was changed after they were typed
    assert Ticket.objects.latest("id").hotline_number == ""


WRONG = [
    ({"contact_phone": ""}, "contact_phone", "请写联系电话，办理人要打给他。"),
    ({"contact_phone": "12"}, "contact_phone", "电话至少 7 位数字，请核对。"),
    ({"contact_name": ""}, "contact_name", "请写联系人姓名。"),
    ({"enterprise": ""}, "business_name", "请选一家企业，或写下来人所在单位的名称。"),
    ({"enterprise": "91320585MA0000999X"}, "enterprise", "没有这家企业，请重新选。"),
    ({"description": "  "}, "description", "请写下说了什么事。"),
    ({"channel": "hotline"}, "hotline_number", "请写热线工单号，办完要按它回写。"),
    ({"channel": "hotline"}, "outer_due_at", "请写热线要求办结的时间。"),
    ({"key": "x"}, "key", "页面上的数据不完整，请刷新页面后再提交。"),
    (
        {"channel": "online"},
        "channel",
        "没有这个选项，请重新选择。",
    ),  # online is the firm's own way in
]


def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_is_kept(town, clerk):
    for given, field, sentence in WRONG:
        response = clerk.post(
            PAGE, form(town, title="第二车间停电", proxy_for="太仓某商会", guessed="3:urgent", **given)
        )
        assert response.status_code == 422, field
        assert sentence in response.context["form"].errors[field]
        for typed in ("第二车间停电", "太仓某商会", "3:urgent"):
            assert typed in response.text
    assert Ticket.objects.count() == 0


def test_a_page_sent_twice_is_one_ticket(town, clerk):
    sent = form(town)
    first, second = clerk.post(PAGE, sent), clerk.post(PAGE, sent)
    assert Ticket.objects.count() == 1
    assert first.url == second.url
    clerk.post(PAGE, form(town))
    assert Ticket.objects.count() == 2  # another page is another ticket, even with the same words


def test_papers_come_with_the_case_once(town, clerk, settings, tmp_path):
    settings.MEDIA_ROOT = settings.FILES_ROOT = tmp_path
    sent = form(town)
    for _ in range(2):
        paper = SimpleUploadedFile("转办单.txt", "来自热线的转办单".encode(), "text/plain")
        clerk.post(PAGE, sent | {"files": paper})
    ticket = Ticket.objects.get()
    assert [attachment.file.name for attachment in ticket.attachments.all()] == ["转办单.txt"]
    assert not Draft.objects.exists()


def test_a_forbidden_paper_refuses_the_whole_and_keeps_the_words(town, clerk):
    response = clerk.post(PAGE, form(town, files=SimpleUploadedFile("x.exe", b"MZ\x90\x00" + b"\0" * 64)))
    assert response.status_code == 422
    assert "files" in response.context["form"].errors
    assert "园区东路夜里停电三次" in response.text
    assert not Ticket.objects.exists()


def test_a_refusal_of_the_verb_is_shown_in_the_form(town, clerk, monkeypatch):
    def refuse(*args: object, **kwargs: object) -> None:
        raise flow.Refused("今天不登记。", "description")

    monkeypatch.setattr(flow, "register", refuse)
    response = clerk.post(PAGE, form(town))
    assert response.status_code == 422
    assert response.context["form"].errors["description"] == ["今天不登记。"]


# Who is calling --------------------------------------------------------------------------------------------------


def ask(client: Client, target: str = "caller", **query: object):
    return client.post(CALLER, query, headers={"HX-Request": "true", "HX-Target": target})


def test_the_caller_is_found_by_his_number_however_it_is_written(town, clerk):
    mobile = town.enterprise_member.mobile
    for number in (mobile, f"{mobile[:3]} {mobile[3:7]} {mobile[7:]}", f"+86 {mobile}"):
        response = ask(clerk, contact_phone=number)
        assert [(c.enterprise, c.person) for c in response.context["callers"]] == [(town.firm, "钟离春")]
        assert response.context["picked"] == town.firm.uscc  # only one: it is picked already
        assert f'value="{town.firm.uscc}" data-person="钟离春" checked' in response.text


def test_several_firms_of_one_number_are_offered_and_none_is_guessed(town, clerk):
    town.foreign_firm.members.create(user=town.enterprise_member, since=f.LONG_AGO)
    response = ask(clerk, contact_phone=town.enterprise_member.mobile)
    assert {c.enterprise for c in response.context["callers"]} == {town.firm, town.foreign_firm}
    assert response.context["picked"] == ""
    picked = ask(clerk, contact_phone=town.enterprise_member.mobile, enterprise=town.foreign_firm.uscc)
    assert picked.context["picked"] == town.foreign_firm.uscc


def test_whose_membership_has_ended_no_longer_calls_for_the_firm(town, clerk):
    assert ask(clerk, contact_phone=town.former_member.mobile).context["callers"] == []


def test_firms_are_found_by_a_part_of_their_name_beside_the_number(town, clerk):
    response = ask(clerk, "named", business_name="子虚", contact_phone=town.enterprise_member.mobile)
    assert [c.enterprise for c in response.context["named"]] == [town.foreign_firm]
    assert town.firm.uscc not in response.text  # the answer is only the part that asked
    both = ask(clerk, business_name="有限公司", contact_phone=town.enterprise_member.mobile)
    assert [c.enterprise for c in both.context["named"]] == [town.foreign_firm]  # not a second time
    assert ask(clerk, "named", business_name="子").context["named"] == []  # one character finds half the town


def test_what_the_firm_has_open_is_named_so_that_nothing_is_registered_twice(town, clerk):
    for title in ("停电", "漏水", "噪声"):
        f.filed(town, title=title)
    f.closed(town, title="早办结了")
    response = ask(clerk, contact_phone=town.enterprise_member.mobile)
    (caller,) = response.context["callers"]
    assert (caller.count, caller.titles) == (3, ["噪声", "漏水"])
    assert "在办 3 件：噪声；漏水" in response.text


def test_what_is_typed_is_looked_up_however_long_it_is(town, clerk):
    long = "车间停产，请帮助。" * 300
    assert ask(clerk, "guess", description=long, guessed=":ordinary").status_code == 200
    assert clerk.get(CALLER, {"description": long}).status_code == 405  # not in an address, which servers log and cut


def test_a_telephone_system_may_open_the_page_with_the_number(town, clerk):
    response = clerk.get(PAGE, {"contact_phone": town.enterprise_member.mobile})
    assert response.context["picked"] == town.firm.uscc
    assert f'value="{town.enterprise_member.mobile}"' in response.text


def test_without_scripts_a_button_looks_the_number_up_and_keeps_the_rest(town, clerk):
    response = clerk.post(PAGE, form(town, enterprise="", description="没写完", look="1"))
    assert response.status_code == 200
    assert [c.enterprise for c in response.context["callers"]] == [town.firm]
    assert "没写完" in response.text
    assert "请" not in "".join(map(str, response.context["form"].errors))
    assert Ticket.objects.count() == 0


def test_category_and_urgency_are_guessed_until_the_clerk_has_chosen(town, clerk):
    text = "园区停电，车间停产。"
    land = town.other_category
    before = ask(clerk, "guess", description=text, category="", urgency="ordinary", guessed=":ordinary")
    assert before.context["form"]["category"].value() == land.pk
    assert before.context["guessed"] == f"{land.pk}:urgent"
    later = {"category": str(land.pk), "urgency": "urgent", "guessed": f"{land.pk}:urgent"}
    unsure = ask(clerk, "guess", description="有件事", **later)
    assert unsure.context["guessed"] == ":ordinary"
    chosen = ask(clerk, "guess", description=text, **later | {"urgency": "critical"})
    assert chosen.context["form"]["urgency"].value() == "critical"
    assert chosen.context["form"]["category"].value() == str(land.pk)


# Who may ---------------------------------------------------------------------------------------------------------


def test_only_clerks_register(town, client):
    for who in (
        "triager",
        "handler",
        "revisitor",
        "steward",
        "supervisor",
        "leader",
        "administrator",
        "enterprise_member",
    ):
        user: User = getattr(town, who)
        client.force_login(user)
        assert client.get(PAGE).status_code == 404, who
        assert client.post(PAGE, form(town)).status_code == 404, who
        assert client.post(CALLER, {"contact_phone": "13800001000"}).status_code == 404, who
    client.logout()
    assert client.get(PAGE).status_code == client.post(CALLER).status_code == 302
    assert Ticket.objects.count() == 0


def test_the_number_of_queries_does_not_grow_with_those_found(town, clerk, queries):
    typed = {"contact_phone": town.enterprise_member.mobile, "business_name": "有限公司"}
    f.filed(town)
    first = queries(clerk, CALLER, typed, "post")
    for n in range(2):
        firm = f.enterprise(f"第{n}有限公司", "", town.place)
        firm.members.create(user=town.enterprise_member, since=f.LONG_AGO)
        f.filed(town)
    assert [first, queries(clerk, CALLER, typed, "post")] == [6, 6]
