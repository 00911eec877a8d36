"""回复模板: one's own and the department's, filled in for a ticket, never another department's."""

import pytest

from requests import reply_templates
from requests.models import ReplyTemplate
from requests.reply_templates import keep
from tests.requests import factories as make


def names(user):
    return set(ReplyTemplate.objects.visible_to(user).values_list("name", flat=True))


def test_own_shared_and_never_anothers(town, refusal):
    keep(town.handler, name="我的", text="已联系")
    shared = keep(town.department_head, name="部门的", text="按规定办", department=town.housing)
    keep(town.police_head, name="执法的", text="已查处", department=town.police)
    assert names(town.handler) == {"我的", "部门的"}
    assert names(town.colleague) == {"部门的"}
    assert names(town.police_handler) == {"执法的"}
    assert names(town.utilities_handler) == names(town.enterprise_member) == set()
    assert refusal(keep, town.handler, name="x", text="y", department=town.housing).field == "department"
    assert "负责人" in refusal(keep, town.handler, name="x", text="y", template=shared).sentence
    assert refusal(keep, town.handler, name=" 我的 ", text="又一个").field == "name"
    assert refusal(reply_templates.drop, town.colleague, shared).sentence


def test_its_places_are_filled_in_and_nothing_else_is(town):
    text = "{企业}您好：{编号}“{标题}”由{部门}{承办人}办，｛联系人｝收。{日期} {handler.password} {{编号}}"
    ticket = make.handling(town)
    filled = reply_templates.filled(keep(town.handler, name="全", text=text), ticket, make.moment("2026-11-12 09:00"))
    assert filled == (
        f"乌有精密制造有限公司您好：{ticket.number}“雨污管网倒灌，3 号车间停产”由住房和城乡建设局"
        f"{ticket.handler.name} {ticket.handler.phone}办，乌有先生收。11月12日 {{handler.password}} {{{ticket.number}}}"
    )


def test_it_is_kept_offered_put_in_and_deleted_on_the_pages(town, client):
    client.force_login(town.handler)
    ticket = make.handling(town)
    saved = client.post("/templates/", {"name": "已联系", "text": "{企业}您好"})
    assert (saved.status_code, saved["Location"]) == (302, "/templates/")
    template = ReplyTemplate.objects.get()
    into = f"/tickets/{ticket.number}/templates/{template.pk}/"
    for page in ("log_contact/", "report/", ""):
        assert into in client.get(f"/tickets/{ticket.number}/{page}").content.decode(), page
    assert client.get(into).json() == {"text": "乌有精密制造有限公司您好"}
    assert client.post(f"/templates/{template.pk}/", {"name": "已联系", "text": "您好"}).status_code == 302
    assert client.post(f"/templates/{template.pk}/drop/").status_code == 302
    assert client.get(into).status_code == 404


@pytest.mark.parametrize("who", ["enterprise_member", "administrator", "auditor", "leader"])
def test_who_writes_to_no_firm_has_none(town, client, who):
    client.force_login(town.people[who])
    assert client.get("/templates/").status_code == 404
