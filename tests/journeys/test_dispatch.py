"""In a real browser: a matter sent back, ruled on by the centre, and shared by the next unit (APP-4, APP-9)."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from portal.worktime import clock
from tests.requests import factories as make

pytestmark = pytest.mark.browser


def do(page, name: str) -> None:
    page.get_by_role("button", name=re.compile(f"^{name}")).click()


def choose(page, name: str) -> None:
    """From the buttons of the next act, or from what lies under “more”."""
    link = page.get_by_role("link", name=name, exact=True)
    if not link.is_visible():
        page.locator(".sx-more").get_by_text("更多", exact=True).click()
    link.click()


def test_a_matter_sent_back_is_ruled_raised_and_shared(town, page, as_, told):
    ticket = make.handling(town, filed_at=clock.now() - timedelta(days=3))
    address = f"/tickets/{ticket.number}/"

    as_(town.handler, address)
    choose(page, "申请退回")
    page.get_by_label("为什么不是您部门的事").fill("管网归综合执法局巡查，不在我局职责清单。")
    page.get_by_label("建议哪个部门办").select_option(label="执法局")
    do(page, "申请退回，")
    page.wait_for_url(f"**{address}")

    told(town.triager, "申请退回")
    as_(town.triager, address)
    page.get_by_role("link", name="裁定退回").first.click()
    page.get_by_role("radio", name="同意，改由别的部门办").check()
    page.get_by_label("裁定的理由").fill("按职责清单，由执法局主办。")
    expect(page.get_by_label("改由哪个部门主办")).to_have_value(str(town.police.pk))  # as proposed
    do(page, "裁定，通知部门")
    page.wait_for_url(f"**{address}")
    as_(town.handler, address)
    expect(page.get_by_role("heading", name="本部门的部分")).to_be_visible()  # no more than what they did (SEC-1)

    told(town.police_handler, "新工单待签收")
    as_(town.police_handler, address)
    do(page, "签收，")
    page.wait_for_url(f"**{address}")
    choose(page, "请部门协办")
    page.get_by_label("哪个部门").select_option(label="经发局")
    page.get_by_label("请它办什么").fill("请核对园区管网图。")
    do(page, "请它协办，")
    page.wait_for_url(f"**{address}")
    assert make.fresh(ticket).complexity == "cross"

    as_(town.economy_handler, address)
    do(page, "签收协办部分")
    page.wait_for_url(f"**{address}")
    page.get_by_role("link", name=re.compile("^提交，交")).first.click()
    page.get_by_label("协办意见").fill("管网图已核对，接口在 3 号车间东侧。")
    do(page, "提交，交执法局汇总")
    page.wait_for_url(f"**{address}")

    as_(town.police_handler, address)
    expect(page.get_by_text("接口在 3 号车间东侧").first).to_be_visible()
    as_(town.enterprise_member, address, phone=True)
    story = page.locator("main").inner_text()
    assert "执法局" in story
    assert "职责清单" not in story  # why units pass it on is the office's
    assert "接口在 3 号车间东侧" not in story
