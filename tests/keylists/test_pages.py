"""The pages of key lists: who sees what, filters, export, comparison, suggestions by a criterion (ENT-9)."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enterprises.attributes.values import put
from enterprises.criteria import flow as criteria
from enterprises.keylists import flow
from portal.people.actors import CLOCK
from tests.keylists.conftest import JANUARY
from tests.requests import factories as make

LIST = "/enterprises/key-lists/town/2026/"


@pytest.fixture
def get(client, town):
    def ask(name, url, **data):
        client.force_login(town.people[name])
        return client.get(url, data)

    return ask


def test_a_list_in_the_making_is_for_those_who_make_it(get, drafted):
    assert get("handler", LIST).status_code == 404
    assert get("steward", LIST).status_code == 200
    assert get("enterprise_member", LIST).status_code == 404
    assert get("auditor", LIST).status_code == 404


def test_an_approved_list_is_for_every_official(get, approved):
    page = get("handler", LIST).content.decode()
    assert "乌有精密制造有限公司" in page
    assert "定人" not in page
    assert "定人" in get("supervisor", LIST).content.decode()


def test_filters_and_what_makes_no_sense(get, town, approved):
    assert "乌有精密" in get("leader", LIST, leader=town.leader.pk).content.decode()
    for nonsense in ({"leader": "x' OR 1=1"}, {"steward": "9" * 30}, {"tab": "nope"}, {"q": "没有这家"}):
        page = get("leader", LIST, **nonsense)
        assert page.status_code == 200
        assert "乌有精密制造" not in page.content.decode()


def test_the_export_has_what_is_shown(get, approved):
    book = openpyxl.load_workbook(BytesIO(get("handler", f"{LIST}export/").content))
    rows = list(book.worksheets[0].values)
    assert rows[1][:2] == ("乌有精密制造有限公司", approved.entries.get().enterprise.uscc)
    assert len(rows) == 2


def test_the_page_costs_the_same_for_one_firm_and_for_three(get, town, approved):
    get("supervisor", LIST)  # what is read once for a process
    with CaptureQueriesContext(connection) as one:
        get("supervisor", LIST)
    for n in range(2):
        firm = make.enterprise(f"第{n}家有限公司", f"第{n}家", town.place)
        approved.entries.create(
            enterprise=firm,
            state="standing",
            carried=True,
            proposed_at=JANUARY,
            leader=town.leader,
            steward=town.steward,
        )
    with CaptureQueriesContext(connection) as three:
        assert "第1家" in get("supervisor", LIST).content.decode()
    assert len(three) == len(one)


def test_acts_from_the_page(client, town, drafted):
    client.force_login(town.supervisor)
    entry = drafted.entries.get()
    url = f"/enterprises/key-lists/entries/{entry.pk}/decline/"
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "规模不够"}).status_code == 302
    assert client.post(url, {"reason": "又一次"}).status_code == 404  # the second click
    client.force_login(town.leader)
    assert client.post(f"{LIST}approve/").status_code == 404
    assert client.post(f"{LIST}propose/", {"firms": town.foreign_firm.name, "reason": "x"}).status_code == 404


def test_firms_are_proposed_by_name_or_code_and_what_is_not_found_is_named(client, town, drafted):
    client.force_login(town.department_head)
    answer = client.post(f"{LIST}propose/", {"firms": "没有的公司\n" + town.foreign_firm.uscc, "reason": "好"})
    assert answer.status_code == 422
    assert "没有的公司" in answer.content.decode()
    answer = client.post(f"{LIST}propose/", {"firms": town.foreign_firm.uscc.lower(), "reason": "好"})
    assert answer.status_code == 302
    assert drafted.entries.filter(enterprise=town.foreign_firm, state="proposed").count() == 1


def test_a_criterion_suggests_its_yes_firms_with_figures_that_may_be_read(client, town, drafted):
    for code, value in (("headcount", 50), ("tax_last_year", 123456)):
        put(town.foreign_firm, code, value, "统计", date(2026, 1, 1))
    one = criteria.define("many", "五十人以上", {"compare": ["headcount", ">=", 50]}, by=CLOCK)
    client.force_login(town.triager)
    page = client.get(f"{LIST}suggest/", {"criterion": one.code}).content.decode()
    assert "子虚生物科技有限公司" in page
    assert "123" not in page.replace(town.foreign_firm.uscc, "")  # closed: tax stays unsaid (SEC-11)
    sent = {"firm": [town.foreign_firm.uscc, town.firm.uscc], "reason": "用工多"}
    assert client.post(f"{LIST}suggest/?criterion={one.code}", sent).status_code == 302
    entry = drafted.entries.get(enterprise=town.foreign_firm)
    assert (entry.criterion, entry.proposed_by) == (one, town.triager)
    assert "子虚生物科技" not in client.get(f"{LIST}suggest/", {"criterion": one.code}).content.decode()


def test_the_comparison_names_who_came_and_who_left(get, town, approved):
    following = flow.open_list("town", 2027, by=town.supervisor, at=make.moment("2026-11-20 10:00"))
    flow.remove(following.entries.get(), by=town.supervisor, reason="产能外迁", at=make.moment("2026-11-20 10:00"))
    page = get("supervisor", "/enterprises/key-lists/town/2027/compare/").content.decode()
    assert "退出 1 家" in page
    assert "产能外迁" in page
    assert get("supervisor", f"{LIST}compare/").status_code == 404  # the first has nothing before it


def test_a_firms_standing(get, town, approved):
    page = get("handler", f"/enterprises/{town.firm.uscc}/key-lists/").content.decode()
    assert "2026 年镇级重点企业" in page
    assert get("enterprise_member", f"/enterprises/{town.firm.uscc}/key-lists/").status_code == 404
