"""In a real browser: nobody answers three calls; twice dissatisfied is an order, answered and judged (APP-13)."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from requests import flow
from requests.models import SupervisionOrder
from tests.journeys.test_dispatch import do
from tests.requests import factories as make
from tests.revisit import stands

pytestmark = pytest.mark.browser


def test_three_calls_without_an_answer_close_it_without_a_word_of_satisfaction(town, page, as_, monkeypatch):
    """In office hours, whenever the test is run: a call after them is no attempt."""
    monkeypatch.setattr("portal.worktime.clock.now", lambda: make.MONDAY + make.REVISITED + timedelta(days=7))
    ticket = make.revisiting(town)
    for days in (0, 4):
        at = make.MONDAY + make.REVISITED + timedelta(days=days)
        flow.record_revisit(make.fresh(ticket), by=town.revisitor, reached=False, at=at)
    address = f"/tickets/{ticket.number}/"

    as_(town.revisitor, f"{address}record_revisit/", phone=True)
    expect(page.get_by_text("第 3 次，共 3 次")).to_be_visible()
    page.get_by_role("radio", name="没联系上").check()
    do(page, "记下第 3 次")
    page.wait_for_url(f"**{address}")
    expect(page.get_by_text("未联系上").first).to_be_visible()
    as_(town.enterprise_member, address, phone=True)
    expect(page.get_by_text("已办结").first).to_be_visible()
    expect(page.get_by_text(re.compile("企业满意|总体 \\d 分"))).to_have_count(0)


@pytest.mark.expects_console("422")
def test_twice_dissatisfied_is_an_order_that_is_answered_and_judged(town, page, as_):
    ticket = stands.ordered(town)
    order = SupervisionOrder.objects.get()
    address = f"/tickets/{ticket.number}/"

    as_(town.handler, f"{address}report/")
    page.get_by_role("radio", name="已解决").check()
    page.get_by_label("答复企业的话").fill("路面重新铺过，负责人到场验过。")
    page.get_by_label("书面答复").fill("经核查，路面已重铺。")
    do(page, "报结果")
    page.wait_for_url(f"**{address}")
    as_(town.department_head, address)
    do(page, "同意")
    page.get_by_role("list", name=re.compile("现在反馈")).wait_for()

    as_(town.supervisor, "/orders/?tab=judge")
    expect(page.get_by_text(order.number).first).to_be_visible()
    page.get_by_role("link", name="评定", exact=True).click()
    page.get_by_role("radio", name="整改到位").check()
    do(page, "评定，督办单办结")
    expect(page.get_by_text("请写评定的理由").first).to_be_visible()
    expect(page.get_by_role("radio", name="整改到位")).to_be_checked()  # kept
    page.get_by_label("理由").fill("现场看过，企业也认可。")
    do(page, "评定，督办单办结")
    page.wait_for_url("**/orders/**")
    order.refresh_from_db()
    assert (order.judgement, order.judged_by) == ("met", town.supervisor)
