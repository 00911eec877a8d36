"""In a real browser: beyond one department: task force and 专报, mediation, the three chiefs (APP-4, 7, NET-6)."""

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from playwright.sync_api import expect

from portal.worktime import clock
from tests.journeys.test_dispatch import do
from tests.requests import dispatch_acts
from tests.requests import factories as make

pytestmark = pytest.mark.browser


def word_of(page, link) -> str:
    with page.expect_download() as waiting:
        link.click()
    with ZipFile(BytesIO(waiting.value.path().read_bytes())) as document:
        return document.read("word/document.xml").decode()


def test_a_major_matter_gets_a_task_force_and_its_leader_a_special_report(town, page, as_, told):
    member = make.person("economy_head", "北宫奢", ("department_head", town.economy))
    ticket = make.handling(town, complexity="major", filed_at=clock.now() - timedelta(days=3))
    address = f"/tickets/{ticket.number}/"

    as_(town.triager, address)
    page.get_by_role("link", name="交工作组").first.click()
    page.get_by_label("专班组长").select_option(str(town.police_head.pk))
    page.get_by_role("checkbox", name="北宫奢").check()
    page.get_by_label("要工作组办什么").fill("一周内把管网走向查清。")
    do(page, "交工作组，通知成员")
    page.wait_for_url(f"**{address}")

    told(member, "工作组有新任务")
    as_(member, address, phone=True)
    page.get_by_role("link", name="工作组意见").first.click()
    page.get_by_label("办了什么，有什么意见").fill("管网图已找到，北段归水务。")
    do(page, "提交工作组意见")
    page.wait_for_url(f"**{address}")

    told(town.handler, "工作组意见")
    as_(town.triager, address)
    page.get_by_role("link", name="写专报").first.click()
    page.get_by_label("存在问题").fill("管网归属不清。")
    page.get_by_label("工作建议").fill("请定水务站牵头。")
    do(page, "报送专报，通知镇领导")
    page.wait_for_url(f"**{address}")

    told(town.leader, "重大诉求专报，请阅")
    as_(town.leader, address)
    assert "请定水务站牵头" in word_of(page, page.get_by_role("link", name="专报").filter(has_text="Word"))
    as_(town.enterprise_member, address, phone=True)
    expect(page.get_by_text("专报")).to_have_count(0)


@pytest.mark.expects_console("404")
def test_a_dispute_goes_to_mediators_who_see_nothing_else(town, page, as_, told):
    unit = make.department("企业纠纷调解委员会", "third_party", short="调解会")
    mediator = make.person("mediator", "柳下惠", ("handler", unit))
    other = make.handling(town, filed_at=clock.now() - timedelta(days=3))
    ticket = make.accepted(town, filed_at=clock.now() - timedelta(days=2), title="货款迟迟不付")
    address = f"/tickets/{ticket.number}/"

    as_(town.triager, f"{address}dispatch/")
    page.get_by_role("radio", name="协调").check()
    page.get_by_label("主办部门").select_option(str(unit.pk))
    do(page, "转交调解会")
    page.wait_for_url(f"**{address}")

    told(mediator, "新工单待签收")
    as_(mediator, "/tickets/")
    expect(page.get_by_text("货款迟迟不付").first).to_be_visible()
    assert page.goto(f"/tickets/{other.number}/").status == 404
    page.goto(address)
    do(page, "签收")
    page.wait_for_url(f"**{address}")
    expect(page.get_by_text("调解 22 日").first).to_be_visible()  # calendar days, in place of the 15 working days


def test_what_nobody_accepts_the_three_chiefs_decide(town, page, as_, told):
    ticket = dispatch_acts.asked_thrice(town)
    address = f"/tickets/{ticket.number}/"

    as_(town.supervisor, address)
    page.get_by_role("link", name="报总召集人").first.click()
    page.get_by_label("各部门为什么都没有接").fill("职责清单里没有写。")
    do(page, "报总召集人")
    page.wait_for_url(f"**{address}")

    chief = town.leader.__class__.objects.get(username="second_chief")
    told(chief, "无人承接，请总召集人定")
    as_(chief, address, phone=True)
    page.get_by_role("link", name="给意见，由哪个部门办").click()
    page.get_by_label("由哪个部门办").select_option(str(town.police.pk))
    do(page, "给意见")
    page.wait_for_url(f"**{address}")

    told(town.leader, "总召集人意见已到")
    as_(town.leader, address)
    page.get_by_role("link", name="看意见，定承办部门").click()
    expect(page.get_by_text("叶公：执法局")).to_be_visible()
    page.get_by_label("由哪个部门办").select_option(str(town.police.pk))
    page.get_by_label("决定的理由").fill("管网归执法局巡查。")
    page.get_by_label("不等齐意见的原因").fill("北郭先生出差。")
    do(page, "定下")
    page.wait_for_url(f"**{address}")

    told(town.police_handler, "新工单待签收")
    as_(town.police_handler, address)
    do(page, "签收")
    page.wait_for_url(f"**{address}")
    expect(page.get_by_role("link", name="申请退回")).to_have_count(0)  # what the chiefs gave cannot be returned
