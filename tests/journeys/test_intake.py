"""In a real browser: what is missing is asked for once; the hotline is answered; old cases come by file (APP-1, 2)."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from portal.deadlines.sweep import sweep
from portal.worktime import clock
from requests.models import Ticket
from requests.old_cases.work import CASES
from tests.journeys.test_dispatch import do
from tests.requests import factories as make

pytestmark = pytest.mark.browser


def test_everything_missing_is_asked_for_once_and_supplied_on_the_phone(town, page, as_, told, papers):
    ticket = make.filed(town, filed_at=clock.now())
    address = f"/tickets/{ticket.number}/"

    as_(town.intake_clerk, address)
    page.get_by_role("link", name="退回补正").click()
    page.get_by_label("要企业补什么").fill("配电柜照片和合同。")
    do(page, "请企业")
    page.wait_for_url(f"**{address}")
    assert make.fresh(ticket).status == "incomplete"

    told(town.enterprise_member, "请补充材料")
    as_(town.enterprise_member, address, phone=True)
    expect(page.get_by_text("配电柜照片和合同").first).to_be_visible()
    page.get_by_role("link", name="补充材料，继续办理").click()
    page.get_by_label("补充说明").fill("照片和合同都在这里。")
    page.locator("input[type=file]").set_input_files(papers)
    expect(page.get_by_text("检测报告.pdf")).to_be_visible()
    do(page, "提交补充，继续办理")
    page.wait_for_url(f"**{address}")

    told(town.intake_clerk, "补正回件")
    as_(town.intake_clerk, address)
    expect(page.get_by_text("照片和合同都在这里").first).to_be_visible()
    expect(page.get_by_role("link", name="退回补正")).to_have_count(0)  # only once
    do(page, "受理")
    page.wait_for_url(f"**{address}")
    assert make.fresh(ticket).status == "triaging"


@pytest.mark.expects_console("409")
def test_what_is_never_supplied_lapses_and_both_are_told(town, page, as_, told):
    ticket = make.incomplete(town, filed_at=clock.now() - timedelta(days=40))
    address = f"/tickets/{ticket.number}/"
    sweep(clock.now())

    told(town.enterprise_member, "诉求按撤回处理")
    as_(town.enterprise_member, address, phone=True)
    expect(page.get_by_text("按撤回处理").first).to_be_visible()
    expect(page.get_by_role("link", name="补充材料，继续办理")).to_have_count(0)
    assert page.goto(f"{address}supplement/").status == 409  # the page was still open on his phone
    told(town.steward, "企业逾期未补正")
    as_(town.intake_clerk, "/queues/intake/?part=waiting")
    expect(page.get_by_role("link", name=re.compile(ticket.title))).to_have_count(0)


def test_what_came_by_the_hotline_and_is_not_ours_is_answered_there(town, page, as_):
    now = clock.now()
    given = {"hotline_number": "TC-88", "outer_due_at": now + timedelta(days=9), "contact_name": "乌有先生"}
    ticket = make.registered(town, channel="hotline", filed_at=now, **given)
    address = f"/tickets/{ticket.number}/"

    as_(town.intake_clerk, address)
    page.get_by_role("link", name="不予受理").click()
    page.get_by_role("radio", name=re.compile(str(town.not_ours))).check()
    do(page, "不予受理，告知企业")
    page.wait_for_url(f"**{address}")
    page.get_by_role("link", name="写回热线").first.click()
    expect(page.get_by_label("写回的内容")).to_have_value(re.compile("不予受理"))  # proposed from the decision
    do(page, "已写回，登记")
    page.wait_for_url(f"**{address}")
    expect(page.get_by_role("link", name="写回热线")).to_have_count(0)
    assert make.fresh(ticket).write_backs.get().by == town.intake_clerk


def test_old_cases_come_in_by_file_and_go_out_again(town, page, as_, tmp_path):
    file = tmp_path / "旧件.csv"
    heading, row = (
        "编号,标题,信用代码,承办部门,受理日期,办结日期,结果",
        "厂区积水,{},住建局,2025-03-03,2025-03-10,已解决",
    )
    file.write_text(f"{heading}\nOLD-1,{row.format(town.firm.uscc)}", encoding="utf-8-sig")
    as_(town.intake_clerk, "/old-cases/")
    page.locator("input[type=file]").set_input_files(str(file))
    page.get_by_role("button", name="上传，下一步对列").click()
    page.get_by_role("button", name="核对，先不导入").click()
    page.get_by_role("heading", name="正在核对").wait_for()
    CASES.carry_on()
    page.get_by_role("button", name=re.compile("导入 1 件")).click()
    page.get_by_role("heading", name="正在导入").wait_for()
    CASES.carry_on()
    page.get_by_role("heading", name="已导入 1 件").wait_for()
    assert Ticket.objects.get(old_number="OLD-1").status == "closed"
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="撤销这次导入").click()
    page.get_by_role("heading", name="正在撤销").wait_for()
    CASES.carry_on()
    page.get_by_role("heading", name="已撤销").wait_for()
    assert not Ticket.objects.filter(old_number="OLD-1").exists()
