"""In a real browser: the congress asks the firm, what could not be met is looked at again, a reply from a template
(APP-13, APP-15)."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from portal.deadlines.sweep import sweep
from portal.worktime import clock
from requests.models import ReplyTemplate, Ticket
from tests.journeys.test_dispatch import do
from tests.requests import factories as make

pytestmark = pytest.mark.browser


def test_the_observer_asks_the_firm_and_the_department_does_not_read_it(town, page, as_):
    ticket = make.closed(town, filed_at=clock.now() - timedelta(days=10))
    address = f"/tickets/{ticket.number}/"

    as_(town.congress_observer, "/verify/", phone=True)
    page.get_by_role("link", name="向企业核实").click()
    page.get_by_role("radio", name="不属实").check()
    page.get_by_role("group", name="企业满意吗").get_by_role("radio", name="不满意", exact=True).check()
    page.get_by_label("向谁核实、企业怎么说").fill("问过周先生，雨天还是进水。")
    do(page, "记下核实结果")
    expect(page.get_by_text("没有要核实的诉求")).to_be_visible()
    assert make.fresh(ticket).status == "closed"  # the congress changes no ticket

    as_(town.supervisor, address)
    expect(page.get_by_text("雨天还是进水").first).to_be_visible()
    as_(town.handler, address)
    expect(page.get_by_text("雨天还是进水")).to_have_count(0)


def test_what_could_not_be_met_comes_up_a_quarter_later_and_goes_on_as_another(town, page, as_, told):
    ticket = make.closed(town, result="cannot", filed_at=clock.now() - timedelta(days=120))
    sweep(clock.now())
    address = f"/tickets/{ticket.number}/"

    as_(town.triager, "/queues/triage/")
    page.get_by_role("link", name="历史疑难件").click()
    page.goto(address)
    page.get_by_role("link", name="再看一次").first.click()
    page.get_by_role("radio", name="条件有变化，可以办").check()
    page.get_by_label("现在的情况").fill("管网改造已经立项。")
    do(page, "记下")
    page.wait_for_url(f"**{address}")
    again = Ticket.objects.exclude(pk=ticket.pk).get()
    expect(page.get_by_text(again.number).first).to_be_visible()
    as_(town.enterprise_member, f"/tickets/{again.number}/", phone=True)
    expect(page.get_by_text(ticket.number).first).to_be_visible()


def test_a_reply_is_filled_from_a_template_and_the_list_names_what_keeps_it_open(town, page, as_):
    ticket = make.handling(town, filed_at=clock.now() - timedelta(days=3))
    text = "{企业}：明天上午到现场。"
    ReplyTemplate.objects.create(owner=town.handler, name="已约定时间", text=text, changed_at=clock.now())
    as_(town.handler, f"/tickets/{ticket.number}/")
    page.get_by_text("套用模板").first.click()
    page.get_by_role("button", name="已约定时间").first.click()
    expect(page.locator("textarea[name=text]").first).to_have_value(f"{ticket.firm_name}：明天上午到现场。")
    do(page, "发送")
    page.locator("section", has=page.get_by_role("heading", name="办结清单")).get_by_role(
        "link", name="办理结果"
    ).click()
    expect(page.get_by_role("heading", name="填写办理结果")).to_be_visible()
