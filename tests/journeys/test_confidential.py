"""In a real browser: a complaint that only the supervisor, one handler by name and its author ever see (APP-18)."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from requests.models import Ticket
from tests.journeys.test_dispatch import choose, do
from tests.requests import factories as make

pytestmark = pytest.mark.browser

SAID = "上周三来厂里检查，没有出示证件，要求当场交钱。"
CONFIRMED = (("听取投诉人", "已当面听取"), ("听取被投诉单位", "单位已书面说明"), ("现场", "已调监控"))


def absent(page, as_, user, number: str) -> None:
    as_(user, f"/tickets/{number}/")
    expect(page.get_by_role("heading", name="没有这个页面")).to_be_visible()


def confirm_thrice(page, address: str) -> None:
    for what, text in CONFIRMED:
        choose(page, "记三确认")
        page.get_by_role("radio", name=re.compile(what)).check()
        page.get_by_label("经过和结果").fill(text)
        do(page, "记下这一项")
        page.wait_for_url(f"**{address}")
    choose(page, "记三确认")
    page.get_by_role("radio", name=re.compile("专家")).check()
    page.get_by_label("经过和结果").fill("事实清楚，不需要专家")
    page.get_by_label("不需要专家").check()
    do(page, "记下这一项")
    page.wait_for_url(f"**{address}")


@pytest.mark.expects_console("404")
def test_a_complaint_is_found_on_and_answered_without_anybody_else_seeing_it(town, page, as_, told):
    as_(town.enterprise_member, reverse("confidential:new"), phone=True)
    page.get_by_role("radio", name=re.compile("检查")).first.check()
    page.get_by_label("哪个单位").select_option(label="综合执法局")
    page.get_by_label("发生了什么事").fill(SAID)
    do(page, "提交，只交督查员")
    page.wait_for_url("**/tickets/**")
    ticket = Ticket.objects.get(confidential=True)
    address = f"/tickets/{ticket.number}/"

    told(town.supervisor, "您有一件保密件需要处理")
    as_(town.supervisor, address)
    do(page, "受理")
    page.wait_for_url(f"**{address}")
    page.get_by_role("link", name=re.compile("^点名，交他们办")).first.click()
    page.get_by_label("由谁办").select_option(value=str(town.economy_handler.pk))
    do(page, "交办，")
    page.wait_for_url(f"**{address}")

    for other in (town.police_head, town.intake_clerk, town.leader, town.member_official):
        absent(page, as_, other, ticket.number)

    told(town.economy_handler, "您有一件保密件需要处理")
    as_(town.economy_handler, address)
    do(page, "签收")
    page.wait_for_url(f"**{address}")
    page.get_by_role("link", name=re.compile("^登记联系")).first.click()
    page.get_by_label("联系了谁").fill("已与投诉人当面谈")
    do(page, "登记")
    page.wait_for_url(f"**{address}")
    confirm_thrice(page, address)
    page.get_by_role("link", name="作认定").first.click()
    page.get_by_role("radio", name="部分属实").check()
    page.get_by_label("事实和依据").fill("检查时未出示证件属实，未见收钱。")
    do(page, "作出认定")
    page.wait_for_url(f"**{address}")
    page.get_by_role("link", name=re.compile("^填写办理结果")).first.click()
    page.get_by_role("radio", name="部分解决").check()
    page.get_by_label("答复企业的话").fill("已责令改正，今后检查必须亮证。")
    do(page, "报结果")
    page.wait_for_url(f"**{address}")

    as_(town.supervisor, address)
    do(page, "同意")
    page.wait_for_url(f"**{address}")
    assert make.fresh(ticket).status == "confirming"
    told(town.enterprise_member, "您提交的保密投诉有新进展")
    as_(town.enterprise_member, address, phone=True)
    expect(page.get_by_text("今后检查必须亮证").first).to_be_visible()
