"""In a real browser: a unit without accounts is spoken for by the clerk, a member by its association (ORG-1, APP-2)."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from stdnum.cn import uscc

from enterprises.models import Enterprise, Member
from portal.worktime import clock
from requests.models import Ticket
from tests.journeys.test_dispatch import do
from tests.requests import factories as make

pytestmark = pytest.mark.browser
STEM = "5132058500000001X"


def test_the_clerk_does_and_signs_for_a_unit_without_accounts(town, page, as_, told):
    customs = make.department("海关驻镇办", "county", short="海关")
    ticket = make.accepted(town, filed_at=clock.now() - timedelta(days=2))
    address = f"/tickets/{ticket.number}/"

    as_(town.triager, f"{address}dispatch/")
    page.get_by_role("radio", name="协调").check()
    page.get_by_label("主办部门").select_option(str(customs.pk))
    do(page, "转交海关")
    page.wait_for_url(f"**{address}")

    told(town.intake_clerk, "新工单待签收")
    as_(town.intake_clerk, "/queues/intake/")
    page.get_by_role("link", name=re.compile("^替单位记录")).click()  # nobody else would find it in his queue
    page.get_by_role("link", name=re.compile(ticket.title)).first.click()
    page.wait_for_load_state("networkidle")
    page.goto(address)
    do(page, "签收")
    page.wait_for_url(f"**{address}")
    page.get_by_role("link", name=re.compile("^登记联系")).first.click()
    page.get_by_label("联系了谁").fill("海关陆科长已致电企业。")
    do(page, "登记")
    page.wait_for_url(f"**{address}")
    page.get_by_role("link", name=re.compile("^填写办理结果")).first.click()
    page.get_by_role("radio", name="已解决").check()
    page.get_by_label("答复企业的话").fill("海关已放行，货物今天可以提走。")
    do(page, "报结果")
    page.wait_for_url(f"**{address}")
    do(page, "同意，送企业")
    page.get_by_role("list", name=re.compile("现在反馈")).wait_for()

    as_(town.triager, f"{address}?tab=trail")
    expect(page.get_by_text(re.compile("钟离春|计然")).first).to_be_visible()
    expect(page.get_by_text(re.compile("代.*海关")).first).to_be_visible()  # the trail has both
    as_(town.enterprise_member, address, phone=True)
    expect(page.get_by_text("海关已放行").first).to_be_visible()


@pytest.mark.expects_console("422|404")
def test_an_association_files_for_a_member_who_answers_himself(town, page, as_, told):
    code = STEM + uscc.calc_check_digit(STEM)
    club = Enterprise.objects.create(uscc=code, name="无何有镇企业家协会", short_name="企协", place=town.place)
    Member.objects.create(enterprise=club, user=town.nobody, since=make.LONG_AGO, is_primary=True)

    as_(town.nobody, "/matters/new/", phone=True)
    page.get_by_label("会员企业信用代码").fill("91320585")
    page.get_by_label("遇到了什么事").fill("会员反映门口积水，货车进不来。")
    do(page, "提交，")
    expect(page.locator("[aria-invalid=true]").first).to_have_value("91320585")  # kept, to be mended
    page.get_by_label("会员企业信用代码").fill("")
    page.get_by_label("会员企业名称").fill(town.firm.name)
    do(page, "提交，")
    page.wait_for_url("**/receipt/")
    ticket = Ticket.objects.get()
    assert (ticket.enterprise, ticket.proxy, ticket.filed_by) == (town.firm, club, town.nobody)
    address = f"/tickets/{ticket.number}/"

    as_(town.intake_clerk, address)
    expect(page.get_by_text(club.name).first).to_be_visible()
    do(page, "受理")
    page.wait_for_url(f"**{address}")
    for person, his in ((town.nobody, False), (town.enterprise_member, True)):
        told(person, "诉求已受理")
        as_(person, f"{address}withdraw/", phone=True)
        expect(page.get_by_role("button", name=re.compile("撤回"))).to_have_count(int(his))
