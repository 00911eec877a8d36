"""In a real browser: more time asked for and granted by rank, then waiting for a court and going on (APP-10)."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from portal.worktime import clock
from portal.worktime.calendar import calendar
from requests.models import TicketDeadline
from tests.journeys.test_dispatch import choose, do
from tests.requests import factories as make

pytestmark = pytest.mark.browser


def on(days: int, of) -> str:
    return (timezone.localdate(of) + timedelta(days)).isoformat()


@pytest.mark.expects_console("422")
def test_more_time_is_granted_by_rank_and_a_pause_ends_by_hand(town, page, as_, told):
    ticket = make.handling(town, filed_at=clock.now() - timedelta(days=3))
    address = f"/tickets/{ticket.number}/"
    due = TicketDeadline.objects.open().get(subject=ticket, obligation="handle").due_at

    as_(town.handler, address)
    choose(page, "申请延期")
    page.get_by_label("延到哪一天").fill(on(7, due))
    do(page, "申请延期，送部门负责人批")
    expect(page.get_by_text("请写理由，同意后企业会看到。").first).to_be_visible()
    expect(page.get_by_label("延到哪一天")).to_have_value(on(7, due))  # what was typed is kept
    page.get_by_label("为什么要延期").fill("管材要订做，两周到货。")
    do(page, "申请延期，送部门负责人批")
    page.wait_for_url(f"**{address}")

    as_(town.department_head, address)
    do(page, "同意，送服务中心批")
    page.wait_for_url(f"**{address}")
    assert TicketDeadline.objects.open().get(subject=ticket, obligation="handle").due_at == due
    as_(town.triager, address)
    do(page, "同意延期，")
    page.wait_for_url(f"**{address}")
    later = TicketDeadline.objects.open().get(subject=ticket, obligation="handle").due_at
    assert later > due

    as_(town.department_head, address)
    choose(page, "申请挂起")
    page.get_by_role("radio", name=re.compile("法院")).check()
    page.get_by_label("复核日").fill(calendar().add_working_days(timezone.localdate(), 4).isoformat())
    page.get_by_label("为什么要挂起").fill("等法院裁定管网归属。")
    do(page, "申请挂起，送服务中心批")
    page.wait_for_url(f"**{address}")
    as_(town.triager, address)
    do(page, "同意挂起，")
    page.wait_for_url(f"**{address}")
    assert make.fresh(ticket).status == "suspended"
    told(town.enterprise_member, "挂起")
    as_(town.enterprise_member, address, phone=True)
    expect(page.get_by_text("等法院裁定管网归属").first).to_be_visible()

    as_(town.department_head, address)
    choose(page, "恢复办理")
    page.get_by_label("为什么现在恢复").fill("裁定已下。")
    do(page, "恢复办理，时限接着走")
    page.wait_for_url(f"**{address}")
    assert make.fresh(ticket).status == "handling"
    assert TicketDeadline.objects.open().get(subject=ticket, obligation="handle").due_at >= later


def test_what_is_said_inside_stays_inside_and_papers_are_had_as_word_files(town, page, as_, told):
    ticket = make.handling(town, filed_at=clock.now() - timedelta(days=2))
    address = f"/tickets/{ticket.number}/"
    as_(town.handler, address)
    page.get_by_role("radio", name="内部意见").check()
    page.get_by_label(re.compile("^写给")).fill("先问水务站要管网图。")
    do(page, "发送")
    expect(page.get_by_text("先问水务站要管网图。").first).to_be_visible()
    page.get_by_role("radio", name="回复企业").check()
    page.get_by_label(re.compile("^写给")).fill("明天上午九点到现场，请留人开门。")
    do(page, "发送")
    expect(page.get_by_text("明天上午九点").first).to_be_visible()
    for paper in ("受理回执", "交办单"):
        with page.expect_download() as got:
            page.get_by_role("link", name=re.compile(f"^{paper} .*Word$")).click()
        assert got.value.suggested_filename == f"{paper} {ticket.number}.docx"

    told(town.enterprise_member, f"{town.handler.name}回复您")
    as_(town.enterprise_member, address, phone=True)
    expect(page.get_by_text("明天上午九点").first).to_be_visible()
    expect(page.get_by_text("管网图")).to_have_count(0)
    expect(page.get_by_role("link", name="交办单")).to_have_count(0)
    page.goto(f"{address}urge/")
    do(page, "催办")
    page.wait_for_url(f"**{address}")
    as_(town.handler, address)
    expect(page.get_by_text("企业催办 1 次").first).to_be_visible()
