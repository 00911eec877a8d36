"""A rejection, a review asked for on the phone, by account or by link, and the supervisor who rules on it (APP-6)."""

import re

import pytest
from playwright.sync_api import expect

from requests.models import CallerLink
from tests.requests import callers
from tests.requests import factories as make

pytestmark = pytest.mark.browser


def test_a_rejected_matter_is_reviewed_and_taken_on(town, page, as_, told):
    ticket = make.filed(town)
    as_(town.intake_clerk, f"/tickets/{ticket.number}/reject/")
    page.get_by_text(town.not_ours.text).click()
    page.get_by_role("button", name="不予受理，告知企业").click()
    page.wait_for_url(lambda url: "reject" not in url)

    as_(town.enterprise_member, f"/tickets/{ticket.number}/", phone=True)
    page.get_by_role("link", name="申请复核").click()
    page.get_by_label("为什么应当受理").fill("法院没有受理过，我们只是在商量。")
    page.get_by_role("button", name=re.compile("^申请复核，督查员")).click()
    page.get_by_text("已申请复核，等督查员裁定").wait_for()

    told(town.supervisor, "复核待裁定")
    as_(town.supervisor, "/queues/supervision/?part=review")
    page.get_by_role("link", name=re.compile(ticket.title)).first.click()
    page.wait_for_load_state("networkidle")  # the panel that the queue opened by itself does not come after this one
    panel = page.locator("#panel")
    panel.get_by_text("法院没有受理过，我们只是在商量。").wait_for()
    panel.get_by_label("应当受理，转回研判").check()
    panel.get_by_label("理由").fill("未进入诉讼程序，应当受理。")
    panel.get_by_role("button", name="作出裁定，告知企业").click()
    page.get_by_text("已裁定受理，转回研判").wait_for()

    told(town.enterprise_member, "复核后受理")
    assert make.fresh(ticket).status == "triaging"
    as_(town.triager, "/queues/triage/")
    page.get_by_role("link", name=re.compile(ticket.title)).first.wait_for()


@pytest.mark.expects_console("422")
def test_a_caller_without_an_account_asks_by_his_link_and_reads_the_ruling(town, page, as_, axe):
    ticket = make.registered(town, **callers.CALLER)
    as_(town.intake_clerk, f"/tickets/{ticket.number}/reject/")
    page.get_by_text(town.not_ours.text).click()
    page.get_by_role("button", name="不予受理，告知企业").click()
    page.wait_for_url(lambda url: "reject" not in url)

    page.context.clear_cookies()
    page.set_viewport_size({"width": 390, "height": 844})
    link = f"/c/{CallerLink.objects.get(ticket=ticket).token}/"
    page.goto(link)
    expect(page.get_by_text(town.not_ours.text).first).to_be_visible()
    page.get_by_text("不同意，申请复核").click()
    page.get_by_role("button", name=re.compile("^申请复核，督查员")).click()
    expect(page.get_by_role("alert").first).to_be_visible()
    axe(page)
    page.get_by_label("为什么应当受理").fill("法院没有受理过。")
    page.get_by_role("button", name=re.compile("^申请复核，督查员")).click()
    expect(page.get_by_role("heading", name="已收到您的复核申请")).to_be_visible()
    axe(page)

    as_(town.supervisor, f"/tickets/{ticket.number}/rule_review/")
    page.get_by_label("维持").check()
    page.get_by_label("理由").fill("已有裁定书。")
    page.get_by_role("button", name="作出裁定，告知企业").click()
    page.wait_for_url(lambda url: "rule_review" not in url)
    page.context.clear_cookies()
    page.goto(link)
    expect(page.get_by_text("已有裁定书")).to_be_visible()
    assert make.fresh(ticket).status == "rejected"
