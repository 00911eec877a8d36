"""A short journey for each role that the main one (test_loop.py) doesn't pass through."""

import re

import pytest
from playwright.sync_api import expect

from enterprises.models import Member
from portal.people.models import User
from requests.models import Ticket
from tests.requests import factories as make
from tests.requests.factories import LONG_AGO

pytestmark = pytest.mark.browser


def test_a_department_head_names_who_handles_and_signs_what_cannot_be_met(town, page, as_):
    given, refused = make.dispatched(town), make.signoff(town, result="cannot")
    as_(town.department_head, f"/tickets/{given.number}/name_handler/")
    page.get_by_label("承办人").select_option(label="东郭顺子")
    page.get_by_role("button", name="指定承办人").click()
    page.wait_for_url(f"**/tickets/{given.number}/")
    assert make.fresh(given).handler == town.colleague

    as_(town.deputy_head, f"/tickets/{refused.number}/")
    expect(page.get_by_role("button", name=re.compile("^同意，送企业"))).to_have_count(0)  # only the head may
    as_(town.department_head, f"/tickets/{refused.number}/")
    page.get_by_role("button", name=re.compile("^同意，送企业")).click()
    page.get_by_role("list", name=re.compile("现在反馈")).wait_for()
    assert make.fresh(refused).result.signed_by == town.department_head


def test_who_stands_in_is_shown_as_such(town, page, as_):
    ticket = make.signoff(town)
    as_(town.stand_in, f"/tickets/{ticket.number}/")
    page.get_by_role("button", name=re.compile("^同意，送企业")).click()
    page.get_by_role("list", name=re.compile("现在反馈")).wait_for()
    as_(town.department_head, f"/tickets/{ticket.number}/?tab=trail")
    expect(page.get_by_text(re.compile("杨朱.*代.*田骈")).first).to_be_visible()


def test_a_co_handler_gives_his_part(town, page, as_):
    ticket = make.handling(town, co=[town.police])
    as_(town.police_handler, f"/tickets/{ticket.number}/give_opinion/")
    page.locator("main textarea").fill("已查排口，没有堵塞。")
    page.locator("main").get_by_role("button", name=re.compile("^提交，交住建局汇总")).click()
    page.wait_for_url(lambda url: "give_opinion" not in url)
    assert ticket.assignments.get(part="co").opinion == "已查排口，没有堵塞。"
    as_(town.enterprise_member, f"/tickets/{ticket.number}/")
    expect(page.get_by_text("已查排口")).to_have_count(0)  # among officials


def test_a_steward_files_on_behalf_of_his_firm(town, page, as_):
    as_(town.steward, "/matters/new/", phone=True)
    expect(page.get_by_text("替乌有精密提交")).to_be_visible()
    page.get_by_label("遇到了什么事").fill("老板托我说，门口积水，货车进不来。")
    page.get_by_role("button", name=re.compile("^提交，")).click()
    page.wait_for_url("**/receipt/")
    ticket = Ticket.objects.get()
    assert (ticket.enterprise, ticket.filed_by) == (town.firm, town.steward)


@pytest.mark.parametrize("who", ["leader", "supervisor"])
def test_every_figure_leads_to_the_list_behind_it(town, page, as_, who):
    make.handling(town, filed_at=make.moment("2025-11-10 09:00"))
    make.filed(town, filed_at=make.moment("2025-11-10 10:00"))
    make.closed(town)
    as_(town.people[who])
    expect(page).to_have_url(re.compile("/leader/$"))
    page.get_by_role("link", name="看全部", exact=True).click()
    expect(page.get_by_role("link", name=re.compile("雨污管网倒灌"))).to_have_count(2)
    page.go_back()
    page.get_by_role("list", name="在办诉求停在哪一站").get_by_role("link", name="超期 1").last.click()
    expect(page.get_by_role("link", name=re.compile("雨污管网倒灌"))).to_have_count(1)


def test_an_administrator_makes_an_account_and_its_holder_comes_in_with_it(town, page, as_):
    as_(town.administrator, "/admin/users/new/")
    page.get_by_label("姓名").fill("匡衡")
    page.get_by_label("用户名").fill("kuangheng")
    page.get_by_role("button", name="建账号，显示初始密码").click()
    page.locator("main code").first.wait_for()
    user = User.objects.get(username="kuangheng")
    first = next(word for word in re.findall(r"\S{10,}", page.inner_text("main")) if user.check_password(word))

    as_(town.administrator, f"/admin/users/{user.pk}/")
    grant = page.get_by_role("region", name="授予角色")
    grant.get_by_role("combobox", name="角色").select_option(label="承办人")
    grant.get_by_role("combobox", name="部门").select_option(label="住房和城乡建设局")
    grant.get_by_role("button", name="授予角色").click()
    page.get_by_role("link", name="结束角色").wait_for()

    page.context.clear_cookies()
    page.goto("/sign-in/")
    page.get_by_label("用户名或手机号").fill("kuangheng")
    page.get_by_label("密码").fill(first)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url("**/password/")  # the first one must be changed
    for label, word in (("现在的密码", first), ("新密码", "shan-hai-jing-18"), ("再输一次新密码", "shan-hai-jing-18")):
        page.get_by_label(label, exact=True).fill(word)
    page.get_by_role("button", name="改密码").click()
    page.wait_for_url("**/department/")


def test_who_leaves_hands_over_all_that_is_open_in_one_act(town, page, as_, told):
    tickets = [make.handling(town), make.dispatched(town)]
    assert tickets[0].handler == town.handler
    as_(town.administrator, f"/admin/users/{town.handler.pk}/")
    page.get_by_role("link", name="移交给别人").click()
    page.get_by_label("接手的人").select_option(value=str(town.colleague.pk))
    page.get_by_role("button", name="全部移交").click()
    expect(page.get_by_text("已移交给 东郭顺子")).to_be_visible()
    assert make.fresh(tickets[0]).handler == town.colleague

    told(town.colleague, "工单移交")
    as_(town.colleague, "/queues/handling/")
    expect(page.get_by_role("link", name=re.compile(tickets[0].title)).first).to_be_visible()
    as_(town.enterprise_member, f"/tickets/{tickets[0].number}/", phone=True)
    expect(page.get_by_role("region", name="下一步").get_by_text("东郭顺子")).to_be_visible()


def test_whoever_is_no_longer_of_the_firm_sees_nothing_of_it(town, page, as_, browser_trouble):
    ticket = make.handling(town)
    as_(town.enterprise_member, f"/tickets/{ticket.number}/")
    expect(page.get_by_role("heading", level=1)).to_have_text(ticket.title)
    Member.objects.filter(user=town.enterprise_member).update(until=LONG_AGO)
    assert page.reload().status == 404
    page.goto("/home/")
    expect(page.get_by_text("您现在不是任何企业的联系人")).to_be_visible()
    browser_trouble.clear()  # the 404, which the browser calls an error


def test_the_auditor_starts_where_he_reads_how_often(town, page, as_):
    as_(town.people["auditor"])
    expect(page.get_by_role("heading", level=1)).to_have_text("保密件查阅记录")
