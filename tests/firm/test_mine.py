"""All matters of the firm: open and ended, found by a word, page by page."""

import re

import pytest
from django.urls import reverse

from requests.models import Ticket
from requests.views.mine import PER_PAGE, where
from tests.firm.conftest import signed_in
from tests.firm.factories import member_of, one_more_firm
from tests.requests import factories as make

pytestmark = pytest.mark.django_db

MINE = reverse("requests:mine")


def shown(client, **query) -> str:
    return client.get(MINE, query).content.decode()


def numbers(page: str) -> list[str]:
    return re.findall(r'href="/tickets/([^/"]+)/"', page)


def counts(page: str) -> list[str]:
    return re.findall(r"<small>(\d+)</small>", page)


def test_open_and_ended_apart_the_newest_first(town, member):
    running = [make.filed(town, filed_at=make.moment(f"2026-11-0{day} 09:00")) for day in (2, 3)]
    ended = [make.closed(town), make.withdrawn(town), make.rejected(town)]
    page, over = shown(member), shown(member, ended="1")
    assert numbers(page) == [running[1].number, running[0].number]
    assert set(numbers(over)) == {ticket.number for ticket in ended}
    assert counts(page) == counts(over) == ["2", "3"]


def test_only_ones_own_firms(town, member):
    make.filed(town, by=town.other_member, enterprise=town.foreign_firm)
    assert numbers(shown(member)) == []
    assert counts(shown(member)) == ["0", "0"]


def test_confidential_matters_are_read_by_who_filed_them(town, member):
    ticket = make.filed(town)
    Ticket.objects.filter(pk=ticket.pk).update(confidential=True)
    assert numbers(shown(member)) == [ticket.number]
    assert numbers(shown(signed_in(member_of(town.firm)))) == []


@pytest.mark.parametrize("query", ["停电", "夜里", "SX-20261109", "园区 停电"])
def test_a_word_finds_it(town, member, query):
    ticket = make.filed(town, title="园区东路夜里停电", description="机器停了。")
    make.filed(town, title="招工困难", description="招不到人。", filed_at=make.moment("2026-11-10 09:00"))
    assert numbers(shown(member, q=query)) == [ticket.number]


@pytest.mark.parametrize("query", ["消防车道", "\0", "' OR 1=1 --", "%", "²", "停" * 5000, "<b>x</b>"])
def test_a_word_that_finds_nothing_says_so_and_the_way_back(town, member, query):
    make.filed(town, title="园区东路夜里停电", description="机器停了。")
    answer = member.get(MINE, {"q": query})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<b>x</b>" not in page
    if not numbers(page):
        assert "没有找到" in page
        assert "看全部" in page


def test_empty_lists_say_what_would_be_there(town, member):
    assert "没有在办的诉求" in shown(member)
    assert "还没有办结的" in shown(member, ended="1")


def test_page_by_page(town, member):
    for _ in range(PER_PAGE + 1):
        make.filed(town)
    assert len(numbers(shown(member))) == PER_PAGE
    assert len(numbers(shown(member, page="2"))) == 1
    assert len(numbers(shown(member, page="999"))) == 1
    assert len(numbers(shown(member, page="x"))) == PER_PAGE
    assert f"共 {PER_PAGE + 1} " in shown(member)


def test_several_firms_are_named_in_the_rows(town):
    client = signed_in(member_of(town.firm, one_more_firm(town)))
    make.filed(town)
    assert f"{town.firm.called}，" in shown(client)


@pytest.mark.parametrize(
    "status, said",
    [
        ("received", "企业服务中心在办"),
        ("incomplete", "等您补充材料"),
        ("assigned", "住建局在办"),
        ("handling", "住建局 "),
        ("confirming", "等您确认"),
        ("revisiting", "等中心回访"),
        ("closed", "已办结"),
        ("rejected", "不予受理"),
        ("withdrawn", "已撤回"),
    ],
)
def test_app_20_where_it_is_said_to_the_firm(town, status, said):
    assert where(make.AT[status](town)).startswith(said)


def test_who_has_no_firm_is_told_so_and_officials_have_no_such_page(town):
    assert "您现在不是任何企业的联系人" in shown(signed_in(town.former_member))
    assert signed_in(town.triager).get(MINE).status_code == 404


def test_an_official_who_serves_a_firm_as_well_sees_its_matters(town):
    ticket = make.filed(town)
    assert numbers(shown(signed_in(town.member_official))) == [ticket.number]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(town, member, django_assert_num_queries, rows):
    for _ in range(rows):
        make.handling(town)
    shown(member)
    with django_assert_num_queries(9):
        shown(member)
