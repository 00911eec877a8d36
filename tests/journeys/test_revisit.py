"""Called back and dissatisfied: script, keys and draft of the call, the sealed reply, what the firm gets (APP-13)."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from requests.models import CallDraft, Ticket, WrittenReply
from tests.requests import factories as make
from tests.worker import eventually

pytestmark = pytest.mark.browser


def test_from_a_dissatisfied_call_to_the_sealed_reply(town, page, as_, papers):
    ticket = make.revisiting(town)
    as_(town.revisitor, f"/tickets/{ticket.number}/record_revisit/")
    expect(page.get_by_role("link", name=re.compile("138"))).to_have_attribute("href", "tel:13800000001")
    page.get_by_role("radio", name="不属实").check()
    page.locator("body").press("2")
    expect(page.get_by_role("group", name="总体满意吗").get_by_role("radio", name="2 不满意")).to_be_checked()
    page.get_by_label("企业的原话").fill("下雨又堵了")
    expect(page.locator("[data-autosave-status]")).to_contain_text("存")
    answers = {"overall": "2", "text": "下雨又堵了"}
    assert eventually(lambda: CallDraft.objects.filter(ticket=ticket, data__contains=answers).exists())
    page.goto(f"/tickets/{ticket.number}/record_revisit/")
    expect(page.get_by_label("企业的原话")).to_have_value("下雨又堵了")
    page.get_by_role("button", name=re.compile("^记下第 1 次回访")).click()
    page.wait_for_url(f"**/tickets/{ticket.number}/")
    ticket = make.fresh(ticket)
    assert (ticket.status, ticket.round) == ("handling", "second")

    make.report(ticket, ticket.moved_at + timedelta(minutes=1))
    as_(town.department_head, f"/tickets/{ticket.number}/")
    page.get_by_role("button", name=re.compile("^同意")).click()
    expect(page.get_by_role("heading", name="文书")).to_be_visible()
    number = WrittenReply.objects.get(result__ticket=ticket).number

    as_(town.handler, f"/tickets/{ticket.number}/")
    page.get_by_role("link", name="书面答复", exact=True).click()
    expect(page.get_by_role("article")).to_contain_text(number)
    page.goto(f"/tickets/{ticket.number}/")
    page.get_by_role("link", name=re.compile("^送达盖章答复")).first.click()
    page.locator("input[type=file]").first.set_input_files(papers[1])
    expect(page.locator("input[name=stored]")).to_have_count(1)
    page.get_by_role("button", name=re.compile("^送达企业")).click()
    page.wait_for_url(f"**/tickets/{ticket.number}/")

    as_(town.enterprise_member, f"/tickets/{ticket.number}/", phone=True)
    with page.expect_download() as got:
        page.get_by_role("link", name="盖章答复扫描件").click()
    assert got.value.suggested_filename == "检测报告.pdf"
    assert Ticket.objects.get(pk=ticket.pk).status == "confirming"
