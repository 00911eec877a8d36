"""Saved filters and columns: a person's own, shared by heads in their department, never another's to change."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from portal.lists import flow
from portal.lists.models import Layout, SavedView
from tests.requests import factories as f


def signed_in(client, user):
    client.force_login(user)
    return client


def save(client, name="超期的", query="overdue=1", kind="tickets", **more):
    return client.post(reverse("lists:save", args=[kind]), {"name": name, "query": query, **more}, follow=True)


def change(client, view, act, **more):
    return client.post(reverse("lists:change", args=[view.pk]), {"act": act, **more}, follow=True)


def names(client, kind="tickets") -> list[str]:
    page = "/tickets/?all=1" if kind == "tickets" else "/enterprises/?all=1"
    return [view.name for view in client.get(page).context["arranged"].views]


def test_filters_are_saved_shown_and_found_again(town, client):
    signed_in(client, town.supervisor)
    response = save(client, query="page=3&overdue=1&channel=&category=2")
    view = SavedView.objects.get()
    assert view.query == "category=2&overdue=1"  # without page and empty values, in one order
    assert response.request["QUERY_STRING"] == view.query
    assert response.context["arranged"].here.pk == view.pk
    assert names(client) == ["超期的"]
    assert names(client, "firms") == []


def test_the_same_name_again_replaces_it(town, client):
    signed_in(client, town.supervisor)
    save(client)
    save(client, query="open=1")
    assert SavedView.objects.get().query == "open=1"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": " "}, "请给这些条件起个名字"),
        ({"name": "名" * 21}, "名字最多 20 个字"),
        ({"query": "page=2&q="}, "现在没有筛选条件"),
        ({"query": "q=" + "长" * 900}, "条件太长"),
    ],
)
def test_what_cannot_be_saved_is_told(town, client, typed, said):
    assert said in save(signed_in(client, town.supervisor), **typed).text
    assert not SavedView.objects.exists()


def test_no_more_than_twenty(town, client, monkeypatch):
    monkeypatch.setattr(flow, "MOST", 2)
    signed_in(client, town.supervisor)
    for n in range(3):
        last = save(client, name=f"第{n}个")
    assert "最多存 2 个" in last.text
    assert SavedView.objects.count() == 2
    assert "已存" in save(client, name="第0个", query="open=1").text  # replacing is not one more


def test_hostile_queries_come_back_harmless(town, client):
    signed_in(client, town.supervisor)
    response = save(client, query='q="><script>alert(1)</script>\0&x=//evil.example')
    assert response.status_code == 200
    assert "<script>alert" not in response.text
    assert client.get(reverse("lists:kept", args=["tickets"])).status_code == 200
    assert save(client, kind="nonsense").status_code == 404


def test_rename_move_default_and_delete(town, client):
    signed_in(client, town.supervisor)
    for name in ("甲", "乙", "丙"):
        save(client, name=name)
    first, second, third = SavedView.objects.order_by("position")
    change(client, third, "up")
    change(client, first, "down")
    assert names(client) == ["丙", "甲", "乙"]
    change(client, third, "up")  # the first stays the first
    assert names(client) == ["丙", "甲", "乙"]
    assert "已改名" in change(client, first, "rename", name="一").text
    assert "已有一个叫" in change(client, first, "rename", name="乙").text
    assert "名字要有" in change(client, first, "rename", name="").text
    change(client, second, "default")
    change(client, third, "default")
    assert list(SavedView.objects.filter(is_default=True)) == [third]
    change(client, third, "delete")
    assert names(client) == ["一", "乙"]
    assert change(client, first, "explode").status_code == 404


def test_the_list_opens_with_the_default_and_everything_is_one_click_away(town, client):
    signed_in(client, town.supervisor)
    save(client, query="status=closed")
    change(client, SavedView.objects.get(), "default")
    assert client.get("/tickets/").url == "/tickets/?status=closed"
    everything = client.get("/tickets/?all=1")
    assert everything.status_code == 200
    assert everything.context["tabs"][0]["query"] == "all=1"
    change(client, SavedView.objects.get(), "default")
    assert client.get("/tickets/").status_code == 200


def test_a_head_shares_with_his_department_and_nobody_else_does(town, client):
    signed_in(client, town.department_head)
    save(client, department=town.housing.pk)
    view = SavedView.objects.get()
    assert view.department == town.housing
    signed_in(client, town.handler)
    assert names(client) == ["超期的"]
    for act in ("rename", "delete", "default", "up", "share"):
        assert change(client, view, act, name="我的").status_code == 404
    assert client.get(reverse("lists:kept", args=["tickets"])).context["shared"].get() == view
    signed_in(client, town.police_handler)
    assert names(client) == []
    signed_in(client, town.handler)
    assert save(client, name="也给大家", department=town.housing.pk).status_code == 404
    signed_in(client, town.department_head)
    assert save(client, name="给别的局", department=town.police.pk).status_code == 404
    change(client, view, "share")
    signed_in(client, town.handler)
    assert names(client) == []
    assert SavedView.objects.count() == 1


def test_a_shared_filter_shows_each_what_he_may_see(town, client):
    """It is only a query: `visible_to` decides what it finds (SEC-1)."""
    f.filed(town)
    save(signed_in(client, town.department_head), query="channel=online", department=town.housing.pk)
    signed_in(client, town.handler)
    assert client.get("/tickets/?channel=online").context["count"] == 0


# Columns ----------------------------------------------------------------------------------------------------------


def choose(client, *columns, kind="tickets", **more):
    from enterprises import columns as firms
    from requests import columns as tickets

    known = list((tickets if kind == "tickets" else firms).COLUMNS)
    data = {"known": known, "column": columns, "next": f"/{'tickets' if kind == 'tickets' else 'enterprises'}/", **more}
    return client.post(reverse("lists:columns", args=[kind]), data, follow=True)


def headings(response) -> list[str]:
    sheet = load_workbook(BytesIO(response.content)).worksheets[0]
    return [cell.value for cell in next(sheet.iter_rows())]


def test_chosen_columns_are_those_of_the_list_and_of_its_file(town, client):
    ticket = f.handling(town)
    signed_in(client, town.supervisor)
    choose(client, "handler", "category", "nonsense")
    page = client.get("/tickets/")
    assert [column.key for column in page.context["columns"]] == ["category", "handler"]
    assert ticket.handler.name in page.text
    assert headings(client.get("/tickets/export/")) == ["编号", "标题", "类别", "承办人"]
    assert "联系人" in headings(client.get("/tickets/export/?columns=all"))
    choose(client, reset="1")
    assert not Layout.objects.exists()


def test_at_most_as_many_as_there_is_room_for(town, client):
    from requests.columns import COLUMNS, MOST

    signed_in(client, town.supervisor)
    choose(client, *COLUMNS)
    assert len(client.get("/tickets/").context["columns"]) == MOST


def test_firms_have_their_columns_too(town, client):
    signed_in(client, town.supervisor)
    choose(client, "status", "representative", kind="firms")
    page = client.get("/enterprises/")
    assert [column.title for column in page.context["columns"]] == ["登记状态", "法定代表人"]
    assert headings(client.get("/enterprises/export/")) == ["名称", "登记状态", "法定代表人"]


def test_ways_back_lead_nowhere_else(town, client):
    signed_in(client, town.supervisor)
    response = client.post(reverse("lists:columns", args=["tickets"]), {"next": "https://evil.example/"})
    assert response.url == "/tickets/"
